package signout

import (
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// A History is what the file of a plan says of what was done.
type History struct {
	Sums     Sums
	Rows     []RowHistory // of all rows, in the order of the plan
	Attempts int          // requests that were begun, including those that never left
	Runs     []Run        // in order
}

// A RowHistory is what is known of a row.
type RowHistory struct {
	Row   *Row
	State State
	Code  api.ErrorCode // with StateRefused: Slack's
}

// A Run is one apply of a plan.
type Run struct {
	By      string    // ID of the user whose token was used
	Started time.Time // in UTC
	Ended   time.Time // zero if it goes on, or the process ended first
}

// History reads the file of p. It makes no call, and may be called while the plan
// is applied. Its error is a [*LocalError].
func (p *Plan) History() (*History, error) {
	s, err := p.load()
	if err != nil {
		return nil, err
	}
	s.markInFlightUnknown()
	h := &History{Sums: s.snapshot(), Attempts: s.attempts, Runs: s.runs, Rows: make([]RowHistory, len(p.Rows))}
	for i := range p.Rows {
		h.Rows[i] = RowHistory{&p.Rows[i], s.rows[i].state, s.rows[i].code}
	}
	return h, nil
}
