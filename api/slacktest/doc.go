// Package slacktest is a fake Slack for tests: an HTTP server on loopback that
// serves the methods of package api for an Enterprise organization held in
// memory. It checks every request and every answer of its own against the
// project's OpenAPI document, and refuses what the document says that Slack
// refuses, in Slack's words. Arguments that the document does not have it refuses
// too, where Slack would ignore them: a test should not pass with a misspelled one.
//
// A new [Server] has an organization to work with: the workspaces [Workspace]
// and [OtherWorkspace], the users [PrimaryOwner], [Admin], [Member],
// [OtherMember] and [Bot], and some sessions of theirs. Its Token is one of
// Admin's with every scope the methods need. The people have addresses at
// example.com, and OtherMember has an ID in a workspace too.
package slacktest
