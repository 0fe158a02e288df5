package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/internal/methods"
)

func newRoot(c *clientFlags) *cobra.Command {
	root := newGroup("slackadmin", "List, end and limit the sessions of a Slack Enterprise organization's users",
		newWhoami(c), newSessions(c), newUsers(c), newCall(c), newFake(c), newDemo(), newCompletion(), newMan(), newVersion(c))
	var servers strings.Builder
	for _, server := range methods.Servers {
		fmt.Fprintf(&servers, "  %s  the URL of the API of %s.*; required if SLACK_API_URL is not Slack's\n", serverVariable(server.Name), server.Name)
	}
	root.Long = `slackadmin lists, ends and limits the sessions of the users of a Slack Enterprise
organization.

It reads the token only from the environment variable SLACK_TOKEN. The token must be
a user token (xoxp-) of an Org Owner or Org Admin, from an app that is installed on
the entire organization, with the scopes admin.users:read (to list) and
admin.users:write (to end sessions and to change settings). "slackadmin whoami"
checks the token.

Environment:
  SLACK_TOKEN    the token
  SLACK_API_URL  the base URL of Slack's Web API, for GovSlack
                 (https://slack-gov.com/api), a proxy, or "slackadmin fake"
` + servers.String() + `
Exit status:
  0    done
  1    failed: Slack refused, or the network or the disk failed
  2    usage error, or an invalid file or plan; nothing was changed
  3    partially done
  4    nothing to do
  130  interrupted`
	root.Example = `  slackadmin demo
  slackadmin whoami
  slackadmin sessions list
  slackadmin sessions reset W12345678
  slackadmin sessions invalidate --user W12345678 --session 1112275520242`
	groupRunE := root.RunE
	root.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		return groupRunE(cmd, args)
	}
	root.Version = version()
	root.SetHelpCommand(newHelp(root))
	c.configureRoot(root)
	root.PersistentPreRunE = c.refuseJSON
	return root
}

// configureRoot adds to a root command the flags and the behavior of every command.
func (o *output) configureRoot(root *cobra.Command) {
	o.flags(root)
	root.SilenceErrors = true
	root.SilenceUsage = true
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(suggestFlag)
	completeNoFiles(root)
}

// newGroup returns a command with subcommands. Without a subcommand, or with an unknown
// one, it returns a usage error.
func newGroup(use, short string, commands ...*cobra.Command) *cobra.Command {
	group := &cobra.Command{
		Use:                        use,
		Short:                      short,
		Args:                       cobra.ArbitraryArgs,
		SuggestionsMinimumDistance: 2,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("%s needs a subcommand", cmd.CommandPath())
			}
			return fmt.Errorf("%s has no subcommand %q%s", cmd.CommandPath(), args[0], didYouMean(suggestions(cmd, args[0])))
		},
	}
	group.AddCommand(commands...)
	return group
}
