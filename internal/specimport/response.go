package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// responses turns the reference's output and examples into schemas, and
// gathers on the way what the examples show of shared objects.
type responses struct {
	known   map[string]*schema // shared schemas that the spec or this run has
	samples map[string][]any   // by shared schema
	differ  map[string]error   // shared schemas that the method cannot have, and why
	shapes  map[string]*schema // what the whole reference shows of those that may stand inline
}

// schema returns the schema of a value from what the reference says of it,
// which may be nothing, and from samples of it.
func (r *responses) schema(ref *object, samples []any) *schema {
	s := r.typed(ref, samples)
	if s.desc == "" {
		s.desc = sentence(ref.text("desc"))
	}
	if slices.Contains(samples, nil) && s.kind+s.ref != "" {
		s.nullable = true
	}
	return s
}

func (r *responses) typed(ref *object, samples []any) *schema {
	ref, nullable := simplify(ref)
	if nullable {
		s := r.schema(ref, samples)
		s.nullable = s.kind+s.ref != ""
		return s
	}
	given := ref.text("type")
	if name := ref.text("schema"); name != "" && given == "" && !ref.has("properties") {
		return r.named(name, samples)
	}
	if given == "" && ref.has("properties") {
		given = "object"
	}
	if !fitsKind(given, samples) {
		return untyped()
	}
	switch given {
	case "number":
		shown := infer(samples, false)
		if shown.kind == "integer" || shown.kind == "" && isTime.MatchString(ref.text("desc")) {
			return &schema{kind: "integer", format: "int64", guessed: true}
		}
		return &schema{kind: given}
	case "string", "boolean":
		return &schema{kind: given}
	case "integer":
		return &schema{kind: given, format: "int64"} // nobody says how large it gets
	case "array":
		s := &schema{kind: given, items: untyped()}
		items, elements := ref.object("items"), elementsOf(samples)
		switch {
		case items != nil:
			s.items = r.schema(items, elements)
		case len(elements) > 0:
			s.items, s.guessed = infer(elements, false), true
		}
		s.items.asPart()
		return s
	case "object":
		return r.object(ref, samples)
	default:
		return infer(samples, false)
	}
}

func (r *responses) object(ref *object, samples []any) *schema {
	objects := objectsOf(samples)
	if values := valuesOf(ref); values != nil {
		var all []any
		for _, o := range objects {
			for _, key := range o.keys {
				all = append(all, o.get(key))
			}
		}
		s := &schema{kind: "object", values: r.schema(values, all)}
		s.values.asPart()
		return s
	}
	properties := ref.object("properties")
	if len(properties.all()) == 0 {
		if shown := infer(samples, true); shown.kind != "" {
			return shown
		}
		return freeMap()
	}

	s := &schema{kind: "object", open: true}
	names := slices.Clone(properties.keys)
	for _, o := range objects {
		for _, key := range o.keys {
			if !slices.Contains(names, key) {
				names = append(names, key)
			}
		}
	}
	for _, name := range distinct(names) {
		var values []any
		for _, o := range objects {
			if o.has(name) {
				values = append(values, o.get(name))
			}
		}
		property := r.schema(properties.object(name), values)
		if property.kind == "array" && property.items.isUntyped() && strings.HasSuffix(name, "_ids") && len(elementsOf(values)) == 0 {
			property.items, property.guessed = &schema{kind: "string"}, true
		}
		s.add(name, r.inline(name, property, values))
		if slices.Contains(texts(ref.get("required")), name) && len(values) == len(objects) {
			s.required = append(s.required, name)
		}
	}
	return s
}

// isTime is of a number that counts seconds since 1970.
var isTime = regexp.MustCompile(`(?i)\b(timestamp|epoch)\b`)

// named returns the schema of what the reference names instead of a type.
func (r *responses) named(name string, samples []any) *schema {
	if component := shared[name]; component != "" && r.differ[component] == nil {
		if !fitsKind("object", samples) {
			return untyped()
		}
		r.samples[component] = append(r.samples[component], samples...)
		if r.known[component] == nil && len(objectsOf(samples)) == 0 {
			return untyped() // what it has is not known yet
		}
		return &schema{ref: component, guessed: true}
	}
	if name == "paging" && fitsKind("object", samples) {
		return r.object(paging(), samples)
	}
	if strings.HasSuffix(name, "_id") || plainNames[name] {
		if !fitsKind("string", samples) {
			return untyped()
		}
		return &schema{kind: "string", guessed: len(samples) == 0}
	}
	return infer(samples, false)
}

// fitsKind tells whether samples are of a type, if it is given at all.
func fitsKind(given string, samples []any) bool {
	for _, sample := range samples {
		kind := kindOf(sample)
		if given != "" && kind != "null" && kind != given && (given != "number" || kind != "integer") {
			return false
		}
	}
	return true
}

// inlines are the names of properties that may have a shared object written out.
var inlines = map[string]string{"file": "FileObject", "files": "FileObject", "user": "User", "users": "User"}

// inline returns a shared schema in place of a property that is one written out: it has
// an ID, and nothing that the shared one lacks or has otherwise.
func (r *responses) inline(name string, property *schema, samples []any) *schema {
	component := inlines[name]
	shape, part := r.shapes[component], property
	if property.kind == "array" {
		part, samples = property.items, elementsOf(samples)
	}
	if shape == nil || r.differ[component] != nil || !part.isObject() || part.properties["id"] == nil || differs(name, shape, part) != nil ||
		slices.ContainsFunc(part.names, func(name string) bool { return shape.properties[name] == nil }) {
		return property
	}
	r.samples[component] = append(r.samples[component], samples...)
	ref := &schema{ref: component, guessed: true}
	if property.kind == "array" {
		property.items = ref
		return property
	}
	ref.desc, ref.nullable = property.desc, property.nullable
	return ref
}

