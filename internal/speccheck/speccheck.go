// Package speccheck loads the OpenAPI document and checks what OpenAPI itself
// leaves open but the rest of the pipeline relies on.
package speccheck

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// A Doc is a loaded document with its extensions as Go values.
type Doc struct {
	*openapi3.T
	Operations []Operation       // in order of their IDs
	Common     map[string]string // code to meaning, for any method
	Special    map[string]string // code to meaning, for the methods that list it
}

// An Operation is one method of Slack's.
type Operation struct {
	*openapi3.Operation
	Path, Verb   string
	Scopes       []string
	Tier         int
	SafeToRepeat bool
	Errors       []string // special codes
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
	return check(t)
}

func check(t *openapi3.T) (*Doc, error) {
	var c checker
	doc := &Doc{T: t}
	codes := decode[map[string]map[string]string](&c, "the document", t.Extensions, "x-slack-error-codes")
	doc.Common, doc.Special = codes["common"], codes["special"]

	for _, path := range slices.Sorted(maps.Keys(t.Paths.Map())) {
		for verb, op := range t.Paths.Value(path).Operations() {
			doc.Operations = append(doc.Operations, c.operation(path, verb, op))
		}
	}
	c.codes(doc)
	return doc, c.err()
}

func (c *checker) operation(path, verb string, op *openapi3.Operation) Operation {
	where := verb + " " + path
	if "/"+op.OperationID != path {
		c.failf("%s: operationId is %q; want %q, Slack's name of the method", where, op.OperationID, path[1:])
	}
	if op.ExternalDocs == nil || op.ExternalDocs.URL == "" {
		c.failf("%s: externalDocs has no url; want the link to Slack's reference", where)
	}
	o := Operation{
		Operation:    op,
		Path:         path,
		Verb:         verb,
		Scopes:       decode[[]string](c, where, op.Extensions, "x-slack-scopes"),
		Tier:         decode[int](c, where, op.Extensions, "x-slack-tier"),
		SafeToRepeat: decode[bool](c, where, op.Extensions, "x-slack-safe-to-repeat"),
		Errors:       decode[[]string](c, where, op.Extensions, "x-slack-errors"),
	}
	if o.Tier < 1 || o.Tier > 4 {
		c.failf("%s: x-slack-tier is %d; want 1 to 4", where, o.Tier)
	}
	return o
}

// codes checks that each error code has one meaning and at least one use.
func (c *checker) codes(doc *Doc) {
	used := map[string]bool{}
	for _, op := range doc.Operations {
		for _, code := range op.Errors {
			used[code] = true
			if doc.Special[code] == "" {
				c.failf("%s: x-slack-errors has %q, which x-slack-error-codes.special does not explain", op.Path, code)
			}
		}
	}
	for _, code := range slices.Sorted(maps.Keys(doc.Special)) {
		if !used[code] {
			c.failf("x-slack-error-codes.special: no operation lists %q", code)
		}
		if doc.Common[code] != "" {
			c.failf("x-slack-error-codes: %q is both common and special", code)
		}
	}
}

// checker gathers what is wrong.
type checker struct{ errs []error }

func (c *checker) failf(format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf(format, args...))
}
