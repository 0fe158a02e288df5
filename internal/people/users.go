package people

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Users are the users that a file names.
type Users struct {
	IDs    []string // each once, in the file's order
	Merged int      // how many were named again
}

// A LineError says what is wrong with a line of a file of users.
type LineError struct {
	Line int // from 1
	Text string
}

// Error returns one line with the number.
func (e LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Text) }

// LineErrors are all that is wrong with a file of users.
type LineErrors []LineError

// Error returns a line for each of them.
func (e LineErrors) Error() string {
	lines := make([]string, len(e))
	for i, line := range e {
		lines[i] = line.Error()
	}
	return strings.Join(lines, "\n")
}

// columns are the names a CSV's column of users may have if none is given.
var columns = []string{"user_id", "user", "id"}

// preamble is what comes before the first line that has fields. To a CSV reader, an
// indented comment is none.
var preamble = regexp.MustCompile(`\A(?:[^\S\n]*(?:#.*)?\n)+`)

var userID = regexp.MustCompile(`^[UW][A-Z0-9]+$`)

// ReadUsers reads the IDs of users, one a line, or from the named column of a
// CSV with a header. Without a name, a file whose first line has a column
// user_id, user or id is a CSV. A # begins a comment. If lines name no user, the
// error is LineErrors with all of them.
func ReadUsers(r io.Reader, column string) (Users, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return Users{}, err
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	text = preamble.ReplaceAllFunc(text, func(lines []byte) []byte {
		return bytes.Repeat([]byte("\n"), bytes.Count(lines, []byte("\n")))
	})
	header, comma := headerOf(text)
	var names []string
	switch {
	case column != "":
		names = []string{column}
	case slices.ContainsFunc(columns, func(name string) bool { return at(header, name) >= 0 }):
		names = columns
	case len(header) > 1:
		return Users{}, fmt.Errorf("its first line has %d columns, none of them user_id, user or id; want one of these, or the name of another", len(header))
	default:
		return readList(text)
	}
	for _, name := range names {
		if i := at(header, name); i >= 0 {
			return readCSV(text, comma, i)
		}
	}
	return Users{}, fmt.Errorf("its first line has no column %q; it has %q", column, header)
}

// headerOf returns the fields of the first line that has any, and what separates
// them. An ID with a comment behind it is one field, whatever is in the comment.
func headerOf(text []byte) (fields []string, comma rune) {
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		comma = ','
		if id, _, commented := strings.Cut(line, "#"); commented && userID.MatchString(strings.TrimSpace(id)) {
			return []string{line}, comma
		}
		for _, other := range ";\t" {
			if !strings.ContainsRune(line, comma) && strings.ContainsRune(line, other) {
				comma = other
			}
		}
		reader := csv.NewReader(strings.NewReader(line))
		reader.Comma = comma
		fields, err := reader.Read()
		if err != nil {
			return []string{line}, comma
		}
		return fields, comma
	}
	return nil, ','
}

// at returns where header has a name, or -1.
func at(header []string, name string) int {
	return slices.IndexFunc(header, func(field string) bool {
		return strings.EqualFold(strings.TrimSpace(field), name)
	})
}

func readList(text []byte) (Users, error) {
	var b builder
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		if line = strings.TrimSpace(line); line != "" {
			b.add(n, line)
		}
	}
	return b.users(lines.Err())
}

func readCSV(text []byte, comma rune, column int) (Users, error) {
	var b builder
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comma, reader.Comment, reader.FieldsPerRecord = comma, '#', -1
	reader.ReuseRecord = true
	for header := true; ; {
		fields, err := reader.Read()
		var malformed *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return b.users(nil)
		case errors.As(err, &malformed):
			b.bad = append(b.bad, LineError{malformed.Line, "it is malformed CSV: " + malformed.Err.Error()})
			continue
		case err != nil:
			return Users{}, err
		case header:
			header = false
			continue
		}
		line, _ := reader.FieldPos(0)
		if len(fields) == 1 && strings.TrimSpace(fields[0]) == "" {
			continue // blank
		}
		if column >= len(fields) {
			b.bad = append(b.bad, LineError{line, fmt.Sprintf("it has %d columns; want a user ID in column %d", len(fields), column+1)})
			continue
		}
		b.add(line, strings.TrimSpace(fields[column]))
	}
}

// builder collects users.
type builder struct {
	all  Users
	seen map[string]bool
	bad  LineErrors
}

func (b *builder) add(line int, id string) {
	switch {
	case !userID.MatchString(id):
		b.bad = append(b.bad, LineError{line, fmt.Sprintf("%q is no user ID; want one such as W12345678", id)})
	case b.seen[id]:
		b.all.Merged++
	default:
		if b.seen == nil {
			b.seen = map[string]bool{}
		}
		id = strings.Clone(id) // it may be part of a long line
		b.seen[id] = true
		b.all.IDs = append(b.all.IDs, id)
	}
}

func (b *builder) users(err error) (Users, error) {
	switch {
	case err != nil:
		return Users{}, err
	case len(b.bad) > 0:
		return Users{}, b.bad
	}
	return b.all, nil
}
