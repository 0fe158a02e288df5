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
		Use:   "plan -o PLAN (--users FILE | --sessions FILE | --audit-log FILE | --audit-since TIME | --remaining PLAN | --all | --FILTER VALUE...)",
		Short: "Write a plan of whom to sign out, for review",
		Long: `plan writes a file that says whom to sign out. It changes nothing at Slack; "apply"
does what the file says.

Whom to sign out is one of
  --users FILE      the users in a file, or standard input if it is -: IDs or addresses,
                    one a line or in a CSV, as HR and spreadsheets write them
  --sessions FILE   single sessions, in a CSV as "sessions list --csv" writes it
  --audit-log FILE  the sessions in Slack's audit log, as the API, the dashboard or a
                    SIEM give it; with --whole-users the people
  --audit-since T   the same since then, asked of Slack: the token must be an Org Owner's and have
                    the scope auditlogs:read
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
  slackadmin sessions plan -o plan.jsonl --audit-since 24h --action anomaly
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
				return fmt.Errorf("--expires is %s; want more than nothing", inDays(req.Lifetime))
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
	single := req.Filter != nil && !req.WholeUsers || flag == "sessions" || isAudit(flag) && !req.WholeUsers
	switch {
	case sources != 1:
		return errors.New("say whom to sign out in one way: --users, --sessions, --audit-log, --audit-since, --remaining, --all or filters such as --ip; only --users goes with filters")
	case req.WholeUsers && req.Filter == nil && !isAudit(flag):
		return errors.New("--whole-users goes with filters such as --ip, or with --audit-log or --audit-since")
	case req.NoScan && (flag == "" || req.Filter != nil):
		return errors.New("--no-scan goes with --users, --sessions, --audit-log, --audit-since or --remaining, without filters")
	case single && (req.MobileOnly || req.WebOnly):
		return errors.New("--mobile-only and --web-only go with whole users; filter sessions by --os instead")
	}
	return nil
}

// isAudit tells whether people come from Slack's audit log, of a file or asked for.
func isAudit(flag string) bool { return flag == "audit-log" || flag == "audit-since" }

func (c *caller) plan(cmd *cobra.Command, who *whom, flag, file string, req signout.Request, path string) error {
	// What can be known without a call is, first.
	if hasToken(req.Reason) {
		return errors.New("--reason has the token, or a part of it, in it; a plan keeps the reason")
	}
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
	line := newStatusLine(cmd.ErrOrStderr(), c.quiet || c.verbose)
	say := func(text string) { c.say(cmd.ErrOrStderr(), text) }
	if isAudit(flag) {
		me, err := client.AuthTest(cmd.Context(), opts...)
		if err != nil {
			return &failure{err: err}
		}
		if flag == "audit-since" {
			meant, meantErr := who.events("audit-since", who.auditSince, "audit-until", who.auditUntil)
			if meantErr != nil {
				return meantErr
			}
			meant.WholeUsers, meant.Organization = req.WholeUsers, me.EnterpriseID
			input, err = who.askLog(cmd.Context(), client, opts, meant, line, say)
		} else {
			input, err = who.read(stdin, flag, file, req.WholeUsers, me.EnterpriseID)
		}
		if err != nil {
			return err
		}
		if err := refuseInvalid(flag, file, input); err != nil && !who.skipInvalid {
			return err
		}
		req.WholeUsers = false // of the input; for a filter it means another thing
	}
	if flag == "remaining" {
		if err := remainingOf(cmd.Context(), client, opts, file, line, &req); err != nil {
			return err
		}
	}
	kept, d, err := who.fill(cmd.Context(), client, opts, input, except, &req, line, say)
	if err != nil {
		return err
	}
	if input != nil && !who.skipInvalid { // some only a directory shows to be so
		if err := refuseInvalid(flag, file, input); err != nil {
			return err
		}
	}
	if req.Filter != nil && slices.ContainsFunc(req.Filter.Users, func(id string) bool { return id[0] == 'U' }) {
		// Slack may list the sessions under the organization's ID.
		lookup := people.Lookup{Client: client, CallOptions: opts, Say: func(string) {}, Progress: func(int, int) {}}
		if found, err := lookup.ByIDs(cmd.Context(), req.Filter.Users); err == nil && found != nil {
			for i := range found.People {
				req.Filter.Users = append(req.Filter.Users, found.People[i].UserID)
			}
		}
	}
	req.CallOptions, req.Progress = opts, line.scan
	var counted *tally
	if req.Filter != nil {
		counted = &tally{filter: req.Filter, people: req.People}
		req.Seen = counted.add
	}
	var plan *signout.Plan
	if flag != "" && !slices.ContainsFunc(req.People, func(p signout.Person) bool { return p.LeftOut == "" }) {
		plan = planOfNobody(req.People) // so nothing has to be looked up
	} else if plan, err = signout.Make(cmd.Context(), client, req); err != nil {
		line.end()
		return &failure{err: err}
	}
	line.end()
	if err := leaveOutByOtherIDs(cmd.Context(), client, opts, d, plan, kept, req.Own, say); err != nil {
		return err
	}
	if unseen := withoutRow(plan, kept); flag == "" && len(unseen) > 0 {
		say("no session was seen of these exceptions: " + firstOf(unseen, 10))
	}
	if plan.Size() == 0 {
		return nobody(flag, input, plan, counted)
	}
	return c.writePlan(cmd, plan, path)
}

// fill fills in whom a request is for.
func (w *whom) fill(ctx context.Context, client *api.Client, opts []api.CallOption, input *people.Input, except *exceptions, req *signout.Request, line *statusLine, say func(string)) (kept []protected, d *people.Directory, err error) {
	var entries []people.Entry
	if input != nil {
		entries = input.Entries
		for _, note := range input.Notes {
			say(note)
		}
	}
	if d, err = w.findDirectory(ctx, client, opts, slices.Concat(entries, except.entries), line, say); err != nil {
		return nil, nil, err
	}
	if input != nil {
		var warnings []string
		req.People, warnings = people.Resolve(input, d)
		for _, warning := range warnings {
			say(warning)
		}
		for i := range req.People {
			if p := &req.People[i]; p.Given == signout.GivenInvalid {
				input.Entries[i].Invalid = p.LeftOut
			}
		}
		req.Blank = len(input.Blank)
	}
	if d == nil && !req.NoScan && !req.Scan {
		findWorkspaces(ctx, client, opts, req.People)
	}
	if d != nil {
		req.Size, req.Directory = d.Size, fmt.Sprintf("%s of %s", d.Source, d.Time.UTC().Format(time.RFC3339))
	}
	if d == nil && len(except.entries) > 0 { // another ID of the person may be meant
		lookup := people.Lookup{Client: client, CallOptions: opts, Say: func(string) {}, Progress: func(int, int) {}}
		if found, err := lookup.ByIDs(ctx, idsOf(except.entries)); err == nil && found != nil {
			for i := range except.entries {
				if p := found.ByID(except.entries[i].UserID); p != nil {
					except.entries[i].UserID = p.UserID
				}
			}
		}
	}
	if kept, err = w.protect(except, d, req.People); err != nil {
		return nil, nil, err
	}
	for _, p := range kept {
		req.Except = append(req.Except, p.ids...)
	}
	return kept, d, nil
}

// maxAskedFor is how many people plan asks for alone where only their IDs are given.
const maxAskedFor = 9

// findWorkspaces fills in the workspaces of a few people, so that plan can ask for
// their sessions alone, if all sessions are more than a page and the token has the
// scope.
func findWorkspaces(ctx context.Context, client *api.Client, opts []api.CallOption, named []signout.Person) {
	var ids []string
	for i := range named {
		if named[i].LeftOut == "" && !slices.Contains(ids, named[i].UserID) {
			ids = append(ids, named[i].UserID)
		}
		if len(ids) > maxAskedFor {
			return
		}
	}
	if len(ids) == 0 {
		return
	}
	page, err := client.AdminUsersSessionList(ctx, api.AdminUsersSessionListRequest{}, opts...)
	if err != nil || page.ResponseMetadata.NextCursor == "" {
		return // Make meets the error, too, and knows what to do
	}
	lookup := people.Lookup{Client: client, CallOptions: opts, Say: func(string) {}, Progress: func(int, int) {}}
	found, err := lookup.ByIDs(ctx, ids)
	if err != nil || found == nil {
		return // then all sessions are listed
	}
	for i := range named {
		if p := found.ByID(named[i].UserID); p != nil {
			named[i].UserID, named[i].OtherIDs, named[i].Workspaces = p.UserID, p.OtherIDs, p.Workspaces
		}
	}
}

func idsOf(entries []people.Entry) (ids []string) {
	for i := range entries {
		ids = append(ids, entries[i].UserID)
	}
	return ids
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

// planOfNobody returns a plan of people who are all left out.
func planOfNobody(people []signout.Person) *signout.Plan {
	plan := &signout.Plan{}
	for i := range people {
		plan.Rows = append(plan.Rows, signout.Row{LeftOut: people[i].LeftOut, Given: people[i].Given})
		plan.LeftOut++
	}
	return plan
}

// maxOtherIDs is how many IDs of a plan are looked up for whose they are.
const maxOtherIDs = 50

// leaveOutByOtherIDs leaves out of a plan the token's own user and the exceptions
// under IDs that are not the ones they are known by: a person can have a U… and a W…
// ID. It says so if it cannot find out.
func leaveOutByOtherIDs(ctx context.Context, client *api.Client, opts []api.CallOption, d *people.Directory, plan *signout.Plan, kept []protected, own bool, say func(string)) error {
	reason := map[string]string{}
	kinds := map[byte]bool{}
	keep := func(id, why string) {
		reason[id] = why
		kinds[id[0]] = true
	}
	for _, p := range kept {
		for _, id := range p.ids {
			keep(id, "it is excepted")
		}
	}
	if !own && plan.PlannedBy != "" {
		keep(plan.PlannedBy, "it is the user who plans this")
		if p := directoryEntry(d, plan.PlannedBy); p != nil {
			for _, id := range append([]string{p.UserID}, p.OtherIDs...) {
				keep(id, "it is the user who plans this")
			}
		}
	}
	unknown := map[string]bool{} // IDs of a kind that one of these is not known by
	for i := range plan.Rows {
		row := &plan.Rows[i]
		if row.LeftOut != "" || len(reason) == 0 {
			continue
		}
		for _, id := range append([]string{row.UserID}, row.OtherIDs...) {
			if why := reason[id]; why != "" && row.LeftOut == "" {
				row.LeftOut = why
				plan.LeftOut++
			}
		}
		if row.LeftOut == "" && len(kinds) == 1 && !kinds[row.UserID[0]] && len(row.OtherIDs) == 0 {
			unknown[row.UserID] = true
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	lookup := people.Lookup{Client: client, CallOptions: opts, Say: func(string) {}, Progress: func(int, int) {}}
	var found *people.Directory
	if len(unknown) <= maxOtherIDs {
		var err error
		if found, err = lookup.ByIDs(ctx, slices.Sorted(maps.Keys(unknown))); err != nil && ctx.Err() != nil {
			return &failure{err: err}
		}
	}
	if found == nil {
		say(fmt.Sprintf("%s of another kind than those of the token's own user and the exceptions; whether one is theirs is not known: %s",
			count(len(unknown), "ID"), firstOf(slices.Sorted(maps.Keys(unknown)), 10)))
		return nil
	}
	for i := range plan.Rows {
		row := &plan.Rows[i]
		p := found.ByID(row.UserID)
		if row.LeftOut != "" || p == nil {
			continue
		}
		for _, id := range append([]string{p.UserID}, p.OtherIDs...) {
			if why := reason[id]; why != "" && row.LeftOut == "" {
				row.LeftOut = why
				plan.LeftOut++
			}
		}
	}
	return nil
}

func directoryEntry(d *people.Directory, id string) *people.Person {
	if d == nil {
		return nil
	}
	return d.ByID(id)
}

// withoutRow names those exceptions of whom a plan has no row.
func withoutRow(plan *signout.Plan, kept []protected) (unseen []string) {
	has := map[string]bool{}
	for i := range plan.Rows {
		for _, id := range append([]string{plan.Rows[i].UserID}, plan.Rows[i].OtherIDs...) {
			has[id] = true
		}
	}
	for _, p := range kept {
		if !slices.ContainsFunc(p.ids, func(id string) bool { return has[id] }) {
			unseen = append(unseen, p.name)
		}
	}
	return unseen
}

// nobody says why there is nobody to sign out.
func nobody(flag string, input *people.Input, plan *signout.Plan, counted *tally) error {
	why := " (no session matches)"
	switch {
	case plan.LeftOut > 0:
		why = " (left out: " + reasons(plan) + ")"
	case flag == "remaining":
		why = " (all of the earlier plan are done, and gone)"
	case flag == "audit-log":
		why = " (the file has no event)"
	case flag == "audit-since":
		why = " (the audit log has no such event)"
	case input != nil && input.Rows() == 0:
		why = " (the file is empty, or has a header alone)"
	case input != nil && len(input.Entries) == 0:
		why = fmt.Sprintf(" (all %s are blank)", count(len(input.Blank), "row"))
	}
	return &failure{err: errors.New("there is nobody to sign out" + why), next: "no plan is written", more: counted.String(), status: exitNothing}
}

// reasons says why how many rows are left out: the ten most frequent reasons.
func reasons(plan *signout.Plan) string {
	const most = 10
	counts := map[string]int{}
	for i := range plan.Rows {
		row := &plan.Rows[i]
		switch {
		case row.Given == signout.GivenInvalid:
			counts["it cannot be read as somebody"]++
		case row.LeftOut != "":
			counts[row.LeftOut]++
		}
	}
	var all []string
	for _, why := range mostFrequent(counts) {
		all = append(all, fmt.Sprintf("%d because %s", counts[why], printable.Line(why)))
	}
	if more := len(all) - most; more > 0 {
		all = append(all[:most], fmt.Sprintf("and %d more reasons", more))
	}
	return strings.Join(all, ", ")
}

// mostFrequent returns texts, the most frequent first.
func mostFrequent(counts map[string]int) []string {
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
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
		fmt.Fprintf(&b, "The input has %s.\n", describeInput(in, "to sign out"))
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
func describeInput(in *signout.Input, people string) string {
	parts := []string{fmt.Sprintf("%d %s", in.People, people)}
	for _, part := range []struct {
		n    int
		what string
	}{{in.Duplicates, "named before"}, {in.Blank, "blank"}, {in.Invalid, "unreadable"}, {in.NotFound, "not found"}, {in.LeftOut, "left out"}} {
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
				seen = count(seenOf(row), "session") + " seen"
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

// seenOf returns how many sessions of a row were seen.
func seenOf(row *signout.Row) (n int) {
	for i := range row.Sessions {
		if !row.Sessions[i].Unseen {
			n++
		}
	}
	return n
}

// withoutSession returns the users of a plan who have no session that it ends.
func withoutSession(plan *signout.Plan) (names []string) {
	if plan.SeenBy == "" {
		return nil
	}
	for i := range plan.Rows {
		row := &plan.Rows[i]
		if row.LeftOut == "" && seenOf(row) == 0 {
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
			if s := &plan.Rows[i].Sessions[j]; !s.Unseen {
				counts[of(s)]++
			}
		}
	}
	if len(counts) == 0 || what == "device" && len(counts) == 1 && counts[""] > 0 {
		return
	}
	texts := mostFrequent(counts)
	var all []string
	for _, text := range texts[:min(5, len(texts))] {
		all = append(all, fmt.Sprintf("%s (%d)", printable.Line(cmp.Or(text, "unknown")), counts[text]))
	}
	fmt.Fprintf(b, "By %s: %s\n", what, strings.Join(all, ", "))
}
