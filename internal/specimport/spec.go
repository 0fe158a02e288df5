package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// A specFile is the text of the spec, with insertions.
type specFile struct {
	lines      []string
	root       *yaml.Node
	insertions []insertion
}

// An insertion is text to insert before a line, counted from 0.
type insertion struct {
	line int
	key  string // the order of insertions before the same line
	text string
}

func readSpec(data []byte) (*specFile, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return nil, err
	}
	if len(document.Content) != 1 || document.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("the spec is not a YAML mapping")
	}
	return &specFile{lines: slices.Collect(strings.Lines(string(data))), root: document.Content[0]}, nil
}

// find returns the node of a key of a mapping and its value, or nil.
func find(node *yaml.Node, name string) (key, value *yaml.Node) {
	for i := 0; node != nil && node.Kind == yaml.MappingNode && i < len(node.Content); i += 2 {
		if node.Content[i].Value == name {
			return node.Content[i], node.Content[i+1]
		}
	}
	return nil, nil
}

// at returns the value at a path of keys, or nil.
func at(node *yaml.Node, path ...string) *yaml.Node {
	for _, key := range path {
		_, node = find(node, key)
	}
	return node
}

// keys returns the keys of a mapping.
func keys(node *yaml.Node) (names []string) {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i < len(node.Content); i += 2 {
		names = append(names, node.Content[i].Value)
	}
	return names
}

// has reports whether the spec has a method.
func (f *specFile) has(name string) bool { return at(f.root, "paths", "/"+name) != nil }

// block returns a mapping in block style, into which text can be inserted.
func (f *specFile) block(path ...string) (*yaml.Node, error) {
	node := at(f.root, path...)
	if node == nil || node.Kind != yaml.MappingNode || node.Style&yaml.FlowStyle != 0 || len(node.Content) == 0 {
		return nil, fmt.Errorf("the spec has no %s in block style, one key per line", strings.Join(path, "."))
	}
	return node, nil
}

// insert inserts text for a key into a mapping, in alphabetical order among the keys
// that peers accepts, or all if it is nil, with empty lines between them if spaced.
func (f *specFile) insert(parent *yaml.Node, key, text string, spaced bool, peers func(string) bool) {
	last := -1
	for i := 0; i < len(parent.Content); i += 2 {
		name := parent.Content[i].Value
		if peers != nil && !peers(name) {
			continue
		}
		if key < name {
			f.insertBefore(parent.Content[i].Line-1, key, text, spaced)
			return
		}
		last = i
	}
	if last < 0 {
		last = len(parent.Content) - 2
	}
	if last+2 < len(parent.Content) {
		f.insertBefore(parent.Content[last+2].Line-1, key, text, spaced)
		return
	}
	if spaced {
		text = "\n" + text
	}
	f.insertions = append(f.insertions, insertion{f.end(parent.Content[last]), key, text})
}

// insertBefore inserts before a line and the comment above it.
func (f *specFile) insertBefore(line int, key, text string, spaced bool) {
	for line > 0 && strings.HasPrefix(strings.TrimSpace(f.lines[line-1]), "#") {
		line--
	}
	if spaced {
		text += "\n"
	}
	f.insertions = append(f.insertions, insertion{line, key, text})
}

// end returns the last line of the value of a key.
func (f *specFile) end(key *yaml.Node) int {
	last := key.Line
	for i := key.Line; i < len(f.lines); i++ {
		line := f.lines[i]
		trimmed := strings.TrimSpace(line)
		if trimmed == "" {
			continue
		}
		if len(line)-len(strings.TrimLeft(line, " ")) < key.Column {
			break
		}
		last = i + 1
	}
	return last
}

// String returns the spec with the insertions.
func (f *specFile) String() string {
	all := slices.Clone(f.insertions)
	slices.SortStableFunc(all, func(a, b insertion) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.key, b.key))
	})
	var b strings.Builder
	line := 0
	for _, insertion := range all {
		for ; line < insertion.line; line++ {
			b.WriteString(f.lines[line])
		}
		b.WriteString(insertion.text)
	}
	for ; line < len(f.lines); line++ {
		b.WriteString(f.lines[line])
	}
	return b.String()
}

// review records the fingerprints of a method that a person compared with the
// reference. Remaining differences are then deliberate, and so are the descriptions:
// there is no fingerprint of the words.
func (f *specFile) review(name string, prints map[string]string) error {
	var key, operation *yaml.Node
	path := at(f.root, "paths", "/"+name)
	for _, verb := range []string{"get", "post"} {
		if at(path, verb) != nil {
			key, operation = find(path, verb)
		}
	}
	if operation == nil {
		return fmt.Errorf("%s: the spec does not have it", name)
	}
	if operation.Kind != yaml.MappingNode || operation.Style&yaml.FlowStyle != 0 || len(operation.Content) == 0 {
		return fmt.Errorf("%s: the entry must be in block style, one key per line", name)
	}
	prints = maps.Clone(prints)
	delete(prints, "words")
	text, err := render(mapping(pair{referenceName, fingerprintsNode(prints)}), operation.Content[0].Column-1)
	if err != nil {
		return err
	}
	if old, _ := find(operation, referenceName); old != nil {
		for line := old.Line - 1; line < f.end(old); line++ {
			f.lines[line] = ""
		}
		f.lines[old.Line-1] = text
		return nil
	}
	f.insertions = append(f.insertions, insertion{key.Line, referenceName, text})
	return nil
}

// readSchema reads a schema of the spec, without descriptions and limits.
func readSchema(node *yaml.Node) *schema {
	s := &schema{}
	if ref := at(node, "$ref"); ref != nil {
		s.ref = strings.TrimPrefix(ref.Value, speccheck.SchemaRefPrefix)
		return s
	}
	if all := at(node, "allOf"); all != nil && len(all.Content) == 1 {
		if ref := at(all.Content[0], "$ref"); ref != nil {
			s.ref = strings.TrimPrefix(ref.Value, speccheck.SchemaRefPrefix)
		}
	}
	scalarAt := func(key string) string {
		if value := at(node, key); value != nil {
			return value.Value
		}
		return ""
	}
	s.kind, s.format, s.nullable = scalarAt("type"), scalarAt("format"), scalarAt("nullable") == "true"
	if items := at(node, "items"); items != nil {
		s.items = readSchema(items)
	}
	if values := at(node, "additionalProperties"); values != nil && values.Kind == yaml.MappingNode {
		s.values = readSchema(values)
	}
	properties := at(node, "properties")
	for _, name := range keys(properties) {
		s.add(name, readSchema(at(properties, name)))
	}
	if required := at(node, "required"); required != nil {
		for _, name := range required.Content {
			s.required = append(s.required, name.Value)
		}
	}
	return s
}
