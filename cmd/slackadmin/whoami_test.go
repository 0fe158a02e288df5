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
	return failed.explain()
}

// TestFitness is what a token lacks, all at once.
func TestFitness(t *testing.T) {
	t.Parallel()
	good := api.AuthTestResponse{EnterpriseID: "E1", IsEnterpriseInstall: true}
	const both = "identify,admin.users:read, admin.users:write"
	tests := []struct {
		name   string
		change func(*api.AuthTestResponse)
		scopes []string
		want   string
	}{
		{"none of it", nil, []string{both}, ""},
		{"a scope", nil, []string{"admin.users:read"}, "the token lacks the scope admin.users:write: add it to the app's user token scopes and install the app on the entire organization again"},
		{"what Slack does not say", nil, nil, "Slack does not say which scopes the token has: look at the app, or for a proxy that takes the header X-OAuth-Scopes away"},
		{
			"an organization",
			func(me *api.AuthTestResponse) { *me = api.AuthTestResponse{} },
			[]string{both},
			"the token is not of an Enterprise organization: use a token of one",
		},
		{
			"much",
			func(me *api.AuthTestResponse) { me.BotID, me.IsEnterpriseInstall = "B1", false },
			[]string{""},
			"this is a bot token; the app is installed on a workspace alone; the token lacks the scope admin.users:write and admin.users:read: " +
				"set SLACK_TOKEN to a user token (xoxp-) of an Org Owner or Org Admin; have an Org Owner or Org Admin install it on the entire organization; " +
				"add it to the app's user token scopes and install the app on the entire organization again",
		},
	}
	for _, test := range tests {
		me := good
		if test.change != nil {
			test.change(&me)
		}
		got := explained(fitness(&me, http.Header{"X-Oauth-Scopes": test.scopes}))
		if test.want != "" {
			test.want = "the session commands will not work: " + test.want
		}
		if got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}
