package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/people"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// targets are the people or sessions that a command is about: their flags, and what a run
// reads and looks up.
type targets struct {
	users, column          string
	sessions               string
	auditLog, since, until string
	auditSince, auditUntil string
	actions                []string
	directoryFile          string
	remaining              string
	except                 []string
	skipInvalid            bool
	allowUnmatchedExcept   bool

	flag, value string        // of the input; empty if there is none
	input       *people.Input // nil if there is none
	exceptInput exceptInput
	directory   *people.Directory // nil if no look-up was necessary
	exceptions  []exception
}

// exceptInput are the entries of --except, and the flag's value for each.
type exceptInput struct {
	entries []people.Entry
	values  []string
}

type exception struct {
	name string
	ids  []string
}

// peopleFlags adds the flags for naming people.
func (t *targets) peopleFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&t.users, "users", "", "the users in a file, or standard input if it is -: IDs or addresses")
	flags.StringVar(&t.column, "column", "", "the column of --users that has the IDs or addresses")
	flags.StringVar(&t.directoryFile, "directory", "", "look people up in a file: Slack's member export, or the output of slackadmin users --csv")
	flags.BoolVar(&t.skipInvalid, "skip-invalid", false, "leave out rows that are not readable, instead of refusing the file")
	completeFiles(cmd, "users", "directory")
}

func (t *targets) flags(cmd *cobra.Command) {
	t.peopleFlags(cmd)
	flags := cmd.Flags()
	flags.StringVar(&t.sessions, "sessions", "", "single sessions in a CSV with user_id and session_id, or standard input if it is -")
	flags.StringVar(&t.auditLog, "audit-log", "", "the sessions in a file with Slack's audit log, or standard input if it is -")
	flags.StringVar(&t.auditSince, "audit-since", "", "the sessions in Slack's audit log since this date or time, or for this long, such as 24h")
	flags.StringVar(&t.auditUntil, "audit-until", "", "with --audit-since, the end of the time")
	flags.StringArrayVar(&t.actions, "action", nil, "only events of the audit log with this action, such as anomaly; can be repeated")
	flags.StringVar(&t.since, "since", "", "only events of --audit-log since this date, this time, such as 2026-03-02T20:30:00Z, or for this long, such as 24h")
	flags.StringVar(&t.until, "until", "", "only events of --audit-log until this date or time")
	flags.StringVar(&t.remaining, "remaining", "", "the users of an earlier plan who were refused, are unknown or left, or are still there")
	flags.StringArrayVar(&t.except, "except", nil, "leave out a user, by ID or address, or the users in a file; can be repeated")
	flags.BoolVar(&t.allowUnmatchedExcept, "allow-unmatched-except", false, "continue though an --except matches nobody")
	completeFiles(cmd, "sessions", "audit-log", "remaining", "except")
}

// setInput sets the flag that names the input, and its value, if one is set.
func (t *targets) setInput(cmd *cobra.Command) error {
	for name, value := range map[string]string{"users": t.users, "sessions": t.sessions, "audit-log": t.auditLog, "audit-since": t.auditSince, "remaining": t.remaining} {
		if !cmd.Flags().Changed(name) {
			continue
		}
		if t.flag != "" {
			return errors.New("--users, --sessions, --audit-log, --audit-since and --remaining exclude each other")
		}
		t.flag, t.value = name, value
	}
	for name, with := range map[string][]string{
		"action": {"audit-log", "audit-since"}, "since": {"audit-log"}, "until": {"audit-log"}, "audit-until": {"audit-since"},
	} {
		if cmd.Flags().Changed(name) && !slices.Contains(with, t.flag) {
			return fmt.Errorf("--%s goes with --%s", name, strings.Join(with, " or --"))
		}
	}
	if t.flag == "audit-since" && t.value == "" {
		return errors.New("--audit-since is empty; want a date, a time, or how long ago, such as 24h")
	}
	if _, err := t.auditOptions("audit-since", t.auditSince, "audit-until", t.auditUntil); err != nil {
		return err
	}
	switch {
	case !cmd.Flags().Changed("column"):
	case t.column == "":
		return errors.New("--column is empty")
	case t.flag != "users":
		return errors.New("--column goes with --users")
	}
	return nil
}

// fromAuditLog reports whether the input is Slack's audit log, from a file or from Slack.
func (t *targets) fromAuditLog() bool { return t.flag == "audit-log" || t.flag == "audit-since" }

