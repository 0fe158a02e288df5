// Package signout ends the sessions of many users of a Slack Enterprise organization.
// It sends up to 1,000 users per call, waits during rate limits and outages, and
// continues when Slack refuses some users.
//
// [Reset] takes user IDs and returns the result of each. It writes no file.
//
// A job that must survive a crash, or that others review first, needs a file. [Make]
// makes a plan of the users to sign out, [Plan.Write] writes it to a file, [Apply]
// executes it, and [Verify] lists the sessions again and reports which are gone. Apply
// records each call and its result in the file. After a crash, call Apply again: it
// resumes the plan. [Plan.History] reads the record. FORMAT.md describes the file.
//
// # What counts as done
//
// A user counts as done only if Slack responds ok to a call with that user. After a
// call for several users, Slack ends their sessions in the background, which takes
// some minutes. Only Verify checks whether the sessions are gone.
//
// Slack may refuse a call for some of its users and act on the others. The users that
// Slack names with an error code count as refused, and the others are sent again. If
// the response is missing or unreadable, or Slack reports a failure of its own, the same
// users are sent twice more, after 2 and 8 seconds or later if Slack asks. If these attempts fail too, the users count as unknown, and nothing
// more is sent until Slack responds to auth.test.
//
// # Waiting and cancellation
//
// Apply, Reset, Make and Verify wait as long as a rate limit or an outage lasts; only
// their context limits that. A progress function receives each wait and its reason.
// The first auth.test of Apply, Make and Verify, and the calls to the audit log, do
// not wait like this: the client retries them as its options say.
//
// If the context ends before the work does, all four return [ErrInterrupted]. Make and
// Verify cancel the request in flight. Apply and Reset wait for its response, for at most
// 30 seconds unless [api.WithAttemptTimeout] or [api.WithHTTPClient] sets another limit.
//
// The client should have [api.WithPacing]. Without it, Slack rate-limits the client from
// time to time; the result is the same.
package signout
