package people

import "fmt"

// An Entry is a row of an input.
type Entry struct {
	Line    int    // where the row begins, from 1
	UserID  string // in capitals; empty if the row has none
	Email   string // as it came, without surrounding space; empty if the row has none
	Name    string // as it came, from a name column, if there is one
	Session int64  // ID, of ReadSessions and ReadAuditLog; 0 for a whole user
	Invalid string // why the row cannot be read as a person or session; empty if it can
	LeftOut string // why it is no one to sign out though it can be read (audit logs); empty else
}

// An Input is what a file says, row for row.
type Input struct {
	Entries []Entry  // all rows but blank ones, in the order of the file
	Blank   []int    // the lines of blank rows
	Notes   []string // what the reader should be told: a column that was passed over, for example
}

// Rows returns how many rows the file has. The header line and comments of a list
// are none.
func (in *Input) Rows() int { return len(in.Entries) + len(in.Blank) }

// maxRows is more than any organization has sessions, and what fits into memory.
const maxRows = 1_000_000

// full returns an error if the input can take no further row.
func (in *Input) full() error {
	if in.Rows() < maxRows {
		return nil
	}
	return fmt.Errorf("it has more than %d rows; want fewer in a file", maxRows)
}
