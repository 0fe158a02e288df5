package people

import (
	"fmt"
	"slices"
	"strings"
)

// A row is one of a CSV. It may have several lines, in quoted cells.
type row struct {
	line   int    // from 1
	text   string // with its quotes, without the last line feed
	cells  []cell
	broken bool // its last cell has a quote that is not closed
}

// A cell is one of a row.
type cell struct {
	text       string // without quotes
	start, end int    // in the row's text
}

// at returns a cell without what surrounds it, or nothing.
func (r *row) at(column int) string {
	if column < 0 || column >= len(r.cells) {
		return ""
	}
	return trim(r.cells[column].text)
}

// blank says whether all cells are.
func (r *row) blank() bool {
	for i := range r.cells {
		if r.at(i) != "" {
			return false
		}
	}
	return true
}

// texts returns the cells.
func (r *row) texts() []string {
	all := make([]string, len(r.cells))
	for i := range r.cells {
		all[i] = r.at(i)
	}
	return all
}

// A table reads the rows of a text, all of them: a standard reader passes over
// some blank ones, and a row with a stray quote is still a row.
type table struct {
	text  string
	comma byte
	at    int // what was read
	line  int // of what comes, from 1
}

// next reads a row into r, or says that there is none. Its error is that a cell
// has lines which may be rows of their own.
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
				return cell{}, severalLines(r.line + strings.Count(text[:open], "\n"))
			}
			b.WriteString(behind)
		}
		return cell{b.String(), i, end}, nil
	}
}

// unquoted returns where a cell without quotes ends that begins at i.
func (t *table) unquoted(text string, i int) int {
	for i < len(text) && text[i] != t.comma && text[i] != '\n' {
		i++
	}
	return i
}

// unclosed reads a cell whose quote nobody closes. Only on the last line is it
// sure that no other row is in it.
func (t *table) unclosed(text string, i, open int, r *row) (cell, error) {
	line, behind, _ := strings.Cut(text[open:], "\n")
	if trim(behind) != "" {
		return cell{}, severalLines(r.line + strings.Count(text[:open], "\n"))
	}
	r.broken = true
	return cell{line[1:], i, open + len(line)}, nil
}

// severalLines is about a cell that has swallowed rows, or may have.
func severalLines(line int) error {
	return fmt.Errorf(`line %d: a cell that begins here with a quote (") goes on over the next rows; take the quote away or close it`, line)
}

// checkSwallowed returns an error if a line of a cell of r, read as a row, has a
// person in one of the columns: a quote too many makes rows a cell of the row
// before, and that is legal CSV. found says whether a cell is of a person.
func checkSwallowed(r *row, comma byte, columns []int, found func(string) bool) error {
	if !strings.Contains(r.text, "\n") {
		return nil
	}
	// Of a row that ends before these columns, any cell may be of a file's only column.
	short := !slices.ContainsFunc(columns, func(column int) bool { return column < len(r.cells) })
	swallowing := slices.IndexFunc(r.cells, r.severalLines)
	first := r.cells[swallowing].start
	column, own := 0, 0 // of the line read as a row, and of r
	for at := 0; at <= len(r.text); column++ {
		for own < len(r.cells) && (r.cells[own].start < at || r.severalLines(r.cells[own])) {
			own++
		}
		var text string
		var end int
		whole := own < len(r.cells) && r.cells[own].start == at
		if whole { // it may have separators in quotes
			text, end = r.at(own), r.cells[own].end
		} else {
			end = len(r.text)
			if length := strings.IndexAny(r.text[at:], string(comma)+"\n"); length >= 0 {
				end = at + length
			}
			text = trim(strings.Trim(trim(r.text[at:end]), `"`))
		}
		mine := at < first || whole && own == column
		if !mine && (short || slices.Contains(columns, column)) && found(text) {
			return severalLines(r.line + strings.Count(r.text[:first], "\n"))
		}
		if end < len(r.text) && r.text[end] == '\n' {
			column = -1
		}
		at = end + 1
	}
	return nil
}

// severalLines says whether a cell has some.
func (r *row) severalLines(c cell) bool { return strings.Contains(r.text[c.start:c.end], "\n") }
