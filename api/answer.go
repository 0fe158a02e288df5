package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-38c23bad/slackadmin/generated"
)

const (
	requestIDHeader = "X-Slack-Req-Id"
	maxErrorBody    = 512 // bytes
	maxSearched     = 64 << 10
	maxRetryAfter   = 1 << 32 // seconds; more would overflow a Duration
)

// answer is an HTTP answer read to its end.
type answer struct {
	status int
	header http.Header
	body   []byte
	token  secret // to be kept out of errors and logs if the answer shows it
}

// failure returns why the answer is no success: an *Error if it is Slack's no,
// else a *ResponseError. decodeErr is what decoding it as a success said.
func (a *answer) failure(method string, decodeErr error) error {
	var refusal struct {
		OK *bool `json:"ok"` // tells false from missing
		generated.ErrorResponse
	}
	// A field of the wrong type does not hide the others.
	err := json.Unmarshal(a.body, &refusal)
	wrongType := errors.As(err, new(*json.UnmarshalTypeError))
	saysNo := (err == nil || wrongType && refusal.Error != "") && refusal.OK != nil && !*refusal.OK

	switch {
	case saysNo && (refusal.Error != "" || a.status != http.StatusTooManyRequests):
		return a.refused(method, &refusal.ErrorResponse)
	case a.status == http.StatusTooManyRequests:
		// The status alone says it, whatever a proxy put into the body.
		return a.refused(method, &generated.ErrorResponse{Error: string(ErrRatelimited)})
	case a.status/100 == 3:
		return a.unreadable(method, fmt.Errorf("its redirect to %q is not followed", a.header.Get("Location")))
	case err != nil:
		return a.unreadable(method, err)
	case refusal.OK == nil:
		return a.unreadable(method, errors.New(`it has no boolean "ok"`))
	case decodeErr != nil:
		return a.unreadable(method, decodeErr)
	default:
		return a.unreadable(method, fmt.Errorf("it says ok with status %d", a.status))
	}
}

func (a *answer) refused(method string, no *generated.ErrorResponse) *Error {
	e := &Error{
		Method:     method,
		Code:       ErrorCode(a.token.redact(no.Error)),
		Needed:     a.token.redact(no.Needed),
		Provided:   a.token.redact(no.Provided),
		StatusCode: a.status,
		RequestID:  a.requestID(),
		RetryAfter: retryAfter(a.header.Get("Retry-After"), time.Now()),
	}
	// Slack names a warning in both places, or in one.
	for _, warning := range append(strings.Split(no.Warning, ","), no.ResponseMetadata.Warnings...) {
		if warning = a.token.redact(warning); warning != "" && !slices.Contains(e.Warnings, warning) {
			e.Warnings = append(e.Warnings, warning)
		}
	}
	for _, message := range no.ResponseMetadata.Messages {
		e.Messages = append(e.Messages, a.token.redact(message))
	}
	return e
}

func (a *answer) unreadable(method string, err error) *ResponseError {
	// The token goes first, and with it what a cut may leave of one.
	body := a.body
	if len(body) > maxSearched {
		body = body[:maxSearched-min(maxSearched, len(a.token))]
	}
	first := a.token.redact(string(body))
	return &ResponseError{
		Method:      method,
		ContentType: a.token.redact(a.header.Get("Content-Type")),
		RequestID:   a.requestID(),
		StatusCode:  a.status,
		Body:        []byte(first[:min(len(first), maxErrorBody)]),
		Err:         a.token.redactedError(err),
	}
}

func (a *answer) requestID() string { return a.token.redact(a.header.Get(requestIDHeader)) }

// retryAfter returns how long from now the header, in seconds or an HTTP date,
// asks to wait, or 0 if it does not say.
func retryAfter(header string, now time.Time) time.Duration {
	// ParseInt stops at the largest number where the header has a larger one.
	if seconds, err := strconv.ParseInt(header, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(max(seconds, 0), maxRetryAfter)) * time.Second
	}
	if date, err := http.ParseTime(header); err == nil {
		return min(max(0, date.Sub(now)), maxRetryAfter*time.Second)
	}
	return 0
}
