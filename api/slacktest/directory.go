package slacktest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/seed-38c23bad/slackadmin/api"
)

// WithRestrictedLookup makes users.lookupByEmail return enterprise_is_restricted, as it
// does in some organizations. Callers must then use admin.users.list.
func WithRestrictedLookup() Option {
	return func(s *Server) { s.org.restrictedLookup = true }
}

// userCursor is the prefix of a cursor with the number of users before the page.
const userCursor = "user:"

func (o *org) listUsers(_ token, req *api.AdminUsersListRequest) (*api.AdminUsersListResponse, error) {
	switch {
	case req.IncludeDeactivatedUserWorkspaces && req.TeamID != "":
		return nil, api.ErrIncludeDeactivatedUserWorkspacesInvalid
	case req.OnlyGuests && (req.IncludeAdmins || req.IncludeOwners):
		return nil, invalidArguments("[ERROR] only_guests excludes include_admins and include_owners")
	case req.TeamID != "" && !o.hasWorkspace(req.TeamID):
		return nil, api.ErrTeamNotFound
	}
	before, err := decodeCursor(userCursor, req.Cursor)
	if err != nil {
		return nil, err
	}
	resp := &api.AdminUsersListResponse{OK: true, Users: []api.ListedUser{}}
	for i := before; i < int64(len(o.users)); i++ {
		user := &o.users[i]
		if !matchesUser(user, req) {
			continue
		}
		if len(resp.Users) == cmp.Or(req.Limit, 100) {
			resp.ResponseMetadata.NextCursor = encodeCursor(userCursor, i)
			break
		}
		resp.Users = append(resp.Users, toListedUser(user, req))
	}
	return resp, nil
}

// matchesUser reports whether a user matches the filters of a request. No user is a guest.
func matchesUser(user *User, req *api.AdminUsersListRequest) bool {
	wantActive := req.IsActive == nil || *req.IsActive
	anyRole := !req.IncludeAdmins && !req.IncludeOwners
	return wantActive == !user.Deactivated &&
		(req.TeamID == "" || slices.Contains(user.workspaces(), req.TeamID)) &&
		(anyRole || req.IncludeAdmins && user.Role == RoleAdmin || req.IncludeOwners && user.isOwner()) &&
		!req.OnlyGuests
}

// toListedUser returns a user as in a list. A list of one workspace has fewer fields.
func toListedUser(user *User, req *api.AdminUsersListRequest) api.ListedUser {
	item := api.ListedUser{
		ID:             user.ID,
		Email:          user.Email,
		Username:       user.username(),
		FullName:       user.Name,
		IsBot:          user.Role == RoleBot,
		IsAdmin:        user.isAdmin(),
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
	resp := &api.UsersInfoResponse{OK: true, User: toUser(&user, req.User, caller)}
	if req.IncludeLocale {
		resp.User.Locale = "en-US"
	}
	return resp, nil
}

func (o *org) lookupByEmail(caller token, req *api.UsersLookupByEmailRequest) (*api.UsersLookupByEmailResponse, error) {
	if o.restrictedLookup {
		return nil, api.ErrEnterpriseIsRestricted
	}
	i, ok := o.byEmail[strings.ToLower(req.Email)]
	if !ok {
		return nil, api.ErrUsersNotFound
	}
	user := &o.users[i]
	// Slack returns the ID in a workspace, if there is one.
	return &api.UsersLookupByEmailResponse{OK: true, User: toUser(user, cmp.Or(user.OtherID, user.ID), caller)}, nil
}

// toUser returns a user, with one of the user's IDs and the fields that caller may read.
func toUser(user *User, id string, caller token) api.User {
	resp := api.User{
		ID:             id,
		TeamID:         user.TeamID,
		Name:           user.username(),
		RealName:       user.Name,
		Deleted:        user.Deactivated,
		IsBot:          user.Role == RoleBot,
		IsAdmin:        user.isAdmin(),
		IsOwner:        user.isOwner(),
		IsPrimaryOwner: user.Role == RolePrimaryOwner,
		Tz:             "Etc/UTC",
		Profile:        api.UserProfile{RealName: user.Name, DisplayName: user.username()},
		EnterpriseUser: api.EnterpriseUser{
			ID:             user.ID,
			EnterpriseID:   Organization,
			EnterpriseName: organizationName,
			Teams:          user.workspaces(),
			IsAdmin:        user.isAdmin(),
			IsOwner:        user.isOwner(),
			IsPrimaryOwner: user.Role == RolePrimaryOwner,
		},
	}
	if slices.Contains(caller.scopes, "users:read.email") {
		resp.Profile.Email = user.Email
	}
	return resp
}
