package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// printFake prints how to reach a fake Slack, as variables of the environment: commands
// of sh, and of other shells in what sh takes for comments.
func printFake(out io.Writer, variables [][2]string, asJSON bool) error {
	if asJSON {
		object := map[string]string{}
		for _, v := range variables { // SLACK_API_URL is api_url
			object[strings.ToLower(strings.TrimPrefix(v[0], "SLACK_"))] = v[1]
		}
		return json.NewEncoder(out).Encode(object)
	}
	var sh strings.Builder
	var power, cmd []string
	for _, v := range variables {
		fmt.Fprintf(&sh, "export %s=%s\n", v[0], v[1])
		power = append(power, fmt.Sprintf("$env:%s = '%s'", v[0], v[1]))
		cmd = append(cmd, fmt.Sprintf(`set "%s=%s"`, v[0], v[1]))
	}
	_, err := fmt.Fprintf(out, "%s# PowerShell: %s\n# cmd: %s\n", &sh, strings.Join(power, "; "), strings.Join(cmd, " & "))
	return err
}
