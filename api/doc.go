// Package api is a client for Slack's methods that end users' sessions, the look-ups that
// they need, and the audit log that records them.
//
// The methods of [Client] are generated from the project's OpenAPI document and work the
// same way. A method sends the token as a bearer token and nowhere else, retries where
// that may help and does no harm (see [WithMaxAttempts]), and returns Slack's response
// or an error:
//
//   - [*Error]: Slack refused the call, or a known rate limit does not allow it yet.
//     [errors.Is] with an [ErrorCode] tells the reasons apart.
//   - [*ResponseError]: the response is not usable, such as the HTML of a proxy.
//   - any other error: there is no complete response. It wraps the cause, such as
//     [context.DeadlineExceeded] or a [net.Error].
//
// # Rate limits
//
// Slack limits the calls of each method per app and organization. Per minute, Slack
// allows about 1 call of a tier 1 method, 20 of tier 2, 50 of tier 3 and 100 of tier 4.
// The doc comment of each method has its tier. Slack refuses further calls with status
// 429 and the time to wait. All callers of the Client then wait that long before they
// call the method, and call it one at a time for a minute. A call waits for at most two
// minutes in all. It returns at once if it would have to wait longer, or past its
// context's deadline.
//
// # Tokens
//
// No error, log line or printed value of this package shows a token, even if a server
// sends it back. One case is out of its control: net/http logs to the standard logger
// whatever a server sends unasked on an idle connection. Programs that call servers they
// do not trust can prevent that with [log.SetOutput], or by giving [WithHTTPClient] a
// transport with DisableKeepAlives.
//
// To test code that uses a Client, see package slacktest.
package api
