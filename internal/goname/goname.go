// Package goname has the names that Go gets for what the spec names.
package goname

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
	"go.yaml.in/yaml/v3"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

var (
	once    sync.Once
	adopted error
)

// Adopt makes Of follow the naming rules of an oapi-codegen config, the first
// one of a process. oapi-codegen keeps those as package state that only a run of
// it sets.
func Adopt(configPath string) error {
	once.Do(func() { adopted = adopt(configPath) })
	return adopted
}

func adopt(configPath string) error {
	data, err := os.ReadFile(configPath)
	if err != nil {
		return err
	}
	var config codegen.Configuration
	if err := yaml.Unmarshal(data, &config); err != nil {
		return err
	}
	_, err = codegen.Generate(&openapi3.T{OpenAPI: "3.0.3", Info: &openapi3.Info{}, Paths: openapi3.NewPaths()}, config)
	return err
}

// Of returns Go's name for a name in the spec.
func Of(name string) string { return codegen.SchemaNameToTypeName(name) }

// Check returns what cannot be called in Go as the spec calls it: names
// that differ from Go's in their capitals, or that Go has only one of.
func Check(doc *speccheck.Doc) error {
	var wrong speccheck.Error
	at := func(keys ...string) report {
		return func(format string, args ...any) {
			wrong = append(wrong, speccheck.Problem{Line: doc.Line(keys...), Text: fmt.Sprintf(format, args...)})
		}
	}

	methods, types := unique{}, unique{}
	for _, op := range doc.Operations {
		failf := at("paths", op.Path)
		name := Of(op.OperationID)
		for _, of := range []struct{ have, want string }{{op.Name + "Response", name + "Response"}, {op.Request, name + "Request"}} {
			if of.have != "" && of.have != of.want {
				at("components", "schemas", of.have)("%s %s: its schema is called %s; want %s, as Go writes it", op.Verb, op.Path, of.have, of.want)
			}
		}
		methods.add(failf, name, op.OperationID)
		if op.Cursor != "" || op.Pages != "" {
			methods.add(failf, name+"Pages", "the pages of "+op.OperationID)
			methods.add(failf, name+"All", "the items of "+op.OperationID)
		}
		for _, suffix := range []string{"Params", "HTTPResponse", "JSONRequestBody", "FormdataRequestBody", "MultipartRequestBody"} {
			types.add(failf, name+suffix, "a part of "+op.OperationID)
		}
		if op.Verb == http.MethodGet {
			types.add(failf, name+"Request", "the request of "+op.OperationID)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Components.Schemas)) {
		types.add(at("components", "schemas", name), Of(name), "the schema "+name)
		fieldNames(at, []string{"components", "schemas", name}, name, doc.Components.Schemas[name].Value)
	}
	for _, code := range slices.Sorted(maps.Keys(doc.Common)) {
		types.add(at("x-slack-error-codes", "common", code), "Err"+codegen.ToCamelCase(code), "the code "+code)
	}
	for _, code := range slices.Sorted(maps.Keys(doc.Special)) {
		types.add(at("x-slack-error-codes", "special", code), "Err"+codegen.ToCamelCase(code), "the code "+code)
	}
	return wrong.Err()
}

// report notes what is wrong at a place of the spec.
type report func(format string, args ...any)

// unique is what each name in Go stands for.
type unique map[string]string

func (u unique) add(failf report, name, what string) {
	if other := u[name]; other != "" && other != what {
		failf("%s and %s are both called %s in Go; want another name for one of them", other, what, name)
	}
	u[name] = what
}

// fieldNames checks the properties of an object, which stands in the spec under
// keys, and of those inside it. What it refers to is checked under its own name.
func fieldNames(at func(...string) report, keys []string, where string, schema *openapi3.Schema) {
	names := unique{}
	inner := func(name string, ref *openapi3.SchemaRef, more ...string) {
		if ref != nil && ref.Ref == "" {
			fieldNames(at, slices.Concat(keys, more), where+name, ref.Value)
		}
	}
	from := map[string]string{} // by name, the schema that it is of, "" for schema itself
	var add func(part *openapi3.Schema, of string)
	add = func(part *openapi3.Schema, of string) {
		for _, name := range slices.Sorted(maps.Keys(part.Properties)) {
			if of != "" && from[Of(name)] == of {
				continue // two names of another schema, which is checked under its name
			}
			from[Of(name)] = of
			names.add(at(slices.Concat(keys, []string{"properties", name})...), Of(name), where+"."+name)
			if of == "" { // else they are checked under its name, and may lead back here
				inner("."+name, part.Properties[name], "properties", name)
			}
		}
		for _, inner := range part.AllOf {
			add(inner.Value, cmp.Or(inner.Ref, of))
		}
	}
	add(schema, "")
	inner("[]", schema.Items, "items")
	inner("{}", schema.AdditionalProperties.Schema, "additionalProperties")
}
