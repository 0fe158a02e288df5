package speccheck

import (
	"strconv"

	"go.yaml.in/yaml/v3"
)

// A place is a part of the document.
type place struct {
	name   string     // of the method, object or property that it is in
	schema bool       // and that is an object or property
	path   string     // from there on, dotted
	node   *yaml.Node // its value
	line   int        // of its key
}

// to returns what stands in p under keys and indexes, or as much of the way as
// there is.
func (p place) to(keys ...string) place {
	for _, key := range keys {
		next, ok := p.get(key)
		if !ok {
			break
		}
		p.node, p.line = next.node, next.line
	}
	return p
}

// get returns what stands in p under a key or an index.
func (p place) get(key string) (next place, ok bool) {
	next = p
	if p.node.Kind == yaml.MappingNode {
		for i := 0; i < len(p.node.Content); i += 2 {
			if p.node.Content[i].Value == key {
				next.node, next.line = p.node.Content[i+1], p.node.Content[i].Line
				return next, true
			}
		}
	}
	if i, err := strconv.Atoi(key); err == nil && p.node.Kind == yaml.SequenceNode && 0 <= i && i < len(p.node.Content) {
		next.node, next.line = p.node.Content[i], p.node.Content[i].Line
		return next, true
	}
	return next, false
}

// index returns the key of an item of a list.
func index(i int) string { return strconv.Itoa(i) }

// has tells whether p has a key.
func (p place) has(key string) bool {
	_, ok := p.get(key)
	return ok
}

// keys returns the keys of p.
func (p place) keys() (all []string) {
	if p.node.Kind == yaml.MappingNode {
		for i := 0; i < len(p.node.Content); i += 2 {
			all = append(all, p.node.Content[i].Value)
		}
	}
	return all
}

// called returns p under another name.
func (p place) called(name string) place {
	p.name, p.path = name, ""
	return p
}

// inside returns p with a step more in its path.
func (p place) inside(key string) place {
	if p.path != "" {
		key = p.path + "." + key
	}
	p.path = key
	return p
}
