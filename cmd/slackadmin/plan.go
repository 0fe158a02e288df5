package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/people"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

func newPlan(c *caller) *cobra.Command {
	var req signout.Request
	var path, usersFile, column string
	var except []string
	var lifetime days
	filter := &filterFlags{}
	cmd := &cobra.Command{
		Use:   "plan -o PLAN (--users FILE | --all | --FILTER VALUE...)",
		Short: "Write a plan of whom to sign out, for review",
		Long: `plan writes a file that says whom to sign out. It changes nothing at Slack; "apply"
does what the file says.

Whom to sign out is one of
  --users FILE  the users in a file, or standard input if it is -: one ID a line,
                or a CSV with a column user_id, user or id (or --column)
  --all         everybody who has a session
  filters       the sessions that match: --ip, --os, --client and so on. Slack
                gives sessions no time stamp, so there is no filter for age. Each
                session is ended by a call of its own, about 20 a minute; with
                --whole-users, all sessions of their users are, 1,000 users a call.

The user whom the token belongs to is left out unless --own is given. plan says at
once if it cannot write the file, and waits for as long as a rate limit or an outage
lasts.

With --json, it prints one object with the counts, the path and when the plan expires.

Exit status 4 says that there is nobody to sign out; no plan is written then.`,
		Example: `  slackadmin sessions plan -o plan.jsonl --users leavers.csv
  slackadmin sessions plan -o plan.jsonl --ip 203.0.113.0/24 --whole-users
  slackadmin sessions plan -o plan.jsonl --all --except W12345678 --mobile-only`,
		Args: flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if req.Filter, err = filter.parse(cmd); err != nil {
				return err
			}
			if column == "" && cmd.Flags().Changed("column") {
				return errors.New("--column is empty")
			}
			if req.Except, err = readExcept(cmd.InOrStdin(), except, usersFile == "-"); err != nil {
				return err
			}
			if cmd.Flags().Changed("users") {
				ids, err := readUsers(cmd.InOrStdin(), usersFile, column)
				if err != nil {
					return err
				}
				seen := make(map[string]bool, len(ids))
				for _, id := range ids {
					if !seen[id] {
						seen[id] = true
						req.Users = append(req.Users, id)
					}
				}
				req.Merged = len(ids) - len(req.Users)
			}
			if err := oneSource(cmd, req); err != nil {
				return err
			}
			if err := signout.CheckPath(path); err != nil {
				return errors.New("--output: " + printable.Line(err.Error()))
			}
			if cmd.Flags().Changed("users") && len(req.Users) == 0 {
				return nobody()
			}
			req.Lifetime = time.Duration(lifetime)
			if cmd.Flags().Changed("expires") && req.Lifetime <= 0 {
				return fmt.Errorf("--expires is %v; want more than nothing", req.Lifetime)
			}
			return c.plan(cmd, req, path)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&path, "output", "o", "", "the plan's file, which must not exist")
	flags.StringVar(&usersFile, "users", "", "the users in a file, or standard input if it is -")
	flags.StringVar(&column, "column", "", "the column of --users that has the IDs")
	flags.BoolVar(&req.All, "all", false, "everybody who has a session")
	filter.flags(cmd)
	flags.BoolVar(&req.WholeUsers, "whole-users", false, "end all sessions of the users whose sessions match")
	flags.StringArrayVar(&except, "except", nil, "leave out a user, or the users in a file; can be repeated")
	flags.BoolVar(&req.Own, "own", false, "do not leave out the user whom the token belongs to")
	flags.BoolVar(&req.MobileOnly, "mobile-only", false, "end only sessions on mobile devices")
	flags.BoolVar(&req.WebOnly, "web-only", false, "end only sessions on the web")
	flags.BoolVar(&req.NoScan, "no-scan", false, "with --users: do not look which sessions they have; verify then cannot tell old from new")
	flags.StringVar(&req.Reason, "reason", "", "why, for the record")
	flags.Var(&lifetime, "expires", "how long the plan can be started (default 1d)")
	cmd.MarkFlagsMutuallyExclusive("mobile-only", "web-only")
	for _, name := range []string{"users", "except", "output"} {
		if err := cmd.MarkFlagFilename(name); err != nil {
			panic(err) // the flags are defined above
		}
	}
	if err := cmd.MarkFlagRequired("output"); err != nil {
		panic(err) // the flag is defined above
	}
	return cmd
}

