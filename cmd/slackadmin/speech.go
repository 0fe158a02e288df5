package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// speech is how a command speaks beside its output, as the flags say that every
// command takes.
type speech struct {
	json  bool
	quiet bool
}

func (s *speech) flags(cmd *cobra.Command) {
	flags := cmd.PersistentFlags()
	flags.BoolVar(&s.json, "json", false, "print JSON, one object a line; errors and notes too, on stderr")
	flags.BoolVar(&s.quiet, "quiet", false, "print only results and errors on stderr, no notes and no progress")
}

// textOnly are the commands that print nothing for programs, and what they print.
var textOnly = map[string]string{
	"completion": "a shell's script", "demo": "text for people", "help": "text for people", "man": "nothing, and writes man pages",
}

// refuseJSON is the PersistentPreRunE of all commands.
func (s *speech) refuseJSON(cmd *cobra.Command, _ []string) error {
	if why := textOnly[cmd.Name()]; s.json && why != "" {
		return fmt.Errorf("%s has no --json: it prints %s", cmd.Name(), why)
	}
	return nil
}

// say tells people, or programs, what they should know beside the output.
func (s *speech) say(out io.Writer, text string) {
	if !s.quiet {
		fmt.Fprint(out, s.note(out, text))
	}
}

// note returns a line to say.
func (s *speech) note(out io.Writer, text string) string {
	if s.json {
		return objectLine("note", text)
	}
	return wrap("slackadmin: "+printable.Line(text), widthOf(out)) + "\n"
}

// An errorObject is what --json prints of an error.
type errorObject struct {
	Message    string        `json:"message"`
	Code       api.ErrorCode `json:"code,omitempty"`   // Slack's
	Method     string        `json:"method,omitempty"` // that Slack refused
	Status     int           `json:"status,omitempty"` // of the HTTP response
	RequestID  string        `json:"request_id,omitempty"`
	ExitStatus int           `json:"exit_status"`
}

// complain prints an error as one line: what went wrong, and what to do next.
func (s *speech) complain(out io.Writer, err error, text string, status int) {
	if !s.json {
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

// objectLine returns a line of JSON: an object with one member.
func objectLine(name string, value any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(map[string]any{name: value}) // of strings and numbers
	line, _ := jsonLine(b.Bytes())
	return line + "\n"
}

func (s *speech) logHandler(out io.Writer) slog.Handler {
	opts := &slog.HandlerOptions{Level: slog.LevelDebug}
	if s.json {
		return slog.NewJSONHandler(out, opts)
	}
	return slog.NewTextHandler(out, opts)
}

// asksForJSON reports whether the words of a command ask for JSON, for those that
// cannot be parsed.
func asksForJSON(args []string) bool {
	return slices.Contains(args, "--json") || slices.Contains(args, "--json=true")
}

// terminalOf returns the terminal that a stream is, or nil.
func terminalOf(stream any) *os.File {
	if r, redacts := stream.(redactor); redacts {
		stream = r.Writer
	}
	file, ok := stream.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return nil
	}
	return file
}

// widthOf returns the columns of the terminal that out is, 0 if it is none or does
// not say.
func widthOf(out io.Writer) int {
	file := terminalOf(out)
	if file == nil {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// wrap breaks a line between words, so that none but a long word is wider than
// width; 0 is no limit.
func wrap(line string, width int) string {
	const indent = "  "
	if width <= len(indent) {
		return line
	}
	var b strings.Builder
	at := 0 // column
	for i, word := range strings.Split(line, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case at+1+n > width:
			b.WriteString("\n" + indent)
			at = len(indent)
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += n
	}
	return b.String()
}
