// Package signout signs many users of a Slack Enterprise organization out: in
// chunks, at Slack's pace, through rate limits and outages, and past users whom
// Slack refuses.
//
// [Reset] takes user IDs and returns what came of each. It keeps nothing, which
// suits a service that has its own record.
//
// A job that has to survive a crash, or that others review first, is a file. [Make]
// plans whom to sign out, [Plan.Write] writes the plan, [Apply] does what the plan
// says, and [Verify] lists the sessions again and says who is gone. Apply records
// each call and its answer in the plan's file. After a crash, call Apply again: it
// continues. [Plan.History] reads the record. FORMAT.md describes the file.
//
// # What counts as done
//
// A user counts as done only if Slack said ok to a call with that user. After a call
// for several users, Slack ends their sessions in the background, for some minutes;
// only Verify looks.
//
// Slack may refuse a call for some of its users and accept the others. Reset and
// Apply then count the users whom Slack names with a code as refused, and send the
// others again without them. An answer that is missing or cannot be read is followed
// by two more attempts with the same users, after 2 and 8 seconds. If those fail too,
// the users count as unknown, and nothing more is sent until Slack answers auth.test.
// Verify tells what became of them.
//
// # Waits
//
// Apply and Reset wait for as long as a rate limit or an outage lasts: their context
// is the limit. Make and Verify wait in the same way while they list sessions. Each
// tells its progress function what it waits for.
package signout
