package slacktest

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/strictserver"
)

// behavior is what the methods do, one Go method each. A method of the spec
// that has none here answers with the spec's example.
type behavior struct {
	strictserver.Unimplemented
	org *org
}

func (b behavior) AdminUsersSessionInvalidate(ctx context.Context, request strictserver.AdminUsersSessionInvalidateRequestObject) (strictserver.AdminUsersSessionInvalidateResponseObject, error) {
	b.org.mu.Lock()
	defer b.org.mu.Unlock()
	req := request.JSONBody
	user, ok := b.org.user(req.UserID)
	switch {
	case !ok:
		return nil, api.ErrUserNotFound
	case user.Role == RolePrimaryOwner && caller(ctx).Role != RolePrimaryOwner:
		return nil, api.ErrCannotInvalidatePrimaryOwner
	}
	ended := b.org.end(func(s Session) bool {
		return s.ID == req.SessionID && s.UserID == req.UserID && (req.TeamID == "" || s.TeamID == req.TeamID)
	})
	if ended == 0 {
		return nil, api.ErrSessionNotFound
	}
	return strictserver.AdminUsersSessionInvalidate200JSONResponse{OK: true}, nil
}

func (b behavior) AdminUsersSessionList(_ context.Context, request strictserver.AdminUsersSessionListRequestObject) (strictserver.AdminUsersSessionListResponseObject, error) {
	b.org.mu.Lock()
	defer b.org.mu.Unlock()
	req := request.JSONBody
	switch {
	case req.UserID != "" && req.TeamID == "":
		return nil, api.ErrMissingTeam
	case req.TeamID != "" && req.UserID == "":
		return nil, api.ErrMissingUser
	case req.TeamID != "" && !b.org.hasTeam(req.TeamID):
		return nil, api.ErrTeamNotFound
	}
	if req.UserID != "" {
		if err := b.org.people(req.UserID); err != nil {
			return nil, err
		}
	}
	after, err := decodeCursor(req.Cursor)
	if err != nil {
		return nil, err
	}
	limit := req.Limit
	if limit == 0 {
		limit = 1000
	}

	answer := strictserver.AdminUsersSessionList200JSONResponse{OK: true, ActiveSessions: []strictserver.ActiveSession{}}
	for _, session := range b.org.sessions {
		if session.ID <= after || req.UserID != "" && (session.UserID != req.UserID || session.TeamID != req.TeamID) {
			continue
		}
		if len(answer.ActiveSessions) == limit {
			answer.ResponseMetadata.NextCursor = encodeCursor(answer.ActiveSessions[limit-1].SessionID)
			break
		}
		answer.ActiveSessions = append(answer.ActiveSessions, strictserver.ActiveSession{
			SessionID: session.ID,
			UserID:    session.UserID,
			TeamID:    session.TeamID,
			Created:   devices[session.Platform],
			Recent:    devices[session.Platform],
		})
	}
	if len(answer.ActiveSessions) == 0 && req.Cursor == "" {
		return nil, api.ErrNoActiveSessions
	}
	return answer, nil
}

// devices is what sessions of a platform say of themselves.
var devices = map[Platform]strictserver.SessionDevice{
	Web:    {DeviceHardware: "Intel", OS: "OS X", OSVersion: "10.15.7", SlackClientVersion: "91.0.4472.77", IP: "192.0.2.1"},
	Mobile: {DeviceHardware: "iPhone", OS: "iOS", OSVersion: "18.5", SlackClientVersion: "25.5.10", IP: "192.0.2.2"},
}

// A cursor names the last session of a page, so that pages stay whole when
// sessions end in between.
const cursorPrefix = "session:"

func encodeCursor(last int64) string {
	return base64.StdEncoding.EncodeToString([]byte(cursorPrefix + strconv.FormatInt(last, 10)))
}

func decodeCursor(cursor string) (last int64, err error) {
	if cursor == "" {
		return 0, nil
	}
	text, err := base64.StdEncoding.DecodeString(cursor)
	if err != nil {
		return 0, api.ErrInvalidCursor
	}
	digits, ok := strings.CutPrefix(string(text), cursorPrefix)
	last, err = strconv.ParseInt(digits, 10, 64)
	if err != nil || !ok {
		return 0, api.ErrInvalidCursor
	}
	return last, nil
}

func (b behavior) AdminUsersSessionReset(ctx context.Context, request strictserver.AdminUsersSessionResetRequestObject) (strictserver.AdminUsersSessionResetResponseObject, error) {
	b.org.mu.Lock()
	defer b.org.mu.Unlock()
	req := request.JSONBody
	if err := b.resettable(ctx, req.UserID); err != nil {
		return nil, err
	}
	b.org.end(func(s Session) bool {
		return s.UserID == req.UserID && wiped(s, req.MobileOnly, req.WebOnly)
	})
	return strictserver.AdminUsersSessionReset200JSONResponse{OK: true}, nil
}

// AdminUsersSessionResetBulk accepts the work and does it in the background,
// for those users it can be done for.
func (b behavior) AdminUsersSessionResetBulk(ctx context.Context, request strictserver.AdminUsersSessionResetBulkRequestObject) (strictserver.AdminUsersSessionResetBulkResponseObject, error) {
	b.org.mu.Lock()
	defer b.org.mu.Unlock()
	req := request.JSONBody
	var ids, messages []string
	var reason error
	for _, id := range req.UserIDs {
		if err := b.resettable(ctx, id); err != nil {
			reason = err
			messages = append(messages, fmt.Sprintf("[ERROR] %s: %v", id, err))
			continue
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil, reason
	}
	b.org.background(func() {
		b.org.end(func(s Session) bool {
			return slices.Contains(ids, s.UserID) && wiped(s, req.MobileOnly, req.WebOnly)
		})
	})
	if len(messages) > 0 {
		return nil, &refusal{api.ErrFailedForSomeUsers, messages}
	}
	return strictserver.AdminUsersSessionResetBulk200JSONResponse{OK: true}, nil
}

// resettable refuses users whose sessions the caller may not reset. The caller
// holds the organization's mu.
func (b behavior) resettable(ctx context.Context, id string) error {
	user, ok := b.org.user(id)
	switch {
	case !ok:
		return api.ErrUserNotFound
	case user.Role == RoleBot:
		return api.ErrCannotResetBot
	case user.Role == RolePrimaryOwner && caller(ctx).Role != RolePrimaryOwner:
		return api.ErrCannotResetPrimaryOwner
	}
	return nil
}

// wiped reports whether a reset with these arguments ends s. Both together
// leave nothing out.
func wiped(s Session, mobileOnly, webOnly bool) bool {
	return mobileOnly == webOnly || mobileOnly && s.Platform == Mobile || webOnly && s.Platform == Web
}

// A refusal is an error code with messages.
type refusal struct {
	api.ErrorCode
	messages []string
}

// caller returns the user whose token the call carries.
func caller(ctx context.Context) User {
	return ctx.Value(callerKey{}).(token).user
}
