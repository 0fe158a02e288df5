package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
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
  slackadmin sessions reset W12345678
  slackadmin sessions invalidate --user W12345678 --session 1112275520242`,
		Version:       version(),
		RunE:          needSubcommand,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	c := &caller{}
	c.flags(root)
	root.AddCommand(newSessions(c), newFake(), newDemo())
	return root
}

// version returns the version the command was built as.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// caller calls Slack for a command and prints the answer.
type caller struct {
	apiURL string
	json   bool
}

func (c *caller) flags(cmd *cobra.Command) {
	cmd.PersistentFlags().StringVar(&c.apiURL, "api-url", os.Getenv("SLACK_API_URL"), "base URL of Slack's Web API (default $SLACK_API_URL, then https://slack.com/api)")
	cmd.PersistentFlags().BoolVar(&c.json, "json", false, "print Slack's answer as JSON")
	// The environment's value is no default to print.
	cmd.PersistentFlags().Lookup("api-url").DefValue = ""
}

// call runs method with a client and prints what it answered, or done.
func (c *caller) call(cmd *cobra.Command, done string, method func(context.Context, *api.Client, api.CallOption) error) error {
	client, err := c.client(cmd)
	if err != nil {
		return err
	}
	var answer json.RawMessage
	err = method(cmd.Context(), client, api.WithBodyInto(&answer))
	output := done
	if c.json {
		output = string(answer)
	}
	if c.json && json.Valid(answer) || !c.json && err == nil {
		_, printErr := fmt.Fprintln(cmd.OutOrStdout(), output)
		err = errors.Join(err, printErr)
	}
	if err != nil {
		return &failure{err}
	}
	return nil
}

func (c *caller) client(cmd *cobra.Command) (*api.Client, error) {
	token := os.Getenv("SLACK_TOKEN")
	if token == "" {
		return nil, errors.New("SLACK_TOKEN is not set; set it to a user token of an Org Owner or Org Admin")
	}
	var opts []api.Option
	if cmd.Flags().Changed("api-url") && c.apiURL == "" {
		return nil, errors.New("--api-url is empty; want a base URL such as https://slack.com/api")
	}
	if c.apiURL != "" {
		opts = append(opts, api.WithBaseURL(c.apiURL))
	}
	return api.New(token, opts...)
}
