package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

func newShow(c *caller) *cobra.Command {
	var asCSV bool
	cmd := &cobra.Command{
		Use:   "show PLAN",
		Short: "Print what the file of a plan says: who, why, and what was done",
		Long: `show prints what the file of a plan says, without a call to Slack: whom it signs out
and why, who planned and applied it and when, what was done, whom Slack refused and
with which code, and who is left.

With --csv and --json it prints each row of the plan. With --json the last line has the
header, when it was applied, and the sums.`,
		Example: `  slackadmin sessions show plan.jsonl
  slackadmin sessions show plan.jsonl --csv > plan.csv`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if asCSV && c.json {
				return errors.New("--csv and --json exclude each other")
			}
			plan, err := signout.ReadPlan(args[0])
			if err != nil {
				return &failure{err: err, status: exitUsage}
			}
			history, err := plan.History()
			if err != nil {
				return &failure{err: err, status: exitUsage}
			}
			switch {
			case asCSV:
				err = showCSV(cmd.OutOrStdout(), history)
			case c.json:
				err = showJSON(cmd.OutOrStdout(), plan, history)
			default:
				_, err = io.WriteString(cmd.OutOrStdout(), describeHistory(plan, history))
			}
			return outputFailure(err)
		},
	}
	cmd.Flags().BoolVar(&asCSV, "csv", false, "print comma-separated values with a header")
	cmd.ValidArgsFunction = completePlan
	return cmd
}

// describeHistory says for people what the file of a plan says.
func describeHistory(plan *signout.Plan, history *signout.History) string {
	var b strings.Builder
	out := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(out, "%s\t%s\n", name, printable.Line(fmt.Sprintf(format, args...)))
	}
	line("Ends", "%s of %s", whatEnds(plan), count(plan.Users, "user"))
	line("Organization", "%s", plan.Organization)
	line("Planned", "%s by %s", plan.Created.UTC().Format(time.RFC3339), plan.PlannedBy)
	if plan.Reason != "" {
		line("Reason", "%s", plan.Reason)
	}
	for _, run := range history.Runs {
		line("Applied", "%s", describeRun(run))
	}
	if len(history.Runs) == 0 {
		line("Applied", "not yet; it can be started until %s", plan.Expires.UTC().Format(time.RFC3339))
	}
	if plan.Directory != "" {
		line("Directory", "%s", plan.Directory)
	}
	if plan.Input != nil {
		line("Input", "%s", describeInput(plan.Input, "to sign out"))
	}
	writeSums(out, history.Sums)
	if plan.LeftOut > 0 {
		line("Left out", "%d", plan.LeftOut)
	}
	line("Plan", "SHA-256 %s", plan.SHA256())
	for _, state := range []signout.State{signout.StateRefused, signout.StateUnknown, signout.StateLeft, signout.StateLeftOut} {
		showRows(out, plan, history, state)
	}
	_ = out.Flush() // into b
	return b.String()
}

// whatEnds says what a plan ends.
func whatEnds(plan *signout.Plan) string {
	switch {
	case plan.Action == signout.ActionInvalidate:
		return count(plan.Size(), "session")
	case plan.MobileOnly:
		return "all mobile sessions"
	case plan.WebOnly:
		return "all web sessions"
	default:
		return "all sessions"
	}
}

// showRows names the rows with a state: the first 20, and how many more.
func showRows(out io.Writer, plan *signout.Plan, history *signout.History, state signout.State) {
	const most = 20
	n := 0
	for _, row := range history.Rows {
		if row.State != state {
			continue
		}
		if n++; n <= most {
			fmt.Fprintf(out, "  %s\t%s\n", nameOf(plan, row.Row), printable.Line(reasonOf(&row)))
		}
	}
	if n > most {
		fmt.Fprintf(out, "  and %d more\t%s; --csv has them all\n", n-most, state)
	}
}

// reasonOf returns the state of a row, with the reason where there is one.
func reasonOf(row *signout.RowHistory) string {
	if row.Row.LeftOut != "" {
		return string(row.State) + ": " + row.Row.LeftOut
	}
	return stateOf(row.State, row.Code)
}

// nameOf names the person of a row, and the session if it is for one alone.
func nameOf(plan *signout.Plan, row *signout.Row) string {
	name := row.UserID
	var more []string
	for _, text := range []string{row.Name, row.Email} {
		switch {
		case text == "":
		case name == "":
			name = text
		default:
			more = append(more, text)
		}
	}
	if name == "" && len(row.Lines) > 0 {
		name = fmt.Sprintf("line %d", row.Lines[0])
	}
	if len(more) > 0 {
		name += " (" + strings.Join(more, ", ") + ")"
	}
	if plan.Action == signout.ActionInvalidate && len(row.Sessions) == 1 {
		name += fmt.Sprintf(" session %d", row.Sessions[0].ID)
	}
	return printable.Line(name)
}

func showCSV(out io.Writer, history *signout.History) error {
	w := csv.NewWriter(out)
	rows := [][]string{{"user_id", "state", "refused", "left_out", "session_ids", "email", "name", "lines"}}
	for _, row := range history.Rows {
		rows = append(rows, []string{
			cell(row.Row.UserID, false), string(row.State), cell(string(row.Code), false), cell(row.Row.LeftOut, false), joinIDs(sessionIDs(row.Row)),
			cell(row.Row.Email, false), cell(row.Row.Name, false), strings.Trim(fmt.Sprint(row.Row.Lines), "[]"),
		})
	}
	return w.WriteAll(rows)
}

func showJSON(out io.Writer, plan *signout.Plan, history *signout.History) error {
	encoder := json.NewEncoder(out)
	for _, row := range history.Rows {
		shown := map[string]any{"user_id": row.Row.UserID, "state": row.State, "session_ids": sessionIDs(row.Row)}
		addPerson(shown, row.Row)
		if row.Code != "" {
			shown["refused"] = row.Code
		}
		if row.Row.LeftOut != "" {
			shown["left_out"] = row.Row.LeftOut
		}
		if err := encoder.Encode(shown); err != nil {
			return err
		}
	}
	return encoder.Encode(map[string]any{"plan": plan.Header, "sums": history.Sums, "runs": runsJSON(history.Runs), "plan_sha256": plan.SHA256()})
}

// addPerson adds to an object who the person of a row is, and where the input names
// the person.
func addPerson(object map[string]any, row *signout.Row) {
	if row.Email != "" {
		object["email"] = row.Email
	}
	if row.Name != "" {
		object["name"] = row.Name
	}
	if len(row.Lines) > 0 {
		object["lines"] = row.Lines
	}
}

// runsJSON returns who applied a plan and when, for programs.
func runsJSON(runs []signout.Run) []map[string]any {
	all := []map[string]any{}
	for _, run := range runs {
		shown := map[string]any{"by": run.By, "started": run.Started}
		if !run.Ended.IsZero() {
			shown["ended"] = run.Ended
		}
		all = append(all, shown)
	}
	return all
}
