// Package slackadmin is the root of a Go client for the methods of Slack's Web
// API that end a user's sessions. Import package api to use it.
//
// The code is generated from spec/slack.yaml, in this order:
package slackadmin

//go:generate go run ./internal/specgen spec/slack.yaml spec/models.config.yaml
//go:generate go tool oapi-codegen -config spec/models.config.yaml spec/slack.yaml
//go:generate go tool oapi-codegen -config spec/requests.config.yaml spec/slack.yaml
//go:generate go tool oapi-codegen -config spec/api.config.yaml spec/slack.yaml
//go:generate go tool oapi-codegen -config spec/server.config.yaml spec/slack.yaml
