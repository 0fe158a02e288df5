package signout

import (
	"context"
	"slices"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// A Status is what [Verify] found about a row.
type Status string

// The statuses. Gone requires that at least one planned session was listed when the plan
// was made.
const (
	Gone          Status = "gone"                        // no planned session is listed now, whatever Apply did
	SignedInAgain Status = "signed in again"             // the reset succeeded by Slack's response or the audit log, and only unplanned sessions are listed
	StillThere    Status = "still there"                 // a planned session is listed, or the reset did not succeed and the user has a session
	MayBeThere    Status = "may still be there"          // Slack responded ok to the reset, but the user has sessions, and the plan was made without a scan
	NotSeen       Status = "no session seen"             // no session was listed for the plan or now: Slack may list the user under another ID
	NotChecked    Status = "reset accepted, not checked" // as NotSeen, but the plan was made without a scan, and Slack responded ok

	// The statuses by the audit log without a scan.
	ResetByLog  Status = "reset in the audit log"  // the sessions were ended
	FailedByLog Status = "failed in the audit log" // Slack failed to end them
	NotInLog    Status = "not in the audit log"    // the log has no event for the row, or not yet
)

// pollInterval is the longest time between two scans. The first are 1, 2 and 4 seconds
// apart, because a bulk reset of a few users takes little time.
const pollInterval = 5 * time.Second

// A Checked is what [Verify] found about a row.
type Checked struct {
	Row    *Row
	Status Status
	Left   []int64       // IDs of the sessions that are still there or may be
	State  State         // from the plan file
	Code   api.ErrorCode // Slack's error code, with StateRefused
	Log    Account       // from Slack's audit log, if it was read
}

// Settled reports whether nothing remains to be done or checked: the planned sessions are
// gone, or the reset succeeded and no planned session is listed. A row that is not gone
// is not settled if Slack's audit log says that its reset failed.
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
		return c.State == StateAlreadyEnded // the log never has an event for it
	default:
		return false
	}
}

// A Report is the result of [Verify].
type Report struct {
	Rows     []Checked // without the rows that are left out
	Counts   map[Status]int
	Runs     []Run      // from the plan file, before the last scan
	Attempts int        // number of requests that Apply has begun; 0 if the plan was not applied
	Scans    int        // number of scans
	SeenBy   SeenBy     // how the sessions were listed; empty if only the audit log was read
	Events   []LogEvent // events of the audit log about the plan's rows, oldest first, if it was read
	Time     time.Time  // end of the last scan, in UTC
}

// Open returns how many rows are still there or may be, or were sent but are not in the
// audit log. The number can decrease by itself: Slack works on bulk resets in the
// background, and its audit log lags by some minutes.
func (r *Report) Open() int {
	n := r.Counts[StillThere] + r.Counts[MayBeThere]
	for i := range r.Rows {
		if c := &r.Rows[i]; c.Status == NotInLog && (c.State == StateDone || c.State == StateUnknown) {
			n++
		}
	}
	return n
}

// Unsettled returns the number of rows that are not settled.
func (r *Report) Unsettled() (n int) {
	for i := range r.Rows {
		if !r.Rows[i].Settled() {
			n++
		}
	}
	return n
}

// VerifyOptions are the options of [Verify]. The zero value is valid.
type VerifyOptions struct {
	Scan        bool               // list all sessions, even if the plan listed only those of its people, or Audit is set
	Audit       bool               // read Slack's audit log; without Scan, list no sessions. The token must be an Org Owner's with auditlogs:read
	Wait        time.Duration      // how long to repeat the scan while rows are still there or may be, from the end of the first scan on
	Progress    func(ScanProgress) // receives the progress of each scan; may be nil
	Scanned     func(*Report)      // receives the report of each scan; may be nil
	CallOptions []api.CallOption   // for each call
}

// Verify reports what became of each row of a plan. It lists the sessions of the
// organization, or only those of the plan's people if [Make] did so, and compares them
// with the plan and its file. It changes nothing at Slack. If sessions end during a scan,
// Slack's pages can shift, so that Verify misses a session.
//
// Its error is a [*LocalError] if the plan has no file, was changed or belongs to another
// organization, or an error that trying again would not avoid. The report beside an error is
// that of the last complete scan, or nil. Rows that are still there are not an error. See
// "Waiting and cancellation" in the package documentation.
func Verify(ctx context.Context, client *api.Client, p *Plan, opts VerifyOptions) (*Report, error) {
	if _, err := p.load(); err != nil {
		return nil, err // before any call
	}
	caller, err := identify(ctx, client, opts.CallOptions)
	if err == nil {
		err = p.checkOrganization(caller)
	}
	if err != nil {
		return nil, err
	}
	v := &verifier{client: client, plan: p, organization: caller.organization, opts: &opts}
	var report *Report
	var firstEnd time.Time
	for scans := 1; ; scans++ {
		// Before the scan, because it may list old sessions of rows that are reset during it.
		s, err := p.load()
		if err != nil {
			return report, err
		}
		r, err := v.verify(ctx, s)
		if err != nil {
			return report, err
		}
		report, r.Scans = r, scans
		if scans == 1 {
			firstEnd = time.Now()
		}
		if opts.Scanned != nil {
			opts.Scanned(report)
		}
		wait := min(backoff(scans), pollInterval)
		if report.Open() == 0 || time.Since(firstEnd)+wait > opts.Wait {
			return report, nil
		}
		if pause(ctx, wait); ctx.Err() != nil {
			return report, interrupted(ctx)
		}
	}
}

type verifier struct {
	client       *api.Client
	plan         *Plan
	organization string
	opts         *VerifyOptions
}

