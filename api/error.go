package api

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// An ErrorCode is Slack's code for why it refused a call. It is an error itself, so that
// errors.Is(err, ErrUserNotFound) works. Slack adds codes without notice: a code without
// a constant here works the same, as in errors.Is(err, ErrorCode("new_code")).
type ErrorCode string //nolint:errname // the name is public, and a code is first of all a code

// Error returns the code.
func (c ErrorCode) Error() string { return string(c) }

// An Error is Slack's error response to a call, with any HTTP status. If a known rate
// limit does not allow a call yet, the call sends nothing and returns an Error with the
// code [ErrRatelimited] and RetryAfter. An Error unwraps to its Code. Texts longer than
// the limits below are cut.
type Error struct {
	Method     string        // Slack's name of the method
	Code       ErrorCode     // at most 100 bytes; empty if the response has none
	Needed     string        // with missing_scope: the scopes the method needs, comma-separated, at most 500 bytes
	Provided   string        // with missing_scope: the scopes the token has, comma-separated, at most 500 bytes
	Warnings   []string      // codes of warnings, at most 100 of at most 100 bytes
	Messages   []string      // what is wrong with the arguments, at most 1,000 of at most 500 bytes
	StatusCode int           // HTTP status; usually 200
	RequestID  string        // Slack's ID of the request, for Slack's support, at most 200 bytes
	RetryAfter time.Duration // how long to wait before the next call of Method; 0 if unknown
	outcome    outcome
}

// Error returns one line with the method, the code, the first three of Messages and the
// other fields.
func (e *Error) Error() string {
	var details []string
	if e.Needed != "" || e.Provided != "" {
		details = append(details, "needed "+e.Needed, "provided "+e.Provided)
	}
	details = append(details, e.Messages[:min(len(e.Messages), 3)]...)
	if more := len(e.Messages) - 3; more > 0 {
		details = append(details, fmt.Sprintf("and %d more", more))
	}
	if e.RetryAfter > 0 {
		details = append(details, "retry after "+e.RetryAfter.Round(time.Millisecond).String())
	}
	if e.StatusCode != http.StatusOK {
		details = append(details, fmt.Sprintf("status %d", e.StatusCode))
	}
	if e.RequestID != "" {
		details = append(details, "request "+e.RequestID)
	}
	line := e.Method + ": " + string(e.Code)
	if e.Code == "" {
		line = e.Method + ": refused without an error code"
	}
	if len(details) > 0 {
		line += " (" + strings.Join(details, "; ") + ")"
	}
	return printable.Line(line)
}

// Unwrap returns the Code.
func (e *Error) Unwrap() error { return e.Code }

// A ResponseError is an unusable response: HTML, incomplete, too large, or with an
// essential field missing or of the wrong type. [MayBeDone] reports whether Slack may
// have acted on the call.
type ResponseError struct {
	Method      string // Slack's name of the method
	ContentType string // of the response, at most 200 bytes
	RequestID   string // Slack's ID of the request, at most 200 bytes; empty if the response has none
	StatusCode  int    // HTTP status
	Body        []byte // the start of the response, at most 512 bytes
	Err         error  // what is wrong with the response
	outcome     outcome
}

// Error returns one line with the method, Err, the status and the content type, but not
// the body.
func (e *ResponseError) Error() string {
	line := fmt.Sprintf("%s: unusable response: %v (status %d, content type %q", e.Method, e.Err, e.StatusCode, e.ContentType)
	if e.RequestID != "" {
		line += "; request " + e.RequestID
	}
	return printable.Line(line + ")")
}

// Unwrap returns Err.
func (e *ResponseError) Unwrap() error { return e.Err }
