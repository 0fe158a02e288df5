package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/people"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
	"github.com/seed-38c23bad/slackadmin/internal/words"
)

// A settingsRow is a person, or a row of the input that names nobody, and its result.
type settingsRow struct {
	signout.Person
	outcome
}

// settingsRows returns a row for each person. A person who is named twice has one row with
// both lines.
func settingsRows(all []signout.Person) []*settingsRow {
	var rows []*settingsRow
	byID := map[string]*settingsRow{}
	for _, p := range all {
		row := &settingsRow{Person: p, outcome: outcome{status: signout.StateLeft}}
		switch {
		case p.Given == signout.GivenNotFound:
			row.status = statusNotFound
		case p.LeftOut != "":
			row.status = statusUnreadable
		case byID[p.UserID] != nil:
			known := byID[p.UserID]
			known.Lines = append(known.Lines, p.Lines...)
			continue
		default:
			for _, id := range allIDs(p.UserID, p.OtherIDs) {
				byID[id] = row
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// formatSettingsInput counts the rows of a file by what they name. The counts add up.
func formatSettingsInput(input *people.Input, rows []*settingsRow) string {
	in := &signout.Input{Rows: input.Rows(), Blank: len(input.Blank)}
	for _, row := range rows {
		in.Duplicates += len(row.Lines) - 1
		switch row.status {
		case statusNotFound:
			in.NotFound++
		case statusUnreadable:
			in.Invalid++
		default:
			in.People++
		}
	}
	return formatInput(in, "named")
}

// ok reports whether Slack said ok to a call with the person.
func (r *settingsRow) ok() bool {
	return slices.Contains([]signout.State{signout.StateDone, statusSet, statusNotSet, statusNoSession}, r.status)
}

func (r *settingsRow) statusText() string {
	if reason := cmp.Or(string(r.code), r.LeftOut); reason != "" {
		return string(r.status) + ": " + reason
	}
	return string(r.status)
}

// lineText returns the line of the input of a row that names nobody.
func (r *settingsRow) lineText() string {
	if r.UserID != "" || len(r.Lines) == 0 {
		return ""
	}
	return fmt.Sprintf("line %d", r.Lines[0])
}

// values returns the settings in the format of set, empty if there are none.
func (r *settingsRow) values() (duration, quit string) {
	if r.duration != nil {
		duration = formatDuration(time.Duration(*r.duration) * time.Second)
	}
	if r.quit != nil {
		quit = strconv.FormatBool(*r.quit)
	}
	return duration, quit
}

// print prints the results. For people, it prints the number of those who are done, and a
// table of the others; verb says what was done, and is empty for get.
func (o *settingsOptions) print(cmd *cobra.Command, rows []*settingsRow, verb string) error {
	out := cmd.OutOrStdout()
	switch {
	case o.csv:
		return printSettingsCSV(out, rows)
	case o.json:
		return printSettingsJSON(out, rows)
	case verb == "" && len(rows) > 0:
		return o.printSettingsTable(cmd, rows, true)
	}
	var done []string
	var others []*settingsRow
	for _, r := range rows {
		if r.ok() {
			done = append(done, r.UserID)
		} else {
			others = append(others, r)
		}
	}
	if len(done) > 0 {
		whose := words.JoinFirst(done, 5)
		if len(others) > 0 {
			whose = fmt.Sprintf("%d of %s", len(done), plural(len(rows), "person"))
		}
		if _, err := fmt.Fprintf(out, "%s the session settings of %s.\n", verb, whose); err != nil {
			return err
		}
	}
	if len(others) == 0 {
		return nil
	}
	return o.printSettingsTable(cmd, others, false)
}

func (o *settingsOptions) printSettingsTable(cmd *cobra.Command, rows []*settingsRow, withSettings bool) error {
	all := []column{{"USER", 0, 0}, {"STATUS", 0, 0}, {"DURATION", 0, 1}, {"ENDS WITH THE APP", 0, 2}, {"PERSON", 0, 3}}
	texts := make([][]string, len(rows))
	for i, r := range rows {
		duration, quit := r.values()
		texts[i] = []string{
			cmp.Or(r.UserID, "-"), r.statusText(), cmp.Or(duration, "-"), cmp.Or(quit, "-"), cmp.Or(strings.TrimSpace(r.Name+" "+r.Email), r.lineText()),
		}
	}
	if !withSettings {
		all = slices.Delete(all, 2, 4)
		for i := range texts {
			texts[i] = slices.Delete(texts[i], 2, 4)
		}
	}
	return o.printTable(cmd, all, texts, "--json has them")
}

func printSettingsCSV(out io.Writer, rows []*settingsRow) error {
	all := [][]string{{"user_id", "status", "refused", "left_out", "duration", "desktop_app_browser_quit", "email", "name", "lines"}}
	for _, r := range rows {
		duration, quit := r.values()
		all = append(all, []string{r.UserID, string(r.status), string(r.code), r.LeftOut, duration, quit, r.Email, r.Name, joinInts(r.Lines)})
	}
	return writeCSV(out, false, all)
}

func printSettingsJSON(out io.Writer, rows []*settingsRow) error {
	return printObjects(out, rows, func(r *settingsRow) any {
		object := map[string]any{"user_id": r.UserID, "status": r.status, "lines": r.Lines}
		for name, text := range map[string]string{"refused": string(r.code), "left_out": r.LeftOut, "email": r.Email, "name": r.Name} {
			if text != "" {
				object[name] = text
			}
		}
		if r.duration != nil {
			object["duration"], _ = r.values()
			object["duration_seconds"] = *r.duration
		}
		if r.quit != nil {
			object["desktop_app_browser_quit"] = *r.quit
		}
		return object
	})
}

// settingsFailure returns a failure if a row is not ok. err ended the calls.
func (c *connection) settingsFailure(rows []*settingsRow, err error) error {
	counts, codes := map[signout.State]int{}, map[string]int{}
	ok := 0
	for _, r := range rows {
		if r.ok() {
			ok++
			continue
		}
		counts[r.status]++
		if r.code != "" {
			codes[string(r.code)]++
		}
	}
	if err == nil && ok == len(rows) {
		return nil
	}
	var parts []string
	for _, status := range []signout.State{signout.StateRefused, signout.StateUnknown, signout.StateLeft, statusNotFound, statusUnreadable} {
		if n := counts[status]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, status))
		}
	}
	sums := fmt.Sprintf("of %s, %s", plural(len(rows), "person"), strings.Join(parts, ", "))
	if err != nil {
		return &failure{err: err, details: extraFields(c.response), also: sums + "; to continue, run it again", partial: ok > 0}
	}
	failed := &failure{err: errors.New(sums), partial: ok > 0, hint: "see the result of each in the output"}
	if refused := mostFrequent(codes); len(refused) == 1 {
		failed.also = printable.Line(refused[0]) + ": " + codeHint(&api.Error{Code: api.ErrorCode(refused[0]), Method: "admin.users.session.setSettings"})
	}
	return failed
}
