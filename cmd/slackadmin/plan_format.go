package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
	"github.com/seed-38c23bad/slackadmin/internal/words"
)

func formatPlan(plan *signout.Plan) string {
	var b strings.Builder
	calls := signout.CallsFor(plan.Action, plan.Size())
	fmt.Fprintf(&b, "The plan ends %s of %s: %s, %s.\n", scopeText(plan), plural(plan.Users, "user"), plural(calls, "call"), formatEstimate(calls))
	if plan.SeenBy != "" && plan.Action == signout.ActionReset {
		fmt.Fprintf(&b, "They have %s now.\n", plural(plan.Sessions, "session"))
	}
	if plan.SeenBy == signout.SeenByPeople {
		fmt.Fprintln(&b, "plan asked Slack only for the sessions of these users, in each of their workspaces; verify does the same.")
	}
	if plan.Action == signout.ActionInvalidate {
		whole := signout.CallsFor(signout.ActionReset, plan.Users)
		fmt.Fprintf(&b, "With --whole-users it would be %s, %s, and end all sessions of these users.\n", plural(whole, "call"), formatEstimate(whole))
	}
	if in := plan.Input; in != nil {
		fmt.Fprintf(&b, "The input has %s.\n", formatInput(in, "to sign out"))
	}
	if none := withoutSession(plan); len(none) > 0 {
		fmt.Fprintf(&b, "No session was seen of %s: %s.\n", plural(len(none), "user"), words.JoinFirst(none, 10))
	}
	writeTopValues(&b, "IP", plan, func(s *signout.Session) string { return s.IP })
	writeTopValues(&b, "system", plan, func(s *signout.Session) string { return s.OS })
	writeTopValues(&b, "client", plan, func(s *signout.Session) string { return s.Client })
	writeTopValues(&b, "device", plan, func(s *signout.Session) string { return string(s.Device) })
	writeRows(&b, plan)
	fmt.Fprintf(&b, "It is in %s and can be started until %s. Review it, then:\n  %s\n", printable.Line(plan.Path()), plan.Expires.UTC().Format("2006-01-02 15:04 UTC"), applyCommand(plan))
	return b.String()
}

func scopeText(plan *signout.Plan) string {
	switch {
	case plan.Action == signout.ActionInvalidate:
		return plural(plan.Size(), "session")
	case plan.MobileOnly:
		return "all mobile sessions"
	case plan.WebOnly:
		return "all web sessions"
	default:
		return "all sessions"
	}
}

// writeRows writes the first rows of a plan, and the first that are left out.
func writeRows(b *strings.Builder, plan *signout.Plan) {
	out := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	signedOut, leftOut := firstLines{out: out, most: 5}, firstLines{out: out, most: 10}
	for i := range plan.Rows {
		row := &plan.Rows[i]
		switch {
		case row.LeftOut != "":
			leftOut.printf("  %s\tleft out: %s\n", nameOf(plan, row), printable.Line(row.LeftOut))
		case plan.SeenBy == "":
			signedOut.printf("  %s\tnot looked for\n", nameOf(plan, row))
		default:
			signedOut.printf("  %s\t%s seen\n", nameOf(plan, row), plural(seenSessions(row), "session"))
		}
	}
	_ = out.Flush() // into b
	if n := signedOut.dropped(); n > 0 {
		fmt.Fprintf(b, "  and %d more\n", n)
	}
	if n := leftOut.dropped(); n > 0 {
		fmt.Fprintf(b, "  and %d more left out; in all %s\n", n, leftOutReasons(plan))
	}
}

// leftOutReasons returns the most frequent reasons for rows to be left out.
func leftOutReasons(plan *signout.Plan) string {
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
	for _, reason := range mostFrequent(counts) {
		all = append(all, fmt.Sprintf("%d because %s", counts[reason], printable.Line(reason)))
	}
	return strings.Join(firstOf(all, 10, "and %d more reasons"), ", ")
}

