package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/methods"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// A failure is an error that is not one of usage.
type failure struct {
	err     error
	about   string // the user or session that it is about
	next    string // what to do, where the error alone does not tell
	more    string // what to do besides
	details string // what Slack says beside the code
	partly  bool   // whether something was done
	status  int    // the exit status, where it is one of its own
	local   bool   // whether no call to Slack failed, so that there is no hint about one
}

func (f *failure) Error() string { return f.err.Error() }

func (f *failure) Unwrap() error { return f.err }

// outputFailure returns err as one of writing the output, or nil.
func outputFailure(err error) error {
	if err == nil {
		return nil
	}
	return &failure{err: fmt.Errorf("the output could not be written: %w", err), local: true}
}

// explain returns one line: what went wrong, and what to do next.
func (f *failure) explain() string {
	var line strings.Builder
	if f.about != "" {
		line.WriteString(f.about + ": ")
	}
	line.WriteString(f.err.Error())
	if f.details != "" {
		line.WriteString(" with " + f.details)
	}
	next := f.next
	if next == "" && !f.local {
		next = whatNext(f.err)
	}
	if next != "" {
		line.WriteString(": " + next)
	}
	if f.more != "" {
		line.WriteString("; " + f.more)
	}
	return printable.Line(line.String())
}

// whatNext returns what to do about err, "" if it says that itself.
func whatNext(err error) string {
	var refused *api.Error
	var timeout net.Error
	const endpoint = "check --api-url and SLACK_API_URL"
	maybe, itMay := "", ""
	if api.MayBeDone(err) {
		maybe, itMay = "; Slack may have done what was asked", "; it may have done what was asked"
	}
	for _, server := range methods.Servers {
		if strings.Contains(err.Error(), "WithServerURL(\""+server.Name+"\"") {
			return "say where it is with --" + server.Name + "-url or " + serverVariable(server.Name)
		}
	}
	switch {
	case errors.As(err, new(*signout.LocalError)), errors.Is(err, signout.ErrInterrupted):
		return ""
	case errors.Is(err, context.Canceled) && errors.Is(err, api.ErrRatelimited) && !api.MayBeDone(err):
		return "interrupted while waiting for the rate limit; nothing was done"
	case errors.Is(err, context.Canceled) && api.NotSent(err):
		return "interrupted; nothing was sent"
	case errors.Is(err, context.Canceled):
		return "interrupted before Slack answered" + itMay
	case errors.As(err, &refused):
		return nextStep(refused)
	case errors.As(err, new(*api.ResponseError)):
		return endpoint + ", and any proxy" + maybe
	case api.NotSent(err) && isOfTLS(err):
		return "nothing was sent; " + endpoint + ", any proxy, and which certificates this machine trusts"
	case api.NotSent(err):
		return "nothing was sent; check the network, any proxy, --api-url and SLACK_API_URL, and try again"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "no answer came in time" + maybe + "; try again, and give it longer with --timeout, such as --timeout 2m"
	default:
		return "no answer came" + maybe + "; check the network and try again"
	}
}

// isOfTLS reports whether err says that TLS did not come about.
func isOfTLS(err error) bool {
	var op *net.OpError
	alert := errors.As(err, &op) && op.Op == "remote error"
	return alert || errors.As(err, new(*tls.CertificateVerificationError)) || errors.Is(err, http.ErrSchemeMismatch) ||
		errors.As(err, new(tls.RecordHeaderError))
}

func nextStep(e *api.Error) string {
	switch e.Code {
	case api.ErrMissingScope:
		if e.Needed == "" {
			return "add the method's scope to the app; see https://docs.slack.dev/reference/methods/" + e.Method
		}
		return fmt.Sprintf("add the scope %q to the app and install it on the entire organization again", e.Needed)
	case api.ErrNotAllowedTokenType, api.ErrIsBot:
		return "set SLACK_TOKEN to a user token (xoxp-) of an Org Owner or Org Admin; bot tokens do not work"
	case api.ErrNotAnAdmin, api.ErrAdminUnauthorized:
		return "set SLACK_TOKEN to a token of an Org Owner or Org Admin"
	case api.ErrNotAuthed, api.ErrInvalidAuth, api.ErrTokenExpired, api.ErrTokenRevoked, api.ErrAccountInactive:
		return "set SLACK_TOKEN to a valid user token of an Org Owner or Org Admin"
	case api.ErrFeatureNotEnabled:
		return "use a token of an Enterprise organization"
	case api.ErrTeamAccessNotGranted:
		return "install the app on the entire organization"
	case api.ErrUserNotFound:
		return "check the user ID"
	case api.ErrSessionNotFound:
		return "check the session ID; the session may have ended already"
	case api.ErrCannotResetPrimaryOwner, api.ErrCannotInvalidatePrimaryOwner, api.ErrSessionResetNotAllowed:
		return "only a token of the primary owner can do this"
	case api.ErrCannotResetBot:
		return "a bot has no sessions; revoke its token instead"
	case api.ErrBotsNotAllowed:
		return "leave the bots out"
	case api.ErrRatelimited, "rate_limited":
		return "wait " + cmp.Or(e.RetryAfter.Round(time.Second), time.Minute).String() + " and try again"
	case api.ErrInternalError, api.ErrFatalError:
		if !api.MayBeDone(e) {
			return "Slack failed; try again"
		}
		return "some of the work may have been done; run it again, which is harmless but for users who signed in since"
	case api.ErrServiceUnavailable, api.ErrRequestTimeout, api.ErrUserSessionResetFailed, api.ErrSessionInvalidationFailed:
		return "try again"
	default:
		return "see https://docs.slack.dev/reference/methods/" + e.Method
	}
}
