package slacktest

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/seed-38c23bad/slackadmin/api"
)

// A behavior implements a method: it returns the response to a call with valid arguments.
// Its error is an api.ErrorCode or a refusal.
type behavior func(caller token, args map[string]any) (map[string]any, error)

// behaviors returns the behaviors of methods by name. A method without one returns the
// spec's example.
func (o *org) behaviors() map[string]behavior {
	return map[string]behavior{
		"admin.users.list":                  typed(o, o.listUsers),
		"admin.users.session.clearSettings": typed(o, o.clearSettings),
		"admin.users.session.getSettings":   typed(o, o.getSettings),
		"admin.users.session.invalidate":    typed(o, o.invalidate),
		"admin.users.session.list":          typed(o, o.listSessions),
		"admin.users.session.reset":         typed(o, o.reset),
		"admin.users.session.resetBulk":     typed(o, o.resetBulk),
		"admin.users.session.setSettings":   typed(o, o.setSettings),
		"audit.logs":                        o.auditLogs(),
		"auth.test":                         typed(o, o.authTest),
		"users.info":                        typed(o, o.userInfo),
		"users.lookupByEmail":               typed(o, o.lookupByEmail),
	}
}

// typed makes a behavior of do, which it calls with o.mu held.
func typed[Req, Resp any](o *org, do func(token, *Req) (*Resp, error)) behavior {
	return func(caller token, args map[string]any) (map[string]any, error) {
		req := new(Req)
		if err := viaJSON(args, req); err != nil {
			// The spec allows some values that the Go types do not, such as 1.0 for an integer.
			return nil, invalidArguments("[ERROR] %v", err)
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		resp, err := do(caller, req)
		if err != nil {
			return nil, err
		}
		var fields map[string]any
		return fields, viaJSON(resp, &fields)
	}
}

// viaJSON converts a value to another type by encoding and decoding it.
func viaJSON(from, to any) error {
	encoded, err := json.Marshal(from)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	return decoder.Decode(to)
}

func (o *org) invalidate(caller token, req *api.AdminUsersSessionInvalidateRequest) (*api.AdminUsersSessionInvalidateResponse, error) {
	user, ok := o.user(req.UserID)
	switch {
	case !ok:
		return nil, api.ErrUserNotFound
	case isProtected(&user, caller):
		return nil, api.ErrCannotInvalidatePrimaryOwner
	}
	ended := o.endSessions(func(s Session) bool {
		return s.ID == req.SessionID && user.hasID(s.UserID) && (req.TeamID == "" || s.TeamID == req.TeamID)
	})
	if ended == 0 {
		return nil, api.ErrSessionNotFound
	}
	o.logEvent(caller, "user_session_invalidated", &user, nil)
	return &api.AdminUsersSessionInvalidateResponse{OK: true}, nil
}

func (o *org) listSessions(_ token, req *api.AdminUsersSessionListRequest) (*api.AdminUsersSessionListResponse, error) {
	switch {
	case req.UserID != "" && req.TeamID == "":
		return nil, api.ErrMissingTeam
	case req.TeamID != "" && req.UserID == "":
		return nil, api.ErrMissingUser
	case req.TeamID != "" && req.TeamID != Organization && !o.hasWorkspace(req.TeamID):
		return nil, api.ErrTeamNotFound
	}
	var user User
	if req.UserID != "" {
		users, err := o.usersByID(req.UserID)
		if err != nil {
			return nil, err
		}
		user = users[0]
	}
	after, err := decodeCursor(sessionCursor, req.Cursor)
	if err != nil {
		return nil, err
	}
	limit := cmp.Or(req.Limit, 1000)
	resp := &api.AdminUsersSessionListResponse{OK: true, ActiveSessions: []api.ActiveSession{}}
	from, _ := o.findSession(after + 1)
	for _, session := range o.sessions[from:] {
		if req.UserID != "" && (!user.hasID(session.UserID) || session.TeamID != req.TeamID) {
			continue
		}
		if len(resp.ActiveSessions) == limit {
			resp.ResponseMetadata.NextCursor = encodeCursor(sessionCursor, resp.ActiveSessions[limit-1].SessionID)
			break
		}
		active := api.ActiveSession{SessionID: session.ID, UserID: session.UserID, TeamID: session.TeamID, Created: session.Created}
		if session.Recent != nil {
			active.Recent = *session.Recent
		}
		resp.ActiveSessions = append(resp.ActiveSessions, active)
	}
	if len(resp.ActiveSessions) == 0 && req.Cursor == "" {
		return nil, api.ErrNoActiveSessions
	}
	return resp, nil
}

// movedDevice is the device that last used one of Member's sessions.
var movedDevice = api.SessionDevice{DeviceHardware: "Intel", OS: "OS X", OSVersion: "10.15.8", SlackClientVersion: "91.0.4473.1", IP: "198.51.100.7"}

// defaultDevices are the devices of sessions that are added without one.
var defaultDevices = map[Platform]api.SessionDevice{
	Web:    {DeviceHardware: "Intel", OS: "OS X", OSVersion: "10.15.7", SlackClientVersion: "91.0.4472.77", IP: "192.0.2.1"},
	Mobile: {DeviceHardware: "iPhone", OS: "iOS", OSVersion: "18.5", SlackClientVersion: "25.5.10", IP: "192.0.2.2"},
}

// sessionCursor is the prefix of a cursor with the ID of a page's last session, so that
// no session is skipped when others end between two pages.
const sessionCursor = "session:"

// encodeCursor returns a cursor with a prefix and a number.
func encodeCursor(prefix string, number int64) string {
	return base64.StdEncoding.EncodeToString([]byte(prefix + strconv.FormatInt(number, 10)))
}

// decodeCursor returns the number in a cursor, 0 if the cursor is empty.
func decodeCursor(prefix, cursor string) (number int64, err error) {
	if cursor == "" {
		return 0, nil
	}
	text, err := base64.StdEncoding.DecodeString(cursor)
	if err != nil {
		return 0, api.ErrInvalidCursor
	}
	digits, ok := strings.CutPrefix(string(text), prefix)
	number, err = strconv.ParseInt(digits, 10, 64)
	if err != nil || !ok || number < 0 {
		return 0, api.ErrInvalidCursor
	}
	return number, nil
}

func (o *org) reset(caller token, req *api.AdminUsersSessionResetRequest) (*api.AdminUsersSessionResetResponse, error) {
	user, err := o.userToReset(caller, req.UserID)
	if err != nil {
		return nil, err
	}
	o.endSessions(func(s Session) bool {
		return user.hasID(s.UserID) && endedByReset(s, req.MobileOnly, req.WebOnly)
	})
	o.logEvent(caller, "user_session_reset_by_admin", &user, nil)
	return &api.AdminUsersSessionResetResponse{OK: true}, nil
}

// resetBulk accepts the users whose sessions the caller may reset, and ends the sessions
// in the background.
func (o *org) resetBulk(caller token, req *api.AdminUsersSessionResetBulkRequest) (*api.AdminUsersSessionResetBulkResponse, error) {
	succeeded, failed := []string{}, []string{}
	var messages []string
	var reason error
	for _, id := range req.UserIDs {
		user, err := o.userToReset(caller, id)
		if err != nil {
			reason = err
			messages = append(messages, fmt.Sprintf("[ERROR] %s: %v", id, err))
			continue
		}
		if o.bulkFailures[user.ID] {
			failed = append(failed, id)
		} else {
			succeeded = append(succeeded, id)
		}
	}
	if len(succeeded)+len(failed) == 0 {
		return nil, reason
	}
	chosen := o.allIDs(succeeded)
	o.background(o.bulkDelay, func() {
		o.endSessions(func(s Session) bool {
			return chosen[s.UserID] && endedByReset(s, req.MobileOnly, req.WebOnly)
		})
		o.logEvent(caller, "bulk_session_reset_by_admin", nil, map[string]any{"succeeded_users": succeeded, "failed_users": failed})
	})
	if len(messages) > 0 {
		return nil, &refusal{api.ErrFailedForSomeUsers, messages}
	}
	return &api.AdminUsersSessionResetBulkResponse{OK: true}, nil
}

// userToReset returns the user with an ID, or an error if caller may not reset the user's
// sessions. The caller of userToReset holds mu.
func (o *org) userToReset(caller token, id string) (User, error) {
	user, ok := o.user(id)
	switch {
	case !ok:
		return User{}, api.ErrUserNotFound
	case user.Role == RoleBot:
		return User{}, api.ErrCannotResetBot
	case isProtected(&user, caller):
		return User{}, api.ErrCannotResetPrimaryOwner
	}
	return user, nil
}

// isProtected reports whether a user is the primary owner and caller is not.
func isProtected(user *User, caller token) bool {
	return user.Role == RolePrimaryOwner && caller.user.Role != RolePrimaryOwner
}

// endedByReset reports whether a reset with these arguments ends s. Both arguments
// together, like neither of them, end sessions of every platform.
func endedByReset(s Session, mobileOnly, webOnly bool) bool {
	return mobileOnly == webOnly || mobileOnly && s.Platform == Mobile || webOnly && s.Platform == Web
}

func (o *org) authTest(caller token, _ *struct{}) (*api.AuthTestResponse, error) {
	user := &caller.user
	name := user.username()
	resp := &api.AuthTestResponse{
		OK:                  true,
		URL:                 "https://" + strings.ToLower(Organization) + ".enterprise.slack.com/",
		Team:                user.TeamID,
		User:                &name,
		TeamID:              user.TeamID,
		UserID:              user.ID,
		AppID:               "A0000000001",
		AppName:             "slacktest",
		EnterpriseID:        Organization,
		IsEnterpriseInstall: true,
	}
	if user.Role == RoleBot {
		resp.BotID = "B" + user.ID[1:]
	}
	return resp, nil
}

// A refusal is an error response: a code with messages.
type refusal struct {
	api.ErrorCode
	messages []string
}

// invalidArguments returns a refusal with the code invalid_arguments and a message.
func invalidArguments(format string, args ...any) error {
	return &refusal{api.ErrInvalidArguments, []string{fmt.Sprintf(format, args...)}}
}
