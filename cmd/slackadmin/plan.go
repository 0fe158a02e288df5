package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
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
	var path string
	var lifetime days
	who, filter := &whom{}, &filterFlags{}
	cmd := &cobra.Command{
		Use:   "plan -o PLAN (--users FILE | --sessions FILE | --audit-log FILE | --remaining PLAN | --all | --FILTER VALUE...)",
		Short: "Write a plan of whom to sign out, for review",
		Long: `plan writes a file that says whom to sign out. It changes nothing at Slack; "apply"
does what the file says.

Whom to sign out is one of
  --users FILE      the users in a file, or standard input if it is -: IDs or addresses,
                    one a line or in a CSV, as HR and spreadsheets write them
  --sessions FILE   single sessions, in a CSV as "sessions list --csv" writes it
  --audit-log FILE  the sessions in Slack's audit log, as the API, the dashboard or a
                    SIEM give it; with --whole-users the people
  --remaining PLAN  those of an earlier plan who were refused, are unknown or left, or
                    are still there
  --all             everybody who has a session
  filters           the sessions that match: --ip, --os, --client and so on. Slack gives
                    sessions no time stamp, so there is no filter for age. Each session
                    is ended by a call of its own, about 20 a minute; with --whole-users,
                    all sessions of their users are, 1,000 users a call.
Filters together with --users mean both: the sessions of these users that match.

Addresses are looked up in Slack, or in the file of --directory. Whom nobody in Slack
is, stays in the plan as left out, and is named. A row that cannot be read as somebody
is an error, unless --skip-invalid is given. Every row of the file is in one line of
the plan, and the counts add up.

The user whom the token belongs to is left out unless --own is given. plan says at
once if it cannot write the file, and waits for as long as a rate limit or an outage
lasts.

Signing out does not deactivate anybody, and does not revoke the tokens of apps.

With --json, it prints one object with the counts, the path and when the plan expires.

Exit status 4 says that there is nobody to sign out; no plan is written then.`,
		Example: `  slackadmin sessions plan -o plan.jsonl --users leavers.csv
  slackadmin sessions plan -o plan.jsonl --ip 203.0.113.0/24 --whole-users
  slackadmin sessions plan -o plan.jsonl --audit-log audit.json --action anomaly --since 24h
  slackadmin sessions plan -o plan.jsonl --all --except W12345678 --mobile-only`,
		Args: flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if req.Filter, err = filter.parse(cmd); err != nil {
				return err
			}
			flag, file, err := who.source(cmd)
			if err != nil {
				return err
			}
			if err := oneSource(&req, flag); err != nil {
				return err
			}
			if err := signout.CheckPath(path); err != nil {
				return errors.New("--output: " + printable.Line(err.Error()))
			}
			req.Lifetime = time.Duration(lifetime)
			if cmd.Flags().Changed("expires") && req.Lifetime <= 0 {
				return fmt.Errorf("--expires is %v; want more than nothing", req.Lifetime)
			}
			return c.plan(cmd, who, flag, file, req, path)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&path, "output", "o", "", "the plan's file, which must not exist")
	who.flags(cmd)
	flags.BoolVar(&req.All, "all", false, "everybody who has a session")
	filter.flags(cmd)
	flags.BoolVar(&req.WholeUsers, "whole-users", false, "end all sessions of the users whose sessions match, or whom the audit log names")
	flags.BoolVar(&req.Own, "own", false, "do not leave out the user whom the token belongs to")
	flags.BoolVar(&req.MobileOnly, "mobile-only", false, "end only sessions on mobile devices")
	flags.BoolVar(&req.WebOnly, "web-only", false, "end only sessions on the web")
	flags.BoolVar(&req.NoScan, "no-scan", false, "do not look which sessions the users of a file have; verify then cannot tell old from new")
	flags.BoolVar(&req.Scan, "scan", false, "list all sessions, also where asking for the users alone is quicker")
	flags.StringVar(&req.Reason, "reason", "", "why, for the record")
	flags.Var(&lifetime, "expires", "how long the plan can be started (default 1d)")
	cmd.MarkFlagsMutuallyExclusive("mobile-only", "web-only")
	cmd.MarkFlagsMutuallyExclusive("scan", "no-scan")
	if err := errors.Join(cmd.MarkFlagFilename("output"), cmd.MarkFlagRequired("output")); err != nil {
		panic(err) // the flag is defined above
	}
	return cmd
}

