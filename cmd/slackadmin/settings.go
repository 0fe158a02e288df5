package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// The least and the most that Slack takes.
const (
	minDuration = 8 * time.Hour
	maxDuration = 315569520 * time.Second
)

func newSettings(c *caller) *cobra.Command {
	return newGroup("settings", "Show, set and clear the session settings of users",
		newSettingsGet(c), newSettingsSet(c), newSettingsClear(c))
}

func newSettingsGet(c *caller) *cobra.Command {
	return &cobra.Command{
		Use:   "get USER_ID...",
		Short: "Show users' session settings",
		Long: `get shows the session settings of users, and "-" for those that are not set. Slack
omits users without an active session.`,
		Example: `  slackadmin sessions settings get W12345678 W23456789`,
		Args:    users,
		RunE: func(cmd *cobra.Command, args []string) error {
			ids := once(args)
			return c.call(cmd, named(ids), func(ctx context.Context, client *api.Client, opts []api.CallOption) (string, error) {
				answer, err := client.AdminUsersSessionGetSettings(ctx, api.AdminUsersSessionGetSettingsRequest{UserIDs: ids}, opts...)
				if err != nil {
					return "", err
				}
				return settingsTable(answer), nil
			})
		},
	}
}

func settingsTable(answer *api.AdminUsersSessionGetSettingsResponse) string {
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, "USER\tDURATION\tENDS WITH THE APP")
	for _, s := range answer.SessionSettings {
		duration, quit := "-", "-"
		if s.Duration != nil {
			duration = inDays(time.Duration(*s.Duration) * time.Second)
		}
		if s.DesktopAppBrowserQuit != nil {
			quit = strconv.FormatBool(*s.DesktopAppBrowserQuit)
		}
		fmt.Fprintf(table, "\n%s\t%s\t%s", printable.Line(s.UserID), duration, quit)
	}
	for _, id := range answer.NoSettingsApplied {
		fmt.Fprintf(table, "\n%s\t-\t-", printable.Line(id))
	}
	_ = table.Flush() // into b
	return b.String()
}

func newSettingsSet(c *caller) *cobra.Command {
	var duration days
	var quit string
	cmd := &cobra.Command{
		Use:   "set USER_ID... [--duration DURATION] [--desktop-app-browser-quit true|false]",
		Short: "Set users' session settings",
		Long:  `set gives users session settings of their own. A setting that is left out does not change.`,
		Example: `  slackadmin sessions settings set W12345678 --duration 1d
  slackadmin sessions settings set W12345678 W23456789 --desktop-app-browser-quit false`,
		Args: users,
		RunE: func(cmd *cobra.Command, args []string) error {
			ids := once(args)
			length := time.Duration(duration)
			req := api.AdminUsersSessionSetSettingsRequest{UserIDs: ids, Duration: int(length / time.Second)}
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
			return c.call(cmd, named(ids), func(ctx context.Context, client *api.Client, opts []api.CallOption) (string, error) {
				_, err := client.AdminUsersSessionSetSettings(ctx, req, opts...)
				return fmt.Sprintf("Set the session settings of %s.", named(ids)), err
			})
		},
	}
	cmd.Flags().Var(&duration, "duration", "how long a session lasts, such as 30d or 12h; at least 8h")
	cmd.Flags().StringVar(&quit, "desktop-app-browser-quit", "", "true or false: whether a session ends when the desktop app or the browser window is closed")
	return cmd
}

func newSettingsClear(c *caller) *cobra.Command {
	return &cobra.Command{
		Use:     "clear USER_ID...",
		Short:   "Clear users' session settings, so that the organization's settings apply",
		Example: `  slackadmin sessions settings clear W12345678 W23456789`,
		Args:    users,
		RunE: func(cmd *cobra.Command, args []string) error {
			ids := once(args)
			return c.call(cmd, named(ids), func(ctx context.Context, client *api.Client, opts []api.CallOption) (string, error) {
				_, err := client.AdminUsersSessionClearSettings(ctx, api.AdminUsersSessionClearSettingsRequest{UserIDs: ids}, opts...)
				return fmt.Sprintf("Cleared the session settings of %s.", named(ids)), err
			})
		},
	}
}
