package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/people"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// whom is whom plan signs out, as its flags say.
type whom struct {
	users, column            string
	sessions                 string
	auditLog, since, until   string
	auditSince, auditUntil   string
	actions                  []string
	directory                string
	remaining                string
	except                   []string
	skipInvalid, looseExcept bool
}

// peopleFlags are those for people who are named.
func (w *whom) peopleFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&w.users, "users", "", "the users in a file, or standard input if it is -: IDs or addresses")
	flags.StringVar(&w.column, "column", "", "the column of --users that has the IDs or addresses")
	flags.StringVar(&w.directory, "directory", "", "look people up in a file: Slack's member export, or what slackadmin users --csv wrote")
	flags.BoolVar(&w.skipInvalid, "skip-invalid", false, "leave out rows that cannot be read as somebody, instead of refusing the file")
	markFiles(cmd, "users", "directory")
}

func (w *whom) flags(cmd *cobra.Command) {
	w.peopleFlags(cmd)
	flags := cmd.Flags()
	flags.StringVar(&w.sessions, "sessions", "", "single sessions in a CSV with user_id and session_id, or standard input if it is -")
	flags.StringVar(&w.auditLog, "audit-log", "", "the sessions in a file with Slack's audit log, or standard input if it is -")
	flags.StringVar(&w.auditSince, "audit-since", "", "ask Slack for its audit log since then, instead of reading a file: a date, a time, or how long ago, such as 24h")
	flags.StringVar(&w.auditUntil, "audit-until", "", "with --audit-since, until then")
	flags.StringArrayVar(&w.actions, "action", nil, "only events of the audit log with this action, such as anomaly; can be repeated")
	flags.StringVar(&w.since, "since", "", "only events of the audit log since then: a date, a time such as 2026-03-02T20:30:00Z, or how long ago, such as 24h")
	flags.StringVar(&w.until, "until", "", "only events of the audit log until then")
	flags.StringVar(&w.remaining, "remaining", "", "those of an earlier plan who were refused, are unknown or left, or are still there")
	flags.StringArrayVar(&w.except, "except", nil, "leave out a user, by ID or address, or the users in a file; can be repeated")
	flags.BoolVar(&w.looseExcept, "allow-unmatched-except", false, "go on though an --except protects nobody")
	markFiles(cmd, "sessions", "audit-log", "remaining", "except")
}

// markFiles has shells offer files for flags.
func markFiles(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		if err := cmd.MarkFlagFilename(name); err != nil {
			panic(err) // the flags are defined before
		}
	}
}

// source returns the flag that names people or sessions in a file, and the file;
// empty if none is given.
func (w *whom) source(cmd *cobra.Command) (flag, path string, err error) {
	for name, value := range map[string]string{"users": w.users, "sessions": w.sessions, "audit-log": w.auditLog, "audit-since": w.auditSince, "remaining": w.remaining} {
		if !cmd.Flags().Changed(name) {
			continue
		}
		if flag != "" {
			return "", "", errors.New("--users, --sessions, --audit-log, --audit-since and --remaining exclude each other")
		}
		flag, path = name, value
	}
	for name, with := range map[string][]string{
		"action": {"audit-log", "audit-since"}, "since": {"audit-log"}, "until": {"audit-log"}, "audit-until": {"audit-since"},
	} {
		if cmd.Flags().Changed(name) && !slices.Contains(with, flag) {
			return "", "", fmt.Errorf("--%s goes with --%s", name, strings.Join(with, " or --"))
		}
	}
	if flag == "audit-since" && path == "" {
		return "", "", errors.New("--audit-since is empty; want a date, a time, or how long ago, such as 24h")
	}
	if _, err := w.events("audit-since", w.auditSince, "audit-until", w.auditUntil); err != nil {
		return "", "", err
	}
	switch {
	case !cmd.Flags().Changed("column"):
	case w.column == "":
		return "", "", errors.New("--column is empty")
	case flag != "users":
		return "", "", errors.New("--column goes with --users")
	}
	return flag, path, nil
}

