package speccheck

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Field returns a property of schema or of what it is made of, nil if it has none
// of that name.
func Field(schema *openapi3.Schema, name string) *openapi3.Schema {
	if ref := schema.Properties[name]; ref != nil {
		return ref.Value
	}
	for _, part := range schema.AllOf {
		if found := Field(part.Value, name); found != nil {
			return found
		}
	}
	return nil
}

// follow returns what stands at a dotted path of properties in schema, nil if
// nothing does.
func follow(schema *openapi3.Schema, path string) *openapi3.Schema {
	for name := range strings.SplitSeq(path, ".") {
		if schema = Field(schema, name); schema == nil {
			return nil
		}
	}
	return schema
}

// inside is follow, but a path may also go on in the items of an array or the
// values of a map.
func inside(schema *openapi3.Schema, path string) *openapi3.Schema {
	for name := range strings.SplitSeq(path, ".") {
		for schema.Items != nil || schema.AdditionalProperties.Schema != nil {
			if schema.Items != nil {
				schema = schema.Items.Value
			} else {
				schema = schema.AdditionalProperties.Schema.Value
			}
		}
		if schema = Field(schema, name); schema == nil {
			return nil
		}
	}
	return schema
}

// Fields returns the names of all properties of schema and of what it is made of.
func Fields(schema *openapi3.Schema) []string {
	names := slices.Collect(maps.Keys(schema.Properties))
	for _, part := range schema.AllOf {
		names = append(names, Fields(part.Value)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
