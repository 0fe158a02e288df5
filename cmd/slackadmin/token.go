package main

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/methods"
	"github.com/seed-38c23bad/slackadmin/internal/people"
	"github.com/seed-38c23bad/slackadmin/internal/words"
)

const auditScope = "auditlogs:read"

// A tokenKind is a kind of token that a prefix identifies.
type tokenKind struct {
	prefix, kind string
	remedy       string // if the session methods refuse the kind
}

const wantUserToken = "set SLACK_TOKEN to a user token (xoxp-) of an Org Owner or Org Admin"

// tokenKinds are in the order of the checks, because some prefixes begin alike.
var tokenKinds = []tokenKind{
	{"xoxp-", "user", ""},
	{"xoxe.xoxp-", "user, which expires", ""},
	{"xoxb-", "bot", wantUserToken},
	{"xoxe.xoxb-", "bot, which expires", wantUserToken},
	{"xapp-", "app-level", wantUserToken},
	{"xoxc-", "browser session", wantUserToken + "; a browser's token works only with its cookie"},
	{"xoxe-", "refresh", "exchange it with oauth.v2.access for an access token, and set SLACK_TOKEN to that"},
	{"xoxe.", "expiring, of another kind", wantUserToken},
}

func kindOf(token string) tokenKind {
	for _, k := range tokenKinds {
		if strings.HasPrefix(token, k.prefix) {
			return k
		}
	}
	return tokenKind{kind: "unknown"}
}

// optionalScopes are useful scopes that the session methods do not require.
var optionalScopes = []struct{ scope, purpose string }{
	{"users:read", "ask for the sessions of a few users alone, and know a person by either ID"},
	{"users:read.email", "look up a few addresses one by one, instead of listing everybody"},
	{auditScope, "use plan --audit-since and verify --audit, if it is an Org Owner's"},
}

// A tokenReport describes the token, its owner, and its problems.
type tokenReport struct {
	Verdict  string          `json:"verdict"`
	Problems []tokenProblem  `json:"problems"`
	Kind     string          `json:"kind"`
	Prefix   string          `json:"prefix"`
	Scopes   []string        `json:"scopes"`
	Missing  []string        `json:"missing_scopes"`
	Optional []optionalScope `json:"optional_scopes"`

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

// A tokenProblem is a reason why the session commands refuse the token.
type tokenProblem struct {
	What   string `json:"what"`
	Remedy string `json:"remedy"`
}

type optionalScope struct {
	Scope   string `json:"scope"`
	Purpose string `json:"purpose"`
	Granted bool   `json:"granted"`
}

// maxExpiry limits the seconds until a token expires, which would overflow otherwise.
const maxExpiry = 1 << 32

// checkToken returns a report on a token from its prefix and Slack's response to
// auth.test, which is either me or refused.
func checkToken(token string, me *api.AuthTestResponse, refused *api.Error, header http.Header) *tokenReport {
	kind := kindOf(token)
	r := &tokenReport{Verdict: "fit", Problems: []tokenProblem{}, Kind: kind.kind, Prefix: kind.prefix, Scopes: []string{}, Missing: []string{}, Optional: []optionalScope{}}
	switch {
	case kind.remedy != "":
		r.addProblem("the token's kind is "+kind.kind+" ("+kind.prefix+")", kind.remedy)
	case refused == nil && me.BotID != "":
		r.addProblem("the token is a bot's", wantUserToken)
	case kind.prefix == "" && refused != nil:
		r.addProblem("the token has no prefix of Slack's", wantUserToken)
	}
	if refused != nil {
		r.addProblem("Slack refuses the token with "+string(refused.Code), codeHint(refused))
		return r
	}
	r.UserID, r.EnterpriseID, r.TeamID, r.Team, r.URL, r.AppID, r.AppName = me.UserID, me.EnterpriseID, me.TeamID, me.Team, me.URL, me.AppID, me.AppName
	if me.User != nil {
		r.User = *me.User
	}
	if me.ExpiresIn != nil && *me.ExpiresIn > 0 {
		r.ExpiresIn = min(*me.ExpiresIn, maxExpiry)
	}
	switch {
	case me.EnterpriseID == "":
		r.addProblem("the token is not from an Enterprise organization", "use a token of an Enterprise organization")
	case !me.IsEnterpriseInstall:
		r.addProblem("the app is installed only on a workspace", "have an Org Owner or Org Admin install it on the entire organization")
	}
	if header.Values("X-Oauth-Scopes") == nil {
		r.addProblem("the response does not list the token's scopes", "look at the app, or for a proxy that removes the header X-OAuth-Scopes")
		return r
	}
	r.Scopes = append(r.Scopes, people.ScopesOf(header)...)
	if r.Missing = missingScopes(r.Scopes); len(r.Missing) > 0 {
		r.addProblem("the token lacks the scope "+strings.Join(r.Missing, " and "), "add it to the app's user token scopes and install the app on the entire organization again")
	}
	for _, o := range optionalScopes {
		r.Optional = append(r.Optional, optionalScope{o.scope, o.purpose, slices.Contains(r.Scopes, o.scope)})
	}
	return r
}

func (r *tokenReport) addProblem(what, remedy string) {
	r.Verdict = "unfit"
	r.Problems = append(r.Problems, tokenProblem{what, remedy})
}

// failure returns all problems with their remedies as an error; nil if there are none.
func (r *tokenReport) failure(refused *api.Error, details string) error {
	if len(r.Problems) == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString("the session commands will not work: ")
	last := len(r.Problems) - 1
	for n, p := range r.Problems {
		if last > 0 {
			b.WriteString(strconv.Itoa(n+1) + ". ")
		}
		b.WriteString(p.What)
		if n < last {
			b.WriteString(": " + p.Remedy + "; ")
		}
	}
	failed := &failure{err: errors.New(b.String()), hint: r.Problems[last].Remedy}
	if refused != nil {
		failed.err, failed.details = &refusedTokenError{b.String(), refused}, details
	}
	return failed
}

// A refusedTokenError describes the problems of a token that Slack refused.
type refusedTokenError struct {
	text    string
	refused *api.Error
}

func (e *refusedTokenError) Error() string { return e.text }

func (e *refusedTokenError) Unwrap() error { return e.refused }

// missingScopes returns the scopes that the session methods require and granted lacks.
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
