package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/methods"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// caller calls Slack for the commands, as their common flags say.
type caller struct {
	*speech

	apiURL   string
	servers  map[string]*string // URLs of other APIs, by their names
	form     bool
	verbose  bool
	attempts int
	timeout  time.Duration
	paced    bool            // it waits for each turn, and has a status line
	response json.RawMessage // the last one, as it came
}

func (c *caller) flags(cmd *cobra.Command) {
	flags := cmd.PersistentFlags()
	flags.StringVar(&c.apiURL, "api-url", os.Getenv("SLACK_API_URL"), "base URL of Slack's Web API (default $SLACK_API_URL, then https://slack.com/api)")
	flags.Lookup("api-url").DefValue = "" // the environment's value is not one to print
	c.servers = map[string]*string{}
	for _, server := range methods.Servers {
		name, variable := server.Name+"-url", serverVariable(server.Name)
		c.servers[server.Name] = flags.String(name, os.Getenv(variable), fmt.Sprintf("URL of the API of %s.* (default $%s, then %s if --api-url is Slack's)", server.Name, variable, server.URL))
		flags.Lookup(name).DefValue = ""
	}
	flags.IntVar(&c.attempts, "attempts", 4, "how many attempts a call makes at most")
	flags.DurationVar(&c.timeout, "timeout", 5*time.Minute, "time limit of a call with its waits; if you set it, it replaces the 30s limit of an attempt too")
	flags.BoolVar(&c.verbose, "verbose", false, "log each attempt to stderr")
	flags.BoolVar(&c.form, "form", false, "send the arguments as a form instead of as JSON")
}

// client returns a client for a command, and the options of its calls.
func (c *caller) client(cmd *cobra.Command, opts ...api.Option) (*api.Client, []api.CallOption, error) {
	token := os.Getenv("SLACK_TOKEN")
	if token == "" {
		return nil, nil, errors.New("SLACK_TOKEN is not set; set it to a user token of an Org Owner or Org Admin")
	}
	if c.verbose && c.quiet {
		return nil, nil, errors.New("--verbose and --quiet exclude each other")
	}
	if c.attempts < 1 {
		return nil, nil, fmt.Errorf("--attempts is %d; want 1 or more", c.attempts)
	}
	opts = append(opts, api.WithMaxAttempts(c.attempts))
	if cmd.Flags().Changed("api-url") && c.apiURL == "" {
		return nil, nil, errors.New("--api-url is empty; want a base URL such as https://slack.com/api")
	}
	opts = append(opts, c.urls()...)
	if c.timeout <= 0 {
		return nil, nil, fmt.Errorf("--timeout is %v; want more than nothing, such as 30s", c.timeout)
	}
	if cmd.Flags().Changed("timeout") {
		opts = append(opts, api.WithAttemptTimeout(c.timeout))
	}
	switch {
	case c.verbose:
		opts = append(opts, api.WithLogger(slog.New(c.logHandler(cmd.ErrOrStderr()))))
	default:
		says := &notices{speech: c.speech, out: cmd.ErrOrStderr(), paced: c.paced, waits: !c.quiet && term.IsTerminal(int(os.Stderr.Fd()))}
		opts = append(opts, api.WithLogger(slog.New(says)))
	}
	client, err := api.New(token, opts...)
	if err != nil {
		of := ""
		switch {
		case strings.HasPrefix(err.Error(), "token"):
			of = "SLACK_TOKEN: "
		case strings.HasPrefix(err.Error(), "base URL"):
			of = "--api-url or SLACK_API_URL: "
		case strings.HasPrefix(err.Error(), "server of "):
			of = "--NAME-url or SLACK_NAME_URL: "
		}
		return nil, nil, fmt.Errorf("%s%w", of, err)
	}
	callOpts := []api.CallOption{c.perCall(), api.WithBodyInto(&c.response)}
	if c.form {
		callOpts = append(callOpts, api.WithForm())
	}
	return client, callOpts, nil
}

// urls returns the options for the URLs that flags or the environment set.
func (c *caller) urls() (opts []api.Option) {
	if c.apiURL != "" {
		opts = append(opts, api.WithBaseURL(c.apiURL))
	}
	for name, u := range c.servers {
		if *u != "" {
			opts = append(opts, api.WithServerURL(name, *u))
		}
	}
	return opts
}

