package signout

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/refusals"
)

const (
	// unsaidWait is the wait after a 429 that does not say how long, and
	// longestWait the longest before another attempt.
	unsaidWait  = 30 * time.Second
	longestWait = time.Hour

	// In an outage the waits double, from the first to the last.
	firstPause = time.Second
	lastPause  = time.Minute
)

// Why Apply, Reset and scans wait.
const (
	whyRateLimit   = "Slack asks to wait"
	whyUnavailable = "Slack is not available"
	whyFailed      = "Slack failed"
	whyUnreadable  = "Slack's answer cannot be read"
	whyNoAnswer    = "no answer came"
	whyUnreachable = "Slack cannot be reached"
)

// A verdict is what an answer means for the rows that were sent.
type verdict struct {
	outcome outcome
	code    api.ErrorCode
	refused map[string]api.ErrorCode // with outcomePartial: users named with a code
	named   []string                 // with outcomePartial: users named without one
	stop    bool                     // no other row would fare better
	wait    time.Duration            // before the next request
	why     string                   // to wait
	err     error                    // of the attempt
}

// An attempt is one request and what came back.
type attempt struct {
	action     Action
	users      []string
	err        error
	body       []byte // of the answer
	built      bool   // whether there was a request at all
	sent       bool   // whether the request may have reached Slack
	try        int    // how often the rows have been sent in a row, from 1
	unanswered int    // how many attempts before it stayed without an answer
}

// classify says what the answer to an attempt means.
func classify(a *attempt) verdict {
	var refused *api.Error
	var unreadable *api.ResponseError
	switch {
	case a.err == nil:
		return verdict{outcome: outcomeOK}
	case errors.As(a.err, &refused):
		return a.refusal(refused)
	case errors.As(a.err, &unreadable) && isNotActedOn(unreadable.StatusCode):
		return a.notActedOn(0)
	case errors.As(a.err, &unreadable):
		v := a.noAnswer(whyUnreadable, 0)
		v.stop = unreadable.StatusCode/100 != 2 && unreadable.StatusCode < http.StatusInternalServerError
		return v
	case !a.sent:
		return verdict{outcome: outcomeDeferred, stop: !a.built || permanent(a.err), wait: backoff(a.try), why: whyUnreachable}
	default:
		v := a.noAnswer(whyNoAnswer, 0)
		v.stop = permanent(a.err)
		return v
	}
}

// permanent reports whether err, of the connection, would come again.
func permanent(err error) bool {
	return errors.As(err, new(*tls.CertificateVerificationError)) || errors.As(err, new(tls.RecordHeaderError)) ||
		errors.Is(err, http.ErrSchemeMismatch)
}

// noAnswer is the verdict on an attempt of which it is not known what was done. The
// rows are sent again after 2 and after 8 seconds, and later if Slack says so.
func (a *attempt) noAnswer(why string, retryAfter time.Duration) verdict {
	v := verdict{outcome: outcomeUnanswered, why: why}
	if a.unanswered+1 < maxUnanswered {
		v.wait = max(2*time.Second<<(2*a.unanswered), min(retryAfter, longestWait))
	}
	return v
}

// notActedOn is the verdict on an attempt that Slack, or what is before it, did not act
// on, and which a later one may succeed after.
func (a *attempt) notActedOn(retryAfter time.Duration) verdict {
	return verdict{outcome: outcomeDeferred, wait: max(backoff(a.try), min(retryAfter, longestWait)), why: whyUnavailable}
}

