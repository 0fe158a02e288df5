package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// output holds the flags of every command: how it prints results, notices and errors.
type output struct {
	json  bool
	quiet bool
}

func (o *output) flags(cmd *cobra.Command) {
	flags := cmd.PersistentFlags()
	flags.BoolVar(&o.json, "json", false, "print JSON, one object a line; errors and notices too, on stderr")
	flags.BoolVar(&o.quiet, "quiet", false, "print only results and errors, without notices and progress")
}

// textOnly maps the commands without JSON output to what they print.
var textOnly = map[string]string{
	"completion": "a shell's script", "demo": "text for people", "help": "text for people", "man": "nothing, and writes man pages",
}

// refuseJSON is the PersistentPreRunE of all commands.
func (o *output) refuseJSON(cmd *cobra.Command, _ []string) error {
	if prints := textOnly[cmd.Name()]; o.json && prints != "" {
		return fmt.Errorf("%s has no --json: it prints %s", cmd.Name(), prints)
	}
	return nil
}

// refuseCSV returns an error if both --csv, which is csv, and --json are set.
func (o *output) refuseCSV(csv bool) error {
	if csv && o.json {
		return errors.New("--csv and --json exclude each other")
	}
	return nil
}

// notify prints a notice to stderr, unless --quiet is set.
func (o *output) notify(cmd *cobra.Command, text string) {
	if !o.quiet {
		o.warn(cmd, text)
	}
}

// warn prints a notice to stderr, also with --quiet.
func (o *output) warn(cmd *cobra.Command, text string) {
	fmt.Fprint(cmd.ErrOrStderr(), o.formatNotice(cmd.ErrOrStderr(), text))
}

func (o *output) formatNotice(out io.Writer, text string) string {
	if o.json {
		return objectLine("note", text)
	}
	return wrap("slackadmin: "+printable.Line(text), widthOf(out)) + "\n"
}

// An errorObject is an error as --json prints it.
type errorObject struct {
	Message    string        `json:"message"`
	Code       api.ErrorCode `json:"code,omitempty"`   // Slack's
	Method     string        `json:"method,omitempty"` // that Slack refused
	Status     int           `json:"status,omitempty"` // of the HTTP response
	RequestID  string        `json:"request_id,omitempty"`
	ExitStatus int           `json:"exit_status"`
}

// printError prints an error as one line: what failed, and what to do next.
func (o *output) printError(out io.Writer, err error, text string, status int) {
	if !o.json {
		fmt.Fprintln(out, wrap("slackadmin: "+text, widthOf(out)))
		return
	}
	object := errorObject{Message: text, ExitStatus: status}
	var refused *api.Error
	var unreadable *api.ResponseError
	switch {
	case errors.As(err, &refused):
		object.Code, object.Method, object.Status, object.RequestID = refused.Code, refused.Method, refused.StatusCode, refused.RequestID
	case errors.As(err, &unreadable):
		object.Status = unreadable.StatusCode
	}
	fmt.Fprint(out, objectLine("error", object))
}

// asksForJSON reports whether arguments that may not have been parsed contain --json.
func asksForJSON(args []string) bool {
	return slices.Contains(args, "--json") || slices.Contains(args, "--json=true")
}

func (o *output) logHandler(out io.Writer) slog.Handler {
	opts := &slog.HandlerOptions{Level: slog.LevelDebug}
	if o.json {
		return slog.NewJSONHandler(out, opts)
	}
	return slog.NewTextHandler(out, opts)
}

// A noticeHandler is a slog.Handler that prints the client's waits and Slack's warnings
// as notices. If a command has a status line, that shows the waits for a turn.
type noticeHandler struct {
	*output

	out           io.Writer
	hasStatusLine bool
	showWaits     bool
	lastWait      time.Duration
	warned        map[string]bool // lines of warnings that were printed
}

func (h *noticeHandler) Enabled(_ context.Context, level slog.Level) bool {
	if h.hasStatusLine || !h.showWaits {
		return level >= slog.LevelWarn
	}
	return level >= slog.LevelInfo
}

func (h *noticeHandler) Handle(_ context.Context, record slog.Record) error {
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
	case !h.showWaits, wait < time.Second, record.Message == "slack wait" && wait <= h.lastWait:
		return nil // the wait for a turn is part of the last one, or the same before each page
	default:
		h.lastWait = wait
		line = fmt.Sprintf("waiting %v: %s", wait, attrs["why"])
	}
	line = h.formatNotice(h.out, line)
	if h.hasStatusLine && h.showWaits {
		line = clearLine + line
	}
	_, err := io.WriteString(h.out, line)
	return err
}

func (h *noticeHandler) WithAttrs([]slog.Attr) slog.Handler { return h }

func (h *noticeHandler) WithGroup(string) slog.Handler { return h }
