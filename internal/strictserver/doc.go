// Package strictserver is oapi-codegen's strict server for the spec: typed
// requests in, typed answers out. Package slacktest puts a fake Slack behind it.
package strictserver
