package signout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// defaultLifetime is how long a plan can be started.
const defaultLifetime = 24 * time.Hour

// A Request says whom a plan should sign out: Users, or who has sessions that
// Filter matches, or all who have any.
type Request struct {
	Users  []string
	Filter *Filter
	All    bool

	WholeUsers bool          // with Filter: all sessions of the users, not only those that match
	Except     []string      // users to leave out
	Own        bool          // do not leave out the caller
	MobileOnly bool          // end only sessions on mobile devices
	WebOnly    bool          // end only the others
	NoScan     bool          // with Users: do not look which sessions they have
	Reason     string        // for the record
	Merged     int           // users that were named again, for the record
	Lifetime   time.Duration // how long the plan can be started; 24 hours if 0
}

func (r *Request) check() error {
	ways := 0
	for _, given := range []bool{len(r.Users) > 0, r.Filter != nil, r.All} {
		if given {
			ways++
		}
	}
	switch {
	case ways != 1:
		return errors.New("want either users, or a filter, or all")
	case r.MobileOnly && r.WebOnly:
		return errors.New("mobile only and web only exclude each other")
	case (r.MobileOnly || r.WebOnly) && r.action() == Invalidate:
		return errors.New("mobile only and web only are for whole users, not for sessions that a filter matches")
	case r.NoScan && len(r.Users) == 0:
		return errors.New("without a scan only named users can be planned")
	case r.WholeUsers && r.Filter == nil:
		return errors.New("whole users are for a filter; else they are whole anyway")
	case r.Lifetime < 0:
		return fmt.Errorf("a lifetime of %v; want more than 0", r.Lifetime)
	}
	for _, id := range slices.Concat(r.Users, r.Except) {
		if !userID.MatchString(id) {
			return fmt.Errorf("%q is no user ID; want one such as W12345678", id)
		}
	}
	if r.Filter != nil {
		return r.Filter.Check()
	}
	return nil
}

func (r *Request) action() Action {
	if r.Filter != nil && !r.WholeUsers {
		return Invalidate
	}
	return Reset
}

// Make makes the plan of a request. It scans all sessions of the organization,
// a page per thousand, unless the request says not to; progress, which may be
// nil, is told how many it has seen. opts are those of each call.
func Make(ctx context.Context, client *api.Client, caller Identity, req Request, progress func(sessions int), opts ...api.CallOption) (*Plan, error) {
	if err := req.check(); err != nil {
		return nil, &LocalError{err}
	}
	if req.Lifetime == 0 {
		req.Lifetime = defaultLifetime
	}
	now := time.Now().UTC().Truncate(time.Second)
	p := &Plan{Header: Header{
		Organization: caller.Organization,
		PlannedBy:    caller.UserID,
		APIURL:       caller.APIURL,
		Created:      now,
		Expires:      now.Add(req.Lifetime),
		Action:       req.action(),
		MobileOnly:   req.MobileOnly,
		WebOnly:      req.WebOnly,
		Own:          req.Own,
		Reason:       req.Reason,
		Scanned:      !req.NoScan,
		Merged:       req.Merged,
	}}
	d := newDraft(&req)
	if !req.NoScan {
		if err := scan(ctx, client, progress, d.see, opts); err != nil {
			return nil, err
		}
	}
	p.Rows = d.rows()
	except := map[string]string{}
	if !req.Own {
		except[caller.UserID] = "it is the user who plans this"
	}
	for _, id := range req.Except {
		except[id] = "it is excepted"
	}
	for i := range p.Rows {
		p.Rows[i].LeftOut = except[p.Rows[i].UserID]
	}
	return p, p.seal()
}

// A draft collects rows from a scan.
type draft struct {
	req    *Request
	text   texts
	seen   map[int64]bool
	users  map[string]int // where all has the user
	all    []Row
	wanted []bool // of all
}

func newDraft(req *Request) *draft {
	d := &draft{req: req, seen: map[int64]bool{}, users: map[string]int{}}
	for _, id := range req.Users {
		d.wanted[d.user(id)] = true
	}
	return d
}

// user returns where all has the user, with a new row if it has none.
func (d *draft) user(id string) int {
	i, ok := d.users[id]
	if !ok {
		i = len(d.all)
		id = d.text.one(id)
		d.users[id] = i
		d.all = append(d.all, Row{UserID: id})
		d.wanted = append(d.wanted, false)
	}
	return i
}

// see adds a session, which may come up again if pages shift.
func (d *draft) see(s *api.ActiveSession) {
	if _, named := d.users[s.UserID]; len(d.req.Users) > 0 && !named || d.seen[s.SessionID] {
		return
	}
	matches := d.req.All || d.req.Filter != nil && d.req.Filter.Match(s)
	if d.req.action() == Invalidate {
		if matches {
			d.seen[s.SessionID] = true
			d.all = append(d.all, Row{UserID: d.text.one(s.UserID), Sessions: []Session{d.session(s)}})
			d.wanted = append(d.wanted, true)
		}
		return
	}
	d.seen[s.SessionID] = true
	i := d.user(s.UserID)
	d.wanted[i] = d.wanted[i] || matches
	if concerns(s, d.req.MobileOnly, d.req.WebOnly) {
		d.all[i].Sessions = append(d.all[i].Sessions, d.session(s))
	}
}

func (d *draft) session(s *api.ActiveSession) Session {
	last := recent(s)
	seen := Session{ID: s.SessionID, IP: d.text.one(last.IP), OS: d.text.one(last.OS), Client: d.text.one(last.SlackClientVersion)}
	if s.Created.IP != last.IP {
		seen.CreatedIP = d.text.one(s.Created.IP)
	}
	return seen
}

func (d *draft) rows() []Row {
	rows := d.all[:0]
	for i, row := range d.all {
		if d.wanted[i] {
			rows = append(rows, row)
		}
	}
	return slices.Clip(rows)
}

// concerns reports whether a reset with these arguments should end s. Slack does
// not say which sessions are mobile; their operating system does.
func concerns(s *api.ActiveSession, mobileOnly, webOnly bool) bool {
	mobile := slices.ContainsFunc([]string{"iOS", "iPadOS", "iPhone OS", "Android"}, func(os string) bool {
		return strings.EqualFold(os, recent(s).OS)
	})
	return mobileOnly == webOnly || mobileOnly == mobile
}

// scan calls see with each session of the organization.
func scan(ctx context.Context, client *api.Client, progress func(int), see func(*api.ActiveSession), opts []api.CallOption) error {
	seen := 0
	for page, err := range client.AdminUsersSessionListPages(ctx, api.AdminUsersSessionListRequest{}, opts...) {
		if errors.Is(err, api.ErrNoActiveSessions) {
			return nil
		}
		if err != nil {
			return err
		}
		for i := range page.ActiveSessions {
			see(&page.ActiveSessions[i])
		}
		if seen += len(page.ActiveSessions); progress != nil {
			progress(seen)
		}
	}
	return nil
}
