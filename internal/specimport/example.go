package main

import "slices"

// A pruner removes from examples what does not fit their schemas.
type pruner struct{ components map[string]*schema }

// prune returns value without the parts that do not fit s, and reports whether the
// rest fits.
func (p *pruner) prune(value any, s *schema) (any, bool) {
	if value == nil {
		return nil, s.nullable && s.ref == ""
	}
	if s.ref != "" {
		component := p.components[s.ref]
		if component == nil {
			return value, false
		}
		return p.prune(value, component)
	}
	if s.kind == "" {
		return value, true
	}
	if !fitsKind(s.kind, []any{value}) {
		return nil, false
	}
	switch value := value.(type) {
	case []any:
		list := []any{}
		for _, item := range value {
			if item, ok := p.prune(item, s.items); ok {
				list = append(list, item)
			}
		}
		return list, s.allows(list)
	case *object:
		return p.pruneObject(value, s)
	default:
		return value, s.allows(value)
	}
}

func (p *pruner) pruneObject(value *object, s *schema) (any, bool) {
	pruned := newObject()
	for _, key := range value.keys {
		property := s.properties[key]
		if property == nil {
			property = s.values
		}
		if property == nil {
			continue
		}
		if part, ok := p.prune(value.get(key), property); ok {
			pruned.set(key, part)
		}
	}
	return pruned, !slices.ContainsFunc(s.required, func(name string) bool { return !pruned.has(name) })
}

const maxDepth = 4 // of samples

// sample returns a value of s, deeper than maxDepth with required properties only.
func (p *pruner) sample(s *schema, name string, depth int) any {
	if component := p.components[s.ref]; component != nil {
		s = component
	}
	switch s.kind {
	case "array":
		if depth > maxDepth {
			return []any{}
		}
		return []any{p.sample(s.items, name, depth+1)}
	case "object":
		o := newObject()
		if s.values != nil && depth <= maxDepth {
			o.set("name", p.sample(s.values, "name", depth+1))
		}
		for _, name := range s.names {
			if depth <= maxDepth || slices.Contains(s.required, name) {
				o.set(name, p.sample(s.properties[name], name, depth+1))
			}
		}
		return o
	default:
		return s.sample(name, "")
	}
}

// success returns the example of a successful response: the reference's largest that
// fits s, or a sample.
func (p *pruner) success(m *method, s *schema) *object {
	example := newObject()
	example.set("ok", true)
	var best *object
	for _, success := range m.successes {
		if pruned, ok := p.pruneObject(success, s); ok {
			if o := pruned.(*object); best == nil || len(o.keys) > len(best.keys) {
				best = o
			}
		}
	}
	if best == nil || len(best.keys) == 0 {
		best = p.sample(s, "", 0).(*object)
	}
	for _, name := range best.keys {
		example.set(name, best.get(name))
	}
	return example
}
