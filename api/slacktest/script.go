package slacktest

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// Refuse returns a handler that refuses the call with code, for [Server.Script].
func Refuse(code api.ErrorCode) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		status, resp := errorResponse(code)
		sendUnchecked(w, status, resp)
	}
}

// RateLimit returns a handler that responds as Slack does to calls beyond a rate limit,
// for [Server.Script]: with status 429, and with wait in Retry-After in whole seconds,
// rounded up.
func RateLimit(wait time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		status, resp := rateLimitResponse(w.Header(), wait)
		sendUnchecked(w, status, resp)
	}
}

// HangUp returns a handler that closes the connection without a response, for
// [Server.Script].
func HangUp() http.HandlerFunc {
	return func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
}

// sendUnchecked sends a response without checking it against the spec.
func sendUnchecked(w http.ResponseWriter, status int, resp map[string]any) {
	encoded, _ := json.Marshal(resp) // strings and booleans
	send(w, status, encoded)
}
