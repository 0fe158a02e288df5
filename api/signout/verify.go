package signout

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// A Status is what has become of a row, by the sessions that Slack lists now, or by
// Slack's audit log alone.
type Status string

// The statuses. Gone is said only of sessions that were seen when the plan was made.
const (
	Gone          Status = "gone"                        // none of the sessions in the plan is there, whatever was done
	SignedInAgain Status = "signed in again"             // Slack said ok to the reset, and the user has only sessions that began after the plan was made
	StillThere    Status = "still there"                 // a session in the plan is there, or Slack did not say ok to the reset and the user has one
	MayBeThere    Status = "may still be there"          // Slack said ok to the reset and the user has sessions, and the plan was made without a scan
	NotSeen       Status = "no session seen"             // neither in the plan nor now: Slack may list the user under another ID
	NotChecked    Status = "reset accepted, not checked" // as NotSeen, but the plan was made without a scan, and Slack said ok

	// Of an audit log without a scan.
	ResetByLog  Status = "reset in the audit log"  // it says that the sessions were ended
	FailedByLog Status = "failed in the audit log" // it says that Slack's work failed
	NotInLog    Status = "not in the audit log"    // it says nothing of the row, or nothing yet
)

// pollInterval is the time between two scans, but for the first: those are at 1, 2
// and 4 seconds, as bulk resets of a few users are soon done.
const pollInterval = 5 * time.Second

// A Checked is what [Verify] has found of a row.
type Checked struct {
	Row    *Row
	Status Status
	Left   []int64       // IDs of the sessions that are still there or may be
	State  State         // what was done, by the plan's file
	Code   api.ErrorCode // with StateRefused: Slack's
	Log    Account       // what Slack's audit log says, if it was asked
}

// Settled reports whether nothing remains to be done or looked at: the sessions in
// the plan are gone, or Slack said ok to the reset and no session is there, or none
// that is in the plan; and Slack's audit log, if it was asked, does not say that it
// failed for somebody who is not gone.
func (c *Checked) Settled() bool {
	if c.Log.Outcome == LogFailed && c.Status != Gone {
		return false
	}
	switch c.Status {
	case Gone, SignedInAgain, NotChecked, ResetByLog:
		return true
	case NotSeen:
		return c.State == StateDone || c.State == StateAlreadyEnded || c.Log.Outcome == LogSucceeded
	case NotInLog:
		return c.State == StateAlreadyEnded // no event tells of it
	default:
		return false
	}
}

// A Report is what [Verify] has found.
type Report struct {
	Rows     []Checked // but for those left out
	Counts   map[Status]int
	Sums     Sums       // what was done, by the plan's file, before the last scan
	Runs     []Run      // likewise
	Attempts int        // requests that Apply has begun; 0 if the plan was not applied
	Scans    int        // how often the sessions were looked up
	SeenBy   SeenBy     // how; empty if the audit log alone was asked
	Events   []LogEvent // of Slack's audit log about the plan's rows, oldest first, if it was asked
	Time     time.Time  // of the last scan's end, in UTC
}

// Open returns how many rows are still there or may be, or are not in the audit log
// though they were sent. Their number can fall by itself, for Slack works off bulk
// resets in the background, and its log lags by some minutes.
func (r *Report) Open() int {
	n := r.Counts[StillThere] + r.Counts[MayBeThere]
	for i := range r.Rows {
		if c := &r.Rows[i]; c.Status == NotInLog && (c.State == StateDone || c.State == StateUnknown) {
			n++
		}
	}
	return n
}

// Unsettled returns how many rows are not settled.
func (r *Report) Unsettled() (n int) {
	for i := range r.Rows {
		if !r.Rows[i].Settled() {
			n++
		}
	}
	return n
}

// VerifyOptions are how to verify a plan. The zero value will do.
type VerifyOptions struct {
	Scan        bool               // list all sessions, though the plan asked for its people alone, or Audit is set
	Audit       bool               // ask Slack's audit log what became of what Apply did; without Scan it alone. The token must be an Org Owner's with auditlogs:read
	Wait        time.Duration      // how long to look again while rows are still there or may be, from the end of the first scan on
	Progress    func(ScanProgress) // is told how far a scan is; may be nil
	Scanned     func(*Report)      // is told what each scan found; may be nil
	CallOptions []api.CallOption   // of each call
}

