package main

import (
	"github.com/getkin/kin-openapi/openapi3"
)

// adapt changes a document for oapi-codegen.
func adapt(doc *openapi3.T) error {
	for _, response := range doc.Components.Responses {
		// For headers, the stock client would need oapi-codegen's parameter parser.
		// Package api reads Retry-After itself.
		response.Value.Headers = nil
	}
	for _, path := range doc.Paths.Map() {
		for _, op := range path.Operations() {
			for _, parameter := range op.Parameters {
				parameter.Value.Description = describe(parameter.Value.Description)
			}
		}
	}
	return doc.WalkSchemas(func(_ string, ref *openapi3.SchemaRef) error {
		adaptSchema(ref.Value)
		return nil
	})
}

func adaptSchema(schema *openapi3.Schema) {
	set := func(extension string) {
		if schema.Extensions == nil {
			schema.Extensions = map[string]any{}
		}
		schema.Extensions[extension] = true
	}
	schema.Description = describe(schema.Description)
	isPositive := schema.Min != nil && *schema.Min > 0
	if len(schema.Properties) > 0 {
		// Callers read unknown fields from the response's JSON (api.WithBodyInto). A map
		// of them in every struct would need generated marshalers, several times slower
		// than encoding/json. Maps of typed values stay maps.
		schema.AdditionalProperties = openapi3.AdditionalProperties{}
	}
	if schema.MinLength > 0 || schema.MinItems > 0 || isPositive {
		// A value that is empty although the spec excludes that is left out, even if it is
		// required, so that Slack's error names the missing argument.
		set("x-omitempty")
	}
	if schema.Extensions["x-slack-empty"] == true {
		schema.Nullable = true // a pointer: empty differs from left out
	}
	if schema.Nullable && isPositive {
		set("x-go-type-skip-optional-pointer") // 0 leaves it out, which is like null
	}
	if schema.Nullable && schema.Extensions["x-go-type"] == "int64" {
		set("x-go-type-skip-optional-pointer") // no ID is 0
	}
}
