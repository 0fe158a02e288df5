package speccheck

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// recursion checks that each object has a finite size in Go. A property whose
// $ref is its own object becomes a pointer; a longer cycle needs a nullable
// property, which becomes a pointer too.
func (c *checker) recursion(doc *Doc) {
	for _, start := range slices.Sorted(maps.Keys(doc.Components.Schemas)) {
		seen := map[string]bool{}
		var visit func(name string, path []string)
		visit = func(name string, path []string) {
			for _, part := range parts(doc.Components.Schemas[name].Value, name) {
				next := RefName(part.ref)
				switch {
				case next == start && len(path) == 0 && part.own:
				case next == start && start <= slices.Min(append(path, part.at)): // reported once for the whole cycle
					c.failf(c.component(next), "it contains itself through %s; write nullable: true beside allOf: [$ref] at one of them, so that Go has a pointer", strings.Join(append(path, part.at), " and "))
				case !seen[next] && next != name:
					seen[next] = true
					visit(next, append(slices.Clone(path), part.at))
				}
			}
		}
		visit(start, nil)
	}
}

// A part is a component inside another.
type part struct {
	at, ref string
	own     bool // a property of the object itself
}

// parts returns the components in schema, except those in arrays, maps and nullable
// properties. Those that allOf merges always count, because they are copied.
func parts(schema *openapi3.Schema, at string) []part {
	var all []part
	var visit func(ref *openapi3.SchemaRef, at string, direct, own bool)
	inner := func(schema *openapi3.Schema, at string, direct, own bool) {
		for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
			visit(schema.Properties[name], at+"."+name, direct, own)
		}
	}
	visit = func(ref *openapi3.SchemaRef, at string, direct, own bool) {
		schema := ref.Value
		if ref.Ref == "" && len(schema.AllOf) == 1 {
			direct = direct && !schema.Nullable
			ref = schema.AllOf[0]
		}
		if ref.Ref != "" {
			if direct && !ref.Value.Nullable {
				all = append(all, part{at, ref.Ref, own})
			}
			return
		}
		direct = direct && !schema.Nullable
		for _, of := range schema.AllOf {
			if of.Ref != "" {
				all = append(all, part{at, of.Ref, false})
			} else {
				inner(of.Value, at, direct, false)
			}
		}
		inner(schema, at, direct, false)
		if schema.Items != nil {
			visit(schema.Items, at+"[]", false, false)
		}
		if values := schema.AdditionalProperties.Schema; values != nil {
			visit(values, at+"{}", false, false)
		}
	}
	inner(schema, at, true, true)
	for _, of := range schema.AllOf {
		if of.Ref != "" {
			all = append(all, part{at, of.Ref, false})
		} else {
			inner(of.Value, at, true, true)
		}
	}
	return all
}
