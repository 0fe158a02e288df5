package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/seed-38c23bad/slackadmin/internal/goname"
	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// A plan is the spec with the entries of some methods.
type plan struct {
	spec    *specFile
	entries []*entry
}

// newPlan adds methods to the spec in data, which has none of them.
func newPlan(data []byte, methods []*method, l *learned) (*plan, error) {
	spec, err := readSpec(data)
	if err != nil {
		return nil, err
	}
	p := &plan{spec: spec}
	existing := map[string]*schema{}
	components := at(spec.root, "components", "schemas")
	for _, name := range keys(components) {
		existing[name] = readSchema(at(components, name))
	}
	common := map[string]string{}
	for _, code := range keys(at(spec.root, "x-slack-error-codes", "common")) {
		common[code] = ""
	}

	// What is known of shared objects has to be there first.
	samples := make([]map[string][]any, len(methods))
	needed, shapes := map[string]bool{}, map[string]*schema{}
	for _, name := range inlines {
		shapes[name] = l.whole(name, existing[name])
	}
	for i, m := range methods {
		r := &responses{known: existing, samples: map[string][]any{}, shapes: shapes}
		r.response(m)
		samples[i] = r.samples
		for name := range r.samples {
			need(name, existing, needed)
		}
	}
	known := maps.Clone(existing)
	for _, name := range slices.Sorted(maps.Keys(needed)) {
		if err := p.share(name, l.shape(name, existing[name]), known); err != nil {
			return nil, err
		}
	}

	for i, m := range methods {
		differ := map[string]error{}
		for name, ofMethod := range samples[i] {
			if err := differs(name, known[name], shown(name, ofMethod)); err != nil {
				differ[name] = err
			}
		}
		entry, err := newEntry(m, &responses{known: known, samples: map[string][]any{}, differ: differ, shapes: shapes}, common, l.usual)
		if err != nil {
			return nil, err
		}
		p.entries = append(p.entries, entry)
	}
	return p, p.insert(l)
}

// need adds a shared schema to those needed, and what it has in it.
func need(name string, existing map[string]*schema, needed map[string]bool) {
	if needed[name] {
		return
	}
	needed[name] = true
	var refs func(s *schema)
	refs = func(s *schema) {
		if s == nil {
			return
		}
		if s.ref != "" {
			need(s.ref, existing, needed)
		}
		refs(s.items)
		refs(s.values)
		for _, property := range s.properties {
			refs(property)
		}
	}
	refs(existing[name])
}

// check returns what go generate would refuse.
func (p *plan) check() error {
	doc, err := speccheck.Load([]byte(p.spec.String()))
	if err != nil {
		return err
	}
	return goname.Check(doc)
}

// shown returns what samples show of a shared object, nil if it is nothing.
func shown(name string, samples []any) *schema {
	if len(objectsOf(samples)) == 0 {
		return nil
	}
	s := inferObject(objectsOf(samples), false)
	s.desc, s.nullable = described[name], false
	s.sort() // so that the order of imports is not to be seen
	return s
}

// share adds to known, and to the spec, what is shown of a shared object.
func (p *plan) share(name string, s *schema, known map[string]*schema) error {
	switch {
	case s == nil:
		return nil
	case known[name] != nil:
		return p.widen(at(p.spec.root, "components", "schemas", name), known[name], s)
	case !s.isObject():
		return nil
	}
	known[name] = s
	return p.component(name, s.node())
}

// differs tells where a schema of the spec and s have different types, nil if s
// can only add to it.
func differs(where string, has, s *schema) error {
	switch {
	case has == nil || s == nil || has.ref != "" || has.kind == "" || s.ref != "" || s.kind == "" || has.isNumber() && s.isNumber():
		return nil
	case has.kind != s.kind || has.isObject() != s.isObject() && (has.values == nil || has.values.kind != ""):
		return fmt.Errorf("%s is of type %s in the spec, and the examples show %s", where, has.kind, s.kind)
	case has.items != nil:
		return differs(where+"[]", has.items, s.items)
	case has.values != nil && s.values != nil:
		return differs(where+"[]", has.values, s.values)
	case !has.isObject():
		return nil
	}
	for _, name := range s.names {
		if err := differs(where+"."+name, has.properties[name], s.properties[name]); err != nil {
			return err
		}
	}
	return nil
}

