package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// A failure is an error that is not one of usage.
type failure struct {
	err    error
	about  string // the user or session that it is about
	next   string // what to do, where the error alone does not tell
	more   string // what to do besides
	partly bool   // whether something was done
	status int    // the exit status, where it is one of its own
}

func (f *failure) Error() string { return f.err.Error() }

func (f *failure) Unwrap() error { return f.err }

// outputFailure returns err as one of writing the output, or nil.
func outputFailure(err error) error {
	if err == nil {
		return nil
	}
	return &failure{err: err, next: "the output could not be written"}
}

// explain returns one line: what went wrong, and what to do next.
func (f *failure) explain() string {
	var line strings.Builder
	if f.about != "" {
		line.WriteString(f.about + ": ")
	}
	line.WriteString(f.err.Error())
	if next := cmp.Or(f.next, whatNext(f.err)); next != "" {
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
	var op *net.OpError
	dialed := errors.As(err, &op) && op.Op == "dial"
	switch {
	case errors.As(err, new(*signout.LocalError)), errors.Is(err, signout.ErrInterrupted):
		return ""
	case errors.Is(err, context.Canceled) && errors.Is(err, api.ErrRatelimited):
		return "interrupted while waiting for the rate limit; nothing was done"
	case errors.Is(err, context.Canceled) && dialed:
		return "interrupted while waiting to try again; nothing was sent"
	case errors.Is(err, context.Canceled):
		return "interrupted before Slack answered; it may have done what was asked"
	case errors.As(err, &refused):
		return nextStep(refused)
	case errors.As(err, new(*api.ResponseError)):
		return "check --api-url and SLACK_API_URL, and any proxy; Slack may have done what was asked"
	case dialed:
		return "nothing was sent; check the network, --api-url and SLACK_API_URL, and try again"
	case noHandshake(err):
		return "nothing was sent; check --api-url and SLACK_API_URL, any proxy, and which certificates this machine trusts"
	default:
		return "no answer came; Slack may have done what was asked; check the network and try again"
	}
}

// handshakeAlerts are those of TLS that a server sends instead of shaking hands.
var handshakeAlerts = []tls.AlertError{
	40,  // handshake_failure
	42,  // bad_certificate
	43,  // unsupported_certificate
	46,  // certificate_unknown
	48,  // unknown_ca
	49,  // access_denied
	70,  // protocol_version
	71,  // insufficient_security
	112, // unrecognized_name
	116, // certificate_required
	120, // no_application_protocol
}

// noHandshake reports whether err is of TLS before anything was sent over it.
func noHandshake(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "remote error" {
		return slices.ContainsFunc(handshakeAlerts, func(alert tls.AlertError) bool { return alert.Error() == op.Err.Error() })
	}
	var record tls.RecordHeaderError
	return errors.As(err, new(*tls.CertificateVerificationError)) || errors.Is(err, http.ErrSchemeMismatch) ||
		errors.As(err, &record) && record.Conn != nil
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
	case api.ErrRatelimited:
		return "wait " + cmp.Or(e.RetryAfter.Round(time.Second), time.Minute).String() + " and try again"
	case api.ErrInternalError, api.ErrFatalError:
		return "some of the work may have been done; run it again, which is harmless but for users who signed in since"
	case api.ErrServiceUnavailable, api.ErrUserSessionResetFailed, api.ErrSessionInvalidationFailed:
		return "try again"
	default:
		return "see https://docs.slack.dev/reference/methods/" + e.Method
	}
}
