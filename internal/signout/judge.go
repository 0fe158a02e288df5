package signout

import (
	"crypto/tls"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

const (
	// unsaidWait is the wait after a 429 that does not say how long, and
	// longestWait the longest before another attempt.
	unsaidWait  = 30 * time.Second
	longestWait = time.Hour

	// In an outage the waits double, from the first to the last.
	firstPause = time.Second
	lastPause  = time.Minute

	// maxFailures is how often Slack may fail with the same rows.
	maxFailures = 5
)

// A verdict is what an answer means for the rows that were sent.
type verdict struct {
	outcome outcome
	code    api.ErrorCode
	refused map[string]api.ErrorCode // with partly
	stop    bool                     // nothing else would fare better
	wait    time.Duration            // before the same rows are sent again
	why     string                   // to wait
}

// everyRow are the refusals that have nothing to do with whom a request names.
var everyRow = []api.ErrorCode{
	api.ErrAccessDenied, api.ErrAccesslimited, api.ErrAccountInactive, api.ErrAdminUnauthorized,
	api.ErrDeprecatedEndpoint, api.ErrEkmAccessDenied, api.ErrEnterpriseIsRestricted, api.ErrFeatureNotEnabled,
	api.ErrInvalidArgName, api.ErrInvalidArrayArg, api.ErrInvalidAuth, api.ErrInvalidCharset,
	api.ErrInvalidFormData, api.ErrInvalidPostType, api.ErrIsBot, api.ErrMethodDeprecated,
	api.ErrMissingPostType, api.ErrMissingScope, api.ErrNoPermission, api.ErrNotAllowedTokenType,
	api.ErrNotAnAdmin, api.ErrNotAuthed, api.ErrOrgLoginRequired, api.ErrRestrictedAction,
	api.ErrTeamAccessNotGranted, api.ErrTeamAddedToOrg, api.ErrTokenExpired, api.ErrTokenRevoked,
	api.ErrTwoFactorSetupRequired, api.ErrUnknownMethod,
}

// oneRow are the refusals that are certainly about who was named.
var oneRow = []api.ErrorCode{
	api.ErrBotsNotAllowed, api.ErrCannotInvalidatePrimaryOwner, api.ErrCannotResetBot, api.ErrCannotResetPrimaryOwner,
	api.ErrFailedForSomeUsers, api.ErrSessionInvalidationFailed, api.ErrSessionNotFound, api.ErrSessionResetNotAllowed,
	api.ErrUserNotFound, api.ErrUserSessionResetFailed,
}

// judge says what the error of a call for users means. The call is the try-th
// for the same rows. unsure says that an earlier one may have done them, sent
// that the request may have reached Slack.
func judge(err error, users []string, try int, unsure, sent bool) verdict {
	var no *api.Error
	var odd *api.ResponseError
	switch {
	case err == nil:
		return verdict{outcome: done}
	case errors.As(err, &no):
		return judgeRefusal(no, users, try, unsure)
	case errors.As(err, &odd):
		outage := odd.StatusCode/100 == 2 || odd.StatusCode >= http.StatusInternalServerError
		return verdict{outcome: unknown, stop: !outage, wait: backoff(try), why: "Slack's answer cannot be read"}
	}
	v := verdict{outcome: unknown, wait: backoff(try), why: "Slack cannot be reached"}
	if !sent {
		v.outcome = notDone
	}
	v.stop = errors.As(err, new(*tls.CertificateVerificationError)) || errors.As(err, new(tls.RecordHeaderError)) ||
		errors.Is(err, http.ErrSchemeMismatch)
	return v
}

func judgeRefusal(no *api.Error, users []string, try int, unsure bool) verdict {
	v := verdict{outcome: halved, code: no.Code}
	single := len(users) == 1
	switch {
	case no.StatusCode == http.StatusTooManyRequests || no.Code == api.ErrRatelimited:
		wait := no.RetryAfter
		if wait <= 0 {
			wait = unsaidWait
		}
		v.outcome, v.wait, v.why = notDone, min(wait, longestWait), "Slack asks to wait"
	case no.Code == api.ErrServiceUnavailable, no.Code == api.ErrRequestTimeout, no.StatusCode >= http.StatusInternalServerError:
		v.outcome, v.wait, v.why = unknown, max(backoff(try), min(no.RetryAfter, longestWait)), "Slack is not available"
	case (no.Code == api.ErrInternalError || no.Code == api.ErrFatalError) && try < maxFailures:
		v.outcome, v.wait, v.why = unknown, backoff(try), "Slack failed"
	case slices.Contains(everyRow, no.Code) || no.Code == "":
		v.outcome, v.stop = notDone, true
	case no.Code == api.ErrSessionNotFound && unsure:
		v.outcome = done
	case no.Code == api.ErrFailedForSomeUsers:
		if v.refused = named(no.Messages, users); len(v.refused) > 0 {
			v.outcome = partly
		} else if single {
			v.outcome = refused
		}
	case single:
		v.outcome = refused
	}
	return v
}

func backoff(try int) time.Duration { return min(firstPause<<min(try-1, 10), lastPause) }

var (
	word     = regexp.MustCompile(`\w+`)
	codeLike = regexp.MustCompile(`^[a-z]+(_[a-z]+)+$`)
)

// named returns which users messages name, with the code that a message has for
// them.
func named(messages, users []string) map[string]api.ErrorCode {
	sent := make(map[string]bool, len(users))
	for _, id := range users {
		sent[id] = true
	}
	found := map[string]api.ErrorCode{}
	for _, message := range messages {
		code := api.ErrFailedForSomeUsers
		words := word.FindAllString(message, -1)
		if i := slices.IndexFunc(words, codeLike.MatchString); i >= 0 {
			code = api.ErrorCode(words[i])
		}
		for _, id := range words {
			if sent[id] {
				found[strings.Clone(id)] = code
			}
		}
	}
	return found
}
