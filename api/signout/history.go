package signout

import (
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// A State is the progress of a row.
type State string

// The states of rows.
const (
	StateLeft         State = "left"          // not processed: not sent, or sent only in calls on which Slack did not act
	StateDone         State = "done"          // Slack responded ok to a call with the row
	StateAlreadyEnded State = "already ended" // the session had ended: Slack does not know it
	StateRefused      State = "refused"       // Slack refused the row
	StateUnknown      State = "unknown"       // sent, but the result is not known
	StateLeftOut      State = "left out"      // the plan leaves the row out
)

// Sums counts the rows of a plan by their state, without the rows that are left out.
type Sums struct {
	Done         int                   `json:"done"` // after calls for several users, Slack still ends sessions in the background
	AlreadyEnded int                   `json:"already_ended"`
	Refused      map[api.ErrorCode]int `json:"refused,omitempty"` // by Slack's error code
	Unknown      int                   `json:"unknown"`
	Left         int                   `json:"left"`
}

// Complete reports whether every row is done or already ended.
func (s *Sums) Complete() bool { return len(s.Refused) == 0 && s.Unknown == 0 && s.Left == 0 }

func (s *Sums) refused() (total int) {
	for _, n := range s.Refused {
		total += n
	}
	return total
}

// A History is the record of a plan file.
type History struct {
	Sums Sums
	Rows []RowHistory // of all rows, in the order of the plan
	Runs []Run        // oldest first
}

// A RowHistory is the state of a row.
type RowHistory struct {
	Row   *Row
	State State
	Code  api.ErrorCode // Slack's error code, with StateRefused
}

// A Run is one [Apply] of a plan.
type Run struct {
	By      string    // ID of the user whose token was used
	Started time.Time // in UTC
	Ended   time.Time // zero if the run is still going on, or its process ended first
}

// History reads the file of p. It makes no call, and may be called during an [Apply] of
// the plan. Its error is a [*LocalError].
func (p *Plan) History() (*History, error) {
	s, err := p.load()
	if err != nil {
		return nil, err
	}
	h := &History{Sums: s.counts(), Runs: s.runs, Rows: make([]RowHistory, len(p.Rows))}
	for i := range p.Rows {
		h.Rows[i] = RowHistory{&p.Rows[i], s.rows[i].state, s.rows[i].code}
	}
	return h, nil
}
