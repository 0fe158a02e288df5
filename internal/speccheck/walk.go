package speccheck

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// samples are the keys of OpenAPI whose values are data.
var samples = []string{"example", "default", "enum", "value"}

// walk checks what kin-openapi ignores or reports without a line: misplaced
// extensions, dangling references and empty values. It also notes the name of
// each element.
func (c *checker) walk(at place, pointer string) {
	c.places = append(c.places, at)
	inSchema := strings.HasPrefix(pointer, "/components/schemas/")
	isNames := at.node.Kind == yaml.MappingNode && (hasProperties(pointer) || at.key == "responses" && !schemaPattern.MatchString(pointer))
	for _, child := range at.children() {
		childPointer := pointer + "/" + strings.ReplaceAll(child.key, "/", "~1")
		switch keys := strings.Split(childPointer, "/")[1:]; {
		case keys[0] == "paths" && len(keys) == 2:
			child.name = child.key
		case keys[0] == "paths" && len(keys) == 3 && child.node.Kind == yaml.MappingNode:
			child.name = strings.ToUpper(child.key) + " " + at.name
		case inSchema && isNames:
			child.name = at.name + "." + child.key
		case inSchema && child.key == "items":
			child.name = at.name + "[]"
		case inSchema && child.key == "additionalProperties":
			child.name = at.name + "{}"
		case strings.HasPrefix(childPointer, "/components/schemas/") && len(keys) == 3:
			child.name = child.key
		}
		switch {
		case strings.HasPrefix(child.key, "x-"):
			c.extension(child, pointer)
		case !isNames && slices.Contains(samples, child.key):
			c.places = append(c.places, child)
		case child.key == "<<":
			c.failf(child, "<< is not supported; write out what it merges, or use allOf")
		case !isNames && child.key == "type" && child.node.Kind == yaml.SequenceNode:
			c.failf(child, "type is a list; it must be one type")
		case child.isNull():
			c.failf(child, "%s is empty; give it a value or leave it out", child.key)
		case child.key != "additionalProperties" && child.node.Kind == yaml.ScalarNode && (schema.pointers.MatchString(childPointer) || isNames):
			c.failf(child, "%s is %s; it must be a map", child.key, child.describe())
		case child.key == "$ref" && !isNames:
			c.ref(at, child, childPointer)
		default:
			c.walk(child, childPointer)
		}
	}
}

// hasProperties reports whether the element at a pointer is a map of properties by name,
// and not a property named properties.
func hasProperties(pointer string) bool {
	parent, ok := strings.CutSuffix(pointer, "/properties")
	return ok && !hasProperties(parent)
}

// sections are the sections of components by the key of what has the $ref.
var sections = map[string]string{
	"responses": "responses", "parameters": "parameters", "examples": "examples", "headers": "headers", "requestBody": "requestBodies",
}

var (
	sectionPattern = regexp.MustCompile(`/(?:(responses|parameters|examples|headers)/[^/]+|(requestBody))/\$ref$`)
	schemaPattern  = regexp.MustCompile(`/schemas?/`)
)

// ref checks that the $ref of at leads to a component of the right kind, and that
// at has no other keys.
func (c *checker) ref(at, ref place, pointer string) {
	for _, key := range at.keys() {
		if key != "$ref" {
			c.failf(at.child(key), "OpenAPI ignores %s beside $ref; use allOf: [$ref]", key)
		}
	}
	section := "schemas"
	if match := sectionPattern.FindStringSubmatch(pointer); match != nil && !schemaPattern.MatchString(pointer) {
		section = sections[match[1]+match[2]]
	}
	prefix := "#/components/" + section + "/"
	components := c.root.child("components")
	var names []string
	if found, ok := components.get(section); ok {
		components, names = found, found.keys()
	}
	target := ref.node.Value
	name := target[strings.LastIndex(target, "/")+1:]
	if target == prefix+name && slices.Contains(names, name) {
		return
	}
	remedy := "; it must be " + prefix + "NAME"
	if near := nearest(name, names, max(maxTypos(name), len(name)/3)); near != "" {
		remedy = "; did you mean " + prefix + near + " (line " + strconv.Itoa(components.child(near).line) + ")?"
	}
	c.failf(ref, "$ref: '%s' is missing in components.%s%s", target, section, remedy)
}

// nameOf returns the name of the element at a line.
func (c *checker) nameOf(line int) (name string) {
	best := 0
	for _, at := range c.places {
		if best <= at.line && at.line <= line {
			best, name = at.line, at.name
		}
	}
	return name
}