// Verify lists the sessions of the organization, or those of the plan's people if
// the plan did so, and says what has become of each row of a plan. The plan's file says which rows are done. Verify lists them again
// while a row is still there or may be, for as long as the options say. With Audit
// it asks Slack's audit log instead, or as well; of that, an outage is an error. It changes
// nothing at Slack, and waits for as long as a rate limit or an outage lasts; its
// first call, auth.test, does not wait. If sessions end while it lists them, Slack's
// pages can shift, so that it misses one.
//
// Its error is a [*LocalError] if the plan has no file, was changed or belongs to
// another organization; [ErrInterrupted] if ctx ends; or that of a call that
// another attempt would meet as well. Beside an error, the report is that of the
// last scan, nil if there was none. Rows that are still there are no error. The
// client should have [api.WithPacing].
func Verify(ctx context.Context, client *api.Client, p *Plan, opts VerifyOptions) (*Report, error) {
	if _, err := p.load(); err != nil {
		return nil, err
	}
	caller, err := identify(ctx, client, opts.CallOptions)
	if err != nil {
		return nil, err
	}
	if err := p.checkOrganization(caller); err != nil {
		return nil, &LocalError{err}
	}
	var r *Report
	var first time.Time // the end of the first scan, which can take many minutes by itself
	for scans := 1; ; scans++ {
		next, err := verifyOnce(ctx, client, p, caller, &opts)
		if err != nil {
			return r, err
		}
		r = next
		r.Scans = scans
		if scans == 1 {
			first = time.Now()
		}
		if opts.Scanned != nil {
			opts.Scanned(r)
		}
		wait := min(backoff(scans), pollInterval)
		if r.Open() == 0 || time.Since(first)+wait > opts.Wait {
			return r, nil
		}
		if pause(ctx, wait); ctx.Err() != nil {
			return r, interrupted(ctx)
		}
	}
}

func verifyOnce(ctx context.Context, client *api.Client, p *Plan, caller identity, opts *VerifyOptions) (*Report, error) {
	// Before the scan: whoever is reset later may have been seen with old sessions.
	s, err := p.load()
	if err != nil {
		return nil, err
	}
	s.markInFlightUnknown()
	l := newLookup(p)
	scan := scanner{client: client, callOptions: opts.CallOptions, progress: opts.Progress, see: l.see}
	var asks []ask
	if p.SeenBy == SeenByPeople && !opts.Scan {
		asks = asksFor(slices.DeleteFunc(slices.Clone(p.Rows), func(row Row) bool { return row.LeftOut != "" }), caller.organization)
	}
	var seenBy SeenBy
	if opts.Scan || !opts.Audit {
		if seenBy, err = scan.scanFor(ctx, asks); err != nil {
			return nil, err
		}
	}
	accounts := make([]Account, len(p.Rows))
	var events []LogEvent
	if opts.Audit {
		log, err := readLog(ctx, client, s.runs, opts.CallOptions)
		if err != nil {
			return nil, err
		}
		accounts = log.tell(p, s.rows)
		events = log.concerning(p, accounts)
	}
	r := &Report{
		SeenBy: seenBy, Events: events,
		Rows: make([]Checked, 0, p.Size()), Counts: map[Status]int{},
		Sums: s.snapshot(), Runs: s.runs, Attempts: s.attempts, Time: time.Now().UTC(),
	}
	for i := range p.Rows {
		if p.Rows[i].LeftOut == "" {
			c := checkByLog(&p.Rows[i], &s.rows[i], accounts[i])
			if seenBy != "" {
				c = l.check(&p.Rows[i], &s.rows[i], accounts[i])
			}
			r.Counts[c.Status]++
			r.Rows = append(r.Rows, c)
		}
	}
	return r, nil
}

// A lookup knows which sessions of a plan's users are there.
type lookup struct {
	plan    *Plan
	order   []int32            // the rows by their keys
	planned []plannedSession   // in order
	others  map[string][]int64 // with ActionReset, the sessions of a user that are not in the plan
	main    map[string]string  // the IDs of rows by other IDs of the same people
}

