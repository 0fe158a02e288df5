package slacktest

import (
	"slices"

	"github.com/seed-38c23bad/slackadmin/api"
)

// settings are the session settings of one user, nil where unset.
type settings struct {
	desktopAppBrowserQuit *bool
	duration              *int // in seconds
}

func (o *org) getSettings(_ User, req *api.AdminUsersSessionGetSettingsRequest) (*api.AdminUsersSessionGetSettingsResponse, error) {
	ids := req.UserIDs
	if err := o.people(ids...); err != nil {
		return nil, err
	}
	answer := &api.AdminUsersSessionGetSettingsResponse{OK: true}
	for _, id := range ids {
		own, ok := o.settings[id]
		switch {
		case !slices.ContainsFunc(o.sessions, func(s Session) bool { return s.UserID == id }):
			// Slack says nothing of users without a session.
		case ok:
			answer.SessionSettings = append(answer.SessionSettings, api.SessionSettings{
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

func (o *org) setSettings(_ User, req *api.AdminUsersSessionSetSettingsRequest) (*api.AdminUsersSessionSetSettingsResponse, error) {
	if req.Duration == 0 && req.DesktopAppBrowserQuit == nil {
		return nil, api.ErrAtLeastOneSessionSettingRequired
	}
	if err := o.people(req.UserIDs...); err != nil {
		return nil, err
	}
	for _, id := range req.UserIDs {
		own := o.settings[id]
		if req.Duration != 0 {
			own.duration = &req.Duration
		}
		if req.DesktopAppBrowserQuit != nil {
			own.desktopAppBrowserQuit = req.DesktopAppBrowserQuit
		}
		o.settings[id] = own
	}
	return &api.AdminUsersSessionSetSettingsResponse{OK: true}, nil
}

func (o *org) clearSettings(_ User, req *api.AdminUsersSessionClearSettingsRequest) (*api.AdminUsersSessionClearSettingsResponse, error) {
	ids := req.UserIDs
	if err := o.people(ids...); err != nil {
		return nil, err
	}
	for _, id := range ids {
		delete(o.settings, id)
	}
	return &api.AdminUsersSessionClearSettingsResponse{OK: true}, nil
}
