package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/internal/printable"
	"github.com/seed-38c23bad/slackadmin/internal/signout"
)

func newVerify(c *caller) *cobra.Command {
	var wait time.Duration
	var asCSV bool
	cmd := &cobra.Command{
		Use:   "verify PLAN",
		Short: "See whether those whom a plan signs out are gone",
		Long: `verify lists all sessions again and says of each user or session of a plan whether
it is gone, still there, or signed in again since, which is no failure: the journal
says that the user was reset, and there are only sessions that were not planned. Of
a plan made with --no-scan it cannot tell old from new: a user who was reset and has
sessions is unknown. A user who was not reset and of whom no session was ever seen is
not done, and not gone: the ID may be mistyped.

Slack works off bulk resets in the background, for some minutes; --wait looks again
until none is still there or unknown.

Exit status: 0 if all are gone or signed in again, else 3.`,
		Example: `  slackadmin sessions verify plan.jsonl --wait 10m
  slackadmin sessions verify plan.jsonl --csv > verified.csv`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if asCSV && c.json {
				return errors.New("--csv and --json exclude each other")
			}
			plan, err := signout.ReadPlan(args[0])
			if err != nil {
				return &failure{err: err}
			}
			client, opts, me, err := c.identify(cmd)
			if err != nil {
				return err
			}
			if err := plan.CheckOrganization(me); err != nil {
				return &failure{err: err} // there, everybody would seem to be gone
			}
			line := newStatusLine(cmd.ErrOrStderr(), c.quiet || c.verbose)
			report, err := signout.Verify(cmd.Context(), client, plan, wait, func(r *signout.Report) {
				line.show(fmt.Sprintf("%d still there or unknown after scan %d", r.Open(), r.Scans))
			}, opts...)
			line.end()
			if err != nil {
				return &failure{err: err}
			}
			switch {
			case asCSV:
				err = verifiedCSV(cmd.OutOrStdout(), report)
			case c.json:
				err = verifiedJSON(cmd.OutOrStdout(), report)
			default:
				_, err = io.WriteString(cmd.OutOrStdout(), describeReport(plan, report))
			}
			if err != nil {
				return outputFailure(err)
			}
			return open(plan, report)
		},
	}
	cmd.Flags().DurationVar(&wait, "wait", 0, "look again for this long, until none is still there or unknown, such as 10m")
	cmd.Flags().BoolVar(&asCSV, "csv", false, "print comma-separated values with a header")
	cmd.ValidArgsFunction = completePlan
	return cmd
}

// open returns an error if somebody is still there or may be.
func open(plan *signout.Plan, report *signout.Report) error {
	var left []string
	for _, status := range []signout.Status{signout.StillThere, signout.NotKnown, signout.NotDone} {
		if n := report.Counts[status]; n > 0 {
			left = append(left, fmt.Sprintf("%d %s", n, status))
		}
	}
	if left == nil {
		return nil
	}
	next := "verify again in some minutes, or plan and apply again"
	switch {
	case report.JournalSHA256 == "":
		next = "the plan is not applied: " + applyCommand(plan, plan.Path)
	case report.Open() == 0:
		next = "look whether the IDs are right, or apply the plan to its end"
	}
	return &failure{err: errors.New(strings.Join(left, ", ")), next: next, partly: true}
}

// describeReport returns a report that can be pasted into a ticket.
func describeReport(plan *signout.Plan, report *signout.Report) string {
	var b strings.Builder
	out := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range report.Rows {
		if row.Status != signout.Gone && row.Status != signout.SignedInAgain {
			fmt.Fprintln(out, strings.TrimSuffix(fmt.Sprintf("%s\t%s\t%s\t%s", row.Row.UserID, row.Status, count(len(row.Left), "session"), printable.Line(string(row.Code))), "\t"))
		}
	}
	for _, status := range []signout.Status{signout.Gone, signout.SignedInAgain, signout.StillThere, signout.NotKnown, signout.NotDone} {
		fmt.Fprintf(out, "%s\t%d\n", strings.ToUpper(string(status[:1]))+string(status[1:]), report.Counts[status])
	}
	fmt.Fprintf(out, "Verified\t%s\n", report.Time.UTC().Format(time.RFC3339))
	fmt.Fprintf(out, "Organization\t%s\n", plan.Organization)
	if plan.Reason != "" {
		fmt.Fprintf(out, "Reason\t%s\n", printable.Line(plan.Reason))
	}
	fmt.Fprintf(out, "Plan\tSHA-256 %s\n", report.PlanSHA256)
	if report.JournalSHA256 != "" {
		fmt.Fprintf(out, "Journal\tSHA-256 %s\n", report.JournalSHA256)
	}
	_ = out.Flush() // into b
	return b.String()
}

func verifiedCSV(out io.Writer, report *signout.Report) error {
	w := csv.NewWriter(out)
	rows := [][]string{{"user_id", "status", "sessions_planned", "sessions_left", "session_ids_left", "refused"}}
	for _, row := range report.Rows {
		var left []string
		for _, id := range row.Left {
			left = append(left, strconv.FormatInt(id, 10))
		}
		rows = append(rows, []string{
			cell(row.Row.UserID, false), string(row.Status), strconv.Itoa(len(row.Row.Sessions)), strconv.Itoa(len(left)), strings.Join(left, " "), cell(string(row.Code), false),
		})
	}
	return w.WriteAll(rows)
}

func verifiedJSON(out io.Writer, report *signout.Report) error {
	encoder := json.NewEncoder(out)
	for _, row := range report.Rows {
		planned := make([]int64, len(row.Row.Sessions))
		for i := range planned {
			planned[i] = row.Row.Sessions[i].ID
		}
		checked := map[string]any{
			"user_id": row.Row.UserID, "status": row.Status,
			"sessions_planned": planned, "sessions_left": append([]int64{}, row.Left...),
		}
		if row.Code != "" {
			checked["refused"] = row.Code
		}
		if err := encoder.Encode(checked); err != nil {
			return err
		}
	}
	return encoder.Encode(map[string]any{
		"counts": report.Counts, "time": report.Time.UTC(), "plan_sha256": report.PlanSHA256, "journal_sha256": report.JournalSHA256,
	})
}
