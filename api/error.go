package api

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// An ErrorCode is Slack's word for why it refused. It is an error itself, so
// that errors.Is(err, ErrUserNotFound) tells codes apart. Slack adds codes
// without notice: one without a constant here works the same, as in
// errors.Is(err, ErrorCode("new_code")).
type ErrorCode string //nolint:errname // the name is public, and a code is first of all a code

// Error returns the code.
func (c ErrorCode) Error() string { return string(c) }

// An Error is Slack's refusal of a call, whatever HTTP status it came with. It
// unwraps to its Code. Longer texts than its fields say are cut.
type Error struct {
	Method     string        // Slack's name of the method
	Code       ErrorCode     // why, 100 bytes at most; empty if Slack did not say
	Needed     string        // with missing_scope: the scopes the method needs, comma-separated, 500 bytes at most
	Provided   string        // with missing_scope: the scopes the token has, comma-separated, 500 bytes at most
	Warnings   []string      // codes of warnings, 100 of 100 bytes at most
	Messages   []string      // sentences about what was wrong with the arguments, 1,000 of 500 bytes at most
	StatusCode int           // HTTP status; usually 200
	RequestID  string        // Slack's ID of the request, for its support, 200 bytes at most
	RetryAfter time.Duration // how long to wait before the next call of Method; 0 if Slack did not say
	fate       fate
}

// Error returns one line with the method, the code and what else Slack said
// about the reason, of Messages the first three.
func (e *Error) Error() string {
	var why []string
	if e.Needed != "" || e.Provided != "" {
		why = append(why, "needed "+e.Needed, "provided "+e.Provided)
	}
	why = append(why, e.Messages[:min(len(e.Messages), 3)]...)
	if more := len(e.Messages) - 3; more > 0 {
		why = append(why, fmt.Sprintf("and %d more", more))
	}
	if e.RetryAfter > 0 {
		why = append(why, "retry after "+e.RetryAfter.Round(time.Millisecond).String())
	}
	if e.StatusCode != http.StatusOK {
		why = append(why, fmt.Sprintf("status %d", e.StatusCode))
	}
	if e.RequestID != "" {
		why = append(why, "request "+e.RequestID)
	}
	line := e.Method + ": " + string(e.Code)
	if e.Code == "" {
		line = e.Method + ": refused without an error code"
	}
	if len(why) > 0 {
		line += " (" + strings.Join(why, "; ") + ")"
	}
	return printable.Line(line)
}

// Unwrap returns the Code.
func (e *Error) Unwrap() error { return e.Code }

// A ResponseError says that what came back is not an answer of Slack's: HTML,
// broken off, too large, or with known fields of the wrong type. [MayBeDone] says
// whether Slack may have done what was asked.
type ResponseError struct {
	Method      string // Slack's name of the method
	ContentType string // as the answer's header has it, 200 bytes at most
	RequestID   string // Slack's ID of the request, if it got that far, 200 bytes at most
	StatusCode  int    // HTTP status
	Body        []byte // the answer's first bytes, 512 at most
	Err         error  // what was wrong with the answer
	fate        fate
}

// Error returns one line with the method, the status, the content type and
// what was wrong. It leaves the body out.
func (e *ResponseError) Error() string {
	line := fmt.Sprintf("%s: not an answer of Slack's: %v (status %d, content type %q", e.Method, e.Err, e.StatusCode, e.ContentType)
	if e.RequestID != "" {
		line += "; request " + e.RequestID
	}
	return printable.Line(line + ")")
}

// Unwrap returns Err.
func (e *ResponseError) Unwrap() error { return e.Err }
