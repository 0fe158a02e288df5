package signout

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/seed-38c23bad/slackadmin/api"
)

const (
	// maxChunk is how many users Slack resets at once.
	maxChunk = 1000

	// maxUnanswered is how many attempts with the same rows may stay without an
	// answer that says what was done.
	maxUnanswered = 3

	// maxRounds is how many partial refusals of others a row may be in.
	maxRounds = 10

	// maxAlone is how many users of one partial refusal, named without a code, are
	// sent one by one.
	maxAlone = 20
)

// A State is what is known of a row.
type State string

// The states of rows.
const (
	StateLeft         State = "left"          // not sent, or sent in a call that Slack refused as a whole
	StateDone         State = "done"          // Slack said ok to a call with it
	StateAlreadyEnded State = "already ended" // Slack does not know the session of the user
	StateRefused      State = "refused"       // Slack refused it
	StateUnknown      State = "unknown"       // sent, but what came of it is not known
	StateLeftOut      State = "left out"      // the plan leaves it out
)

// Sums count the rows of a plan that are not left out, by what is known of them.
type Sums struct {
	Done         int                   `json:"done"`              // Slack said ok to a call with them; it works off calls for several users in the background
	AlreadyEnded int                   `json:"already_ended"`     // sessions that Slack does not know of the user, as they have ended
	Refused      map[api.ErrorCode]int `json:"refused,omitempty"` // by code
	Unknown      int                   `json:"unknown"`           // sent, but what came of it is not known
	Left         int                   `json:"left"`              // not sent
}

// Complete reports whether every row is done, or its session had ended already.
func (s *Sums) Complete() bool { return len(s.Refused) == 0 && s.Unknown == 0 && s.Left == 0 }

// refused returns how many rows Slack refused.
func (s *Sums) refused() (n int) {
	for _, of := range s.Refused {
		n += of
	}
	return n
}

// state is what is known of all rows. Events change it, and nothing else does:
// those that were read from the file and those that happen now alike.
type state struct {
	plan     *Plan
	rows     []rowState
	order    []int32 // the rows that are not left out, by their keys
	sums     Sums
	open     int // rows that will be sent
	from     int // no row before is open
	attempts int
	started  bool // a request may have reached Slack and been acted on
	retries  int
	runs     []Run
	inFlight []int // the rows of an intent that has no result yet
}

// A rowState is what is known of one row.
type rowState struct {
	state      State
	code       api.ErrorCode // of the refusal
	open       bool          // it will be sent
	alone      bool          // by itself
	group      int32         // rows of different groups are not sent together
	unanswered int8          // attempts in a row without an answer that says what was done
	rounds     int8          // partial refusals that did not name it
}

func newState(p *Plan) *state {
	s := &state{plan: p, rows: make([]rowState, len(p.Rows)), order: p.order()}
	s.order = slices.DeleteFunc(s.order, func(i int32) bool { return p.Rows[i].LeftOut != "" })
	s.sums.Refused = map[api.ErrorCode]int{}
	for i := range p.Rows {
		if p.Rows[i].LeftOut != "" {
			s.rows[i].state = StateLeftOut
			continue
		}
		s.rows[i] = rowState{state: StateLeft, open: true, alone: p.Action == ActionInvalidate}
		s.sums.Left++
		s.open++
	}
	return s
}

