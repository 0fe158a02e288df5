package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
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

	// What an Error keeps at most: resetBulk has a message for each of 1,000 users.
	maxMessages = 1000
	maxWarnings = 100

	// And of each text, in bytes.
	maxCode      = 100 // of an error, or a warning
	maxRequestID = 200
	maxMedia     = 200
	maxText      = 500
)

// answer is an HTTP answer read to its end, but for a stream.
type answer struct {
	status int
	header http.Header
	body   []byte
	stream io.ReadCloser // instead of body, of a method that returns one

	byStatus bool   // a success has no ok
	token    secret // to be kept out of errors and logs if the answer shows it
	fate     fate   // of the errors that come of it
	err      error  // why the body is not whole; nil if it is
}

// failure returns why the answer is no success: an *Error if it is Slack's no,
// else a *ResponseError. decodeErr is what decoding it as a success said.
func (a *answer) failure(method string, decodeErr error) error {
	no, saysNo, err := a.refusal()
	switch {
	case a.status == http.StatusTooManyRequests && no.Error == "":
		// The status alone says it, whatever a proxy put into the body.
		no.Error = string(ErrRatelimited)
		return a.refused(method, no)
	case saysNo:
		return a.refused(method, no)
	case a.err != nil:
		return a.unreadable(method, a.err)
	case a.status/100 == 3:
		return a.unreadable(method, fmt.Errorf("its redirect to %q is not followed", a.token.clip(a.header.Get("Location"), maxText)))
	case err != nil:
		return a.unreadable(method, err)
	case decodeErr != nil:
		return a.unreadable(method, decodeErr)
	case a.byStatus:
		return a.unreadable(method, fmt.Errorf("its status is %d, and it has no error code", a.status))
	default:
		return a.unreadable(method, fmt.Errorf("it says ok with status %d", a.status))
	}
}

// code returns the code of a refusal, "" if the answer is none or too long for one
// that is to be retried.
func (a *answer) code() ErrorCode {
	if a.stream != nil || len(a.body) > maxSearched || !bytes.Contains(a.body, []byte(`"error"`)) {
		return ""
	}
	if refusal, saysNo, err := a.refusal(); err == nil && saysNo {
		return ErrorCode(refusal.Error)
	}
	return ""
}

// refusal reads the answer as a refusal, by the very keys that Slack documents.
// Of these only ok and error have to be of the right type.
func (a *answer) refusal() (no *generated.ErrorResponse, saysNo bool, err error) {
	no = &generated.ErrorResponse{}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(a.body, &fields); err != nil {
		return no, false, err
	}
	var ok *bool
	if raw := fields["ok"]; raw != nil {
		if err := json.Unmarshal(raw, &ok); err != nil {
			return no, false, fmt.Errorf(`its "ok" is no boolean but %s`, kindOf(raw))
		}
	}
	if ok == nil && !a.byStatus {
		return no, false, errors.New(`it has no boolean "ok"`)
	}
	if raw := fields["error"]; raw != nil {
		if err := json.Unmarshal(raw, &no.Error); err != nil {
			return no, false, fmt.Errorf(`its "error" is no string but %s`, kindOf(raw))
		}
	}
	for name, dst := range map[string]any{
		"needed": &no.Needed, "provided": &no.Provided, "warning": &no.Warning, "response_metadata": &no.ResponseMetadata,
	} {
		if raw := fields[name]; raw != nil && checkSize(raw, 0) == nil {
			raw = modelOf(reflect.TypeOf(dst), "", "").compare(raw, true).body
			_ = json.Unmarshal(raw, dst) // what fits
		}
	}
	if ok == nil {
		return no, no.Error != "", nil
	}
	return no, !*ok, nil
}

func (a *answer) refused(method string, no *generated.ErrorResponse) *Error {
	e := &Error{
		Method:     method,
		Code:       ErrorCode(a.token.clip(no.Error, maxCode)),
		Needed:     a.token.clip(no.Needed, maxText),
		Provided:   a.token.clip(no.Provided, maxText),
		StatusCode: a.status,
		RequestID:  a.requestID(),
		fate:       a.fate,
	}
	e.RetryAfter, _ = a.retryAfter()
	e.Warnings = a.warnings(no)
	for _, message := range no.ResponseMetadata.Messages[:min(len(no.ResponseMetadata.Messages), maxMessages)] {
		e.Messages = append(e.Messages, a.token.clip(message, maxText))
	}
	return e
}

// warnings returns the codes of Slack's warnings. Slack names one in both places, or
// in one.
func (a *answer) warnings(said *generated.ErrorResponse) (codes []string) {
	seen := map[string]bool{"": true}
	warn := func(warning string) (more bool) {
		if warning = a.token.clip(warning, maxCode); !seen[warning] {
			seen[warning] = true
			codes = append(codes, warning)
		}
		return len(codes) < maxWarnings
	}
	for warning := range strings.SplitSeq(said.Warning, ",") {
		if !warn(warning) {
			break
		}
	}
	for _, warning := range said.ResponseMetadata.Warnings {
		if !warn(warning) {
			break
		}
	}
	return codes
}

func (a *answer) unreadable(method string, err error) *ResponseError {
	// The token goes first, and with it what a cut may leave of one.
	first := a.token.redact(string(a.body[:min(len(a.body), maxSearched)]))
	if len(a.body) > maxSearched {
		first = first[:max(0, len(first)-len(a.token))]
	}
	return &ResponseError{
		Method:      method,
		ContentType: a.token.clip(a.header.Get("Content-Type"), maxMedia),
		RequestID:   a.requestID(),
		StatusCode:  a.status,
		Body:        []byte(first[:min(len(first), maxErrorBody)]),
		Err:         a.token.redactedError(err),
		fate:        a.fate,
	}
}

func (a *answer) requestID() string { return a.token.clip(a.header.Get(requestIDHeader), maxRequestID) }

// retryAfter returns how long the answer asks to wait, and whether it does.
func (a *answer) retryAfter() (wait time.Duration, ok bool) {
	header := a.header.Get("Retry-After")
	if date, err := http.ParseTime(header); err == nil {
		// Both dates are by the server's clock, which need not be this one's.
		now, err := http.ParseTime(a.header.Get("Date"))
		if err != nil {
			now = time.Now()
		}
		wait = date.Sub(now)
		return max(0, min(wait, maxRetryAfter*time.Second)), wait > 0
	}
	if strings.Trim(header, "0123456789.") != "" {
		return 0, false
	}
	seconds, err := strconv.ParseFloat(header, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, false
	}
	return time.Duration(min(seconds, maxRetryAfter) * float64(time.Second)), true
}
