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

func newSettings(c *caller) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "settings",
		Short: "Show, set and clear the session settings that users have of their own",
		Args:  cobra.NoArgs,
		RunE:  needSubcommand,
	}
	cmd.AddCommand(newSettingsGet(c), newSettingsSet(c), newSettingsClear(c))
	return cmd
}

func newSettingsGet(c *caller) *cobra.Command {
	return &cobra.Command{
		Use:   "get USER_ID...",
		Short: "Show users' session settings",
		Long: `get shows the session settings that users have of their own, and "-" for those
they have not. Slack says nothing of users without an active session.`,
		Example: `  slackadmin sessions settings get W12345678 W23456789`,
		Args:    users,
		RunE: func(cmd *cobra.Command, ids []string) error {
			return c.call(cmd, func(ctx context.Context, client *api.Client, opts []api.CallOption) (string, error) {
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
			duration = (time.Duration(*s.Duration) * time.Second).String()
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
	var duration time.Duration
	var quit bool
	cmd := &cobra.Command{
		Use:   "set USER_ID... [--duration DURATION] [--desktop-app-browser-quit[=false]]",
		Short: "Set users' session settings",
		Long:  `set gives users session settings of their own. One that is not given stays as it is.`,
		Example: `  slackadmin sessions settings set W12345678 --duration 24h
  slackadmin sessions settings set W12345678 W23456789 --desktop-app-browser-quit=false`,
		Args: users,
		RunE: func(cmd *cobra.Command, ids []string) error {
			req := api.AdminUsersSessionSetSettingsRequest{UserIDs: ids, Duration: int(duration / time.Second)}
			if cmd.Flags().Changed("desktop-app-browser-quit") {
				req.DesktopAppBrowserQuit = &quit
			}
			switch {
			case cmd.Flags().Changed("duration") && (duration <= 0 || duration%time.Second != 0):
				return fmt.Errorf("--duration is %v; want whole seconds, such as 8h", duration)
			case req.Duration == 0 && req.DesktopAppBrowserQuit == nil:
				return errors.New("it sets nothing; want --duration, --desktop-app-browser-quit, or both")
			}
			return c.call(cmd, func(ctx context.Context, client *api.Client, opts []api.CallOption) (string, error) {
				_, err := client.AdminUsersSessionSetSettings(ctx, req, opts...)
				return fmt.Sprintf("Set the session settings of %s.", strings.Join(ids, ", ")), err
			})
		},
	}
	cmd.Flags().DurationVar(&duration, "duration", 0, "how long a session lasts, such as 24h; Slack's least is 8h")
	cmd.Flags().BoolVar(&quit, "desktop-app-browser-quit", false, "whether a session ends when the app or the browser window is closed")
	return cmd
}

func newSettingsClear(c *caller) *cobra.Command {
	return &cobra.Command{
		Use:     "clear USER_ID...",
		Short:   "Clear users' session settings, so that the organization's apply again",
		Example: `  slackadmin sessions settings clear W12345678 W23456789`,
		Args:    users,
		RunE: func(cmd *cobra.Command, ids []string) error {
			return c.call(cmd, func(ctx context.Context, client *api.Client, opts []api.CallOption) (string, error) {
				_, err := client.AdminUsersSessionClearSettings(ctx, api.AdminUsersSessionClearSettingsRequest{UserIDs: ids}, opts...)
				return fmt.Sprintf("Cleared the session settings of %s.", strings.Join(ids, ", ")), err
			})
		},
	}
}
