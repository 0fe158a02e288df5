package speccheck

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// schema checks that the parts of an object say what they are. Those that
// $ref to are checked under their own name.
func (c *checker) schema(where string, schema *openapi3.Schema) {
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		ref := schema.Properties[name]
		if ref.Ref != "" {
			continue
		}
		property, at := ref.Value, where+"."+name
		if property.Description == "" {
			c.failf("%s is not described", at)
		}
		if property.Type == nil && len(property.OneOf)+len(property.AnyOf)+len(property.AllOf) == 0 {
			c.failf("%s is not typed", at)
		}
		if strings.HasSuffix(where, "Request") && slices.Contains(schema.Required, name) && property.Example == nil {
			c.failf("%s is required and has no example", at)
		}
		c.schema(at, property)
	}
	for _, name := range schema.Required {
		if schema.Properties[name] == nil {
			c.failf("%s: it requires %q, which is no property", where, name)
		}
	}
	for _, part := range schema.AllOf {
		if part.Ref == "" {
			c.schema(where, part.Value)
		}
	}
	if schema.Items != nil && schema.Items.Ref == "" {
		c.schema(where+"[]", schema.Items.Value)
	}
	if _, ok := schema.Extensions["x-slack-together"]; ok {
		for _, group := range decode[[][]string](c, where, schema.Extensions, "x-slack-together") {
			for _, name := range group {
				if schema.Properties[name] == nil {
					c.failf("%s: x-slack-together has %q, which is no property", where, name)
				}
			}
		}
	}
}
