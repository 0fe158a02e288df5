package slacktest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-38c23bad/slackadmin/api"
)

// A User is a person or a bot of the fake organization.
type User struct {
	ID     string // in the organization; made up if empty when added
	TeamID string // the user's workspace; Workspace if empty when added
	Role   Role   // RoleMember if empty when added

	OtherID     string   // a second ID of the same person, as one has in a workspace (U…), if any
	Workspaces  []string // further workspaces of the user, beside TeamID
	Email       string   // the address, if any
	Name        string   // the full name
	Deactivated bool     // has left: has no sessions, and tokens that Slack refuses
}

// is reports whether id is one of the user's IDs.
func (u *User) is(id string) bool { return id == u.ID || id != "" && id == u.OtherID }

// isOwner reports whether the user is an Org Owner, as the primary owner is.
func (u *User) isOwner() bool { return u.Role == RoleOwner || u.Role == RolePrimaryOwner }

// workspaces returns all workspaces of the user.
func (u *User) workspaces() []string { return append([]string{u.TeamID}, u.Workspaces...) }

// username is what Slack calls the user.
func (u *User) username() string {
	if name, _, ok := strings.Cut(u.Email, "@"); ok {
		return strings.ToLower(name)
	}
	return strings.ToLower(u.ID)
}

func (o *org) addUser(user User) User {
	o.mu.Lock()
	defer o.mu.Unlock()
	if user.ID == "" {
		user.ID = o.newUserID()
	}
	if user.TeamID == "" {
		user.TeamID = Workspace
	}
	if user.Role == "" {
		user.Role = RoleMember
	}
	at := len(o.users)
	for _, id := range []string{user.ID, user.OtherID} {
		if _, taken := o.byID[id]; taken {
			panic("slacktest: there is a user " + id + " already")
		}
		if id != "" {
			o.byID[id] = at
		}
	}
	if email := strings.ToLower(user.Email); email != "" && !user.Deactivated {
		if _, taken := o.byEmail[email]; taken {
			panic("slacktest: there is a user with the address " + user.Email + " already")
		}
		o.byEmail[email] = at
	}
	o.users = append(o.users, user)
	return user
}

// newUserID returns an ID that no user has. The caller holds mu.
func (o *org) newUserID() string {
	for {
		o.lastUser++
		id := fmt.Sprintf("W%010d", o.lastUser)
		if _, taken := o.user(id); !taken {
			return id
		}
	}
}

// user returns the user with an ID, whichever of two it is. The caller holds mu.
func (o *org) user(id string) (User, bool) {
	at, ok := o.byID[id]
	if !ok {
		return User{}, false
	}
	return o.users[at], true
}

// people returns the people with these IDs, and refuses others' IDs. The caller
// holds mu.
func (o *org) people(ids ...string) ([]User, error) {
	users := make([]User, len(ids))
	for i, id := range ids {
		user, ok := o.user(id)
		switch {
		case !ok:
			return nil, api.ErrUserNotFound
		case user.Role == RoleBot:
			return nil, api.ErrBotsNotAllowed
		}
		users[i] = user
	}
	return users, nil
}

// hasWorkspace reports whether anybody is in a workspace. The caller holds mu.
func (o *org) hasWorkspace(id string) bool {
	return slices.ContainsFunc(o.users, func(u User) bool { return slices.Contains(u.workspaces(), id) })
}

// hasTeam reports whether there is a workspace, or the organization, with an ID.
// The caller holds mu.
func (o *org) hasTeam(id string) bool { return id == Organization || o.hasWorkspace(id) }
