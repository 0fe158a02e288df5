package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/people"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// The least and the most that Slack takes.
const (
	minDuration = 8 * time.Hour
	maxDuration = 315569520 * time.Second
)

func newSettings(c *caller) *cobra.Command {
	cmd := newGroup("settings", "Show, set and clear the session settings of people",
		newSettingsGet(c), newSettingsSet(c), newSettingsClear(c))
	cmd.Long = cmd.Short + `.

People are IDs or addresses, or with --users the rows of a file. Addresses are looked
up in Slack, or in the file of --directory. Up to 1,000 people are in a call; if Slack
refuses one for the sake of somebody, the others are sent without that person.

Every row of the file is in one line of the output, and with --json in one object: done,
refused with Slack's code, not found, unreadable, unknown if Slack did not say what it
did, or left if it was not sent.

Exit status: 0 all done, 3 some are not, 1 none is, 4 there is nobody, 130 interrupted.`
	return cmd
}

func newSettingsGet(c *caller) *cobra.Command {
	var asCSV bool
	who := &whom{}
	cmd := &cobra.Command{
		Use:   "get (PERSON... | --users FILE)",
		Short: "Show people's session settings",
		Long: `get shows the session settings of people: set, not set, or no session. Slack says
nothing of who has no active session.`,
		Example: `  slackadmin sessions settings get W12345678 zoe@example.com
  slackadmin sessions settings get --users people.csv --csv > settings.csv`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if asCSV && c.json {
				return errors.New("--csv and --json exclude each other")
			}
			return c.settings(cmd, who, args, &settingsWork{csv: asCSV, call: getSettings})
		},
	}
	who.peopleFlags(cmd)
	cmd.Flags().BoolVar(&asCSV, "csv", false, "print comma-separated values with a header")
	return cmd
}

func newSettingsSet(c *caller) *cobra.Command {
	var duration days
	var quit string
	who := &whom{}
	cmd := &cobra.Command{
		Use:   "set (PERSON... | --users FILE) [--duration DURATION] [--desktop-app-browser-quit true|false]",
		Short: "Set people's session settings",
		Long:  `set gives people session settings of their own. A setting that is left out does not change.`,
		Example: `  slackadmin sessions settings set W12345678 --duration 1w
  slackadmin sessions settings set --users people.csv --desktop-app-browser-quit false`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			length := time.Duration(duration)
			req := api.AdminUsersSessionSetSettingsRequest{Duration: int(length / time.Second)}
			switch quit {
			case "true", "false":
				yes := quit == "true"
				req.DesktopAppBrowserQuit = &yes
			default:
				if cmd.Flags().Changed("desktop-app-browser-quit") {
					return fmt.Errorf("--desktop-app-browser-quit is %q; want true or false", quit)
				}
			}
			switch {
			case cmd.Flags().Changed("duration") && (length < minDuration || length > maxDuration || length%time.Second != 0):
				return fmt.Errorf("--duration is %s; want whole seconds, from 8h to 3652d", inDays(length))
			case req.Duration == 0 && req.DesktopAppBrowserQuit == nil:
				return errors.New("it sets nothing; want --duration, --desktop-app-browser-quit, or both")
			}
			return c.settings(cmd, who, args, &settingsWork{done: "Set", call: func(ctx context.Context, client *api.Client, ids []string, opts []api.CallOption) (map[string]outcome, error) {
				req.UserIDs = ids
				_, err := client.AdminUsersSessionSetSettings(ctx, req, opts...)
				return allDone(ids), err
			}})
		},
	}
	who.peopleFlags(cmd)
	cmd.Flags().Var(&duration, "duration", "how long a session lasts, such as 8h, 1d or 1w; at least 8h")
	cmd.Flags().StringVar(&quit, "desktop-app-browser-quit", "", "true or false: whether a session ends when the desktop app or the browser window is closed")
	return cmd
}

func newSettingsClear(c *caller) *cobra.Command {
	who := &whom{}
	cmd := &cobra.Command{
		Use:   "clear (PERSON... | --users FILE)",
		Short: "Clear people's session settings, so that the organization's settings apply",
		Example: `  slackadmin sessions settings clear W12345678 zoe@example.com
  slackadmin sessions settings clear --users people.csv`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.settings(cmd, who, args, &settingsWork{done: "Cleared", call: func(ctx context.Context, client *api.Client, ids []string, opts []api.CallOption) (map[string]outcome, error) {
				_, err := client.AdminUsersSessionClearSettings(ctx, api.AdminUsersSessionClearSettingsRequest{UserIDs: ids}, opts...)
				return allDone(ids), err
			}})
		},
	}
	who.peopleFlags(cmd)
	return cmd
}

// settingsWork is what is to be done with the settings of people.
type settingsWork struct {
	done string // the verb of what was done; empty for get
	csv  bool
	call func(ctx context.Context, client *api.Client, ids []string, opts []api.CallOption) (map[string]outcome, error)
}

func allDone(ids []string) map[string]outcome {
	done := make(map[string]outcome, len(ids))
	for _, id := range ids {
		done[id] = outcome{status: statusDone}
	}
	return done
}

