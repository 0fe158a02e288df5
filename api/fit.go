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

// manyFound is how many misfits are told apart by their paths, which can be long.
const manyFound = 1000

// A fit is an answer that was compared with its model.
type fit struct {
	// oks counts the keys that are exactly ok, and ok is what the last one says.
	// To encoding/json capitals make no difference.
	oks int
	ok  bool

	// body is the answer as encoding/json is to read it, and edited whether that is
	// another than came: digits in a string are a number where one of 64 bits
	// belongs, an empty array is an empty object, as PHP writes one, and a key in
	// other capitals is none beside the exact one.
	body   []byte
	edited bool

	misfits []misfit
	warned  bool   // it has warnings of Slack's
	stray   string // where a cursor stands that nothing reads; "" if there is none
	next    bool   // whether what leads to the next page is there

	at    int // in body
	types bool
	path  []string
	marks []marked
}

// A misfit is a part of an answer that does not fit the model.
type misfit struct {
	path, what string
	vital      bool
}

type marked struct {
	mark mark
	path string
}

// compare compares body, which is valid JSON, with the model. Whether it is of
// the right types is known if encoding/json had no complaint; null and keys it
// does not complain about.
func (m *model) compare(body []byte, types bool) *fit {
	f := &fit{body: body, types: types}
	f.space()
	if f.peek() == '{' && m.kind != leaf && m.kind != list {
		f.members(m.shape, true)
	} else {
		f.value(&m.part)
	}
	for _, m := range f.marks {
		switch m.mark {
		case atNext:
			f.next = true
		case atStray:
			f.stray = m.path
		default:
		}
	}
	return f
}

// vital returns the first misfit that costs the call.
func (f *fit) vital() error {
	for _, m := range f.misfits {
		if m.vital {
			return fmt.Errorf("its %s is %s", m.path, m.what)
		}
	}
	return nil
}

