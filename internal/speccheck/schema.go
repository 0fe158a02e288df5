package speccheck

import (
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

const emptyName = "x-slack-empty"

// schema checks the properties of schema and of the schemas in it. Those behind a
// $ref are checked as components.
func (c *checker) schema(at place, schema *openapi3.Schema, isRequest bool) {
	names := slices.Sorted(maps.Keys(schema.Properties))
	for _, name := range names {
		ref := schema.Properties[name]
		if ref.Ref != "" {
			continue
		}
		property, at := ref.Value, at.child("properties", name).withName(at.name+"."+name)
		if property.Description == "" {
			c.failf(at, "description is missing; the docs need it")
		}
		if !hasType(property) {
			c.failf(at, "type is missing; a value of any type must have a description alone")
		}
		if isRequest && slices.Contains(schema.Required, name) && property.Example == nil && !IsFile(property) {
			c.failf(at, "it is required and has no example; the docs and the fake need one")
		}
		if property.Deprecated && property.Extensions["x-deprecated-reason"] == nil {
			c.failf(at.child("deprecated"), "it is deprecated, but has no x-deprecated-reason")
		}
		if IsFile(property) && !isRequest {
			c.failf(at, "it is a file, which only an argument of a method can be")
		}
		if isEmptyable(property) && !isRequest {
			c.failf(at.child(emptyName), "%s is only for arguments", emptyName)
		}
		if isRequest && property.Extensions["x-slack-essential"] != nil {
			c.failf(at.child("x-slack-essential"), "x-slack-essential is only for responses; list the argument under required")
		}
		c.schema(at, property, false)
	}
	for _, name := range schema.Required {
		if schema.Properties[name] == nil {
			c.failf(at.child("required"), "required has %q, which is not a property%s", name, didYouMean(name, names, maxTypos(name)))
		}
	}
	for i, part := range schema.AllOf {
		if part.Ref == "" {
			c.schema(at.child("allOf", index(i)), part.Value, isRequest)
		}
	}
	if schema.Items != nil && schema.Items.Ref == "" {
		c.schema(at.child("items").withName(at.name+"[]"), schema.Items.Value, false)
	}
	if values := schema.AdditionalProperties.Schema; values != nil {
		if len(schema.Properties) > 0 {
			c.failf(at.child("additionalProperties"), "it has properties and additionalProperties with a schema, but a Go type can have only one of them")
		}
		if values.Ref == "" {
			c.schema(at.child("additionalProperties").withName(at.name+"{}"), values.Value, false)
		}
	}
	groups, _ := as[[][]string](schema.Extensions["x-slack-together"])
	for _, name := range slices.Concat(groups...) {
		if schema.Properties[name] == nil {
			c.failf(at.child("x-slack-together"), "x-slack-together has %q, which is not a property%s", name, didYouMean(name, names, maxTypos(name)))
		}
	}
}

// hasType reports whether schema has a type or is free of restrictions.
func hasType(schema *openapi3.Schema) bool {
	isFree := schema.Format == "" && schema.Items == nil && len(schema.Properties) == 0 && len(schema.Enum) == 0 &&
		schema.Min == nil && schema.Max == nil && schema.MinLength == 0 && schema.AdditionalProperties.Schema == nil
	return schema.Type != nil || len(schema.OneOf)+len(schema.AnyOf)+len(schema.AllOf) > 0 || isFree
}

// isEmptyable reports whether an empty string differs from a missing one.
func isEmptyable(schema *openapi3.Schema) bool { return schema.Extensions[emptyName] == true }

// empty checks x-slack-empty of the arguments.
func (c *checker) empty(at place, o *Operation) {
	for _, name := range slices.Sorted(maps.Keys(o.Arguments.Properties)) {
		schema := o.Arguments.Properties[name].Value
		at := c.argument(at, o, name).child(emptyName)
		switch value := schema.Extensions[emptyName]; {
		case value == nil:
		case value != true:
			c.failf(at, "%s of %q is %v; it must be true or left out", emptyName, name, value)
		case !isPlainString(schema) || schema.MinLength > 0 || schema.Nullable || slices.Contains(o.Arguments.Required, name):
			c.failf(at, "%q has %s, so it must be optional and have type: string, without format, enum, minLength or nullable", name, emptyName)
		}
	}
}

// guessed sets the paths with inferred types.
func (c *checker) guessed(at place, o *Operation) {
	const name = "x-slack-guessed"
	guessed, _ := as[map[string][]string](o.Extensions[name])
	for in, paths := range guessed {
		schema := map[string]*openapi3.Schema{"arguments": o.Arguments, "response": o.Response}[in]
		if schema == nil || len(paths) == 0 {
			c.failf(at.child(name), "%s has %s: %q; it must have %s", name, in, paths, extensions[name].want)
			continue
		}
		for _, path := range paths {
			if followItems(schema, path) == nil {
				c.failf(at.child(name), "%s has %q, which is not in %s", name, path, in)
			}
		}
	}
	o.GuessedArguments, o.GuessedResponse = guessed["arguments"], guessed["response"]
}