// widen adds to a schema of the spec the properties of s that it lacks. They do
// not differ in what both have.
func (p *plan) widen(node *yaml.Node, has, s *schema) error {
	switch {
	case has.ref != "" || has.kind == "" || s.ref != "" || s.kind == "":
		return nil
	case has.items != nil:
		return p.widen(at(node, "items"), has.items, s.items)
	case has.values != nil && s.values != nil:
		return p.widen(at(node, "additionalProperties"), has.values, s.values)
	case !has.isObject():
		return nil
	}
	properties := at(node, "properties")
	for _, name := range s.names {
		if has.properties[name] != nil {
			if err := p.widen(at(properties, name), has.properties[name], s.properties[name]); err != nil {
				return err
			}
			continue
		}
		if len(distinct(append(slices.Clone(has.names), name))) == len(has.names) || properties.Style&yaml.FlowStyle != 0 {
			continue // it stays in the JSON of the answer
		}
		text, err := render(mapping(pair{name, s.properties[name].node()}), properties.Content[0].Column-1)
		if err != nil {
			return err
		}
		p.spec.insert(properties, name, text, false, func(string) bool { return true })
		has.add(name, s.properties[name])
		has.names = has.names[:len(has.names)-1] // it stands where the text does
		at := slices.IndexFunc(has.names, func(other string) bool { return name < other })
		if at < 0 {
			at = len(has.names)
		}
		has.names = slices.Insert(has.names, at, name)
	}
	return nil
}

// insert puts the entries into the spec.
func (p *plan) insert(l *learned) error {
	paths, err := p.spec.block("paths")
	if err != nil {
		return err
	}
	special, err := p.spec.block("x-slack-error-codes", "special")
	if err != nil {
		return err
	}
	all := func(string) bool { return true }
	codes, tags := map[string]string{}, map[string]bool{}
	for _, e := range p.entries {
		path := "/" + e.method.name
		text, err := render(mapping(pair{path, e.path}), 2)
		if err != nil {
			return err
		}
		p.spec.insert(paths, path, text, true, all)
		if e.request != nil {
			e.components[e.method.goName()+"Request"] = e.request
		}
		for _, name := range slices.Sorted(maps.Keys(e.components)) {
			if err := p.component(name, e.components[name].node()); err != nil {
				return fmt.Errorf("%s: %w", e.method.name, err)
			}
		}
		if err := p.component(e.method.goName()+"Response", e.whole()); err != nil {
			return fmt.Errorf("%s: %w", e.method.name, err)
		}
		for code := range e.codes {
			codes[code] = l.usual[code]
		}
		tags[e.method.tag()] = true
	}
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		if at(special, code) != nil {
			continue
		}
		text, err := render(mapping(pair{code, scalar(codes[code])}), 4)
		if err != nil {
			return err
		}
		p.spec.insert(special, code, text, false, all)
	}
	return p.tags(slices.Sorted(maps.Keys(tags)))
}

// tags adds the groups of methods that the spec does not name yet.
func (p *plan) tags(names []string) error {
	list := at(p.spec.root, "tags")
	if list == nil || list.Kind != yaml.SequenceNode || len(list.Content) == 0 || list.Style&yaml.FlowStyle != 0 {
		return nil // tags need not be declared
	}
	has := mapping()
	for _, tag := range list.Content {
		if name := at(tag, "name"); name != nil {
			key := *name
			key.Line, key.Column = tag.Line, tag.Column-2
			has.Content = append(has.Content, &key, tag)
		}
	}
	for _, name := range names {
		if at(has, name) != nil {
			continue
		}
		text, err := render(sequence(mapping(pair{"name", scalar(name)}, pair{"description", scalar("Methods of " + name + ".")})), 2)
		if err != nil {
			return err
		}
		p.spec.insert(has, name, text, false, func(string) bool { return true })
	}
	return nil
}

// component adds a schema to the spec: those of methods in order, and the
// others in order.
func (p *plan) component(name string, node *yaml.Node) error {
	schemas, err := p.spec.block("components", "schemas")
	if err != nil {
		return err
	}
	for _, existing := range keys(schemas) {
		if strings.EqualFold(existing, name) {
			return fmt.Errorf("the spec has a schema %s already; want another name for it, for %s is one that the method needs", existing, name)
		}
	}
	text, err := render(mapping(pair{name, node}), 4)
	if err != nil {
		return err
	}
	ofMethod := p.ofMethods()
	p.spec.insert(schemas, name, text, true, func(other string) bool { return ofMethod(other) == ofMethod(name) })
	return nil
}

// ofMethods returns a function that tells whether a schema is a method's own.
func (p *plan) ofMethods() func(name string) bool {
	methods := map[string]bool{}
	for _, path := range keys(at(p.spec.root, "paths")) {
		item := at(p.spec.root, "paths", path)
		for _, verb := range keys(item) {
			if id := at(item, verb, "operationId"); id != nil {
				methods[strings.ToLower(strings.ReplaceAll(id.Value, ".", ""))] = true
			}
		}
	}
	for _, e := range p.entries {
		methods[strings.ToLower(e.method.goName())] = true
	}
	return func(name string) bool {
		for _, suffix := range []string{"request", "response", "item"} {
			if stem, ok := strings.CutSuffix(strings.ToLower(name), suffix); ok && methods[stem] {
				return true
			}
		}
		return false
	}
}
