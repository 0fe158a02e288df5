package speccheck

import (
	"strconv"

	"go.yaml.in/yaml/v3"
)

// A place is an element of the document.
type place struct {
	name string // of the method, object or property, for messages
	key  string
	node *yaml.Node // the value
	line int        // of the key
}

// children returns the members of a map or the items of a list.
func (p place) children() (all []place) {
	switch p.node.Kind { //nolint:exhaustive // a scalar has no children
	case yaml.MappingNode:
		for i := 0; i < len(p.node.Content); i += 2 {
			key := p.node.Content[i]
			all = append(all, p.at(key.Value, p.node.Content[i+1], key.Line))
		}
	case yaml.SequenceNode:
		for i, item := range p.node.Content {
			all = append(all, p.at(strconv.Itoa(i), item, item.Line))
		}
	}
	return all
}

func (p place) at(key string, node *yaml.Node, line int) place {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	return place{p.name, key, node, line}
}

// get returns the child with a key or index.
func (p place) get(key string) (place, bool) {
	for _, child := range p.children() {
		if child.key == key {
			return child, true
		}
	}
	return p, false
}

// child returns the element of p under keys and indexes, or the deepest of its
// parents that exists.
func (p place) child(keys ...string) place {
	for _, key := range keys {
		child, ok := p.get(key)
		if !ok {
			break
		}
		p = child
	}
	return p
}

// keys returns the keys of p.
func (p place) keys() (all []string) {
	for _, child := range p.children() {
		all = append(all, child.key)
	}
	return all
}

// withName returns p under another name.
func (p place) withName(name string) place {
	p.name = name
	return p
}

func (p place) isNull() bool { return p.node.ShortTag() == "!!null" }

// describe returns the value of p for a message.
func (p place) describe() string {
	switch {
	case p.node.Kind == yaml.MappingNode:
		return "a map"
	case p.node.Kind == yaml.SequenceNode:
		return "a list"
	case p.isNull():
		return "empty"
	case p.node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		return "'" + p.node.Value + "'"
	default:
		return p.node.Value
	}
}

// index returns the key of an item of a list.
func index(i int) string { return strconv.Itoa(i) }
