// Package speccheck loads the OpenAPI document and checks what OpenAPI itself
// leaves open but the rest of the pipeline relies on.
package speccheck

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A Doc is a loaded document with its extensions as Go values.
type Doc struct {
	*openapi3.T
	Operations []Operation       // in order of their IDs
	Common     map[string]string // error code to meaning, for any method
	Special    map[string]string // error code to meaning, for the methods that list it
}

// Load reads and validates the document in data, examples included, then
// checks it by the rules of this project. Its error joins all that is wrong,
// each a sentence that says where.
func Load(data []byte) (*Doc, error) {
	t, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, err
	}
	if err := t.Validate(context.Background(), openapi3.EnableExamplesValidation()); err != nil {
		return nil, err
	}
	var c checker
	doc := &Doc{T: t}
	for _, path := range slices.Sorted(maps.Keys(t.Paths.Map())) {
		item := t.Paths.Value(path).Operations()
		if len(t.Paths.Value(path).Parameters) > 0 {
			c.failf("%s: it has parameters of the path; want those of its operation", path)
		}
		for _, verb := range slices.Sorted(maps.Keys(item)) {
			doc.Operations = append(doc.Operations, c.operation(path, verb, item[verb]))
		}
	}
	c.codes(doc)
	isRequest := map[string]bool{}
	for _, op := range doc.Operations {
		isRequest[op.Request] = true
	}
	for _, name := range slices.Sorted(maps.Keys(t.Components.Schemas)) {
		if slices.Contains(reserved, name) {
			c.failf("%s: package api has something else of that name; want another", name)
		}
		c.schema(name, t.Components.Schemas[name].Value, isRequest[name])
	}
	c.recursion(doc)
	return doc, errors.Join(c.wrong...)
}

// reserved are the names that package api and the stock client, which imports the
// models by their bare names, have for things of their own.
var reserved = []string{
	"Call", "CallOption", "Client", "ClientInterface", "ClientOption", "ClientWithResponses", "Entry", "Error", "ErrorCode", "File",
	"HttpRequestDoer", "MayBeDone", "New", "NewClient", "NotSent", "Option", "RequestEditorFn", "ResponseError",
}

// checker gathers what is wrong.
type checker struct{ wrong []error }

func (c *checker) failf(format string, args ...any) {
	c.wrong = append(c.wrong, fmt.Errorf(format, args...))
}

// decode returns an extension as a T, or notes that it is missing or not of
// that type.
func decode[T any](c *checker, where string, extensions map[string]any, name string) (value T) {
	extension, ok := extensions[name]
	if !ok {
		c.failf("%s: %s is missing", where, name)
		return value
	}
	encoded, err := json.Marshal(extension)
	if err == nil {
		err = json.Unmarshal(encoded, &value)
	}
	if err != nil {
		c.failf("%s: %s is %v; want a value of the kind of %T", where, name, extension, value)
	}
	return value
}

// codes reads the error codes and checks that each has one meaning and a use.
func (c *checker) codes(doc *Doc) {
	const name = "x-slack-error-codes"
	codes := decode[map[string]map[string]string](c, "the document", doc.Extensions, name)
	doc.Common, doc.Special = codes["common"], codes["special"]
	used := map[string]bool{}
	for _, op := range doc.Operations {
		for _, code := range op.Errors {
			used[code] = true
			if doc.Special[code] == "" {
				c.failf("%s: x-slack-errors has %q, which %s.special does not explain", op.Path, code, name)
			}
		}
	}
	for of, meanings := range codes {
		for _, code := range slices.Sorted(maps.Keys(meanings)) {
			if strings.Contains(strings.TrimSpace(meanings[code]), "\n") {
				c.failf("%s.%s: the meaning of %q has several lines; it becomes a line of the docs", name, of, code)
			}
		}
	}
	for _, code := range slices.Sorted(maps.Keys(doc.Special)) {
		if !used[code] {
			c.failf("%s.special: no operation lists %q", name, code)
		}
		if doc.Common[code] != "" {
			c.failf("%s: %q is both common and special", name, code)
		}
	}
}
