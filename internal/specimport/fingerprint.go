package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// referenceName is the extension that keeps the fingerprints of what was imported, or
// compared by a person.
const referenceName = "x-slack-reference"

// sections are the parts of a file of the reference, each of which has a fingerprint:
// what it says of access, arguments, the response and error codes, and its words.
var sections = []string{"access", "arguments", "response", "errors", "words"}

// fingerprints returns a short hash of each section. So a change of any kind is seen,
// also of what the spec has in words of its own.
func fingerprints(file *object) map[string]string {
	access, arguments, response := newObject(), newObject(), newObject()
	for _, key := range []string{"http_method", "json_input_supported", "scope", "scope_by_token_type", "user_scope_only", "rate_limits", "deprecated", "warnings"} {
		access.set(key, file.get(key))
	}
	arguments.set("args", withoutWords(file.get("args"), false))
	response.set("output", withoutWords(file.get("output"), false))
	for _, name := range file.object("examples").all() {
		if example := file.object("examples").object(name); example.object("example").get("ok") != false {
			response.set("example "+name, example.get("example"))
		}
	}
	words := []any{file.get("desc"), wordsOf(file.get("args"), false), wordsOf(file.get("output"), false)}
	prints := map[string]string{}
	for n, part := range []any{access, arguments, response, file.get("errors"), words} {
		var canonical strings.Builder
		writeCanonical(&canonical, part)
		sum := sha256.Sum256([]byte(canonical.String()))
		prints[sections[n]] = hex.EncodeToString(sum[:4])
	}
	return prints
}

// withoutWords returns a copy of a value without descriptions. Of properties, desc is a
// name as any other.
func withoutWords(value any, areProperties bool) any {
	switch value := value.(type) {
	case []any:
		list := make([]any, len(value))
		for i, item := range value {
			list[i] = withoutWords(item, false)
		}
		return list
	case *object:
		o := newObject()
		for _, key := range value.keys {
			if areProperties || key != "desc" {
				o.set(key, withoutWords(value.get(key), key == "properties"))
			}
		}
		return o
	default:
		return value
	}
}

// wordsOf returns the descriptions in a value.
func wordsOf(value any, areProperties bool) (words []any) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			words = append(words, wordsOf(item, false)...)
		}
	case *object:
		for _, key := range slices.Sorted(slices.Values(value.keys)) {
			if !areProperties && key == "desc" {
				words = append(words, value.get(key))
				continue
			}
			words = append(words, wordsOf(value.get(key), key == "properties")...)
		}
	}
	return words
}

// writeCanonical writes a value as JSON with its keys in order.
func writeCanonical(b *strings.Builder, value any) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			b.WriteByte('[')
			writeCanonical(b, item)
		}
		b.WriteByte(']')
	case *object:
		for _, key := range slices.Sorted(slices.Values(value.all())) {
			fmt.Fprintf(b, "{%q:", key)
			writeCanonical(b, value.get(key))
		}
		b.WriteByte('}')
	case string:
		fmt.Fprintf(b, "%q", value)
	default: // a number, a boolean or null
		fmt.Fprint(b, value)
	}
}

// fingerprintsNode returns fingerprints as the spec has them.
func fingerprintsNode(prints map[string]string) *yaml.Node {
	node := inline(mapping())
	for _, section := range sections {
		if prints[section] == "" {
			continue
		}
		value := scalar(prints[section])
		value.Style = yaml.SingleQuotedStyle
		node.Content = append(node.Content, scalar(section), value)
	}
	return node
}

// review notes in the spec that a person has compared a method with the reference as it
// is. Differences that remain are deliberate then. The words' fingerprint goes, for the
// spec's descriptions are its own.
func (f *specFile) review(name string, prints map[string]string) error {
	var key, operation *yaml.Node
	path := at(f.root, "paths", "/"+name)
	for _, verb := range []string{"get", "post"} {
		if at(path, verb) != nil {
			key, operation = keyOf(path, verb), at(path, verb)
		}
	}
	if operation == nil {
		return fmt.Errorf("%s: the spec does not have it", name)
	}
	if operation.Kind != yaml.MappingNode || operation.Style&yaml.FlowStyle != 0 || len(operation.Content) == 0 {
		return fmt.Errorf("%s: its entry stands on one line; want a key to a line", name)
	}
	prints = maps.Clone(prints)
	delete(prints, "words")
	text, err := render(mapping(pair{referenceName, fingerprintsNode(prints)}), operation.Content[0].Column-1)
	if err != nil {
		return err
	}
	if old := keyOf(operation, referenceName); old != nil {
		for line := old.Line - 1; line < f.end(old); line++ {
			f.lines[line] = ""
		}
		f.lines[old.Line-1] = text
		return nil
	}
	f.insertions = append(f.insertions, insertion{key.Line, referenceName, text})
	return nil
}

// keyOf returns the node of a key of a mapping, nil if there is none.
func keyOf(node *yaml.Node, name string) *yaml.Node {
	for i := 0; node != nil && node.Kind == yaml.MappingNode && i < len(node.Content); i += 2 {
		if node.Content[i].Value == name {
			return node.Content[i]
		}
	}
	return nil
}
