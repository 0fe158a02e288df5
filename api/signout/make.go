package signout

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

const defaultLifetime = 24 * time.Hour

// A Request says which users a plan signs out, or which sessions it ends. Set exactly one
// of Users, People, Filter and All. Filter may also be set beside Users or People: then a
// session must match both.
type Request struct {
	Users  []string // IDs
	People []Person // users with more details, or single sessions
	Filter *Filter
	All    bool

	WholeUsers bool          // with Filter: end all sessions of the users, not only those that match
	Except     []string      // IDs of users to leave out
	Own        bool          // do not leave out the user of the token
	MobileOnly bool          // end only sessions on mobile devices; Make recognizes iOS, iPadOS and Android
	WebOnly    bool          // end only the other sessions
	NoScan     bool          // with Users or People: do not list their sessions
	Scan       bool          // list all sessions, even if listing only those of the people takes fewer calls
	Size       int           // number of people in the organization, or 0; it helps to choose the quicker way
	Blank      int           // number of blank input rows, for the record
	Directory  string        // where the people were looked up, and its age, for the record
	Reason     string        // for the record
	Lifetime   time.Duration // how long the plan can be started; 0 for 24 hours

	Seen        func(*api.ActiveSession) // receives each listed session, some more than once; may be nil
	Progress    func(ScanProgress)       // receives the progress of the listing; may be nil
	CallOptions []api.CallOption         // for each call
}

// A Person is a person to sign out, or one session of a person.
type Person struct {
	UserID     string   // ID; empty only with LeftOut
	OtherIDs   []string // other IDs under which Slack may list the person's sessions
	Email      string   // for the record
	Name       string   // for the record
	Workspaces []string // IDs of the person's workspaces, if they are known
	Session    int64    // ID of the one session to end; 0 for all. Set it for all people or for none
	Lines      []int    // input lines that name the person, for the record
	LeftOut    string   // why the person is left out, for the record; empty to sign the person out
	Given      Given    // with LeftOut: what is wrong with the input row, if anything
}

func (r *Request) namesPeople() bool { return len(r.Users)+len(r.People) > 0 }

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
	for _, isSet := range []bool{len(r.Users) > 0, len(r.People) > 0, r.All, r.Filter != nil && !r.namesPeople()} {
		if isSet {
			ways++
		}
	}
	switch {
	case ways != 1:
		return errors.New("set exactly one of Users, People, Filter and All")
	case r.MobileOnly && r.WebOnly:
		return errMobileAndWebOnly
	case (r.MobileOnly || r.WebOnly) && r.action() == ActionInvalidate:
		return errors.New("mobile only and web only apply to whole users, not to single sessions")
	case r.NoScan && (!r.namesPeople() || r.Filter != nil):
		return errors.New("without a scan, set Users or People and no Filter")
	case r.WholeUsers && r.Filter == nil:
		return errors.New("whole users require a filter; without one, all sessions of the users end anyway")
	case r.Lifetime < 0:
		return fmt.Errorf("the lifetime is %v; it must not be negative", r.Lifetime)
	}
	if err := cmp.Or(checkUserIDs(r.Users...), checkUserIDs(r.Except...), r.checkPeople()); err != nil || r.Filter == nil {
		return err
	}
	return r.Filter.Check()
}

func (r *Request) checkPeople() error {
	for i := range r.People {
		p := &r.People[i]
		if p.LeftOut != "" {
			continue
		}
		if err := checkUserIDs(p.UserID); err != nil {
			return err
		}
		switch {
		case (p.Session != 0) != r.hasSessions():
			return fmt.Errorf("%s: set a session for all people or for none", p.UserID)
		case p.Session != 0 && r.Filter != nil:
			return errors.New("single sessions and a filter exclude each other")
		}
	}
	return nil
}

func (r *Request) hasSessions() bool {
	return slices.ContainsFunc(r.People, func(p Person) bool { return p.Session != 0 })
}

func (r *Request) action() Action {
	if r.Filter != nil && !r.WholeUsers || r.hasSessions() {
		return ActionInvalidate
	}
	return ActionReset
}

// Make makes a plan. It changes nothing at Slack. It lists all sessions of the
// organization once, 1,000 a page and 20 pages a minute, or only those of the people if
// all their workspaces are known and that takes fewer calls. A plan without users, whose
// Size is 0, is not an error.
//
// Its error is a [*LocalError] if the request is invalid, or one that another attempt
// would meet too. See "Waiting and cancellation" in the package documentation.
func Make(ctx context.Context, client *api.Client, req Request) (*Plan, error) {
	if err := req.check(); err != nil {
		return nil, &LocalError{err}
	}
	caller, err := identify(ctx, client, req.CallOptions)
	if err != nil {
		return nil, err
	}
	b := newPlanBuilder(&req, caller)
	seenBy, err := b.listSessions(ctx, client)
	if err != nil {
		return nil, err
	}
	p := &Plan{Rows: b.rows(seenBy), Header: req.header(caller, seenBy)}
	p.setCounts()
	return p, nil
}

func (b *planBuilder) listSessions(ctx context.Context, client *api.Client) (SeenBy, error) {
	req := b.req
	if req.NoScan {
		return "", nil
	}
	s := scanner{client: client, callOptions: req.CallOptions, progress: req.Progress, add: func(session *api.ActiveSession) {
		if req.Seen != nil {
			req.Seen(session)
		}
		b.addSession(session)
	}}
	return s.list(ctx, b.queries())
}

func (r *Request) header(caller identity, seenBy SeenBy) Header {
	lifetime := r.Lifetime
	if lifetime == 0 {
		lifetime = defaultLifetime
	}
	now := time.Now().UTC().Truncate(time.Second)
	h := Header{
		Version: planVersion, ID: rand.Text(), Created: now, Expires: now.Add(lifetime),
		Organization: caller.organization, PlannedBy: caller.userID, APIURL: caller.apiURL,
		Action: r.action(), MobileOnly: r.MobileOnly, WebOnly: r.WebOnly, Own: r.Own, SeenBy: seenBy,
		Reason: strings.ToValidUTF8(r.Reason, "\ufffd"), Directory: strings.ToValidUTF8(r.Directory, "\ufffd"),
	}
	if r.namesPeople() {
		h.Input = &Input{Blank: r.Blank}
	}
	return h
}