// next returns the rows to send next, or none if no row is open.
func (s *state) next() (chunk []int) {
	for s.from < len(s.rows) && !s.rows[s.from].open {
		s.from++
	}
	for i := s.from; i < len(s.rows) && len(chunk) < maxChunk; i++ {
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

// intent returns the event of a request for chunk that will be sent.
func (s *state) intent(chunk []int) *event {
	e := &event{Event: eventIntent, Attempt: s.attempts + 1}
	for _, i := range chunk {
		e.Users = append(e.Users, s.plan.Rows[i].UserID)
	}
	if s.plan.Action == ActionInvalidate {
		e.Session = s.plan.Rows[chunk[0]].Sessions[0].ID
	}
	return e
}

var errForeign = errors.New("it names a row that the plan does not have")

// replay takes the line of an event into account.
func (s *state) replay(line []byte) error {
	var e event
	if json.Unmarshal(line, &e) != nil {
		return errors.New("it is damaged, and not by a crash while it was written; make a new plan")
	}
	return s.apply(&e)
}

// apply takes an event into account.
func (s *state) apply(e *event) error {
	switch e.Event {
	case eventIntent:
		chunk, err := s.find(e)
		if err != nil {
			return err
		}
		if e.Attempt != s.attempts+1 {
			return fmt.Errorf("it is attempt %d, and the attempt before it is %d", e.Attempt, s.attempts)
		}
		s.markInFlightUnknown()
		s.attempts, s.inFlight = e.Attempt, chunk
	case eventResult:
		if e.Attempt != s.attempts || s.inFlight == nil {
			return fmt.Errorf("it is the result of attempt %d, and the attempt before it is %d", e.Attempt, s.attempts)
		}
		if err := s.result(e); err != nil {
			return err
		}
		s.started = s.started || e.Outcome != outcomeDeferred
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
		return fmt.Errorf("%q is no event", cut(e.Event, 100))
	}
	return nil
}

// find returns the rows of an intent.
func (s *state) find(e *event) (chunk []int, err error) {
	for _, id := range e.Users {
		n, ok := slices.BinarySearchFunc(s.order, rowKey{id, e.Session}, func(i int32, key rowKey) int { return s.plan.key(i).compare(key) })
		if !ok {
			return nil, errForeign
		}
		chunk = append(chunk, int(s.order[n]))
	}
	if chunk == nil || len(chunk) > 1 && s.plan.Action == ActionInvalidate {
		return nil, errForeign
	}
	return chunk, nil
}

// markInFlightUnknown is for an intent whose result was never written: the process
// ended. Whoever starts apply again wants the rows sent, so they stay open, and the
// attempt counts for nothing.
func (s *state) markInFlightUnknown() {
	s.started = s.started || s.inFlight != nil
	for _, i := range s.inFlight {
		row := s.rows[i]
		row.state = StateUnknown
		s.set(i, row)
	}
	s.inFlight = nil
}

// retry opens the rows that were refused or are unknown for good. They stay apart
// from those that were never sent.
func (s *state) retry() {
	s.retries++
	for i, row := range s.rows {
		if !row.open && (row.state == StateRefused || row.state == StateUnknown) {
			again := rowState{state: StateLeft, open: true, alone: s.plan.Action == ActionInvalidate, group: -int32(s.retries)} //nolint:gosec // each was asked for by a person
			if row.state == StateUnknown {
				again.state = StateUnknown
			}
			s.set(i, again)
		}
	}
}

// result takes into account what came of the rows in flight.
func (s *state) result(e *event) error {
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
		case outcomeDeferred: // as before
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
		default:
			return fmt.Errorf("%q is no outcome", cut(string(e.Outcome), 100))
		}
		s.set(i, row)
	}
	return nil
}

// afterPartial returns what a row is after Slack refused some of the users it was
// sent with. named says that Slack named it without a code, as the alone-th.
func (r rowState) afterPartial(e *event, id string, named bool, alone int, group int32) rowState {
	if code, ok := e.Refused[id]; ok {
		return rowState{state: StateRefused, code: code}
	}
	if named && alone > maxAlone {
		return rowState{state: StateRefused, code: e.Code}
	}
	// Slack may have reset it, but did not say ok.
	r.state, r.group, r.alone = StateUnknown, group, named
	if !named {
		r.rounds++
		r.open = r.rounds < maxRounds
	}
	return r
}

// count adds n to the sum that a row belongs to.
func (s *state) count(row *rowState, n int) {
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
	case StateLeftOut: // counts for nothing
	}
}

func (s *state) set(i int, row rowState) {
	s.count(&s.rows[i], -1)
	s.rows[i] = row
	s.count(&s.rows[i], +1)
	if row.open {
		s.from = min(s.from, i)
	}
}

// unanswered returns how many attempts in a row with chunk stayed without an
// answer that says what was done.
func (s *state) unanswered(chunk []int) (n int) {
	for _, i := range chunk {
		n = max(n, int(s.rows[i].unanswered))
	}
	return n
}

// snapshot returns the sums as they are now.
func (s *state) snapshot() Sums {
	sums := s.sums
	sums.Refused = maps.Clone(s.sums.Refused)
	return sums
}