// getSettings is the call of get. That Slack says nothing of somebody means that there
// is no session, unless it speaks of somebody else instead.
func getSettings(ctx context.Context, client *api.Client, ids []string, opts []api.CallOption) (map[string]outcome, error) {
	answer, err := client.AdminUsersSessionGetSettings(ctx, api.AdminUsersSessionGetSettingsRequest{UserIDs: ids}, opts...)
	if err != nil {
		return nil, err
	}
	got := make(map[string]outcome, len(ids))
	for _, id := range answer.NoSettingsApplied {
		got[id] = outcome{status: statusNotSet}
	}
	for _, s := range answer.SessionSettings {
		got[s.UserID] = outcome{status: statusSet, duration: s.Duration, quit: s.DesktopAppBrowserQuit}
	}
	asked := make(map[string]bool, len(ids))
	for _, id := range ids {
		asked[id] = true
	}
	missing := outcome{status: statusNoSession}
	for id := range got {
		if !asked[id] {
			delete(got, id)
			missing.status = statusUnknown
		}
	}
	for id := range asked {
		if _, ok := got[id]; !ok {
			got[id] = missing
		}
	}
	return got, nil
}

// settings does work for people, and says what came of each.
func (c *caller) settings(cmd *cobra.Command, who *whom, args []string, work *settingsWork) error {
	input, path, err := who.named(cmd, args)
	if err != nil {
		return err
	}
	c.paced = true
	client, opts, err := c.client(cmd, api.WithPacing())
	if err != nil {
		return err
	}
	line := newStatusLine(cmd.ErrOrStderr(), c.quiet || c.verbose)
	say := func(text string) { c.say(cmd.ErrOrStderr(), text) }
	req := signout.Request{NoScan: true} // which only says whom is meant
	if _, _, err := who.fill(cmd.Context(), client, opts, input, &exceptions{}, &req, line, say); err != nil {
		return err
	}
	if !who.skipInvalid { // some only a directory shows to be so
		if err := refuseInvalid("users", path, input); err != nil {
			return err
		}
	}
	rows := settingsRows(req.People)
	if path != "" {
		say("--users " + path + ": " + describeSettingsInput(input, rows))
	}
	var ids []string
	for _, row := range rows {
		if row.LeftOut == "" {
			ids = append(ids, row.UserID)
		}
	}
	calls := settingsCalls{
		call: func(ctx context.Context, ids []string) (map[string]outcome, error) {
			return work.call(ctx, client, ids, opts)
		},
		progress: func(finished int) {
			line.show(func() string { return fmt.Sprintf("%d of %s", finished, count(len(ids), "person")) })
		},
	}
	err = calls.run(cmd.Context(), ids)
	line.end()
	for _, row := range rows {
		if came, ok := calls.outcomes[row.UserID]; ok && row.LeftOut == "" {
			row.outcome = came
		}
	}
	printErr := c.printSettings(cmd, rows, work)
	if len(ids) == 0 {
		return &failure{err: errors.New("there is nobody whose settings it could be"), next: "nothing was sent", status: exitNothing}
	}
	if err := c.settingsFailure(rows, err); err != nil {
		return err
	}
	return outputFailure(printErr)
}

// printSettings prints what came of each person: for people, those who are done in one
// sentence.
func (c *caller) printSettings(cmd *cobra.Command, rows []*settingsRow, work *settingsWork) error {
	out := cmd.OutOrStdout()
	switch {
	case work.csv:
		return settingsCSV(out, rows)
	case c.json:
		return settingsJSON(out, rows)
	case work.done == "" && len(rows) > 0:
		return c.settingsTable(cmd, rows, true)
	}
	var done []string
	others := slices.Clone(rows)
	others = slices.DeleteFunc(others, func(r *settingsRow) bool {
		if r.well() {
			done = append(done, r.UserID)
		}
		return r.well()
	})
	whose := named(done)
	if len(others) > 0 {
		whose = fmt.Sprintf("%d of %s", len(done), count(len(rows), "person"))
	}
	if len(done) > 0 {
		if _, err := fmt.Fprintf(out, "%s the session settings of %s.\n", work.done, whose); err != nil {
			return err
		}
	}
	if len(others) == 0 {
		return nil
	}
	return c.settingsTable(cmd, others, false)
}

// named returns who is named, by arguments or in the file that path is.
func (w *whom) named(cmd *cobra.Command, args []string) (input *people.Input, path string, err error) {
	flag, path, err := w.source(cmd)
	switch {
	case err != nil:
		return nil, "", err
	case flag == "" && len(args) == 0:
		return nil, "", errors.New("say whose settings: IDs such as W12345678, addresses, or --users FILE")
	case flag != "" && len(args) > 0:
		return nil, "", fmt.Errorf("--users and %q exclude each other; put all into the file", args[0])
	case flag == "":
		input, err = readPeople(args)
		return input, "", err
	}
	if input, err = w.read(cmd.InOrStdin(), flag, path, false, ""); err == nil && !w.skipInvalid {
		err = refuseInvalid(flag, path, input)
	}
	return input, path, err
}

// readPeople reads people who are arguments, as a list of them would be read.
func readPeople(args []string) (*people.Input, error) {
	all := &people.Input{}
	for i, arg := range args {
		one, err := people.ReadUsers(strings.NewReader(arg), "")
		if err != nil || len(one.Entries) != 1 || one.Entries[0].Invalid != "" {
			err = fmt.Errorf("%q is no user ID and no address; want one such as W12345678 or zoe@example.com", printable.Line(arg))
			if _, statErr := os.Stat(arg); statErr == nil {
				err = fmt.Errorf("%w; --users takes a file of them", err)
			}
			return nil, err
		}
		entry := one.Entries[0]
		entry.Line = i + 1
		all.Entries = append(all.Entries, entry)
	}
	return all, nil
}
