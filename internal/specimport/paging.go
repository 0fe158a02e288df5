package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// paging returns the extensions for the next page and a page's items, and gives the
// items a component. It clears the cursors in the examples, which would otherwise
// lead to endless pages.
func (e *entry) paging() (pairs []pair) {
	args := e.request.properties
	cursor, pages := e.findCursor(), ""
	if args["page"] != nil && (args["cursor"] == nil || cursor != speccheck.NextCursor) {
		pages = e.find("", e.response, 3, func(name string, s *schema) bool { return name == "pages" && s.kind == "integer" })
	}
	switch {
	case pages != "":
		pairs = append(pairs, pair{"x-slack-pages", scalar(pages)})
	case args["cursor"] == nil:
		return nil
	case cursor == "" && e.findItems() == "":
		e.notes = append(e.notes, "its cursor does not page, because the response has neither a next cursor nor a list; there is no iterator")
		return []pair{{"x-slack-cursor", toYAML(false)}}
	case cursor == "":
		e.notes = append(e.notes, "the reference does not say where the next cursor is; it is read from "+speccheck.NextCursor)
	case cursor != speccheck.NextCursor:
		pairs = append(pairs, pair{"x-slack-cursor", scalar(cursor)})
	}
	if pages == "" {
		for i, success := range e.method.successes {
			e.method.successes[i] = withoutCursor(success).(*object)
		}
	}
	path := e.findItems()
	if path == "" {
		return pairs
	}
	if other := e.otherItems(path); other != "" {
		e.notes = append(e.notes, fmt.Sprintf("its pages have two lists, %s and %s; there is no iterator, because it would leave one out", path, other))
		if args["cursor"] == nil {
			return nil
		}
		return []pair{{"x-slack-cursor", toYAML(false)}}
	}
	parent, last := e.response, path
	for {
		name, rest, nested := strings.Cut(last, ".")
		if !nested {
			break
		}
		parent, last = parent.properties[name], rest
	}
	items := parent.properties[last]
	items.nullable = false
	part := &items.items
	if items.kind == "object" {
		part = &items.values
	}
	if (*part).isObject() {
		name := e.method.goName() + "Item"
		component := *(*part)
		component.desc = "An item of a page of " + e.method.name + "."
		e.components[name] = &component
		*part = &schema{ref: name, guessed: component.guessed}
	}
	if arrays := e.arrays(); len(arrays) != 1 || arrays[0] != path {
		pairs = append(pairs, pair{"x-slack-items", scalar(path)})
	}
	return pairs
}

// findCursor returns the path of the next cursor, or "".
func (e *entry) findCursor() string {
	if e.request.properties["cursor"] == nil {
		return ""
	}
	// A cursor at an unusual place is deliberate.
	other := e.find("", e.response, 2, func(name string, s *schema) bool { return speccheck.IsNextCursor(name) && s.kind == "string" })
	if other != "" {
		return other
	}
	output := e.method.output.object("properties")
	if output.object("response_metadata").object("properties").has("next_cursor") {
		return speccheck.NextCursor
	}
	for _, success := range e.method.successes {
		if success.object("response_metadata").has("next_cursor") {
			return speccheck.NextCursor
		}
	}
	return ""
}

// find returns the path of a property that match accepts, or "". It looks at the
// properties of s, and then into each of them in turn.
func (e *entry) find(path string, s *schema, depth int, match func(string, *schema) bool) string {
	for _, name := range s.names {
		if match(name, s.properties[name]) {
			return path + name
		}
	}
	if depth == 0 {
		return ""
	}
	for _, name := range s.names {
		if found := e.find(path+name+".", s.properties[name], depth-1, match); found != "" {
			return found
		}
	}
	return ""
}

// arrays returns the names of the arrays at the top of the response.
func (e *entry) arrays() (names []string) {
	for _, name := range e.response.names {
		if e.response.properties[name].kind == "array" {
			names = append(names, name)
		}
	}
	return names
}

// findItems returns the path of a page's items, or "". Of several arrays, it prefers
// a required one, then one of objects, then the first.
func (e *entry) findItems() string {
	var best string
	most := -1
	consider := func(path string, s *schema, required bool) {
		points := 0
		if required {
			points += 2
		}
		if s.items.isObject() || s.items.ref != "" {
			points++
		}
		if points > most {
			best, most = path, points
		}
	}
	for _, name := range e.arrays() {
		consider(name, e.response.properties[name], slices.Contains(e.method.requiredOutput(), name))
	}
	if best != "" {
		return best
	}
	for _, name := range e.response.names {
		inner := e.response.properties[name]
		for _, array := range inner.names {
			if inner.properties[array].kind == "array" {
				consider(name+"."+array, inner.properties[array], slices.Contains(inner.required, array))
			}
		}
	}
	if best != "" {
		return best
	}
	typed := e.find("", e.response, 1, func(_ string, s *schema) bool { return s.values != nil && s.values.kind+s.values.ref != "" })
	if typed != "" {
		return typed
	}
	return e.find("", e.response, 1, func(_ string, s *schema) bool { return s.values != nil })
}

// otherItems returns the path of another list of objects that may be a page's items as
// well as the one at path, or "": it is in the same object or in an object beside it,
// and not less required.
func (e *entry) otherItems(path string) string {
	isList := func(s *schema) bool {
		return s != nil && s.kind == "array" && (s.items.isObject() || s.items.ref != "")
	}
	required := e.method.requiredOutput()
	parent, last, nested := strings.Cut(path, ".")
	if !nested && slices.Contains(required, path) {
		return ""
	}
	if inner := e.response.properties[parent]; nested && isList(inner.properties[last]) && !slices.Contains(inner.required, last) {
		for _, name := range inner.names {
			if name != last && isList(inner.properties[name]) {
				return parent + "." + name
			}
		}
	}
	for _, name := range e.response.names {
		other := e.response.properties[name]
		switch {
		case name == parent:
		case !nested && isList(other) && isList(e.response.properties[path]) && !slices.Contains(required, name):
			return name
		case nested && other.properties[last] != nil && isList(other.properties[last]):
			return name + "." + last
		}
	}
	return ""
}

// requiredOutput returns the fields that the reference requires in a response.
func (m *method) requiredOutput() []string { return texts(m.output.get("required")) }

// withoutCursor returns a copy of an example with empty cursors, as on the last page.
func withoutCursor(value any) any {
	o, ok := value.(*object)
	if !ok {
		return value
	}
	last := newObject()
	for _, key := range o.keys {
		if _, isText := o.get(key).(string); speccheck.IsNextCursor(key) && isText {
			last.set(key, "")
			continue
		}
		last.set(key, withoutCursor(o.get(key)))
	}
	return last
}
