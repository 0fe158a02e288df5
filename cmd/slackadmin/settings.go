package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
)

// The minimum and maximum duration that Slack takes.
const (
	minDuration = 8 * time.Hour
	maxDuration = 315569520 * time.Second
)

func newSettings(c *clientFlags) *cobra.Command {
	cmd := newGroup("settings", "Show, set and clear the session settings of people",
		newSettingsGet(c), newSettingsSet(c), newSettingsClear(c))
	cmd.Long = cmd.Short + `.

Name people by IDs or addresses, or with --users by the rows of a file. The command looks
addresses up in Slack, or in the file of --directory. A call is for up to 1,000 people; if
Slack refuses a call because of one person, the command sends the others without that
person.

Every row of the file is in exactly one line of the output, and with --json in one object:
done, refused with Slack's code, not found, unreadable, unknown if Slack did not say what
it did, or left if it was not sent.

Exit status: 0 all done, 3 some are not, 1 none is, 4 there is nobody, 130 interrupted.`
	return cmd
}

type settingsOptions struct {
	*clientFlags

	targets  targets
	csv      bool   // of get
	duration days   // of set
	quit     string // of set
}

func newSettingsGet(c *clientFlags) *cobra.Command {
	o := &settingsOptions{clientFlags: c}
	cmd := &cobra.Command{
		Use:   "get (PERSON... | --users FILE)",
		Short: "Show people's session settings",
		Long: `get shows the session settings of people: set, not set, or no session. Slack's response
does not mention people without an active session.`,
		Example: `  slackadmin sessions settings get W12345678 zoe@example.com
  slackadmin sessions settings get --users people.csv --csv > settings.csv`,
		Args: cobra.ArbitraryArgs,
		RunE: o.get,
	}
	o.targets.peopleFlags(cmd)
	cmd.Flags().BoolVar(&o.csv, "csv", false, "print comma-separated values with a header")
	return cmd
}

func newSettingsSet(c *clientFlags) *cobra.Command {
	o := &settingsOptions{clientFlags: c}
	cmd := &cobra.Command{
		Use:   "set (PERSON... | --users FILE) [--duration DURATION] [--desktop-app-browser-quit true|false]",
		Short: "Set people's session settings",
		Long:  `set gives people their own session settings. A setting without a flag does not change.`,
		Example: `  slackadmin sessions settings set W12345678 --duration 1w
  slackadmin sessions settings set --users people.csv --desktop-app-browser-quit false`,
		Args: cobra.ArbitraryArgs,
		RunE: o.set,
	}
	o.targets.peopleFlags(cmd)
	cmd.Flags().Var(&o.duration, "duration", "how long a session lasts, such as 8h, 1d or 1w; at least 8h")
	cmd.Flags().StringVar(&o.quit, "desktop-app-browser-quit", "", "true or false: whether a session ends when the desktop app or the browser window is closed")
	return cmd
}

func newSettingsClear(c *clientFlags) *cobra.Command {
	o := &settingsOptions{clientFlags: c}
	cmd := &cobra.Command{
		Use:   "clear (PERSON... | --users FILE)",
		Short: "Clear people's session settings, so that the organization's settings apply",
		Example: `  slackadmin sessions settings clear W12345678 zoe@example.com
  slackadmin sessions settings clear --users people.csv`,
		Args: cobra.ArbitraryArgs,
		RunE: o.clear,
	}
	o.targets.peopleFlags(cmd)
	return cmd
}

// A settingsCall makes one call for users, and returns the result of each. Its error is that
// of the call.
type settingsCall func(ctx context.Context, c *connection, ids []string) (map[string]outcome, error)

func (o *settingsOptions) get(cmd *cobra.Command, args []string) error {
	if err := o.refuseCSV(o.csv); err != nil {
		return err
	}
	return o.run(cmd, args, "", getSettings)
}

