package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxMismatches is how many mismatches are kept with their full paths, which can be long.
const maxMismatches = 1000

// A comparison is the result of comparing a response with its model.
type comparison struct {
	// okCount counts the keys that are exactly "ok", and ok is the value of the last one.
	// encoding/json ignores case.
	okCount int
	ok      bool

	// scanner.body is the response as encoding/json must read it. If edited is set, it
	// differs from what Slack sent: a 64-bit integer sent as a string is a number, an
	// empty array sent for an object is an object (PHP writes {} as []), and a key that
	// differs from a later or earlier exact key in case only is renamed.
	scanner
	edited bool

	mismatches  []mismatch
	hasWarnings bool
	hasNext     bool   // there is a next page's cursor, or a number of pages
	strayCursor string // path of a cursor that nextPage does not read; "" if there is none

	checkTypes bool
	path       []string
	marks      []foundMark
}

// A mismatch is a value that does not fit the model. Cleared ones do not count.
type mismatch struct {
	path, problem string
	essential     bool
}

type foundMark struct {
	mark mark
	path string
}

// compare compares body, which is valid JSON, with the model. checkTypes is set if
// encoding/json has found a value of the wrong type.
func (m *model) compare(body []byte, checkTypes bool) *comparison {
	c := &comparison{scanner: scanner{body: body}, checkTypes: checkTypes}
	c.skipSpace()
	if c.peek() == '{' && m.kind != kindScalar && m.kind != kindArray {
		c.compareObject(m.shape, true)
	} else {
		c.compareValue(&m.node)
	}
	for _, found := range c.marks {
		c.hasNext = c.hasNext || found.mark == markNext
		if found.mark == markStray {
			c.strayCursor = found.path
		}
	}
	return c
}

// essentialError returns the first mismatch that fails the call.
func (c *comparison) essentialError() error {
	for _, m := range c.mismatches {
		if m.essential {
			return fmt.Errorf("its %s is %s", m.path, m.problem)
		}
	}
	return nil
}

