package main

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-38c23bad/slackadmin/internal/methods"
)

// serverVariables says which variables are for the URLs of other APIs.
func serverVariables() string {
	var b strings.Builder
	for _, server := range methods.Servers {
		fmt.Fprintf(&b, "  %s  likewise for %s.*; needed if that is not Slack's\n", serverVariable(server.Name), server.Name)
	}
	return b.String()
}

func newRoot() *cobra.Command {
	s := &speech{}
	root := newGroup("slackadmin", "List, end and limit the sessions of a Slack Enterprise organization's users")
	root.Long = `slackadmin lists, ends and limits the sessions of the users of a Slack Enterprise
organization.

The token is read from the environment variable SLACK_TOKEN, and from nowhere
else. It must be a user token (xoxp-) of an Org Owner or Org Admin, from an app
that is installed on the entire organization, with the scopes admin.users:read
(to list) and admin.users:write (to end sessions and to change settings).
"slackadmin whoami" says whether it is.

Environment:
  SLACK_TOKEN    the token
  SLACK_API_URL  the base URL of Slack's Web API, for GovSlack
                 (https://slack-gov.com/api), a proxy, or "slackadmin fake"
` + serverVariables() + `
Exit status:
  0    done
  1    failed: Slack, the network or the disk said no
  2    wrong usage, or a file or a plan that will not do; nothing was sent
  3    partly done
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
	root.SilenceErrors = true
	root.SilenceUsage = true
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(suggestFlag)
	root.SetHelpCommand(newHelp(root))
	s.flags(root)
	root.PersistentPreRunE = s.refuseJSON
	root.AddCommand(newWhoami(s), newSessions(s), newUsers(s), newCall(s), newFake(s), newDemo(), newCompletion(), newMan(), newVersion(s))
	completeNoFiles(root)
	return root
}

// newGroup returns a command of subcommands. Called without one, or with one that
// it does not have, it is wrong usage.
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

func didYouMean(suggestions []string) string {
	if len(suggestions) == 0 {
		return ""
	}
	return " (did you mean " + strings.Join(suggestions, " or ") + "?)"
}

// suggestions returns the subcommands with a name like name, and those of
// subcommands that have that name.
func suggestions(cmd *cobra.Command, name string) []string {
	found := cmd.SuggestionsFor(name)
	for _, group := range cmd.Commands() {
		for _, sub := range group.Commands() {
			if sub.Name() == name {
				found = append(found, group.Name()+" "+name)
			}
		}
	}
	return found
}

// noUnit is what pflag says of a duration that is a number alone.
var noUnit = regexp.MustCompile(`^invalid argument "([0-9.]+)" for "--([a-z-]+)" flag: time: missing unit`)

// suggestFlag adds flags with a name like the one that there is not.
func suggestFlag(cmd *cobra.Command, err error) error {
	if match := noUnit.FindStringSubmatch(err.Error()); match != nil {
		return fmt.Errorf("--%s is %s, without a unit; want it with one, such as %[2]ss, %[2]sm or %[2]sh", match[2], match[1])
	}
	name, unknown := strings.CutPrefix(err.Error(), "unknown flag: --")
	if !unknown {
		return err
	}
	// cobra knows how to find a command with a name like another.
	names := &cobra.Command{SuggestionsMinimumDistance: 2}
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		names.AddCommand(&cobra.Command{Use: flag.Name, Run: func(*cobra.Command, []string) {}})
	})
	var similar []string
	for _, flag := range names.SuggestionsFor(name) {
		similar = append(similar, "--"+flag)
	}
	return errors.New(err.Error() + didYouMean(similar))
}

// completeNoFiles keeps the shell from offering files where there is no use for
// them.
func completeNoFiles(cmd *cobra.Command) {
	if cmd.ValidArgsFunction == nil && len(cmd.ValidArgs) == 0 {
		cmd.ValidArgsFunction = cobra.NoFileCompletions
	}
	for _, sub := range cmd.Commands() {
		completeNoFiles(sub)
	}
}

func newHelp(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Print the help of a command",
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err == nil && cmd.DisableFlagParsing {
				return cmd.RunE(cmd, append(rest, "--help")) // it has subcommands of its own
			}
			if err != nil || len(rest) > 0 {
				return fmt.Errorf("there is no command %q%s", strings.Join(args, " "), didYouMean(suggestions(cmd, rest[0])))
			}
			cmd.InitDefaultHelpFlag()
			return cmd.Help()
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, toComplete string) (names []string, _ cobra.ShellCompDirective) {
			if cmd, rest, err := root.Find(args); err == nil && len(rest) == 0 {
				for _, sub := range cmd.Commands() {
					if sub.IsAvailableCommand() && strings.HasPrefix(sub.Name(), toComplete) {
						names = append(names, sub.Name()+"\t"+sub.Short)
					}
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
}

func newCompletion() *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|zsh|fish|powershell",
		Short: "Print the completion script of a shell",
		Example: `  source <(slackadmin completion bash)
  slackadmin completion fish > ~/.config/fish/completions/slackadmin.fish`,
		ValidArgs: []string{"bash", "zsh", "fish", "powershell"},
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 || !slices.Contains(cmd.ValidArgs, args[0]) {
				return fmt.Errorf("%q is no shell that it knows; want bash, zsh, fish or powershell", strings.Join(args, " "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			out := cmd.OutOrStdout()
			var err error
			switch args[0] {
			case "bash":
				err = cmd.Root().GenBashCompletionV2(out, true)
			case "zsh":
				err = cmd.Root().GenZshCompletion(out)
			case "fish":
				err = cmd.Root().GenFishCompletion(out, true)
			case "powershell":
				err = cmd.Root().GenPowerShellCompletionWithDesc(out)
			}
			return outputFailure(err)
		},
	}
}

// release is the version of a release, set when it is linked.
var release string

func newVersion(s *speech) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			line := "slackadmin " + version() + "\n"
			if s.json {
				line = objectLine("version", version())
			}
			_, err := io.WriteString(cmd.OutOrStdout(), line)
			return outputFailure(err)
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
