package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A specFile is the spec as text, which stays as it is, and what is to be
// inserted.
type specFile struct {
	lines      []string
	root       *yaml.Node
	insertions []insertion
}

// An insertion is text that comes before a line, counted from 0.
type insertion struct {
	line int
	key  string // the order among those before one line
	text string
}

func readSpec(data []byte) (*specFile, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return nil, err
	}
	if len(document.Content) != 1 || document.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("the spec is no YAML mapping")
	}
	return &specFile{lines: slices.Collect(strings.Lines(string(data))), root: document.Content[0]}, nil
}

// at returns the value at a path of keys, nil if there is none.
func at(node *yaml.Node, path ...string) *yaml.Node {
	for _, key := range path {
		if node == nil || node.Kind != yaml.MappingNode {
			return nil
		}
		var found *yaml.Node
		for i := 0; i < len(node.Content); i += 2 {
			if node.Content[i].Value == key {
				found = node.Content[i+1]
			}
		}
		node = found
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

// has tells whether the spec has a method.
func (f *specFile) has(name string) bool { return at(f.root, "paths", "/"+name) != nil }

// block returns a mapping that has a key to a line, where text can be inserted.
func (f *specFile) block(path ...string) (*yaml.Node, error) {
	node := at(f.root, path...)
	if node == nil || node.Kind != yaml.MappingNode || node.Style&yaml.FlowStyle != 0 || len(node.Content) == 0 {
		return nil, fmt.Errorf("the spec has no %s with a key to a line", strings.Join(path, "."))
	}
	return node, nil
}

// insert puts text for a key in order among the keys of a mapping that are
// among, with empty lines between them if spaced.
func (f *specFile) insert(parent *yaml.Node, key, text string, spaced bool, among func(string) bool) {
	last := -1
	for i := 0; i < len(parent.Content); i += 2 {
		name := parent.Content[i].Value
		if !among(name) {
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

// end returns the line after the value of the last key of a mapping.
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

// ordered returns the insertions as they are to be made.
func (f *specFile) ordered() []insertion {
	all := slices.Clone(f.insertions)
	slices.SortStableFunc(all, func(a, b insertion) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.key, b.key))
	})
	return all
}

// String returns the spec with the insertions.
func (f *specFile) String() string {
	var b strings.Builder
	line := 0
	for _, insertion := range f.ordered() {
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

// diff returns the insertions as a unified diff without context.
func (f *specFile) diff(name string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s\n+++ %s\n", name, name)
	added := 0
	for _, insertion := range f.ordered() {
		n := strings.Count(insertion.text, "\n")
		fmt.Fprintf(&b, "@@ -%d,0 +%d,%d @@\n", insertion.line, insertion.line+added+1, n)
		for line := range strings.Lines(insertion.text) {
			b.WriteString("+" + line)
		}
		added += n
	}
	return b.String()
}

// readSchema reads what counts here of a schema of the spec.
func readSchema(node *yaml.Node) *schema {
	s := &schema{}
	if ref := at(node, "$ref"); ref != nil {
		s.ref = strings.TrimPrefix(ref.Value, refPrefix)
		return s
	}
	if all := at(node, "allOf"); all != nil && len(all.Content) == 1 {
		if ref := at(all.Content[0], "$ref"); ref != nil {
			s.ref = strings.TrimPrefix(ref.Value, refPrefix)
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
