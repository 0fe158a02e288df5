package people

import "fmt"

// A kind is what a column may have, by its name.
type kind struct {
	name  string // plain
	email bool   // usually has addresses
	vague bool   // may have other values than IDs and addresses
	login bool   // counts only if it has addresses
}

// kinds are in the order of their priority.
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

// isUser reports whether a cell in a column of this kind is an ID or an address.
func (k kind) isUser(cell string) bool {
	return isAddress(cell) || !k.login && parseUserID(cell) != ""
}

// A column may have IDs or addresses.
type column struct {
	kind

	index  int
	title  string // from the header
	filled int    // number of cells that are not empty
	users  int    // number of cells that are IDs or addresses
	other  string // the first filled cell that is not
	line   int    // of other
}

// candidates returns the columns that may have IDs or addresses, in the order of their
// priority.
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

func (c *column) count(r *row) {
	cell := r.at(c.index)
	switch {
	case cell == "":
		return
	case c.isUser(cell):
		c.users++
	case c.other == "":
		c.other, c.line = cell, r.line
	}
	c.filled++
}

// counts reports whether the column has what its name promises: the numbers of HR systems
// are in columns with the name id too.
func (c *column) counts() bool {
	switch {
	case c.filled == 0:
		return !c.login
	case c.vague:
		return c.users*2 > c.filled
	}
	return c.users > 0
}

// choose returns the columns that count, and notices about the others.
func choose(all []*column) (chosen []*column, notes []string) {
	for _, c := range all {
		if c.counts() {
			chosen = append(chosen, c)
		}
	}
	if len(chosen) == 0 { // the errors are about the rows
		for _, c := range all {
			if !c.login || c.filled == 0 {
				return []*column{c}, nil
			}
		}
		return nil, nil
	}
	for _, c := range all {
		if !c.counts() && !c.login {
			notes = append(notes, fmt.Sprintf("column %s is ignored in favor of %s: it has other values than Slack's IDs, such as %s in line %d", quote(c.title), quote(chosen[0].title), quote(c.other), c.line))
		}
	}
	return chosen, notes
}
