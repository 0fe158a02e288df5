module github.com/seed-38c23bad/slackadmin/tests/bench

go 1.26

require (
	github.com/seed-38c23bad/slackadmin v0.0.0
	github.com/slack-go/slack v0.35.0
)

require github.com/gorilla/websocket v1.5.3 // indirect

replace github.com/seed-38c23bad/slackadmin => ../..
