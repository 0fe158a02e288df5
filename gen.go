// Package slackadmin is the root of a Go client for the methods of Slack's Web
// API that end a user's sessions. Import package api to use it. Everything is
// generated from spec/slack.yaml.
package slackadmin

// Check the spec, then write everything: the models and the stock client as
// oapi-codegen makes them, and the rest from internal/specgen's own templates.
//go:generate go run ./internal/specgen