// fields returns the paths of all mismatches. That of an item is its array's or map's.
func (c *comparison) fields() (paths []string) {
	for _, m := range c.mismatches {
		if m.problem != "" {
			paths = append(paths, dropItems.Replace(m.path))
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// compareValue compares the next value with its node, and skips the value.
func (c *comparison) compareValue(n *node) {
	start := c.pos
	switch b := c.peek(); {
	case b == '"' && !c.checkTypes:
		c.skipString()
	case b == 'n':
		if c.skipValue(); n.essential && !n.nullable {
			c.addMismatch(n, "null")
		}
	case n.kind == kindAny:
		c.skipValue()
	case b == '{' && (n.kind == kindObject || n.kind == kindMap):
		c.compareObject(n.shape, false)
	case b == '[' && n.kind == kindArray:
		c.compareArray(n.item)
	default:
		c.skipValue()
		c.compareScalar(n, start)
	}
	if n.mark != markNone && !isEmpty(c.body[start:c.pos]) {
		c.marks = append(c.marks, foundMark{n.mark, c.pathString()})
	}
}

// compareScalar compares a value that is neither null nor the expected object or array.
func (c *comparison) compareScalar(n *node, start int) {
	raw := c.body[start:c.pos]
	switch {
	case !c.checkTypes:
	case n.kind == kindScalar && n.decodes(raw):
	case n.kind == kindScalar && n.isQuotedInt64(raw):
		c.overwrite(start, ' ')
		c.overwrite(c.pos-1, ' ')
	case (n.kind == kindObject || n.kind == kindMap) && raw[0] == '[' && len(bytes.TrimSpace(raw[1:len(raw)-1])) == 0:
		c.overwrite(start, '{')
		c.overwrite(c.pos-1, '}')
	default:
		c.addMismatch(n, jsonType(raw)+"; want "+n.wants())
	}
}

// compareObject compares the members of an object.
func (c *comparison) compareObject(s *shape, isTopLevel bool) {
	var array [64]bool
	seen := array[:] // by field: its exact key was there
	if len(s.fields) > len(array) {
		seen = make([]bool, len(s.fields))
	}
	var variants []caseVariant
	for c.advance(); ; {
		b := c.skipSpace()
		if b == ',' {
			c.pos++
			continue
		}
		if b != '"' {
			break
		}
		start := c.pos
		key, escaped := c.scanKey()
		raw := key
		if escaped {
			var text string
			_ = json.Unmarshal(c.body[start:c.pos], &text) // it is valid
			key = []byte(text)
		}
		c.skipSpace()
		c.advance() // the colon
		value := c.skipSpace()
		if isTopLevel {
			c.topLevel(key, value)
		}

		switch {
		case s.kind == kindMap:
			c.path = append(c.path, "{}")
			c.compareValue(s.item)
			c.path = c.path[:len(c.path)-1]
			continue
		case s.kind != kindObject:
			c.skipValue()
			continue
		}
		i, isExact := s.find(key)
		if i < 0 {
			c.skipValue()
			continue
		}
		n := &s.fields[i]
		if value == '"' && isExact && !seen[i] && !c.checkTypes && n.mark == markNone { // the usual case
			seen[i] = true
			c.skipString()
			continue
		}
		variant := caseVariant{field: i, key: raw, pos: start + 1, mismatches: len(c.mismatches), marks: len(c.marks)}
		if c.path = append(c.path, n.name); seen[i] && n.essential {
			c.addMismatch(n, "given twice")
		}
		c.compareValue(n)
		c.path = c.path[:len(c.path)-1]
		if isExact {
			seen[i] = true
		} else {
			variant.mismatchesEnd, variant.marksEnd = len(c.mismatches), len(c.marks)
			variants = append(variants, variant)
		}
	}
	c.advance()

	// If there is an exact key, its variants do not count. Renamed they match no field,
	// because no field's name has an apostrophe.
	for _, v := range variants {
		if !seen[v.field] {
			continue
		}
		for i := range v.key {
			c.overwrite(v.pos+i, '\'')
		}
		clear(c.mismatches[v.mismatches:v.mismatchesEnd])
		clear(c.marks[v.marks:v.marksEnd])
	}
}

// A caseVariant is a key that differs from a field's name in case only, with the range
// of mismatches and marks found in its value.
type caseVariant struct {
	field                     int
	key                       []byte
	pos                       int
	mismatches, mismatchesEnd int
	marks, marksEnd           int
}

// topLevel notes a member of the response itself. b is the first byte of its value,
// which is next.
func (c *comparison) topLevel(key []byte, b byte) {
	switch string(key) {
	case "ok":
		c.okCount++
		c.ok = b == 't'
	case "warning":
		c.hasWarnings = c.hasWarnings || b == '"'
	case "response_metadata":
		value := c.scanner
		value.skipValue()
		c.hasWarnings = c.hasWarnings || bytes.Contains(c.body[c.pos:value.pos], []byte(`"warnings"`))
	}
}

// compareArray compares the items of an array.
func (c *comparison) compareArray(item *node) {
	c.path = append(c.path, "[]")
	for c.advance(); c.skipSpace() != ']' && c.pos < len(c.body); {
		if c.peek() == ',' {
			c.advance()
			continue
		}
		c.compareValue(item)
	}
	c.advance()
	c.path = c.path[:len(c.path)-1]
}

func (c *comparison) addMismatch(n *node, problem string) {
	switch {
	case len(c.mismatches) < maxMismatches:
		c.mismatches = append(c.mismatches, mismatch{c.pathString(), problem, n.essential})
	case n.essential:
		c.mismatches = append(c.mismatches, mismatch{cmp.Or(n.name, "item"), problem, true})
	}
}

// pathString returns the path of the next value, with [] for an item of an array and {}
// for one of a map.
func (c *comparison) pathString() string { return joinItems.Replace(strings.Join(c.path, ".")) }

var (
	joinItems = strings.NewReplacer(".[]", "[]", ".{}", "{}")
	dropItems = strings.NewReplacer("[]", "", "{}", "")
)

func (c *comparison) overwrite(pos int, b byte) {
	if !c.edited {
		c.body, c.edited = bytes.Clone(c.body), true
	}
	c.body[pos] = b
}

// find returns the index of the field that a key names, and whether the case matches,
// too. The index is -1 if there is no such field.
func (s *shape) find(key []byte) (i int, isExact bool) {
	if len(s.names) <= 8 { // a map is slower
		for i, name := range s.names {
			if name == string(key) {
				return i, true
			}
		}
	} else if i, ok := s.index[string(key)]; ok {
		return i, true
	}
	if s.isLowerASCII && isLowerASCII(string(key)) {
		return -1, false
	}
	return slices.IndexFunc(s.fields, func(n node) bool { return strings.EqualFold(n.name, string(key)) }), false
}

// isLowerASCII reports whether a name is ASCII without capitals.
func isLowerASCII(name string) bool {
	for i := range len(name) {
		if c := name[i]; 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// decodes reports whether a value has the type of a scalar.
func (s *shape) decodes(raw []byte) bool {
	kind := s.goType.Kind()
	return s.builtin && (kind == reflect.String && raw[0] == '"' || kind == reflect.Bool && (raw[0] == 't' || raw[0] == 'f')) ||
		json.Unmarshal(raw, reflect.New(s.goType).Interface()) == nil
}

// isQuotedInt64 reports whether a value is a string with the digits of a scalar that is
// a 64-bit integer.
func (s *shape) isQuotedInt64(raw []byte) bool {
	if kind := s.goType.Kind(); !s.builtin || kind != reflect.Int64 && kind != reflect.Uint64 || raw[0] != '"' {
		return false
	}
	digits := raw[1 : len(raw)-1]
	return len(bytes.Trim(digits, "-0123456789")) == 0 && s.decodes(digits)
}

func isEmpty(raw []byte) bool {
	switch string(bytes.TrimSpace(raw)) {
	case `null`, `""`, `0`, `false`, `[]`, `{}`:
		return true
	default:
		return false
	}
}

var jsonTypes = map[byte]string{'"': "a string", '{': "an object", '[': "an array", 't': "a boolean", 'f': "a boolean"}

// jsonType returns the type of a value that is not null.
func jsonType(raw []byte) string { return cmp.Or(jsonTypes[raw[0]], "a number") }
