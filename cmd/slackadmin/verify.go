package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/people"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
	"github.com/seed-38c23bad/slackadmin/internal/words"
)

// statuses are in the order of a report.
var statuses = []signout.Status{
	signout.Gone, signout.SignedInAgain, signout.ResetByLog, signout.NotChecked, signout.NotSeen,
	signout.StillThere, signout.MayBeThere, signout.FailedByLog, signout.NotInLog,
}

type verifyOptions struct {
	*clientFlags

	opts signout.VerifyOptions
	csv  bool
}

func newVerify(c *clientFlags) *cobra.Command {
	o := &verifyOptions{clientFlags: c}
	cmd := &cobra.Command{
		Use:   "verify PLAN",
		Short: "Check that the sessions of a plan are gone",
		Long: `verify lists all sessions again and reports a status of each user or session of a plan:

  gone             the sessions that plan saw do not exist
  signed in again  Slack said ok, and all sessions began after the plan was made
  still there      a session that plan saw exists, or Slack did not say ok to the user's
                   reset and a session exists
  no session seen  neither by plan nor by verify. If Slack said ok, that is not a
                   failure, but check the IDs: one may be mistyped, or Slack may list the
                   user under another ID
For a plan with --no-scan, verify cannot distinguish old sessions from new ones:
  reset accepted, not checked  Slack said ok, and lists no session
  may still be there           Slack said ok, and lists sessions

--audit reads Slack's audit log instead, in a call or two; to list all sessions can take
minutes. The token must be an Org Owner's and have the scope auditlogs:read. The status
then comes from the events of those who applied the plan:
  reset in the audit log    Slack has ended the sessions
  failed in the audit log   Slack accepted the reset, and then did not execute it
  not in the audit log       there is no event, or not yet: the log lags by some minutes
--audit --scan does both, and reports where they differ.

Slack executes bulk resets in the background, for some minutes. With --wait, verify
checks again until nobody is still there, or may be, or is not in the log.

Exit status: 3 if somebody is still there, may be, failed or is not in the log, or was
not reset and no session was seen; 0 if nobody is; 1 failed; 130 interrupted.`,
		Example: `  slackadmin sessions verify plan.jsonl --wait 10m
  slackadmin sessions verify plan.jsonl --audit --wait 10m
  slackadmin sessions verify plan.jsonl --csv > verified.csv`,
		Args:              cobra.ExactArgs(1),
		RunE:              o.run,
		ValidArgsFunction: completePlan,
	}
	cmd.Flags().BoolVar(&o.opts.Scan, "scan", false, "list all sessions, even if plan asked only for those of its users, or besides --audit")
	cmd.Flags().BoolVar(&o.opts.Audit, "audit", false, "read Slack's audit log instead of listing sessions; with --scan, do both")
	cmd.Flags().DurationVar(&o.opts.Wait, "wait", 0, "check again for this long after the first time, until nobody is still there or may be, such as 10m")
	cmd.Flags().BoolVar(&o.csv, "csv", false, "print comma-separated values with a header")
	return cmd
}

func (o *verifyOptions) run(cmd *cobra.Command, args []string) error {
	if err := o.refuseCSV(o.csv); err != nil {
		return err
	}
	plan, err := signout.ReadPlan(args[0])
	if err != nil {
		return &failure{err: err, status: exitUsage}
	}
	c, err := o.connect(cmd, true, api.WithPacing())
	if err != nil {
		return err
	}
	var header http.Header
	o.opts.CallOptions, o.opts.Progress = append(slices.Clip(c.opts), api.WithHeaderInto(&header)), c.line.scan
	o.opts.Scanned = func(r *signout.Report) {
		c.line.show(func() string {
			if r.SeenBy == "" {
				return fmt.Sprintf("%d not in the audit log after look %d", r.Open(), r.Scans)
			}
			return fmt.Sprintf("%d still there or may be after scan %d", r.Open(), r.Scans)
		})
	}
	report, err := signout.Verify(cmd.Context(), c.client, plan, o.opts)
	c.line.end()
	if err != nil {
		return &failure{err: err}
	}
	if !o.opts.Audit && report.Attempts > 0 && slices.Contains(people.ScopesOf(header), auditScope) {
		c.notify("--audit reads Slack's audit log instead, in a call or two")
	}
	switch out := cmd.OutOrStdout(); {
	case o.csv:
		err = o.printCSV(out, report)
	case c.json:
		err = printReportJSON(out, plan, report)
	default:
		_, err = io.WriteString(out, formatReport(plan, report))
	}
	if err != nil {
		return writeError(err)
	}
	return remainingError(plan, report)
}

// remainingError returns an error if rows are not settled.
func remainingError(plan *signout.Plan, report *signout.Report) error {
	if report.Unsettled() == 0 {
		return nil
	}
	counts := map[signout.Status]int{}
	for i := range report.Rows {
		if row := &report.Rows[i]; !row.Settled() {
			counts[row.Status]++
		}
	}
	var left []string
	for _, status := range statuses {
		if n := counts[status]; n > 0 {
			left = append(left, fmt.Sprintf("%d %s", n, status))
		}
	}
	hint := "verify again in some minutes, or plan and apply again"
	switch {
	case report.Attempts == 0:
		hint = "the plan is not applied: " + applyCommand(plan)
	case counts[signout.FailedByLog] > 0:
		hint = "plan those again with --remaining, and apply"
	case report.Open() == 0:
		hint = "check the IDs, or apply the rest of the plan"
	}
	return &failure{err: errors.New(strings.Join(left, ", ")), hint: hint, partial: true}
}

