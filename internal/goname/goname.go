// Package goname returns the Go names for the names in the spec.
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
	once      sync.Once
	errConfig error
)

// Configure sets the naming rules of Of from an oapi-codegen config. Only the first
// call in a process has an effect, because oapi-codegen keeps the rules in global
// variables.
func Configure(configPath string) error {
	once.Do(func() { errConfig = configure(configPath) })
	return errConfig
}

func configure(configPath string) error {
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

// Load is [speccheck.Load] and [Check]. Call [Configure] first.
func Load(spec []byte) (*speccheck.Doc, error) {
	doc, err := speccheck.Load(spec)
	if err != nil {
		return nil, err
	}
	return doc, Check(doc)
}

// Of returns the Go name for a name in the spec.
func Of(name string) string { return codegen.SchemaNameToTypeName(name) }

// Check returns an error for each schema whose name differs from its Go name, and
// for each Go name that two elements of the spec would have.
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
		for _, schema := range []struct{ name, want string }{{op.SchemaPrefix + "Response", name + "Response"}, {op.Request, name + "Request"}} {
			if schema.name != "" && schema.name != schema.want {
				at("components", "schemas", schema.name)("%s %s: its schema %s must be named %s, as in Go", op.HTTPMethod, op.Path, schema.name, schema.want)
			}
		}
		methods.claim(failf, name, op.OperationID)
		if op.CursorPath != "" || op.PageCountPath != "" {
			methods.claim(failf, name+"Pages", "the pages of "+op.OperationID)
			methods.claim(failf, name+"All", "the items of "+op.OperationID)
		}
		for _, suffix := range []string{"Params", "HTTPResponse", "JSONRequestBody", "FormdataRequestBody", "MultipartRequestBody"} {
			types.claim(failf, name+suffix, "a part of "+op.OperationID)
		}
		if op.HTTPMethod == http.MethodGet {
			types.claim(failf, name+"Request", "the request of "+op.OperationID)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Components.Schemas)) {
		types.claim(at("components", "schemas", name), Of(name), "the schema "+name)
		fieldNames(at, []string{"components", "schemas", name}, name, doc.Components.Schemas[name].Value)
	}
	for _, code := range slices.Sorted(maps.Keys(doc.Common)) {
		types.claim(at("x-slack-error-codes", "common", code), "Err"+codegen.ToCamelCase(code), "the code "+code)
	}
	for _, code := range slices.Sorted(maps.Keys(doc.Special)) {
		types.claim(at("x-slack-error-codes", "special", code), "Err"+codegen.ToCamelCase(code), "the code "+code)
	}
	return wrong.Err()
}

// report notes a problem at an element of the spec.
type report func(format string, args ...any)

// unique are the elements of the spec by their Go names.
type unique map[string]string

func (u unique) claim(failf report, name, element string) {
	if other := u[name]; other != "" && other != element {
		failf("%s and %s are both named %s in Go; rename one of them", other, element, name)
	}
	u[name] = element
}

// fieldNames checks the properties of the schema under keys and of the schemas in
// it. Those behind a $ref are checked as components.
func fieldNames(at func(...string) report, keys []string, where string, schema *openapi3.Schema) {
	names := unique{}
	inner := func(name string, ref *openapi3.SchemaRef, more ...string) {
		if ref != nil && ref.Ref == "" {
			fieldNames(at, slices.Concat(keys, more), where+name, ref.Value)
		}
	}
	from := map[string]string{} // the $ref by the Go name; "" for schema itself
	var add func(part *openapi3.Schema, ref string)
	add = func(part *openapi3.Schema, ref string) {
		for _, name := range slices.Sorted(maps.Keys(part.Properties)) {
			if ref != "" && from[Of(name)] == ref {
				continue // checked as a component
			}
			from[Of(name)] = ref
			names.claim(at(slices.Concat(keys, []string{"properties", name})...), Of(name), where+"."+name)
			if ref == "" { // a component may lead back here
				inner("."+name, part.Properties[name], "properties", name)
			}
		}
		for _, inner := range part.AllOf {
			add(inner.Value, cmp.Or(inner.Ref, ref))
		}
	}
	add(schema, "")
	inner("[]", schema.Items, "items")
	inner("{}", schema.AdditionalProperties.Schema, "additionalProperties")
}
