package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/seed-38c23bad/slackadmin/internal/goname"
)

// A plan is the spec with new entries.
type plan struct {
	spec    *specFile
	entries []*entry
}

// newPlan adds methods to the spec in data, which has none of them. It returns an
// error if go generate would refuse the result.
func newPlan(data []byte, methods []*method, l *corpus) (*plan, error) {
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

	// The entries need the shared schemas.
	samples := make([]map[string][]any, len(methods))
	needed, shapes := map[string]bool{}, map[string]*schema{}
	for _, name := range inlines {
		shapes[name] = l.merged(name, existing[name])
	}
	for i, m := range methods {
		r := &responses{known: existing, samples: map[string][]any{}, shapes: shapes}
		r.response(m)
		samples[i] = r.samples
		for name := range r.samples {
			markNeeded(name, existing, needed)
		}
	}
	known := maps.Clone(existing)
	for _, name := range slices.Sorted(maps.Keys(needed)) {
		if err := p.mergeShared(name, l.shape(name, existing[name]), known); err != nil {
			return nil, err
		}
	}

	for i, m := range methods {
		conflicts := map[string]error{}
		for name, values := range samples[i] {
			if err := conflict(name, known[name], inferShared(name, values)); err != nil {
				conflicts[name] = err
			}
		}
		p.entries = append(p.entries, newEntry(m, &responses{known: known, samples: map[string][]any{}, conflicts: conflicts, shapes: shapes}, common, l.commonMeaning))
	}
	if err := p.insert(l); err != nil {
		return nil, err
	}
	_, err = goname.Load([]byte(p.spec.String()))
	return p, err
}

// markNeeded adds a shared schema, and those that it refers to, to needed.
func markNeeded(name string, existing map[string]*schema, needed map[string]bool) {
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
			markNeeded(s.ref, existing, needed)
		}
		refs(s.items)
		refs(s.values)
		for _, property := range s.properties {
			refs(property)
		}
	}
	refs(existing[name])
}

// inferShared returns the schema of a shared object from samples, or nil.
func inferShared(name string, samples []any) *schema {
	if len(objectsOf(samples)) == 0 {
		return nil
	}
	s := inferObject(objectsOf(samples), false)
	s.desc, s.nullable = described[name], false
	s.sort() // so that the order of imports has no effect
	return s
}

// mergeShared adds the schema of a shared object to known and to the spec.
func (p *plan) mergeShared(name string, s *schema, known map[string]*schema) error {
	switch {
	case s == nil:
		return nil
	case known[name] != nil:
		return p.addProperties(at(p.spec.root, "components", "schemas", name), known[name], s)
	case !s.isObject():
		return nil
	}
	known[name] = s
	return p.component(name, s.node())
}

// conflict returns an error if a schema of the spec and s have different types.
func conflict(path string, has, s *schema) error {
	switch {
	case has == nil || s == nil || has.ref != "" || has.kind == "" || s.ref != "" || s.kind == "" || has.isNumber() && s.isNumber():
		return nil
	case has.kind != s.kind || has.isObject() != s.isObject() && (has.values == nil || has.values.kind != ""):
		return fmt.Errorf("%s has type %s in the spec, but %s in the examples", path, has.typeName(), s.typeName())
	case has.items != nil:
		return conflict(path+"[]", has.items, s.items)
	case has.values != nil && s.values != nil:
		return conflict(path+"[]", has.values, s.values)
	case !has.isObject():
		return nil
	}
	for _, name := range s.names {
		if err := conflict(path+"."+name, has.properties[name], s.properties[name]); err != nil {
			return err
		}
	}
	return nil
}