// verify lists the sessions once, reads the audit log, and compares them with the state.
func (v *verifier) verify(ctx context.Context, s *state) (*Report, error) {
	p := v.plan
	index := newSessionIndex(p, s.rowsByKey)
	seenBy, err := v.listSessions(ctx, index)
	if err != nil {
		return nil, err
	}
	var accounts []Account
	var events []LogEvent
	if v.opts.Audit {
		log, err := readAuditLog(ctx, v.client, s.runs, v.opts.CallOptions)
		if err != nil {
			return nil, err
		}
		accounts = log.results(p, s.rows)
		events = log.eventsFor(p, accounts)
	}
	r := &Report{
		SeenBy: seenBy, Events: events, Rows: make([]Checked, 0, p.Size()), Counts: map[Status]int{},
		Runs: s.runs, Attempts: s.attempts, Time: time.Now().UTC(),
	}
	for i := range p.Rows {
		if p.Rows[i].LeftOut != "" {
			continue
		}
		c := Checked{Row: &p.Rows[i], State: s.rows[i].state, Code: s.rows[i].code}
		if v.opts.Audit {
			c.Log = accounts[i]
		}
		if seenBy == "" {
			c.Status = logStatus[c.Log.Outcome]
		} else {
			index.check(&c)
		}
		r.Counts[c.Status]++
		r.Rows = append(r.Rows, c)
	}
	return r, nil
}

// listSessions adds the listed sessions to index, unless only the audit log is wanted.
func (v *verifier) listSessions(ctx context.Context, index *sessionIndex) (SeenBy, error) {
	if v.opts.Audit && !v.opts.Scan {
		return "", nil
	}
	var queries []sessionQuery
	if v.plan.SeenBy == SeenByPeople && !v.opts.Scan {
		queries = queriesFor(v.plan.Rows, v.organization)
	}
	s := scanner{client: v.client, callOptions: v.opts.CallOptions, progress: v.opts.Progress, add: index.add}
	return s.list(ctx, queries)
}

// A sessionIndex records which sessions of a plan's users are listed.
type sessionIndex struct {
	plan      *Plan
	rowsByKey []int32
	planned   []plannedSession   // sorted; a map takes too much memory
	unplanned map[string][]int64 // with ActionReset, listed sessions by user that are not in the plan
	primaryID map[string]string  // UserID of the row, by its OtherIDs
}

type plannedSession struct {
	id     int64
	row    int32
	listed bool
}

func newSessionIndex(p *Plan, rowsByKey []int32) *sessionIndex {
	x := &sessionIndex{plan: p, rowsByKey: rowsByKey, planned: make([]plannedSession, 0, p.Sessions), unplanned: map[string][]int64{}, primaryID: map[string]string{}}
	for _, i := range rowsByKey {
		row := &p.Rows[i]
		for j := range row.Sessions {
			x.planned = append(x.planned, plannedSession{id: row.Sessions[j].ID, row: i})
		}
		for _, id := range row.OtherIDs {
			x.primaryID[id] = row.UserID
		}
	}
	slices.SortFunc(x.planned, func(a, b plannedSession) int { return x.key(a).compare(x.key(b)) })
	return x
}

func (x *sessionIndex) key(s plannedSession) rowKey { return rowKey{x.plan.Rows[s.row].UserID, s.id} }

// find returns a planned session, or nil if the session is not planned.
func (x *sessionIndex) find(key rowKey) *plannedSession {
	i, ok := slices.BinarySearchFunc(x.planned, key, func(s plannedSession, key rowKey) int { return x.key(s).compare(key) })
	if !ok {
		return nil
	}
	return &x.planned[i]
}

// add records a listed session.
func (x *sessionIndex) add(s *api.ActiveSession) {
	key := rowKey{s.UserID, s.SessionID}
	planned := x.find(key)
	if id, ok := x.primaryID[s.UserID]; ok && planned == nil {
		key.user = id
		planned = x.find(key)
	}
	if planned != nil {
		planned.listed = true
		return
	}
	if x.plan.Action != ActionReset {
		return
	}
	_, isReset := x.plan.findRow(x.rowsByKey, rowKey{user: key.user})
	if ids := x.unplanned[key.user]; isReset && coveredByReset(s, x.plan.MobileOnly, x.plan.WebOnly) && !slices.Contains(ids, s.SessionID) {
		x.unplanned[key.user] = append(ids, s.SessionID)
	}
}

// check sets the status of c by the listed sessions. It uses the audit log to tell
// whether an unplanned session began after the reset.
func (x *sessionIndex) check(c *Checked) {
	for i := range c.Row.Sessions {
		if id := c.Row.Sessions[i].ID; x.find(rowKey{c.Row.UserID, id}).listed {
			c.Left = append(c.Left, id)
		}
	}
	done := c.Log.Outcome == LogSucceeded || c.State == StateDone && c.Log.Outcome != LogFailed
	unplanned := x.unplanned[c.Row.UserID]
	if !done {
		c.Left = append(c.Left, unplanned...)
	}
	noEvidence := x.plan.SeenBy == "" && c.Log.Outcome == ""
	switch {
	case len(c.Left) > 0:
		c.Status = StillThere
	case len(unplanned) > 0 && noEvidence:
		c.Status, c.Left = MayBeThere, unplanned
	case len(unplanned) > 0:
		c.Status = SignedInAgain
	case slices.ContainsFunc(c.Row.Sessions, func(s Session) bool { return !s.Unseen }) && x.plan.SeenBy != "":
		c.Status = Gone
	case (done || c.State == StateAlreadyEnded) && noEvidence:
		c.Status = NotChecked
	default:
		c.Status = NotSeen
	}
}
