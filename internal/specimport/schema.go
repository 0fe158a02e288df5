package main

import (
	"encoding/json"
	"slices"

	"github.com/seed-38c23bad/slackadmin/internal/goname"
)

const (
	mediaJSON = "application/json"
	mediaForm = "application/x-www-form-urlencoded"
	mediaFile = "multipart/form-data"

	refPrefix = "#/components/schemas/"
)

// A schema is one that is to be written, or was read from the spec.
type schema struct {
	ref        string // the name of a component; then only desc and nullable count
	desc       string
	kind       string // OpenAPI's type; none fits any value
	format     string
	nullable   bool
	enum       []string
	limits     map[string]json.Number // minimum, maxItems and the like
	items      *schema                // of an array
	values     *schema                // of a map
	names      []string               // of the properties, in order
	properties map[string]*schema
	required   []string
	open       bool // an object that may have more properties
	closed     bool // an object that may not
	example    any
	deprecated string // why, if it is
	guessed    bool   // the type was inferred from an example
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

// isPlain tells whether values of s are neither arrays nor objects.
func (s *schema) isPlain() bool {
	return s.ref == "" && s.kind != "" && s.kind != "array" && s.kind != "object"
}

// isNumber tells whether values of s are numbers.
func (s *schema) isNumber() bool { return s.kind == "number" || s.kind == "integer" }

// isUntyped tells whether s is for any value.
func (s *schema) isUntyped() bool { return s.ref == "" && s.kind == "" }

// isObject tells whether s is an object with properties of its own.
func (s *schema) isObject() bool { return s.kind == "object" && s.properties != nil }

// asPart makes s the schema of items or of values, which have no name to
// describe.
func (s *schema) asPart() {
	s.nullable = false
	if s.desc == undescribed || s.isPlain() || s.ref != "" {
		s.desc = ""
	}
}

// sort puts the properties of s, and of those inside it, in order of their names.
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

// untyped returns a schema for values of which too little is known.
func untyped() *schema { return &schema{} }

// freeMap returns a schema for an object with any properties.
func freeMap() *schema {
	return &schema{kind: "object", values: untyped()}
}

// distinct leaves out names that have no field in Go, or the field of another.
// They stay in the JSON of the answer.
func distinct(names []string) []string {
	seen := map[string]bool{"": true}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		field := goname.Of(name)
		defer func() { seen[field] = true }()
		return name == "" || seen[field]
	})
}
