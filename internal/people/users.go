package people

import (
	"fmt"
	"io"
	"strings"
)

// ReadUsers reads user IDs, addresses or both, one a line or in a CSV with a header. column is
// the name of the CSV's column, if it is not a usual one. A # begins a comment in a list, but
// not in a CSV.
func ReadUsers(r io.Reader, column string) (*Input, error) {
	text, err := ReadText(r)
	if err != nil {
		return nil, err
	}
	known := func(name string) bool {
		_, ok := kindOf(name)
		return ok
	}
	if column = trim(column); column != "" {
		known = func(name string) bool {
			return strings.EqualFold(name, column) || plain(column) != "" && plain(name) == plain(column)
		}
	}
	o, err := open(text, known)
	switch {
	case err != nil:
		return nil, err
	case o.header.cells == nil, column == "" && (o.listed || o.known == 0 && len(o.header.cells) == 1):
		return readList(o.start)
	case o.known == 0:
		return nil, noColumn(o, column)
	}
	if err := o.checkHeader(); err != nil {
		return nil, err
	}
	all := candidates(&o.header)
	var notes []string
	if column != "" {
		all = named(&o.header, column)
	} else {
		if err := countCells(o.table, all); err != nil {
			return nil, err
		}
		if all, notes = choose(all); len(all) == 0 {
			return nil, noColumn(o, column)
		}
	}
	u := &users{csvInput: o, columns: all, in: &Input{Blank: o.blank, Notes: append(o.notes(), notes...)}}
	return u.read()
}

// noColumn returns the error that there is no known or named column, with the columns that
// there are.
func noColumn(o *csvInput, column string) error {
	names := o.header.texts()
	for _, name := range names {
		if looksLikeUser(name) {
			return fmt.Errorf("line %d: %s is a user in a file of %d columns without a header; want one user a line, or a first line such as user_id,name", o.header.line, quote(name), len(names))
		}
	}
	if column != "" {
		return fmt.Errorf("its header has no column %s; it has %s", quote(column), list(names))
	}
	return fmt.Errorf("its header has no known column of IDs or addresses, such as user_id or email; name it with --column: %s", list(names))
}

// named returns the column with the name.
func named(header *row, name string) []*column {
	at := -1
	for i := range header.cells {
		if strings.EqualFold(header.at(i), name) {
			at = i
			break
		}
		if at < 0 && plain(header.at(i)) == plain(name) {
			at = i
		}
	}
	return []*column{{index: at, title: header.at(at)}}
}

// countCells counts the cells of all rows, to choose the columns.
func countCells(t table, all []*column) error {
	var r row
	for {
		ok, err := t.next(&r)
		if !ok {
			return err
		}
		for _, c := range all {
			c.count(&r)
		}
	}
}

// users reads the rows of a CSV.
type users struct {
	*csvInput

	columns []*column
	in      *Input
	odd     lineCount // rows with an address, and another value in the place of an ID
	pairs   lineCount // rows with two different IDs, or two different addresses
}

// A lineCount counts rows.
type lineCount struct{ n, first int }

func (c *lineCount) add(line int) {
	if c.n++; c.n == 1 {
		c.first = line
	}
}

func (u *users) read() (*Input, error) {
	indexes := make([]int, len(u.columns))
	for i, c := range u.columns {
		indexes[i] = c.index
	}
	isUser := func(cell string) bool { return parseUserID(cell) != "" || isAddress(cell) }
	if err := checkSwallowed(&u.header, u.table.comma, indexes, isUser); err != nil {
		return nil, err
	}
	name := nameColumn(&u.header)
	mails := candidates(&u.header)
	var r row
	for {
		ok, err := u.table.next(&r)
		switch {
		case err != nil:
			return nil, err
		case !ok:
			if u.odd.n > 0 {
				u.in.Notes = append(u.in.Notes, fmt.Sprintf("the address counts in %d rows whose ID is another value; the first is line %d", u.odd.n, u.odd.first))
			}
			if u.pairs.n > 0 {
				u.in.Notes = append(u.in.Notes, fmt.Sprintf("the first of two different IDs or addresses counts in %d rows; the first is line %d; choose a column with --column", u.pairs.n, u.pairs.first))
			}
			return u.in, nil
		}
		if err := u.in.full(); err != nil {
			return nil, err
		}
		if err := checkSwallowed(&r, u.table.comma, indexes, isUser); err != nil {
			return nil, err
		}
		if r.blank() && !r.broken {
			u.in.Blank = append(u.in.Blank, r.line)
			continue
		}
		e := u.entry(&r)
		if e.Name = nameOf(&r, name); e.Email == "" {
			e.Email = mailOf(&r, mails)
		}
		u.in.Entries = append(u.in.Entries, e)
	}
}

// entry returns the entry of a row.
func (u *users) entry(r *row) Entry {
	e := Entry{Line: r.line}
	odd := ""
	for _, c := range u.columns {
		cell := r.at(c.index)
		switch {
		case cell == "":
		case !c.isUser(unescapeFormula(cell)):
			if odd == "" {
				odd = cell
			}
		case isAddress(unescapeFormula(cell)):
			if e.Email == "" {
				e.Email = unescapeFormula(cell)
			} else if !strings.EqualFold(e.Email, unescapeFormula(cell)) {
				u.pairs.add(r.line)
			}
		case e.UserID == "":
			e.UserID = parseUserID(cell)
		case e.UserID != parseUserID(cell):
			u.pairs.add(r.line)
		}
	}
	switch {
	case r.broken:
		e.InvalidReason = `it ends within a cell that begins with a quote ("); the file may be cut off`
	case e.UserID != "":
	case e.Email != "":
		if odd != "" {
			u.odd.add(r.line)
		}
	case odd != "":
		e.InvalidReason = notUser(odd)
	default:
		e.InvalidReason = u.nobody(r)
	}
	return e
}

// nobody returns the reason why a row names nobody.
func (u *users) nobody(r *row) string {
	titles := make([]string, len(u.columns))
	furthest := 0
	for i, c := range u.columns {
		titles[i] = c.title
		furthest = max(furthest, c.index+1)
	}
	if len(r.cells) < furthest && len(u.columns) == 1 {
		return fmt.Sprintf("it has %d columns; want an ID or an address in column %d, %s", len(r.cells), furthest, list(titles))
	}
	return "it has neither ID nor address; want one in column " + list(titles)
}

// mailOf returns the address of a row that has an ID.
func mailOf(r *row, columns []*column) string {
	for _, c := range columns {
		if cell := unescapeFormula(r.at(c.index)); c.email && isAddress(cell) {
			return cell
		}
	}
	return ""
}
