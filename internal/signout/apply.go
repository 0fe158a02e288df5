package signout

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// ErrInterrupted says that the context ended before the plan was done. To apply
// the plan again goes on.
var ErrInterrupted = errors.New("interrupted")

// A LocalError is one of this machine: of a plan, a journal or a disk, and of no
// call.
type LocalError struct{ err error }

func (e *LocalError) Error() string { return e.err.Error() }

func (e *LocalError) Unwrap() error { return e.err }

// maxStrange is how many rows in a row may be refused with one code that is not
// known to be about them.
const maxStrange = 5

// Options are how to apply a plan.
type Options struct {
	Caller      Identity
	Max         int              // rows; a plan with more is refused. 0 is no limit
	RetryFailed bool             // send what was refused before
	Progress    func(Progress)   // may be nil
	Calls       []api.CallOption // of each call
}

// Progress is how far an apply is.
type Progress struct {
	Sums
	Total  int           // rows
	Rate   float64       // rows a minute, in this run
	Wait   time.Duration // that begins now, or 0
	Why    string        // to wait
	Failed error         // why to wait, if a call failed
}

// A Call is a call that applying a plan makes.
type Call struct {
	Method  string   `json:"method"` // Slack's name
	Users   []string `json:"users"`
	Session int64    `json:"session,omitempty"` // with admin.users.session.invalidate
}

// Slack's names of the methods.
const (
	methodReset      = "admin.users.session.reset"
	methodResetBulk  = "admin.users.session.resetBulk"
	methodInvalidate = "admin.users.session.invalidate"
)

// call returns the call that an intent is for.
func (p *Plan) call(intent *record) Call {
	switch {
	case p.Action == Invalidate:
		return Call{methodInvalidate, intent.Users, intent.Session}
	case len(intent.Users) == 1:
		return Call{methodReset, intent.Users, 0}
	default:
		return Call{methodResetBulk, intent.Users, 0}
	}
}

// Calls returns the calls that applying a plan makes if Slack refuses none. It
// reads the journal, if there is one.
func Calls(p *Plan, retryFailed bool) (calls []Call, err error) {
	s, err := readJournal(p)
	if err != nil {
		return nil, err
	}
	if retryFailed {
		_ = s.fold(&record{Event: retry}) // it never fails
	}
	for chunk := s.next(); chunk != nil; chunk = s.next() {
		calls = append(calls, p.call(s.intent(chunk)))
		for _, i := range chunk {
			s.set(i, rowState{closed: true})
		}
	}
	return calls, nil
}

// Apply does what a plan says and writes to its journal what it does, or goes on
// where the journal ends. Rows that are done are not sent again. Those that were
// sent before a crash and are not known to be done are. It waits out a 429 and
// an outage, however long. An error that every row would meet ends it at once,
// and so does the context, once the call in flight has ended: the error is then
// ErrInterrupted. In each case the sums say how far it came.
//
// Refused rows are no error. The client should be one with [api.WithPacing].
func Apply(ctx context.Context, client *api.Client, p *Plan, opts Options) (Sums, error) {
	return apply(ctx, client, p, opts, realDisk)
}

func apply(ctx context.Context, client *api.Client, p *Plan, opts Options, d disk) (Sums, error) {
	if err := p.CheckStart(opts.Max, time.Now()); err != nil {
		return Sums{}, err
	}
	if err := p.CheckCaller(opts.Caller); err != nil {
		return Sums{}, &LocalError{fmt.Errorf("%w; nothing was sent", err)}
	}
	a := &applier{client: client, plan: p, state: newState(p), opts: opts, start: time.Now()}
	j, err := openJournal(p, d, a.state.fold)
	if err != nil {
		return Sums{}, &LocalError{fmt.Errorf("%w; nothing was sent", err)}
	}
	defer func() { _ = j.close() }() // each record is on disk already
	a.journal = j
	a.state.settle()
	a.before = a.state.snapshot()
	err = a.run(ctx)
	a.state.settle()
	sums := a.state.snapshot()
	if !j.broken {
		err = errors.Join(err, a.add(&record{Event: end, Sums: &sums}))
	}
	return sums, err
}

// An applier applies a plan.
type applier struct {
	client  *api.Client
	plan    *Plan
	state   *state
	journal *journal
	opts    Options
	start   time.Time
	before  Sums

	strange     api.ErrorCode // that the last rows were refused with
	strangeRows int
}

func (a *applier) run(ctx context.Context) error {
	a.report(0, "", nil) // what an earlier run has left
	if a.opts.RetryFailed && len(a.state.sums.Refused) > 0 {
		if err := a.add(&record{Event: retry}); err != nil {
			return err
		}
	}
	for {
		chunk := a.state.next()
		if chunk == nil {
			return nil
		}
		if err := a.send(ctx, chunk); err != nil {
			return err
		}
	}
}

