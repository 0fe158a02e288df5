package speccheck

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"
)

// parse reads YAML with its lines, which kin-openapi does not keep.
func parse(data []byte) (place, error) {
	var doc, second yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	switch err := decoder.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return place{}, Error{{1, "the document is empty"}}
	case err != nil:
		return place{}, badSyntax(data, err)
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		return place{}, Error{{second.Content[0].Line, "a second document begins; want all in one"}}
	case !errors.Is(err, io.EOF):
		return place{}, badSyntax(data, err)
	}
	if err := resolve(&doc, nil); err != nil {
		return place{}, err
	}
	return place{name: "the document", node: doc.Content[0], line: doc.Content[0].Line}, nil
}

// badSyntax returns an error of package yaml with the line from which on data is
// none. The one that the package names is often that of what the mistake is in.
func badSyntax(data []byte, err error) error {
	lines := bytes.SplitAfter(data, []byte("\n"))
	isGood := func(n int) bool {
		decoder := yaml.NewDecoder(bytes.NewReader(bytes.Join(lines[:n], nil)))
		for {
			var start yaml.Node
			if err := decoder.Decode(&start); err != nil {
				return errors.Is(err, io.EOF)
			}
		}
	}
	const open = 10 // lines that a list or a text may go on for; cut there, it looks bad
	good, bad := 0, len(lines)
search:
	for bad-good > 1 {
		middle := (good + bad) / 2
		for n := middle; n < min(middle+open, bad); n++ {
			if isGood(n) {
				good = n
				continue search
			}
		}
		bad = middle
	}
	text := regexp.MustCompile(`^yaml: (line \d+: )?`).ReplaceAllString(err.Error(), "")
	return Error{{bad, "from here on this is no YAML: " + text}}
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
