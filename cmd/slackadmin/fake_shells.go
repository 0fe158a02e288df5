package main

import (
	"encoding/json"
	"fmt"
	"io"
)

// printFake prints how to reach a fake Slack: commands of sh, and of other shells in
// what sh takes for comments.
func printFake(out io.Writer, url, token string, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(map[string]string{"api_url": url, "token": token})
	}
	_, err := fmt.Fprintf(out, `export SLACK_API_URL=%[1]s
export SLACK_TOKEN=%[2]s
# PowerShell: $env:SLACK_API_URL = '%[1]s'; $env:SLACK_TOKEN = '%[2]s'
# cmd: set "SLACK_API_URL=%[1]s" & set "SLACK_TOKEN=%[2]s"
`, url, token)
	return err
}
