package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/people"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
	"github.com/seed-38c23bad/slackadmin/internal/words"
)

type planOptions struct {
	*clientFlags

	targets     targets
	filterFlags filterFlags
	req         signout.Request
	path        string
	lifetime    days
}

func newPlan(c *clientFlags) *cobra.Command {
	o := &planOptions{clientFlags: c}
	cmd := &cobra.Command{
		Use:   "plan -o PLAN (--users FILE | --sessions FILE | --audit-log FILE | --audit-since TIME | --remaining PLAN | --all | --FILTER VALUE...)",
		Short: "Write a file of the users to sign out, for review",
		Long: `plan writes a file of the users to sign out, for review. It changes nothing at Slack;
"apply" signs out the users of the file.

Name the users in one way:
  --users FILE      the users in a file, or standard input if it is -: IDs or addresses,
                    one a line or in a CSV, in the formats of HR systems and spreadsheets
  --sessions FILE   single sessions, in a CSV from "sessions list --csv"
  --audit-log FILE  the sessions in Slack's audit log, from the API, the dashboard or a
                    SIEM; with --whole-users the users
  --audit-since T   the sessions in Slack's audit log since T, from Slack; the token must
                    be an Org Owner's and have the scope auditlogs:read
  --remaining PLAN  the users of an earlier plan who were refused, are unknown or left,
                    or are still there
  --all             everybody who has a session
  filters           the sessions that match: --ip, --os, --client and so on. Slack gives
                    sessions no time stamp, so there is no filter by age. To end one
                    session takes one call, about 20 a minute; with --whole-users, all
                    sessions of the users end, 1,000 users a call.
Filters with --users match the sessions of these users.

plan looks addresses up in Slack, or in the file of --directory. A row whose address
nobody in Slack has stays in the plan as left out. A row that is not readable is an
error, unless --skip-invalid is set. Every row of the file is in exactly one line of the
plan, and the counts add up.

The token's owner is left out unless --own is set. plan first checks that it can write
the file, and waits for as long as a rate limit or an outage lasts.

Signing out does not deactivate anybody, and does not revoke the tokens of apps.

With --json, plan prints one object with the counts, the path and when the plan expires.

The exit status is 4 if there is nobody to sign out; plan then writes no file.`,
		Example: `  slackadmin sessions plan -o plan.jsonl --users leavers.csv
  slackadmin sessions plan -o plan.jsonl --ip 203.0.113.0/24 --whole-users
  slackadmin sessions plan -o plan.jsonl --audit-log audit.json --action anomaly --since 24h
  slackadmin sessions plan -o plan.jsonl --audit-since 24h --action anomaly
  slackadmin sessions plan -o plan.jsonl --all --except W12345678 --mobile-only`,
		Args: noArgs,
		RunE: o.run,
	}
	flags := cmd.Flags()
	flags.StringVarP(&o.path, "output", "o", "", "the plan's file, which must not exist")
	o.targets.flags(cmd)
	flags.BoolVar(&o.req.All, "all", false, "everybody who has a session")
	o.filterFlags.flags(cmd)
	flags.BoolVar(&o.req.WholeUsers, "whole-users", false, "end all sessions of the users of the matching sessions, or of the audit log")
	flags.BoolVar(&o.req.Own, "own", false, "do not leave out the token's owner")
	flags.BoolVar(&o.req.MobileOnly, "mobile-only", false, "end only sessions on mobile devices")
	flags.BoolVar(&o.req.WebOnly, "web-only", false, "end only sessions on the web")
	flags.BoolVar(&o.req.NoScan, "no-scan", false, "do not list the sessions of the users of a file; verify then cannot distinguish old from new")
	flags.BoolVar(&o.req.Scan, "scan", false, "list all sessions, even if asking only for those of the users is quicker")
	flags.StringVar(&o.req.Reason, "reason", "", "the reason, for the record")
	flags.Var(&o.lifetime, "expires", "how long the plan can be started (default 1d)")
	cmd.MarkFlagsMutuallyExclusive("mobile-only", "web-only")
	cmd.MarkFlagsMutuallyExclusive("scan", "no-scan")
	completeFiles(cmd, "output")
	require(cmd, "output")
	return cmd
}