// A plannedSession is a session of a row, and whether it is still there.
type plannedSession struct {
	id    int64
	row   int32
	there bool
}

func newLookup(p *Plan) *lookup {
	l := &lookup{plan: p, order: p.order(), planned: make([]plannedSession, 0, p.Sessions), others: map[string][]int64{}, main: map[string]string{}}
	for i := range p.Rows {
		if row := &p.Rows[i]; row.LeftOut == "" {
			for j := range row.Sessions {
				l.planned = append(l.planned, plannedSession{id: row.Sessions[j].ID, row: int32(i)})
			}
			for _, id := range row.OtherIDs {
				l.main[id] = row.UserID
			}
		}
	}
	slices.SortFunc(l.planned, func(a, b plannedSession) int { return l.compare(a, p.Rows[b.row].UserID, b.id) })
	return l
}

// compare compares a planned session with one of a user.
func (l *lookup) compare(s plannedSession, user string, id int64) int {
	return cmp.Or(cmp.Compare(s.id, id), strings.Compare(l.plan.Rows[s.row].UserID, user))
}

// find returns a session of the plan, nil if it is none.
func (l *lookup) find(user string, id int64) *plannedSession {
	i, ok := slices.BinarySearchFunc(l.planned, id, func(s plannedSession, id int64) int { return l.compare(s, user, id) })
	if !ok {
		return nil
	}
	return &l.planned[i]
}

// resets reports whether the plan resets a user.
func (l *lookup) resets(user string) bool {
	if l.plan.Action != ActionReset {
		return false
	}
	first, _ := slices.BinarySearchFunc(l.order, rowKey{user: user}, func(i int32, key rowKey) int { return l.plan.key(i).compare(key) })
	for _, i := range l.order[first:] { // a row that is left out can have the same key
		row := &l.plan.Rows[i]
		if row.UserID != user || row.LeftOut == "" {
			return row.UserID == user
		}
	}
	return false
}

func (l *lookup) see(s *api.ActiveSession) {
	user := s.UserID
	if id, ok := l.main[user]; ok && l.find(user, s.SessionID) == nil {
		user = id
	}
	if planned := l.find(user, s.SessionID); planned != nil {
		planned.there = true
		return
	}
	if ids := l.others[user]; l.resets(user) && coveredByReset(s, l.plan.MobileOnly, l.plan.WebOnly) && !slices.Contains(ids, s.SessionID) {
		l.others[user] = append(ids, s.SessionID)
	}
}

// checkByLog says what has become of a row by the audit log alone.
func checkByLog(row *Row, known *rowState, log Account) Checked {
	c := Checked{Row: row, State: known.state, Code: known.code, Log: log, Status: NotInLog}
	switch log.Outcome {
	case LogSucceeded:
		c.Status = ResetByLog
	case LogFailed:
		c.Status = FailedByLog
	}
	return c
}

// check says what has become of a row by the sessions that are there. The audit log
// says what they cannot: whether a session that the plan does not have began after the
// reset.
func (l *lookup) check(row *Row, known *rowState, log Account) Checked {
	c := Checked{Row: row, State: known.state, Code: known.code, Log: log}
	for j := range row.Sessions {
		if id := row.Sessions[j].ID; l.find(row.UserID, id).there {
			c.Left = append(c.Left, id)
		}
	}
	done := log.Outcome == LogSucceeded || known.state == StateDone && log.Outcome != LogFailed
	others := l.others[row.UserID]
	if !done {
		c.Left = append(c.Left, others...)
	}
	switch {
	case len(c.Left) > 0:
		c.Status = StillThere
	case len(others) > 0 && l.plan.SeenBy == "" && log.Outcome == "":
		c.Status, c.Left = MayBeThere, others
	case len(others) > 0:
		c.Status = SignedInAgain
	case slices.ContainsFunc(row.Sessions, func(s Session) bool { return !s.Unseen }) && l.plan.SeenBy != "":
		c.Status = Gone
	case (done || known.state == StateAlreadyEnded) && l.plan.SeenBy == "" && log.Outcome == "":
		c.Status = NotChecked
	default:
		c.Status = NotSeen
	}
	return c
}
