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

	PrimaryOwner = "W0000000001" // the organization's primary owner, with a web session
	Admin        = "W0000000002" // an Org Owner, the owner of Server.Token, with a web session
	Member       = "W0000000003" // a member with two web sessions and a mobile session
	OtherMember  = "W0000000004" // a member with a web session and a mobile session
	Bot          = "W0000000005" // a bot user

	OtherMemberOtherID = "U0000000004" // OtherMember's ID in OtherWorkspace
)

// organizationName is the organization's name and domain.
const organizationName = "slacktest"

// firstSessionID has 13 digits, like Slack's session IDs.
const firstSessionID = 1112275520242

// A Role is a user's role in the organization.
type Role string

// The roles of users.
const (
	RoleMember       Role = "member"
	RoleAdmin        Role = "admin" // an Org Admin
	RoleOwner        Role = "owner" // an Org Owner
	RolePrimaryOwner Role = "primary_owner"
	RoleBot          Role = "bot"
)

// A Platform is the kind of a session's client.
type Platform string

// The platforms of sessions. mobile_only ends those on Mobile, web_only those on Web.
const (
	Web    Platform = "web"
	Mobile Platform = "mobile"
)

// A Session is a signed-in client of a user.
type Session struct {
	ID       int64    // 13 digits; default: a new ID
	UserID   string   // the user who is signed in
	TeamID   string   // the workspace; default: the user's
	Platform Platform // default: Web

	Created api.SessionDevice  // default: a device of Platform
	Recent  *api.SessionDevice // nil if it does not differ from Created
}

// A token is a bearer token with its user and scopes.
type token struct {
	name   string
	user   User
	scopes []string
}

// An org is the organization.
type org struct {
	mu            sync.Mutex // guards the other fields
	idle          *sync.Cond // on mu: signaled when jobs becomes 0
	jobs          int        // running in the background
	users         []User
	byID          map[string]int // index in users, by both IDs
	byEmail       map[string]int // index in users of active users, by lower-case address
	sessions      []Session      // sorted by ID
	tokens        map[string]token
	settings      map[string]settings // by user ID, only of users with settings
	lastUser      int                 // number of the last new user ID
	lastSessionID int64

	bulkDelay        time.Duration   // of the work of resetBulk
	bulkFailures     map[string]bool // by ID of the users that this work fails for
	restrictedLookup bool            // of users.lookupByEmail
	audit            auditLog
}

func newOrg() *org {
	o := &org{byID: map[string]int{}, byEmail: map[string]int{}, tokens: map[string]token{}, settings: map[string]settings{}, bulkFailures: map[string]bool{}, lastUser: 5, lastSessionID: firstSessionID - 1}
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
		{UserID: Member, Recent: &movedDevice},
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
		session.Created = defaultDevices[session.Platform]
	}
	i, taken := o.findSession(session.ID)
	if taken {
		panic(fmt.Sprintf("slacktest: there is a session %d already", session.ID))
	}
	o.sessions = slices.Insert(o.sessions, i, session)
	return session
}

// newSessionID returns an unused session ID. The caller holds mu.
func (o *org) newSessionID() int64 {
	for {
		o.lastSessionID++
		if _, taken := o.findSession(o.lastSessionID); !taken {
			return o.lastSessionID
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

// findSession returns the index in sessions where the session with an ID is, or would be.
// The caller holds mu.
func (o *org) findSession(id int64) (i int, ok bool) {
	return slices.BinarySearchFunc(o.sessions, id, func(s Session, id int64) int { return cmp.Compare(s.ID, id) })
}

// background runs job after delay, with mu held. The caller holds mu.
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

// settle waits until nothing runs in the background.
func (o *org) settle() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.jobs > 0 {
		o.idle.Wait()
	}
}

// endSessions ends the sessions that match. The caller holds mu.
func (o *org) endSessions(match func(Session) bool) (ended int) {
	before := len(o.sessions)
	o.sessions = slices.DeleteFunc(o.sessions, match)
	return before - len(o.sessions)
}
