package people

import "fmt"

// A kind says what a column of a name may have.
type kind struct {
	name  string // plain
	email bool   // it is for addresses first
	vague bool   // others call something else so
	login bool   // it counts for addresses alone
}

// kinds are in the order in which they count.
var kinds = []kind{
	{name: "userid"},
	{name: "slackid"},
	{name: "user", vague: true},
	{name: "id", vague: true},
	{name: "email", email: true},
	{name: "emailaddress", email: true},
	{name: "mail", email: true},
	{name: "primaryemail", email: true},
	{name: "username", email: true, vague: true, login: true},
	{name: "login", email: true, vague: true, login: true},
}

func kindOf(name string) (kind, bool) {
	name = plain(name)
	for _, k := range kinds {
		if k.name == name {
			return k, true
		}
	}
	return kind{}, false
}

// found says whether a cell is of a person, in a column of this kind.
func (k kind) found(cell string) bool {
	return isAddress(cell) || !k.login && parseUserID(cell) != ""
}

// A column may say who is meant.
type column struct {
	kind

	index  int
	title  string // as the header has it
	filled int    // how many cells are not empty
	people int    // how many of them are of people
	other  string // the first that is not
	line   int    // where that is
}

// candidates returns the columns that may say who is meant, in the order in which
// they count.
func candidates(header *row) []*column {
	var all []*column
	for _, k := range kinds {
		for i := range header.cells {
			if title := header.at(i); plain(title) == k.name {
				all = append(all, &column{kind: k, index: i, title: title})
			}
		}
	}
	return all
}

// count looks at the column in a row.
func (c *column) count(r *row) {
	cell := r.at(c.index)
	switch {
	case cell == "":
		return
	case c.found(cell):
		c.people++
	case c.other == "":
		c.other, c.line = cell, r.line
	}
	c.filled++
}

// counts says whether the column is what its name says: HR's numbers are called id
// as well.
func (c *column) counts() bool {
	switch {
	case c.filled == 0:
		return !c.login
	case c.vague:
		return c.people*2 > c.filled
	}
	return c.people > 0
}

// choose returns the columns that count, and notes about those that do not.
func choose(all []*column) (chosen []*column, notes []string) {
	for _, c := range all {
		if c.counts() {
			chosen = append(chosen, c)
		}
	}
	if len(chosen) == 0 { // the rows say what is wrong with them
		for _, c := range all {
			if !c.login || c.filled == 0 {
				return []*column{c}, nil
			}
		}
		return nil, nil
	}
	for _, c := range all {
		if !c.counts() && !c.login {
			notes = append(notes, fmt.Sprintf("column %s is passed over in favor of %s: it has something else than Slack's IDs, such as %s in line %d", quote(c.title), quote(chosen[0].title), quote(c.other), c.line))
		}
	}
	return chosen, notes
}
