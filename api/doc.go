// Package api calls the methods of Slack's Web API that end a user's sessions.
//
// Every method of [Client] is generated from the project's OpenAPI document
// and works the same way: it sends the token as a bearer token and nowhere
// else, reads one answer of bounded size, and returns either what Slack
// answered or an error that says why there is no such answer:
//
//   - [*Error]: Slack answered, and the answer is no. [errors.Is] with an
//     [ErrorCode] tells the reasons apart.
//   - [*ResponseError]: what came back is not an answer of Slack's.
//   - any other error: no answer came back. It wraps the cause, such as
//     [context.DeadlineExceeded] or a [net.Error].
//
// To test code that uses a Client, see package slacktest.
package api
