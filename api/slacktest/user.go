package slacktest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-38c23bad/slackadmin/api"
)

// A User is a person or a bot of the fake organization.
type User struct {
	ID     string // in the organization; default: a new ID
	TeamID string // the user's workspace; default: Workspace
	Role   Role   // default: RoleMember

	OtherID     string   // a second ID of the same user, such as the ID in a workspace (U…)
	Workspaces  []string // further workspaces of the user
	Email       string
	Name        string // the full name
	Deactivated bool   // has no sessions, and Slack refuses the user's tokens
}

// hasID reports whether id is one of the user's IDs.
func (u *User) hasID(id string) bool { return id == u.ID || id != "" && id == u.OtherID }

// isAdmin reports whether the user is an Org Admin or, with more rights, an Org Owner.
func (u *User) isAdmin() bool { return u.Role == RoleAdmin || u.isOwner() }

// isOwner reports whether the user is an Org Owner or, as one of them, the primary owner.
func (u *User) isOwner() bool { return u.Role == RoleOwner || u.Role == RolePrimaryOwner }

func (u *User) workspaces() []string { return append([]string{u.TeamID}, u.Workspaces...) }

// username returns Slack's short name for the user.
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
	index := len(o.users)
	for _, id := range []string{user.ID, user.OtherID} {
		if _, taken := o.byID[id]; taken {
			panic("slacktest: there is a user " + id + " already")
		}
		if id != "" {
			o.byID[id] = index
		}
	}
	if email := strings.ToLower(user.Email); email != "" && !user.Deactivated {
		if _, taken := o.byEmail[email]; taken {
			panic("slacktest: there is a user with the address " + user.Email + " already")
		}
		o.byEmail[email] = index
	}
	o.users = append(o.users, user)
	return user
}

// newUserID returns an unused user ID. The caller holds mu.
func (o *org) newUserID() string {
	for {
		o.lastUser++
		id := fmt.Sprintf("W%010d", o.lastUser)
		if _, taken := o.user(id); !taken {
			return id
		}
	}
}

// user returns the user with an ID, which may be either of two. The caller holds mu.
func (o *org) user(id string) (User, bool) {
	i, ok := o.byID[id]
	if !ok {
		return User{}, false
	}
	return o.users[i], true
}

// allIDs returns the set of both IDs of each user with one of these IDs. The caller holds mu.
func (o *org) allIDs(ids []string) map[string]bool {
	all := map[string]bool{}
	for _, id := range ids {
		user, _ := o.user(id)
		all[user.ID], all[user.OtherID] = true, true
	}
	return all
}

// usersByID returns the users with these IDs, or an error if an ID is unknown or a bot's.
// The caller holds mu.
func (o *org) usersByID(ids ...string) ([]User, error) {
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

// hasWorkspace reports whether a workspace has a user. The caller holds mu.
func (o *org) hasWorkspace(id string) bool {
	return slices.ContainsFunc(o.users, func(u User) bool { return slices.Contains(u.workspaces(), id) })
}
