package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/methods"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
	"github.com/seed-38c23bad/slackadmin/internal/words"
)

func newWhoami(s *speech) *cobra.Command {
	c := &caller{speech: s}
	cmd := &cobra.Command{
		Use:   "whoami",
		Short: "Say whom the token belongs to, and whether it can end sessions",
		Long: `whoami asks Slack whom the token belongs to, and whether it has what the session
commands need: a user token, from an app that is installed on the entire
organization, with the scopes admin.users:read and admin.users:write. If not, it
says what to do, and the exit status is 1. Whether the user is an Org Owner or Org
Admin is what Slack says when a session command is run.`,
		Args: flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, opts, err := c.client(cmd)
			if err != nil {
				return err
			}
			var header http.Header
			opts = append(opts, api.WithHeaderInto(&header))
			me, err := client.AuthTest(cmd.Context(), opts...)
			if err != nil {
				return c.failure(cmd, "", err)
			}
			if c.json {
				err = printJSON(cmd.OutOrStdout(), c.response)
			} else {
				_, err = fmt.Fprint(cmd.OutOrStdout(), identity(me, header.Get("X-Oauth-Scopes")))
			}
			if err != nil {
				return outputFailure(err)
			}
			return fitness(me, header)
		},
	}
	c.flags(cmd)
	return cmd
}

// maxExpiry is the longest time until a token expires, in seconds; more would overflow.
const maxExpiry = 1 << 32

func identity(me *api.AuthTestResponse, scopes string) string {
	var b strings.Builder
	out := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	row := func(name string, values ...string) {
		if value := strings.TrimSpace(strings.Join(values, " ")); value != "" {
			fmt.Fprintf(out, "%s\t%s\n", name, printable.Line(value))
		}
	}
	user := ""
	if me.User != nil {
		user = *me.User
	}
	row("User", me.UserID, user)
	row("Organization", me.EnterpriseID)
	row("Workspace", me.TeamID, me.Team)
	row("URL", me.URL)
	row("App", me.AppID, me.AppName)
	row("Scopes", strings.Join(scopesOf(scopes), ", "))
	if me.ExpiresIn != nil && *me.ExpiresIn > 0 {
		left := time.Duration(min(*me.ExpiresIn, maxExpiry)) * time.Second
		row("Expires", inTime(left, time.Now().Add(left)))
	}
	_ = out.Flush() // into b
	return b.String()
}

// fitness returns all that keeps the token from being used for the session
// commands, if anything does.
func fitness(me *api.AuthTestResponse, header http.Header) error {
	var what, next []string
	unfit := func(why, advice string) { what, next = append(what, why), append(next, advice) }
	if me.BotID != "" {
		unfit("this is a bot token", "set SLACK_TOKEN to a user token (xoxp-) of an Org Owner or Org Admin")
	}
	switch {
	case me.EnterpriseID == "":
		unfit("the token is not of an Enterprise organization", "use a token of one")
	case !me.IsEnterpriseInstall:
		unfit("the app is installed on a workspace alone", "have an Org Owner or Org Admin install it on the entire organization")
	}
	missing := missingScopes(header.Get("X-Oauth-Scopes"))
	switch {
	case header.Values("X-Oauth-Scopes") == nil:
		unfit("Slack does not say which scopes the token has", "look at the app, or for a proxy that takes the header X-OAuth-Scopes away")
	case len(missing) > 0:
		unfit("the token lacks the scope "+strings.Join(missing, " and "), "add it to the app's user token scopes and install the app on the entire organization again")
	}
	if what == nil {
		return nil
	}
	return &failure{err: fmt.Errorf("the session commands will not work: %s", strings.Join(what, "; ")), next: strings.Join(next, "; ")}
}

// missingScopes returns the scopes that the session methods need and granted, a
// comma-separated list, lacks.
func missingScopes(granted string) (missing []string) {
	has := scopesOf(granted)
	for _, m := range methods.All {
		if !strings.HasPrefix(m.Name, "admin.users.session.") {
			continue
		}
		for _, anyOf := range m.Scopes {
			want := words.AnyOf(anyOf, "")
			if !slices.ContainsFunc(anyOf, func(scope string) bool { return slices.Contains(has, scope) }) && !slices.Contains(missing, want) {
				missing = append(missing, want)
			}
		}
	}
	return missing
}

// scopesOf returns the scopes of a comma-separated list.
func scopesOf(granted string) []string {
	scopes := strings.Split(granted, ",")
	for i := range scopes {
		scopes[i] = strings.TrimSpace(scopes[i])
	}
	return scopes
}
