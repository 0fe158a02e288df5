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

	// Limits of the lists of an Error. resetBulk returns a message per user, for 1,000 users.
	maxMessages = 1000
	maxWarnings = 100

	// Limits of texts, in bytes.
	maxCode      = 100 // of an error or a warning
	maxRequestID = 200
	maxMediaType = 200
	maxText      = 500
)

// A response is an HTTP response whose body has been read, or a stream.
type response struct {
	method  *method
	status  int
	header  http.Header
	body    []byte
	bodyErr error         // why body is not usable; nil if it is
	stream  io.ReadCloser // instead of body, if the method returns a stream

	code    ErrorCode      // as errorCode returns it
	parsed  *errorResponse // what asError returned; nil before
	token   secret         // not to be shown in errors and logs
	outcome outcome        // of errors made from the response
}

// An errorResponse is a response read as an error response.
type errorResponse struct {
	generated.ErrorResponse
	isError bool
	err     error // why the response could not be read
}

// asError reads the response as an error response, by the exact keys that Slack
// documents. Only ok and error must have the right types.
func (r *response) asError() *errorResponse {
	if r.parsed == nil {
		r.parsed = &errorResponse{}
		r.parsed.isError, r.parsed.err = r.parsed.parse(r.body, r.method.successByStatus)
	}
	return r.parsed
}

func (e *errorResponse) parse(body []byte, successByStatus bool) (isError bool, err error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return false, err
	}
	var ok *bool
	if raw := fields["ok"]; raw != nil {
		if err := json.Unmarshal(raw, &ok); err != nil {
			return false, fmt.Errorf(`its "ok" is %s; want a boolean`, jsonType(raw))
		}
	}
	if ok == nil && !successByStatus {
		return false, errors.New(`it has no boolean "ok"`)
	}
	if raw := fields["error"]; raw != nil {
		if err := json.Unmarshal(raw, &e.Error); err != nil {
			return false, fmt.Errorf(`its "error" is %s; want a string`, jsonType(raw))
		}
	}
	for name, dst := range map[string]any{
		"needed": &e.Needed, "provided": &e.Provided, "warning": &e.Warning, "response_metadata": &e.ResponseMetadata,
	} {
		if raw := fields[name]; raw != nil && checkSize(raw, 0) == nil {
			raw = modelOf(reflect.TypeOf(dst), "", "").compare(raw, true).body
			_ = json.Unmarshal(raw, dst) // as far as the types match
		}
	}
	if ok == nil {
		return e.Error != "", nil
	}
	return !*ok, nil
}

// errorCode returns the code of an error response, or "" if the response is not one, or
// is too large for an error that is worth a retry.
func (r *response) errorCode() ErrorCode {
	if len(r.body) > maxSearched || !bytes.Contains(r.body, []byte(`"error"`)) {
		return ""
	}
	if e := r.asError(); e.err == nil && e.isError {
		return ErrorCode(e.Error)
	}
	return ""
}

// failure returns the error of a response that is not a success: an *Error if it is
// Slack's error response, else a *ResponseError. decodeErr is the error of decoding it
// as a success.
func (r *response) failure(decodeErr error) error {
	e := r.asError()
	switch {
	case r.status == http.StatusTooManyRequests && e.Error == "":
		limited := *e // the status is enough: a proxy may have written the body
		limited.Error = string(ErrRatelimited)
		return r.apiError(&limited)
	case e.isError:
		return r.apiError(e)
	case r.bodyErr != nil:
		return r.responseError(r.bodyErr)
	case r.status/100 == 3:
		return r.responseError(fmt.Errorf("its redirect to %q is not followed", r.token.clip(r.header.Get("Location"), maxText)))
	case e.err != nil:
		return r.responseError(e.err)
	case decodeErr != nil:
		return r.responseError(decodeErr)
	case r.method.successByStatus:
		return r.responseError(fmt.Errorf("its status is %d, and it has no error code", r.status))
	default:
		return r.responseError(fmt.Errorf("it reports ok with status %d", r.status))
	}
}

func (r *response) apiError(e *errorResponse) *Error {
	apiErr := &Error{
		Method:     r.method.name,
		Code:       ErrorCode(r.token.clip(e.Error, maxCode)),
		Needed:     r.token.clip(e.Needed, maxText),
		Provided:   r.token.clip(e.Provided, maxText),
		Warnings:   r.warnings(e),
		StatusCode: r.status,
		RequestID:  r.requestID(),
		outcome:    r.outcome,
	}
	apiErr.RetryAfter, _ = r.retryAfter()
	for _, message := range e.ResponseMetadata.Messages[:min(len(e.ResponseMetadata.Messages), maxMessages)] {
		apiErr.Messages = append(apiErr.Messages, r.token.clip(message, maxText))
	}
	return apiErr
}

// warnings returns the codes of Slack's warnings, each once. Slack puts a code into
// warning, response_metadata.warnings or both.
func (r *response) warnings(e *errorResponse) (codes []string) {
	seen := map[string]bool{"": true}
	add := func(code string) (more bool) {
		if code = r.token.clip(code, maxCode); !seen[code] {
			seen[code] = true
			codes = append(codes, code)
		}
		return len(codes) < maxWarnings
	}
	for code := range strings.SplitSeq(e.Warning, ",") {
		if !add(code) {
			return codes
		}
	}
	for _, code := range e.ResponseMetadata.Warnings {
		if !add(code) {
			break
		}
	}
	return codes
}

func (r *response) responseError(err error) *ResponseError {
	// Redact the token before the cut, and drop what the cut may leave of one.
	start := r.token.redact(string(r.body[:min(len(r.body), maxSearched)]))
	if len(r.body) > maxSearched {
		start = start[:max(0, len(start)-len(r.token))]
	}
	return &ResponseError{
		Method:      r.method.name,
		ContentType: r.token.clip(r.header.Get("Content-Type"), maxMediaType),
		RequestID:   r.requestID(),
		StatusCode:  r.status,
		Body:        []byte(start[:min(len(start), maxErrorBody)]),
		Err:         r.token.redactedError(err),
		outcome:     r.outcome,
	}
}

func (r *response) requestID() string {
	return r.token.clip(r.header.Get(requestIDHeader), maxRequestID)
}

// retryAfter returns the wait that the response asks for, and whether it asks for one.
func (r *response) retryAfter() (wait time.Duration, ok bool) {
	header := r.header.Get("Retry-After")
	if date, err := http.ParseTime(header); err == nil {
		// Both dates are by the server's clock, which may differ from ours.
		now, err := http.ParseTime(r.header.Get("Date"))
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
