package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
)

// caller calls Slack for the commands, as their common flags say.
type caller struct {
	apiURL   string
	json     bool
	form     bool
	verbose  bool
	attempts int
	timeout  time.Duration
}

func (c *caller) flags(cmd *cobra.Command) {
	flags := cmd.PersistentFlags()
	flags.StringVar(&c.apiURL, "api-url", os.Getenv("SLACK_API_URL"), "base URL of Slack's Web API (default $SLACK_API_URL, then https://slack.com/api)")
	flags.Lookup("api-url").DefValue = "" // the environment's value is not one to print
	flags.BoolVar(&c.json, "json", false, "print Slack's answer as JSON, one line for each")
	flags.IntVar(&c.attempts, "attempts", 4, "how many attempts a call makes at most")
	flags.DurationVar(&c.timeout, "timeout", 5*time.Minute, "when to give up")
	flags.BoolVar(&c.verbose, "verbose", false, "log each attempt to stderr")
	flags.BoolVar(&c.form, "form", false, "send the arguments as a form instead of as JSON")
}

// client returns a client for a command, and the options of its calls.
func (c *caller) client(cmd *cobra.Command) (*api.Client, []api.CallOption, error) {
	token := os.Getenv("SLACK_TOKEN")
	if token == "" {
		return nil, nil, errors.New("SLACK_TOKEN is not set; set it to a user token of an Org Owner or Org Admin")
	}
	opts := []api.Option{api.WithMaxAttempts(c.attempts)}
	if cmd.Flags().Changed("api-url") && c.apiURL == "" {
		return nil, nil, errors.New("--api-url is empty; want a base URL such as https://slack.com/api")
	}
	if c.apiURL != "" {
		opts = append(opts, api.WithBaseURL(c.apiURL))
	}
	if c.timeout <= 0 {
		return nil, nil, fmt.Errorf("--timeout is %v; want more than nothing, such as 30s", c.timeout)
	}
	if c.verbose {
		handler := slog.NewTextHandler(cmd.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelDebug})
		opts = append(opts, api.WithLogger(slog.New(handler)))
	}
	client, err := api.New(token, opts...)
	if c.form {
		return client, []api.CallOption{api.WithForm()}, err
	}
	return client, nil, err
}

// call makes one call and prints what it returns for people, or Slack's answer.
func (c *caller) call(cmd *cobra.Command, method func(context.Context, *api.Client, []api.CallOption) (string, error)) error {
	client, opts, err := c.client(cmd)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), c.timeout)
	defer cancel()
	var answer json.RawMessage
	output, err := method(ctx, client, append(opts, api.WithBodyInto(&answer)))
	if c.json {
		output = string(answer)
	}
	if c.json && json.Valid(answer) || !c.json && err == nil {
		if _, printErr := fmt.Fprintln(cmd.OutOrStdout(), output); printErr != nil && err == nil {
			err = outputError{printErr}
		}
	}
	if err != nil {
		return &failure{err}
	}
	return nil
}