// oneSource makes sure that the command says in one way whom to sign out. flag is
// what names people or sessions in a file, if anything does.
func oneSource(req *signout.Request, flag string) error {
	sources := 0
	for _, given := range []bool{flag != "", req.All, req.Filter != nil && flag != "users"} {
		if given {
			sources++
		}
	}
	single := req.Filter != nil && !req.WholeUsers || flag == "sessions" || flag == "audit-log" && !req.WholeUsers
	switch {
	case sources != 1:
		return errors.New("say whom to sign out in one way: --users, --sessions, --audit-log, --remaining, --all or filters such as --ip; only --users goes with filters")
	case req.WholeUsers && req.Filter == nil && flag != "audit-log":
		return errors.New("--whole-users goes with filters such as --ip, or with --audit-log")
	case req.NoScan && (flag == "" || req.Filter != nil):
		return errors.New("--no-scan goes with --users, --sessions, --audit-log or --remaining, without filters")
	case single && (req.MobileOnly || req.WebOnly):
		return errors.New("--mobile-only and --web-only go with whole users; filter sessions by --os instead")
	}
	return nil
}

func (c *caller) plan(cmd *cobra.Command, who *whom, flag, file string, req signout.Request, path string) error {
	// What can be known without a call is, first.
	stdin := cmd.InOrStdin()
	var input *people.Input
	var err error
	if flag == "users" || flag == "sessions" {
		if input, err = who.read(stdin, flag, file, false, ""); err != nil {
			return err
		}
	}
	except, err := who.readExceptions(stdin, file == "-")
	if err != nil {
		return err
	}
	if input != nil && !who.skipInvalid {
		if err := refuseInvalid(flag, file, input); err != nil {
			return err
		}
	}

	c.paced = true
	client, opts, err := c.client(cmd, api.WithPacing())
	if err != nil {
		return err
	}
	if flag == "audit-log" {
		me, err := client.AuthTest(cmd.Context(), opts...)
		if err != nil {
			return &failure{err: err}
		}
		if input, err = who.read(stdin, flag, file, req.WholeUsers, me.EnterpriseID); err != nil {
			return err
		}
		if err := refuseInvalid(flag, file, input); err != nil && !who.skipInvalid {
			return err
		}
	}
	line := newStatusLine(cmd.ErrOrStderr(), c.quiet || c.verbose)
	if flag == "remaining" {
		if req.People, err = remainingOf(cmd.Context(), client, opts, file, line); err != nil {
			return err
		}
	}
	say := func(text string) {
		if !c.quiet {
			fmt.Fprintln(cmd.ErrOrStderr(), "slackadmin: "+printable.Line(text))
		}
	}
	if err := who.fill(cmd.Context(), client, opts, input, except, &req, line, say); err != nil {
		return err
	}
	if input != nil && !req.Own && req.Directory == "" {
		if err := ownIDs(cmd.Context(), client, opts, &req, say); err != nil {
			return err
		}
	}
	req.CallOptions, req.Progress = opts, line.scan
	var plan *signout.Plan
	if flag != "" && len(req.People) == 0 {
		plan = &signout.Plan{}
	} else if plan, err = signout.Make(cmd.Context(), client, req); err != nil {
		line.end()
		return &failure{err: err}
	}
	line.end()
	if unseen := withoutRow(plan, req.Except); flag == "" && len(unseen) > 0 {
		say("no session was seen of these exceptions, who are signed out already: " + firstOf(unseen, 10))
	}
	if plan.Size() == 0 {
		return nobody(input, plan)
	}
	return c.writePlan(cmd, plan, path)
}

