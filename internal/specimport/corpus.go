package main

import (
	"context"
	"maps"
	"slices"
)

// A corpus is what the methods of the whole reference have in common. Every import
// uses it, so that the order of imports has no effect.
type corpus struct {
	samples       map[string][][]any // by shared schema, those of each method
	commonMeaning map[string]string  // by error code, the meaning that most methods give
}

// learn reads the whole reference. It skips invalid files, which are errors only when
// their methods are imported.
func (imp *importer) learn(ctx context.Context) (*corpus, error) {
	names, err := imp.source.names(ctx)
	if err != nil {
		return nil, err
	}
	l := &corpus{samples: map[string][][]any{}, commonMeaning: map[string]string{}}
	meanings := map[string]map[string]int{}
	for _, name := range names {
		data, err := imp.source.read(ctx, name)
		if err != nil {
			return nil, err
		}
		m, err := readMethod(name, data)
		if err != nil {
			continue
		}
		r := &responses{known: map[string]*schema{}, samples: map[string][]any{}}
		r.response(m)
		for shared := range r.samples {
			l.samples[shared] = append(l.samples[shared], r.samples[shared])
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
		l.commonMeaning[code] = undescribed
		most := 0
		for _, meaning := range slices.Sorted(maps.Keys(counts)) {
			if counts[meaning] > most {
				l.commonMeaning[code], most = meaning, counts[meaning]
			}
		}
	}
	return l, nil
}

// merged returns a shared schema with the properties in the spec and in the samples of
// all methods, or nil if it has none.
func (l *corpus) merged(name string, has *schema) *schema {
	var all *schema
	for _, s := range []*schema{l.shape(name, has), has} {
		if s == nil || !s.isObject() {
			continue
		}
		if all == nil {
			all = &schema{kind: "object"}
		}
		for _, name := range s.names {
			all.add(name, s.properties[name])
		}
	}
	return all
}

// shape returns a shared schema from the samples of all methods, except those that
// conflict with the spec.
func (l *corpus) shape(name string, has *schema) *schema {
	var all []any
	for _, samples := range l.samples[name] {
		if conflict(name, has, inferShared(name, samples)) == nil {
			all = append(all, samples...)
		}
	}
	return inferShared(name, all)
}
