package speccheck

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// openAPI notes what kin-openapi found wrong with the document. It reports an
// element once for each element that refers to it.
func (c *checker) openAPI(err error) {
	var all openapi3.MultiError
	if !errors.As(err, &all) {
		all = openapi3.MultiError{err}
	}
	for _, err := range all {
		line, cause := origin(err)
		at := place{name: c.nameOf(line), line: max(1, line)}
		var mismatch *openapi3.SchemaError
		var example *openapi3.MediaTypeExampleValidationError
		var cycle *openapi3.UnresolvedRefError
		var unknown *openapi3.ExtraSiblingFieldsError
		var wrongType *openapi3.SchemaTypeError
		prefix := ""
		switch {
		case errors.As(cause, &unknown):
			for _, key := range unknown.Fields {
				c.failf(c.keyAt(line, key), "%s is not a key of OpenAPI 3.0 here%s", key, didYouMean(key, slices.Sorted(maps.Keys(extensions)), maxTypos(key)))
			}
			continue
		case errors.As(cause, &wrongType):
			cause = fmt.Errorf("type is %s; it must be array, boolean, integer, number, object or string", wrongType.Type)
		case errors.As(cause, &cycle):
			cause = fmt.Errorf("$ref: '%s' leads back to itself; write out one $ref of the cycle", cycle.Ref)
		case errors.As(cause, &example):
			prefix, cause = "the example "+example.ExampleName+" does not fit its schema: ", example.Cause
		case errors.As(cause, &mismatch):
			prefix, _, _ = strings.Cut(cause.Error(), ":") // invalid example or default
			prefix, cause = prefix+": ", mismatch
		}
		for _, reason := range mismatches(cause) {
			c.failf(at, "%s%s", prefix, reason)
		}
	}
}

// origin returns the innermost error in err that has a line, in the section of the
// element that it is about, and that line.
func origin(err error) (line int, cause error) {
	cause = err
	var section *openapi3.SectionValidationError
	for ; err != nil; err = errors.Unwrap(err) {
		if errors.As(err, &section) && section.Section != "paths" && section.Section != "components" {
			line, _ = origin(section.Cause)
			return line, section
		}
		if value := reflect.Indirect(reflect.ValueOf(err)); value.Kind() == reflect.Struct {
			if field := value.FieldByName("Origin"); field.IsValid() {
				if at, ok := reflect.TypeAssert[*openapi3.Origin](field); ok && at != nil && at.Key != nil {
					line, cause = at.Key.Line, err
				}
			}
		}
	}
	return line, cause
}

// keyAt returns the element with a key in an element at a line.
func (c *checker) keyAt(line int, key string) place {
	for _, at := range c.places {
		if child, ok := at.get(key); ok && (at.line == line || at.node.Line == line) {
			return child
		}
	}
	return place{name: c.nameOf(line), line: line}
}

// mismatches returns why a value does not fit a schema, each reason with the path
// to the part that does not.
func mismatches(err error) (reasons []string) {
	var all openapi3.MultiError
	switch e := err.(type) { //nolint:errorlint // those inside are visited in turn
	case openapi3.MultiError:
		for _, one := range e {
			reasons = append(reasons, mismatches(one)...)
		}
		return reasons
	case *openapi3.SchemaError:
		switch {
		case e.SchemaField == "oneOf" && errors.As(e.Origin, &all):
			return bestOneOfErrors(all)
		case e.Origin != nil && errors.As(e.Origin, &all):
			return mismatches(all)
		case len(e.JSONPointer()) > 0:
			return []string{strings.Join(e.JSONPointer(), ".") + ": " + e.Reason}
		}
		return []string{e.Reason}
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	return []string{text}
}

// bestOneOfErrors returns why a value fits none of several schemas: the reasons of
// the one with a fitting ok, otherwise of the one with the fewest reasons.
func bestOneOfErrors(each openapi3.MultiError) (best []string) {
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