// fill fills in whom a request is for.
func (w *whom) fill(ctx context.Context, client *api.Client, opts []api.CallOption, input *people.Input, except *exceptions, req *signout.Request, line *statusLine, say func(string)) error {
	var entries []people.Entry
	if input != nil {
		entries = input.Entries
		for _, note := range input.Notes {
			say(note)
		}
	}
	d, err := w.findDirectory(ctx, client, opts, slices.Concat(entries, except.entries), line, say)
	if err != nil {
		return err
	}
	if input != nil {
		var warnings []string
		req.People, warnings = people.Resolve(input, d)
		for _, warning := range warnings {
			say(warning)
		}
		req.Blank = len(input.Blank)
	}
	if d != nil {
		req.Size, req.Directory = d.Size, fmt.Sprintf("%s of %s", d.Source, d.Time.UTC().Format(time.RFC3339))
	}
	req.Except, err = w.protect(except, d, req.People)
	return err
}

func (c *caller) writePlan(cmd *cobra.Command, plan *signout.Plan, path string) error {
	err := plan.Write(path)
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

// ownIDs leaves out the token's own user under an ID that is not the token's, where
// people are given by IDs of both kinds and Slack says which these are.
func ownIDs(ctx context.Context, client *api.Client, opts []api.CallOption, req *signout.Request, say func(string)) error {
	me, err := client.AuthTest(ctx, opts...)
	if err != nil {
		return &failure{err: err}
	}
	if !slices.ContainsFunc(req.People, func(p signout.Person) bool { return p.UserID != "" && p.UserID[0] != me.UserID[0] }) {
		return nil
	}
	lookup := people.Lookup{Client: client, CallOptions: opts, Say: func(string) {}, Progress: func(int, int) {}}
	d, err := lookup.ByIDs(ctx, []string{me.UserID})
	if err != nil || d == nil || d.ByID(me.UserID) == nil {
		say("the token's own user is left out under the ID " + me.UserID + " alone; with the scope users:read, or --directory, plan would know another one")
		return nil //nolint:nilerr // it is said
	}
	p := d.ByID(me.UserID)
	for i := range req.People {
		if slices.Contains(append(p.OtherIDs, p.UserID), req.People[i].UserID) {
			req.People[i].OtherIDs = append(req.People[i].OtherIDs, me.UserID)
		}
	}
	return nil
}

// withoutRow returns those of IDs that no row of a plan has.
func withoutRow(plan *signout.Plan, ids []string) (unseen []string) {
	has := map[string]bool{}
	for i := range plan.Rows {
		for _, id := range append([]string{plan.Rows[i].UserID}, plan.Rows[i].OtherIDs...) {
			has[id] = true
		}
	}
	for _, id := range ids {
		if !has[id] {
			unseen = append(unseen, id)
		}
	}
	return unseen
}

// nobody says why there is nobody to sign out.
func nobody(input *people.Input, plan *signout.Plan) error {
	why := ""
	switch {
	case input != nil && input.Rows() == 0:
		why = " (the file is empty, or has a header alone)"
	case input != nil && len(input.Entries) == 0:
		why = fmt.Sprintf(" (all %s are blank)", count(len(input.Blank), "row"))
	case plan.LeftOut > 0:
		why = " (left out: " + reasons(plan) + ")"
	}
	return &failure{err: errors.New("there is nobody to sign out" + why), next: "no plan is written", status: exitNothing}
}

// reasons says why how many rows are left out.
func reasons(plan *signout.Plan) string {
	counts := map[string]int{}
	for i := range plan.Rows {
		if why := plan.Rows[i].LeftOut; why != "" {
			counts[why]++
		}
	}
	var all []string
	for _, why := range slices.Sorted(maps.Keys(counts)) {
		all = append(all, fmt.Sprintf("%d because %s", counts[why], printable.Line(why)))
	}
	return strings.Join(all, ", ")
}

// describePlan says for people what a plan will do.
func describePlan(plan *signout.Plan) string {
	var b strings.Builder
	calls := signout.CallsFor(plan.Action, plan.Size())
	fmt.Fprintf(&b, "The plan ends %s of %s: %s, %s.\n", whatEnds(plan), count(plan.Users, "user"), count(calls, "call"), about(calls))
	if plan.SeenBy != "" && plan.Action == signout.ActionReset {
		fmt.Fprintf(&b, "They have %s now.\n", count(plan.Sessions, "session"))
	}
	if plan.SeenBy == signout.SeenByPeople {
		fmt.Fprintln(&b, "Slack was asked for the sessions of these users alone, in each of their workspaces; verify asks likewise.")
	}
	if plan.Action == signout.ActionInvalidate {
		whole := signout.CallsFor(signout.ActionReset, plan.Users)
		fmt.Fprintf(&b, "With --whole-users it would be %s, %s, and end all sessions of these users.\n", count(whole, "call"), about(whole))
	}
	if in := plan.Input; in != nil {
		fmt.Fprintf(&b, "The input has %s.\n", describeInput(in))
	}
	if none := withoutSession(plan); len(none) > 0 {
		fmt.Fprintf(&b, "No session was seen of %s: %s.\n", count(len(none), "user"), firstOf(none, 10))
	}
	top(&b, "IP", plan, func(s *signout.Session) string { return s.IP })
	top(&b, "system", plan, func(s *signout.Session) string { return s.OS })
	top(&b, "client", plan, func(s *signout.Session) string { return s.Client })
	top(&b, "device", plan, func(s *signout.Session) string { return string(s.Device) })
	describeRows(&b, plan)
	fmt.Fprintf(&b, "It is in %s and can be started until %s. Review it, then:\n  %s\n", printable.Line(plan.Path()), plan.Expires.UTC().Format("2006-01-02 15:04 UTC"), applyCommand(plan))
	return b.String()
}

// describeInput says what came of the rows of an input. The parts add up.
func describeInput(in *signout.Input) string {
	parts := []string{fmt.Sprintf("%d to sign out", in.People)}
	for _, part := range []struct {
		n    int
		what string
	}{{in.Duplicates, "named before"}, {in.Blank, "blank"}, {in.Invalid, "unreadable"}, {in.NotFound, "nobody in Slack"}, {in.LeftOut, "left out"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.what))
		}
	}
	return count(in.Rows, "row") + ": " + strings.Join(parts, ", ")
}