// addProperties adds the properties of s to a schema of the spec without them. The
// two have no conflict.
func (p *plan) addProperties(node *yaml.Node, has, s *schema) error {
	switch {
	case has.ref != "" || has.kind == "" || s.ref != "" || s.kind == "":
		return nil
	case has.items != nil:
		return p.addProperties(at(node, "items"), has.items, s.items)
	case has.values != nil && s.values != nil:
		return p.addProperties(at(node, "additionalProperties"), has.values, s.values)
	case !has.isObject():
		return nil
	}
	properties := at(node, "properties")
	for _, name := range s.names {
		if has.properties[name] != nil {
			if err := p.addProperties(at(properties, name), has.properties[name], s.properties[name]); err != nil {
				return err
			}
			continue
		}
		if len(distinct(append(slices.Clone(has.names), name))) == len(has.names) || properties.Style&yaml.FlowStyle != 0 {
			continue // callers read it from the JSON of the response
		}
		text, err := render(mapping(pair{name, s.properties[name].node()}), properties.Content[0].Column-1)
		if err != nil {
			return err
		}
		p.spec.insert(properties, name, text, false, nil)
		has.add(name, s.properties[name])
		has.names = has.names[:len(has.names)-1] // the text is in alphabetical order
		position := slices.IndexFunc(has.names, func(other string) bool { return name < other })
		if position < 0 {
			position = len(has.names)
		}
		has.names = slices.Insert(has.names, position, name)
	}
	return nil
}

// insert inserts the entries into the spec.
func (p *plan) insert(l *corpus) error {
	paths, err := p.spec.block("paths")
	if err != nil {
		return err
	}
	special, err := p.spec.block("x-slack-error-codes", "special")
	if err != nil {
		return err
	}
	codes, tags := map[string]string{}, map[string]bool{}
	for _, e := range p.entries {
		path := "/" + e.method.name
		text, err := render(mapping(pair{path, e.path}), 2)
		if err != nil {
			return err
		}
		p.spec.insert(paths, path, text, true, nil)
		if e.request != nil {
			e.components[e.method.goName()+"Request"] = e.request
		}
		for _, name := range slices.Sorted(maps.Keys(e.components)) {
			if err := p.component(name, e.components[name].node()); err != nil {
				return fmt.Errorf("%s: %w", e.method.name, err)
			}
		}
		if err := p.component(e.method.goName()+"Response", e.component()); err != nil {
			return fmt.Errorf("%s: %w", e.method.name, err)
		}
		for code := range e.codes {
			codes[code] = l.commonMeaning[code]
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
		p.spec.insert(special, code, text, false, nil)
	}
	return p.tags(slices.Sorted(maps.Keys(tags)))
}

// tags declares the tags that the spec lacks.
func (p *plan) tags(names []string) error {
	list := at(p.spec.root, "tags")
	if list == nil || list.Kind != yaml.SequenceNode || len(list.Content) == 0 || list.Style&yaml.FlowStyle != 0 {
		return nil // a tag need not be declared
	}
	declared := mapping()
	for _, tag := range list.Content {
		if name := at(tag, "name"); name != nil {
			key := *name
			key.Line, key.Column = tag.Line, tag.Column-2
			declared.Content = append(declared.Content, &key, tag)
		}
	}
	for _, name := range names {
		if at(declared, name) != nil {
			continue
		}
		text, err := render(sequence(mapping(pair{"name", scalar(name)}, pair{"description", scalar("Methods of " + name + ".")})), 2)
		if err != nil {
			return err
		}
		p.spec.insert(declared, name, text, false, nil)
	}
	return nil
}

// component adds a schema to the spec, in alphabetical order among those of methods
// or among the others.
func (p *plan) component(name string, node *yaml.Node) error {
	schemas, err := p.spec.block("components", "schemas")
	if err != nil {
		return err
	}
	for _, existing := range keys(schemas) {
		if strings.EqualFold(existing, name) {
			return fmt.Errorf("the spec already has a schema %s; rename it, because the method needs the name %s", existing, name)
		}
	}
	text, err := render(mapping(pair{name, node}), 4)
	if err != nil {
		return err
	}
	isMethods := p.methodSchemas()
	p.spec.insert(schemas, name, text, true, func(other string) bool { return isMethods(other) == isMethods(name) })
	return nil
}

// methodSchemas returns a function that reports whether a schema belongs to a method.
func (p *plan) methodSchemas() func(name string) bool {
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
