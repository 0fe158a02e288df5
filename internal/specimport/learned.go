package main

import (
	"context"
	"maps"
	"slices"
)

// learned is what the whole reference tells of what its methods share. A method is
// imported with it, so that it does not matter which methods are imported before it, or
// with it.
type learned struct {
	samples map[string][]ofMethod // of shared schemas
	usual   map[string]string     // what most methods mean by an error code
}

// ofMethod are a method's samples of a shared schema.
type ofMethod struct {
	method  string
	samples []any
}

// learn reads the whole reference. A file that cannot be read is an error only to who
// wants its method.
func (i *importer) learn(ctx context.Context) (*learned, error) {
	names, err := i.source.names(ctx)
	if err != nil {
		return nil, err
	}
	l := &learned{samples: map[string][]ofMethod{}, usual: map[string]string{}}
	meanings := map[string]map[string]int{}
	for _, name := range names {
		data, err := i.source.read(ctx, name)
		if err != nil {
			return nil, err
		}
		m, err := readMethod(name, data)
		if err != nil {
			continue
		}
		r := &responses{known: map[string]*schema{}, samples: map[string][]any{}}
		r.response(m)
		for _, shared := range slices.Sorted(maps.Keys(r.samples)) {
			l.samples[shared] = append(l.samples[shared], ofMethod{name, r.samples[shared]})
		}
		for _, code := range m.errors.keys {
			if meanings[code] == nil {
				meanings[code] = map[string]int{}
			}
			if meaning := sentence(m.errors.text(code)); meaning != undescribed {
				meanings[code][meaning]++
			}
		}
	}
	for code, counts := range meanings {
		l.usual[code] = undescribed
		most := 0
		for _, meaning := range slices.Sorted(maps.Keys(counts)) {
			if counts[meaning] > most {
				l.usual[code], most = meaning, counts[meaning]
			}
		}
	}
	return l, nil
}

// whole returns what the spec has of a shared schema with what all methods show of it,
// nil if it is no object with properties.
func (l *learned) whole(name string, has *schema) *schema {
	shown := l.shape(name, has)
	if shown == nil || !shown.isObject() {
		shown = nil
	}
	if has == nil || !has.isObject() {
		return shown
	}
	whole := &schema{kind: "object"}
	for _, s := range []*schema{shown, has} {
		if s == nil {
			continue
		}
		for _, name := range s.names {
			whole.add(name, s.properties[name])
		}
	}
	return whole
}

// shape returns what all methods show of a shared schema, but for those that differ from
// what the spec has of it.
func (l *learned) shape(name string, has *schema) *schema {
	var all []any
	for _, of := range l.samples[name] {
		if differs(name, has, shown(name, of.samples)) == nil {
			all = append(all, of.samples...)
		}
	}
	return shown(name, all)
}
