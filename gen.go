// Package slackadmin is the root of a Go client for the methods of Slack's Web
// API that end a user's sessions. Import package api to use it. Everything is
// generated from spec/slack.yaml.
package slackadmin

//go:generate go run ./internal/specgen spec/slack.yaml spec/generated.config.yaml
//go:generate go tool oapi-codegen -config spec/generated.config.yaml spec/slack.yaml
//go:generate go tool oapi-codegen -config spec/api.config.yaml spec/slack.yaml
//go:generate go run ./internal/specgen spec/slack.yaml spec/generated.config.yaml generated/client.gen.go
