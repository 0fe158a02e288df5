package slacktest

import (
	"context"
	"slices"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/strictserver"
)

// settings are the session settings of one user, nil where unset.
type settings struct {
	desktopAppBrowserQuit *bool
	duration              *int // in seconds
}

func (b behavior) AdminUsersSessionGetSettings(_ context.Context, request strictserver.AdminUsersSessionGetSettingsRequestObject) (strictserver.AdminUsersSessionGetSettingsResponseObject, error) {
	b.org.mu.Lock()
	defer b.org.mu.Unlock()
	ids := request.JSONBody.UserIDs
	if err := b.org.people(ids...); err != nil {
		return nil, err
	}
	answer := strictserver.AdminUsersSessionGetSettings200JSONResponse{OK: true}
	for _, id := range ids {
		own, ok := b.org.settings[id]
		switch {
		case !slices.ContainsFunc(b.org.sessions, func(s Session) bool { return s.UserID == id }):
			// Slack says nothing of users without a session.
		case ok:
			answer.SessionSettings = append(answer.SessionSettings, strictserver.SessionSettings{
				UserID:                id,
				DesktopAppBrowserQuit: own.desktopAppBrowserQuit,
				Duration:              own.duration,
			})
		default:
			answer.NoSettingsApplied = append(answer.NoSettingsApplied, id)
		}
	}
	return answer, nil
}

func (b behavior) AdminUsersSessionSetSettings(_ context.Context, request strictserver.AdminUsersSessionSetSettingsRequestObject) (strictserver.AdminUsersSessionSetSettingsResponseObject, error) {
	b.org.mu.Lock()
	defer b.org.mu.Unlock()
	req := request.JSONBody
	if req.Duration == 0 && req.DesktopAppBrowserQuit == nil {
		return nil, api.ErrAtLeastOneSessionSettingRequired
	}
	if err := b.org.people(req.UserIDs...); err != nil {
		return nil, err
	}
	for _, id := range req.UserIDs {
		own := b.org.settings[id]
		if req.Duration != 0 {
			own.duration = new(req.Duration)
		}
		if req.DesktopAppBrowserQuit != nil {
			own.desktopAppBrowserQuit = req.DesktopAppBrowserQuit
		}
		b.org.settings[id] = own
	}
	return strictserver.AdminUsersSessionSetSettings200JSONResponse{OK: true}, nil
}

func (b behavior) AdminUsersSessionClearSettings(_ context.Context, request strictserver.AdminUsersSessionClearSettingsRequestObject) (strictserver.AdminUsersSessionClearSettingsResponseObject, error) {
	b.org.mu.Lock()
	defer b.org.mu.Unlock()
	ids := request.JSONBody.UserIDs
	if err := b.org.people(ids...); err != nil {
		return nil, err
	}
	for _, id := range ids {
		delete(b.org.settings, id)
	}
	return strictserver.AdminUsersSessionClearSettings200JSONResponse{OK: true}, nil
}
