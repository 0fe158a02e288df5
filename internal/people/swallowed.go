package people

import (
	"slices"
	"strings"
)

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
