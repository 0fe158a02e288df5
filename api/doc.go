// Package api calls the methods of Slack's APIs that end a user's sessions, and the
// audit log that tells of it.
//
// Every method of [Client] is generated from the project's OpenAPI document and
// works the same way. It sends the token as a bearer token and nowhere else,
// makes further attempts where they help and do no harm (see [WithMaxAttempts]),
// and returns Slack's response or an error:
//
//   - [*Error]: Slack refused the call. [errors.Is] with an [ErrorCode] tells the
//     reasons apart.
//   - [*ResponseError]: what came back is not a response of Slack's.
//   - any other error: nothing came back. It wraps the cause, such as
//     [context.DeadlineExceeded] or a [net.Error].
//
// # Rate limits
//
// Slack limits how often a method may be called, per app and organization: a
// method of tier 1 about once a minute, tier 2 20 times, tier 3 50 times and tier
// 4 100 times. The doc comment of each method has its tier. Beyond that Slack
// answers with status 429 and says how long to wait; all callers of a Client then
// wait that long with their calls of the method, and go one at a time for a while.
// A call waits for two minutes in all at most, and never past its context's
// deadline: it returns at once if it would have to.
//
// # Tokens
//
// No error, log line or printed value of this package shows a token, also where a
// server sends it back. One thing is beyond its reach: net/http itself writes to
// the standard logger what a server sends on an idle connection unasked, which can
// be a token if the server is hostile. Programs that talk to servers that they do
// not trust can turn that off with [log.SetOutput], or give [WithHTTPClient] a
// transport with DisableKeepAlives.
//
// To test code that uses a Client, see package slacktest.
package api
