package speccheck

import (
	"errors"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// openAPI notes what kin-openapi found wrong with t, each where it says that it
// is. What is wrong with a schema it says again of all that refer to it.
func (c *checker) openAPI(t *openapi3.T, err error) {
	var all openapi3.MultiError
	if !errors.As(err, &all) {
		all = openapi3.MultiError{err}
	}
	said := map[string]bool{}
	for _, err := range all {
		at, cause := c.scope(err)
		var mismatch *openapi3.SchemaError
		var example *openapi3.MediaTypeExampleValidationError
		text, _, _ := strings.Cut(cause.Error(), "\n") // the others are the schema and the value
		switch isMismatch := errors.As(cause, &mismatch); {
		case said[text]:
		case isMismatch && errors.As(cause, &example):
			at = under(at, "examples", example.ExampleName)
			for _, reason := range mismatches(example.Cause) {
				c.failf(at, "the example %s does not fit its schema: %s", example.ExampleName, reason)
			}
		case isMismatch && t != nil && c.samples(t):
		default:
			c.failf(at, "%s", text)
		}
		said[text] = true
	}
}

// scope returns where kin-openapi says that something is wrong, and what.
func (c *checker) scope(err error) (at place, cause error) {
	at = c.root
	for {
		switch e := err.(type) { //nolint:errorlint // each wraps the next
		case *openapi3.SectionValidationError:
			at, err = at.to(e.Section), e.Cause
		case *openapi3.PathValidationError:
			at, err = c.root.to("paths", e.Path).called(e.Path), e.Cause
		case *openapi3.OperationValidationError:
			at, err = at.to(strings.ToLower(e.Method)).called(e.Method+" "+at.name), e.Cause
		case *openapi3.ComponentValidationError:
			for _, section := range c.root.to("components").keys() {
				if found := c.root.to("components", section); found.has(e.Name) {
					at = found.to(e.Name).called(e.Name)
				}
			}
			err = e.Cause
		default:
			return at, err
		}
	}
}

// under returns the first place in at with a key under another.
func under(at place, outer, inner string) place {
	if at.has(outer) && at.to(outer).has(inner) {
		return at.to(outer, inner)
	}
	for _, key := range at.keys() {
		next := at.to(key)
		if found := under(next, outer, inner); found.node != next.node {
			return found
		}
	}
	return at
}

// samples notes each example and default of a schema that does not fit it, and
// tells whether there is one.
func (c *checker) samples(t *openapi3.T) (found bool) {
	var visit func(at place, ref *openapi3.SchemaRef)
	visit = func(at place, ref *openapi3.SchemaRef) {
		if ref == nil || ref.Ref != "" {
			return
		}
		schema := ref.Value
		for key, value := range map[string]any{"example": schema.Example, "default": schema.Default} {
			if value == nil {
				continue
			}
			for _, reason := range mismatches(schema.VisitJSON(value, openapi3.MultiErrors())) {
				c.failf(at.to(key), "%s does not fit: %s", key, reason)
				found = true
			}
		}
		for name, property := range schema.Properties {
			visit(at.to("properties", name).called(at.name+"."+name), property)
		}
		visit(at.to("items").called(at.name+"[]"), schema.Items)
		visit(at.to("additionalProperties").called(at.name+"{}"), schema.AdditionalProperties.Schema)
		for key, parts := range map[string]openapi3.SchemaRefs{"allOf": schema.AllOf, "oneOf": schema.OneOf, "anyOf": schema.AnyOf} {
			for i, part := range parts {
				visit(at.to(key, index(i)), part)
			}
		}
	}
	for name, schema := range t.Components.Schemas {
		visit(c.component(name), schema)
	}
	for path, item := range t.Paths.Map() {
		for verb, operation := range item.Operations() {
			at := c.method(path, verb)
			for i, parameter := range operation.Parameters {
				visit(at.to("parameters", index(i), "schema"), parameter.Value.Schema)
			}
		}
	}
	return found
}

// mismatches returns why a value does not fit a schema, each with the way to the
// part that does not.
func mismatches(err error) (reasons []string) {
	var all openapi3.MultiError
	var mismatch *openapi3.SchemaError
	switch e := err.(type) { //nolint:errorlint // those inside are visited in turn
	case nil:
		return nil
	case openapi3.MultiError:
		for _, one := range e {
			reasons = append(reasons, mismatches(one)...)
		}
		return reasons
	case *openapi3.SchemaError:
		mismatch = e
	default:
		return []string{err.Error()}
	}
	switch {
	case mismatch.SchemaField == "oneOf" && errors.As(mismatch.Origin, &all):
		return likeliest(all)
	case mismatch.Origin != nil && errors.As(mismatch.Origin, &all):
		return mismatches(all)
	}
	way := mismatch.JSONPointer()
	if len(way) == 0 {
		return []string{mismatch.Reason}
	}
	return []string{strings.Join(way, ".") + ": " + mismatch.Reason}
}

// likeliest returns why a value fits none of several schemas: why not the one
// that has its ok, if one does, else the one that it is the fewest reasons away
// from.
func likeliest(each openapi3.MultiError) (best []string) {
	weight := func(reasons []string) int {
		n := len(reasons)
		for _, reason := range reasons {
			if strings.HasPrefix(reason, "ok: value is not one of") {
				n += 1000
			}
		}
		return n
	}
	for _, one := range each {
		if reasons := mismatches(one); best == nil || weight(reasons) < weight(best) {
			best = reasons
		}
	}
	return best
}
