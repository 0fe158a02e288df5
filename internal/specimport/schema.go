package main

import (
	"encoding/json"
	"slices"

	"github.com/seed-38c23bad/slackadmin/internal/goname"
)

// A schema is an OpenAPI schema, read from the spec or to be written.
type schema struct {
	ref        string // the name of a component; the only other fields are then desc and nullable
	desc       string
	kind       string // OpenAPI's type; "" is any
	format     string
	nullable   bool
	enum       []string
	limits     map[string]json.Number // by keyword, see limitNames
	items      *schema                // of an array
	values     *schema                // of a map
	names      []string               // of the properties, in their order
	properties map[string]*schema
	required   []string
	open       bool // additionalProperties: true
	closed     bool // additionalProperties: false
	example    any
	deprecated string // the reason, if it is deprecated
	guessed    bool   // the type was inferred
}

func (s *schema) add(name string, property *schema) {
	if s.properties == nil {
		s.properties = map[string]*schema{}
	}
	if s.properties[name] == nil {
		s.names = append(s.names, name)
	}
	s.properties[name] = property
}

// isPlain reports whether values of s are neither arrays nor objects.
func (s *schema) isPlain() bool {
	return s.ref == "" && s.kind != "" && s.kind != "array" && s.kind != "object"
}

// isNumber reports whether values of s are numbers.
func (s *schema) isNumber() bool { return s.kind == "number" || s.kind == "integer" }

// isUntyped reports whether s allows any value.
func (s *schema) isUntyped() bool { return s.ref == "" && s.kind == "" }

// isObject reports whether s is an object with properties.
func (s *schema) isObject() bool { return s.kind == "object" && s.properties != nil }

// typeName returns the type of s for messages.
func (s *schema) typeName() string {
	if s.kind == "object" && !s.isObject() {
		return "map"
	}
	return s.kind
}

// asPart makes s the schema of items or of values, which need no description.
func (s *schema) asPart() {
	s.nullable = false
	if s.desc == undescribed || s.isPlain() || s.ref != "" {
		s.desc = ""
	}
}

// sort sorts the properties of s, and of the schemas in it, by name.
func (s *schema) sort() {
	slices.Sort(s.names)
	for _, property := range s.properties {
		property.sort()
	}
	if s.items != nil {
		s.items.sort()
	}
	if s.values != nil {
		s.values.sort()
	}
}

// untyped returns a schema for any value.
func untyped() *schema { return &schema{} }

// freeMap returns a schema for objects with any properties.
func freeMap() *schema {
	return &schema{kind: "object", values: untyped()}
}

// distinct returns names without those whose Go name is empty or the same as an
// earlier one's. Callers read such fields from the JSON of the response.
func distinct(names []string) []string {
	seen := map[string]bool{"": true}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		field := goname.Of(name)
		defer func() { seen[field] = true }()
		return name == "" || seen[field]
	})
}
