package people

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxEvent is larger than every event of an audit log, in bytes.
const maxEvent = 4 << 20

// A jsonReader splits JSON into events. It holds one at a time in memory.
type jsonReader struct {
	*json.Decoder

	in    io.Reader
	size  int64   // bytes that were read
	cr    bool    // whether the last byte was a carriage return
	line  int     // of the last value, from 1
	lines []int64 // where the next lines begin that were read
	err   error   // of reading
}

func newJSONReader(in io.Reader) *jsonReader {
	r := &jsonReader{in: in, line: 1}
	r.Decoder = json.NewDecoder(r)
	return r
}

// Read is for the decoder. It reads only if the next value is incomplete.
func (r *jsonReader) Read(p []byte) (int, error) {
	if r.size-r.InputOffset() > maxEvent {
		return 0, eventTooLarge(r.lineAt(r.nextOffset()))
	}
	n, err := r.in.Read(p)
	for i, c := range p[:n] {
		if c == '\r' || c == '\n' && !r.cr {
			r.lines = append(r.lines, r.size+int64(i)+1)
		}
		r.cr = c == '\r'
	}
	r.size += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}

func eventTooLarge(line int) error {
	return fmt.Errorf("line %d: the value that begins here is larger than %d MiB, too large for an event", line, maxEvent>>20)
}

// nextOffset returns where the next value begins: the decoder's own offset can be that of
// the comma before it.
func (r *jsonReader) nextOffset() int64 {
	rest, _ := io.ReadAll(r.Buffered()) // from memory
	return r.InputOffset() + int64(len(rest)-len(bytes.TrimLeft(rest, ", \t\r\n")))
}

// lineAt returns the line of an offset, which must not be before an earlier one.
func (r *jsonReader) lineAt(offset int64) int {
	for len(r.lines) > 0 && r.lines[0] <= offset {
		r.line++
		r.lines = r.lines[1:]
	}
	return r.line
}

// wrap adds the line to an error of the decoder.
func (r *jsonReader) wrap(err error) error {
	var syntax *json.SyntaxError
	switch {
	case r.err != nil:
		return r.err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("line %d: the JSON ends too early; the file may be cut off", r.lineAt(r.size))
	case errors.As(err, &syntax):
		return fmt.Errorf("line %d: malformed JSON: %w", r.lineAt(r.nextOffset()), err)
	}
	return err
}

// events calls do for each event of a log: the items of an array, the items of the array
// entries of an object, or the object itself. Any number of these may follow each other.
func (r *jsonReader) events(do func(raw []byte, line int) error) error {
	for {
		r.More() // skips spaces
		line := r.lineAt(r.InputOffset())
		token, err := r.Token()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case token == json.Delim('['):
			err = r.array(do)
		case token == json.Delim('{'):
			err = r.object(line, do)
		case err == nil, errors.As(err, new(*json.SyntaxError)):
			err = fmt.Errorf("line %d: there is no event; want Slack's audit log as JSON, an object with entries, an array, or an object a line", line)
		}
		if err != nil {
			return r.wrap(err)
		}
	}
}

// array reads the events of an array to its end.
func (r *jsonReader) array(do func([]byte, int) error) error {
	for r.More() {
		raw, line, err := r.value()
		if err != nil {
			return err
		}
		if err := do(raw, line); err != nil {
			return err
		}
	}
	_, err := r.Token()
	return err
}

func (r *jsonReader) value() (raw json.RawMessage, line int, err error) {
	err = r.Decode(&raw)
	line = r.lineAt(r.InputOffset() - int64(len(raw)))
	if err == nil && len(raw) > maxEvent {
		err = eventTooLarge(line)
	}
	return raw, line, err
}

// object reads an event, or an object with entries, to its end.
func (r *jsonReader) object(line int, do func([]byte, int) error) error {
	event, size, hasEntries := map[string]json.RawMessage{}, 0, false
	for r.More() {
		key, err := r.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		if name == "entries" {
			token, err := r.Token()
			if err != nil {
				return err
			}
			if token != json.Delim('[') {
				return fmt.Errorf("line %d: entries is not an array; want Slack's audit log", r.lineAt(r.InputOffset()))
			}
			hasEntries = true
			if err := r.array(do); err != nil {
				return err
			}
			continue
		}
		if event[name], _, err = r.value(); err != nil {
			return err
		}
		if size += len(name) + len(event[name]); size > maxEvent {
			return eventTooLarge(line)
		}
	}
	if _, err := r.Token(); err != nil || hasEntries {
		return err
	}
	raw, err := json.Marshal(event)
	if err != nil {
		return err
	}
	return do(raw, line)
}
