package main

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// A pair is a key of a mapping with its value.
type pair struct {
	key   string
	value *yaml.Node
}

// mapping returns a YAML mapping, without the pairs whose value is nil.
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

// inline sets the flow style, which is on one line.
func inline(node *yaml.Node) *yaml.Node {
	node.Style = yaml.FlowStyle
	return node
}

// scalar returns a YAML string, in single quotes if YAML would read it differently.
func scalar(text string) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	var read any
	if err := yaml.Unmarshal([]byte(text), &read); err == nil && read != text && !strings.ContainsAny(text, "\n\r") {
		node.Style = yaml.SingleQuotedStyle
	}
	return node
}

// scalarOrNil is like scalar, but returns nil for "".
func scalarOrNil(text string) *yaml.Node {
	if text == "" {
		return nil
	}
	return scalar(text)
}

func taggedScalar(tag, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
}

// trueOrNil returns true as YAML, or nil for false.
func trueOrNil(value bool) *yaml.Node {
	if !value {
		return nil
	}
	return taggedScalar("!!bool", "true")
}

// flowList returns a list on one line, or nil for no strings.
func flowList(texts []string) *yaml.Node {
	if len(texts) == 0 {
		return nil
	}
	node := inline(sequence())
	for _, text := range texts {
		node.Content = append(node.Content, scalar(text))
	}
	return node
}

// toYAML returns a JSON value as YAML.
func toYAML(v any) *yaml.Node {
	switch v := v.(type) {
	case nil:
		return taggedScalar("!!null", "null")
	case bool:
		return taggedScalar("!!bool", strconv.FormatBool(v))
	case json.Number:
		if kindOf(v) == "integer" {
			return taggedScalar("!!int", v.String())
		}
		return taggedScalar("!!float", v.String())
	case []any:
		node := sequence()
		for _, item := range v {
			node.Content = append(node.Content, toYAML(item))
		}
		return inlineIfShort(node)
	case *object:
		node := mapping()
		for _, key := range v.keys {
			node.Content = append(node.Content, scalar(key), toYAML(v.get(key)))
		}
		return inlineIfShort(node)
	default:
		return scalar(v.(string))
	}
}

// inlineIfShort puts a collection of a few short scalars on one line.
func inlineIfShort(node *yaml.Node) *yaml.Node {
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
		ref := inline(mapping(pair{"$ref", scalar(speccheck.SchemaRefPrefix + s.ref)}))
		if (s.desc == "" || s.desc == undescribed) && !s.nullable {
			return ref
		}
		desc := s.desc
		if desc == "" {
			desc = undescribed
		}
		return mapping(pair{"description", scalarOrNil(desc)}, pair{"nullable", trueOrNil(s.nullable)}, pair{"allOf", inline(sequence(ref))})
	}
	node := mapping(
		pair{"description", scalarOrNil(s.desc)},
		pair{"type", scalarOrNil(s.kind)},
		pair{"format", scalarOrNil(s.format)},
		pair{"nullable", trueOrNil(s.nullable)},
		pair{"enum", flowList(s.enum)},
	)
	for _, name := range limitNames {
		if limit, ok := s.limits[name]; ok {
			node.Content = append(node.Content, mapping(pair{name, toYAML(limit)}).Content...)
		}
	}
	more := mapping(pair{"required", flowList(s.required)})
	if s.properties != nil {
		properties := mapping()
		for _, name := range s.names {
			properties.Content = append(properties.Content, scalar(name), s.properties[name].node())
		}
		more.Content = append(more.Content, scalar("properties"), properties)
	}
	if s.items != nil {
		more.Content = append(more.Content, scalar("items"), inlineIfScalar(s.items.node()))
	}
	switch {
	case s.values != nil:
		more.Content = append(more.Content, scalar("additionalProperties"), inlineIfScalar(s.values.node()))
	case s.open:
		more.Content = append(more.Content, scalar("additionalProperties"), taggedScalar("!!bool", "true"))
	case s.closed:
		more.Content = append(more.Content, scalar("additionalProperties"), taggedScalar("!!bool", "false"))
	}
	node.Content = append(node.Content, more.Content...)
	if s.example != nil {
		node.Content = append(node.Content, scalar("example"), toYAML(s.example))
	}
	if s.deprecated != "" {
		node.Content = append(node.Content, scalar("deprecated"), trueOrNil(true), scalar("x-deprecated-reason"), scalar(s.deprecated))
	}
	return node
}

// inlineIfScalar puts a schema of scalars without a description on one line.
func inlineIfScalar(node *yaml.Node) *yaml.Node {
	if slices.ContainsFunc(node.Content, func(part *yaml.Node) bool { return part.Kind != yaml.ScalarNode || part.Value == "description" }) {
		return node
	}
	return inline(node)
}

// render returns a mapping as text for the spec, indented.
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

var descriptionPattern = regexp.MustCompile(`^( *(?:- )?)(description|summary|x-deprecated-reason): (.*)\n$`)

// fold breaks a long description into lines of up to 84 characters, like those of the
// spec.
func fold(line string) string {
	match := descriptionPattern.FindStringSubmatch(line)
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
