package slacktest

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// The organization, its workspaces and the users of a new [Server], by ID.
const (
	Organization   = "E0000000001"
	Workspace      = "T0000000001"
	OtherWorkspace = "T0000000002"

	PrimaryOwner = "W0000000001" // the organization's primary owner, with a session on the web
	Admin        = "W0000000002" // an Org Owner, whom Server.Token belongs to, with a session on the web
	Member       = "W0000000003" // a member with two sessions on the web and one on mobile
	OtherMember  = "W0000000004" // a member with a session on the web and one on mobile
	Bot          = "W0000000005" // a bot user

	OtherMemberOtherID = "U0000000004" // OtherMember's ID in OtherWorkspace
)

// firstSessionID has 13 digits, as Slack's session IDs have.
const firstSessionID = 1112275520242

// A Role is what a user is in the organization.
type Role string

// The roles of users.
const (
	RoleMember       Role = "member"
	RoleAdmin        Role = "admin" // an Org Admin
	RoleOwner        Role = "owner" // an Org Owner
	RolePrimaryOwner Role = "primary_owner"
	RoleBot          Role = "bot"
)

// A Platform is what kind of client a session is of.
type Platform string

// The platforms of sessions: mobile_only ends those on Mobile, web_only those on Web.
const (
	Web    Platform = "web"
	Mobile Platform = "mobile"
)

// A Session is a signed-in client of a user.
type Session struct {
	ID       int64    // 13 digits; made up if 0 when added
	UserID   string   // the user who is signed in
	TeamID   string   // the workspace; the user's if empty when added
	Platform Platform // Web if empty when added

	Created api.SessionDevice  // one of Platform if empty when added
	Recent  *api.SessionDevice // nil if nothing changed since Created
}

// token is what a bearer token stands for.
type token struct {
	name   string
	user   User
	scopes []string
}

// org is the organization. Its methods hold mu for as long as they take.
type org struct {
	mu       sync.Mutex
	idle     *sync.Cond // signaled, under mu, when jobs is 0
	jobs     int        // that run in the background
	users    []User
	byID     map[string]int // index in users, by either ID
	byEmail  map[string]int // index in users, of the active ones, by address in lower case
	sessions []Session      // in order of their IDs
	tokens   map[string]token
	settings map[string]settings // by user ID, of those who have any
	lastUser int
	lastID   int64
	delay    time.Duration   // of the work of resetBulk
	noLookup bool            // whether users.lookupByEmail is restricted
	fails    map[string]bool // by user ID, for whom that work fails
	audit    auditLog
}

func newOrg() *org {
	o := &org{byID: map[string]int{}, byEmail: map[string]int{}, tokens: map[string]token{}, settings: map[string]settings{}, fails: map[string]bool{}, lastUser: 5, lastID: firstSessionID - 1}
	o.idle = sync.NewCond(&o.mu)
	for _, user := range []User{
		{ID: PrimaryOwner, Role: RolePrimaryOwner, Email: "owner@example.com", Name: "Olive Owner"},
		{ID: Admin, Role: RoleOwner, Email: "admin@example.com", Name: "Adam Admin"},
		{ID: Member, Email: "member@example.com", Name: "Mia Member"},
		{ID: OtherMember, OtherID: OtherMemberOtherID, TeamID: OtherWorkspace, Email: "other.member@example.com", Name: "Max Member"},
		{ID: Bot, Role: RoleBot, Name: "Robot"},
	} {
		o.addUser(user)
	}
	for _, session := range []Session{
		{UserID: PrimaryOwner},
		{UserID: Admin},
		{UserID: Member},
		{UserID: Member, Recent: &moved},
		{UserID: Member, Platform: Mobile},
		{UserID: OtherMember},
		{UserID: OtherMember, Platform: Mobile},
	} {
		o.addSession(session)
	}
	return o
}

func (o *org) addSession(session Session) Session {
	o.mu.Lock()
	defer o.mu.Unlock()
	user, ok := o.user(session.UserID)
	if !ok {
		panic("slacktest: there is no user " + session.UserID + " to add a session for")
	}
	if user.Deactivated {
		panic("slacktest: the user " + session.UserID + " is deactivated and has no sessions")
	}
	if session.ID == 0 {
		session.ID = o.newSessionID()
	}
	if session.TeamID == "" {
		session.TeamID = user.TeamID
	}
	if session.Platform == "" {
		session.Platform = Web
	}
	if session.Created == (api.SessionDevice{}) {
		session.Created = devices[session.Platform]
	}
	at, taken := o.session(session.ID)
	if taken {
		panic(fmt.Sprintf("slacktest: there is a session %d already", session.ID))
	}
	o.sessions = slices.Insert(o.sessions, at, session)
	return session
}

// newSessionID returns an ID that no session has. The caller holds mu.
func (o *org) newSessionID() int64 {
	for {
		o.lastID++
		if _, taken := o.session(o.lastID); !taken {
			return o.lastID
		}
	}
}

func (o *org) addToken(userID string, scopes []string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	user, ok := o.user(userID)
	if !ok {
		panic("slacktest: there is no user " + userID + " to make a token for")
	}
	kind := "xoxp-"
	if user.Role == RoleBot {
		kind = "xoxb-"
	}
	name := kind + "fake-" + rand.Text()
	o.tokens[name] = token{name: name, user: user, scopes: scopes}
	return name
}

// session returns where the session with an ID is, or would be. The caller
// holds mu.
func (o *org) session(id int64) (at int, ok bool) {
	return slices.BinarySearchFunc(o.sessions, id, func(s Session, id int64) int { return cmp.Compare(s.ID, id) })
}

// background runs job after delay. The caller holds mu, as job does.
func (o *org) background(delay time.Duration, job func()) {
	o.jobs++
	time.AfterFunc(delay, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		job()
		if o.jobs--; o.jobs == 0 {
			o.idle.Broadcast()
		}
	})
}

// settle returns when nothing runs in the background.
func (o *org) settle() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.jobs > 0 {
		o.idle.Wait()
	}
}

// end ends the sessions that match. The caller holds mu.
func (o *org) end(match func(Session) bool) (ended int) {
	before := len(o.sessions)
	o.sessions = slices.DeleteFunc(o.sessions, match)
	return before - len(o.sessions)
}
