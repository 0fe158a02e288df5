package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/methods"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
	"github.com/seed-38c23bad/slackadmin/internal/refusals"
	"github.com/seed-38c23bad/slackadmin/internal/words"
)

func newWhoami(s *speech) *cobra.Command {
	c := &caller{speech: s}
	cmd := &cobra.Command{
		Use:   "whoami",
		Short: "Say whom the token belongs to, and whether it can end sessions",
		Long: `whoami says of which kind the token is, by its prefix, and asks Slack whom it belongs
to, and whether it has what the session commands need: a user token, from an app that
is installed on the entire organization, with the scopes admin.users:read and
admin.users:write. If not, it says all that is wrong and what to do about each, and the
exit status is 1. Whether the user is an Org Owner or Org Admin is what Slack says when
a session command is run.

With --json it prints one object: with the kind, the scopes, all that is wrong, and the
verdict fit or unfit.`,
		Args: flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, opts, err := c.client(cmd)
			if err != nil {
				return err
			}
			var header http.Header
			opts = append(opts, api.WithHeaderInto(&header))
			me, err := client.AuthTest(cmd.Context(), opts...)
			var refused *api.Error
			if err != nil && (!errors.As(err, &refused) || !refusals.AboutCaller(refused.Code)) {
				return c.failure(cmd, "", err)
			}
			i := identify(strings.TrimSpace(os.Getenv("SLACK_TOKEN")), me, refused, header)
			if c.json {
				err = json.NewEncoder(cmd.OutOrStdout()).Encode(i)
			} else {
				_, err = fmt.Fprint(cmd.OutOrStdout(), i.describe())
			}
			if err != nil {
				return outputFailure(err)
			}
			return i.failure(refused, details(c.response))
		},
	}
	c.flags(cmd)
	return cmd
}

// A tokenKind is what the prefix of a token says.
type tokenKind struct {
	prefix, kind string
	remedy       string // if the session methods do not take it
}

const wantUserToken = "set SLACK_TOKEN to a user token (xoxp-) of an Org Owner or Org Admin"

// tokenKinds are in the order in which to look, for some prefixes begin alike.
var tokenKinds = []tokenKind{
	{"xoxp-", "user", ""},
	{"xoxe.xoxp-", "user, which expires", ""},
	{"xoxb-", "bot", wantUserToken},
	{"xoxe.xoxb-", "bot, which expires", wantUserToken},
	{"xapp-", "app-level", wantUserToken},
	{"xoxc-", "browser session", wantUserToken + "; one of a browser goes with its cookie alone"},
	{"xoxe-", "refresh", "exchange it with oauth.v2.access for an access token, and set SLACK_TOKEN to that"},
	{"xoxe.", "expiring, of another kind", wantUserToken},
}

// kindOf returns the kind of a token.
func kindOf(token string) tokenKind {
	for _, k := range tokenKinds {
		if strings.HasPrefix(token, k.prefix) {
			return k
		}
	}
	return tokenKind{kind: "unknown"}
}

// optionalScopes are of use though the session methods do not need them.
var optionalScopes = []struct{ scope, purpose string }{
	{"users:read", "ask for the sessions of a few users alone, and know a person by either ID"},
	{"users:read.email", "look up a few addresses one by one, instead of listing everybody"},
	{auditScope, "plan --audit-since and verify --audit, if it is an Org Owner's"},
}

// An identity is whose the token is, and whether it will do.
type identity struct {
	Verdict  string    `json:"verdict"`
	Problems []problem `json:"problems"`
	Kind     string    `json:"kind"`
	Prefix   string    `json:"prefix"`
	Scopes   []string  `json:"scopes"`
	Missing  []string  `json:"missing_scopes"`
	Optional []option  `json:"optional_scopes"`

	UserID       string `json:"user_id,omitempty"`
	User         string `json:"user,omitempty"`
	EnterpriseID string `json:"enterprise_id,omitempty"`
	TeamID       string `json:"team_id,omitempty"`
	Team         string `json:"team,omitempty"`
	URL          string `json:"url,omitempty"`
	AppID        string `json:"app_id,omitempty"`
	AppName      string `json:"app_name,omitempty"`
	ExpiresIn    int    `json:"expires_in,omitempty"` // seconds
}

// A problem keeps the token from being used for the session commands.
type problem struct {
	What   string `json:"what"`
	Remedy string `json:"remedy"`
}

// An option is an optional scope.
type option struct {
	Scope   string `json:"scope"`
	Purpose string `json:"purpose"`
	Granted bool   `json:"granted"`
}

// maxExpiry is the longest time until a token expires, in seconds; more would overflow.
const maxExpiry = 1 << 32

