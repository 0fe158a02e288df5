package slacktest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/seed-38c23bad/slackadmin/api"
)

// A behavior is what a method does for caller with arguments that the spec
// allows. Its error is an api.ErrorCode or a refusal.
type behavior func(caller token, args map[string]any) (map[string]any, error)

// behaviors returns what the methods do. A method of the spec that has none here
// answers with the spec's example.
func (o *org) behaviors() map[string]behavior {
	return map[string]behavior{
		"admin.users.list":                  typed(o, o.listUsers),
		"admin.users.session.clearSettings": typed(o, o.clearSettings),
		"admin.users.session.getSettings":   typed(o, o.getSettings),
		"admin.users.session.invalidate":    typed(o, o.invalidate),
		"admin.users.session.list":          typed(o, o.list),
		"admin.users.session.reset":         typed(o, o.reset),
		"admin.users.session.resetBulk":     typed(o, o.resetBulk),
		"admin.users.session.setSettings":   typed(o, o.setSettings),
		"audit.logs":                        o.logs(),
		"auth.test":                         typed(o, o.authTest),
		"users.info":                        typed(o, o.userInfo),
		"users.lookupByEmail":               typed(o, o.lookupByEmail),
	}
}

// typed makes a behavior of do, which is called with o.mu held.
func typed[Req, Resp any](o *org, do func(token, *Req) (*Resp, error)) behavior {
	return func(caller token, args map[string]any) (map[string]any, error) {
		req := new(Req)
		if err := convert(args, req); err != nil {
			// They fit the spec but not Go's types, as 1.0 fits an integer.
			return nil, &refusal{api.ErrInvalidArguments, []string{"[ERROR] " + err.Error()}}
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		resp, err := do(caller, req)
		if err != nil {
			return nil, err
		}
		var answer map[string]any
		return answer, convert(resp, &answer)
	}
}

// convert takes a value through JSON into another type.
func convert(from, to any) error {
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
	case user.Role == RolePrimaryOwner && caller.user.Role != RolePrimaryOwner:
		return nil, api.ErrCannotInvalidatePrimaryOwner
	}
	ended := o.end(func(s Session) bool {
		return s.ID == req.SessionID && user.is(s.UserID) && (req.TeamID == "" || s.TeamID == req.TeamID)
	})
	if ended == 0 {
		return nil, api.ErrSessionNotFound
	}
	o.log(caller, "user_session_invalidated", &user, nil)
	return &api.AdminUsersSessionInvalidateResponse{OK: true}, nil
}

func (o *org) list(_ token, req *api.AdminUsersSessionListRequest) (*api.AdminUsersSessionListResponse, error) {
	switch {
	case req.UserID != "" && req.TeamID == "":
		return nil, api.ErrMissingTeam
	case req.TeamID != "" && req.UserID == "":
		return nil, api.ErrMissingUser
	case req.TeamID != "" && !o.hasTeam(req.TeamID):
		return nil, api.ErrTeamNotFound
	}
	var user User
	if req.UserID != "" {
		users, err := o.people(req.UserID)
		if err != nil {
			return nil, err
		}
		user = users[0]
	}
	after, err := decodeCursor(sessionCursor, req.Cursor)
	if err != nil {
		return nil, err
	}
	limit := req.Limit
	if limit == 0 {
		limit = 1000
	}

	answer := &api.AdminUsersSessionListResponse{OK: true, ActiveSessions: []api.ActiveSession{}}
	from, _ := o.session(after + 1)
	for _, session := range o.sessions[from:] {
		if req.UserID != "" && (!user.is(session.UserID) || session.TeamID != req.TeamID) {
			continue
		}
		if len(answer.ActiveSessions) == limit {
			answer.ResponseMetadata.NextCursor = encodeCursor(sessionCursor, answer.ActiveSessions[limit-1].SessionID)
			break
		}
		active := api.ActiveSession{SessionID: session.ID, UserID: session.UserID, TeamID: session.TeamID, Created: session.Created}
		if session.Recent != nil {
			active.Recent = *session.Recent
		}
		answer.ActiveSessions = append(answer.ActiveSessions, active)
	}
	if len(answer.ActiveSessions) == 0 && req.Cursor == "" {
		return nil, api.ErrNoActiveSessions
	}
	return answer, nil
}

// moved is the device that a session of Member's moved to.
var moved = api.SessionDevice{DeviceHardware: "Intel", OS: "OS X", OSVersion: "10.15.8", SlackClientVersion: "91.0.4473.1", IP: "198.51.100.7"}