// readInput reads the input from its file.
func (t *targets) readInput(stdin io.Reader, wholeUsers bool, organization string) error {
	in, closeInput, err := openInput(stdin, t.value)
	if err != nil {
		return fmt.Errorf("--%s: %w", t.flag, err)
	}
	defer closeInput()
	switch t.flag {
	case "sessions":
		t.input, err = people.ReadSessions(in)
	case "audit-log":
		opts, optsErr := t.auditOptions("since", t.since, "until", t.until)
		if optsErr != nil {
			return optsErr
		}
		opts.WholeUsers, opts.Organization = wholeUsers, organization
		t.input, err = people.ReadAuditLog(in, opts)
	default:
		t.input, err = people.ReadUsers(in, t.column)
	}
	if err != nil {
		return fmt.Errorf("--%s %s: %w", t.flag, printable.Line(t.value), err)
	}
	return t.refuseInvalid(t.flag, t.value, t.input)
}

// readArgs reads the input from arguments, in the format of a list of people.
func (t *targets) readArgs(args []string) error {
	t.input = &people.Input{}
	for i, arg := range args {
		in, err := people.ReadUsers(strings.NewReader(arg), "")
		if err != nil || len(in.Entries) != 1 || in.Entries[0].InvalidReason != "" {
			err = fmt.Errorf("%q is not a user ID or an address; want one such as W12345678 or zoe@example.com", printable.Line(arg))
			if _, statErr := os.Stat(arg); statErr == nil {
				err = fmt.Errorf("%w; --users takes a file of them", err)
			}
			return err
		}
		in.Entries[0].Line = i + 1
		t.input.Entries = append(t.input.Entries, in.Entries[0])
	}
	return nil
}

// auditOptions returns which events of an audit log count, by the flags for the first and
// the last time.
func (t *targets) auditOptions(first, since, last, until string) (opts people.AuditOptions, err error) {
	opts.Actions = t.actions
	if opts.Since, err = parseTime(since); err != nil {
		return opts, fmt.Errorf("--%s: %w", first, err)
	}
	if opts.Until, err = parseTime(until); err != nil {
		return opts, fmt.Errorf("--%s: %w", last, err)
	}
	if _, dateErr := time.Parse(time.DateOnly, until); dateErr == nil {
		opts.Until = opts.Until.Add(24*time.Hour - 1) // include that day
	}
	if !opts.Until.IsZero() && opts.Since.After(opts.Until) {
		return opts, fmt.Errorf("--%s is later than --%s", first, last)
	}
	return opts, nil
}

