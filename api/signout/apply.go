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

// maxRepeatedRefusals is how many consecutive rows may be refused with the same code
// before Apply stops. Codes that are known to concern a single user do not count.
const maxRepeatedRefusals = 5

// ApplyOptions are the options of [Apply]. The zero value is valid.
type ApplyOptions struct {
	Max         int              // maximum number of rows in the plan; 0 for no limit
	RetryFailed bool             // also send the rows that were refused, or were given up as unknown
	Progress    func(Progress)   // receives the progress; its calls do not overlap; may be nil
	CallOptions []api.CallOption // for each call; Apply sets the number of attempts itself
}

// Progress describes the state of a running [Apply] or [Reset].
type Progress struct {
	Sums
	Total     int           // rows that are not left out
	Calls     int           // calls left, at least
	Wait      time.Duration // the wait that begins now, or 0
	Why       string        // the reason to wait, to show to a person
	Err       error         // of the call that caused the wait, if there was one
	Finishing bool          // the context has ended; the response to the request in flight is awaited
	Expires   time.Time     // when the token expires; zero if Slack does not say. [Estimate] returns how long the calls take
}

// A Call is a call that [Apply] makes.
type Call struct {
	Method  string   `json:"method"`            // Slack's name
	Users   []string `json:"users"`             // IDs
	Session int64    `json:"session,omitempty"` // ID, with admin.users.session.invalidate
}

// DryRun returns the calls that [Apply] with the same options would make if Slack
// refused none, without auth.test. It sends nothing. Its error is a [*LocalError] that
// Apply would return before its first call.
func DryRun(p *Plan, opts ApplyOptions) (calls []Call, err error) {
	s, err := p.load()
	if err != nil {
		return nil, err
	}
	if err := p.checkStart(s, opts.Max, time.Now()); err != nil {
		return nil, err
	}
	if opts.RetryFailed {
		s.retry()
	}
	for chunk := s.nextChunk(); chunk != nil; chunk = s.nextChunk() {
		calls = append(calls, p.callFor(s.newIntent(chunk)))
		for _, i := range chunk {
			s.setRow(i, rowState{state: StateDone})
		}
	}
	return calls, nil
}

// checkStart returns an error if p cannot be applied now, as far as is known without a
// call. The expiry does not matter once Slack may have acted on a request of the plan.
func (p *Plan) checkStart(s *state, maxRows int, now time.Time) error {
	switch {
	case maxRows > 0 && p.Size() > maxRows:
		return nothingSent(fmt.Errorf("the plan has %d rows; the maximum is %d", p.Size(), maxRows))
	case p.Created.After(now.Add(time.Hour)):
		return nothingSent(fmt.Errorf("the plan was made at %s, which is in the future; check this machine's clock", p.Created.Format(time.RFC3339)))
	case !s.acted && now.After(p.Expires):
		return nothingSent(fmt.Errorf("the plan expired at %s, before it was started; make a new one", p.Expires.Format(time.RFC3339)))
	}
	return nil
}

// Apply executes a plan, or resumes it. It writes each call to the plan file and syncs
// it, sends the call, and then writes the result.
//
// Apply does not send rows again that are done. It sends rows again if the process
// ended before their result was written.
//
// Apply stops with an error that every row would meet, such as that of a revoked token.
// It returns a [*LocalError] if the plan cannot be started, belongs to another
// organization, would sign out the caller without Own, is being applied by another
// process, or cannot be written. The sums are also valid beside an error; if the file
// cannot be read, all rows count as left. Refused and unknown rows are not an error: see
// [Sums.Complete]. See also "Waiting and cancellation" in the package documentation.
func Apply(ctx context.Context, client *api.Client, p *Plan, opts ApplyOptions) (Sums, error) {
	return apply(ctx, client, p, opts, realDisk)
}

func apply(ctx context.Context, client *api.Client, p *Plan, opts ApplyOptions, d disk) (Sums, error) {
	file, s, err := p.lockFile(d)
	if err != nil {
		return Sums{Left: p.Size()}, nothingSent(err) // as far as is known
	}
	defer func() { _ = file.close() }() // each event is synced already
	a := &applier{client: client, plan: p, state: s, file: file, callOptions: opts.CallOptions, progress: opts.Progress}
	retry := opts.RetryFailed && s.sums.refused()+s.sums.Unknown > 0
	if err := p.checkStart(s, opts.Max, time.Now()); err != nil || s.open == 0 && !retry {
		return s.counts(), err
	}
	if a.caller, err = identify(ctx, client, opts.CallOptions); err == nil {
		err = p.checkCaller(a.caller)
	}
	if err != nil {
		return s.counts(), err
	}
	return a.recordRun(ctx, retry)
}

