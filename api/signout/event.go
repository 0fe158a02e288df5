package signout

import (
	"bytes"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// The events of a plan's file.
const (
	eventSealed = "sealed" // the plan ends here
	eventStart  = "start"  // apply begins
	eventIntent = "intent" // a request will be sent
	eventResult = "result" // what came of the request
	eventRetry  = "retry"  // rows that were refused or are unknown are sent again
	eventEnd    = "end"    // apply ends, with its sums
)

// An outcome is what came of an attempt, which is one request.
type outcome string

const (
	outcomeOK         outcome = "ok"         // Slack said ok
	outcomePartial    outcome = "partial"    // Slack refused some users and names them
	outcomeRejected   outcome = "rejected"   // Slack refused the one row
	outcomeAbsent     outcome = "absent"     // the session had ended before
	outcomeSplit      outcome = "split"      // Slack refused all rows together; halves are sent
	outcomeDeferred   outcome = "deferred"   // nothing was done, for a reason that has nothing to do with the rows
	outcomeUnanswered outcome = "unanswered" // no answer came, or none that says what was done
)

// An event is a line behind the rows of a plan's file.
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

// eventPrefix is how the line of each event begins, and of no row.
var eventPrefix = []byte(`{"event":"`)

// isTorn reports whether a last line without an end is what a crash leaves of an
// event. A file system can leave zeros instead of what was not written yet.
func isTorn(line []byte) bool {
	line = bytes.TrimRight(line, "\x00")
	return bytes.HasPrefix(line, eventPrefix) || bytes.HasPrefix(eventPrefix, line)
}