// openInput opens a file, or standard input if the path is -.
func openInput(stdin io.Reader, path string) (in io.Reader, closeInput func(), err error) {
	if path == "-" {
		return stdin, func() {}, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	return file, func() { _ = file.Close() }, nil
}

// parseTime returns the time of a flag: a date, a time, or how long ago; the zero time if
// it is empty.
func parseTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	var ago days
	if ago.Set(text) == nil {
		return time.Now().Add(-time.Duration(ago)), nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time; want a date such as 2026-03-02, a time such as 2026-03-02T20:30:00Z, or how long ago, such as 24h", text)
}

// refuseInvalid returns an error that names the first rows that are not readable, unless
// --skip-invalid is set.
func (t *targets) refuseInvalid(flag, value string, input *people.Input) error {
	if t.skipInvalid || input == nil {
		return nil
	}
	var invalid []string
	for _, e := range input.Entries {
		if e.InvalidReason != "" {
			invalid = append(invalid, fmt.Sprintf("line %d: %s", e.Line, printable.Line(e.InvalidReason)))
		}
	}
	if len(invalid) == 0 {
		return nil
	}
	remedy := "correct the file, or leave the rows out with --skip-invalid"
	if flag == "audit-since" {
		remedy = "leave the rows out with --skip-invalid" // there is no file
	}
	return fmt.Errorf("--%s %s: %s of %d cannot be read: %s; %s",
		flag, printable.Line(value), plural(len(invalid), "row"), input.Rows(), strings.Join(firstOf(invalid, 10, "and %d more"), "; "), remedy)
}

// readExceptions reads the values of --except. stdinUsed says that standard input is the
// input.
func (t *targets) readExceptions(stdin io.Reader, stdinUsed bool) error {
	for _, value := range t.except {
		if value == "-" {
			if stdinUsed {
				return errors.New("--except -: standard input is named twice; want another file")
			}
			stdinUsed = true
		}
		in, closeInput, err := openInput(stdin, value)
		if err != nil {
			in, closeInput = strings.NewReader(value), func() {} // not a file, so one user
		}
		input, readErr := people.ReadUsers(in, "")
		closeInput()
		switch {
		case readErr == nil && len(input.Entries) == 1 && input.Entries[0].InvalidReason != "" && err != nil:
			return fmt.Errorf("--except: it is not a user ID or an address, and as a file: %w", err)
		case readErr != nil:
			return fmt.Errorf("--except %s: %w", printable.Line(value), readErr)
		case len(input.Entries) == 0:
			return fmt.Errorf("--except %s: it has no user", printable.Line(value))
		}
		if err := t.refuseInvalid("except", value, input); err != nil {
			return err
		}
		for _, e := range input.Entries {
			if e.InvalidReason == "" {
				t.exceptInput.entries, t.exceptInput.values = append(t.exceptInput.entries, e), append(t.exceptInput.values, value)
			}
		}
	}
	return nil
}

// resolve looks the people of the input and of --except up, and fills in the people of a
// request.
func (t *targets) resolve(c *connection, req *signout.Request) error {
	var entries []people.Entry
	if t.input != nil {
		entries = t.input.Entries
		for _, note := range t.input.Notes {
			c.notify(note)
		}
	}
	if err := t.findDirectory(c, slices.Concat(entries, t.exceptInput.entries)); err != nil {
		return err
	}
	if t.input != nil {
		var warnings []string
		req.People, warnings = people.Resolve(t.input, t.directory)
		for _, warning := range warnings {
			c.notify(warning)
		}
		for i := range req.People {
			if p := &req.People[i]; p.Given == signout.GivenInvalid {
				t.input.Entries[i].InvalidReason = p.LeftOut
			}
		}
		req.Blank = len(t.input.Blank)
	}
	if t.directory == nil && !req.NoScan && !req.Scan {
		c.findWorkspaces(req.People)
	}
	if d := t.directory; d != nil {
		req.Size, req.Directory = d.Size, fmt.Sprintf("%s of %s", d.Source, d.Time.UTC().Format(time.RFC3339))
	}
	if t.directory == nil && len(t.exceptInput.entries) > 0 { // the IDs may be other IDs of the people
		var ids []string
		for i := range t.exceptInput.entries {
			ids = append(ids, t.exceptInput.entries[i].UserID)
		}
		if found, err := c.lookUp(ids); err == nil && found != nil {
			for i := range t.exceptInput.entries {
				if p := found.ByID(t.exceptInput.entries[i].UserID); p != nil {
					t.exceptInput.entries[i].UserID = p.UserID
				}
			}
		}
	}
	if err := t.resolveExceptions(req.People); err != nil {
		return err
	}
	for _, p := range t.exceptions {
		req.Except = append(req.Except, p.ids...)
	}
	return t.refuseInvalid(t.flag, t.value, t.input) // only a directory shows some invalid rows
}

// findDirectory sets the directory: that of --directory, or Slack's if entries have no ID.
func (t *targets) findDirectory(c *connection, entries []people.Entry) (err error) {
	if t.directoryFile == "" {
		if slices.ContainsFunc(entries, func(e people.Entry) bool {
			return e.InvalidReason == "" && e.SkipReason == "" && e.UserID == ""
		}) {
			t.directory, err = c.findPeople(entries)
		}
		return err
	}
	file, err := os.Open(t.directoryFile)
	if err != nil {
		return fmt.Errorf("--directory: %w", err)
	}
	defer file.Close()
	if t.directory, err = people.ReadDirectory(file); err != nil {
		return fmt.Errorf("--directory %s: %w", printable.Line(t.directoryFile), err)
	}
	if t.directory.Size = len(t.directory.People); t.directory.Size == 0 {
		return fmt.Errorf("--directory %s: it has nobody", printable.Line(t.directoryFile))
	}
	return nil
}

// resolveExceptions sets the exceptions. An exception that matches nobody is an error.
func (t *targets) resolveExceptions(named []signout.Person) error {
	known := map[string]bool{}
	for i := range named {
		for _, id := range allIDs(named[i].UserID, named[i].OtherIDs) {
			known[id] = true
		}
	}
	d := t.directory
	resolved, _ := people.Resolve(&people.Input{Entries: t.exceptInput.entries}, d)
	for i := range resolved {
		p, name := &resolved[i], t.exceptInput.entries[i].UserID
		if name == "" {
			name = printable.Line(t.exceptInput.entries[i].Email)
		}
		matched := known[p.UserID] || d != nil && d.ByID(p.UserID) != nil
		if (p.LeftOut != "" || !matched && (d != nil || len(named) > 0)) && !t.allowUnmatchedExcept {
			reason := p.LeftOut
			switch {
			case reason != "":
			case d != nil:
				reason = "nobody in the directory has this ID"
			default:
				reason = "no row of the file has this ID"
			}
			return fmt.Errorf("--except %s: %s matches nobody: %s; correct it, or continue with --allow-unmatched-except", printable.Line(t.exceptInput.values[i]), name, reason)
		}
		if p.UserID != "" {
			t.exceptions = append(t.exceptions, exception{name, allIDs(p.UserID, p.OtherIDs)})
		}
	}
	return nil
}
