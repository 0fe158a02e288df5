package main

import (
	"encoding/csv"
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
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// statuses are in the order of a report.
var statuses = []signout.Status{
	signout.Gone, signout.SignedInAgain, signout.ResetByLog, signout.NotChecked, signout.NotSeen,
	signout.StillThere, signout.MayBeThere, signout.FailedByLog, signout.NotInLog,
}

func newVerify(c *caller) *cobra.Command {
	var opts signout.VerifyOptions
	var asCSV bool
	cmd := &cobra.Command{
		Use:   "verify PLAN",
		Short: "See whether those whom a plan signs out are gone",
		Long: `verify lists all sessions again and says of each user or session of a plan:

  gone             the sessions that plan saw are not there
  signed in again  Slack said ok, and there are only sessions that began after the
                   plan was made
  still there      a session that plan saw is there, or Slack did not say ok to the
                   user's reset and there is a session
  no session seen  neither by plan nor now. If Slack said ok, that is no failure, but
                   look at the IDs: one may be mistyped, or Slack may list the user
                   under another ID
Of a plan made with --no-scan, verify cannot tell old sessions from new ones:
  reset accepted, not checked  Slack said ok, and lists no session
  may still be there           Slack said ok, and lists sessions

--audit asks Slack's audit log instead, in a call or two where listing all sessions
takes minutes. The token must be an Org Owner's and have the scope auditlogs:read. It
says of each, by the events of those who applied the plan:
  reset in the audit log    Slack has ended the sessions
  failed in the audit log   Slack has accepted the reset, and then not done it
  not in the audit log       nothing, or nothing yet: the log lags by some minutes
--audit --scan asks both, and says where they differ.

Slack works off bulk resets in the background, for some minutes; --wait looks again
until nobody is still there, or may be, or is not in the log yet.

Exit status: 3 if somebody is still there, may be, failed or is not in the log, or was
not reset and no session was seen; 0 if nobody is; 1 failed; 130 interrupted.`,
		Example: `  slackadmin sessions verify plan.jsonl --wait 10m
  slackadmin sessions verify plan.jsonl --audit --wait 10m
  slackadmin sessions verify plan.jsonl --csv > verified.csv`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if asCSV && c.json {
				return errors.New("--csv and --json exclude each other")
			}
			plan, err := signout.ReadPlan(args[0])
			if err != nil {
				return &failure{err: err, status: exitUsage}
			}
			c.paced = true
			client, calls, err := c.client(cmd, api.WithPacing())
			if err != nil {
				return err
			}
			line := newStatusLine(cmd.ErrOrStderr(), c.quiet || c.verbose)
			var header http.Header
			opts.CallOptions, opts.Progress = append(slices.Clip(calls), api.WithHeaderInto(&header)), line.scan
			opts.Scanned = func(r *signout.Report) {
				line.show(func() string {
					if r.SeenBy == "" {
						return fmt.Sprintf("%d not in the audit log after look %d", r.Open(), r.Scans)
					}
					return fmt.Sprintf("%d still there or may be after scan %d", r.Open(), r.Scans)
				})
			}
			report, err := signout.Verify(cmd.Context(), client, plan, opts)
			line.end()
			if err != nil {
				return &failure{err: err}
			}
			if !opts.Audit && report.Attempts > 0 && slices.Contains(scopesOf(header.Get("X-Oauth-Scopes")), auditScope) {
				c.say(cmd.ErrOrStderr(), "--audit asks Slack's audit log instead, in a call or two")
			}
			switch {
			case asCSV:
				err = verifiedCSV(cmd.OutOrStdout(), report, opts.Audit)
			case c.json:
				err = verifiedJSON(cmd.OutOrStdout(), plan, report)
			default:
				_, err = io.WriteString(cmd.OutOrStdout(), describeReport(plan, report))
			}
			if err != nil {
				return outputFailure(err)
			}
			return remaining(plan, report)
		},
	}
	cmd.Flags().BoolVar(&opts.Scan, "scan", false, "list all sessions, though plan asked for its users alone, or beside --audit")
	cmd.Flags().BoolVar(&opts.Audit, "audit", false, "ask Slack's audit log instead of listing sessions; with --scan, both")
	cmd.Flags().DurationVar(&opts.Wait, "wait", 0, "look again for this long after the first time, until nobody is still there or may be, such as 10m")
	cmd.Flags().BoolVar(&asCSV, "csv", false, "print comma-separated values with a header")
	cmd.ValidArgsFunction = completePlan
	return cmd
}

