package people

import "strings"

// checkSwallowed returns an error if a line of a cell of r, read as a row, has a
// person in one of the columns: a quote too many makes rows a cell of the row
// before, and that is legal CSV. found says whether a cell is of a person.
func checkSwallowed(r *row, comma byte, columns []int, found func(string) bool) error {
	if !strings.Contains(r.text, "\n") {
		return nil
	}
	at, first := 0, 0 // first counts the line feeds before a cell that has some
	for _, c := range r.cells {
		if strings.Contains(r.text[c.start:c.end], "\n") {
			first = strings.Count(r.text[:c.start], "\n")
			break
		}
	}
	for line := range strings.SplitSeq(r.text, "\n") {
		start := at
		for i, text := range strings.Split(line, string(comma)) {
			for _, column := range columns {
				if i == column && !own(r, column, start) && found(trim(strings.Trim(trim(text), `"`))) {
					return severalLines(r.line + first)
				}
			}
			start += len(text) + 1
		}
		at += len(line) + 1
	}
	return nil
}

// own says whether the row's own cell of a column begins here, on one line.
func own(r *row, column, start int) bool {
	if column >= len(r.cells) {
		return false
	}
	c := r.cells[column]
	return c.start == start && !strings.Contains(r.text[c.start:c.end], "\n")
}