func nobody() error {
	return &failure{err: errors.New("there is nobody to sign out"), next: "no plan is written", status: exitNothing}
}

// oneSource makes sure that the command says in one way whom to sign out.
func oneSource(cmd *cobra.Command, req signout.Request) error {
	sources := 0
	for _, given := range []bool{cmd.Flags().Changed("users"), req.All, req.Filter != nil} {
		if given {
			sources++
		}
	}
	switch {
	case sources != 1:
		return errors.New("say whom to sign out in one way: --users, --all or filters such as --ip")
	case req.WholeUsers && req.Filter == nil:
		return errors.New("--whole-users goes with filters such as --ip")
	case req.NoScan && !cmd.Flags().Changed("users"):
		return errors.New("--no-scan goes with --users")
	case req.Filter != nil && !req.WholeUsers && (req.MobileOnly || req.WebOnly):
		return errors.New("--mobile-only and --web-only go with whole users; filter sessions by --os instead")
	}
	return nil
}

// readUsers returns the IDs of a file, as often as they are there.
func readUsers(stdin io.Reader, path, column string) ([]string, error) {
	in := stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("--users: %w", err)
		}
		defer file.Close()
		in = file
	}
	input, err := people.ReadUsers(in, column)
	if err != nil {
		return nil, fmt.Errorf("--users %s: %s", printable.Line(path), printable.Line(err.Error()))
	}
	var ids, invalid []string
	for i := range input.Entries {
		e := &input.Entries[i]
		switch {
		case e.Invalid != "":
			invalid = append(invalid, fmt.Sprintf("line %d: %s", e.Line, e.Invalid))
		case e.UserID == "":
			invalid = append(invalid, fmt.Sprintf("line %d: %q is an address; want a user ID such as W12345678", e.Line, e.Email))
		default:
			ids = append(ids, e.UserID)
		}
	}
	if len(invalid) > 0 {
		const most = 10
		text := strings.Join(invalid[:min(most, len(invalid))], "; ")
		if more := len(invalid) - most; more > 0 {
			text += fmt.Sprintf("; and %d more", more)
		}
		return nil, fmt.Errorf("--users %s: %s", printable.Line(path), text)
	}
	return ids, nil
}

// readExcept returns the users of --except. taken says that standard input is for
// something else.
func readExcept(stdin io.Reader, values []string, taken bool) (ids []string, err error) {
	for _, value := range values {
		if value == "-" {
			if taken {
				return nil, errors.New("--except -: standard input is named twice; want another file")
			}
			taken = true
		}
		if userPattern.MatchString(value) {
			ids = append(ids, value)
			continue
		}
		file, err := readUsers(stdin, value, "")
		if err != nil {
			return nil, fmt.Errorf("--except: it is no user ID, and as a file: %w", err)
		}
		if len(file) == 0 {
			return nil, fmt.Errorf("--except %s: it has no user ID", printable.Line(value))
		}
		ids = append(ids, file...)
	}
	return ids, nil
}

func (c *caller) plan(cmd *cobra.Command, req signout.Request, path string) error {
	c.paced = true
	client, opts, err := c.client(cmd, api.WithPacing())
	if err != nil {
		return err
	}
	line := newStatusLine(cmd.ErrOrStderr(), c.quiet || c.verbose)
	req.CallOptions, req.Progress = opts, line.scan
	plan, err := signout.Make(cmd.Context(), client, req)
	line.end()
	if err != nil {
		return &failure{err: err}
	}
	if plan.Size() == 0 {
		return nobody()
	}
	err = plan.Write(path)
	if err != nil && !errors.Is(err, signout.ErrNotSynced) {
		return &failure{err: err, next: "no plan is written"}
	}
	var printErr error
	if c.json {
		printErr = planJSON(cmd.OutOrStdout(), plan)
	} else {
		_, printErr = io.WriteString(cmd.OutOrStdout(), describePlan(plan))
	}
	if err != nil {
		return &failure{err: err, next: "the plan is written, but may be lost if the power fails in the next minute"}
	}
	return outputFailure(printErr)
}

