package speccheck

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// syntax is how package yaml says what is wrong.
var syntax = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

// parse reads YAML with its lines, which kin-openapi does not keep.
func parse(data []byte) (place, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		line, text := 1, err.Error()
		if match := syntax.FindStringSubmatch(text); match != nil {
			line, _ = strconv.Atoi(match[1])
			text = match[2]
		}
		return place{}, Error{{max(line, 1), "this is no YAML: " + text + "; look also at the lines before"}}
	}
	if doc.Kind != yaml.DocumentNode {
		return place{}, Error{{1, "the document is empty"}}
	}
	if err := resolve(&doc, nil); err != nil {
		return place{}, err
	}
	return place{name: "the document", node: doc.Content[0], line: doc.Content[0].Line}, nil
}

// resolve puts what aliases stand for in their place.
func resolve(node *yaml.Node, in []*yaml.Node) error {
	in = append(in, node)
	for i, inner := range node.Content {
		if inner.Kind == yaml.AliasNode {
			if slices.Contains(in, inner.Alias) {
				return Error{{inner.Line, "*" + inner.Value + " stands in itself; want it written out"}}
			}
			node.Content[i] = inner.Alias
			continue // it is resolved where it stands
		}
		if err := resolve(inner, in); err != nil {
			return err
		}
	}
	return nil
}

// asJSON returns a node as JSON, which kin-openapi reads as it is.
func asJSON(node *yaml.Node) ([]byte, error) {
	value, err := value(node)
	if err != nil {
		return nil, err
	}
	return json.Marshal(value)
}

// value returns a node as Go has it. Keys and dates are strings in OpenAPI.
func value(node *yaml.Node) (any, error) {
	switch node.Kind { //nolint:exhaustive // the others are scalars, for resolve has put in aliases
	case yaml.MappingNode:
		object := make(map[string]any, len(node.Content)/2)
		for i := 0; i < len(node.Content); i += 2 {
			inner, err := value(node.Content[i+1])
			if err != nil {
				return nil, err
			}
			object[node.Content[i].Value] = inner
		}
		return object, nil
	case yaml.SequenceNode:
		list := make([]any, len(node.Content))
		for i, item := range node.Content {
			var err error
			if list[i], err = value(item); err != nil {
				return nil, err
			}
		}
		return list, nil
	}
	if tag := node.ShortTag(); tag == "!!str" || tag == "!!timestamp" {
		return node.Value, nil
	}
	var scalar any
	if err := node.Decode(&scalar); err != nil {
		return nil, Error{{node.Line, err.Error()}}
	}
	return scalar, nil
}