// add writes a record to the journal and takes it into account.
func (a *applier) add(r *record) error {
	if err := a.journal.add(r); err != nil {
		return &LocalError{err}
	}
	return a.state.fold(r)
}

// send sends the rows of chunk until it is known what came of them.
func (a *applier) send(ctx context.Context, chunk []int) error {
	unsure := a.state.unsure(chunk)
	for try := 1; ; try++ {
		if ctx.Err() != nil {
			return ErrInterrupted
		}
		// On the disk before it is sent: a crash may come at any moment.
		next := a.state.intent(chunk)
		if err := a.add(next); err != nil {
			return err
		}
		requestID, sent, err := a.call(ctx, next)
		v := judge(err, next.Users, try, unsure, sent)
		unsure = unsure || v.outcome == unknown
		r := &record{Event: result, Attempt: next.Attempt, Outcome: v.outcome, Code: v.code, Refused: v.refused, RequestID: requestID}
		if err != nil {
			r.Error = err.Error()
		}
		if err := a.add(r); err != nil {
			return err
		}
		if v.stop || a.tooStrange(v) {
			a.report(0, "", nil)
			return err
		}
		if v.wait == 0 || ctx.Err() != nil {
			a.report(0, "", nil)
			if v.wait > 0 {
				return ErrInterrupted
			}
			return nil
		}
		a.report(v.wait, v.why, err)
		select {
		case <-ctx.Done():
		case <-time.After(v.wait):
		}
	}
}

// tooStrange reports whether one row after the other is refused with the same
// code, which is not known to be about the row.
func (a *applier) tooStrange(v verdict) bool {
	switch {
	case v.outcome == done || v.outcome == partly:
		a.strangeRows = 0
	case v.outcome == refused && v.code != a.strange:
		a.strange, a.strangeRows = v.code, 1
	case v.outcome == refused:
		a.strangeRows++
	}
	return a.strangeRows >= maxStrange && !slices.Contains(oneRow, a.strange)
}

func (a *applier) report(wait time.Duration, why string, failed error) {
	if a.opts.Progress == nil {
		return
	}
	p := Progress{Sums: a.state.snapshot(), Total: a.plan.Size(), Wait: wait, Why: why, Failed: failed}
	if took := time.Since(a.start); took > 0 {
		p.Rate = float64(p.closed()-a.before.closed()) / took.Minutes()
	}
	a.opts.Progress(p)
}

// closed returns how many rows are done or refused.
func (s *Sums) closed() int {
	n := s.Done
	for _, refused := range s.Refused {
		n += refused
	}
	return n
}

// call makes the one call that an intent is for. A call that has been sent is
// not canceled with ctx; one that still waits for its turn is.
func (a *applier) call(ctx context.Context, intent *record) (requestID string, sent bool, err error) {
	var d departure
	var header http.Header
	defer func() { requestID = header.Get("X-Slack-Req-Id") }()
	inFlight, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() {
		if d.state.CompareAndSwap(waiting, calledOff) {
			cancel()
		}
	})()

	// An attempt is one request, so that each has its intent. The watch is last: a
	// body that an option replaces is not sent yet.
	opts := slices.Concat(a.opts.Calls, []api.CallOption{api.WithCallMaxAttempts(1), api.WithHeaderInto(&header), d.watch})
	switch call := a.plan.call(intent); call.Method {
	case methodInvalidate:
		_, err = a.client.AdminUsersSessionInvalidate(inFlight, api.AdminUsersSessionInvalidateRequest{
			UserID: call.Users[0], SessionID: call.Session,
		}, opts...)
	case methodReset:
		_, err = a.client.AdminUsersSessionReset(inFlight, api.AdminUsersSessionResetRequest{
			UserID: call.Users[0], MobileOnly: a.plan.MobileOnly, WebOnly: a.plan.WebOnly,
		}, opts...)
	default:
		_, err = a.client.AdminUsersSessionResetBulk(inFlight, api.AdminUsersSessionResetBulkRequest{
			UserIDs: call.Users, MobileOnly: a.plan.MobileOnly, WebOnly: a.plan.WebOnly,
		}, opts...)
	}
	return requestID, d.state.Load() == departed, err
}

// A departure tells when a request is sent, or stops it before.
type departure struct {
	state atomic.Int32
}

// The states of a departure.
const (
	waiting int32 = iota
	departed
	calledOff
)

// watch is an [api.CallOption].
func (d *departure) watch(_ context.Context, req *http.Request) error {
	req.Body = &departing{req.Body, d}
	return nil
}

// departing is the body of a request, which is sent when it is read.
type departing struct {
	io.ReadCloser
	d *departure
}

func (b *departing) Read(p []byte) (int, error) {
	if !b.d.state.CompareAndSwap(waiting, departed) && b.d.state.Load() == calledOff {
		return 0, context.Canceled
	}
	return b.ReadCloser.Read(p)
}
