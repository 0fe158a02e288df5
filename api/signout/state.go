package signout

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/seed-38c23bad/slackadmin/api"
)

const (
	maxChunk           = 1000 // users in one call
	maxUnanswered      = 3    // consecutive unanswered attempts of a row
	maxPartialRefusals = 10   // partial refusals of a row that do not name it
	maxAlone           = 20   // users sent alone after a partial refusal that names them without a code
)

// state is the state of all rows. It is derived from events.
type state struct {
	plan      *Plan
	rows      []rowState
	rowsByKey []int32
	sums      Sums
	open      int // rows to send
	firstOpen int // no row before this one is open
	attempts  int
	acted     bool // Slack may have acted on a request
	retries   int
	runs      []Run
	inFlight  []int // rows of an intent without a result
}

// A rowState is the state of one row.
type rowState struct {
	state           State
	code            api.ErrorCode // of the refusal
	open            bool          // the row will be sent
	alone           bool          // it will be sent alone
	group           int32         // rows of different groups are not sent together
	unanswered      int8          // consecutive unanswered attempts
	partialRefusals int8          // that did not name the row
}

func newState(p *Plan) *state {
	s := &state{plan: p, rows: make([]rowState, len(p.Rows)), rowsByKey: p.rowsByKey(), sums: Sums{Refused: map[api.ErrorCode]int{}}}
	for i := range p.Rows {
		if p.Rows[i].LeftOut != "" {
			s.rows[i].state = StateLeftOut
			continue
		}
		s.rows[i] = rowState{state: StateLeft, open: true, alone: p.Action == ActionInvalidate}
		s.adjust(&s.rows[i], +1)
	}
	return s
}

// nextChunk returns the rows to send next. It returns nil if no row is open.
func (s *state) nextChunk() (chunk []int) {
	for s.firstOpen < len(s.rows) && !s.rows[s.firstOpen].open {
		s.firstOpen++
	}
	for i := s.firstOpen; i < len(s.rows) && len(chunk) < maxChunk; i++ {
		row := &s.rows[i]
		switch {
		case !row.open:
		case len(chunk) == 0 && row.alone:
			return []int{i}
		case len(chunk) == 0 || !row.alone && row.group == s.rows[chunk[0]].group:
			chunk = append(chunk, i)
		}
	}
	return chunk
}

func (s *state) newIntent(chunk []int) *event {
	e := &event{Event: eventIntent, Attempt: s.attempts + 1}
	for _, i := range chunk {
		e.Users = append(e.Users, s.plan.Rows[i].UserID)
	}
	if s.plan.Action == ActionInvalidate {
		e.Session = s.plan.Rows[chunk[0]].Sessions[0].ID
	}
	return e
}

func (s *state) replay(line []byte) error {
	var e event
	if json.Unmarshal(line, &e) != nil {
		return errNotEvent
	}
	return s.update(&e)
}

func (s *state) update(e *event) error {
	switch e.Event {
	case eventIntent:
		chunk, err := s.rowsOf(e)
		if err != nil {
			return err
		}
		if e.Attempt != s.attempts+1 {
			return fmt.Errorf("it is attempt %d after attempt %d", e.Attempt, s.attempts)
		}
		s.markInFlightUnknown()
		s.attempts, s.inFlight = e.Attempt, chunk
	case eventResult:
		if e.Attempt != s.attempts || s.inFlight == nil {
			return fmt.Errorf("it is a result of attempt %d, which is not in flight; the last attempt is %d", e.Attempt, s.attempts)
		}
		if !slices.Contains(outcomes, e.Outcome) {
			return fmt.Errorf("%q is not an outcome", cut(string(e.Outcome), 100))
		}
		s.applyResult(e)
		s.acted = s.acted || e.Outcome != outcomeDeferred
		s.inFlight = nil
	case eventRetry:
		s.markInFlightUnknown()
		s.retry()
	case eventStart:
		s.runs = append(s.runs, Run{By: e.By, Started: e.Time})
	case eventEnd:
		if n := len(s.runs); n > 0 {
			s.runs[n-1].Ended = e.Time
		}
	default:
		return fmt.Errorf("%q is not an event", cut(e.Event, 100))
	}
	return nil
}

