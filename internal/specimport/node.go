package main

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A pair is a key of a mapping with its value.
type pair struct {
	key   string
	value *yaml.Node
}

// mapping returns a YAML mapping without the pairs that have no value.
func mapping(pairs ...pair) *yaml.Node {
	node := &yaml.Node{Kind: yaml.MappingNode}
	for _, p := range pairs {
		if p.value != nil {
			node.Content = append(node.Content, scalar(p.key), p.value)
		}
	}
	return node
}

func sequence(items ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Content: items}
}

// inline has a node written on one line.
func inline(node *yaml.Node) *yaml.Node {
	node.Style = yaml.FlowStyle
	return node
}

// scalar returns a string as YAML, in single quotes if it would else be read as
// something else.
func scalar(text string) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	var read any
	if err := yaml.Unmarshal([]byte(text), &read); err == nil && read != text && !strings.ContainsAny(text, "\n\r") {
		node.Style = yaml.SingleQuotedStyle
	}
	return node
}

// text is scalar, but nil for no text.
func text(text string) *yaml.Node {
	if text == "" {
		return nil
	}
	return scalar(text)
}

func literal(tag, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
}

// yes returns true, or nil for false.
func yes(value bool) *yaml.Node {
	if !value {
		return nil
	}
	return literal("!!bool", "true")
}

// list returns strings on one line, nil for none.
func list(texts []string) *yaml.Node {
	if len(texts) == 0 {
		return nil
	}
	node := inline(sequence())
	for _, text := range texts {
		node.Content = append(node.Content, scalar(text))
	}
	return node
}

// value returns a JSON value as YAML.
func value(v any) *yaml.Node {
	switch v := v.(type) {
	case nil:
		return literal("!!null", "null")
	case bool:
		if v {
			return literal("!!bool", "true")
		}
		return literal("!!bool", "false")
	case json.Number:
		if kindOf(v) == "integer" {
			return literal("!!int", v.String())
		}
		return literal("!!float", v.String())
	case []any:
		node := sequence()
		for _, item := range v {
			node.Content = append(node.Content, value(item))
		}
		return short(node)
	case *object:
		node := mapping()
		for _, key := range v.keys {
			node.Content = append(node.Content, scalar(key), value(v.get(key)))
		}
		return short(node)
	default:
		return scalar(v.(string))
	}
}

// short has a collection of a few short scalars written on one line.
func short(node *yaml.Node) *yaml.Node {
	length := 0
	for _, part := range node.Content {
		if part.Kind != yaml.ScalarNode && len(part.Content) > 0 || strings.Contains(part.Value, "\n") {
			return node
		}
		length += len(part.Value) + 2
	}
	if length < 70 {
		return inline(node)
	}
	return node
}

// node returns s as YAML.
func (s *schema) node() *yaml.Node {
	if s.ref != "" {
		ref := inline(mapping(pair{"$ref", scalar(refPrefix + s.ref)}))
		ref.Content[1].Style = yaml.SingleQuotedStyle
		if (s.desc == "" || s.desc == undescribed) && !s.nullable {
			return ref
		}
		desc := s.desc
		if desc == "" {
			desc = undescribed
		}
		return mapping(pair{"description", text(desc)}, pair{"nullable", yes(s.nullable)}, pair{"allOf", inline(sequence(ref))})
	}
	node := mapping(
		pair{"description", text(s.desc)},
		pair{"type", text(s.kind)},
		pair{"format", text(s.format)},
		pair{"nullable", yes(s.nullable)},
		pair{"enum", list(s.enum)},
	)
	for _, name := range limitNames {
		if limit, ok := s.limits[name]; ok {
			node.Content = append(node.Content, mapping(pair{name, value(limit)}).Content...)
		}
	}
	more := mapping(pair{"required", list(s.required)})
	if s.properties != nil {
		properties := mapping()
		for _, name := range s.names {
			properties.Content = append(properties.Content, scalar(name), s.properties[name].node())
		}
		more.Content = append(more.Content, scalar("properties"), properties)
	}
	if s.items != nil {
		more.Content = append(more.Content, scalar("items"), simple(s.items.node()))
	}
	switch {
	case s.values != nil:
		more.Content = append(more.Content, scalar("additionalProperties"), simple(s.values.node()))
	case s.open:
		more.Content = append(more.Content, scalar("additionalProperties"), literal("!!bool", "true"))
	case s.closed:
		more.Content = append(more.Content, scalar("additionalProperties"), literal("!!bool", "false"))
	}
	node.Content = append(node.Content, more.Content...)
	if s.example != nil {
		node.Content = append(node.Content, scalar("example"), value(s.example))
	}
	if s.deprecated != "" {
		node.Content = append(node.Content, scalar("deprecated"), yes(true), scalar("x-deprecated-reason"), scalar(s.deprecated))
	}
	return node
}

// simple has a schema that only names its type written on one line.
func simple(node *yaml.Node) *yaml.Node {
	if slices.ContainsFunc(node.Content, func(part *yaml.Node) bool { return part.Kind != yaml.ScalarNode || part.Value == "description" }) {
		return node
	}
	return inline(node)
}

// render writes a mapping as it stands in the spec, indented.
func render(node *yaml.Node, indent int) (string, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(node); err != nil {
		return "", err
	}
	if err := encoder.Close(); err != nil {
		return "", err
	}
	var b strings.Builder
	for line := range strings.Lines(out.String()) {
		b.WriteString(fold(strings.Repeat(" ", indent) + line))
	}
	return b.String(), nil
}

var description = regexp.MustCompile(`^( *(?:- )?)(description|summary|x-deprecated-reason): (.*)\n$`)

// fold breaks a long description into lines of up to 84 characters, as the spec
// has them.
func fold(line string) string {
	match := description.FindStringSubmatch(line)
	if match == nil || len(line) <= 110 || match[2] == "summary" {
		return line
	}
	var text string
	if err := yaml.Unmarshal([]byte(match[3]), &text); err != nil || strings.TrimSpace(text) != text || strings.Contains(text, "  ") {
		return line
	}
	indent := strings.Repeat(" ", len(match[1])+2)
	var b strings.Builder
	b.WriteString(match[1] + match[2] + ": >-\n")
	current := indent
	for i, word := range strings.Split(text, " ") {
		if i > 0 && current != indent && len(current)+1+len(word) > 84 {
			b.WriteString(current + "\n")
			current = indent
		}
		if current != indent {
			current += " "
		}
		current += word
	}
	b.WriteString(current + "\n")
	return b.String()
}