// describeRows names the first rows of a plan, and the first that are left out.
func describeRows(b *strings.Builder, plan *signout.Plan) {
	const mostDone, mostLeftOut = 5, 10
	out := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	done, leftOut := 0, 0
	for i := range plan.Rows {
		row := &plan.Rows[i]
		switch {
		case row.LeftOut != "" && leftOut < mostLeftOut:
			leftOut++
			fmt.Fprintf(out, "  %s\tleft out: %s\n", nameOf(plan, row), printable.Line(row.LeftOut))
		case row.LeftOut == "" && done < mostDone:
			done++
			seen := "not looked for"
			if plan.SeenBy != "" {
				seen = count(len(row.Sessions), "session") + " seen"
			}
			fmt.Fprintf(out, "  %s\t%s\n", nameOf(plan, row), seen)
		}
	}
	_ = out.Flush() // into b
	if rest := plan.Size() - done; rest > 0 {
		fmt.Fprintf(b, "  and %d more\n", rest)
	}
	if rest := plan.LeftOut - leftOut; rest > 0 {
		fmt.Fprintf(b, "  and %d more left out; in all %s\n", rest, reasons(plan))
	}
}

// planJSON prints for programs what a plan will do.
func planJSON(out io.Writer, plan *signout.Plan) error {
	calls := signout.CallsFor(plan.Action, plan.Size())
	return json.NewEncoder(out).Encode(map[string]any{
		"path": plan.Path(), "action": plan.Action, "users": plan.Users, "sessions": plan.Sessions,
		"calls": calls, "seconds": int(signout.Estimate(calls).Round(time.Second).Seconds()),
		"left_out": plan.LeftOut, "input": plan.Input, "expires": plan.Expires, "no_session": len(withoutSession(plan)),
	})
}

// count returns a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	if thing == "person" {
		return fmt.Sprintf("%d people", n)
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
func withoutSession(plan *signout.Plan) (names []string) {
	if plan.SeenBy == "" {
		return nil
	}
	for i := range plan.Rows {
		row := &plan.Rows[i]
		if row.LeftOut == "" && !slices.ContainsFunc(row.Sessions, func(s signout.Session) bool { return !s.Unseen }) {
			names = append(names, nameOf(plan, row))
		}
	}
	return names
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