// read reads the file that names people or sessions.
func (w *whom) read(stdin io.Reader, flag, path string, wholeUsers bool, organization string) (*people.Input, error) {
	in, done, err := openInput(stdin, path)
	if err != nil {
		return nil, fmt.Errorf("--%s: %w", flag, err)
	}
	defer done()
	var input *people.Input
	switch flag {
	case "sessions":
		input, err = people.ReadSessions(in)
	case "audit-log":
		opts, optsErr := w.events("since", w.since, "until", w.until)
		if optsErr != nil {
			return nil, optsErr
		}
		opts.WholeUsers, opts.Organization = wholeUsers, organization
		input, err = people.ReadAuditLog(in, opts)
	default:
		input, err = people.ReadUsers(in, w.column)
	}
	if err != nil {
		return nil, fmt.Errorf("--%s %s: %w", flag, printable.Line(path), err)
	}
	return input, nil
}

// events returns which events of an audit log are meant, by the flags for the first and
// the last time.
func (w *whom) events(first, since, last, until string) (opts people.AuditOptions, err error) {
	opts.Actions = w.actions
	if opts.Since, err = instant(since); err != nil {
		return opts, fmt.Errorf("--%s: %w", first, err)
	}
	if opts.Until, err = instant(until); err != nil {
		return opts, fmt.Errorf("--%s: %w", last, err)
	}
	if _, dateErr := time.Parse(time.DateOnly, until); dateErr == nil {
		opts.Until = opts.Until.Add(24*time.Hour - 1) // that day, too
	}
	if !opts.Until.IsZero() && opts.Since.After(opts.Until) {
		return opts, fmt.Errorf("--%s is later than --%s", first, last)
	}
	return opts, nil
}

