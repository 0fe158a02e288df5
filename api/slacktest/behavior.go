package slacktest

import (
	"context"

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

func (b behavior) AdminUsersSessionReset(ctx context.Context, request strictserver.AdminUsersSessionResetRequestObject) (strictserver.AdminUsersSessionResetResponseObject, error) {
	b.org.mu.Lock()
	defer b.org.mu.Unlock()
	req := request.JSONBody
	user, ok := b.org.user(req.UserID)
	switch {
	case !ok:
		return nil, api.ErrUserNotFound
	case user.Role == RoleBot:
		return nil, api.ErrCannotResetBot
	case user.Role == RolePrimaryOwner && caller(ctx).Role != RolePrimaryOwner:
		return nil, api.ErrCannotResetPrimaryOwner
	}
	b.org.end(func(s Session) bool {
		return s.UserID == req.UserID && wiped(s, req.MobileOnly, req.WebOnly)
	})
	return strictserver.AdminUsersSessionReset200JSONResponse{OK: true}, nil
}

// wiped reports whether a reset with these arguments ends s. Both together
// leave nothing out.
func wiped(s Session, mobileOnly, webOnly bool) bool {
	return mobileOnly == webOnly || mobileOnly && s.Platform == Mobile || webOnly && s.Platform == Web
}

// caller returns the user whose token the call carries.
func caller(ctx context.Context) User {
	return ctx.Value(callerKey{}).(token).user
}