func printPlanJSON(out io.Writer, plan *signout.Plan) error {
	calls := signout.CallsFor(plan.Action, plan.Size())
	return json.NewEncoder(out).Encode(map[string]any{
		"path": plan.Path(), "action": plan.Action, "users": plan.Users, "sessions": plan.Sessions,
		"calls": calls, "seconds": int(signout.Estimate(calls).Round(time.Second).Seconds()),
		"left_out": plan.LeftOut, "input": plan.Input, "expires": plan.Expires, "no_session": len(withoutSession(plan)),
	})
}

// seenSessions returns the number of a row's sessions that plan saw.
func seenSessions(row *signout.Row) (n int) {
	for i := range row.Sessions {
		if !row.Sessions[i].Unseen {
			n++
		}
	}
	return n
}

func withoutSession(plan *signout.Plan) (names []string) {
	if plan.SeenBy == "" {
		return nil
	}
	for i := range plan.Rows {
		row := &plan.Rows[i]
		if row.LeftOut == "" && seenSessions(row) == 0 {
			names = append(names, nameOf(plan, row))
		}
	}
	return names
}

// writeTopValues writes the most frequent values of a property of the sessions, such as
// their IPs. Without a filter, sessions have no device that matched.
func writeTopValues(b *strings.Builder, property string, plan *signout.Plan, value func(*signout.Session) string) {
	counts := map[string]int{}
	for i := range plan.Rows {
		if plan.Rows[i].LeftOut != "" {
			continue
		}
		for j := range plan.Rows[i].Sessions {
			if s := &plan.Rows[i].Sessions[j]; !s.Unseen {
				counts[value(s)]++
			}
		}
	}
	if len(counts) == 0 || property == "device" && len(counts) == 1 && counts[""] > 0 {
		return
	}
	values := mostFrequent(counts)
	var all []string
	for _, v := range values[:min(5, len(values))] {
		all = append(all, fmt.Sprintf("%s (%d)", printable.Line(cmp.Or(v, "unknown")), counts[v]))
	}
	fmt.Fprintf(b, "By %s: %s\n", property, strings.Join(all, ", "))
}

// nameOf names the person of a row, and the session if the row is for a single one.
func nameOf(plan *signout.Plan, row *signout.Row) string {
	name := row.UserID
	var details []string
	for _, text := range []string{row.Name, row.Email} {
		switch {
		case text == "":
		case name == "":
			name = text
		default:
			details = append(details, text)
		}
	}
	if name == "" && len(row.Lines) > 0 {
		name = fmt.Sprintf("line %d", row.Lines[0])
	}
	if len(details) > 0 {
		name += " (" + strings.Join(details, ", ") + ")"
	}
	if plan.Action == signout.ActionInvalidate && len(row.Sessions) == 1 {
		name += fmt.Sprintf(" session %d", row.Sessions[0].ID)
	}
	return printable.Line(name)
}

// rowStateText returns the state of a row, with its reason.
func rowStateText(row *signout.RowHistory) string {
	if row.Row.LeftOut != "" {
		return string(row.State) + ": " + row.Row.LeftOut
	}
	return stateText(row.State, row.Code)
}

func stateText(state signout.State, code api.ErrorCode) string {
	return strings.TrimSpace(string(state) + " " + printable.Line(string(code)))
}

// addPerson adds to a JSON object the person of a row, and the lines of the input.
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

// formatRun returns who applied a plan and when.
func formatRun(run signout.Run) string {
	ended := "did not end, or is still running"
	if !run.Ended.IsZero() {
		ended = "ended " + run.Ended.UTC().Format(time.RFC3339)
	}
	return fmt.Sprintf("%s by %s, %s", run.Started.UTC().Format(time.RFC3339), run.By, ended)
}

func runsJSON(runs []signout.Run) []map[string]any {
	all := []map[string]any{}
	for _, run := range runs {
		object := map[string]any{"by": run.By, "started": run.Started}
		if !run.Ended.IsZero() {
			object["ended"] = run.Ended
		}
		all = append(all, object)
	}
	return all
}

// sessionIDs returns the IDs of a row's sessions, never nil.
func sessionIDs(row *signout.Row) []int64 {
	ids := make([]int64, len(row.Sessions))
	for i := range ids {
		ids[i] = row.Sessions[i].ID
	}
	return ids
}

func joinInts[T int | int64](numbers []T) string { return strings.Trim(fmt.Sprint(numbers), "[]") }