func (a *attempt) refusal(e *api.Error) verdict {
	v := verdict{outcome: outcomeSplit, code: e.Code}
	single := len(a.users) == 1
	switch {
	case isRateLimit(e):
		return verdict{outcome: outcomeDeferred, code: e.Code, wait: rateLimitWait(e), why: whyRateLimit}
	case e.Code == api.ErrRequestTimeout, isNotActedOn(e.StatusCode):
		v = a.notActedOn(e.RetryAfter)
		v.code = e.Code
	case isFailure(e):
		v = a.noAnswer(whyOf(e), e.RetryAfter)
		v.code = e.Code
	case refusals.AboutCaller(e.Code) || e.Code == "":
		v.outcome, v.stop = outcomeDeferred, true
	case e.Code == api.ErrSessionNotFound && a.action == ActionInvalidate:
		v.outcome = outcomeAbsent
	case single:
		v.outcome = outcomeRejected
		if refused, _ := namedIn(a.body, a.users); e.Code == api.ErrFailedForSomeUsers && refused[a.users[0]] != "" {
			v.code = refused[a.users[0]]
		}
	case e.Code == api.ErrFailedForSomeUsers:
		if v.refused, v.named = namedIn(a.body, a.users); len(v.refused)+len(v.named) > 0 {
			v.outcome = outcomePartial
		}
	}
	return v
}

func isRateLimit(e *api.Error) bool {
	return e.StatusCode == http.StatusTooManyRequests || e.Code == api.ErrRatelimited || e.Code == "rate_limited"
}

func rateLimitWait(e *api.Error) time.Duration {
	if e.RetryAfter <= 0 {
		return unsaidWait
	}
	return min(e.RetryAfter, longestWait)
}

// isFailure reports whether Slack failed, so that some of the work may be done.
func isFailure(e *api.Error) bool {
	switch e.Code {
	case api.ErrInternalError, api.ErrFatalError, api.ErrServiceUnavailable:
		return true
	default:
		return e.StatusCode >= http.StatusInternalServerError
	}
}

// isNotActedOn reports whether a status says that a request was not acted on: it did
// not arrive whole (RFC 9110), or came too early (RFC 8470).
func isNotActedOn(status int) bool {
	return status == http.StatusRequestTimeout || status == http.StatusTooEarly
}

func whyOf(e *api.Error) string {
	if e.Code == api.ErrInternalError || e.Code == api.ErrFatalError {
		return whyFailed
	}
	return whyUnavailable
}

func backoff(try int) time.Duration { return min(firstPause<<min(try-1, 10), lastPause) }

var (
	word     = regexp.MustCompile(`\w+`)
	codeLike = regexp.MustCompile(`^[a-z]+(_[a-z]+)+$`)
)

// namedIn returns which of users the messages of an answer name: those that a
// message, or a clause of one, names alone and with one code, and all others. It
// reads the answer itself, for an api.Error keeps only so many messages.
func namedIn(body []byte, users []string) (refused map[string]api.ErrorCode, named []string) {
	var answer struct {
		ResponseMetadata struct {
			Messages []json.RawMessage `json:"messages"`
		} `json:"response_metadata"`
	}
	_ = json.Unmarshal(body, &answer) // what fits
	sent := make(map[string]bool, len(users))
	for _, id := range users {
		sent[id] = true
	}
	refused = map[string]api.ErrorCode{}
	mentioned := map[string]bool{}
	for _, raw := range answer.ResponseMetadata.Messages {
		for _, clause := range clausesOf(raw) {
			ids, codes := wordsOf(clause, sent)
			for _, id := range ids {
				mentioned[id] = true
			}
			if len(ids) == 1 && len(codes) == 1 {
				refused[ids[0]] = codes[0]
			}
		}
	}
	for _, id := range users { // in their order
		if mentioned[id] && refused[id] == "" {
			named = append(named, id)
		}
	}
	return refused, named
}

// clausesOf returns the clauses of a message, which is one if it is no string.
func clausesOf(message json.RawMessage) []string {
	var text string
	if json.Unmarshal(message, &text) != nil {
		return []string{string(message)}
	}
	return strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == ',' || r == '\n' })
}

// wordsOf returns the users and the codes that a clause has.
func wordsOf(clause string, sent map[string]bool) (ids []string, codes []api.ErrorCode) {
	for _, text := range word.FindAllString(clause, -1) {
		switch {
		case sent[text]:
			ids = append(ids, strings.Clone(text))
		case codeLike.MatchString(text):
			codes = append(codes, api.ErrorCode(cut(strings.Clone(text), 100)))
		}
	}
	return slices.Compact(ids), codes
}
