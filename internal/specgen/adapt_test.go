package main

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// TestAdapt has each schema that is adapted, at each kind of place.
func TestAdapt(t *testing.T) {
	t.Parallel()
	const source = `{"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": {"parameters": [
		{"name": "p", "in": "query", "schema": {"type": "integer", "minimum": 1, "nullable": true}}
	], "responses": {}}}}, "components": {
		"responses": {"R": {"description": "r", "headers": {"Retry-After": {"schema": {"type": "integer"}}}}},
		"schemas": {"S": {"additionalProperties": true, "properties": {
			"list": {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}},
			"map": {"type": "object", "additionalProperties": {"type": "string", "x-slack-empty": true}},
			"zero": {"type": "integer", "minimum": 0, "nullable": true},
			"self": {"$ref": "#/components/schemas/S"},
			"part": {"allOf": [{"type": "integer", "minimum": 2}]}
		}}}
	}}`
	doc, err := openapi3.NewLoader().LoadFromData([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	if err := adapt(doc); err != nil {
		t.Fatal(err)
	}
	const omit, plain = "x-omitempty", "x-go-type-skip-optional-pointer"
	whole := doc.Components.Schemas["S"].Value
	list, ofMap, part := whole.Properties["list"].Value, whole.Properties["map"].Value, whole.Properties["part"].Value
	parameter, zero := doc.Paths.Value("/a").Get.Parameters[0].Value.Schema.Value, whole.Properties["zero"].Value
	for what, isSo := range map[string]bool{
		"a header":                             doc.Components.Responses["R"].Value.Headers == nil,
		"unknown fields":                       whole.AdditionalProperties.Has == nil,
		"a map's values":                       ofMap.AdditionalProperties.Schema.Value.Nullable,
		"an array that may not be empty":       list.Extensions[omit] == true,
		"a string that may not be empty":       list.Items.Value.Extensions[omit] == true,
		"a part":                               part.AllOf[0].Value.Extensions[omit] == true && !part.AllOf[0].Value.Nullable,
		"a parameter that is 1 or null":        parameter.Extensions[omit] == true && parameter.Extensions[plain] == true,
		"what may be 0 or null":                zero.Extensions[omit] == nil && zero.Extensions[plain] == nil,
		"what is positive and may not be null": part.AllOf[0].Value.Extensions[plain] == nil,
		"what may be null and is not a number": ofMap.AdditionalProperties.Schema.Value.Extensions[plain] == nil,
		"what is neither":                      whole.Extensions[omit] == nil,
	} {
		if !isSo {
			t.Errorf("%s is not as it should be", what)
		}
	}
}
