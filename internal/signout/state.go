package signout

import (
	"errors"
	"fmt"
	"maps"

	"github.com/seed-38c23bad/slackadmin/api"
)

// maxChunk is how many users Slack resets at once.
const maxChunk = 1000

// Sums say how far a plan is.
type Sums struct {
	Done    int                   `json:"done"`
	Refused map[api.ErrorCode]int `json:"refused,omitempty"` // by code
	Unknown int                   `json:"unknown"`           // sent, but not known to be done
	Left    int                   `json:"left"`
}

// Complete reports whether every row is done.
func (s *Sums) Complete() bool { return len(s.Refused) == 0 && s.Unknown == 0 && s.Left == 0 }

// state is what is known of each row of a plan. Whatever happens is a record:
// what was read from a journal and what happens now come by the same way.
type state struct {
	plan     *Plan
	rows     []rowState
	users    map[string]int // where the plan has a user, with Reset
	sessions map[int64]int  // where it has a session, with Invalidate
	sums     Sums
	from     int // no row before is open
	attempts int
	sent     []int // the rows of an intent whose result is not known yet
}

// A rowState is what is known of one row.
type rowState struct {
	closed bool          // done, refused or left out
	unsure bool          // it may have been done
	chunk  int32         // how many rows to send at once
	code   api.ErrorCode // of the refusal
}

func newState(p *Plan) *state {
	s := &state{plan: p, rows: make([]rowState, len(p.Rows))}
	s.sums.Refused = map[api.ErrorCode]int{}
	if p.Action == Invalidate {
		s.sessions = make(map[int64]int, len(p.Rows))
	} else {
		s.users = make(map[string]int, len(p.Rows))
	}
	for i := range p.Rows {
		row := &p.Rows[i]
		if row.LeftOut != "" {
			s.rows[i].closed = true
			continue
		}
		s.sums.Left++
		if p.Action == Invalidate {
			s.rows[i].chunk = 1
			s.sessions[row.Sessions[0].ID] = i
		} else {
			s.rows[i].chunk = maxChunk
			s.users[row.UserID] = i
		}
	}
	return s
}

// next returns the rows to send next, or none if all are closed.
func (s *state) next() (chunk []int) {
	for ; s.from < len(s.rows); s.from++ {
		if !s.rows[s.from].closed {
			break
		}
	}
	for i := s.from; i < len(s.rows); i++ {
		switch size := s.rows[i].chunk; {
		case s.rows[i].closed:
		case len(chunk) > 0 && size != s.rows[chunk[0]].chunk:
			return chunk
		default:
			chunk = append(chunk, i)
			if len(chunk) == int(size) {
				return chunk
			}
		}
	}
	return chunk
}

// intent returns the record of a request for chunk that will be sent.
func (s *state) intent(chunk []int) *record {
	r := &record{Event: intent, Attempt: s.attempts + 1}
	for _, i := range chunk {
		r.Users = append(r.Users, s.plan.Rows[i].UserID)
	}
	if s.plan.Action == Invalidate {
		r.Session = s.plan.Rows[chunk[0]].Sessions[0].ID
	}
	return r
}

// unsure reports whether a row of chunk may have been done already.
func (s *state) unsure(chunk []int) bool {
	for _, i := range chunk {
		if s.rows[i].unsure {
			return true
		}
	}
	return false
}

var errForeign = errors.New("it names what the plan does not have, so it is not the plan's journal")

// fold takes a record into account.
func (s *state) fold(r *record) error {
	switch r.Event {
	case intent:
		chunk, err := s.find(r)
		if err != nil {
			return err
		}
		s.settle()
		s.attempts, s.sent = r.Attempt, chunk
	case result:
		if r.Attempt != s.attempts || s.sent == nil {
			return fmt.Errorf("it is the result of attempt %d, but the attempt before it is %d", r.Attempt, s.attempts)
		}
		s.result(r)
		s.sent = nil
	case retry:
		s.settle()
		for i := range s.rows {
			if s.rows[i].code != "" {
				s.set(i, rowState{chunk: s.rows[i].chunk})
			}
		}
	case end: // for people
	default:
		return fmt.Errorf("%q is no event of a journal", r.Event)
	}
	return nil
}

// find returns the rows of an intent.
func (s *state) find(r *record) (chunk []int, err error) {
	if s.plan.Action == Invalidate {
		i, ok := s.sessions[r.Session]
		if !ok {
			return nil, errForeign
		}
		return []int{i}, nil
	}
	for _, id := range r.Users {
		i, ok := s.users[id]
		if !ok {
			return nil, errForeign
		}
		chunk = append(chunk, i)
	}
	if chunk == nil {
		return nil, errForeign
	}
	return chunk, nil
}

// settle leaves the rows of an intent without a result as unsure.
func (s *state) settle() {
	for _, i := range s.sent {
		s.set(i, rowState{unsure: true, chunk: s.rows[i].chunk})
	}
	s.sent = nil
}

func (s *state) result(r *record) {
	for n, i := range s.sent {
		row := s.rows[i]
		switch r.Outcome {
		case done:
			row = rowState{closed: true}
		case partly:
			row = rowState{closed: true, code: r.Refused[s.plan.Rows[i].UserID], chunk: row.chunk}
		case refused:
			row = rowState{closed: true, code: r.Code, chunk: row.chunk}
		case halved:
			half := len(s.sent) / 2
			if n >= half {
				half = len(s.sent) - half
			}
			row.chunk = int32(half) //nolint:gosec // at most 500
		case unknown:
			row.unsure = true
		case notDone: // as before
		}
		s.set(i, row)
	}
}

// count adds n to the sum that a row belongs to.
func (s *state) count(row *rowState, n int) {
	switch {
	case !row.closed && row.unsure:
		s.sums.Unknown += n
	case !row.closed:
		s.sums.Left += n
	case row.code == "":
		s.sums.Done += n
	default:
		if s.sums.Refused[row.code] += n; s.sums.Refused[row.code] == 0 {
			delete(s.sums.Refused, row.code)
		}
	}
}

func (s *state) set(i int, row rowState) {
	s.count(&s.rows[i], -1)
	s.rows[i] = row
	s.count(&s.rows[i], +1)
	if !row.closed {
		s.from = min(s.from, i)
	}
}

// done reports whether row i is done.
func (s *state) done(i int) bool { return s.rows[i].closed && s.rows[i].code == "" }

// snapshot returns the sums as they are now.
func (s *state) snapshot() Sums {
	sums := s.sums
	sums.Refused = maps.Clone(s.sums.Refused)
	return sums
}
