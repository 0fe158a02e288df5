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

// A shape is what encoding/json accepts for a Go type.
type shape struct {
	kind    kind
	goType  reflect.Type // of a scalar
	builtin bool         // whether a scalar's type has no methods for decoding
	item    *node        // of an array or a map

	// Of an object.
	fields       []node
	names        []string       // of fields
	index        map[string]int // in fields, by name
	isLowerASCII bool           // whether all names are
}

type kind int

const (
	kindAny    kind = iota // any value, or a type with UnmarshalJSON
	kindScalar             // a string, a number, a boolean
	kindObject             // a struct
	kindMap
	kindArray // a slice or an array
)

// A node is a value in a response.
type node struct {
	*shape
	name     string // its key, if it is a field of an object
	nullable bool
	mark     mark

	// essential is set if the call fails without the value: if it is an essential field,
	// leads to the next page, is an item of a page, or contains such a value.
	essential bool
}

// A mark is what a value means for paging.
type mark int

const (
	markNone  mark = iota
	markNext       // the next page's cursor, or the number of pages
	markStray      // a cursor at a path where other methods have theirs
)

// cursorPaths are where Slack's methods have the next page's cursor.
var cursorPaths = []string{"response_metadata.next_cursor", "next_cursor"}

// A model is what a response is compared with.
type model struct {
	node
	hasUnmarshalJSON bool // whether any type in it has
}

var models sync.Map // from modelKey to *model

type modelKey struct {
	goType          reflect.Type
	nextAt, itemsAt string
}

// modelOf returns the model of a response of a Go type, with a method's nextAt and
// itemsAt. Both are empty if there are no pages.
func modelOf(goType reflect.Type, nextAt, itemsAt string) *model {
	key := modelKey{goType, nextAt, itemsAt}
	if m, ok := models.Load(key); ok {
		return m.(*model)
	}
	var paths []markedPath
	if nextAt != "" {
		paths = []markedPath{{nextAt, markNext}, {itemsAt, markNone}}
		for _, path := range cursorPaths {
			if path != nextAt {
				paths = append(paths, markedPath{path, markStray})
			}
		}
	}
	cache := shapeCache{}
	m, _ := models.LoadOrStore(key, &model{cache.newNode(goType, false, false, paths), anyType(goType, hasUnmarshalJSON)})
	return m.(*model)
}

// A markedPath is a dotted path below a node. The values on it are essential, unless it
// leads to a stray cursor.
type markedPath struct {
	path string
	mark mark
}

// A shapeCache has the shapes of types without marked paths. Types can be recursive.
type shapeCache map[shapeKey]*shape

type shapeKey struct {
	goType         reflect.Type
	essentialItems bool
}

// newNode returns the node of a type. If it is essential, so are the items of an array
// or map, and in turn their items if they are arrays. isItem is set for an item: the
// values of a map that is an item are not essential.
func (c shapeCache) newNode(t reflect.Type, essential, isItem bool, paths []markedPath) node {
	n := node{essential: essential}
	var deeper []markedPath
	for _, p := range paths {
		n.essential = n.essential || p.mark != markStray
		if p.path == "" {
			n.mark, essential = p.mark, essential || p.mark != markStray
		} else {
			deeper = append(deeper, p)
		}
	}
	for t.Kind() == reflect.Pointer {
		n.nullable, t = true, t.Elem()
	}
	n.essential = n.essential || anyType(t, hasEssentialField)
	n.shape = c.newShape(t, essential && (!isItem || t.Kind() != reflect.Map), deeper)
	n.nullable = n.nullable || n.kind == kindAny
	return n
}

func (c shapeCache) newShape(t reflect.Type, essentialItems bool, paths []markedPath) *shape {
	key := shapeKey{t, essentialItems}
	if s := c[key]; s != nil && len(paths) == 0 {
		return s
	}
	s := &shape{}
	if len(paths) == 0 {
		c[key] = s
	}
	switch kind := t.Kind(); {
	case kind == reflect.Interface && t.NumMethod() == 0, t == rawMessage, hasUnmarshalJSON(t):
	case hasUnmarshalText(t), kind == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		s.kind, s.goType = kindScalar, t
	case kind == reflect.Struct:
		s.kind = kindObject
		c.addFields(s, t, paths)
	case kind == reflect.Map, kind == reflect.Slice, kind == reflect.Array:
		s.kind = kindArray
		if kind == reflect.Map {
			s.kind = kindMap
		}
		item := c.newNode(t.Elem(), essentialItems, true, nil)
		s.item = &item
	default:
		s.kind, s.goType, s.builtin = kindScalar, t, true
	}
	return s
}

