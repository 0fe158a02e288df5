package main

import (
	"maps"
	"slices"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestDefaults are of all flags of all commands those that are set from the start.
func TestDefaults(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"slackadmin fake --listen":            "127.0.0.1:0",
		"slackadmin fake --seed":              "1",
		"slackadmin fake --sessions-per-user": "3",
		"slackadmin fake --token":             "admin",
		"slackadmin sessions --attempts":      "4",
		"slackadmin sessions --timeout":       "5m0s",
		"slackadmin sessions apply --max":     "1000",
		"slackadmin users --attempts":         "4",
		"slackadmin users --timeout":          "5m0s",
		"slackadmin whoami --attempts":        "4",
		"slackadmin whoami --timeout":         "5m0s",
	}
	got := map[string]string{}
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		cmd.LocalFlags().VisitAll(func(flag *pflag.Flag) {
			if !slices.Contains([]string{"", "false", "0", "0s", "[]"}, flag.DefValue) {
				got[cmd.CommandPath()+" --"+flag.Name] = flag.DefValue
			}
		})
		for _, sub := range cmd.Commands() {
			visit(sub)
		}
	}
	visit(newRoot(&clientFlags{}))
	if !maps.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