// remaining returns an error if rows are not settled.
func remaining(plan *signout.Plan, report *signout.Report) error {
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
	next := "verify again in some minutes, or plan and apply again"
	switch {
	case report.Attempts == 0:
		next = "the plan is not applied: " + applyCommand(plan)
	case counts[signout.FailedByLog] > 0:
		next = "plan those again with --remaining, and apply"
	case report.Open() == 0:
		next = "look whether the IDs are right, or apply the plan to its end"
	}
	return &failure{err: errors.New(strings.Join(left, ", ")), next: next, partly: true}
}

// describeReport returns a report that can be pasted into a ticket.
func describeReport(plan *signout.Plan, report *signout.Report) string {
	var b strings.Builder
	out := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	const most = 100
	n := 0
	for i := range report.Rows {
		row := &report.Rows[i]
		if row.Settled() {
			continue
		}
		if n++; n <= most {
			fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", nameOf(plan, row.Row), row.Status, strings.Join(evidence(report, row), ", "), stateOf(row.State, row.Code))
		}
	}
	if n > most {
		fmt.Fprintf(out, "and %d more\t--csv has them all\n", n-most)
	}
	for _, status := range statuses {
		if n := report.Counts[status]; n > 0 || report.SeenBy != "" && (status == signout.Gone || status == signout.StillThere) {
			fmt.Fprintf(out, "%s\t%d\n", strings.ToUpper(string(status[:1]))+string(status[1:]), n)
		}
	}
	if differ := differing(plan, report); len(differ) > 0 {
		fmt.Fprintf(out, "Look at\t%s: gone by the list of sessions, failed by the audit log\n", firstOf(differ, 10))
	}
	if unseen := accepted(plan, report, signout.NotSeen); len(unseen) > 0 {
		fmt.Fprintf(out, "Look at\t%s: settled, but no session was ever seen\n", firstOf(unseen, 10))
	}
	if plan.Input != nil {
		fmt.Fprintf(out, "Input\t%s\n", describeInput(plan.Input, "to sign out"))
	}
	fmt.Fprintf(out, "Planned\t%s by %s\n", plan.Created.UTC().Format(time.RFC3339), plan.PlannedBy)
	for _, run := range report.Runs {
		fmt.Fprintf(out, "Applied\t%s\n", describeRun(run))
	}
	for _, event := range report.Events[:min(len(report.Events), most)] {
		fmt.Fprintf(out, "Audit log\t%s %s by %s: %d succeeded, %d failed, event %s\n", event.Time.Format(time.RFC3339), printable.Line(event.Action), event.By, event.Succeeded, event.Failed, printable.Line(event.ID))
	}
	if more := len(report.Events) - most; more > 0 {
		fmt.Fprintf(out, "Audit log\tand %d more events; --json has them all\n", more)
	}
	fmt.Fprintf(out, "Verified\t%s%s, by slackadmin %s\n", report.Time.UTC().Format(time.RFC3339), seenBy(report), version())
	fmt.Fprintf(out, "Organization\t%s\n", plan.Organization)
	if plan.Reason != "" {
		fmt.Fprintf(out, "Reason\t%s\n", printable.Line(plan.Reason))
	}
	fmt.Fprintf(out, "Plan\tSHA-256 %s\n", plan.SHA256())
	_ = out.Flush() // into b
	return b.String()
}

// seenBy says which way the sessions were looked up, if it is not the usual one.
func seenBy(report *signout.Report) string {
	switch report.SeenBy {
	case "":
		return ", by Slack's audit log alone"
	case signout.SeenByPeople:
		return ", by asking for these people alone"
	default:
		return ""
	}
}

// evidence returns what a row's status rests on: sessions that were listed, and what
// the audit log says.
func evidence(report *signout.Report, row *signout.Checked) (all []string) {
	if report.SeenBy != "" {
		all = append(all, count(len(row.Left), "session"))
	}
	if row.Log.Outcome != "" {
		all = append(all, fmt.Sprintf("%s by the audit log, %s", row.Log.Outcome, row.Log.Time.Format(time.TimeOnly+"Z")))
	}
	return all
}