func (o *settingsOptions) set(cmd *cobra.Command, args []string) error {
	length := time.Duration(o.duration)
	req := api.AdminUsersSessionSetSettingsRequest{Duration: int(length / time.Second)}
	if cmd.Flags().Changed("desktop-app-browser-quit") {
		quit, err := strconv.ParseBool(o.quit)
		if err != nil || o.quit != strconv.FormatBool(quit) {
			return fmt.Errorf("--desktop-app-browser-quit is %q; want true or false", o.quit)
		}
		req.DesktopAppBrowserQuit = &quit
	}
	switch {
	case cmd.Flags().Changed("duration") && (length < minDuration || length > maxDuration || length%time.Second != 0):
		return fmt.Errorf("--duration is %s; want whole seconds, from 8h to 3652d", formatDuration(length))
	case req.Duration == 0 && req.DesktopAppBrowserQuit == nil:
		return errors.New("there is nothing to set; want --duration, --desktop-app-browser-quit, or both")
	}
	return o.run(cmd, args, "Set", func(ctx context.Context, c *connection, ids []string) (map[string]outcome, error) {
		req.UserIDs = ids
		_, err := c.client.AdminUsersSessionSetSettings(ctx, req, c.opts...)
		return allDone(ids), err
	})
}

func (o *settingsOptions) clear(cmd *cobra.Command, args []string) error {
	return o.run(cmd, args, "Cleared", func(ctx context.Context, c *connection, ids []string) (map[string]outcome, error) {
		_, err := c.client.AdminUsersSessionClearSettings(ctx, api.AdminUsersSessionClearSettingsRequest{UserIDs: ids}, c.opts...)
		return allDone(ids), err
	})
}

func allDone(ids []string) map[string]outcome {
	done := make(map[string]outcome, len(ids))
	for _, id := range ids {
		done[id] = outcome{status: signout.StateDone}
	}
	return done
}

// getSettings is the call of get. A user whom the response does not mention has no session,
// unless the response mentions somebody else instead.
func getSettings(ctx context.Context, c *connection, ids []string) (map[string]outcome, error) {
	response, err := c.client.AdminUsersSessionGetSettings(ctx, api.AdminUsersSessionGetSettingsRequest{UserIDs: ids}, c.opts...)
	if err != nil {
		return nil, err
	}
	got := make(map[string]outcome, len(ids))
	for _, id := range response.NoSettingsApplied {
		got[id] = outcome{status: statusNotSet}
	}
	for _, s := range response.SessionSettings {
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
			missing.status = signout.StateUnknown
		}
	}
	for id := range asked {
		if _, ok := got[id]; !ok {
			got[id] = missing
		}
	}
	return got, nil
}

// setInput reads the people of the arguments or of --users.
func (o *settingsOptions) setInput(cmd *cobra.Command, args []string) error {
	t := &o.targets
	if err := t.setInput(cmd); err != nil {
		return err
	}
	switch {
	case t.flag == "" && len(args) == 0:
		return errors.New("name the people: IDs such as W12345678, addresses, or --users FILE")
	case t.flag == "":
		return t.readArgs(args)
	case len(args) > 0:
		return fmt.Errorf("--users and %q exclude each other; put all into the file", args[0])
	default:
		return t.readInput(cmd.InOrStdin(), false, "")
	}
}

// run makes the calls and prints the result of each person. verb says what was done; it is
// empty for get.
func (o *settingsOptions) run(cmd *cobra.Command, args []string, verb string, call settingsCall) error {
	if err := o.setInput(cmd, args); err != nil {
		return err
	}
	c, err := o.connect(cmd, true, api.WithPacing())
	if err != nil {
		return err
	}
	req := signout.Request{NoScan: true} // only for its people
	if err := o.targets.resolve(c, &req); err != nil {
		return err
	}
	rows := settingsRows(req.People)
	if t := &o.targets; t.flag != "" {
		c.notify("--users " + t.value + ": " + formatSettingsInput(t.input, rows))
	}
	var ids []string
	for _, row := range rows {
		if row.LeftOut == "" {
			ids = append(ids, row.UserID)
		}
	}
	calls := settingsCalls{
		call: func(ctx context.Context, ids []string) (map[string]outcome, error) { return call(ctx, c, ids) },
		progress: func(finished int) {
			c.line.show(func() string { return fmt.Sprintf("%d of %s", finished, plural(len(ids), "person")) })
		},
	}
	err = calls.run(cmd.Context(), ids)
	c.line.end()
	for _, row := range rows {
		if result, ok := calls.outcomes[row.UserID]; ok && row.LeftOut == "" {
			row.outcome = result
		}
	}
	printErr := o.print(cmd, rows, verb)
	if len(ids) == 0 {
		return &failure{err: errors.New("there is nobody whose settings it could be"), hint: "nothing was sent", status: exitNothing}
	}
	if err := c.settingsFailure(rows, err); err != nil {
		return err
	}
	return writeError(printErr)
}
