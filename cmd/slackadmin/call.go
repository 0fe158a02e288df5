package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/methods"
	"github.com/seed-38c23bad/slackadmin/internal/slack"
)

// newCall returns the command that calls any method. When it runs, it makes the
// subcommands, one for each method, and runs one of them.
func newCall(c *clientFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "call METHOD [--ARGUMENT VALUE]...",
		Short: "Call any method of Slack's Web API",
		Long: `call calls a method of Slack's Web API and prints the response. The arguments of a
method of the spec are flags: "slackadmin call METHOD --help" describes them. For
another method, set arguments with --arg NAME=VALUE.

call does not ask: a method that changes or ends something does so at once.`,
		Example: `  slackadmin call auth.test
  slackadmin call admin.users.session.list --all --json
  slackadmin call admin.users.session.reset --user-id W12345678 --mobile-only
  slackadmin call admin.users.session.resetBulk --user-ids W12345678,W23456789 --curl
  slackadmin call team.info --arg team=T12345678`,
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			root, err := newMethods(c, cmd, args)
			if err != nil {
				return err
			}
			root.SetArgs(append([]string{"call"}, args...))
			return root.ExecuteContext(cmd.Context())
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
			root, err := newMethods(c, cmd, args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveError
			}
			// cobra's completion command prints the completions.
			var out bytes.Buffer
			root.SetOut(&out)
			root.SetErr(io.Discard)
			root.SetArgs(slices.Concat([]string{cobra.ShellCompRequestCmd, "call"}, args, []string{toComplete}))
			if root.ExecuteContext(cmd.Context()) != nil {
				return nil, cobra.ShellCompDirectiveError
			}
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			last := strings.TrimPrefix(lines[len(lines)-1], ":")
			directive, _ := strconv.Atoi(last)
			return lines[:len(lines)-1], cobra.ShellCompDirective(directive)
		},
	}
}

// newMethods returns a root command with the command call, which has a subcommand for the
// method that args names. If the spec does not have the method, call has a subcommand for
// each method of the spec, and one for the method of args.
func newMethods(c *clientFlags, outer *cobra.Command, args []string) (*cobra.Command, error) {
	group := newGroup(outer.Use, outer.Short)
	group.Long, group.Example = outer.Long, outer.Example
	c.flags(group)
	name := ""
	if at := slices.IndexFunc(args, func(arg string) bool { return !strings.HasPrefix(arg, "-") }); at >= 0 {
		name = args[at]
	}
	if m := methods.Find(name); m != nil {
		group.AddCommand(newMethod(c, m))
	} else {
		for i := range methods.All {
			group.AddCommand(newMethod(c, &methods.All[i]))
		}
		if slack.Method.MatchString(name) {
			similar := group.SuggestionsFor(name)
			hasArg := slices.ContainsFunc(args, func(arg string) bool { return arg == "--arg" || strings.HasPrefix(arg, "--arg=") })
			if len(similar) > 0 && !hasArg {
				return nil, fmt.Errorf("the spec does not have the method %s%s", name, didYouMean(similar))
			}
			group.AddCommand(newUnlisted(c, name))
		}
	}
	root := newGroup("slackadmin", "", group)
	root.SetHelpCommand(&cobra.Command{Hidden: true})
	root.SetIn(outer.InOrStdin())
	root.SetOut(outer.OutOrStdout())
	root.SetErr(outer.ErrOrStderr())
	c.configureRoot(root)
	return root, nil
}

type unlistedOptions struct {
	*clientFlags

	method string
	pairs  []string
}

func newUnlisted(c *clientFlags, name string) *cobra.Command {
	o := &unlistedOptions{clientFlags: c, method: name}
	cmd := &cobra.Command{
		Use:   name,
		Short: "Call a method that the spec does not have",
		Args:  noArgs,
		RunE:  o.run,
	}
	cmd.Flags().StringArrayVar(&o.pairs, "arg", nil, "an argument, as NAME=VALUE; can be repeated")
	return cmd
}

func (o *unlistedOptions) run(cmd *cobra.Command, _ []string) error {
	args := map[string]string{}
	for _, pair := range o.pairs {
		key, value, ok := strings.Cut(pair, "=")
		_, twice := args[key]
		switch {
		case !ok || key == "":
			return fmt.Errorf("--arg is %q; want NAME=VALUE", pair)
		case key == "token":
			return errors.New("--arg token: the token is read only from SLACK_TOKEN")
		case hasToken(pair):
			return errors.New("--arg contains the token, or a part of it")
		case twice:
			return fmt.Errorf("--arg %s is given twice", key)
		}
		args[key] = value
	}
	c, err := o.connect(cmd, false)
	if err != nil {
		return err
	}
	if _, err := api.Call[struct{}](cmd.Context(), c.client, o.method, args, c.opts...); err != nil {
		return c.failure("", err)
	}
	out := responsePrinter{out: cmd.OutOrStdout(), json: c.json}
	return writeError(out.print(c.response))
}