func (s *state) rowsOf(e *event) (chunk []int, err error) {
	for _, id := range e.Users {
		row, ok := s.plan.findRow(s.rowsByKey, rowKey{id, e.Session})
		if !ok {
			return nil, errUnknownRow
		}
		chunk = append(chunk, row)
	}
	if chunk == nil || len(chunk) > 1 && s.plan.Action == ActionInvalidate {
		return nil, errUnknownRow
	}
	return chunk, nil
}

// markInFlightUnknown marks the rows of an intent whose result was not written, because
// the process ended. The rows stay open, and the attempt does not count as unanswered.
func (s *state) markInFlightUnknown() {
	s.acted = s.acted || s.inFlight != nil
	for _, i := range s.inFlight {
		row := s.rows[i]
		row.state = StateUnknown
		s.setRow(i, row)
	}
	s.inFlight = nil
}

// retry opens the rows that were refused or given up as unknown. They are not sent
// together with rows that were never sent.
func (s *state) retry() {
	s.retries++
	for i, row := range s.rows {
		if !row.open && (row.state == StateRefused || row.state == StateUnknown) {
			if row.state == StateRefused {
				row.state = StateLeft
			}
			s.setRow(i, rowState{state: row.state, open: true, alone: s.plan.Action == ActionInvalidate, group: -int32(s.retries)}) //nolint:gosec // a person asks for each
		}
	}
}

func (s *state) applyResult(e *event) {
	group := int32(2 * e.Attempt) //nolint:gosec // a billion attempts take a hundred years
	alone := 0
	for n, i := range s.inFlight {
		row, id := s.rows[i], s.plan.Rows[i].UserID
		switch e.Outcome {
		case outcomeOK:
			row = rowState{state: StateDone}
		case outcomeAbsent:
			row = rowState{state: StateAlreadyEnded}
		case outcomeRejected:
			row = rowState{state: StateRefused, code: e.Code}
		case outcomeSplit:
			row.group = group
			if n >= len(s.inFlight)/2 {
				row.group++
			}
		case outcomeDeferred: // the row stays as it is
		case outcomeUnanswered:
			row.state, row.group = StateUnknown, group
			row.unanswered++
			row.open = row.unanswered < maxUnanswered
		case outcomePartial:
			named := slices.Contains(e.Named, id)
			if named {
				alone++
			}
			row = row.afterPartial(e, id, named, alone, group)
		}
		s.setRow(i, row)
	}
}

// afterPartial returns the state of a row after Slack refused some users of its call.
// named reports that Slack named the row without a code; alone counts such rows so far.
func (r rowState) afterPartial(e *event, id string, named bool, alone int, group int32) rowState {
	if code, ok := e.Refused[id]; ok {
		return rowState{state: StateRefused, code: code}
	}
	if named && alone > maxAlone {
		return rowState{state: StateRefused, code: e.Code}
	}
	// Slack may have reset the user, but did not respond ok.
	r.state, r.group, r.alone = StateUnknown, group, named
	if !named {
		r.partialRefusals++
		r.open = r.partialRefusals < maxPartialRefusals
	}
	return r
}

// adjust adds n to the sum of a row's state.
func (s *state) adjust(row *rowState, n int) {
	if row.open {
		s.open += n
	}
	switch row.state {
	case StateLeft:
		s.sums.Left += n
	case StateDone:
		s.sums.Done += n
	case StateAlreadyEnded:
		s.sums.AlreadyEnded += n
	case StateUnknown:
		s.sums.Unknown += n
	case StateRefused:
		if s.sums.Refused[row.code] += n; s.sums.Refused[row.code] == 0 {
			delete(s.sums.Refused, row.code)
		}
	case StateLeftOut: // has no sum
	}
}

func (s *state) setRow(i int, row rowState) {
	s.adjust(&s.rows[i], -1)
	s.rows[i] = row
	s.adjust(&s.rows[i], +1)
	if row.open {
		s.firstOpen = min(s.firstOpen, i)
	}
}

// unanswered returns the highest number of consecutive unanswered attempts in chunk.
func (s *state) unanswered(chunk []int) (n int) {
	for _, i := range chunk {
		n = max(n, int(s.rows[i].unanswered))
	}
	return n
}

func (s *state) counts() Sums {
	sums := s.sums
	sums.Refused = maps.Clone(s.sums.Refused)
	return sums
}
