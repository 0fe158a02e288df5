// Package slackadmin is the root of a Go client for the methods of Slack's APIs that end
// users' sessions. Import package api to use it. The client's methods and types are
// generated from spec/slack.yaml.
package slackadmin

// Specgen checks the spec and writes all generated files: the models and a stock client
// with oapi-codegen, the other files from its own templates.
//go:generate go run ./internal/specgen
