package people

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxEvent is larger than every event of an audit log, in bytes.
const maxEvent = 4 << 20

// A jsonReader splits JSON into values. It holds one at a time in memory, and knows the line
// where it begins.
type jsonReader struct {
	in   *bufio.Reader
	line int // from 1
	cr   bool
}

// peek returns the next byte that is not a space.
func (r *jsonReader) peek() (byte, error) {
	for {
		c, err := r.read()
		if err != nil {
			return 0, err
		}
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return c, r.in.UnreadByte()
		}
	}
}

func (r *jsonReader) read() (byte, error) {
	c, err := r.in.ReadByte()
	if c == '\r' || c == '\n' && !r.cr {
		r.line++
	}
	r.cr = c == '\r'
	return c, err
}

// value returns the next value.
func (r *jsonReader) value() (raw []byte, line int, err error) {
	if _, err := r.peek(); err != nil {
		return nil, 0, r.ended(err)
	}
	line = r.line
	for depth, quoted, escaped := 0, false, false; ; {
		c, err := r.read()
		switch {
		case errors.Is(err, io.EOF) && depth == 0 && !quoted && len(raw) > 0:
			return raw, line, r.check(raw, line)
		case errors.Is(err, io.EOF):
			return nil, 0, fmt.Errorf("line %d: the JSON that begins here has no end; the file may be cut off", line)
		case err != nil:
			return nil, 0, err
		case len(raw) == maxEvent:
			return nil, 0, fmt.Errorf("line %d: the value that begins here is larger than %d MiB, too large for an event", line, maxEvent>>20)
		}
		switch raw = append(raw, c); {
		case escaped:
			escaped = false
			continue
		case quoted:
			escaped, quoted = c == '\\', c != '"'
		case c == '"':
			quoted = true
		case c == '{', c == '[':
			depth++
		case c == '}', c == ']':
			depth--
		}
		if quoted || depth > 0 || len(raw) == 0 {
			continue
		}
		if first := raw[0]; first == '{' || first == '[' || first == '"' {
			return raw, line, r.check(raw, line)
		}
		next, err := r.in.Peek(1) // a number or a word ends before another character
		if err == nil && !ends(next[0]) {
			continue
		}
		return raw, line, r.check(raw, line)
	}
}

func ends(c byte) bool {
	switch c {
	case ' ', '\t', '\r', '\n', ',', ':', '{', '}', '[', ']', '"':
		return true
	}
	return false
}

func (r *jsonReader) check(raw []byte, line int) error {
	if !json.Valid(raw) {
		return fmt.Errorf("line %d: %s is malformed JSON", line, quote(string(raw)))
	}
	return nil
}

// take reads one of the wanted bytes.
func (r *jsonReader) take(wanted string) (byte, error) {
	c, err := r.peek()
	if err != nil {
		return 0, r.ended(err)
	}
	for i := range len(wanted) {
		if wanted[i] == c {
			return r.read()
		}
	}
	return 0, fmt.Errorf("line %d: %s is malformed JSON; want one of %s", r.line, quote(string(rune(c))), quote(wanted))
}

func (r *jsonReader) ended(err error) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("line %d: the JSON ends too early; the file may be cut off", r.line)
	}
	return err
}

// events calls do for each event of a log: the items of an array, the items of the array
// entries of an object, or the object itself. Any number of these may follow each other.
func (r *jsonReader) events(do func(raw []byte, line int) error) error {
	for {
		c, err := r.peek()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case c == '[':
			err = r.array(do)
		case c == '{':
			err = r.object(do)
		default:
			err = fmt.Errorf("line %d: %s does not begin an event; want Slack's audit log as JSON, an object with entries, an array, or an object a line", r.line, quote(string(rune(c))))
		}
		if err != nil {
			return err
		}
	}
}

func (r *jsonReader) array(do func([]byte, int) error) error {
	if _, err := r.take("["); err != nil {
		return err
	}
	for first := true; ; first = false {
		c, err := r.peek()
		if err != nil {
			return r.ended(err)
		}
		if c == ']' && first {
			_, err := r.read()
			return err
		}
		raw, line, err := r.value()
		if err != nil {
			return err
		}
		if err := do(raw, line); err != nil {
			return err
		}
		if c, err := r.take(",]"); err != nil || c == ']' {
			return err
		}
	}
}

// object reads an event, or an object with entries.
func (r *jsonReader) object(do func([]byte, int) error) error {
	if _, err := r.take("{"); err != nil {
		return err
	}
	line, around := r.line, false
	event := []byte{'{'}
	for first := true; ; first = false {
		c, err := r.peek()
		if err != nil {
			return r.ended(err)
		}
		if c == '}' && first {
			if _, err := r.read(); err != nil {
				return err
			}
			return do([]byte("{}"), line)
		}
		key, at, err := r.value()
		if err != nil {
			return err
		}
		if key[0] != '"' {
			return fmt.Errorf("line %d: %s is malformed JSON; want a name in quotes", at, quote(string(key)))
		}
		if _, err := r.take(":"); err != nil {
			return err
		}
		if c, err = r.peek(); err != nil {
			return r.ended(err)
		}
		if string(key) == `"entries"` && c == '[' {
			around = true
			if err := r.array(do); err != nil {
				return err
			}
		} else {
			value, _, err := r.value()
			if err != nil {
				return err
			}
			if !first {
				event = append(event, ',')
			}
			event = append(append(append(event, key...), ':'), value...)
			if len(event) > maxEvent {
				return fmt.Errorf("line %d: the value that begins here is larger than %d MiB, too large for an event", line, maxEvent>>20)
			}
		}
		switch c, err := r.take(",}"); {
		case err != nil:
			return err
		case c == '}' && around:
			return nil
		case c == '}':
			return do(append(event, '}'), line)
		}
	}
}
