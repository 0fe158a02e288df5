package main

import (
	"bytes"
	"testing"
)

// TestPrintVariables is that what other shells take is a comment of sh.
func TestPrintVariables(t *testing.T) {
	t.Parallel()
	for asJSON, want := range map[bool]string{
		false: `export SLACK_API_URL=http://127.0.0.1:1/api
export SLACK_TOKEN=xoxp-not-real
# PowerShell: $env:SLACK_API_URL = 'http://127.0.0.1:1/api'; $env:SLACK_TOKEN = 'xoxp-not-real'
# cmd: set "SLACK_API_URL=http://127.0.0.1:1/api" & set "SLACK_TOKEN=xoxp-not-real"
`,
		true: `{"api_url":"http://127.0.0.1:1/api","token":"xoxp-not-real"}` + "\n",
	} {
		var out bytes.Buffer
		if err := printVariables(&out, [][2]string{{"SLACK_API_URL", "http://127.0.0.1:1/api"}, {"SLACK_TOKEN", "xoxp-not-real"}}, asJSON); err != nil || out.String() != want {
			t.Errorf("got %v, %s; want %s", err, &out, want)
		}
	}
}
