package main

import (
	"encoding/json"
	"slices"
)

// A fitter makes examples fit schemas.
type fitter struct{ components map[string]*schema }

// fit returns a value without what does not fit s, and whether the rest does.
func (f *fitter) fit(value any, s *schema) (any, bool) {
	if value == nil {
		return nil, s.nullable && s.ref == ""
	}
	if s.ref != "" {
		component := f.components[s.ref]
		if component == nil {
			return value, false
		}
		return f.fit(value, component)
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
			if item, ok := f.fit(item, s.items); ok {
				list = append(list, item)
			}
		}
		return list, s.allows(list)
	case *object:
		return f.fitObject(value, s)
	default:
		return value, s.allows(value)
	}
}

func (f *fitter) fitObject(value *object, s *schema) (any, bool) {
	fitted := newObject()
	for _, key := range value.keys {
		property := s.properties[key]
		if property == nil {
			property = s.values
		}
		if property == nil {
			continue
		}
		if part, ok := f.fit(value.get(key), property); ok {
			fitted.set(key, part)
		}
	}
	return fitted, !slices.ContainsFunc(s.required, func(name string) bool { return !fitted.has(name) })
}

// makeUp returns a value of s. Below a certain depth it leaves out what it may.
func (f *fitter) makeUp(s *schema, name string, depth int) any {
	if component := f.components[s.ref]; component != nil {
		s = component
	}
	switch s.kind {
	case "":
		return "text"
	case "array":
		if depth > 4 {
			return []any{}
		}
		return []any{f.makeUp(s.items, name, depth+1)}
	case "object":
		o := newObject()
		if s.values != nil && depth <= 4 {
			o.set("name", f.makeUp(s.values, "name", depth+1))
		}
		for _, name := range s.names {
			if depth <= 4 || slices.Contains(s.required, name) {
				o.set(name, f.makeUp(s.properties[name], name, depth+1))
			}
		}
		return o
	case "integer":
		return json.Number("1")
	default:
		return s.madeUp(name, "")
	}
}

// success returns the example of a success of a method with response s: the
// reference's if it fits, or one made up.
func (f *fitter) success(m *method, s *schema) *object {
	example := newObject()
	example.set("ok", true)
	var best *object
	for _, success := range m.successes {
		if fitted, ok := f.fitObject(success, s); ok {
			if o := fitted.(*object); best == nil || len(o.keys) > len(best.keys) {
				best = o
			}
		}
	}
	if best == nil || len(best.keys) == 0 {
		best = f.makeUp(s, "", 0).(*object)
	}
	for _, name := range best.keys {
		example.set(name, best.get(name))
	}
	return example
}
