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
	maxErrorBody    = 512
	tokenRemoved    = "[token removed]"
)

// failure returns why the answer is no success: an *Error if it is Slack's no,
// else a *ResponseError. decodeErr is what decoding it as a success said.
func (a *answer) failure(method string, decodeErr error) error {
	var refusal struct {
		OK *bool `json:"ok"` // tells false from missing
		generated.ErrorResponse
	}
	// A field of the wrong type does not hide the others.
	err := json.Unmarshal(a.body, &refusal)
	_, wrongType := errors.AsType[*json.UnmarshalTypeError](err)
	saysNo := (err == nil || wrongType && refusal.Error != "") && refusal.OK != nil && !*refusal.OK

	switch {
	case saysNo:
		return a.refused(method, &refusal.ErrorResponse)
	case a.status == http.StatusTooManyRequests:
		// The status alone says it, whatever a proxy put into the body.
		return a.refused(method, &generated.ErrorResponse{Error: string(ErrRatelimited)})
	case a.status/100 == 3:
		return a.unreadable(method, errors.New("it redirects to another place, where the token may not go"))
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
		Code:       ErrorCode(a.clean(no.Error)),
		Needed:     a.clean(no.Needed),
		Provided:   a.clean(no.Provided),
		StatusCode: a.status,
		RequestID:  a.clean(a.header.Get(requestIDHeader)),
		RetryAfter: retryAfter(a.header.Get("Retry-After"), time.Now()),
	}
	// Slack names a warning in both places, or in one.
	for _, warning := range append(strings.Split(no.Warning, ","), no.ResponseMetadata.Warnings...) {
		if warning = a.clean(warning); warning != "" && !slices.Contains(e.Warnings, warning) {
			e.Warnings = append(e.Warnings, warning)
		}
	}
	for _, message := range no.ResponseMetadata.Messages {
		e.Messages = append(e.Messages, a.clean(message))
	}
	return e
}

func (a *answer) unreadable(method string, err error) *ResponseError {
	body := a.clean(string(a.body)) // before the cut, which could leave half a token
	return &ResponseError{
		Method:      method,
		ContentType: a.clean(a.header.Get("Content-Type")),
		RequestID:   a.clean(a.header.Get(requestIDHeader)),
		StatusCode:  a.status,
		Body:        []byte(body[:min(len(body), maxErrorBody)]),
		Err:         err,
	}
}

// clean removes the token from text that the other side sent.
func (a *answer) clean(s string) string {
	if a.token == "" {
		return s
	}
	return strings.ReplaceAll(s, a.token, tokenRemoved)
}

// retryAfter returns how long from now the header, in seconds or an HTTP date,
// asks to wait, or 0 if it does not say.
func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(header, 10, 32); err == nil {
		return max(0, time.Duration(seconds)*time.Second)
	}
	if date, err := http.ParseTime(header); err == nil {
		return max(0, date.Sub(now))
	}
	return 0
}