// An applier executes a plan.
type applier struct {
	client      *api.Client
	plan        *Plan
	state       *state
	file        *planFile // nil for a Reset, which keeps no record
	callOptions []api.CallOption
	progress    func(Progress)
	caller      identity // zero for a Reset

	consecutiveDeferred int
	unreachable         bool          // rows were given up as unknown, so there may be an outage
	lastRefusal         api.ErrorCode // of the last row that was refused alone
	repeatedRefusals    int           // consecutive rows with lastRefusal

	mu           sync.Mutex // guards lastProgress and inFlight
	lastProgress Progress
	inFlight     bool
}

func (a *applier) recordRun(ctx context.Context, retry bool) (Sums, error) {
	err := a.record(&event{Event: eventStart, By: a.caller.userID})
	if err == nil && retry {
		err = a.record(&event{Event: eventRetry})
	}
	if err == nil {
		err = a.run(ctx)
	}
	a.state.markInFlightUnknown()
	sums := a.state.counts()
	if !a.file.broken {
		err = errors.Join(err, a.record(&event{Event: eventEnd, Sums: &sums}))
	}
	return sums, err
}

// run sends the open rows until none is left or an error stops it.
func (a *applier) run(ctx context.Context) error {
	a.report(Progress{}) // the state that earlier runs left
	for chunk := a.state.nextChunk(); chunk != nil; chunk = a.state.nextChunk() {
		if ctx.Err() != nil {
			return interrupted(ctx)
		}
		if a.unreachable {
			if err := a.awaitSlack(ctx); err != nil {
				return err
			}
		}
		c, err := a.send(ctx, chunk)
		switch {
		case err != nil:
			a.report(Progress{})
			return err
		case c.wait > 0 && ctx.Err() == nil:
			a.wait(ctx, c.wait, c.why, c.err)
		default:
			a.report(Progress{})
		}
	}
	return nil
}

// send sends the rows of chunk once and records the result. Its error is one that every
// other row would meet.
func (a *applier) send(ctx context.Context, chunk []int) (classification, error) {
	intent := a.state.newIntent(chunk)
	att := &attempt{action: a.plan.Action, users: intent.Users, deferredCount: a.consecutiveDeferred, unansweredCount: a.state.unanswered(chunk)}
	// The intent is synced before the request is sent, because a crash may come at any moment.
	if err := a.record(intent); err != nil {
		return classification{}, err
	}
	requestID := a.sendRequest(ctx, intent, att)
	c := classify(att)
	c.err = att.err
	result := &event{
		Event: eventResult, Attempt: intent.Attempt, Outcome: c.outcome, Code: c.code,
		Refused: c.refused, Named: c.named, RequestID: requestID,
	}
	if att.err != nil {
		result.Error = cut(att.err.Error(), 1000)
	}
	if err := a.record(result); err != nil {
		return c, err
	}
	a.count(&c)
	a.unreachable = c.outcome == outcomeUnanswered && !a.state.rows[chunk[0]].open
	if c.stop || a.repeatedRefusals >= maxRepeatedRefusals && !refusals.AboutTarget(a.lastRefusal) {
		return c, att.err
	}
	return c, nil
}

// record writes an event and updates the state.
func (a *applier) record(e *event) error {
	if a.file != nil {
		if err := a.file.add(e); err != nil {
			return &LocalError{err}
		}
	}
	return a.state.update(e)
}

// count counts consecutive deferred attempts, and consecutive refusals with one code.
func (a *applier) count(c *classification) {
	a.consecutiveDeferred++
	if c.outcome != outcomeDeferred {
		a.consecutiveDeferred = 0
	}
	switch {
	case c.outcome == outcomeOK || c.outcome == outcomePartial || c.outcome == outcomeAbsent:
		a.repeatedRefusals = 0
	case c.outcome == outcomeRejected && c.code != a.lastRefusal:
		a.lastRefusal, a.repeatedRefusals = c.code, 1
	case c.outcome == outcomeRejected:
		a.repeatedRefusals++
	}
}

// awaitSlack returns nil once Slack responds to auth.test, or an error that every call
// would meet.
func (a *applier) awaitSlack(ctx context.Context) error {
	for n := 1; ; n++ {
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
			return nil // Slack responded
		}
		a.wait(ctx, backoff(n), whyUnreachable, err)
	}
}

func (a *applier) wait(ctx context.Context, wait time.Duration, why string, err error) {
	a.report(Progress{Wait: wait, Why: why, Err: err})
	pause(ctx, wait)
}

// report completes p and passes it to the progress function.
func (a *applier) report(p Progress) {
	if a.progress == nil {
		return
	}
	p.Sums, p.Total, p.Calls, p.Expires = a.state.counts(), a.plan.Size(), CallsFor(a.plan.Action, a.state.open), a.caller.expires
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lastProgress = p
	a.progress(p)
}

// reportFinishing reports that the response to a request in flight is awaited.
func (a *applier) reportFinishing() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.progress != nil && a.inFlight {
		p := a.lastProgress
		p.Wait, p.Why, p.Err, p.Finishing = 0, "", nil, true
		a.progress(p)
	}
}

func (a *applier) setInFlight(inFlight bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.inFlight = inFlight
}
