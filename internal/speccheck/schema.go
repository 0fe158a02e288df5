package speccheck

import (
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// schema checks that the parts of an object say what they are. Those that
// $ref to are checked under their own name.
func (c *checker) schema(where string, schema *openapi3.Schema, isRequest bool) {
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		ref := schema.Properties[name]
		if ref.Ref != "" {
			continue
		}
		property, at := ref.Value, where+"."+name
		if property.Description == "" {
			c.failf("%s is not described", at)
		}
		if !typed(property) {
			c.failf("%s is not typed, but has limits; want a type, or a description alone for a value of any type", at)
		}
		if isRequest && slices.Contains(schema.Required, name) && property.Example == nil && !IsFile(property) {
			c.failf("%s is required and has no example", at)
		}
		if property.Deprecated && property.Extensions["x-deprecated-reason"] == nil {
			c.failf("%s is deprecated, but x-deprecated-reason does not say why", at)
		}
		if IsFile(property) && !isRequest {
			c.failf("%s is a file, which only an argument of a method can be", at)
		}
		if isEmptyable(property) && !isRequest {
			c.failf("%s: x-slack-empty is only for arguments", at)
		}
		c.schema(at, property, false)
	}
	for _, name := range schema.Required {
		if schema.Properties[name] == nil {
			c.failf("%s: it requires %q, which is no property", where, name)
		}
	}
	for _, part := range schema.AllOf {
		if part.Ref == "" {
			c.schema(where, part.Value, isRequest)
		}
	}
	if schema.Items != nil && schema.Items.Ref == "" {
		c.schema(where+"[]", schema.Items.Value, false)
	}
	if values := schema.AdditionalProperties.Schema; values != nil {
		if len(schema.Properties) > 0 {
			c.failf("%s: it has both properties and typed additionalProperties, for which Go has no one type; want one of them", where)
		}
		if values.Ref == "" {
			c.schema(where+"{}", values.Value, false)
		}
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

// typed reports whether schema says of which type a value is, or that it may be
// of any.
func typed(schema *openapi3.Schema) bool {
	isFree := schema.Format == "" && schema.Items == nil && len(schema.Properties) == 0 && len(schema.Enum) == 0 &&
		schema.Min == nil && schema.Max == nil && schema.MinLength == 0 && schema.AdditionalProperties.Schema == nil
	return schema.Type != nil || len(schema.OneOf)+len(schema.AnyOf)+len(schema.AllOf) > 0 || isFree
}

const emptyable = "x-slack-empty"

// isEmptyable reports whether the empty string means something.
func isEmptyable(schema *openapi3.Schema) bool { return schema.Extensions[emptyable] == true }

// empty checks the arguments whose empty value means something.
func (c *checker) empty(where string, o *Operation) {
	for _, name := range slices.Sorted(maps.Keys(o.Arguments.Properties)) {
		schema := o.Arguments.Properties[name].Value
		value, said := schema.Extensions[emptyable]
		switch {
		case !said:
		case value != true:
			c.failf("%s: %s of %q is %v; want true, or none", where, emptyable, name, value)
		case !schema.Type.Is("string") || schema.Format != "" || len(schema.Enum) > 0 || schema.MinLength > 0 || schema.Nullable || slices.Contains(o.Arguments.Required, name):
			c.failf("%s: %q has %s, but is not an optional argument of type: string that may be empty", where, name, emptyable)
		}
	}
}

// guessed takes the fields of the answer whose types were inferred.
func (c *checker) guessed(where string, o *Operation) {
	const name = "x-slack-guessed"
	if _, said := o.Extensions[name]; !said {
		return
	}
	guessed := decode[map[string][]string](c, where, o.Extensions, name)
	for of, paths := range guessed {
		in := map[string]*openapi3.Schema{"arguments": o.Arguments, "response": o.Answer}[of]
		if in == nil || len(paths) == 0 {
			c.failf("%s: %s has %s: %q; want paths of arguments, or of the response", where, name, of, paths)
			continue
		}
		for _, path := range paths {
			if inside(in, path) == nil {
				c.failf("%s: %s has %q, which its %s do not have", where, name, path, of)
			}
		}
	}
	o.GuessedIn, o.Guessed = guessed["arguments"], guessed["response"]
}