// devices is what sessions of a platform say of themselves, unless told otherwise.
var devices = map[Platform]api.SessionDevice{
	Web:    {DeviceHardware: "Intel", OS: "OS X", OSVersion: "10.15.7", SlackClientVersion: "91.0.4472.77", IP: "192.0.2.1"},
	Mobile: {DeviceHardware: "iPhone", OS: "iOS", OSVersion: "18.5", SlackClientVersion: "25.5.10", IP: "192.0.2.2"},
}

// sessionCursor begins a cursor that names the last session of a page, so that
// pages stay whole when sessions end in between.
const sessionCursor = "session:"

// encodeCursor returns a cursor of a kind, which names a place.
func encodeCursor(kind string, place int64) string {
	return base64.StdEncoding.EncodeToString([]byte(kind + strconv.FormatInt(place, 10)))
}

// decodeCursor returns the place that a cursor of a kind names, 0 if there is no
// cursor.
func decodeCursor(kind, cursor string) (place int64, err error) {
	if cursor == "" {
		return 0, nil
	}
	text, err := base64.StdEncoding.DecodeString(cursor)
	if err != nil {
		return 0, api.ErrInvalidCursor
	}
	digits, ok := strings.CutPrefix(string(text), kind)
	place, err = strconv.ParseInt(digits, 10, 64)
	if err != nil || !ok || place < 0 {
		return 0, api.ErrInvalidCursor
	}
	return place, nil
}

func (o *org) reset(caller token, req *api.AdminUsersSessionResetRequest) (*api.AdminUsersSessionResetResponse, error) {
	user, err := o.resettable(caller, req.UserID)
	if err != nil {
		return nil, err
	}
	o.end(func(s Session) bool {
		return user.is(s.UserID) && wiped(s, req.MobileOnly, req.WebOnly)
	})
	o.log(caller, "user_session_reset_by_admin", &user, nil)
	return &api.AdminUsersSessionResetResponse{OK: true}, nil
}

// AdminUsersSessionResetBulk accepts the work and does it in the background,
// for those users it can be done for.
func (o *org) resetBulk(caller token, req *api.AdminUsersSessionResetBulkRequest) (*api.AdminUsersSessionResetBulkResponse, error) {
	chosen := map[string]bool{} // by either ID
	succeeded, failed := []string{}, []string{}
	var messages []string
	var reason error
	for _, id := range req.UserIDs {
		user, err := o.resettable(caller, id)
		if err != nil {
			reason = err
			messages = append(messages, fmt.Sprintf("[ERROR] %s: %v", id, err))
			continue
		}
		if o.fails[user.ID] {
			failed = append(failed, id)
			continue
		}
		succeeded = append(succeeded, id)
		chosen[user.ID], chosen[user.OtherID] = true, true
	}
	if len(succeeded)+len(failed) == 0 {
		return nil, reason
	}
	o.background(o.delay, func() {
		o.end(func(s Session) bool {
			return chosen[s.UserID] && wiped(s, req.MobileOnly, req.WebOnly)
		})
		o.log(caller, "bulk_session_reset_by_admin", nil, map[string]any{"succeeded_users": succeeded, "failed_users": failed})
	})
	if len(messages) > 0 {
		return nil, &refusal{api.ErrFailedForSomeUsers, messages}
	}
	return &api.AdminUsersSessionResetBulkResponse{OK: true}, nil
}

// resettable returns the user with an ID, and refuses those whose sessions the
// caller may not reset. The caller holds the organization's mu.
func (o *org) resettable(caller token, id string) (User, error) {
	user, ok := o.user(id)
	switch {
	case !ok:
		return User{}, api.ErrUserNotFound
	case user.Role == RoleBot:
		return User{}, api.ErrCannotResetBot
	case user.Role == RolePrimaryOwner && caller.user.Role != RolePrimaryOwner:
		return User{}, api.ErrCannotResetPrimaryOwner
	}
	return user, nil
}

// wiped reports whether a reset with these arguments ends s. Both together
// leave nothing out.
func wiped(s Session, mobileOnly, webOnly bool) bool {
	return mobileOnly == webOnly || mobileOnly && s.Platform == Mobile || webOnly && s.Platform == Web
}

func (o *org) authTest(caller token, _ *struct{}) (*api.AuthTestResponse, error) {
	user := &caller.user
	name := user.username()
	answer := &api.AuthTestResponse{
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
		answer.BotID = "B" + user.ID[1:]
	}
	return answer, nil
}

// A refusal is an error code with messages.
type refusal struct {
	api.ErrorCode
	messages []string
}
