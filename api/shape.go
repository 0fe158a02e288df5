package api

import (
	"cmp"
	stdencoding "encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// A shape is how encoding/json reads a Go type.
type shape struct {
	kind  kind
	model reflect.Type // of a leaf
	plain bool         // whether a leaf has no say in how it is decoded
	item  *part        // of a list or a table

	// Of an object: its parts, by name, and whether all names are small letters.
	parts   []part
	names   []string
	index   map[string]int
	isSmall bool
}

type kind int

const (
	free   kind = iota // any value, or a type that decodes itself
	leaf               // a string, a number, a boolean
	object             // a struct
	table              // a map
	list               // a slice or an array
)

// A part is a place in an answer.
type part struct {
	*shape
	name string // its key, if it is an object's
	null bool   // whether null is a value of it
	mark mark

	// vital is set if the call is lost with the part: if it is essential, leads to
	// the next page, is an item of one, or holds what does.
	vital bool
}

// A mark says what stands at a place besides the model's.
type mark int

const (
	unmarked mark = iota
	atItems       // the items of a page
	atNext        // what leads to the next page
	atStray       // a cursor where the method has none, but others do
)

// cursors are the places where Slack puts the next page's cursor.
var cursors = []string{"response_metadata.next_cursor", "next_cursor"}

// A model is what an answer is compared with.
type model struct {
	part
	decodesItself bool // or a part of it does
}

var models sync.Map // of modelKey to *model

type modelKey struct {
	goType          reflect.Type
	nextAt, itemsAt string
}

// modelOf returns the model of an answer of a Go type with what leads to the next
// page, and its items, at two places. They are empty if there are no pages.
func modelOf(goType reflect.Type, nextAt, itemsAt string) *model {
	key := modelKey{goType, nextAt, itemsAt}
	if known, ok := models.Load(key); ok {
		return known.(*model)
	}
	var places []place
	if nextAt != "" {
		places = []place{{nextAt, atNext}, {itemsAt, atItems}}
		for _, cursor := range cursors {
			if cursor != nextAt {
				places = append(places, place{cursor, atStray})
			}
		}
	}
	b := builder{}
	known, _ := models.LoadOrStore(key, &model{b.part(goType, false, false, places), anyPart(goType, decodesItself)})
	return known.(*model)
}

// A place is a path below a part.
type place struct {
	path string
	mark mark
}

// A builder has the shapes of types that no place leads into. Types can be
// recursive.
type builder map[builtKey]*shape

type builtKey struct {
	goType reflect.Type
	vital  bool
}

// part returns the part of a type. Of a vital list or table the items are vital,
// too. Below that it goes on for lists alone: what a table holds that is itself
// an item is no item.
func (b builder) part(t reflect.Type, vital, nested bool, places []place) part {
	p := part{vital: vital}
	var below []place
	for _, at := range places {
		p.vital = p.vital || at.mark != atStray
		if at.path == "" {
			p.mark, vital = at.mark, vital || at.mark != atStray
		} else {
			below = append(below, at)
		}
	}
	for t.Kind() == reflect.Pointer {
		p.null, t = true, t.Elem()
	}
	p.vital = p.vital || anyPart(t, hasEssential)
	p.shape = b.shape(t, vital && (!nested || t.Kind() != reflect.Map), below)
	p.null = p.null || p.kind == free
	return p
}

func (b builder) shape(t reflect.Type, vital bool, places []place) *shape {
	key := builtKey{t, vital}
	if known := b[key]; known != nil && len(places) == 0 {
		return known
	}
	s := &shape{}
	if len(places) == 0 {
		b[key] = s
	}
	item := func() {
		p := b.part(t.Elem(), vital, true, nil)
		s.item = &p
	}
	switch kind := t.Kind(); {
	case kind == reflect.Interface && t.NumMethod() == 0, t == rawMessage, decodesItself(t):
	case reflect.PointerTo(t).Implements(reflect.TypeFor[stdencoding.TextUnmarshaler]()), kind == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		s.kind, s.model = leaf, t
	case kind == reflect.Struct:
		s.kind = object
		for _, f := range jsonFields(t) {
			p := b.part(f.goType, f.essential, false, below(places, f.name))
			if p.name = f.name; f.quoted {
				p.shape, p.null = &shape{}, f.goType.Kind() == reflect.Pointer // encoding/json is strict with these
			}
			s.parts = append(s.parts, p)
		}
		s.parts = append(s.parts, b.strays(s.parts, places)...)
		s.index, s.isSmall = map[string]int{}, true
		for i := range s.parts {
			s.names = append(s.names, s.parts[i].name)
			s.index[s.parts[i].name] = i
			s.isSmall = s.isSmall && isSmall(s.parts[i].name)
		}
	case kind == reflect.Map:
		s.kind = table
		item()
	case kind == reflect.Slice || kind == reflect.Array:
		s.kind = list
		item()
	default:
		s.kind, s.model, s.plain = leaf, t, true
	}
	return s
}

// strays returns parts for cursors that the model of an object does not have.
func (b builder) strays(parts []part, places []place) (more []part) {
	for _, at := range places {
		name, rest, _ := strings.Cut(at.path, ".")
		if at.mark != atStray || slices.ContainsFunc(parts, func(p part) bool { return p.name == name }) {
			continue
		}
		p := part{name: name, shape: &shape{}, null: true, mark: atStray}
		if rest != "" {
			p = part{name: name, shape: b.shape(reflect.TypeFor[struct{}](), false, []place{{rest, atStray}}), null: true}
		}
		more = append(more, p)
	}
	return more
}

// below returns where places are seen from a part of theirs.
func below(places []place, name string) (rest []place) {
	for _, at := range places {
		if first, path, _ := strings.Cut(at.path, "."); first == name {
			rest = append(rest, place{path, at.mark})
		}
	}
	return rest
}

// wants says which JSON a part takes.
func (s *shape) wants() string {
	switch s.kind {
	case object, table:
		return "an object"
	case list:
		return "an array"
	default:
		switch kind := s.model.Kind(); {
		case reflect.PointerTo(s.model).Implements(reflect.TypeFor[stdencoding.TextUnmarshaler]()), kind == reflect.String, kind == reflect.Slice:
			return "a string"
		case kind == reflect.Bool:
			return "a boolean"
		case kind == reflect.Float32 || kind == reflect.Float64:
			return "a number"
		case kind >= reflect.Int && kind <= reflect.Uintptr:
			return fmt.Sprintf("an integer of %d bits", s.model.Bits())
		default:
			return "nothing that JSON has"
		}
	}
}

var rawMessage = reflect.TypeFor[json.RawMessage]()

// decodesItself reports whether a type decodes itself, as RawMessage does, which
// takes anything. An error of one ends encoding/json, so that what comes after it
// is not decoded.
func decodesItself(t reflect.Type) bool {
	return t != rawMessage && reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]())
}

