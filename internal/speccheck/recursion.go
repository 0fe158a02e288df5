package speccheck

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// recursion checks that each object can be laid out in memory. A property that
// is its own object becomes a pointer; a longer way round needs one that may be
// null, which is a pointer too.
func (c *checker) recursion(doc *Doc) {
	for _, start := range slices.Sorted(maps.Keys(doc.Components.Schemas)) {
		seen := map[string]bool{}
		var visit func(name string, way []string)
		visit = func(name string, way []string) {
			for _, part := range parts(&openapi3.SchemaRef{Value: doc.Components.Schemas[name].Value}, name) {
				next := RefName(part.ref)
				switch {
				case next == start && len(way) == 0 && part.own:
				case next == start && start <= slices.Min(append(way, part.at)): // once for all who are in it
					c.failf("%s contains itself by way of %s; want nullable: true beside allOf: [$ref] at one of them, so that Go has a pointer", next, strings.Join(append(way, part.at), " and "))
				case !seen[next] && next != name:
					seen[next] = true
					visit(next, append(slices.Clone(way), part.at))
				}
			}
		}
		visit(start, nil)
	}
}

// A part is a place in an object that holds another.
type part struct {
	at, ref string
	own     bool // a property of the object itself
}

// parts returns what ref holds, but for arrays, maps and what may be null.
func parts(ref *openapi3.SchemaRef, at string) (all []part) {
	for _, name := range slices.Sorted(maps.Keys(ref.Value.Properties)) {
		property, at := ref.Value.Properties[name], at+"."+name
		whole := property
		if property.Ref == "" && len(property.Value.AllOf) == 1 {
			whole = property.Value.AllOf[0]
		}
		switch {
		case property.Value.Nullable:
		case whole.Ref != "":
			all = append(all, part{at, whole.Ref, true})
		default:
			for _, inner := range parts(property, at) {
				all = append(all, part{inner.at, inner.ref, false})
			}
		}
	}
	for _, of := range ref.Value.AllOf {
		if of.Ref == "" {
			all = append(all, parts(of, at)...)
		} else {
			for _, inner := range parts(&openapi3.SchemaRef{Value: of.Value}, at) {
				all = append(all, part{inner.at, inner.ref, false})
			}
		}
	}
	return all
}
