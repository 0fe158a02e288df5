package speccheck

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// is checks that at is what a value of the grammar says. It looks before
// kin-openapi does, which ignores some slips and says others without a line.
func (c *checker) is(value string, at place) {
	node := at.node
	if object, other, ok := strings.Cut(value, "|"); ok {
		if value = object; node.Kind == yaml.ScalarNode {
			value = other
		}
	}
	if list, mapping, ok := strings.Cut(value, "/"); ok {
		if value = list; node.Kind == yaml.MappingNode {
			value = mapping
		}
	}
	kind := node.ShortTag()
	switch value[0] {
	case '[':
		c.list(value[1:len(value)-1], at)
		return
	case '{':
		c.each(value[1:len(value)-1], at)
		return
	}
	switch value {
	case "any":
		c.any(at)
	case "text":
		if kind != "!!str" && kind != "!!timestamp" {
			want := "text"
			if node.Kind == yaml.ScalarNode && node.Value != "" {
				want = "text: '" + node.Value + "'"
			}
			c.failf(at, "%s is %s; want %s", at.path, describe(node), want)
		}
	case "bool":
		c.scalar(at, kind == "!!bool", "true or false")
	case "number":
		c.scalar(at, kind == "!!int" || kind == "!!float", "a number")
	case "count":
		c.scalar(at, kind == "!!int", "a whole number")
	case "version":
		c.scalar(at, strings.HasPrefix(node.Value, "3.0."), "3.0.3")
	case "pattern":
		c.is("text", at)
		if _, err := regexp.Compile(node.Value); err != nil {
			c.failf(at, "%s is none that Go reads: %s", at.path, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		}
	case "type":
		want := nearest(node.Value, types, slips(node.Value))
		if want == "" {
			want = "one of " + strings.Join(types, ", ")
		}
		c.scalar(at, slices.Contains(types, node.Value), want)
	default:
		c.object(value, at)
	}
}

func (c *checker) scalar(at place, fits bool, want string) {
	if !fits {
		c.failf(at, "%s is %s; want %s", at.path, describe(at.node), want)
	}
}

// list checks each item of a list.
func (c *checker) list(item string, at place) {
	if at.node.Kind != yaml.SequenceNode {
		c.failf(at, "%s is %s; want a list", at.path, describe(at.node))
		return
	}
	for i := range at.node.Content {
		next := at.to(index(i))
		next.path += "[" + index(i) + "]"
		c.is(item, next)
	}
}

// each checks each value of a map.
func (c *checker) each(value string, at place) {
	if !c.isMap(at) {
		return
	}
	for _, key := range at.keys() {
		next := at.to(key)
		switch {
		case strings.HasPrefix(key, "x-slack-"):
			c.extension("map", key, next)
			continue
		case value == "path":
			if !strings.HasPrefix(key, "/") {
				c.failf(next, "%s.%s has no leading slash; want /%[2]s", at.path, key)
				continue
			}
			next = next.called(key)
		case value == "property" && at.schema:
			next = next.called(at.name + "." + key)
		case value == "schema":
			next = next.called(key)
			next.schema = true
		default:
			next = next.inside(key)
		}
		c.is(value, next)
	}
}

// object checks what is of a kind with keys.
func (c *checker) object(kind string, at place) {
	if !c.isMap(at) || c.ref(kind, at) {
		return
	}
	switch kind {
	case "operation":
		c.operationID(at)
	case "path":
		c.verbs(at)
	}
	known, meant := grammar()[kind], []string(nil)
	for _, key := range at.keys() {
		next := at.to(key)
		switch value := known.keys[key]; {
		case strings.HasPrefix(key, "x-"):
			c.extension(kind, key, next)
		case value == "":
			meant = append(meant, c.unknown(kind, key, next))
		case value == "operation":
			c.is(value, next.called(strings.ToUpper(key)+" "+at.name))
		case key == "items" && at.schema:
			c.is(value, next.called(at.name+"[]"))
		case key == "additionalProperties" && at.schema && next.node.Kind == yaml.MappingNode:
			c.is(value, next.called(at.name+"{}"))
		default:
			c.is(value, next.inside(key))
		}
	}
	if isSchema := known.keys["items"] != ""; isSchema && at.to("type").node.Value == "array" && !at.has("items") && !slices.Contains(meant, "items") {
		c.failf(at, "it is an array without items; want items with a schema, or items: {} for any")
	}
	for _, key := range known.needs {
		if isEmpty(at, key) && !slices.Contains(meant, key) {
			want := wanted[kind+"."+key]
			if want == "" {
				want = "it, for OpenAPI requires it in " + kinds[kind]
			}
			c.failf(at.to(key), "%s is missing; want %s", at.inside(key).path, want)
		}
	}
}

// isEmpty tells whether at lacks a key, or has no text for it.
func isEmpty(at place, key string) bool {
	value, ok := at.get(key)
	return !ok || value.node.Kind == yaml.ScalarNode && value.node.ShortTag() == "!!str" && value.node.Value == ""
}

// unknown says that a kind has no key of that name, and returns the one that
// seems to be meant.
func (c *checker) unknown(kind, key string, at place) (meant string) {
	names := slices.Sorted(maps.Keys(grammar()[kind].keys))
	for name, e := range extensions {
		if slices.Contains(e.of, kind) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if meant = nearest(strings.ToLower(key), names, slips(key)); meant != "" {
		c.failf(at, "%s is unknown; want %s", at.inside(key).path, meant)
	} else {
		c.failf(at, "%s is unknown; want it left out, for %s has no such key in OpenAPI 3.0", at.inside(key).path, kinds[kind])
	}
	return meant
}

// any checks what is true of every value: no key stands twice.
func (c *checker) any(at place) {
	switch {
	case at.node.Kind == yaml.SequenceNode:
		for i := range at.node.Content {
			c.any(at.to(index(i)))
		}
	case at.node.Kind == yaml.MappingNode && c.isMap(at):
		for _, key := range at.keys() {
			c.any(at.to(key).inside(key))
		}
	}
}

// isMap checks that at is a map, with each key once.
func (c *checker) isMap(at place) bool {
	if at.node.Kind != yaml.MappingNode {
		if at.path == "" {
			c.failf(at, "it is %s; want a map", describe(at.node))
		} else {
			c.failf(at, "%s is %s; want a map", at.path, describe(at.node))
		}
		return false
	}
	first := map[string]int{}
	for i := 0; i < len(at.node.Content); i += 2 {
		key := at.node.Content[i]
		if key.ShortTag() == "!!merge" {
			at.line = key.Line
			c.failf(at, "<< is not read; want what it merges written out, or allOf")
		}
		if line := first[key.Value]; line > 0 {
			at.line = key.Line
			c.failf(at, "%s stands twice, first in line %d; want one of them", at.inside(key.Value).path, line)
		} else {
			first[key.Value] = key.Line
		}
	}
	return true
}

// operationID checks the name of a method, which the names of all that belongs to
// it are made of. Behind the document's servers it is the path; behind a server of
// the path's own, a word for that API goes before it.
func (c *checker) operationID(at place) {
	_, want, _ := strings.Cut(at.name, "/")
	id := at.to("operationId")
	if c.root.to("paths", "/"+want).has("servers") {
		api, path, _ := strings.Cut(id.node.Value, ".")
		if want = strings.ReplaceAll(want, "/", "."); !apiName.MatchString(api) || path != want {
			c.failf(id, "operationId is %q; want a word for the API of the path's server and %q, as in %q", id.node.Value, "."+want, "audit."+want)
		}
		return
	}
	switch {
	case isEmpty(at, "operationId"):
		c.failf(id, "operationId is missing; want %q, Slack's name of the method", want)
	case id.node.Value != want && c.root.to("paths").has("/"+id.node.Value):
		c.failf(id, "operationId is %q, which %s has; want %q, Slack's name of the method", id.node.Value, "/"+id.node.Value, want)
	case id.node.Value != want:
		c.failf(id, "operationId is %q; want %q, Slack's name of the method", id.node.Value, want)
	}
}

var apiName = regexp.MustCompile(`^[a-z][a-zA-Z0-9]*$`)

// verbs checks that a path has one method, for they would have one name.
func (c *checker) verbs(at place) {
	var verbs []string
	for _, key := range at.keys() {
		if grammar()["path"].keys[key] == "operation" {
			verbs = append(verbs, key)
		}
	}
	if len(verbs) > 1 {
		c.failf(at.to(verbs[1]), "it has %s, all with one operationId; want one of them", strings.Join(verbs, " and "))
	}
}

// describe returns a value for a message, as short as it is.
func describe(node *yaml.Node) string {
	switch {
	case node.Kind == yaml.MappingNode:
		return "a map"
	case node.Kind == yaml.SequenceNode:
		return "a list"
	case node.ShortTag() == "!!null":
		return "empty"
	case node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		return "'" + node.Value + "'"
	default:
		return node.Value
	}
}