func (o *planOptions) run(cmd *cobra.Command, _ []string) (err error) {
	if err := o.checkFlags(cmd); err != nil {
		return err
	}
	req, t, stdin := &o.req, &o.targets, cmd.InOrStdin()
	if err := t.readExceptions(stdin, t.value == "-"); err != nil {
		return err
	}
	if t.flag == "users" || t.flag == "sessions" {
		if err := t.readInput(stdin, false, ""); err != nil {
			return err
		}
	}
	c, err := o.connect(cmd, true, api.WithPacing())
	if err != nil {
		return err
	}
	switch {
	case t.fromAuditLog():
		err = o.readAuditLog(c)
	case t.flag == "remaining":
		err = c.addRemaining(t.value, req)
	}
	if err != nil {
		return err
	}
	if err := t.resolve(c, req); err != nil {
		return err
	}
	if req.Filter != nil && slices.ContainsFunc(req.Filter.Users, func(id string) bool { return id[0] == 'U' }) {
		// Slack may list the sessions under the organization's ID.
		if found, err := c.lookUp(req.Filter.Users); err == nil && found != nil {
			for i := range found.People {
				req.Filter.Users = append(req.Filter.Users, found.People[i].UserID)
			}
		}
	}
	req.CallOptions, req.Progress = c.opts, c.line.scan
	var counts *filterCounts
	if req.Filter != nil {
		counts = &filterCounts{filter: req.Filter, people: req.People}
		req.Seen = counts.add
	}
	var plan *signout.Plan
	if t.flag != "" && !slices.ContainsFunc(req.People, func(p signout.Person) bool { return p.LeftOut == "" }) {
		plan = planOfNobody(req.People) // no call is necessary
	} else {
		plan, err = signout.Make(cmd.Context(), c.client, *req)
		c.line.end()
		if err != nil {
			return &failure{err: err}
		}
	}
	if err := o.leaveOutByOtherIDs(c, plan); err != nil {
		return err
	}
	if unmatched := unmatchedExceptions(plan, t.exceptions); t.flag == "" && len(unmatched) > 0 {
		c.notify("no session was seen of these exceptions: " + words.JoinFirst(unmatched, 10))
	}
	if plan.Size() == 0 {
		return t.nothingToDo(plan, counts)
	}
	return o.write(cmd, plan)
}

// checkFlags checks what it can without reading the input, and sets the filter.
func (o *planOptions) checkFlags(cmd *cobra.Command) (err error) {
	if o.req.Filter, err = o.filterFlags.parse(cmd); err != nil {
		return err
	}
	if err := o.targets.setInput(cmd); err != nil {
		return err
	}
	if err := o.checkSource(); err != nil {
		return err
	}
	if err := signout.CheckPath(o.path); err != nil {
		return errors.New("--output: " + printable.Line(err.Error()))
	}
	o.req.Lifetime = time.Duration(o.lifetime)
	if cmd.Flags().Changed("expires") && o.req.Lifetime <= 0 {
		return fmt.Errorf("--expires must be positive, such as 24h; it is %s", formatDuration(o.req.Lifetime))
	}
	if hasToken(o.req.Reason) {
		return errors.New("--reason contains the token, or a part of it; a plan keeps the reason")
	}
	return nil
}

// checkSource checks that the flags name the users in exactly one way.
func (o *planOptions) checkSource() error {
	req, flag, audit := &o.req, o.targets.flag, o.targets.fromAuditLog()
	sources := 0
	for _, set := range []bool{flag != "", req.All, req.Filter != nil && flag != "users"} {
		if set {
			sources++
		}
	}
	single := req.Filter != nil && !req.WholeUsers || flag == "sessions" || audit && !req.WholeUsers
	switch {
	case sources != 1:
		return errors.New("name the users to sign out in one way: --users, --sessions, --audit-log, --audit-since, --remaining, --all or filters such as --ip; only --users goes with filters")
	case req.WholeUsers && req.Filter == nil && !audit:
		return errors.New("--whole-users goes with filters such as --ip, or with --audit-log or --audit-since")
	case req.NoScan && (flag == "" || req.Filter != nil):
		return errors.New("--no-scan goes with --users, --sessions, --audit-log, --audit-since or --remaining, without filters")
	case single && (req.MobileOnly || req.WebOnly):
		return errors.New("--mobile-only and --web-only go with whole users; filter sessions by --os instead")
	}
	return nil
}

// readAuditLog reads the input from the audit log, in a file or at Slack.
func (o *planOptions) readAuditLog(c *connection) error {
	t, wholeUsers := &o.targets, o.req.WholeUsers
	o.req.WholeUsers = false // it is about the input here; in a request it is about the filter
	me, err := c.client.AuthTest(c.cmd.Context(), c.opts...)
	if err != nil {
		return &failure{err: err}
	}
	if t.flag == "audit-log" {
		return t.readInput(c.cmd.InOrStdin(), wholeUsers, me.EnterpriseID)
	}
	opts, err := t.auditOptions("audit-since", t.auditSince, "audit-until", t.auditUntil)
	if err != nil {
		return err
	}
	opts.WholeUsers, opts.Organization = wholeUsers, me.EnterpriseID
	return t.fetchAuditLog(c, opts)
}

