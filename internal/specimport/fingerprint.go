package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// referenceName is the extension with the fingerprints of the reference when the method
// was imported or last reviewed.
const referenceName = "x-slack-reference"

// sections are the parts of a file of the reference that have a fingerprint each. words
// are the descriptions.
var sections = []string{"access", "arguments", "response", "errors", "words"}

// fingerprints returns a short hash of each section. They show every change of the
// reference, even where the spec has its own words.
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

// withoutWords returns a copy of a value without descriptions. A property may be named
// desc.
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

// writeCanonical writes a value with its keys sorted, for a hash.
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

// fingerprintsNode returns fingerprints as YAML.
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
