package signout

import (
	"bytes"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// The events of a plan file.
const (
	eventSealed = "sealed" // the rows end here
	eventStart  = "start"  // Apply begins
	eventIntent = "intent" // a request will be sent
	eventResult = "result" // the result of the request
	eventRetry  = "retry"  // refused and unknown rows are sent again
	eventEnd    = "end"    // Apply ends, with its sums
)

// An outcome is the result of an attempt, which is one request.
type outcome string

const (
	outcomeOK         outcome = "ok"         // Slack responded ok
	outcomePartial    outcome = "partial"    // Slack refused some users and named them
	outcomeRejected   outcome = "rejected"   // Slack refused the only row
	outcomeAbsent     outcome = "absent"     // the session had ended before
	outcomeSplit      outcome = "split"      // Slack refused all rows together; halves are sent next
	outcomeDeferred   outcome = "deferred"   // Slack did not act, for a reason that does not concern the rows
	outcomeUnanswered outcome = "unanswered" // no response came, or none that says what Slack did
)

var outcomes = []outcome{outcomeOK, outcomePartial, outcomeRejected, outcomeAbsent, outcomeSplit, outcomeDeferred, outcomeUnanswered}

// An event is a line after the rows of a plan file.
type event struct {
	Event     string                   `json:"event"`
	Rows      int                      `json:"rows,omitempty"`
	SHA256    string                   `json:"sha256,omitempty"`
	By        string                   `json:"by,omitempty"`
	Attempt   int                      `json:"attempt,omitempty"`
	Users     []string                 `json:"users,omitempty"`
	Session   int64                    `json:"session,omitempty"`
	Outcome   outcome                  `json:"outcome,omitempty"`
	Code      api.ErrorCode            `json:"code,omitempty"`
	Refused   map[string]api.ErrorCode `json:"refused,omitempty"`
	Named     []string                 `json:"named,omitempty"`
	Error     string                   `json:"error,omitempty"`
	RequestID string                   `json:"request_id,omitempty"`
	Sums      *Sums                    `json:"sums,omitempty"`
	Time      time.Time                `json:"time"`
}

// eventPrefix begins the line of each event, and of no row.
var eventPrefix = []byte(`{"event":"`)

// isTorn reports whether a last line without a newline can be the rest of an event
// after a crash. A file system may fill the part that was not written with zeros.
func isTorn(line []byte) bool {
	line = bytes.TrimRight(line, "\x00")
	return bytes.HasPrefix(line, eventPrefix) || bytes.HasPrefix(eventPrefix, line)
}
