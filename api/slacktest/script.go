package slacktest

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// Refuse returns a handler that says no with code, for [Server.Script].
func Refuse(code api.ErrorCode) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		status, answer := refuse(code)
		sendAny(w, status, answer)
	}
}

// RateLimit returns a handler that answers as Slack does when a method's rate
// limit is spent, for [Server.Script]: status 429 and the wait in Retry-After,
// in whole seconds rounded up.
func RateLimit(wait time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		status, answer := limit(w.Header(), wait)
		sendAny(w, status, answer)
	}
}

// HangUp returns a handler that closes the connection without an answer, for
// [Server.Script].
func HangUp() http.HandlerFunc {
	return func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
}

// sendAny sends an answer that the spec need not have.
func sendAny(w http.ResponseWriter, status int, answer map[string]any) {
	encoded, _ := json.Marshal(answer) // strings and booleans
	send(w, status, encoded)
}

// limit says that a rate limit is spent.
func limit(header http.Header, wait time.Duration) (status int, answer map[string]any) {
	header.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	_, answer = refuse(api.ErrRatelimited)
	return http.StatusTooManyRequests, answer
}
