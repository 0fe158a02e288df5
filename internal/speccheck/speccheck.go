// Package speccheck loads the OpenAPI document and checks what OpenAPI leaves open
// and the generators and package api rely on.
package speccheck

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A Doc is a loaded document with its extensions as Go values.
type Doc struct {
	*openapi3.T
	Operations []Operation       // sorted by ID
	APIs       map[string]string // the servers of other APIs, by the first word of their methods
	Common     map[string]string // the meanings of the error codes of any method
	Special    map[string]string // the meanings of the error codes of the methods that list them

	root place
}

// Load reads the document in data and checks it: as YAML, as OpenAPI with its
// examples, and by the rules of this project. Its error is an [Error] with the
// problems of the first of these steps that fails.
func Load(data []byte) (*Doc, error) {
	root, encoded, err := parse(data)
	if err != nil {
		return nil, err
	}
	c := checker{root: root}
	c.walk(root, "")
	if len(c.problems) > 0 {
		return nil, c.problems.Err()
	}
	t := c.load(encoded, false)
	if t == nil {
		return nil, c.problems.Err()
	}
	if err := validate(t); err != nil {
		if withLines := validate(c.load(data, true)); withLines != nil { // which takes twice the time
			err = withLines
		}
		c.openAPI(err)
		return nil, c.problems.Err()
	}
	doc := &Doc{T: t, root: root}
	if !strings.HasPrefix(t.OpenAPI, "3.0.") {
		c.failf(root.child("openapi"), "openapi is %s; it must be 3.0.3", t.OpenAPI)
	}
	if t.Components == nil {
		c.failf(root, "components is missing")
		return nil, c.problems.Err()
	}
	for _, path := range slices.Sorted(maps.Keys(t.Paths.Map())) {
		item, at := t.Paths.Value(path), root.child("paths", path).withName(path)
		if len(item.Parameters) > 0 {
			c.failf(at.child("parameters"), "the path has parameters; move them to its operation")
		}
		if len(item.Operations()) != 1 {
			c.failf(at, "the path has %d operations; it must have one", len(item.Operations()))
		}
		server := c.server(at, item.Servers)
		for method, operation := range item.Operations() {
			op := c.operation(path, method, operation)
			op.Server = server
			doc.Operations = append(doc.Operations, op)
		}
	}
	for i, tag := range t.Tags {
		if tag.Name == "" {
			c.failf(root.child("tags", index(i)), "the tag has no name")
		}
	}
	c.errorCodes(doc)
	isRequest := map[string]bool{}
	for _, op := range doc.Operations {
		isRequest[op.Request] = true
	}
	for _, name := range slices.Sorted(maps.Keys(t.Components.Schemas)) {
		at := c.component(name)
		if slices.Contains(reserved, name) {
			c.failf(at, "package api uses this name for something else; choose another")
		}
		c.schema(at, t.Components.Schemas[name].Value, isRequest[name])
	}
	c.servers(doc)
	c.recursion(doc)
	return doc, c.problems.Err()
}

func validate(t *openapi3.T) error {
	return t.Validate(context.Background(), openapi3.EnableExamplesValidation(), openapi3.EnableMultiError())
}

// Line returns the line of the element under keys, or of the deepest of its parents
// that exists.
func (d *Doc) Line(keys ...string) int { return d.root.child(keys...).line }

// Undescribed is the description of elements that Slack's reference does not
// describe. It is not shown.
const Undescribed = "Not described in Slack's reference."

// reserved are names that package api and the stock client, which imports the
// models by their bare names, use for other things.
var reserved = []string{
	"Call", "CallOption", "Client", "ClientInterface", "ClientOption", "ClientWithResponses", "Entry", "Error", "ErrorCode", "File",
	"HttpRequestDoer", "MayBeDone", "New", "NewClient", "NotSent", "Option", "RequestEditorFn", "ResponseError",
}

// checker collects the problems of a document.
type checker struct {
	root     place
	places   []place // all elements
	problems Error
}

// failf notes a problem.
func (c *checker) failf(at place, format string, args ...any) {
	c.problems = append(c.problems, Problem{at.line, at.name + ": " + fmt.Sprintf(format, args...)})
}

// method returns the element of an operation.
func (c *checker) method(path, httpMethod string) place {
	return c.root.child("paths", path, strings.ToLower(httpMethod)).withName(httpMethod + " " + path)
}

// component returns the element of a schema.
func (c *checker) component(name string) place {
	return c.root.child("components", "schemas", name).withName(name)
}

// argument returns the element of an argument of o.
func (c *checker) argument(at place, o *Operation, name string) place {
	if o.Request != "" {
		return c.component(o.Request).child("properties", name).withName(at.name)
	}
	for i, parameter := range o.Parameters {
		if parameter.Value.Name == name {
			return at.child("parameters", index(i))
		}
	}
	return at
}
