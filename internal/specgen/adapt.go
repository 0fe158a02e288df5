package main

import (
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// adapt changes a document where oapi-codegen is to read it otherwise than others.
func adapt(doc *openapi3.T) {
	for _, response := range doc.Components.Responses {
		// To read them, the stock client would need oapi-codegen's parameter parser.
		// Package api reads Retry-After itself.
		response.Value.Headers = nil
	}
	seen := map[*openapi3.Schema]bool{}
	for _, ref := range doc.Components.Schemas {
		adaptSchema(ref, seen)
	}
	for _, path := range doc.Paths.Map() {
		for _, op := range path.Operations() {
			for _, parameter := range op.Parameters {
				parameter.Value.Description = said(parameter.Value.Description)
				adaptSchema(parameter.Value.Schema, seen)
			}
		}
	}
}

// adaptSchema changes a schema, and those inside it, unless it was seen.
func adaptSchema(ref *openapi3.SchemaRef, seen map[*openapi3.Schema]bool) {
	if ref == nil || seen[ref.Value] {
		return
	}
	schema := ref.Value
	seen[schema] = true
	inside := slices.Concat(schema.AllOf, schema.OneOf, schema.AnyOf, slices.Collect(maps.Values(schema.Properties)))
	for _, part := range append(inside, schema.Items, schema.AdditionalProperties.Schema) {
		adaptSchema(part, seen)
	}
	set := func(extension string) {
		if schema.Extensions == nil {
			schema.Extensions = map[string]any{}
		}
		schema.Extensions[extension] = true
	}
	schema.Description = said(schema.Description)
	isPositive := schema.Min != nil && *schema.Min > 0
	if len(schema.Properties) > 0 {
		// Unknown fields are read from the answer's own JSON (api.WithBodyInto). As a
		// map in every struct they would cost hand-rolled marshalers, several times
		// slower than encoding/json's. Maps of typed values stay maps.
		schema.AdditionalProperties = openapi3.AdditionalProperties{}
	}
	if schema.MinLength > 0 || schema.MinItems > 0 || isPositive {
		// An empty value that the document itself excludes is left out, also where the
		// field is required, so that Slack says which argument is missing.
		set("x-omitempty")
	}
	if schema.Extensions["x-slack-empty"] == true {
		schema.Nullable = true // left out and empty are different requests
	}
	if schema.Nullable && isPositive {
		set("x-go-type-skip-optional-pointer") // null is as good as leaving it out, which 0 does
	}
	if schema.Nullable && schema.Extensions["x-go-type"] == "int64" {
		set("x-go-type-skip-optional-pointer") // no ID is 0
	}
}