// identify puts together what the prefix of a token says, and what Slack does: an
// answer, or a refusal.
func identify(token string, me *api.AuthTestResponse, refused *api.Error, header http.Header) *identity {
	kind := kindOf(token)
	i := &identity{Verdict: "fit", Problems: []problem{}, Kind: kind.kind, Prefix: kind.prefix, Scopes: []string{}, Missing: []string{}, Optional: []option{}}
	switch {
	case kind.remedy != "":
		i.unfit("this is a token of the kind "+kind.kind+" ("+kind.prefix+")", kind.remedy)
	case refused == nil && me.BotID != "":
		i.unfit("this is a bot token", wantUserToken)
	case kind.prefix == "" && refused != nil:
		i.unfit("the token begins like none of Slack's", wantUserToken)
	}
	if refused != nil {
		i.unfit("Slack refuses it with "+string(refused.Code), nextStep(refused))
		return i
	}
	i.UserID, i.EnterpriseID, i.TeamID, i.Team, i.URL, i.AppID, i.AppName = me.UserID, me.EnterpriseID, me.TeamID, me.Team, me.URL, me.AppID, me.AppName
	if me.User != nil {
		i.User = *me.User
	}
	if me.ExpiresIn != nil && *me.ExpiresIn > 0 {
		i.ExpiresIn = min(*me.ExpiresIn, maxExpiry)
	}
	switch {
	case me.EnterpriseID == "":
		i.unfit("it is not of an Enterprise organization", "use a token of one")
	case !me.IsEnterpriseInstall:
		i.unfit("the app is installed on a workspace alone", "have an Org Owner or Org Admin install it on the entire organization")
	}
	if header.Values("X-Oauth-Scopes") == nil {
		i.unfit("Slack does not say which scopes it has", "look at the app, or for a proxy that takes the header X-OAuth-Scopes away")
		return i
	}
	i.Scopes = scopesOf(header.Get("X-Oauth-Scopes"))
	if i.Missing = missingScopes(i.Scopes); len(i.Missing) > 0 {
		i.unfit("it lacks the scope "+strings.Join(i.Missing, " and "), "add it to the app's user token scopes and install the app on the entire organization again")
	}
	for _, o := range optionalScopes {
		i.Optional = append(i.Optional, option{o.scope, o.purpose, slices.Contains(i.Scopes, o.scope)})
	}
	return i
}

func (i *identity) unfit(what, remedy string) {
	i.Verdict = "unfit"
	i.Problems = append(i.Problems, problem{what, remedy})
}

// describe says for people whose token it is.
func (i *identity) describe() string {
	var b strings.Builder
	out := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	row := func(name string, values ...string) {
		if value := strings.TrimSpace(strings.Join(values, " ")); value != "" {
			fmt.Fprintf(out, "%s\t%s\n", name, printable.Line(value))
		}
	}
	row("Token", i.Prefix, i.Kind)
	row("User", i.UserID, i.User)
	row("Organization", i.EnterpriseID)
	row("Workspace", i.TeamID, i.Team)
	row("URL", i.URL)
	row("App", i.AppID, i.AppName)
	row("Scopes", strings.Join(i.Scopes, ", "))
	for _, o := range i.Optional {
		if !o.Granted {
			row("Optional", o.Scope, "would let it", o.Purpose)
		}
	}
	if left := time.Duration(i.ExpiresIn) * time.Second; left > 0 {
		row("Expires", inTime(left, time.Now().Add(left)))
	}
	_ = out.Flush() // into b
	return b.String()
}

// failure returns all that is wrong, each with its remedy; nil if nothing is.
func (i *identity) failure(refused *api.Error, details string) error {
	if len(i.Problems) == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString("the session commands will not work: ")
	for n, p := range i.Problems {
		if len(i.Problems) > 1 {
			fmt.Fprintf(&b, "%d. ", n+1)
		}
		b.WriteString(p.What)
		if n < len(i.Problems)-1 {
			b.WriteString(": " + p.Remedy + "; ")
		}
	}
	failed := &failure{err: errors.New(b.String()), next: i.Problems[len(i.Problems)-1].Remedy}
	if refused != nil {
		failed.err, failed.details = &unfitError{b.String(), refused}, details
	}
	return failed
}

// An unfitError says what is wrong with a token that Slack refused.
type unfitError struct {
	text    string
	refused *api.Error
}

func (e *unfitError) Error() string { return e.text }

func (e *unfitError) Unwrap() error { return e.refused }

// missingScopes returns the scopes that the session methods need and that are not
// among those granted.
func missingScopes(granted []string) []string {
	missing := []string{}
	for _, m := range methods.All {
		if !strings.HasPrefix(m.Name, "admin.users.session.") {
			continue
		}
		for _, anyOf := range m.Scopes {
			want := words.AnyOf(anyOf, "")
			if !slices.ContainsFunc(anyOf, func(scope string) bool { return slices.Contains(granted, scope) }) && !slices.Contains(missing, want) {
				missing = append(missing, want)
			}
		}
	}
	return missing
}

// scopesOf returns the scopes of a comma-separated list, never nil.
func scopesOf(granted string) []string {
	return append([]string{}, strings.FieldsFunc(granted, func(r rune) bool { return r == ',' || r == ' ' })...)
}