// describePlan says for people what a plan will do.
func describePlan(plan *signout.Plan) string {
	var b strings.Builder
	calls := signout.CallsFor(plan.Action, plan.Size())
	fmt.Fprintf(&b, "The plan ends %s of %s: %s, %s.\n", whatEnds(plan), count(plan.Users, "user"), count(calls, "call"), about(calls))
	if plan.Scanned && plan.Action == signout.ActionReset {
		fmt.Fprintf(&b, "They have %s now.\n", count(plan.Sessions, "session"))
	}
	if plan.Action == signout.ActionInvalidate {
		whole := signout.CallsFor(signout.ActionReset, plan.Users)
		fmt.Fprintf(&b, "With --whole-users it would be %s, %s, and end all sessions of these users.\n", count(whole, "call"), about(whole))
	}
	if plan.Merged > 0 {
		fmt.Fprintf(&b, "Named more than once: %s.\n", count(plan.Merged, "user"))
	}
	if none := withoutSession(plan); len(none) > 0 {
		fmt.Fprintf(&b, "No session was seen of %s: %s.\n", count(len(none), "user"), firstOf(none, 10))
	}
	top(&b, "IP", plan, func(s *signout.Session) string { return s.IP })
	top(&b, "system", plan, func(s *signout.Session) string { return s.OS })
	top(&b, "client", plan, func(s *signout.Session) string { return s.Client })
	top(&b, "device", plan, func(s *signout.Session) string { return string(s.Device) })
	shown := 0
	out := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range plan.Rows {
		switch {
		case row.LeftOut != "":
			fmt.Fprintf(out, "  %s\tleft out: %s\n", row.UserID, printable.Line(row.LeftOut))
		case shown < 5:
			shown++
			seen := "not looked for"
			if plan.Scanned {
				seen = count(len(row.Sessions), "session") + " seen"
			}
			fmt.Fprintf(out, "  %s\t%s\n", row.UserID, seen)
		}
	}
	_ = out.Flush() // into b
	if rest := plan.Size() - shown; rest > 0 {
		fmt.Fprintf(&b, "  and %d more\n", rest)
	}
	fmt.Fprintf(&b, "It is in %s and can be started until %s. Review it, then:\n  %s\n", printable.Line(plan.Path()), plan.Expires.UTC().Format("2006-01-02 15:04 UTC"), applyCommand(plan))
	return b.String()
}

// planJSON prints for programs what a plan will do.
func planJSON(out io.Writer, plan *signout.Plan) error {
	calls := signout.CallsFor(plan.Action, plan.Size())
	return json.NewEncoder(out).Encode(map[string]any{
		"path": plan.Path(), "action": plan.Action, "users": plan.Users, "sessions": plan.Sessions,
		"calls": calls, "seconds": int(signout.Estimate(calls).Round(time.Second).Seconds()),
		"left_out": plan.LeftOut, "merged": plan.Merged, "expires": plan.Expires, "no_session": len(withoutSession(plan)),
	})
}

// count returns a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// about returns how long so many calls take.
func about(calls int) string {
	if length := signout.Estimate(calls).Round(time.Second); length > time.Second {
		return "about " + length.String()
	}
	return "a second"
}

// withoutSession returns the users of a plan who have no session that it ends.
func withoutSession(plan *signout.Plan) (ids []string) {
	if !plan.Scanned {
		return nil
	}
	for i := range plan.Rows {
		if row := &plan.Rows[i]; row.LeftOut == "" && len(row.Sessions) == 0 {
			ids = append(ids, row.UserID)
		}
	}
	return ids
}

// top adds a line with what the sessions of a plan have most often, such as their
// IPs. A plan without a filter has no devices that matched.
func top(b *strings.Builder, what string, plan *signout.Plan, of func(*signout.Session) string) {
	counts := map[string]int{}
	for i := range plan.Rows {
		if plan.Rows[i].LeftOut != "" {
			continue
		}
		for j := range plan.Rows[i].Sessions {
			counts[of(&plan.Rows[i].Sessions[j])]++
		}
	}
	if len(counts) == 0 || what == "device" && len(counts) == 1 && counts[""] > 0 {
		return
	}
	texts := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
	var all []string
	for _, text := range texts[:min(5, len(texts))] {
		all = append(all, fmt.Sprintf("%s (%d)", printable.Line(cmp.Or(text, "unknown")), counts[text]))
	}
	fmt.Fprintf(b, "By %s: %s\n", what, strings.Join(all, ", "))
}