func hasEssential(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && !decodesItself(t) &&
		slices.ContainsFunc(jsonFields(t), func(f jsonField) bool { return f.essential })
}

// anyPart reports whether a type or what it is made of is as is tells. What
// decodes itself is of one piece.
func anyPart(t reflect.Type, is func(reflect.Type) bool) bool {
	seen := map[reflect.Type]bool{}
	var visit func(t reflect.Type) bool
	visit = func(t reflect.Type) bool {
		if seen[t] {
			return false
		}
		seen[t] = true
		switch {
		case is(t):
			return true
		case t.Kind() == reflect.Pointer:
			return visit(t.Elem())
		case decodesItself(t):
			return false
		}
		switch t.Kind() {
		case reflect.Slice, reflect.Array, reflect.Map:
			return visit(t.Elem())
		case reflect.Struct:
			return slices.ContainsFunc(jsonFields(t), func(f jsonField) bool { return visit(f.goType) })
		default:
			return false
		}
	}
	return visit(t)
}

// A jsonField is a field of a struct, or of one that is embedded in it, as
// encoding/json sees it.
type jsonField struct {
	name           string
	goType         reflect.Type
	essential      bool
	tagged, quoted bool
	ambiguous      bool // for others have the name
}

// jsonFields returns the fields of a struct by encoding/json's rules: of one name
// the outermost, of those the one with a tag, and none if that is not one.
func jsonFields(t reflect.Type) []jsonField {
	var all []jsonField
	seen := map[reflect.Type]bool{t: true}
	for level := []reflect.Type{t}; len(level) > 0; {
		outer := len(all)
		var inner []reflect.Type
		for _, t := range level {
			for i := range t.NumField() {
				f := t.Field(i)
				tag := f.Tag.Get("json")
				name, options, _ := strings.Cut(tag, ",")
				embedded := f.Type
				if embedded.Kind() == reflect.Pointer {
					embedded = embedded.Elem()
				}
				isEmbedded := f.Anonymous && embedded.Kind() == reflect.Struct
				switch {
				case tag == "-", !f.IsExported() && !isEmbedded:
				case isEmbedded && name == "":
					if !seen[embedded] {
						inner = append(inner, embedded)
					}
				default:
					all = append(all, jsonField{
						name: cmp.Or(name, f.Name), goType: f.Type, tagged: name != "",
						essential: f.Tag.Get("slack") == "essential",
						quoted:    f.Type.Kind() != reflect.Struct && slices.Contains(strings.Split(options, ","), "string"),
					})
				}
			}
		}
		all = dominant(all, outer)
		for _, t := range inner {
			seen[t] = true
		}
		level = inner
	}
	return slices.DeleteFunc(all, func(f jsonField) bool { return f.ambiguous })
}

// dominant leaves of the fields from outer on one of each name, if one comes
// before the others and none of the outer ones has it.
func dominant(all []jsonField, outer int) []jsonField {
	kept := all[:outer:outer]
	for _, f := range all[outer:] {
		same := slices.IndexFunc(kept, func(k jsonField) bool { return k.name == f.name })
		switch {
		case same < 0:
			kept = append(kept, f)
		case same < outer:
		case f.tagged && !kept[same].tagged:
			kept[same] = f
		case f.tagged == kept[same].tagged:
			kept[same].ambiguous = true
		}
	}
	return kept
}
