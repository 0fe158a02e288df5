package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// responses turns the reference's output and examples into schemas, and collects
// samples of shared objects.
type responses struct {
	known     map[string]*schema // the shared schemas of the spec and this run
	samples   map[string][]any   // by shared schema
	conflicts map[string]error   // why the method cannot use a shared schema
	shapes    map[string]*schema // the shared schemas that may be written inline
}

// schema returns the schema of a value from the reference, which may be nil, and from
// samples.
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
	kind := ref.text("type")
	if name := ref.text("schema"); name != "" && kind == "" && !ref.has("properties") {
		return r.named(name, samples)
	}
	if kind == "" && ref.has("properties") {
		kind = "object"
	}
	if !fitsKind(kind, samples) {
		return untyped()
	}
	switch kind {
	case "number":
		inferred := infer(samples, false)
		if inferred.kind == "integer" || inferred.kind == "" && timePattern.MatchString(ref.text("desc")) {
			return &schema{kind: "integer", format: "int64", guessed: true}
		}
		return &schema{kind: kind}
	case "string", "boolean":
		return &schema{kind: kind}
	case "integer":
		return &schema{kind: kind, format: "int64"} // its size is unknown
	case "array":
		s := &schema{kind: kind, items: untyped()}
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
		if inferred := infer(samples, true); inferred.kind != "" {
			return inferred
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
		values := valuesAt(samples, name)
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

// timePattern matches the descriptions of Unix times.
var timePattern = regexp.MustCompile(`(?i)\b(timestamp|epoch)\b`)

// named returns the schema of a value for which the reference names a schema instead of
// a type.
func (r *responses) named(name string, samples []any) *schema {
	if component := shared[name]; component != "" && r.conflicts[component] == nil {
		if !fitsKind("object", samples) {
			return untyped()
		}
		r.samples[component] = append(r.samples[component], samples...)
		if r.known[component] == nil && len(objectsOf(samples)) == 0 {
			return untyped() // its properties are not known yet
		}
		return &schema{ref: component, guessed: true}
	}
	if name == "paging" && fitsKind("object", samples) {
		return r.object(pagingObject(), samples)
	}
	if strings.HasSuffix(name, "_id") || plainNames[name] {
		if !fitsKind("string", samples) {
			return untyped()
		}
		return &schema{kind: "string", guessed: len(samples) == 0}
	}
	return infer(samples, false)
}

// fitsKind reports whether samples have the type want, or "" for any.
func fitsKind(want string, samples []any) bool {
	for _, sample := range samples {
		kind := kindOf(sample)
		if want != "" && kind != "null" && kind != want && (want != "number" || kind != "integer") {
			return false
		}
	}
	return true
}

// inlines are the shared schemas by the names of properties that may have them inline.
var inlines = map[string]string{"file": "FileObject", "files": "FileObject", "user": "User", "users": "User"}

// inline returns a $ref to a shared schema instead of a property that has it inline. Such
// a property has an ID, and only properties of the shared schema, with the same types.
func (r *responses) inline(name string, property *schema, samples []any) *schema {
	component := inlines[name]
	shape, part := r.shapes[component], property
	if property.kind == "array" {
		part, samples = property.items, elementsOf(samples)
	}
	if shape == nil || r.conflicts[component] != nil || !part.isObject() || part.properties["id"] == nil || conflict(name, shape, part) != nil ||
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

// valuesOf returns the reference's schema of the values of a map, or nil.
func valuesOf(ref *object) *object {
	if ref.object("properties") != nil && len(ref.object("properties").keys) > 0 {
		return nil
	}
	if patterns := ref.object("patternProperties"); patterns != nil && len(patterns.keys) == 1 {
		return patterns.object(patterns.keys[0])
	}
	return ref.object("additionalProperties")
}

// simplify merges the reference's choices into one schema, and reports whether null is
// among them. A choice between types has the type severalTypes.
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
		if kind != "" { // the rest, such as enums, differs
			one = with(ref, newObject())
			one.set("type", kind)
		}
		if kind == severalTypes {
			break
		}
	}
	return one, nullable
}

// severalTypes is the type of a choice between types. No value has it.
const severalTypes = "one of several"

// choicesOf returns the choices of ref, or nil.
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

// sameChoice reports whether two choices have the same schema.
func sameChoice(a, b *object) bool {
	if name := shared[a.text("schema")]; name != "" {
		return name == shared[b.text("schema")]
	}
	plain := a.text("type") == "string" || a.text("type") == "integer" || a.text("type") == "boolean" || a.text("type") == "number"
	return plain && a.text("type") == b.text("type")
}

// with returns choice with the other keys of ref.
func with(ref, choice *object) *object {
	one := &object{keys: slices.Clone(choice.keys), values: maps.Clone(choice.values)}
	for _, key := range ref.keys {
		if !one.has(key) && key != "anyOf" && key != "oneOf" && key != "allOf" && key != "type" {
			one.set(key, ref.get(key))
		}
	}
	return one
}

// response returns the schema of a method's successful response, without the fields of
// Success.
func (r *responses) response(m *method) *schema {
	without := func(o *object) *object {
		rest := newObject()
		for _, name := range o.all() {
			if !successFields[name] {
				rest.set(name, o.get(name))
			}
		}
		return rest
	}
	output := wholeOutput(m.output)
	own, bare := without(output.object("properties")), with(output, newObject())
	bare.set("type", "object")
	bare.set("properties", own)
	var samples []any
	for _, success := range m.successes {
		samples = append(samples, without(success))
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

// wholeOutput returns the reference's schema of the response, with the properties of
// all choices.
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

// successFields are the fields of the schema Success.
var successFields = map[string]bool{"ok": true, "error": true, "warning": true, "response_metadata": true}

func valuesAt(samples []any, name string) (values []any) {
	for _, o := range objectsOf(samples) {
		if o.has(name) {
			values = append(values, o.get(name))
		}
	}
	return values
}