// differing returns the rows that are gone by the list of sessions, though the audit log
// says that Slack's work failed.
func differing(plan *signout.Plan, report *signout.Report) (names []string) {
	for i := range report.Rows {
		if row := &report.Rows[i]; row.Status == signout.Gone && row.Log.Outcome == signout.LogFailed {
			names = append(names, nameOf(plan, row.Row))
		}
	}
	return names
}

// describeRun says who applied a plan and when.
func describeRun(run signout.Run) string {
	ended := "did not end, or goes on"
	if !run.Ended.IsZero() {
		ended = "ended " + run.Ended.UTC().Format(time.RFC3339)
	}
	return fmt.Sprintf("%s by %s, %s", run.Started.UTC().Format(time.RFC3339), run.By, ended)
}

// accepted returns the settled rows with a status.
func accepted(plan *signout.Plan, report *signout.Report, status signout.Status) (ids []string) {
	for i := range report.Rows {
		if row := &report.Rows[i]; row.Status == status && row.Settled() {
			ids = append(ids, nameOf(plan, row.Row))
		}
	}
	return ids
}

// stateOf returns what was done for a row, with the reason if Slack refused.
func stateOf(state signout.State, code api.ErrorCode) string {
	return strings.TrimSpace(string(state) + " " + printable.Line(string(code)))
}

func verifiedCSV(out io.Writer, report *signout.Report, withLog bool) error {
	w := csv.NewWriter(out)
	rows := [][]string{{"user_id", "status", "sessions_planned", "sessions_left", "session_ids_left", "refused", "applied", "email", "name", "session_ids"}}
	if withLog {
		rows[0] = append(rows[0], "audit_log", "audit_log_time", "audit_log_event")
	}
	for _, row := range report.Rows {
		cells := []string{
			cell(row.Row.UserID, false), string(row.Status), strconv.Itoa(len(row.Row.Sessions)), strconv.Itoa(len(row.Left)),
			joinIDs(row.Left), cell(string(row.Code), false), string(row.State),
			cell(row.Row.Email, false), cell(row.Row.Name, false), joinIDs(sessionIDs(row.Row)),
		}
		if withLog {
			cells = append(cells, string(row.Log.Outcome), logTime(row.Log), cell(row.Log.EventID, false))
		}
		rows = append(rows, cells)
	}
	return w.WriteAll(rows)
}

// logTime returns when an event was, empty if there is none.
func logTime(log signout.Account) string {
	if log.Outcome == "" {
		return ""
	}
	return log.Time.Format(time.RFC3339)
}

func verifiedJSON(out io.Writer, plan *signout.Plan, report *signout.Report) error {
	encoder := json.NewEncoder(out)
	for _, row := range report.Rows {
		checked := map[string]any{
			"user_id": row.Row.UserID, "status": row.Status, "applied": row.State,
			"sessions_planned": sessionIDs(row.Row), "sessions_left": append([]int64{}, row.Left...),
		}
		addPerson(checked, row.Row)
		if row.Code != "" {
			checked["refused"] = row.Code
		}
		if row.Log.Outcome != "" {
			checked["audit_log"] = map[string]any{"outcome": row.Log.Outcome, "time": row.Log.Time, "event": row.Log.EventID}
		}
		if err := encoder.Encode(checked); err != nil {
			return err
		}
	}
	return encoder.Encode(map[string]any{
		"counts": report.Counts, "time": report.Time, "seen_by": report.SeenBy, "plan": plan.Header,
		"plan_sha256": plan.SHA256(), "runs": runsJSON(report.Runs), "events": append([]signout.LogEvent{}, report.Events...), "version": version(),
	})
}

// joinIDs returns IDs in a cell of a CSV file.
func joinIDs(ids []int64) string { return strings.Trim(fmt.Sprint(ids), "[]") }

// sessionIDs returns the IDs of a row's sessions, never nil.
func sessionIDs(row *signout.Row) []int64 {
	ids := make([]int64, len(row.Sessions))
	for i := range ids {
		ids[i] = row.Sessions[i].ID
	}
	return ids
}
