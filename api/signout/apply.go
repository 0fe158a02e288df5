package signout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/refusals"
)

// maxRepeatedRefusals is how many rows in a row may be refused with one code that
// is not known to be about them.
const maxRepeatedRefusals = 5

// ApplyOptions are how to apply a plan. The zero value will do.
type ApplyOptions struct {
	Max         int              // rows; a plan with more is refused. 0 is no limit
	RetryFailed bool             // also send rows that were refused, or were given up as unknown
	Progress    func(Progress)   // is told how far Apply is; its calls do not overlap. May be nil
	CallOptions []api.CallOption // of each call; the number of attempts is Apply's own
}

// Progress is how far [Apply] or [Reset] is.
type Progress struct {
	Sums
	Total     int           // rows that are not left out
	Calls     int           // that are left, at least
	Wait      time.Duration // that begins now, or 0
	Why       string        // the reason to wait, to show to a person
	Err       error         // of the call after which to wait, if there was one
	Finishing bool          // the context has ended; the answer to the call on its way is waited for
	Expires   time.Time     // when the token does; zero if Slack does not say. [Estimate] says how long the calls take
}

// A Call is a call that [Apply] makes.
type Call struct {
	Method  string   `json:"method"`            // Slack's name
	Users   []string `json:"users"`             // IDs
	Session int64    `json:"session,omitempty"` // ID, with admin.users.session.invalidate
}

// DryRun returns the calls that [Apply] with the same options would make if Slack
// refused none, but for auth.test. It sends nothing. Its error, a [*LocalError], is
// one that Apply would return before its first call.
func DryRun(p *Plan, opts ApplyOptions) (calls []Call, err error) {
	s, err := p.load()
	if err != nil {
		return nil, err
	}
	if err := p.checkStart(s, opts.Max, time.Now()); err != nil {
		return nil, err
	}
	s.markInFlightUnknown()
	if opts.RetryFailed {
		s.retry()
	}
	for chunk := s.next(); chunk != nil; chunk = s.next() {
		calls = append(calls, p.call(s.intent(chunk)))
		for _, i := range chunk {
			s.set(i, rowState{state: StateDone})
		}
	}
	return calls, nil
}

// checkStart returns an error if p cannot be applied now, as far as can be known
// without a call. A plan that was started can be continued at any time.
func (p *Plan) checkStart(s *state, most int, now time.Time) error {
	switch {
	case most > 0 && p.Size() > most:
		return nothingSent(fmt.Errorf("the plan has %d rows, more than the %d that are allowed", p.Size(), most))
	case p.Created.After(now.Add(time.Hour)):
		return nothingSent(fmt.Errorf("the plan was made at %s, which is in the future by this machine's clock", p.Created.Format(time.RFC3339)))
	case !s.started && now.After(p.Expires):
		return nothingSent(fmt.Errorf("the plan expired at %s, before it was started; make a new one", p.Expires.Format(time.RFC3339)))
	}
	return nil
}

func nothingSent(err error) error { return &LocalError{fmt.Errorf("%w; nothing was sent", err)} }

// Apply does what a plan says, and goes on where an earlier Apply of it ended.
// Apply writes each call to the plan's file, on disk, sends it, and then writes what
// came of it.
//
// Apply does not send rows again that are done. It sends a row again if the process
// ended before the answer was written. Once it has begun, it waits for as long as a
// rate limit or an outage lasts; its first call, auth.test, does not wait.
//
// Apply ends early with an error that every row would meet, such as that of a token
// that no longer works. It ends with [ErrInterrupted] once ctx has ended: a call on
// its way is not canceled, but takes at most 30 seconds unless [api.WithAttemptTimeout]
// or [api.WithHTTPClient] says otherwise. It ends with a [*LocalError] if the plan cannot be started,
// belongs to another organization, would sign out the caller unasked, is being
// applied by another process, or cannot be written. Beside an error, the sums say
// how far the plan is; if its file cannot be read, all rows count as left.
//
// Rows that Slack refused, or of which it did not say what it did, are no error:
// see [Sums.Complete]. Other processes may call [Verify] and [Plan.History]
// meanwhile. Without [api.WithPacing], a client is told to wait now and then, and
// the result is the same.
func Apply(ctx context.Context, client *api.Client, p *Plan, opts ApplyOptions) (Sums, error) {
	return apply(ctx, client, p, opts, realDisk)
}

func apply(ctx context.Context, client *api.Client, p *Plan, opts ApplyOptions, d disk) (Sums, error) {
	file, s, err := p.lockFile(d)
	if err != nil {
		return Sums{Left: p.Size()}, nothingSent(err) // as far as is known
	}
	defer func() { _ = file.close() }() // each event is on disk already
	if err := p.checkStart(s, opts.Max, time.Now()); err != nil {
		return s.snapshot(), err
	}
	s.markInFlightUnknown()
	retry := opts.RetryFailed && s.sums.refused()+s.sums.Unknown > 0
	if s.open == 0 && !retry {
		return s.snapshot(), nil
	}
	caller, err := identify(ctx, client, opts.CallOptions)
	if err != nil {
		return s.snapshot(), err
	}
	if err := p.checkCaller(caller); err != nil {
		return s.snapshot(), nothingSent(err)
	}
	a := &applier{client: client, plan: p, state: s, file: file, callOptions: opts.CallOptions, progress: opts.Progress, expires: caller.expires}
	err = a.add(&event{Event: eventStart, By: caller.userID})
	if err == nil && retry {
		err = a.add(&event{Event: eventRetry})
	}
	if err == nil {
		err = a.run(ctx)
	}
	s.markInFlightUnknown()
	sums := s.snapshot()
	if !file.broken {
		err = errors.Join(err, a.add(&event{Event: eventEnd, Sums: &sums}))
	}
	return sums, err
}

