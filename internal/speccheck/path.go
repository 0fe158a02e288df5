package speccheck

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Field returns a property of schema or of its allOf parts, or nil.
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

// follow returns the property at a dotted path in schema, or nil.
func follow(schema *openapi3.Schema, path string) *openapi3.Schema {
	for name := range strings.SplitSeq(path, ".") {
		if schema = Field(schema, name); schema == nil {
			return nil
		}
	}
	return schema
}

// followItems is like follow, but the path also passes through the items of arrays
// and the values of maps.
func followItems(schema *openapi3.Schema, path string) *openapi3.Schema {
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

// Fields returns the sorted names of the properties of schema and of its allOf
// parts.
func Fields(schema *openapi3.Schema) []string {
	names := slices.Collect(maps.Keys(schema.Properties))
	for _, part := range schema.AllOf {
		names = append(names, Fields(part.Value)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
