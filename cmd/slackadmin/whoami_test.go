package main

import (
	"errors"
	"net/http"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
)

// explained returns what is said of a failure, "" of none.
func explained(err error) string {
	var failed *failure
	if !errors.As(err, &failed) {
		return ""
	}
	return failed.message()
}

// TestCheckToken is what is wrong with a token, all at once.
func TestCheckToken(t *testing.T) {
	t.Parallel()
	const (
		both = "identify,admin.users:read, admin.users:write"
		want = "set SLACK_TOKEN to a user token (xoxp-) of an Org Owner or Org Admin"
		add  = "add it to the app's user token scopes and install the app on the entire organization again"
	)
	for _, test := range []struct {
		name    string
		token   string
		change  func(*api.AuthTestResponse)
		scopes  []string
		refused api.ErrorCode
		kind    string
		want    string
	}{
		{"none of it", "xoxp-not-real", nil, []string{both}, "", "user", ""},
		{"one that expires", "xoxe.xoxp-not-real", nil, []string{both}, "", "user, which expires", ""},
		{"a prefix that is new", "xoxz-not-real", nil, []string{both}, "", "unknown", ""},
		{"a scope", "xoxp-not-real", nil, []string{"admin.users:read"}, "", "user", "the token lacks the scope admin.users:write: " + add},
		{"what Slack does not say", "xoxp-not-real", nil, nil, "", "user", "the response does not list the token's scopes: look at the app, or for a proxy that removes the header X-OAuth-Scopes"},
		{"an organization", "xoxp-not-real", func(me *api.AuthTestResponse) { *me = api.AuthTestResponse{} }, []string{both}, "", "user", "the token is not from an Enterprise organization: use a token of an Enterprise organization"},
		{
			"much", "xoxb-not-real", func(me *api.AuthTestResponse) { me.BotID, me.IsEnterpriseInstall = "B1", false },
			[]string{""},
			"", "bot",
			"1. the token's kind is bot (xoxb-): " + want + "; 2. the app is installed only on a workspace: have an Org Owner or Org Admin install it on the entire organization; " +
				"3. the token lacks the scope admin.users:write and admin.users:read: " + add,
		},
		{"a bot's that does not look so", "xoxp-not-real", func(me *api.AuthTestResponse) { me.BotID = "B1" }, []string{both}, "", "user", "the token is a bot's: " + want},
		{"an app's", "xapp-not-real", nil, nil, api.ErrNotAllowedTokenType, "app-level", "1. the token's kind is app-level (xapp-): " + want + "; 2. Slack refuses the token with not_allowed_token_type: " + want + "; bot tokens do not work"},
		{"a browser's", "xoxc-not-real", nil, nil, api.ErrInvalidAuth, "browser session", "1. the token's kind is browser session (xoxc-): " + want + "; a browser's token works only with its cookie; 2. Slack refuses the token with invalid_auth: set SLACK_TOKEN to a valid user token of an Org Owner or Org Admin"},
		{"a refresh token", "xoxe-not-real", nil, nil, api.ErrInvalidAuth, "refresh", "1. the token's kind is refresh (xoxe-): exchange it with oauth.v2.access for an access token, and set SLACK_TOKEN to that; 2. Slack refuses the token with invalid_auth: set SLACK_TOKEN to a valid user token of an Org Owner or Org Admin"},
		{"no token", "nonsense", nil, nil, api.ErrInvalidAuth, "unknown", "1. the token has no prefix of Slack's: " + want + "; 2. Slack refuses the token with invalid_auth: set SLACK_TOKEN to a valid user token of an Org Owner or Org Admin"},
	} {
		me := api.AuthTestResponse{EnterpriseID: "E1", IsEnterpriseInstall: true}
		if test.change != nil {
			test.change(&me)
		}
		var refused *api.Error
		if test.refused != "" {
			refused = &api.Error{Code: test.refused}
		}
		i := checkToken(test.token, &me, refused, http.Header{"X-Oauth-Scopes": test.scopes})
		verdict := "fit"
		if test.want != "" {
			verdict, test.want = "unfit", "the session commands will not work: "+test.want
		}
		if got := explained(i.failure(refused, "")); got != test.want || i.Kind != test.kind || i.Verdict != verdict {
			t.Errorf("%s: %s, %s, got %q, want %q", test.name, i.Kind, i.Verdict, got, test.want)
		}
	}
}