// addFields adds the fields of a struct to its shape, and those of stray cursors.
func (c shapeCache) addFields(s *shape, t reflect.Type, paths []markedPath) {
	for _, f := range jsonFields(t) {
		n := c.newNode(f.goType, f.essential, false, pathsBelow(paths, f.name))
		if n.name = f.name; f.quoted { // encoding/json checks these itself
			n.shape, n.nullable = &shape{}, f.goType.Kind() == reflect.Pointer
		}
		s.fields = append(s.fields, n)
	}
	for _, p := range paths {
		name, rest, _ := strings.Cut(p.path, ".")
		if p.mark != markStray || slices.ContainsFunc(s.fields, func(n node) bool { return n.name == name }) {
			continue
		}
		n := node{name: name, shape: &shape{}, nullable: true, mark: markStray}
		if rest != "" {
			n.shape, n.mark = c.newShape(reflect.TypeFor[struct{}](), false, []markedPath{{rest, markStray}}), markNone
		}
		s.fields = append(s.fields, n)
	}
	s.index, s.isLowerASCII = map[string]int{}, true
	for i, n := range s.fields {
		s.names = append(s.names, n.name)
		s.index[n.name] = i
		s.isLowerASCII = s.isLowerASCII && isLowerASCII(n.name)
	}
}

// pathsBelow returns the paths that lead into a field, relative to it.
func pathsBelow(paths []markedPath, field string) (below []markedPath) {
	for _, p := range paths {
		if first, rest, _ := strings.Cut(p.path, "."); first == field {
			below = append(below, markedPath{rest, p.mark})
		}
	}
	return below
}

// wants returns the JSON type that a shape accepts.
func (s *shape) wants() string {
	switch s.kind {
	case kindObject, kindMap:
		return "an object"
	case kindArray:
		return "an array"
	default:
		switch kind := s.goType.Kind(); {
		case hasUnmarshalText(s.goType), kind == reflect.String, kind == reflect.Slice:
			return "a string"
		case kind == reflect.Bool:
			return "a boolean"
		case kind == reflect.Float32 || kind == reflect.Float64:
			return "a number"
		case kind >= reflect.Int && kind <= reflect.Uintptr:
			return fmt.Sprintf("an integer of %d bits", s.goType.Bits())
		default:
			return "nothing that JSON has"
		}
	}
}

var rawMessage = reflect.TypeFor[json.RawMessage]()

// hasUnmarshalJSON reports whether a type decodes itself. RawMessage does not count,
// because it accepts any value. An error of such a type ends encoding/json: the fields
// after it are not decoded.
func hasUnmarshalJSON(t reflect.Type) bool {
	return t != rawMessage && reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]())
}

func hasUnmarshalText(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[stdencoding.TextUnmarshaler]())
}

func hasEssentialField(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && !hasUnmarshalJSON(t) &&
		slices.ContainsFunc(jsonFields(t), func(f jsonField) bool { return f.essential })
}

// anyType reports whether match is true for t or a type in it, but not for those in a
// type with UnmarshalJSON.
func anyType(t reflect.Type, match func(reflect.Type) bool) bool {
	seen := map[reflect.Type]bool{}
	var visit func(t reflect.Type) bool
	visit = func(t reflect.Type) bool {
		if seen[t] {
			return false
		}
		seen[t] = true
		switch kind := t.Kind(); {
		case match(t):
			return true
		case hasUnmarshalJSON(t):
			return false
		case kind == reflect.Pointer, kind == reflect.Slice, kind == reflect.Array, kind == reflect.Map:
			return visit(t.Elem())
		case kind == reflect.Struct:
			return slices.ContainsFunc(jsonFields(t), func(f jsonField) bool { return visit(f.goType) })
		default:
			return false
		}
	}
	return visit(t)
}

// A jsonField is a field of a struct, or of an embedded struct, as encoding/json sees it.
type jsonField struct {
	name           string
	goType         reflect.Type
	essential      bool
	tagged, quoted bool
	ambiguous      bool // other fields of the same depth have the name
}

// jsonFields returns the fields of a struct by encoding/json's rules: of the fields with
// the same name the outermost, and of several outermost ones the only one with a tag.
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

// dominant returns all without the fields from index outer on that are shadowed: by one
// before outer, or by one of the same depth.
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
