package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/methods"
)

// clientFlags holds the flags of every command that calls Slack.
type clientFlags struct {
	output

	apiURL     string
	serverURLs map[string]*string // by the server's name
	form       bool
	verbose    bool
	attempts   int
	timeout    time.Duration
}

func (c *clientFlags) flags(cmd *cobra.Command) {
	flags := cmd.PersistentFlags()
	flags.StringVar(&c.apiURL, "api-url", os.Getenv("SLACK_API_URL"), "base URL of Slack's Web API (default $SLACK_API_URL, then https://slack.com/api)")
	flags.Lookup("api-url").DefValue = "" // do not print the environment's value
	if c.serverURLs == nil {
		c.serverURLs = map[string]*string{}
	}
	for _, server := range methods.Servers {
		if c.serverURLs[server.Name] == nil {
			c.serverURLs[server.Name] = new(string)
		}
		name, variable := server.Name+"-url", serverVariable(server.Name)
		flags.StringVar(c.serverURLs[server.Name], name, os.Getenv(variable), fmt.Sprintf("URL of the API of %s.* (default $%s, then %s if --api-url is Slack's)", server.Name, variable, server.URL))
		flags.Lookup(name).DefValue = ""
	}
	flags.IntVar(&c.attempts, "attempts", 4, "maximum number of attempts of a call")
	flags.DurationVar(&c.timeout, "timeout", 5*time.Minute, "time limit of a call with its waits; if set, it replaces the 30s limit of an attempt too")
	flags.BoolVar(&c.verbose, "verbose", false, "log each attempt to stderr")
	flags.BoolVar(&c.form, "form", false, "send the arguments as a form instead of as JSON")
}

func serverVariable(name string) string { return "SLACK_" + strings.ToUpper(name) + "_URL" }

// urlOptions returns the options for the URLs that flags or the environment set.
func (c *clientFlags) urlOptions() (opts []api.Option) {
	if c.apiURL != "" {
		opts = append(opts, api.WithBaseURL(c.apiURL))
	}
	for name, u := range c.serverURLs {
		if *u != "" {
			opts = append(opts, api.WithServerURL(name, *u))
		}
	}
	return opts
}

// A connection is what one run of a command calls Slack with.
type connection struct {
	*clientFlags

	cmd      *cobra.Command
	client   *api.Client
	opts     []api.CallOption
	line     *statusLine
	response json.RawMessage // of the last call
}

// connect returns the connection of a command. hasStatusLine says that the command
// shows its progress and its waits for a turn in the status line.
func (c *clientFlags) connect(cmd *cobra.Command, hasStatusLine bool, opts ...api.Option) (*connection, error) {
	token := os.Getenv("SLACK_TOKEN")
	switch {
	case token == "":
		return nil, errors.New("SLACK_TOKEN is not set; set it to a user token of an Org Owner or Org Admin")
	case c.verbose && c.quiet:
		return nil, errors.New("--verbose and --quiet exclude each other")
	case c.attempts < 1:
		return nil, fmt.Errorf("--attempts is %d; want 1 or more", c.attempts)
	case cmd.Flags().Changed("api-url") && c.apiURL == "":
		return nil, errors.New("--api-url is empty; want a base URL such as https://slack.com/api")
	case c.timeout <= 0:
		return nil, fmt.Errorf("--timeout must be positive, such as 30s; it is %v", c.timeout)
	}
	stderr := cmd.ErrOrStderr()
	var handler slog.Handler = &noticeHandler{output: &c.output, out: stderr, hasStatusLine: hasStatusLine, showWaits: !c.quiet && terminalOf(os.Stderr) != nil}
	if c.verbose {
		handler = c.logHandler(stderr)
	}
	opts = append(append(opts, c.urlOptions()...), api.WithMaxAttempts(c.attempts), api.WithLogger(slog.New(handler)))
	if cmd.Flags().Changed("timeout") {
		opts = append(opts, api.WithAttemptTimeout(c.timeout))
	}
	if httpClient != nil {
		opts = append(opts, api.WithHTTPClient(httpClient))
	}
	client, err := api.New(token, opts...)
	if err != nil {
		source := ""
		switch {
		case strings.HasPrefix(err.Error(), "token"):
			source = "SLACK_TOKEN: "
		case strings.HasPrefix(err.Error(), "base URL"):
			source = "--api-url or SLACK_API_URL: "
		case strings.HasPrefix(err.Error(), "server of "):
			source = "--NAME-url or SLACK_NAME_URL: "
		}
		return nil, fmt.Errorf("%s%w", source, err)
	}
	conn := &connection{clientFlags: c, cmd: cmd, client: client, line: newStatusLine(stderr, c.quiet || c.verbose)}
	conn.opts = append(c.callOptions(), api.WithBodyInto(&conn.response))
	return conn, nil
}

// httpClient sends the requests in tests; nil is package api's own.
var httpClient *http.Client

// callOptions returns the options of a command's calls. Each call, also of pages, has
// its own time limit; calls must not overlap.
func (c *clientFlags) callOptions() []api.CallOption {
	cancel := func() {}
	opts := []api.CallOption{func(_ context.Context, req *http.Request) error {
		cancel() // the previous call is over
		var ctx context.Context
		ctx, cancel = context.WithTimeout(req.Context(), c.timeout)
		*req = *req.WithContext(ctx)
		return nil
	}}
	if c.form {
		opts = append(opts, api.WithForm())
	}
	return opts
}

func (c *connection) notify(text string) { c.output.notify(c.cmd, text) }

// printResult prints the result of a call about a user or session: a sentence, or with
// --json Slack's response.
func (c *connection) printResult(subject, sentence string, err error) error {
	if err != nil {
		return c.failure(subject, err)
	}
	if c.json {
		return writeError(printJSON(c.cmd.OutOrStdout(), c.response))
	}
	_, err = fmt.Fprintln(c.cmd.OutOrStdout(), sentence)
	return writeError(err)
}

// failure returns the error of the last call as a failure. If Slack refused the call,
// the failure has the further fields of the response, and --json prints the response.
func (c *connection) failure(subject string, err error) *failure {
	failed := &failure{err: err, subject: subject}
	if !errors.As(err, new(*api.Error)) || errors.Is(err, context.Canceled) || api.NotSent(err) {
		return failed
	}
	failed.details = extraFields(c.response)
	if c.json && json.Valid(c.response) {
		if printErr := printJSON(c.cmd.OutOrStdout(), c.response); printErr != nil {
			failed.also = "the response could not be written"
		}
	}
	return failed
}
