package speccheck

import (
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// schema checks that the parts of an object say what they are. Those that
// $ref to are checked under their own name.
func (c *checker) schema(where place, schema *openapi3.Schema, isRequest bool) {
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		ref := schema.Properties[name]
		if ref.Ref != "" {
			continue
		}
		property, at := ref.Value, where.to("properties", name).called(where.name+"."+name)
		if property.Description == "" {
			c.failf(at, "it is not described; want a description, for it becomes the docs")
		}
		if !typed(property) {
			c.failf(at, "it is not typed, but has limits; want a type, or a description alone for a value of any type")
		}
		if isRequest && slices.Contains(schema.Required, name) && property.Example == nil && !IsFile(property) {
			c.failf(at, "it is required and has no example; want one, for the docs and the fake")
		}
		if property.Deprecated && property.Extensions["x-deprecated-reason"] == nil {
			c.failf(at.to("deprecated"), "it is deprecated, but x-deprecated-reason does not say why")
		}
		if IsFile(property) && !isRequest {
			c.failf(at, "it is a file, which only an argument of a method can be")
		}
		if isEmptyable(property) && !isRequest {
			c.failf(at.to(emptyable), "x-slack-empty is only for arguments")
		}
		if isRequest && property.Extensions["x-slack-essential"] != nil {
			c.failf(at.to("x-slack-essential"), "x-slack-essential is only for responses; want the argument under required")
		}
		c.schema(at, property, false)
	}
	for _, name := range schema.Required {
		if schema.Properties[name] == nil {
			c.failf(where.to("required"), "it requires %q, which is no property%s", name, orNear(name, slices.Sorted(maps.Keys(schema.Properties))))
		}
	}
	for i, part := range schema.AllOf {
		if part.Ref == "" {
			c.schema(where.to("allOf", index(i)), part.Value, isRequest)
		}
	}
	if schema.Items != nil && schema.Items.Ref == "" {
		c.schema(where.to("items").called(where.name+"[]"), schema.Items.Value, false)
	}
	if values := schema.AdditionalProperties.Schema; values != nil {
		if len(schema.Properties) > 0 {
			c.failf(where.to("additionalProperties"), "it has both properties and typed additionalProperties, for which Go has no one type; want one of them")
		}
		if values.Ref == "" {
			c.schema(where.to("additionalProperties").called(where.name+"{}"), values.Value, false)
		}
	}
	if _, ok := schema.Extensions["x-slack-together"]; ok {
		for _, group := range decode[[][]string](c, where, schema.Extensions, "x-slack-together") {
			for _, name := range group {
				if schema.Properties[name] == nil {
					c.failf(where.to("x-slack-together"), "x-slack-together has %q, which is no property%s", name, orNear(name, slices.Sorted(maps.Keys(schema.Properties))))
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
func (c *checker) empty(where place, o *Operation) {
	for _, name := range slices.Sorted(maps.Keys(o.Arguments.Properties)) {
		schema := o.Arguments.Properties[name].Value
		value, said := schema.Extensions[emptyable]
		switch {
		case !said:
		case value != true:
			c.failf(c.argument(where, o, name).to(emptyable), "%s of %q is %v; want true, or none", emptyable, name, value)
		case !schema.Type.Is("string") || schema.Format != "" || len(schema.Enum) > 0 || schema.MinLength > 0 || schema.Nullable || slices.Contains(o.Arguments.Required, name):
			c.failf(c.argument(where, o, name).to(emptyable), "%q has %s, but is not an optional argument of type: string that may be empty", name, emptyable)
		}
	}
}

// guessed takes the fields of the answer whose types were inferred.
func (c *checker) guessed(where place, o *Operation) {
	const name = "x-slack-guessed"
	if _, said := o.Extensions[name]; !said {
		return
	}
	guessed := decode[map[string][]string](c, where, o.Extensions, name)
	for of, paths := range guessed {
		in := map[string]*openapi3.Schema{"arguments": o.Arguments, "response": o.Answer}[of]
		if in == nil || len(paths) == 0 {
			c.failf(where.to(name), "%s has %s: %q; want paths of arguments, or of the response", name, of, paths)
			continue
		}
		for _, path := range paths {
			if inside(in, path) == nil {
				c.failf(where.to(name), "%s has %q, which is not in its %s", name, path, of)
			}
		}
	}
	o.GuessedIn, o.Guessed = guessed["arguments"], guessed["response"]
}
