package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

type showOptions struct {
	*clientFlags

	csv bool
}

func newShow(c *clientFlags) *cobra.Command {
	o := &showOptions{clientFlags: c}
	cmd := &cobra.Command{
		Use:   "show PLAN",
		Short: "Print a plan: the users, the reason, and what was done",
		Long: `show prints what is in the file of a plan, without a call to Slack: the users and the
reason, who planned and applied it and when, what was done, the users whom Slack refused
with their codes, and the users who are left.

With --csv and --json, show prints each row of the plan. With --json, the last line has
the header, when the plan was applied, and the sums.`,
		Example: `  slackadmin sessions show plan.jsonl
  slackadmin sessions show plan.jsonl --csv > plan.csv`,
		Args:              cobra.ExactArgs(1),
		RunE:              o.run,
		ValidArgsFunction: completePlan,
	}
	cmd.Flags().BoolVar(&o.csv, "csv", false, "print comma-separated values with a header")
	return cmd
}

func (o *showOptions) run(cmd *cobra.Command, args []string) error {
	if err := o.refuseCSV(o.csv); err != nil {
		return err
	}
	plan, err := signout.ReadPlan(args[0])
	if err != nil {
		return &failure{err: err, status: exitUsage}
	}
	history, err := plan.History()
	if err != nil {
		return &failure{err: err, status: exitUsage}
	}
	switch out := cmd.OutOrStdout(); {
	case o.csv:
		err = printHistoryCSV(out, history)
	case o.json:
		err = printHistoryJSON(out, plan, history)
	default:
		_, err = io.WriteString(out, formatHistory(plan, history))
	}
	return writeError(err)
}

func formatHistory(plan *signout.Plan, history *signout.History) string {
	var b strings.Builder
	out := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(out, "%s\t%s\n", name, printable.Line(fmt.Sprintf(format, args...)))
	}
	line("Ends", "%s of %s", scopeText(plan), plural(plan.Users, "user"))
	line("Organization", "%s", plan.Organization)
	line("Planned", "%s by %s", plan.Created.UTC().Format(time.RFC3339), plan.PlannedBy)
	if plan.Reason != "" {
		line("Reason", "%s", plan.Reason)
	}
	for _, run := range history.Runs {
		line("Applied", "%s", formatRun(run))
	}
	if len(history.Runs) == 0 {
		line("Applied", "not yet; it can be started until %s", plan.Expires.UTC().Format(time.RFC3339))
	}
	if plan.Directory != "" {
		line("Directory", "%s", plan.Directory)
	}
	if plan.Input != nil {
		line("Input", "%s", formatInput(plan.Input, "to sign out"))
	}
	writeSums(out, history.Sums)
	if plan.LeftOut > 0 {
		line("Left out", "%d", plan.LeftOut)
	}
	line("Plan", "SHA-256 %s", plan.SHA256())
	for _, state := range []signout.State{signout.StateRefused, signout.StateUnknown, signout.StateLeft, signout.StateLeftOut} {
		lines := firstLines{out: out, most: 20}
		for _, row := range history.Rows {
			if row.State == state {
				lines.printf("  %s\t%s\n", nameOf(plan, row.Row), printable.Line(rowStateText(&row)))
			}
		}
		if n := lines.dropped(); n > 0 {
			fmt.Fprintf(out, "  and %d more\t%s; --csv has them all\n", n, state)
		}
	}
	_ = out.Flush() // into b
	return b.String()
}

func printHistoryCSV(out io.Writer, history *signout.History) error {
	rows := [][]string{{"user_id", "state", "refused", "left_out", "session_ids", "email", "name", "lines"}}
	for _, row := range history.Rows {
		rows = append(rows, []string{
			row.Row.UserID, string(row.State), string(row.Code), row.Row.LeftOut, joinInts(sessionIDs(row.Row)),
			row.Row.Email, row.Row.Name, joinInts(row.Row.Lines),
		})
	}
	return writeCSV(out, false, rows)
}

func printHistoryJSON(out io.Writer, plan *signout.Plan, history *signout.History) error {
	err := printObjects(out, history.Rows, func(row signout.RowHistory) any {
		object := map[string]any{"user_id": row.Row.UserID, "state": row.State, "session_ids": sessionIDs(row.Row)}
		addPerson(object, row.Row)
		if row.Code != "" {
			object["refused"] = row.Code
		}
		if row.Row.LeftOut != "" {
			object["left_out"] = row.Row.LeftOut
		}
		return object
	})
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(map[string]any{"plan": plan.Header, "sums": history.Sums, "runs": runsJSON(history.Runs), "plan_sha256": plan.SHA256()})
}
