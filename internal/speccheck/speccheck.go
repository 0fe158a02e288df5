// Package speccheck loads the OpenAPI document and checks what OpenAPI itself
// leaves open but the rest of the pipeline relies on.
package speccheck

import (
	"context"
	"encoding/json"
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
	APIs       map[string]string // the servers of those that have their own, by the first word of their methods
	Common     map[string]string // error code to meaning, for any method
	Special    map[string]string // error code to meaning, for the methods that list it

	data []byte
}

// Load reads and validates the document in data, examples included, then
// checks it by the rules of this project. Its error is an [Error], of what is
// wrong as YAML, as OpenAPI or by the rules: the first of them that is.
func Load(data []byte) (*Doc, error) {
	root, err := parse(data)
	if err != nil {
		return nil, err
	}
	c := checker{root: root}
	c.is("document", root)
	if len(c.wrong) > 0 {
		return nil, c.wrong.Err()
	}
	encoded, err := asJSON(root.node)
	if err != nil {
		return nil, err
	}
	t, err := openapi3.NewLoader().LoadFromData(encoded)
	if err != nil {
		c.openAPI(nil, err)
		return nil, c.wrong.Err()
	}
	if err := t.Validate(context.Background(), openapi3.EnableExamplesValidation(), openapi3.EnableMultiError()); err != nil {
		c.openAPI(t, err)
		return nil, c.wrong.Err()
	}
	doc := &Doc{T: t, data: data}
	for _, path := range slices.Sorted(maps.Keys(t.Paths.Map())) {
		item := t.Paths.Value(path).Operations()
		if len(t.Paths.Value(path).Parameters) > 0 {
			c.failf(root.to("paths", path, "parameters").called(path), "it has parameters of the path; want those of its operation")
		}
		server := c.server(path, t.Paths.Value(path).Servers)
		for _, verb := range slices.Sorted(maps.Keys(item)) {
			if item[verb].Servers != nil {
				c.failf(c.method(path, verb).to("servers"), "it has servers of the operation; want those of its path")
			}
			op := c.operation(path, verb, item[verb])
			op.Server = server
			doc.Operations = append(doc.Operations, op)
		}
	}
	c.codes(doc)
	isRequest := map[string]bool{}
	for _, op := range doc.Operations {
		isRequest[op.Request] = true
	}
	for _, name := range slices.Sorted(maps.Keys(t.Components.Schemas)) {
		at := c.component(name)
		if slices.Contains(reserved, name) {
			c.failf(at, "package api has something else of that name; want another")
		}
		c.schema(at, t.Components.Schemas[name].Value, isRequest[name])
	}
	c.servers(doc)
	c.recursion(doc)
	return doc, c.wrong.Err()
}

// Line returns the line of what stands in the document under keys, or of as much
// of the way as there is.
func (d *Doc) Line(keys ...string) int {
	root, err := parse(d.data)
	if err != nil { // it was parsed before
		return 1
	}
	return root.to(keys...).line
}

// Undescribed is the description of what nobody has described. It is not shown.
const Undescribed = "Not described in Slack's reference."

// reserved are the names that package api and the stock client, which imports the
// models by their bare names, have for things of their own.
var reserved = []string{
	"Call", "CallOption", "Client", "ClientInterface", "ClientOption", "ClientWithResponses", "Entry", "Error", "ErrorCode", "File",
	"HttpRequestDoer", "MayBeDone", "New", "NewClient", "NotSent", "Option", "RequestEditorFn", "ResponseError",
}

// checker gathers what is wrong.
type checker struct {
	root  place
	wrong Error
}

// failf notes what is wrong at a place.
func (c *checker) failf(at place, format string, args ...any) {
	c.wrong = append(c.wrong, Problem{at.line, at.name + ": " + fmt.Sprintf(format, args...)})
}

// method returns where an operation is described.
func (c *checker) method(path, verb string) place {
	return c.root.to("paths", path, strings.ToLower(verb)).called(verb + " " + path)
}

// component returns where a schema is described.
func (c *checker) component(name string) place {
	return c.root.to("components", "schemas", name).called(name)
}

// argument returns where an argument of o is described.
func (c *checker) argument(where place, o *Operation, name string) place {
	if o.Request != "" {
		return c.component(o.Request).to("properties", name).called(where.name)
	}
	for i, parameter := range o.Parameters {
		if parameter.Value.Name == name {
			return where.to("parameters", index(i))
		}
	}
	return where
}

// decode returns an extension as a T, or notes that it is missing or not of
// that type.
func decode[T any](c *checker, where place, from map[string]any, name string) (value T) {
	extension, ok := from[name]
	if !ok {
		c.failf(where, "%s is missing; want %s", name, extensions[name].want)
		return value
	}
	encoded, err := json.Marshal(extension)
	if err == nil {
		err = json.Unmarshal(encoded, &value)
	}
	if err != nil {
		c.failf(where.to(name), "%s is %v; want %s", name, extension, extensions[name].want)
	}
	return value
}

// errors takes the codes of o: a list, or codes with what the method alone means by some
// of them, which may be codes of every method.
func (c *checker) errors(where place, o *Operation) {
	const name = "x-slack-errors"
	if _, isMap := o.Extensions[name].(map[string]any); !isMap {
		o.Errors = decode[[]string](c, where, o.Extensions, name)
		return
	}
	o.Meanings = map[string]string{}
	for code, meaning := range decode[map[string]*string](c, where, o.Extensions, name) {
		o.Errors = append(o.Errors, code)
		if meaning == nil {
			continue
		}
		o.Meanings[code] = *meaning
		if strings.TrimSpace(*meaning) == "" || strings.Contains(strings.TrimSpace(*meaning), "\n") {
			c.failf(where.to(name), "%s: the meaning of %q is empty or has several lines; want null if it means the same as elsewhere", name, code)
		}
	}
	slices.Sort(o.Errors)
}

// codes reads the error codes and checks that each has one meaning and a use.
func (c *checker) codes(doc *Doc) {
	const name = "x-slack-error-codes"
	codes := decode[map[string]map[string]string](c, c.root, doc.Extensions, name)
	if codes == nil {
		return
	}
	doc.Common, doc.Special = codes["common"], codes["special"]
	used, explained := map[string]bool{}, slices.Sorted(maps.Keys(doc.Special))
	for i := range doc.Operations {
		op := &doc.Operations[i]
		// A code of every method is here only for its meaning.
		op.Errors = slices.DeleteFunc(op.Errors, func(code string) bool { return op.Meanings[code] != "" && doc.Common[code] != "" })
		for i, code := range op.Errors {
			used[code] = true
			if doc.Special[code] == "" {
				c.failf(c.method(op.Path, op.Verb).to("x-slack-errors", index(i)), "x-slack-errors has %q, which %s.special does not explain%s", code, name, orNear(code, explained))
				used[nearest(code, explained, slips(code))] = true // it seems to be meant
			}
		}
	}
	for of, meanings := range codes {
		for _, code := range slices.Sorted(maps.Keys(meanings)) {
			if strings.Contains(strings.TrimSpace(meanings[code]), "\n") {
				c.failf(c.root.to(name, of, code).called(name+"."+of), "the meaning of %q has several lines; want one, for it becomes a line of the docs", code)
			}
		}
	}
	for _, code := range explained {
		if !used[code] {
			c.failf(c.root.to(name, "special", code).called(name+".special"), "no operation lists %q; want it under x-slack-errors of one, or left out", code)
		}
		if doc.Common[code] != "" {
			c.failf(c.root.to(name, "special", code).called(name), "%q is both common and special; want it under common alone", code)
		}
	}
}
