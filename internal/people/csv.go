package people

import (
	"fmt"
	"slices"
	"strings"
)

// A row of a CSV. A quoted cell may have several lines.
type row struct {
	line   int    // from 1
	text   string // with its quotes, without the last line feed
	cells  []cell
	broken bool // the last cell has no closing quote
}

type cell struct {
	text       string // without quotes
	start, end int    // in the row's text
}

// at returns the trimmed text of a cell, "" if there is none.
func (r *row) at(column int) string {
	if column < 0 || column >= len(r.cells) {
		return ""
	}
	return trim(r.cells[column].text)
}

func (r *row) blank() bool {
	for i := range r.cells {
		if r.at(i) != "" {
			return false
		}
	}
	return true
}

func (r *row) texts() []string {
	all := make([]string, len(r.cells))
	for i := range r.cells {
		all[i] = r.at(i)
	}
	return all
}

// A table reads all rows of a text. Unlike encoding/csv, it returns blank rows, and rows
// with a stray quote.
type table struct {
	text  string
	comma byte
	at    int // offset of the next row
	line  int // of the next row, from 1
}

// next reads a row into r, and reports whether there was one. It returns an error if a cell
// has lines that may be rows.
func (t *table) next(r *row) (bool, error) {
	if t.at == len(t.text) {
		return false, nil
	}
	text := t.text[t.at:]
	r.line, r.cells, r.broken = t.line, r.cells[:0], false
	for i := 0; ; {
		c, err := t.cell(text, i, r)
		if err != nil {
			return false, err
		}
		r.cells = append(r.cells, c)
		i = c.end
		if i < len(text) && text[i] == t.comma {
			i++
			continue
		}
		r.text = text[:i]
		if i < len(text) {
			i++ // the line feed
		}
		t.at += i
		t.line += strings.Count(text[:i], "\n")
		return true, nil
	}
}

// cell reads the cell that begins at i.
func (t *table) cell(text string, i int, r *row) (cell, error) {
	open := i
	for open < len(text) && text[open] == ' ' {
		open++
	}
	if open == len(text) || text[open] != '"' {
		end := t.unquoted(text, i)
		return cell{text[i:end], i, end}, nil
	}
	var b strings.Builder
	for at := open + 1; ; {
		length := strings.IndexByte(text[at:], '"')
		if length < 0 {
			return t.unclosed(text, i, open, r)
		}
		b.WriteString(text[at : at+length])
		if at += length + 1; at < len(text) && text[at] == '"' {
			b.WriteByte('"')
			at++
			continue
		}
		end := t.unquoted(text, at)
		if behind := text[at:end]; trim(behind) != "" {
			if strings.Contains(text[open:at], "\n") {
				return cell{}, swallowedError(r.line + strings.Count(text[:open], "\n"))
			}
			b.WriteString(behind)
		}
		return cell{b.String(), i, end}, nil
	}
}

// unquoted returns the end of a cell without quotes that begins at i.
func (t *table) unquoted(text string, i int) int {
	for i < len(text) && text[i] != t.comma && text[i] != '\n' {
		i++
	}
	return i
}

// unclosed reads a cell without a closing quote. Only on the last line, it cannot contain
// other rows.
func (t *table) unclosed(text string, i, open int, r *row) (cell, error) {
	line, behind, _ := strings.Cut(text[open:], "\n")
	if trim(behind) != "" {
		return cell{}, swallowedError(r.line + strings.Count(text[:open], "\n"))
	}
	r.broken = true
	return cell{line[1:], i, open + len(line)}, nil
}

// swallowedError returns the error that a cell contains rows, or may.
func swallowedError(line int) error {
	return fmt.Errorf(`line %d: a cell that begins here with a quote (") goes on over the next rows; take the quote away or close it`, line)
}

// checkSwallowed returns an error if a cell of r contains rows: an extra quote turns the next
// rows into a cell, which is valid CSV. It reads each line of a cell as a row, and looks in the
// columns for a user.
func checkSwallowed(r *row, comma byte, columns []int, isUser func(string) bool) error {
	if !strings.Contains(r.text, "\n") {
		return nil
	}
	// If the row ends before these columns, any cell may be the only column of a file.
	short := !slices.ContainsFunc(columns, func(column int) bool { return column < len(r.cells) })
	swallowing := slices.IndexFunc(r.cells, r.hasLines)
	first := r.cells[swallowing].start
	column, own := 0, 0 // the cell of the line as a row, and the cell of r
	for at := 0; at <= len(r.text); column++ {
		for own < len(r.cells) && (r.cells[own].start < at || r.hasLines(r.cells[own])) {
			own++
		}
		var text string
		var end int
		whole := own < len(r.cells) && r.cells[own].start == at
		if whole { // it may have quoted separators
			text, end = r.at(own), r.cells[own].end
		} else {
			end = len(r.text)
			if length := strings.IndexAny(r.text[at:], string(comma)+"\n"); length >= 0 {
				end = at + length
			}
			text = trim(strings.Trim(trim(r.text[at:end]), `"`))
		}
		mine := at < first || whole && own == column
		if !mine && (short || slices.Contains(columns, column)) && isUser(text) {
			return swallowedError(r.line + strings.Count(r.text[:first], "\n"))
		}
		if end < len(r.text) && r.text[end] == '\n' {
			column = -1
		}
		at = end + 1
	}
	return nil
}

func (r *row) hasLines(c cell) bool { return strings.Contains(r.text[c.start:c.end], "\n") }
