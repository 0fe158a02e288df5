package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/seed-38c23bad/slackadmin/api"
)

// caller calls Slack for the commands, as their common flags say.
type caller struct {
	apiURL   string
	json     bool
	form     bool
	verbose  bool
	quiet    bool
	attempts int
	timeout  time.Duration
	paced    bool // it waits for each turn, and has a status line
}

func (c *caller) flags(cmd *cobra.Command) {
	flags := cmd.PersistentFlags()
	flags.StringVar(&c.apiURL, "api-url", os.Getenv("SLACK_API_URL"), "base URL of Slack's Web API (default $SLACK_API_URL, then https://slack.com/api)")
	flags.Lookup("api-url").DefValue = "" // the environment's value is not one to print
	flags.BoolVar(&c.json, "json", false, "print JSON, one object a line")
	flags.IntVar(&c.attempts, "attempts", 4, "how many attempts a call makes at most")
	flags.DurationVar(&c.timeout, "timeout", 5*time.Minute, "time limit of one call, its waits included")
	flags.BoolVar(&c.verbose, "verbose", false, "log each attempt to stderr")
	flags.BoolVar(&c.quiet, "quiet", false, "do not say on a terminal what is waited for")
	flags.BoolVar(&c.form, "form", false, "send the arguments as a form instead of as JSON")
	cmd.MarkFlagsMutuallyExclusive("verbose", "quiet")
}

// client returns a client for a command, and the options of its calls.
func (c *caller) client(cmd *cobra.Command, opts ...api.Option) (*api.Client, []api.CallOption, error) {
	token := os.Getenv("SLACK_TOKEN")
	if token == "" {
		return nil, nil, errors.New("SLACK_TOKEN is not set; set it to a user token of an Org Owner or Org Admin")
	}
	if c.attempts < 1 {
		return nil, nil, fmt.Errorf("--attempts is %d; want 1 or more", c.attempts)
	}
	opts = append(opts, api.WithMaxAttempts(c.attempts))
	if cmd.Flags().Changed("api-url") && c.apiURL == "" {
		return nil, nil, errors.New("--api-url is empty; want a base URL such as https://slack.com/api")
	}
	if c.apiURL != "" {
		opts = append(opts, api.WithBaseURL(c.apiURL))
	}
	if c.timeout <= 0 {
		return nil, nil, fmt.Errorf("--timeout is %v; want more than nothing, such as 30s", c.timeout)
	}
	switch {
	case c.verbose:
		handler := slog.NewTextHandler(cmd.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelDebug})
		opts = append(opts, api.WithLogger(slog.New(handler)))
	case !c.quiet && term.IsTerminal(int(os.Stderr.Fd())):
		opts = append(opts, api.WithLogger(slog.New(&waits{out: cmd.ErrOrStderr(), paced: c.paced})))
	}
	client, err := api.New(token, opts...)
	if err != nil {
		of := "--api-url or SLACK_API_URL: "
		if strings.HasPrefix(err.Error(), "token") {
			of = "SLACK_TOKEN: "
		}
		return nil, nil, fmt.Errorf("%s%w", of, err)
	}
	callOpts := []api.CallOption{c.perCall()}
	if c.form {
		callOpts = append(callOpts, api.WithForm())
	}
	return client, callOpts, nil
}

// waits is a slog.Handler that says for people what is waited for. Of a paced
// client that is not its turn.
type waits struct {
	out   io.Writer
	paced bool
	said  time.Duration // the last wait that was said
}

func (h *waits) Enabled(_ context.Context, level slog.Level) bool {
	if h.paced {
		return level >= slog.LevelWarn
	}
	return level >= slog.LevelInfo
}

func (h *waits) Handle(_ context.Context, record slog.Record) error {
	var wait time.Duration
	var why string
	record.Attrs(func(attr slog.Attr) bool {
		switch attr.Key {
		case "wait":
			wait = attr.Value.Duration()
		case "why":
			why = attr.Value.String()
		}
		return true
	})
	// The wait for a turn is part of one that was said, or as before each page.
	if wait = wait.Round(time.Second); wait < time.Second || record.Message == "slack wait" && wait <= h.said {
		return nil
	}
	h.said = wait
	line := fmt.Sprintf("slackadmin: waiting %v: %s\n", wait, why)
	if h.paced {
		line = clearLine + line
	}
	_, err := io.WriteString(h.out, line)
	return err
}

func (h *waits) WithAttrs([]slog.Attr) slog.Handler { return h }

func (h *waits) WithGroup(string) slog.Handler { return h }

// perCall gives each call its own time limit, of pages too. Calls come one after
// the other.
func (c *caller) perCall() api.CallOption {
	cancel := func() {}
	return func(_ context.Context, req *http.Request) error {
		cancel() // the call before is over
		var ctx context.Context
		ctx, cancel = context.WithTimeout(req.Context(), c.timeout)
		*req = *req.WithContext(ctx)
		return nil
	}
}

// call makes one call about a user or session, and prints what it returns for
// people, or Slack's response as JSON.
func (c *caller) call(cmd *cobra.Command, about string, method func(context.Context, *api.Client, []api.CallOption) (string, error)) error {
	client, opts, err := c.client(cmd)
	if err != nil {
		return err
	}
	var answer json.RawMessage
	output, err := method(cmd.Context(), client, append(opts, api.WithBodyInto(&answer)))
	if c.json {
		if line, jsonErr := jsonLine(answer); jsonErr == nil {
			if _, printErr := fmt.Fprintln(cmd.OutOrStdout(), line); printErr != nil && err == nil {
				return outputFailure(printErr)
			}
		}
	} else if err == nil {
		if _, printErr := fmt.Fprintln(cmd.OutOrStdout(), output); printErr != nil {
			return outputFailure(printErr)
		}
	}
	if err != nil {
		return &failure{err: err, about: about}
	}
	return nil
}