// valuesOf returns what the reference says of the values of a map.
func valuesOf(ref *object) *object {
	if ref.object("properties") != nil && len(ref.object("properties").keys) > 0 {
		return nil
	}
	if patterns := ref.object("patternProperties"); patterns != nil && len(patterns.keys) == 1 {
		return patterns.object(patterns.keys[0])
	}
	return ref.object("additionalProperties")
}

// simplify turns the ways in which the reference offers a choice into one
// schema, and tells whether null is part of it. A choice between several types
// has none.
func simplify(ref *object) (one *object, nullable bool) {
	if ref == nil {
		return nil, false
	}
	choices := choicesOf(ref)
	if choices == nil {
		return ref, false
	}
	left := slices.DeleteFunc(choices, func(choice *object) bool { return choice.text("type") == "null" })
	nullable = len(left) < len(choices)
	if len(left) == 0 {
		return newObject(), false
	}
	one = with(ref, left[0])
	for _, choice := range left[1:] {
		kind := choice.text("type")
		if !sameChoice(left[0], choice) {
			kind = severalTypes
		}
		if kind != "" { // what else the choices say, such as enums, differs
			one = with(ref, newObject())
			one.set("type", kind)
		}
		if kind == severalTypes {
			break
		}
	}
	return one, nullable
}

// severalTypes stands for the type of a choice between types. No value has it.
const severalTypes = "one of several"

// choicesOf returns what a value may be, nil if ref offers no choice.
func choicesOf(ref *object) (choices []*object) {
	for _, keyword := range []string{"anyOf", "oneOf", "type"} {
		list, _ := ref.get(keyword).([]any)
		for _, choice := range list {
			switch choice := choice.(type) {
			case *object:
				choices = append(choices, choice)
			case string:
				typed := newObject()
				for _, key := range ref.keys {
					typed.set(key, ref.get(key))
				}
				typed.set("type", choice)
				choices = append(choices, typed)
			}
		}
		if choices != nil {
			return choices
		}
	}
	if all, ok := ref.get("allOf").([]any); ok {
		whole := newObject()
		for _, part := range objectsOf(all) {
			part, _ = simplify(part)
			for _, key := range part.keys {
				whole.set(key, part.get(key))
			}
		}
		return []*object{whole}
	}
	return nil
}

// sameChoice tells whether two choices are one schema here.
func sameChoice(a, b *object) bool {
	if name := shared[a.text("schema")]; name != "" {
		return name == shared[b.text("schema")]
	}
	plain := a.text("type") == "string" || a.text("type") == "integer" || a.text("type") == "boolean" || a.text("type") == "number"
	return plain && a.text("type") == b.text("type")
}

// with returns choice with what ref says beside the choice.
func with(ref, choice *object) *object {
	one := &object{keys: slices.Clone(choice.keys), values: maps.Clone(choice.values)}
	for _, key := range ref.keys {
		if !one.has(key) && key != "anyOf" && key != "oneOf" && key != "allOf" && key != "type" {
			one.set(key, ref.get(key))
		}
	}
	return one
}

// response returns the schema of what a method answers beyond what every
// answer of success has.
func (r *responses) response(m *method) *schema {
	var samples []any
	for _, success := range m.successes {
		samples = append(samples, success)
	}
	output := wholeOutput(m.output)
	bare := with(output, newObject())
	bare.set("type", "object")
	own := newObject()
	for _, name := range output.object("properties").all() {
		if !ofSuccess[name] {
			own.set(name, output.object("properties").get(name))
		}
	}
	bare.set("properties", own)
	for i, success := range m.successes {
		rest := newObject()
		for _, name := range success.keys {
			if !ofSuccess[name] {
				rest.set(name, success.get(name))
			}
		}
		samples[i] = rest
	}
	if len(own.keys) > 0 {
		return r.object(bare, samples)
	}
	s := &schema{kind: "object", open: true}
	for _, success := range objectsOf(samples) {
		for _, name := range distinct(success.keys) {
			if s.properties[name] == nil {
				s.add(name, r.schema(nil, valuesAt(samples, name)))
			}
		}
	}
	s.names = distinct(s.names)
	return s
}

// wholeOutput returns what the reference says of the response. Where it offers a choice,
// a response has the properties of any.
func wholeOutput(output *object) *object {
	if output == nil {
		return newObject()
	}
	var choices []*object
	for _, keyword := range []string{"anyOf", "oneOf"} {
		list, _ := output.get(keyword).([]any)
		choices = append(choices, objectsOf(list)...)
	}
	if choices == nil {
		return output
	}
	properties := newObject()
	for _, choice := range append([]*object{output}, choices...) {
		for _, name := range choice.object("properties").all() {
			if !properties.has(name) {
				properties.set(name, choice.object("properties").get(name))
			}
		}
	}
	whole := with(output, newObject())
	whole.set("type", "object")
	whole.set("properties", properties)
	return whole
}

// ofSuccess are the fields that the schema Success has for every method.
var ofSuccess = map[string]bool{"ok": true, "error": true, "warning": true, "response_metadata": true}

func valuesAt(samples []any, name string) (values []any) {
	for _, o := range objectsOf(samples) {
		if o.has(name) {
			values = append(values, o.get(name))
		}
	}
	return values
}
