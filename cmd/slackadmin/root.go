package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "slackadmin",
		Short: "End the sessions of users of a Slack Enterprise organization",
		Long: `slackadmin signs users of a Slack Enterprise organization out.

It reads the token from the environment variable SLACK_TOKEN, and from nowhere
else. It must be a user token of an Org Owner or Org Admin. SLACK_API_URL or
--api-url is for GovSlack, a proxy, or a fake Slack (see "slackadmin fake").

Exit status: 0 done, 1 Slack or the network said no, 2 wrong usage.`,
		Example: `  slackadmin demo
  slackadmin sessions list
  slackadmin sessions reset W12345678
  slackadmin sessions invalidate --user W12345678 --session 1112275520242`,
		Version:       version(),
		RunE:          needSubcommand,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	c := &caller{}
	c.flags(root)
	root.AddCommand(newSessions(c), newFake(), newDemo(), newMan(), newVersion())
	return root
}

// release is the version of a release, set when it is linked.
var release string

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "slackadmin", version())
			return err
		},
	}
}

// version returns the version the command was built as.
func version() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
