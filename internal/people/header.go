package people

import (
	"fmt"
	"strings"
	"unicode"
)

// plain returns the letters and digits of a column's name, in lower case.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// A csvInput is a text whose header was read.
type csvInput struct {
	table  table // after the header
	start  table // after a line such as sep=;
	header row   // without cells if the text has only blank lines and comments
	blank  []int // the lines of blank rows before the header
	before []int // the lines of comments before the header
	listed bool  // whether the first line is a user with a comment
	known  int   // number of columns of the header that are known
}

// open finds the header and the separator. known reports whether a column is one that the
// caller reads.
func open(text string, known func(name string) bool) (*csvInput, error) {
	o := &csvInput{start: table{text: text, comma: ',', line: 1}}
	separators := ",;\t"
	if comma, length := separatorLine(text); length > 0 {
		separators = string(comma)
		o.start.at, o.start.line, o.start.comma = length, 2, comma
	}
	o.table = o.start
	for o.table.at < len(text) {
		line, _, ended := strings.Cut(text[o.table.at:], "\n")
		bare := trim(line)
		switch {
		case isBlank(line):
			o.blank = append(o.blank, o.table.line)
		case bare[0] == '#' && !numbered(bare, separators, known):
			o.before = append(o.before, o.table.line)
		default:
			commented, _, hash := strings.Cut(bare, "#")
			commented = trim(commented)
			o.listed = hash && (parseUserID(commented) != "" || isAddress(commented))
			return o, o.readHeader(separators, known)
		}
		if o.table.at += len(line); ended {
			o.table.at++
		}
		o.table.line++
	}
	return o, nil
}

// separatorLine returns the separator of a first line such as sep=;, and the line's length.
func separatorLine(text string) (comma byte, length int) {
	line, _, ended := strings.Cut(text, "\n")
	bare := strings.Trim(line, `"`)
	if len(bare) != len("sep=;") || !strings.EqualFold(bare[:4], "sep=") || strings.IndexByte(",;\t|", bare[4]) < 0 {
		return 0, 0
	}
	if length = len(line); ended {
		length++
	}
	return bare[4], length
}

// isBlank reports whether a line is empty or has only separators.
func isBlank(line string) bool {
	return !strings.ContainsFunc(strings.ReplaceAll(line, `""`, ""), func(r rune) bool { return !isEmpty(r) && r != ',' && r != ';' })
}

// numbered reports whether a line that begins with # is a header whose first column has row
// numbers.
func numbered(line, separators string, known func(string) bool) bool {
	for i := range len(separators) {
		names := strings.Split(line, separators[i:i+1])
		if strings.ContainsFunc(trim(names[0]), unicode.IsSpace) {
			continue
		}
		for _, name := range names[1:] {
			if known(strings.Trim(trim(name), `"`)) {
				return true
			}
		}
	}
	return false
}

// readHeader reads the header with the separator for which most columns are known.
func (o *csvInput) readHeader(separators string, known func(string) bool) error {
	var failed error
	best := -1
	start := o.table
	for i := range len(separators) {
		one := start
		one.comma = separators[i]
		var header row
		if _, err := one.next(&header); err != nil {
			failed = err
			continue
		}
		n := 0
		for i := range header.cells {
			if known(header.at(i)) {
				n++
			}
		}
		if score := n<<20 + len(header.cells); score > best {
			best = score
			o.header, o.table, o.known = header, one, n
		}
	}
	if best < 0 {
		return failed
	}
	return nil
}

// checkHeader returns an error if the header, or a comment before it, contains a user, who
// would be lost.
func (o *csvInput) checkHeader() error {
	for i := range o.header.cells {
		if name := o.header.at(i); looksLikeUser(name) {
			return fmt.Errorf("line %d: %s is not a column name; put a header such as user_id,name on a line before it", o.header.line, quote(name))
		}
	}
	t := o.start
	for _, line := range o.before {
		for t.line < line {
			t.at += strings.IndexByte(t.text[t.at:], '\n') + 1
			t.line++
		}
		text, _, _ := strings.Cut(t.text[t.at:], "\n")
		for name := range strings.SplitSeq(strings.TrimLeft(trim(text), "#"), string(o.table.comma)) {
			if looksLikeUser(trim(name)) {
				return fmt.Errorf("line %d: %s is before the header; a CSV has no comments", line, quote(trim(name)))
			}
		}
	}
	return nil
}

// notes returns a notice about the comments before the header.
func (o *csvInput) notes() []string {
	if len(o.before) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d lines before the header begin with # and are not rows; the first is line %d", len(o.before), o.before[0])}
}

// columnOf returns the index of the column with one of the plain names, or -1.
func columnOf(header *row, names ...string) int {
	for _, name := range names {
		for i := range header.cells {
			if plain(header.at(i)) == name {
				return i
			}
		}
	}
	return -1
}

// nameColumn returns the index of the column with people's names, or -1.
func nameColumn(header *row) int {
	return columnOf(header, "name", "fullname", "displayname", "realname")
}

// nameOf returns a name in UTF-8. It decodes other text as Latin-1.
func nameOf(r *row, column int) string {
	name := r.at(column)
	if strings.ToValidUTF8(name, "") == name {
		return name
	}
	runes := make([]rune, len(name))
	for i := range len(name) {
		runes[i] = rune(name[i])
	}
	return string(runes)
}
