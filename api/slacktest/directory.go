package slacktest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/seed-38c23bad/slackadmin/api"
)

// WithRestrictedLookup makes users.lookupByEmail answer enterprise_is_restricted,
// as an organization can have it. Who looks for people has to list them then.
func WithRestrictedLookup() Option {
	return func(s *Server) { s.org.noLookup = true }
}

// userCursor begins a cursor that says how many users there are before the page.
const userCursor = "user:"

func (o *org) listUsers(_ token, req *api.AdminUsersListRequest) (*api.AdminUsersListResponse, error) {
	switch {
	case req.IncludeDeactivatedUserWorkspaces && req.TeamID != "":
		return nil, api.ErrIncludeDeactivatedUserWorkspacesInvalid
	case req.OnlyGuests && (req.IncludeAdmins || req.IncludeOwners):
		return nil, &refusal{api.ErrInvalidArguments, []string{"[ERROR] only_guests excludes include_admins and include_owners"}}
	case req.TeamID != "" && !o.hasWorkspace(req.TeamID):
		return nil, api.ErrTeamNotFound
	}
	before, err := decodeCursor(userCursor, req.Cursor)
	if err != nil {
		return nil, err
	}
	answer := &api.AdminUsersListResponse{OK: true, Users: []api.ListedUser{}}
	for at := min(before, int64(len(o.users))); at < int64(len(o.users)); at++ {
		user := &o.users[at]
		if !listed(user, req) {
			continue
		}
		if len(answer.Users) == cmp.Or(req.Limit, 100) {
			answer.ResponseMetadata.NextCursor = encodeCursor(userCursor, at)
			break
		}
		answer.Users = append(answer.Users, asListed(user, req))
	}
	return answer, nil
}

// listed reports whether a request asks for a user. There are no guests.
func listed(user *User, req *api.AdminUsersListRequest) bool {
	wantActive := req.IsActive == nil || *req.IsActive
	anyRole := !req.IncludeAdmins && !req.IncludeOwners
	return wantActive == !user.Deactivated &&
		(req.TeamID == "" || slices.Contains(user.workspaces(), req.TeamID)) &&
		(anyRole || req.IncludeAdmins && user.Role == RoleAdmin || req.IncludeOwners && user.isOwner()) &&
		!req.OnlyGuests
}

// asListed returns a user as a list has it, which of one workspace says less.
func asListed(user *User, req *api.AdminUsersListRequest) api.ListedUser {
	item := api.ListedUser{
		ID:             user.ID,
		Email:          user.Email,
		Username:       user.username(),
		FullName:       user.Name,
		IsBot:          user.Role == RoleBot,
		IsAdmin:        user.Role == RoleAdmin || user.isOwner(),
		IsOwner:        user.isOwner(),
		IsPrimaryOwner: user.Role == RolePrimaryOwner,
	}
	if req.TeamID != "" {
		return item
	}
	active := !user.Deactivated
	item.IsActive, item.Has2Fa = &active, new(bool)
	if active || req.IncludeDeactivatedUserWorkspaces {
		item.Workspaces = user.workspaces()
	}
	return item
}

func (o *org) userInfo(caller token, req *api.UsersInfoRequest) (*api.UsersInfoResponse, error) {
	user, ok := o.user(req.User)
	if !ok {
		return nil, api.ErrUserNotFound
	}
	answer := &api.UsersInfoResponse{OK: true, User: asSeen(&user, req.User, caller)}
	if req.IncludeLocale {
		answer.User.Locale = "en-US"
	}
	return answer, nil
}

func (o *org) lookupByEmail(caller token, req *api.UsersLookupByEmailRequest) (*api.UsersLookupByEmailResponse, error) {
	if o.noLookup {
		return nil, api.ErrEnterpriseIsRestricted
	}
	at, ok := o.byEmail[strings.ToLower(req.Email)]
	if !ok {
		return nil, api.ErrUsersNotFound
	}
	user := &o.users[at]
	// Who has an ID in a workspace is found by that one.
	return &api.UsersLookupByEmailResponse{OK: true, User: asSeen(user, cmp.Or(user.OtherID, user.ID), caller)}, nil
}

// asSeen returns a user, under one of the user's IDs, as caller may see it.
func asSeen(user *User, id string, caller token) api.User {
	isOwner := user.isOwner()
	isAdmin := isOwner || user.Role == RoleAdmin
	seen := api.User{
		ID:             id,
		TeamID:         user.TeamID,
		Name:           user.username(),
		RealName:       user.Name,
		Deleted:        user.Deactivated,
		IsBot:          user.Role == RoleBot,
		IsAdmin:        isAdmin,
		IsOwner:        isOwner,
		IsPrimaryOwner: user.Role == RolePrimaryOwner,
		Tz:             "Etc/UTC",
		Profile:        api.UserProfile{RealName: user.Name, DisplayName: user.username()},
		EnterpriseUser: api.EnterpriseUser{
			ID:             user.ID,
			EnterpriseID:   Organization,
			EnterpriseName: "slacktest",
			Teams:          user.workspaces(),
			IsAdmin:        isAdmin,
			IsOwner:        isOwner,
			IsPrimaryOwner: user.Role == RolePrimaryOwner,
		},
	}
	if slices.Contains(caller.scopes, "users:read.email") {
		seen.Profile.Email = user.Email
	}
	return seen
}
