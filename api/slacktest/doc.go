// Package slacktest is a fake Slack for tests: an HTTP server on loopback that serves the
// methods of package api for an Enterprise organization held in memory. It checks every
// request and every response of its own against the project's OpenAPI document, and
// returns Slack's error codes. Unlike Slack, it also refuses arguments that the document
// does not have, so that no test passes with a misspelled argument.
//
// A new [Server] has an organization: the workspaces [Workspace] and [OtherWorkspace],
// the users [PrimaryOwner], [Admin], [Member], [OtherMember] and [Bot], and some sessions.
// Its Token belongs to Admin and has every scope that the methods need. All users except
// Bot have email addresses at example.com. OtherMember also has an ID in a workspace.
package slacktest
