package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// explain returns one line: what went wrong, and what to do next.
func explain(err error) string {
	var refused *api.Error
	saysNo := errors.As(err, &refused)
	garbled := errors.As(err, new(*api.ResponseError))
	var op *net.OpError
	_ = errors.As(err, &op)
	var next string
	switch {
	case isOutput(err):
		next = "Slack did as asked, but the output could not be written"
	case errors.Is(err, context.Canceled) && errors.Is(err, api.ErrRatelimited):
		next = "interrupted while waiting to try again; Slack had put the last try off, and did nothing for it"
	case errors.Is(err, context.Canceled) && op != nil && op.Op == "dial":
		next = "interrupted while waiting to try again; nothing was sent at the last try"
	case errors.Is(err, context.Canceled):
		next = "interrupted before Slack answered; it may have done what was asked all the same"
	case saysNo:
		next = nextStep(refused)
	case garbled:
		next = "check --api-url and SLACK_API_URL, or what stands between here and Slack; Slack may have done what was asked all the same"
	case op != nil && op.Op == "dial":
		next = "nothing was sent; check the network, --api-url and SLACK_API_URL, and try again"
	default:
		next = "no answer came; Slack may have done what was asked all the same; check the network and try again"
	}
	return printable.Line(err.Error()) + ": " + next
}

// outputError is one of writing what Slack answered.
type outputError struct{ error }

func isOutput(err error) bool {
	ok := errors.As(err, new(outputError))
	return ok
}

func nextStep(e *api.Error) string {
	switch e.Code {
	case api.ErrMissingScope:
		if e.Needed == "" {
			return "add the method's scope to the app; see https://docs.slack.dev/reference/methods/" + e.Method
		}
		return fmt.Sprintf("add the scope %q to the app and install it on the organization again", e.Needed)
	case api.ErrNotAllowedTokenType, api.ErrIsBot:
		return "set SLACK_TOKEN to a user token (xoxp-) of an Org Owner or Org Admin; bot tokens will not do"
	case api.ErrNotAnAdmin, api.ErrAdminUnauthorized:
		return "set SLACK_TOKEN to a token of an Org Owner or Org Admin"
	case api.ErrNotAuthed, api.ErrInvalidAuth, api.ErrTokenExpired, api.ErrTokenRevoked, api.ErrAccountInactive:
		return "set SLACK_TOKEN to a valid user token of an Org Owner or Org Admin"
	case api.ErrFeatureNotEnabled:
		return "use a token of an Enterprise organization"
	case api.ErrUserNotFound:
		return "check the user ID; it starts with U or W"
	case api.ErrSessionNotFound:
		return "check the session ID; the session may have ended already"
	case api.ErrCannotResetPrimaryOwner, api.ErrCannotInvalidatePrimaryOwner:
		return "only a token of the primary owner's own can do this"
	case api.ErrCannotResetBot:
		return "a bot has no sessions; revoke its token instead"
	case api.ErrBotsNotAllowed:
		return "leave the bots out"
	case api.ErrFailedForSomeUsers:
		return "the other users are taken care of; look at each one named"
	case api.ErrRatelimited:
		return "wait " + cmp.Or(e.RetryAfter, time.Minute).String() + " and try again"
	case api.ErrInternalError, api.ErrServiceUnavailable, api.ErrUserSessionResetFailed, api.ErrSessionInvalidationFailed:
		return "try again"
	default:
		return "see https://docs.slack.dev/reference/methods/" + e.Method
	}
}
