package main

import (
	"encoding/json"
	"regexp"
	"strings"
)

// kindOf returns OpenAPI's type of a JSON value, or "null".
func kindOf(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		if strings.ContainsAny(value.String(), ".eE") {
			return "number"
		}
		return "integer"
	case []any:
		return "array"
	default:
		return "object"
	}
}

// infer returns a schema for values like the samples, untyped if they have several
// types or none. bare means that the reference has an object without properties.
func infer(samples []any, bare bool) *schema {
	var kind string
	var nullable, several bool
	for _, sample := range samples {
		switch sampleKind := kindOf(sample); {
		case sampleKind == "null":
			nullable = true
		case kind == "" || kind == sampleKind:
			kind = sampleKind
		case kind == "integer" && sampleKind == "number" || kind == "number" && sampleKind == "integer":
			kind = "number"
		default:
			several = true
		}
	}
	s := &schema{kind: kind, nullable: nullable, guessed: true}
	switch {
	case several || kind == "":
		return untyped()
	case kind == "integer":
		s.format = "int64" // its size is unknown
	case kind == "array":
		elements := elementsOf(samples)
		if len(elements) == 0 {
			return untyped()
		}
		s.items = infer(elements, false)
		s.items.asPart()
	case kind == "object":
		inferred := inferObject(objectsOf(samples), bare)
		inferred.nullable = nullable
		return inferred
	}
	return s
}

// identifierPattern matches keys that are data, such as IDs, and not names of fields.
var identifierPattern = regexp.MustCompile(`^[A-Z][A-Za-z]{0,4}[A-Z0-9]{3,}$|^[0-9]+$`)

func inferObject(samples []*object, bare bool) *schema {
	var keys []string
	values := map[string][]any{}
	for _, sample := range samples {
		for _, key := range sample.keys {
			if values[key] == nil {
				keys = append(keys, key)
			}
			values[key] = append(values[key], sample.get(key))
		}
	}
	if len(keys) == 0 {
		return untyped()
	}

	identifiers, alike := true, true
	var all []any
	var one *schema
	for _, key := range keys {
		identifiers = identifiers && identifierPattern.MatchString(key)
		all = append(all, values[key]...)
		value := infer(values[key], false)
		alike = alike && value.isObject() && (one == nil || strings.Join(one.names, " ") == strings.Join(value.names, " "))
		one = value
	}
	switch {
	case identifiers, alike && (bare && len(keys) > 1 || len(keys) > 2):
		s := &schema{kind: "object", values: infer(all, false), guessed: true}
		s.values.asPart()
		return s
	case bare && one.isPlain() && infer(all, false).isPlain():
		return freeMap() // it may be a map or an object with fields
	}
	s := &schema{kind: "object", open: true, guessed: true}
	for _, key := range distinct(keys) {
		property := infer(values[key], false)
		property.desc = undescribed
		s.add(key, property)
	}
	if s.properties == nil {
		return freeMap()
	}
	return s
}

func elementsOf(samples []any) (elements []any) {
	for _, sample := range samples {
		if list, ok := sample.([]any); ok {
			elements = append(elements, list...)
		}
	}
	return elements
}

func objectsOf(samples []any) (objects []*object) {
	for _, sample := range samples {
		if o, ok := sample.(*object); ok {
			objects = append(objects, o)
		}
	}
	return objects
}