// An applier does what a plan says.
type applier struct {
	client      *api.Client
	plan        *Plan
	state       *state
	file        *planFile // nil if nothing is to be kept
	callOptions []api.CallOption
	progress    func(Progress)
	expires     time.Time // of the token

	deferred        int           // attempts in a row that came to nothing
	unreachable     bool          // rows were given up as unknown, so that Slack may be out
	refusal         api.ErrorCode // of the last row
	repeatedRefusal int           // rows in a row with it

	mu      sync.Mutex // of what follows
	last    Progress
	sending bool
}

// run sends what is open, until nothing is, or an error ends it.
func (a *applier) run(ctx context.Context) error {
	a.report(Progress{}) // what an earlier run has left
	for chunk := a.state.next(); chunk != nil; chunk = a.state.next() {
		if ctx.Err() != nil {
			return interrupted(ctx)
		}
		if a.unreachable {
			if err := a.awaitSlack(ctx); err != nil {
				return err
			}
		}
		v, err := a.send(ctx, chunk)
		switch {
		case err != nil:
			a.report(Progress{})
			return err
		case v.wait > 0 && ctx.Err() == nil:
			a.wait(ctx, v.wait, v.why, v.err)
		default:
			a.report(Progress{})
		}
	}
	return nil
}

// send sends the rows of chunk once and takes into account what came of it. The
// error is one that every other row would meet.
func (a *applier) send(ctx context.Context, chunk []int) (verdict, error) {
	next := a.state.intent(chunk)
	sent := &attempt{action: a.plan.Action, users: next.Users, try: a.deferred + 1, unanswered: a.state.unanswered(chunk)}
	// On the disk before it is sent: a crash may come at any moment.
	if err := a.add(next); err != nil {
		return verdict{}, err
	}
	requestID := a.call(ctx, next, sent)
	v := classify(sent)
	v.err = sent.err
	result := &event{
		Event: eventResult, Attempt: next.Attempt, Outcome: v.outcome, Code: v.code,
		Refused: v.refused, Named: v.named, RequestID: requestID,
	}
	if sent.err != nil {
		result.Error = cut(sent.err.Error(), 1000)
	}
	if err := a.add(result); err != nil {
		return v, err
	}
	a.deferred++
	if v.outcome != outcomeDeferred {
		a.deferred = 0
	}
	a.unreachable = v.outcome == outcomeUnanswered && !a.state.rows[chunk[0]].open
	if v.stop || a.refusesAll(v) {
		return v, sent.err
	}
	return v, nil
}

// add writes an event and takes it into account.
func (a *applier) add(e *event) error {
	if a.file != nil {
		if err := a.file.add(e); err != nil {
			return &LocalError{err}
		}
	}
	return a.state.apply(e)
}

// refusesAll reports whether one row after the other is refused with the same
// code, which is not known to be about the row.
func (a *applier) refusesAll(v verdict) bool {
	switch {
	case v.outcome == outcomeOK || v.outcome == outcomePartial || v.outcome == outcomeAbsent:
		a.repeatedRefusal = 0
	case v.outcome == outcomeRejected && v.code != a.refusal:
		a.refusal, a.repeatedRefusal = v.code, 1
	case v.outcome == outcomeRejected:
		a.repeatedRefusal++
	}
	return a.repeatedRefusal >= maxRepeatedRefusals && !refusals.AboutTarget(a.refusal)
}

// awaitSlack returns once Slack answers auth.test, or with the error that every
// call would meet.
func (a *applier) awaitSlack(ctx context.Context) error {
	for try := 1; ; try++ {
		_, err := a.client.AuthTest(ctx, slices.Concat(a.callOptions, []api.CallOption{api.WithCallMaxAttempts(1)})...)
		var refused *api.Error
		switch {
		case ctx.Err() != nil:
			return interrupted(ctx)
		case err == nil:
			return nil
		case errors.As(err, &refused) && refusals.AboutCaller(refused.Code), permanent(err):
			return err
		case refused != nil && !isFailure(refused):
			return nil // it is an answer
		}
		a.wait(ctx, backoff(try), whyUnreachable, err)
	}
}

// wait waits, and tells why.
func (a *applier) wait(ctx context.Context, wait time.Duration, why string, err error) {
	a.report(Progress{Wait: wait, Why: why, Err: err})
	pause(ctx, wait)
}

func pause(ctx context.Context, wait time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(wait):
	}
}

// report tells the progress function p, with the sums.
func (a *applier) report(p Progress) {
	if a.progress == nil {
		return
	}
	p.Sums, p.Total, p.Calls, p.Expires = a.state.snapshot(), a.plan.Size(), CallsFor(a.plan.Action, a.state.open), a.expires
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last = p
	a.progress(p)
}

// finishing tells that the answer to a call on its way is waited for.
func (a *applier) finishing() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.progress != nil && a.sending {
		p := a.last
		p.Wait, p.Why, p.Err, p.Finishing = 0, "", nil, true
		a.progress(p)
	}
}

func (a *applier) setSending(sending bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sending = sending
}
