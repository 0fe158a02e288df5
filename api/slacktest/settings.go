package slacktest

import (
	"slices"

	"github.com/seed-38c23bad/slackadmin/api"
)

// settings are the session settings of one user. A nil field is not set.
type settings struct {
	desktopAppBrowserQuit *bool
	duration              *int // in seconds
}

func (o *org) getSettings(_ token, req *api.AdminUsersSessionGetSettingsRequest) (*api.AdminUsersSessionGetSettingsResponse, error) {
	users, err := o.usersByID(req.UserIDs...)
	if err != nil {
		return nil, err
	}
	resp := &api.AdminUsersSessionGetSettingsResponse{OK: true}
	for i, id := range req.UserIDs {
		own, ok := o.settings[users[i].ID]
		switch {
		case !slices.ContainsFunc(o.sessions, func(s Session) bool { return users[i].hasID(s.UserID) }):
			// Slack leaves out users without a session.
		case ok:
			resp.SessionSettings = append(resp.SessionSettings, api.SessionSettings{
				UserID:                id,
				DesktopAppBrowserQuit: own.desktopAppBrowserQuit,
				Duration:              own.duration,
			})
		default:
			resp.NoSettingsApplied = append(resp.NoSettingsApplied, id)
		}
	}
	return resp, nil
}

func (o *org) setSettings(caller token, req *api.AdminUsersSessionSetSettingsRequest) (*api.AdminUsersSessionSetSettingsResponse, error) {
	if req.Duration == 0 && req.DesktopAppBrowserQuit == nil {
		return nil, api.ErrAtLeastOneSessionSettingRequired
	}
	users, err := o.usersByID(req.UserIDs...)
	if err != nil {
		return nil, err
	}
	for _, user := range users {
		own := o.settings[user.ID]
		if req.Duration != 0 {
			own.duration = &req.Duration
		}
		if req.DesktopAppBrowserQuit != nil {
			own.desktopAppBrowserQuit = req.DesktopAppBrowserQuit
		}
		o.settings[user.ID] = own
		o.logEvent(caller, "user_session_settings_changed", &user, nil)
	}
	return &api.AdminUsersSessionSetSettingsResponse{OK: true}, nil
}

func (o *org) clearSettings(caller token, req *api.AdminUsersSessionClearSettingsRequest) (*api.AdminUsersSessionClearSettingsResponse, error) {
	users, err := o.usersByID(req.UserIDs...)
	if err != nil {
		return nil, err
	}
	for _, user := range users {
		delete(o.settings, user.ID)
		o.logEvent(caller, "user_session_settings_changed", &user, nil)
	}
	return &api.AdminUsersSessionClearSettingsResponse{OK: true}, nil
}