func (o *planOptions) write(cmd *cobra.Command, plan *signout.Plan) error {
	err := plan.Write(o.path)
	if err != nil && !errors.Is(err, signout.ErrNotSynced) {
		return &failure{err: err, hint: "no plan is written"}
	}
	var printErr error
	if o.json {
		printErr = printPlanJSON(cmd.OutOrStdout(), plan)
	} else {
		_, printErr = io.WriteString(cmd.OutOrStdout(), formatPlan(plan))
	}
	if err != nil {
		return &failure{err: err, hint: "the plan is written, but may be lost if the power fails in the next minute"}
	}
	return writeError(printErr)
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

// leaveOutByOtherIDs leaves the token's owner and the exceptions out of a plan if it has
// them under another of their IDs: a person can have a U… and a W… ID. It notifies if it
// cannot find out.
func (o *planOptions) leaveOutByOtherIDs(c *connection, plan *signout.Plan) error {
	reasons := map[string]string{} // by ID
	kinds := map[byte]bool{}
	protect := func(reason string, ids ...string) {
		for _, id := range ids {
			reasons[id] = reason
			kinds[id[0]] = true
		}
	}
	for _, p := range o.targets.exceptions {
		protect("it is excepted", p.ids...)
	}
	if !o.req.Own && plan.PlannedBy != "" {
		const reason = "it is the user who plans this"
		protect(reason, plan.PlannedBy)
		if o.targets.directory != nil {
			if p := o.targets.directory.ByID(plan.PlannedBy); p != nil {
				protect(reason, p.IDs()...)
			}
		}
	}
	leaveOut := func(row *signout.Row, ids []string) {
		for _, id := range ids {
			if reason := reasons[id]; reason != "" && row.LeftOut == "" {
				row.LeftOut = reason
				plan.LeftOut++
			}
		}
	}
	unknown := map[string]bool{} // IDs of a kind that no protected ID has
	for i := range plan.Rows {
		row := &plan.Rows[i]
		leaveOut(row, allIDs(row.UserID, row.OtherIDs))
		if row.LeftOut == "" && len(kinds) == 1 && !kinds[row.UserID[0]] && len(row.OtherIDs) == 0 {
			unknown[row.UserID] = true
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	ids := slices.Sorted(maps.Keys(unknown))
	var found *people.Directory
	if len(ids) <= maxOtherIDs {
		var err error
		if found, err = c.lookUp(ids); err != nil && c.cmd.Context().Err() != nil {
			return &failure{err: err}
		}
	}
	if found == nil {
		c.notify(fmt.Sprintf("cannot check whether one of %s is another ID of the token's owner or of an exception: %s", plural(len(ids), "ID"), words.JoinFirst(ids, 10)))
		return nil
	}
	for i := range plan.Rows {
		if p := found.ByID(plan.Rows[i].UserID); p != nil {
			leaveOut(&plan.Rows[i], p.IDs())
		}
	}
	return nil
}

func unmatchedExceptions(plan *signout.Plan, exceptions []exception) (unmatched []string) {
	has := map[string]bool{}
	for i := range plan.Rows {
		for _, id := range allIDs(plan.Rows[i].UserID, plan.Rows[i].OtherIDs) {
			has[id] = true
		}
	}
	for _, p := range exceptions {
		if !slices.ContainsFunc(p.ids, func(id string) bool { return has[id] }) {
			unmatched = append(unmatched, p.name)
		}
	}
	return unmatched
}

// nothingToDo returns a failure with the reason why there is nobody to sign out.
func (t *targets) nothingToDo(plan *signout.Plan, counts *filterCounts) error {
	reason := "no session matches"
	switch {
	case plan.LeftOut > 0:
		reason = "left out: " + leftOutReasons(plan)
	case t.flag == "remaining":
		reason = "all of the earlier plan are done, and gone"
	case t.flag == "audit-log":
		reason = "the file has no event"
	case t.flag == "audit-since":
		reason = "the audit log has no such event"
	case t.input != nil && t.input.Rows() == 0:
		reason = "the file is empty, or has only a header"
	case t.input != nil && len(t.input.Entries) == 0:
		reason = fmt.Sprintf("all %s are blank", plural(len(t.input.Blank), "row"))
	}
	return &failure{err: fmt.Errorf("there is nobody to sign out (%s)", reason), hint: "no plan is written", also: counts.String(), status: exitNothing}
}
