package people

import (
	"fmt"
	"io"
	"strings"
)

// ReadUsers reads who is meant: user IDs, addresses or both, one a line or in a CSV
// with a header. column names the CSV's column if it has another name than people
// usually give it. A # begins a comment in a list, and only there.
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

// noColumn says which columns there are instead of one that is known or named.
func noColumn(o *csvInput, column string) error {
	names := o.header.texts()
	for _, name := range names {
		if looksLikeUser(name) {
			return fmt.Errorf("line %d: %s is a person among %d columns without a header; want one a line, or a line such as user_id,name before it", o.header.line, quote(name), len(names))
		}
	}
	if column != "" {
		return fmt.Errorf("its header has no column %s; it has %s", quote(column), list(names))
	}
	return fmt.Errorf("its header has no column that is known to have IDs or addresses, such as user_id or email; say with --column which has: %s", list(names))
}

// named returns the column that the caller named.
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

// countCells looks which columns have people, before one row is taken.
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
	odd     int // how many rows have no ID where one should be, but an address
	oddLine int
	pairs   int // how many rows have two IDs, or two addresses, that differ
	pairAt  int
}

// two counts a row with two IDs or two addresses.
func (u *users) two(line int) {
	if u.pairs++; u.pairs == 1 {
		u.pairAt = line
	}
}

func (u *users) read() (*Input, error) {
	indexes := make([]int, len(u.columns))
	for i, c := range u.columns {
		indexes[i] = c.index
	}
	found := func(cell string) bool { return parseUserID(cell) != "" || isAddress(cell) }
	if err := checkSwallowed(&u.header, u.table.comma, indexes, found); err != nil {
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
			if u.odd > 0 {
				u.in.Notes = append(u.in.Notes, fmt.Sprintf("of %d rows the address counts, for where the ID should be is something else; the first is line %d", u.odd, u.oddLine))
			}
			if u.pairs > 0 {
				u.in.Notes = append(u.in.Notes, fmt.Sprintf("of %d rows the first of two IDs or addresses that differ counts; the first such is line %d; --column names the one to take", u.pairs, u.pairAt))
			}
			return u.in, nil
		}
		if err := u.in.full(); err != nil {
			return nil, err
		}
		if err := checkSwallowed(&r, u.table.comma, indexes, found); err != nil {
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

// entry returns who a row names.
func (u *users) entry(r *row) Entry {
	e := Entry{Line: r.line}
	odd := ""
	for _, c := range u.columns {
		cell := r.at(c.index)
		switch {
		case cell == "":
		case !c.found(unescapeFormula(cell)):
			if odd == "" {
				odd = cell
			}
		case isAddress(unescapeFormula(cell)):
			if e.Email == "" {
				e.Email = unescapeFormula(cell)
			} else if !strings.EqualFold(e.Email, unescapeFormula(cell)) {
				u.two(r.line)
			}
		case e.UserID == "":
			e.UserID = parseUserID(cell)
		case e.UserID != parseUserID(cell):
			u.two(r.line)
		}
	}
	switch {
	case r.broken:
		e.InvalidReason = `it ends within a cell that begins with a quote ("); the file may be cut off`
	case e.UserID != "":
	case e.Email != "":
		if odd != "" {
			if u.odd++; u.odd == 1 {
				u.oddLine = r.line
			}
		}
	case odd != "":
		e.InvalidReason = notUser(odd)
	default:
		e.InvalidReason = u.nobody(r)
	}
	return e
}

// nobody says what a row lacks.
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

// mailOf returns the address that is beside an ID, to show it.
func mailOf(r *row, columns []*column) string {
	for _, c := range columns {
		if cell := unescapeFormula(r.at(c.index)); c.email && isAddress(cell) {
			return cell
		}
	}
	return ""
}