// serverVariable returns the environment's variable for the URL of an API.
func serverVariable(name string) string { return "SLACK_" + strings.ToUpper(name) + "_URL" }

// notices is a slog.Handler that says for people what is waited for, and what Slack
// warns of. Of a paced client it does not say that it waits for its turn.
type notices struct {
	*speech

	out    io.Writer
	paced  bool
	waits  bool            // that there is a wait is to be said
	said   time.Duration   // the last wait that was said
	warned map[string]bool // warnings that were said
}

func (h *notices) Enabled(_ context.Context, level slog.Level) bool {
	if h.paced || !h.waits {
		return level >= slog.LevelWarn
	}
	return level >= slog.LevelInfo
}

func (h *notices) Handle(_ context.Context, record slog.Record) error {
	attrs := map[string]slog.Value{"wait": slog.DurationValue(0)}
	record.Attrs(func(attr slog.Attr) bool {
		attrs[attr.Key] = attr.Value
		return true
	})
	var line string
	switch wait := attrs["wait"].Duration().Round(time.Second); {
	case record.Message == "slack warning":
		line = printable.Line(fmt.Sprintf("%s: Slack warns: %s", attrs["method"], attrs["warnings"]))
		if h.warned[line] {
			return nil
		}
		if h.warned == nil {
			h.warned = map[string]bool{}
		}
		h.warned[line] = true
	case !h.waits, wait < time.Second, record.Message == "slack wait" && wait <= h.said:
		return nil // the wait for a turn is part of one that was said, or as before each page
	default:
		h.said = wait
		line = fmt.Sprintf("waiting %v: %s", wait, attrs["why"])
	}
	line = h.note(h.out, line)
	if h.paced && h.waits {
		line = clearLine + line
	}
	_, err := io.WriteString(h.out, line)
	return err
}

func (h *notices) WithAttrs([]slog.Attr) slog.Handler { return h }

func (h *notices) WithGroup(string) slog.Handler { return h }

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

// called says what came of a call about a user or session: for people in a sentence, and
// with --json as Slack's response.
func (c *caller) called(cmd *cobra.Command, about, done string, err error) error {
	if err != nil {
		return c.failure(cmd, about, err)
	}
	if c.json {
		return outputFailure(printJSON(cmd.OutOrStdout(), c.response))
	}
	_, err = fmt.Fprintln(cmd.OutOrStdout(), done)
	return outputFailure(err)
}

// failure returns err, of the last call, as a failure. If Slack has refused it, what
// the response says beside the code goes with it, and with --json the response is
// printed.
func (c *caller) failure(cmd *cobra.Command, about string, err error) *failure {
	failed := &failure{err: err, about: about}
	if !errors.As(err, new(*api.Error)) || errors.Is(err, context.Canceled) || api.NotSent(err) {
		return failed
	}
	failed.details = details(c.response)
	if c.json && json.Valid(c.response) {
		if printErr := printJSON(cmd.OutOrStdout(), c.response); printErr != nil {
			failed.more = "the response could not be written"
		}
	}
	return failed
}

// told are the members of a refusal that the text of an api.Error has.
var told = []string{"ok", "error", "needed", "provided"}

// details returns what else a refusal says, as JSON, "" if that is nothing.
func details(response json.RawMessage) string {
	var members map[string]json.RawMessage
	if json.Unmarshal(response, &members) != nil {
		return ""
	}
	for _, name := range told {
		delete(members, name)
	}
	var metadata map[string]json.RawMessage
	if json.Unmarshal(members["response_metadata"], &metadata) == nil {
		delete(metadata, "messages")
		delete(metadata, "next_cursor")
		delete(members, "response_metadata")
		if len(metadata) > 0 {
			members["response_metadata"], _ = json.Marshal(metadata)
		}
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		line, err := jsonLine(members[name])
		if err == nil {
			all = append(all, name+" "+line)
		}
	}
	return cutLine(strings.Join(all, ", "), maxDetails)
}

// maxDetails is how long what Slack says beside the code may be, in characters.
const maxDetails = 500

// cutLine returns the first characters of text, and says if there are more.
func cutLine(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
