package people

import "fmt"

// An Entry is a row of an input.
type Entry struct {
	Line          int    // where the row begins, from 1
	UserID        string // in capitals; empty if the row has none
	Email         string // as in the file, trimmed; empty if the row has none
	Name          string // as in the file, if it has a name column
	Session       int64  // ID, of ReadSessions and ReadAuditLog; 0 for a whole user
	InvalidReason string // why the row cannot be read as a person or session; empty if it can
	SkipReason    string // why a readable event of an audit log does not count; empty if it does
}

// An Input is the rows of a file.
type Input struct {
	Entries []Entry  // all rows but blank ones, in the order of the file
	Blank   []int    // the lines of blank rows
	Notes   []string // notices for the user, such as about an ignored column
}

// Rows returns the number of rows, without the header line and the comments of a list.
func (in *Input) Rows() int { return len(in.Entries) + len(in.Blank) }

// maxRows is more than the sessions of any organization, and fits into memory.
const maxRows = 1_000_000

// full returns an error if the input has the maximum number of rows.
func (in *Input) full() error {
	if in.Rows() < maxRows {
		return nil
	}
	return fmt.Errorf("it has more than %d rows; want fewer in a file", maxRows)
}
