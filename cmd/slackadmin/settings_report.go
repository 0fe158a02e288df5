package main

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
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
)

// A settingsRow is a person, or a row of the input that is nobody, and what came of it.
type settingsRow struct {
	signout.Person
	outcome
}

// settingsRows returns a row for each person. Whoever is named twice has one, with the
// lines of both.
func settingsRows(all []signout.Person) []*settingsRow {
	var rows []*settingsRow
	byID := map[string]*settingsRow{}
	for _, p := range all {
		row := &settingsRow{Person: p, outcome: outcome{status: statusLeft}}
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
			for _, id := range append([]string{p.UserID}, p.OtherIDs...) {
				byID[id] = row
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// describeSettingsInput says what came of the rows of a file. The parts add up.
func describeSettingsInput(input *people.Input, rows []*settingsRow) string {
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
	return describeInput(in, "named")
}

// well reports whether a row is one that was asked for, and answered.
func (r *settingsRow) well() bool {
	return slices.Contains([]string{statusDone, statusSet, statusNotSet, statusNoSession}, r.status)
}

// why returns the status, with the reason where there is one.
func (r *settingsRow) why() string {
	switch {
	case r.code != "":
		return r.status + ": " + string(r.code)
	case r.LeftOut != "":
		return r.status + ": " + r.LeftOut
	default:
		return r.status
	}
}

// values returns the settings as set takes them, empty if there are none.
func (r *settingsRow) values() (duration, quit string) {
	if r.duration != nil {
		duration = inDays(time.Duration(*r.duration) * time.Second)
	}
	if r.quit != nil {
		quit = strconv.FormatBool(*r.quit)
	}
	return duration, quit
}

// settingsTable prints rows for people, with the settings if get asks.
func (c *caller) settingsTable(cmd *cobra.Command, rows []*settingsRow, get bool) error {
	all := []column{{"USER", 0, 0}, {"STATUS", 0, 0}, {"DURATION", 0, 1}, {"ENDS WITH THE APP", 0, 2}, {"PERSON", 0, 3}}
	texts := make([][]string, len(rows))
	for i, r := range rows {
		duration, quit := r.values()
		texts[i] = []string{
			cmp.Or(r.UserID, "-"), r.why(), cmp.Or(duration, "-"), cmp.Or(quit, "-"), cmp.Or(strings.TrimSpace(r.Name+" "+r.Email), where(r)),
		}
	}
	widen(all, texts)
	if !get {
		all = slices.Delete(all, 2, 4)
		for i := range texts {
			texts[i] = slices.Delete(texts[i], 2, 4)
		}
	}
	table := c.fit(cmd.OutOrStdout(), cmd.ErrOrStderr(), all, "--json has them")
	var b strings.Builder
	b.WriteString(table.header())
	for _, values := range texts {
		b.WriteString(table.line(values...))
	}
	_, err := io.WriteString(cmd.OutOrStdout(), b.String())
	return err
}

// where says where the input has a row that names nobody.
func where(r *settingsRow) string {
	if r.UserID != "" || len(r.Lines) == 0 {
		return ""
	}
	return fmt.Sprintf("line %d", r.Lines[0])
}

func settingsCSV(out io.Writer, rows []*settingsRow) error {
	w := csv.NewWriter(out)
	all := [][]string{{"user_id", "status", "refused", "left_out", "duration", "desktop_app_browser_quit", "email", "name", "lines"}}
	for _, r := range rows {
		duration, quit := r.values()
		values := []string{r.UserID, r.status, string(r.code), r.LeftOut, duration, quit, r.Email, r.Name, strings.Trim(fmt.Sprint(r.Lines), "[]")}
		for i := range values {
			values[i] = cell(values[i], false)
		}
		all = append(all, values)
	}
	return w.WriteAll(all)
}

func settingsJSON(out io.Writer, rows []*settingsRow) error {
	encoder := json.NewEncoder(out)
	for _, r := range rows {
		object := map[string]any{"user_id": r.UserID, "status": r.status}
		for name, text := range map[string]string{"refused": string(r.code), "left_out": r.LeftOut, "email": r.Email, "name": r.Name} {
			if text != "" {
				object[name] = text
			}
		}
		object["lines"] = r.Lines
		if r.duration != nil {
			object["duration"], _ = r.values()
			object["duration_seconds"] = *r.duration
		}
		if r.quit != nil {
			object["desktop_app_browser_quit"] = *r.quit
		}
		if err := encoder.Encode(object); err != nil {
			return err
		}
	}
	return nil
}

// settingsFailure says what is not well with rows, if anything is. err ended the calls.
func (c *caller) settingsFailure(rows []*settingsRow, err error) error {
	counts := map[string]int{}
	codes := map[string]int{}
	well := 0
	for _, r := range rows {
		switch {
		case r.well():
			well++
		case r.code != "":
			counts[r.status]++
			codes[string(r.code)]++
		default:
			counts[r.status]++
		}
	}
	if err == nil && well == len(rows) {
		return nil
	}
	var parts []string
	for _, status := range []string{statusRefused, statusUnknown, statusLeft, statusNotFound, statusUnreadable} {
		if n := counts[status]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, status))
		}
	}
	sums := fmt.Sprintf("of %s, %s", count(len(rows), "person"), strings.Join(parts, ", "))
	if err != nil {
		failed := &failure{err: err, more: sums + "; to go on, run it again", partly: well > 0}
		failed.details = details(c.response)
		return failed
	}
	failed := &failure{err: fmt.Errorf("%s", sums), partly: well > 0, next: "the output names each"}
	if refused := mostFrequent(codes); len(refused) == 1 {
		failed.more = printable.Line(refused[0]) + ": " + nextStep(&api.Error{Code: api.ErrorCode(refused[0]), Method: "admin.users.session.setSettings"})
	}
	return failed
}
