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

// A Request says whom a plan should sign out: Users or People, or who has sessions
// that Filter matches, or all who have any. Set exactly one of Users, People, Filter
// and All, but for Filter beside Users or People: then both have to match.
type Request struct {
	Users  []string // IDs
	People []Person // or sessions of theirs; Users with more to say
	Filter *Filter
	All    bool

	WholeUsers bool          // with Filter: all sessions of the users, not only those that match
	Except     []string      // IDs of users to leave out
	Own        bool          // do not leave out the user whom the token belongs to
	MobileOnly bool          // end only sessions on mobile devices; Make takes iOS, iPadOS and Android for these
	WebOnly    bool          // end only the others
	NoScan     bool          // with Users or People: do not look up which sessions they have
	Scan       bool          // list all sessions, also where asking for the people alone takes fewer calls
	Size       int           // how many people the organization has, if that is known; it helps to find the quicker way
	Blank      int           // rows of the input that were blank, for the record
	Directory  string        // where the people were looked up, and how old that is, for the record
	Reason     string        // for the record
	Lifetime   time.Duration // how long the plan can be started; 24 hours if 0

	Seen        func(*api.ActiveSession) // is told each session that is listed, some more than once; may be nil
	Progress    func(ScanProgress)       // is told how far looking up sessions is; may be nil
	CallOptions []api.CallOption         // of each call
}

// A Person is somebody to sign out, or one session of somebody.
type Person struct {
	UserID     string   // ID; empty only with LeftOut
	OtherIDs   []string // IDs of the same person under which Slack may list sessions
	Email      string   // for the record
	Name       string   // for the record
	Workspaces []string // IDs of the person's workspaces, if they are known
	Session    int64    // ID of the one session to end; 0 for all. Either all people have one, or none
	Lines      []int    // of the input that name the person, for the record
	LeftOut    string   // why not to sign the person out, for the record; empty to do it
	Given      Given    // with LeftOut: whether the row of the input is at fault
}

// people returns whom the request names.
func (r *Request) people() []Person {
	if len(r.Users) == 0 {
		return r.People
	}
	people := make([]Person, len(r.Users))
	for i, id := range r.Users {
		people[i] = Person{UserID: id, Lines: []int{i + 1}}
	}
	return people
}

func (r *Request) check() error {
	ways := 0
	named := len(r.Users)+len(r.People) > 0
	for _, given := range []bool{len(r.Users) > 0, len(r.People) > 0, r.All, r.Filter != nil && !named} {
		if given {
			ways++
		}
	}
	switch {
	case ways != 1:
		return errors.New("want either users, or people, or a filter, or all")
	case r.MobileOnly && r.WebOnly:
		return errBothOnly
	case (r.MobileOnly || r.WebOnly) && r.action() == ActionInvalidate:
		return errors.New("mobile only and web only are for whole users, not for single sessions")
	case r.NoScan && (!named || r.Filter != nil):
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
	if err := r.checkPeople(); err != nil {
		return err
	}
	if r.Filter != nil {
		return r.Filter.Check()
	}
	return nil
}

func (r *Request) checkPeople() error {
	for i := range r.People {
		p := &r.People[i]
		switch {
		case p.LeftOut != "":
		case !userID.MatchString(p.UserID):
			return notUserID(p.UserID)
		case (p.Session != 0) != r.hasSessions():
			return fmt.Errorf("%s: want a session for all people or for none", p.UserID)
		case p.Session != 0 && r.Filter != nil:
			return errors.New("single sessions and a filter exclude each other")
		}
	}
	return nil
}

// hasSessions reports whether single sessions are named.
func (r *Request) hasSessions() bool {
	return slices.ContainsFunc(r.People, func(p Person) bool { return p.Session != 0 })
}

func (r *Request) action() Action {
	if r.Filter != nil && !r.WholeUsers || r.hasSessions() {
		return ActionInvalidate
	}
	return ActionReset
}

// Make makes the plan of a request. It changes nothing at Slack. Unless the request
// says not to, it lists all sessions of the organization, 1,000 a page and 20 pages
// a minute, or only those of the people where it knows all their workspaces and that
// takes fewer calls. It looks them up once and waits for as long as a rate limit or an outage lasts; its first
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
	d := newDraft(&req, caller)
	seenBy := SeenBy("")
	if !req.NoScan {
		asks := d.asks()
		s := scanner{client: client, callOptions: req.CallOptions, progress: req.Progress, see: d.see}
		if req.Seen != nil {
			s.see = func(session *api.ActiveSession) {
				req.Seen(session)
				d.see(session)
			}
		}
		if seenBy, err = s.scanFor(ctx, asks); err != nil {
			return nil, err
		}
	}
	if req.Lifetime == 0 {
		req.Lifetime = defaultLifetime
	}
	now := time.Now().UTC().Truncate(time.Second)
	p := &Plan{Rows: d.rows(seenBy), Header: Header{
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
		SeenBy:       seenBy,
		Directory:    strings.ToValidUTF8(req.Directory, "\ufffd"),
	}}
	if len(req.Users)+len(req.People) > 0 {
		p.Input = &Input{Blank: req.Blank}
	}
	p.tally()
	return p, nil
}

// coveredByReset reports whether a reset with these arguments should end s. Slack
// does not say which sessions are mobile; their operating system does.
func coveredByReset(s *api.ActiveSession, mobileOnly, webOnly bool) bool {
	mobile := slices.ContainsFunc([]string{"iOS", "iPadOS", "iPhone OS", "Android"}, func(os string) bool {
		return strings.EqualFold(os, DeviceOf(s, DeviceRecent).OS)
	})
	return mobileOnly == webOnly || mobileOnly == mobile
}