// formatReport returns a report for a ticket.
func formatReport(plan *signout.Plan, report *signout.Report) string {
	const most = 100
	var b strings.Builder
	out := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	unsettled, events := firstLines{out: out, most: most}, firstLines{out: out, most: most}
	var conflicting, unseen []string // rows
	for i := range report.Rows {
		row := &report.Rows[i]
		switch {
		case !row.Settled():
			unsettled.printf("%s\t%s\t%s\t%s\n", nameOf(plan, row.Row), row.Status, rowEvidence(report, row), stateText(row.State, row.Code))
		case row.Status == signout.NotSeen:
			unseen = append(unseen, nameOf(plan, row.Row))
		}
		if row.Status == signout.Gone && row.Log.Outcome == signout.LogFailed {
			conflicting = append(conflicting, nameOf(plan, row.Row))
		}
	}
	if n := unsettled.dropped(); n > 0 {
		fmt.Fprintf(out, "and %d more\t--csv has them all\n", n)
	}
	for _, status := range statuses {
		if n := report.Counts[status]; n > 0 || report.SeenBy != "" && (status == signout.Gone || status == signout.StillThere) {
			fmt.Fprintf(out, "%s\t%d\n", strings.ToUpper(string(status[:1]))+string(status[1:]), n)
		}
	}
	if len(conflicting) > 0 {
		fmt.Fprintf(out, "Check\t%s: gone by the list of sessions, failed by the audit log\n", words.JoinFirst(conflicting, 10))
	}
	if len(unseen) > 0 {
		fmt.Fprintf(out, "Check\t%s: settled, but no session was ever seen\n", words.JoinFirst(unseen, 10))
	}
	if plan.Input != nil {
		fmt.Fprintf(out, "Input\t%s\n", formatInput(plan.Input, "to sign out"))
	}
	fmt.Fprintf(out, "Planned\t%s by %s\n", plan.Created.UTC().Format(time.RFC3339), plan.PlannedBy)
	for _, run := range report.Runs {
		fmt.Fprintf(out, "Applied\t%s\n", formatRun(run))
	}
	for _, event := range report.Events {
		events.printf("Audit log\t%s %s by %s: %d succeeded, %d failed, event %s\n", event.Time.Format(time.RFC3339), printable.Line(event.Action), event.By, event.Succeeded, event.Failed, printable.Line(event.ID))
	}
	if n := events.dropped(); n > 0 {
		fmt.Fprintf(out, "Audit log\tand %d more events; --json has them all\n", n)
	}
	source := map[signout.SeenBy]string{"": ", by Slack's audit log alone", signout.SeenByPeople: ", by asking for these people alone"}[report.SeenBy]
	fmt.Fprintf(out, "Verified\t%s%s, by slackadmin %s\n", report.Time.UTC().Format(time.RFC3339), source, version())
	fmt.Fprintf(out, "Organization\t%s\n", plan.Organization)
	if plan.Reason != "" {
		fmt.Fprintf(out, "Reason\t%s\n", printable.Line(plan.Reason))
	}
	fmt.Fprintf(out, "Plan\tSHA-256 %s\n", plan.SHA256())
	_ = out.Flush() // into b
	return b.String()
}

// rowEvidence returns what a row's status is based on: the sessions that were listed, and
// the audit log's outcome.
func rowEvidence(report *signout.Report, row *signout.Checked) string {
	var all []string
	if report.SeenBy != "" {
		all = append(all, plural(len(row.Left), "session"))
	}
	if row.Log.Outcome != "" {
		all = append(all, fmt.Sprintf("%s by the audit log, %s", row.Log.Outcome, row.Log.Time.Format(time.TimeOnly+"Z")))
	}
	return strings.Join(all, ", ")
}

func (o *verifyOptions) printCSV(out io.Writer, report *signout.Report) error {
	rows := [][]string{{"user_id", "status", "sessions_planned", "sessions_left", "session_ids_left", "refused", "applied", "email", "name", "session_ids"}}
	if o.opts.Audit {
		rows[0] = append(rows[0], "audit_log", "audit_log_time", "audit_log_event")
	}
	for _, row := range report.Rows {
		cells := []string{
			row.Row.UserID, string(row.Status), strconv.Itoa(len(row.Row.Sessions)), strconv.Itoa(len(row.Left)),
			joinInts(row.Left), string(row.Code), string(row.State), row.Row.Email, row.Row.Name, joinInts(sessionIDs(row.Row)),
		}
		if o.opts.Audit {
			at := ""
			if row.Log.Outcome != "" {
				at = row.Log.Time.Format(time.RFC3339)
			}
			cells = append(cells, string(row.Log.Outcome), at, row.Log.EventID)
		}
		rows = append(rows, cells)
	}
	return writeCSV(out, false, rows)
}

func printReportJSON(out io.Writer, plan *signout.Plan, report *signout.Report) error {
	err := printObjects(out, report.Rows, func(row signout.Checked) any {
		object := map[string]any{
			"user_id": row.Row.UserID, "status": row.Status, "applied": row.State,
			"sessions_planned": sessionIDs(row.Row), "sessions_left": append([]int64{}, row.Left...),
		}
		addPerson(object, row.Row)
		if row.Code != "" {
			object["refused"] = row.Code
		}
		if row.Log.Outcome != "" {
			object["audit_log"] = map[string]any{"outcome": row.Log.Outcome, "time": row.Log.Time, "event": row.Log.EventID}
		}
		return object
	})
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(map[string]any{
		"counts": report.Counts, "time": report.Time, "seen_by": report.SeenBy, "plan": plan.Header,
		"plan_sha256": plan.SHA256(), "runs": runsJSON(report.Runs), "events": append([]signout.LogEvent{}, report.Events...), "version": version(),
	})
}