// fields returns the paths of all misfits, those of items as of what they are in.
func (f *fit) fields() (paths []string) {
	for _, m := range f.misfits {
		if m.what != "" {
			paths = append(paths, alone.Replace(m.path))
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// value compares the value at f.at with a part of the model, and goes behind it.
func (f *fit) value(p *part) {
	start := f.at
	switch c := f.peek(); {
	case c == '"' && !f.types:
		f.text()
	case c == 'n':
		if f.skip(); p.vital && !p.null {
			f.misfit(p, "null")
		}
	case p.kind == free:
		f.skip()
	case c == '{' && (p.kind == object || p.kind == table):
		f.members(p.shape, false)
	case c == '[' && p.kind == list:
		f.items(p.item)
	default:
		f.skip()
		f.other(p, start)
	}
	if p.mark != unmarked && !isEmpty(f.body[start:f.at]) {
		f.marks = append(f.marks, marked{p.mark, f.pathOf()})
	}
}

// other compares a value that is neither null nor the object or list of a part.
func (f *fit) other(p *part, start int) {
	raw := f.body[start:f.at]
	switch {
	case !f.types:
	case p.kind == leaf && p.fits(raw):
	case p.kind == leaf && p.isNumber64(raw):
		f.edit(start, ' ')
		f.edit(f.at-1, ' ')
	case (p.kind == object || p.kind == table) && raw[0] == '[' && len(bytes.TrimSpace(raw[1:len(raw)-1])) == 0:
		f.edit(start, '{')
		f.edit(f.at-1, '}')
	default:
		f.misfit(p, kindOf(raw)+"; want "+p.wants())
	}
}

// members compares the members of an object.
func (f *fit) members(s *shape, root bool) {
	var few [64]bool
	exact := few[:]
	if len(s.parts) > len(few) {
		exact = make([]bool, len(s.parts))
	}
	var others []otherKey
	for f.step(); ; {
		c := f.peek()
		if c != '"' && c != ',' {
			c = f.space()
		}
		if c == ',' {
			f.at++
			continue
		}
		if c != '"' {
			break
		}
		start := f.at
		key, escaped := f.key()
		raw := key
		if escaped {
			var text string
			_ = json.Unmarshal(f.body[start:f.at], &text) // it is valid
			key = []byte(text)
		}
		if f.peek() != ':' {
			f.space()
		}
		f.step() // over the colon
		value := f.peek()
		if value <= ' ' {
			value = f.space()
		}
		if root {
			f.root(key, value)
		}

		switch {
		case s.kind == table:
			f.path = append(f.path, "{}")
			f.value(s.item)
			f.path = f.path[:len(f.path)-1]
			continue
		case s.kind != object:
			f.skip()
			continue
		}
		i, isExact := s.find(key)
		if i < 0 {
			f.skip()
			continue
		}
		p := &s.parts[i]
		if value == '"' && isExact && !exact[i] && !f.types && p.mark == unmarked { // as most
			exact[i] = true
			f.text()
			continue
		}
		misfits, marks := len(f.misfits), len(f.marks)
		if f.path = append(f.path, p.name); exact[i] && p.vital {
			f.misfit(p, "given twice")
		}
		f.value(p)
		f.path = f.path[:len(f.path)-1]
		if isExact {
			exact[i] = true
		} else {
			others = append(others, otherKey{i, raw, start + 1, misfits, len(f.misfits), marks, len(f.marks)})
		}
	}
	f.step()

	// Whatever is behind a key in other capitals counts for nothing beside the
	// exact one. No field can have an apostrophe in its name.
	for _, o := range others {
		if !exact[o.part] {
			continue
		}
		for i := range o.key {
			f.edit(o.at+i, '\'')
		}
		clear(f.misfits[o.misfits:o.misfitsEnd])
		clear(f.marks[o.marks:o.marksEnd])
	}
}

// root looks at a member of the answer itself, whose value begins at f.at with a byte.
func (f *fit) root(key []byte, value byte) {
	switch string(key) {
	case "ok":
		f.oks++
		f.ok = value == 't'
	case "warning":
		f.warned = f.warned || value == '"'
	case "response_metadata":
		end := fit{body: f.body, at: f.at}
		end.skip()
		f.warned = f.warned || bytes.Contains(f.body[f.at:end.at], []byte(`"warnings"`))
	}
}

// find returns the part that a key names, and whether it does so exactly or but
// for capitals; -1 if there is none.
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
	if s.isSmall && isSmall(string(key)) {
		return -1, false
	}
	return slices.IndexFunc(s.parts, func(p part) bool { return strings.EqualFold(p.name, string(key)) }), false
}

// isSmall reports whether a name has neither capitals nor what is not ASCII.
func isSmall(name string) bool {
	for i := range len(name) {
		if c := name[i]; 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// otherKey is a key that is a part's but for its capitals.
type otherKey struct {
	part                int
	key                 []byte
	at                  int
	misfits, misfitsEnd int // what was found in its value
	marks, marksEnd     int
}

// items compares the items of an array.
func (f *fit) items(item *part) {
	f.path = append(f.path, "[]")
	for f.step(); f.space() != ']' && f.at < len(f.body); {
		if f.peek() == ',' {
			f.step()
			continue
		}
		f.value(item)
	}
	f.step()
	f.path = f.path[:len(f.path)-1]
}

func (f *fit) misfit(p *part, what string) {
	switch {
	case len(f.misfits) < manyFound:
		f.misfits = append(f.misfits, misfit{f.pathOf(), what, p.vital})
	case p.vital:
		f.misfits = append(f.misfits, misfit{cmp.Or(p.name, "item"), what, true})
	}
}

// pathOf returns the path of f.at, where [] is an item of a list and {} one of a map.
func (f *fit) pathOf() string { return attached.Replace(strings.Join(f.path, ".")) }

var (
	attached = strings.NewReplacer(".[]", "[]", ".{}", "{}")
	alone    = strings.NewReplacer("[]", "", "{}", "")
)

func (f *fit) edit(at int, c byte) {
	if !f.edited {
		f.body, f.edited = bytes.Clone(f.body), true
	}
	f.body[at] = c
}

// peek returns the byte at f.at, 0 at the end.
func (f *fit) peek() byte {
	if f.at < len(f.body) {
		return f.body[f.at]
	}
	return 0
}

func (f *fit) step() {
	if f.at < len(f.body) {
		f.at++
	}
}

// space goes over white space and returns what comes next.
func (f *fit) space() byte {
	for {
		switch c := f.peek(); c {
		case ' ', '\t', '\r', '\n':
			f.at++
		default:
			return c
		}
	}
}

// key goes over the string at f.at, which is short, and returns what is between
// its quotes, and whether an escape is.
func (f *fit) key() (key []byte, escaped bool) {
	rest := f.body[f.at+1:]
	for i, c := range rest {
		switch c {
		case '"':
			f.at += i + 2
			return rest[:i], false
		case '\\':
			return f.text(), true
		}
	}
	return f.text(), true
}

// text goes over the string at f.at and returns what is between its quotes.
func (f *fit) text() []byte {
	start := f.at + 1
	for end := start; ; end++ {
		n := bytes.IndexByte(f.body[end:], '"')
		if n < 0 {
			f.at = len(f.body)
			return nil
		}
		end += n
		if f.body[end-1] != '\\' {
			f.at = end + 1
			return f.body[start:end]
		}
		slashes := 0
		for end-slashes > start && f.body[end-slashes-1] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			f.at = end + 1
			return f.body[start:end]
		}
	}
}

// skip goes over a value.
func (f *fit) skip() {
	for depth := 0; f.at < len(f.body); {
		switch f.body[f.at] {
		case '"':
			f.text()
		case '{', '[':
			depth++
			f.at++
		case '}', ']':
			depth--
			f.at++
		case ',', ':', ' ', '\t', '\r', '\n':
			f.at++
			continue
		default:
			for f.at++; f.at < len(f.body) && !isEnd[f.body[f.at]]; f.at++ {
			}
		}
		if depth <= 0 {
			return
		}
	}
}

// isEnd has what ends a number, true, false and null.
var isEnd = [256]bool{',': true, ']': true, '}': true, ' ': true, '\t': true, '\r': true, '\n': true}

// fits reports whether a value is of the type of a leaf.
func (s *shape) fits(raw []byte) bool {
	switch {
	case s.plain && s.model.Kind() == reflect.String && raw[0] == '"', s.plain && s.model.Kind() == reflect.Bool && (raw[0] == 't' || raw[0] == 'f'):
		return true
	default:
		return json.Unmarshal(raw, reflect.New(s.model).Interface()) == nil
	}
}

// isNumber64 reports whether a string has the digits of a leaf that is an integer
// of 64 bits.
func (s *shape) isNumber64(raw []byte) bool {
	if kind := s.model.Kind(); !s.plain || kind != reflect.Int64 && kind != reflect.Uint64 || raw[0] != '"' {
		return false
	}
	digits := raw[1 : len(raw)-1]
	return len(bytes.Trim(digits, "-0123456789")) == 0 && s.fits(digits)
}

func isEmpty(raw []byte) bool {
	switch string(bytes.TrimSpace(raw)) {
	case `null`, `""`, `0`, `false`, `[]`, `{}`:
		return true
	default:
		return false
	}
}

func kindOf(raw []byte) string {
	switch raw[0] {
	case '"':
		return "a string"
	case '{':
		return "an object"
	case '[':
		return "an array"
	case 't', 'f':
		return "a boolean"
	default:
		return "a number"
	}
}
