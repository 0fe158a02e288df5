package slacktest

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// Refuse returns a handler that says no with code, for [Server.Script].
func Refuse(code api.ErrorCode) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { refuse(w, code, nil) }
}

// RateLimit returns a handler that answers as Slack does when a method's rate
// limit is spent, for [Server.Script]: status 429 and the wait in Retry-After,
// in whole seconds rounded up.
func RateLimit(wait time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte(`{"ok":false,"error":"ratelimited"}`))
	}
}

// HangUp returns a handler that closes the connection without an answer, for
// [Server.Script].
func HangUp() http.HandlerFunc {
	return func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
}
