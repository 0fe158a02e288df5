package signout

import (
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

// A classification is what the response to an attempt means for its rows.
type classification struct {
	outcome outcome
	code    api.ErrorCode
	refused map[string]api.ErrorCode // with outcomePartial: users named with a code
	named   []string                 // with outcomePartial: users named without a code
	stop    bool                     // every other row would meet the same error
	wait    time.Duration            // before the next request
	why     string                   // the reason to wait
	err     error                    // of the attempt
}

// An attempt is one request and its response.
type attempt struct {
	action          Action
	users           []string
	err             error
	body            []byte // of the response
	requestBuilt    bool
	sent            bool // the request may have reached Slack
	deferredCount   int  // consecutive deferred attempts before this one
	unansweredCount int  // consecutive unanswered attempts of the rows before this one
}

func classify(a *attempt) classification {
	var refused *api.Error
	var unreadable *api.ResponseError
	switch {
	case a.err == nil:
		return classification{outcome: outcomeOK}
	case errors.As(a.err, &refused):
		return a.classifyRefusal(refused)
	case errors.As(a.err, &unreadable) && isDeferredStatus(unreadable.StatusCode):
		return a.deferred("", 0)
	case errors.As(a.err, &unreadable):
		c := a.unanswered("", whyUnreadable, 0)
		c.stop = unreadable.StatusCode/100 != 2 && unreadable.StatusCode < http.StatusInternalServerError
		return c
	case !a.sent:
		c := a.deferred("", 0)
		c.stop, c.why = !a.requestBuilt || permanent(a.err), whyUnreachable
		return c
	default:
		c := a.unanswered("", whyNoResponse, 0)
		c.stop = permanent(a.err)
		return c
	}
}

// unanswered classifies an attempt of which it is not known what Slack did.
func (a *attempt) unanswered(code api.ErrorCode, why string, retryAfter time.Duration) classification {
	c := classification{outcome: outcomeUnanswered, code: code, why: why}
	if a.unansweredCount+1 < maxUnanswered {
		c.wait = max(retryWait(a.unansweredCount), min(retryAfter, maxWait))
	}
	return c
}

// deferred classifies an attempt on which Slack did not act.
func (a *attempt) deferred(code api.ErrorCode, retryAfter time.Duration) classification {
	return classification{outcome: outcomeDeferred, code: code, wait: max(backoff(a.deferredCount+1), min(retryAfter, maxWait)), why: whyUnavailable}
}

func (a *attempt) classifyRefusal(e *api.Error) classification {
	c := classification{outcome: outcomeSplit, code: e.Code}
	switch {
	case isRateLimit(e):
		return classification{outcome: outcomeDeferred, code: e.Code, wait: rateLimitWait(e), why: whyRateLimit}
	case isDeferral(e):
		return a.deferred(e.Code, e.RetryAfter)
	case isInternal(e.Code):
		return a.unanswered(e.Code, whyFailed, e.RetryAfter)
	case isFailure(e):
		return a.unanswered(e.Code, whyUnavailable, e.RetryAfter)
	case refusals.AboutCaller(e.Code) || e.Code == "":
		c.outcome, c.stop = outcomeDeferred, true
	case e.Code == api.ErrSessionNotFound && a.action == ActionInvalidate:
		c.outcome = outcomeAbsent
	case len(a.users) == 1:
		c.outcome = outcomeRejected
		if refused, _ := namedIn(a.body, a.users); e.Code == api.ErrFailedForSomeUsers && refused[a.users[0]] != "" {
			c.code = refused[a.users[0]]
		}
	case e.Code == api.ErrFailedForSomeUsers:
		if c.refused, c.named = namedIn(a.body, a.users); len(c.refused)+len(c.named) > 0 {
			c.outcome = outcomePartial
		}
	}
	return c
}

var (
	word     = regexp.MustCompile(`\w+`)
	codeLike = regexp.MustCompile(`^[a-z]+(_[a-z]+)+$`)
)

// namedIn returns which of users the messages of a response name: in refused those that
// a message, or a clause of one, names alone and with one code, in named all others. It
// reads the response body because an api.Error keeps only the first messages.
func namedIn(body []byte, users []string) (refused map[string]api.ErrorCode, named []string) {
	var response struct {
		ResponseMetadata struct {
			Messages []json.RawMessage `json:"messages"`
		} `json:"response_metadata"`
	}
	_ = json.Unmarshal(body, &response) // it keeps the fields that fit
	sent := make(map[string]bool, len(users))
	for _, id := range users {
		sent[id] = true
	}
	refused = map[string]api.ErrorCode{}
	mentioned := map[string]bool{}
	for _, message := range response.ResponseMetadata.Messages {
		for _, clause := range splitClauses(message) {
			ids, codes := usersAndCodes(clause, sent)
			for _, id := range ids {
				mentioned[id] = true
			}
			if len(ids) == 1 && len(codes) == 1 {
				refused[ids[0]] = codes[0]
			}
		}
	}
	for _, id := range users { // to keep their order
		if mentioned[id] && refused[id] == "" {
			named = append(named, id)
		}
	}
	return refused, named
}

// splitClauses returns the clauses of a message. A message that is not a string is one.
func splitClauses(message json.RawMessage) []string {
	var text string
	if json.Unmarshal(message, &text) != nil {
		return []string{string(message)}
	}
	return strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == ',' || r == '\n' })
}

func usersAndCodes(clause string, sent map[string]bool) (ids []string, codes []api.ErrorCode) {
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