// openInput opens a file, or standard input if it is -.
func openInput(stdin io.Reader, path string) (in io.Reader, done func(), err error) {
	if path == "-" {
		return stdin, func() {}, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	return file, func() { _ = file.Close() }, nil
}

// instant returns the time that a flag says: a date, a time, or how long ago; the
// zero time if it is empty.
func instant(text string) (time.Time, error) {
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
	return time.Time{}, fmt.Errorf("%q is no time; want a date such as 2026-03-02, a time such as 2026-03-02T20:30:00Z, or how long ago, such as 24h", text)
}

// refuseInvalid returns an error that names the first rows that cannot be read.
func refuseInvalid(flag, path string, input *people.Input) error {
	const most = 10
	var lines []string
	n := 0
	for _, e := range input.Entries {
		if e.Invalid == "" {
			continue
		}
		if n++; n <= most {
			lines = append(lines, fmt.Sprintf("line %d: %s", e.Line, printable.Line(e.Invalid)))
		}
	}
	switch {
	case n == 0:
		return nil
	case n > most:
		lines = append(lines, fmt.Sprintf("and %d more", n-most))
	}
	remedy := "mend the file, or leave them out with --skip-invalid"
	if flag == "audit-since" {
		remedy = "leave them out with --skip-invalid" // there is no file
	}
	return fmt.Errorf("--%s %s: %s of %d cannot be read: %s; %s",
		flag, printable.Line(path), count(n, "row"), input.Rows(), strings.Join(lines, "; "), remedy)
}

// exceptions are the values of --except.
type exceptions struct {
	entries []people.Entry
	of      []string // the value that each came from
}

// readExceptions reads the values of --except. taken says that standard input is for
// something else.
func (w *whom) readExceptions(stdin io.Reader, taken bool) (*exceptions, error) {
	all := &exceptions{}
	for _, value := range w.except {
		if value == "-" {
			if taken {
				return nil, errors.New("--except -: standard input is named twice; want another file")
			}
			taken = true
		}
		in, done, err := openInput(stdin, value)
		if err != nil {
			in, done = strings.NewReader(value), func() {} // not a file, so one user
		}
		input, readErr := people.ReadUsers(in, "")
		done()
		switch {
		case readErr == nil && len(input.Entries) == 1 && input.Entries[0].Invalid != "" && err != nil:
			return nil, fmt.Errorf("--except: it is no user ID or address, and as a file: %w", err)
		case readErr != nil:
			return nil, fmt.Errorf("--except %s: %w", printable.Line(value), readErr)
		case len(input.Entries) == 0:
			return nil, fmt.Errorf("--except %s: it has no user", printable.Line(value))
		}
		if err := refuseInvalid("except", value, input); err != nil && !w.skipInvalid {
			return nil, err
		}
		for _, e := range input.Entries {
			if e.Invalid != "" {
				continue
			}
			all.entries, all.of = append(all.entries, e), append(all.of, value)
		}
	}
	return all, nil
}

// needsDirectory reports whether an entry has no ID.
func needsDirectory(entries []people.Entry) bool {
	return slices.ContainsFunc(entries, func(e people.Entry) bool {
		return e.Invalid == "" && e.LeftOut == "" && e.UserID == ""
	})
}

// findDirectory returns the directory of --directory, or Slack's where addresses
// have to be looked up; nil if neither.
func (w *whom) findDirectory(ctx context.Context, client *api.Client, opts []api.CallOption, entries []people.Entry, line *statusLine, say func(string)) (*people.Directory, error) {
	if w.directory != "" {
		file, err := os.Open(w.directory)
		if err != nil {
			return nil, fmt.Errorf("--directory: %w", err)
		}
		defer file.Close()
		d, err := people.ReadDirectory(file)
		if err != nil {
			return nil, fmt.Errorf("--directory %s: %w", printable.Line(w.directory), err)
		}
		if d.Size = len(d.People); d.Size == 0 {
			return nil, fmt.Errorf("--directory %s: it has nobody", printable.Line(w.directory))
		}
		return d, nil
	}
	if !needsDirectory(entries) {
		return nil, nil //nolint:nilnil // IDs need none
	}
	lookup := people.Lookup{Client: client, CallOptions: opts, Say: say, Progress: func(done, all int) {
		line.show(func() string {
			if all == 0 {
				return count(done, "person") + " listed"
			}
			return fmt.Sprintf("%d of %d people looked up", done, all)
		})
	}}
	d, err := lookup.Find(ctx, entries)
	line.end()
	if err != nil {
		return nil, &failure{err: err, next: "the people could not be looked up; give a saved directory with --directory, or IDs"}
	}
	return d, nil
}

// A protected is an exception and the IDs of the person.
type protected struct {
	name string
	ids  []string
}

// protect returns whom exceptions protect. It is an error if one protects nobody.
func (w *whom) protect(all *exceptions, d *people.Directory, named []signout.Person) (who []protected, err error) {
	known := map[string]bool{}
	for i := range named {
		for _, id := range append([]string{named[i].UserID}, named[i].OtherIDs...) {
			known[id] = true
		}
	}
	resolved, _ := people.Resolve(&people.Input{Entries: all.entries}, d)
	for i := range resolved {
		p := &resolved[i]
		name := nameOfEntry(&all.entries[i])
		matched := known[p.UserID] || d != nil && d.ByID(p.UserID) != nil
		if (p.LeftOut != "" || !matched && (d != nil || len(named) > 0)) && !w.looseExcept {
			return nil, fmt.Errorf("--except %s: %s protects nobody: %s; look at it, or go on with --allow-unmatched-except",
				printable.Line(all.of[i]), name, whyUnmatched(p, d))
		}
		if p.UserID != "" {
			who = append(who, protected{name, append([]string{p.UserID}, p.OtherIDs...)})
		}
	}
	return who, nil
}

func whyUnmatched(p *signout.Person, d *people.Directory) string {
	switch {
	case p.LeftOut != "":
		return p.LeftOut
	case d != nil:
		return "nobody in the directory has this ID"
	default:
		return "no row of the file names this ID"
	}
}

func nameOfEntry(e *people.Entry) string {
	if e.UserID != "" {
		return e.UserID
	}
	return printable.Line(e.Email)
}
