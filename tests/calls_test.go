package tests

import (
	"context"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

// calls are calls of every method, as its users make them, that a new fake
// Slack says yes to in this order.
var calls = []struct {
	name string
	do   func(context.Context, *api.Client, ...api.CallOption) error
}{
	{"list", func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		_, err := c.AdminUsersSessionList(ctx, api.AdminUsersSessionListRequest{}, opts...)
		return err
	}},
	{"list with all arguments but a cursor", func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		_, err := c.AdminUsersSessionList(ctx, api.AdminUsersSessionListRequest{UserID: slacktest.Member, TeamID: slacktest.Workspace, Limit: 1}, opts...)
		return err
	}},
	{"setSettings to true", func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		_, err := c.AdminUsersSessionSetSettings(ctx, api.AdminUsersSessionSetSettingsRequest{UserIDs: []string{slacktest.Member}, DesktopAppBrowserQuit: ptr(true)}, opts...)
		return err
	}},
	{"setSettings to false, and a duration", func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		_, err := c.AdminUsersSessionSetSettings(ctx, api.AdminUsersSessionSetSettingsRequest{UserIDs: []string{slacktest.Member, slacktest.Admin}, DesktopAppBrowserQuit: ptr(false), Duration: 86400}, opts...)
		return err
	}},
	{"getSettings", func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		_, err := c.AdminUsersSessionGetSettings(ctx, api.AdminUsersSessionGetSettingsRequest{UserIDs: []string{slacktest.Member, slacktest.OtherMember}}, opts...)
		return err
	}},
	{"clearSettings", func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		_, err := c.AdminUsersSessionClearSettings(ctx, api.AdminUsersSessionClearSettingsRequest{UserIDs: []string{slacktest.Member, slacktest.Admin}}, opts...)
		return err
	}},
	{"invalidate", func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		_, err := c.AdminUsersSessionInvalidate(ctx, api.AdminUsersSessionInvalidateRequest{UserID: slacktest.Member, SessionID: 1112275520244}, opts...)
		return err
	}},
	{"invalidate in a workspace", func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		_, err := c.AdminUsersSessionInvalidate(ctx, api.AdminUsersSessionInvalidateRequest{UserID: slacktest.Member, SessionID: 1112275520245, TeamID: slacktest.Workspace}, opts...)
		return err
	}},
	{"reset of mobile sessions", func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		_, err := c.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{UserID: slacktest.OtherMember, MobileOnly: true}, opts...)
		return err
	}},
	{"reset of web sessions", func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		_, err := c.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{UserID: slacktest.OtherMember, WebOnly: true}, opts...)
		return err
	}},
	{"resetBulk", func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		_, err := c.AdminUsersSessionResetBulk(ctx, api.AdminUsersSessionResetBulkRequest{UserIDs: []string{slacktest.Member, slacktest.OtherMember}, WebOnly: true}, opts...)
		return err
	}},
	{"auth.test", func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		_, err := c.AuthTest(ctx, opts...)
		return err
	}},
	{"users", func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		_, err := c.AdminUsersList(ctx, api.AdminUsersListRequest{}, opts...)
		return err
	}},
	{"users who are deactivated, with all arguments that go with it", func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		_, err := c.AdminUsersList(ctx, api.AdminUsersListRequest{IsActive: ptr(false), IncludeDeactivatedUserWorkspaces: true, IncludeAdmins: true, IncludeOwners: true, Limit: 1}, opts...)
		return err
	}},
	{"guests of a workspace", func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		_, err := c.AdminUsersList(ctx, api.AdminUsersListRequest{TeamID: slacktest.Workspace, OnlyGuests: true}, opts...)
		return err
	}},
	{"a user", func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		_, err := c.UsersInfo(ctx, api.UsersInfoRequest{User: slacktest.Member, IncludeLocale: true}, opts...)
		return err
	}},
	{"a user by address", func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		_, err := c.UsersLookupByEmail(ctx, api.UsersLookupByEmailRequest{Email: "member@example.com"}, opts...)
		return err
	}},
	{"reset", func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		_, err := c.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{UserID: slacktest.Member}, opts...)
		return err
	}},
}

// encodings are the ways to send a call's arguments.
var encodings = map[string][]api.CallOption{
	"JSON": nil,
	"form": {api.WithForm()},
}

func ptr[T any](value T) *T { return &value }
