package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/methods"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// A failure is an error that is not a usage error.
type failure struct {
	err     error
	subject string // the user or session that the error is about
	hint    string // what to do next; if empty, the error determines it
	also    string // what to do besides
	details string // the fields of Slack's response besides the code
	partial bool   // whether a part was done
	status  int    // the exit status; if 0, the error determines it
	local   bool   // whether no call failed, so that hintFor does not apply
}

func (f *failure) Error() string { return f.err.Error() }

func (f *failure) Unwrap() error { return f.err }

// writeError returns the failure to write the output for err, or nil.
func writeError(err error) error {
	if err == nil {
		return nil
	}
	return &failure{err: fmt.Errorf("the output could not be written: %w", err), local: true}
}

func isClosedPipe(err error) bool {
	const brokenPipe, noData = syscall.Errno(109), syscall.Errno(232) // Windows's
	return errors.Is(err, syscall.EPIPE) || runtime.GOOS == "windows" && (errors.Is(err, brokenPipe) || errors.Is(err, noData))
}

func (f *failure) exitStatus(ctx context.Context) int {
	switch {
	case errors.Is(f, signout.ErrInterrupted), errors.Is(f, context.Canceled) && ctx.Err() != nil:
		return exitInterrupted
	case f.status != 0:
		return f.status
	case f.partial:
		return exitPartial
	default:
		return exitFailed
	}
}

// message returns one line: what failed, and what to do next.
func (f *failure) message() string {
	var line strings.Builder
	if f.subject != "" {
		line.WriteString(f.subject + ": ")
	}
	line.WriteString(f.err.Error())
	if f.details != "" {
		line.WriteString(" with " + f.details)
	}
	hint := f.hint
	if hint == "" && !f.local {
		hint = hintFor(f.err)
	}
	if hint != "" {
		line.WriteString(": " + hint)
	}
	if f.also != "" {
		line.WriteString("; " + f.also)
	}
	return printable.Line(line.String())
}

// hintFor returns what to do about err; "" if the error says it.
func hintFor(err error) string {
	var refused *api.Error
	var timeout net.Error
	const endpoint = "check --api-url and SLACK_API_URL"
	maybe := ""
	if api.MayBeDone(err) {
		maybe = "; Slack may have executed the call"
	}
	for _, server := range methods.Servers {
		if strings.Contains(err.Error(), "WithServerURL(\""+server.Name+"\"") {
			return "set its URL with --" + server.Name + "-url or " + serverVariable(server.Name)
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
		return "interrupted before the response" + maybe
	case errors.As(err, &refused):
		return codeHint(refused)
	case errors.As(err, new(*api.ResponseError)):
		return endpoint + ", and any proxy" + maybe
	case api.NotSent(err) && isTLSError(err):
		return "nothing was sent; " + endpoint + ", any proxy, and which certificates this machine trusts"
	case api.NotSent(err):
		return "nothing was sent; check the network, any proxy, --api-url and SLACK_API_URL, and try again"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "no response came in time" + maybe + "; try again with a longer --timeout, such as --timeout 2m"
	default:
		return "no response came" + maybe + "; check the network and try again"
	}
}

func isTLSError(err error) bool {
	var op *net.OpError
	alert := errors.As(err, &op) && op.Op == "remote error"
	return alert || errors.As(err, new(*tls.CertificateVerificationError)) || errors.Is(err, http.ErrSchemeMismatch) ||
		errors.As(err, new(tls.RecordHeaderError))
}

func codeHint(e *api.Error) string {
	switch e.Code {
	case api.ErrMissingScope:
		if e.Needed == "" {
			return "add the method's scope to the app; see https://docs.slack.dev/reference/methods/" + e.Method
		}
		return fmt.Sprintf("add the scope %q to the app and install it on the entire organization again", e.Needed)
	case api.ErrNotAllowedTokenType, api.ErrIsBot:
		return wantUserToken + "; bot tokens do not work"
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
		return "Slack may have done a part; run it again, which harms only users who signed in since"
	case api.ErrServiceUnavailable, api.ErrRequestTimeout, api.ErrUserSessionResetFailed, api.ErrSessionInvalidationFailed:
		return "try again"
	default:
		return "see https://docs.slack.dev/reference/methods/" + e.Method
	}
}

// knownFields are the fields of a refusal that api.Error includes in its text.
var knownFields = []string{"ok", "error", "needed", "provided"}

const maxDetails = 500

// extraFields returns the other fields of a refusal and their JSON, "" if there are none.
func extraFields(response json.RawMessage) string {
	var fields map[string]json.RawMessage
	if json.Unmarshal(response, &fields) != nil {
		return ""
	}
	for _, name := range knownFields {
		delete(fields, name)
	}
	var metadata map[string]json.RawMessage
	if json.Unmarshal(fields["response_metadata"], &metadata) == nil {
		delete(metadata, "messages")
		delete(metadata, "next_cursor")
		delete(fields, "response_metadata")
		if len(metadata) > 0 {
			fields["response_metadata"], _ = json.Marshal(metadata)
		}
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if line, err := jsonLine(fields[name]); err == nil {
			all = append(all, name+" "+line)
		}
	}
	return truncate(strings.Join(all, ", "), maxDetails)
}

// handlePartialRefusal prints the messages of a refusal for some users only, and returns
// the failure without them.
func (c *connection) handlePartialRefusal(failed *failure) *failure {
	var refused *api.Error
	if !errors.Is(failed, api.ErrFailedForSomeUsers) || !errors.As(failed, &refused) {
		return failed
	}
	for _, message := range refused.Messages {
		c.warn(c.cmd, strings.TrimPrefix(message, "[ERROR] "))
	}
	short := *refused
	short.Messages = nil // they are printed above
	failed.err, failed.partial = &short, true
	failed.hint = "see Slack's messages above; Slack does not say what it did for the others"
	return failed
}
