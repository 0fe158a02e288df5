package signout

import (
	"context"
	"crypto/rand"
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
// Filter matches, or all who have any. Set exactly one of Users, Filter and All.
type Request struct {
	Users  []string // IDs
	Filter *Filter
	All    bool

	WholeUsers bool          // with Filter: all sessions of the users, not only those that match
	Except     []string      // IDs of users to leave out
	Own        bool          // do not leave out the user whom the token belongs to
	MobileOnly bool          // end only sessions on mobile devices; Make takes iOS, iPadOS and Android for these
	WebOnly    bool          // end only the others
	NoScan     bool          // with Users: do not look up which sessions they have
	Reason     string        // for the record
	Merged     int           // users that were named again, for the record
	Lifetime   time.Duration // how long the plan can be started; 24 hours if 0

	Progress    func(ScanProgress) // is told how far the scan is; may be nil
	CallOptions []api.CallOption   // of each call
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
		return errBothOnly
	case (r.MobileOnly || r.WebOnly) && r.action() == ActionInvalidate:
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
			return notUserID(id)
		}
	}
	if r.Filter != nil {
		return r.Filter.Check()
	}
	return nil
}

func (r *Request) action() Action {
	if r.Filter != nil && !r.WholeUsers {
		return ActionInvalidate
	}
	return ActionReset
}

// Make makes the plan of a request. It changes nothing at Slack. Unless the request
// says not to, it lists all sessions of the organization, 1,000 a page and 20 pages
// a minute, and waits for as long as a rate limit or an outage lasts; its first
// call, auth.test, does not wait. A plan of nobody, whose Size is 0, is no error.
//
// Its error is a [*LocalError] if the request is wrong, [ErrInterrupted] if ctx
// ends, or that of a call that another attempt would meet as well. The client
// should have [api.WithPacing].
func Make(ctx context.Context, client *api.Client, req Request) (*Plan, error) {
	if err := req.check(); err != nil {
		return nil, &LocalError{err}
	}
	caller, err := identify(ctx, client, req.CallOptions)
	if err != nil {
		return nil, err
	}
	d := newDraft(&req)
	if !req.NoScan {
		s := scanner{client: client, callOptions: req.CallOptions, progress: req.Progress, see: d.see}
		if err := s.scan(ctx); err != nil {
			return nil, err
		}
	}
	if req.Lifetime == 0 {
		req.Lifetime = defaultLifetime
	}
	now := time.Now().UTC().Truncate(time.Second)
	p := &Plan{Rows: d.rows(caller), Header: Header{
		Version:      planVersion,
		ID:           rand.Text(),
		Organization: caller.organization,
		PlannedBy:    caller.userID,
		APIURL:       caller.apiURL,
		Created:      now,
		Expires:      now.Add(req.Lifetime),
		Action:       req.action(),
		MobileOnly:   req.MobileOnly,
		WebOnly:      req.WebOnly,
		Own:          req.Own,
		Reason:       strings.ToValidUTF8(req.Reason, "\ufffd"),
		Scanned:      !req.NoScan,
		Merged:       req.Merged,
	}}
	p.tally()
	return p, nil
}

// A draft collects rows from a scan.
type draft struct {
	req    *Request
	intern interner
	seen   map[sessionKey]bool
	nth    map[string]int32 // numbers of the users that were seen
	users  map[string]int   // where all has the user
	all    []Row
	wanted []bool // of all
}

// A sessionKey tells sessions apart: by the number of the user, which takes less
// room than the ID.
type sessionKey struct {
	user int32
	id   int64
}

func newDraft(req *Request) *draft {
	d := &draft{req: req, seen: map[sessionKey]bool{}, nth: map[string]int32{}, users: map[string]int{}}
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
		d.users[id] = i
		d.add(Row{UserID: id}, false)
	}
	return i
}

func (d *draft) add(row Row, wanted bool) {
	d.all = append(d.all, row)
	d.wanted = append(d.wanted, wanted)
}

// see adds a session, which may come up again if pages shift.
func (d *draft) see(s *api.ActiveSession) {
	id := d.intern.text(cut(s.UserID, 100))
	if _, named := d.users[id]; len(d.req.Users) > 0 && !named {
		return
	}
	user, ok := d.nth[id]
	if !ok {
		user = int32(len(d.nth)) //nolint:gosec // an organization has not so many
		d.nth[id] = user
	}
	key := sessionKey{user, s.SessionID}
	if d.seen[key] {
		return
	}
	device, matches := DeviceRecent, d.req.All
	if d.req.Filter != nil {
		device, matches = d.req.Filter.Match(s)
	}
	if d.req.action() == ActionInvalidate {
		if matches {
			d.seen[key] = true
			d.add(Row{UserID: id, Sessions: []Session{d.session(s, device)}}, true)
		}
		return
	}
	d.seen[key] = true
	i := d.user(id)
	d.wanted[i] = d.wanted[i] || matches
	if coveredByReset(s, d.req.MobileOnly, d.req.WebOnly) {
		d.all[i].Sessions = append(d.all[i].Sessions, d.session(s, device))
	}
}

// session returns what to keep of a session, by the device that matched.
func (d *draft) session(s *api.ActiveSession, device Device) Session {
	shown, other := DeviceOf(s, DeviceRecent), s.Created
	if device == DeviceCreated {
		shown, other = other, shown
	}
	seen := Session{ID: s.SessionID, IP: d.intern.text(cut(shown.IP, 100)), OS: d.intern.text(cut(shown.OS, 100)), Client: d.intern.text(cut(shown.SlackClientVersion, 100))}
	if d.req.Filter != nil {
		seen.Device = device
	}
	if other.IP != shown.IP {
		seen.OtherIP = d.intern.text(cut(other.IP, 100))
	}
	return seen
}

// rows returns the rows of the plan, with the reasons for those to leave out.
func (d *draft) rows(caller identity) []Row {
	except := map[string]string{}
	if !d.req.Own {
		except[caller.userID] = "it is the user who plans this"
	}
	for _, id := range d.req.Except {
		except[id] = "it is excepted"
	}
	rows := d.all[:0]
	for i, row := range d.all {
		if !d.wanted[i] {
			continue
		}
		row.LeftOut = except[row.UserID]
		if !userID.MatchString(row.UserID) {
			row.LeftOut = "its user ID is none that Slack takes"
		}
		rows = append(rows, row)
	}
	return slices.Clip(rows)
}

// coveredByReset reports whether a reset with these arguments should end s. Slack
// does not say which sessions are mobile; their operating system does.
func coveredByReset(s *api.ActiveSession, mobileOnly, webOnly bool) bool {
	mobile := slices.ContainsFunc([]string{"iOS", "iPadOS", "iPhone OS", "Android"}, func(os string) bool {
		return strings.EqualFold(os, DeviceOf(s, DeviceRecent).OS)
	})
	return mobileOnly == webOnly || mobileOnly == mobile
}
