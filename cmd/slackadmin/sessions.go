package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
)

func newSessions(c *caller) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sessions",
		Short: "List and end sessions, and set how long they last",
		Args:  cobra.NoArgs,
		RunE:  needSubcommand,
	}
	cmd.AddCommand(newList(c), newReset(c), newInvalidate(c), newSettings(c))
	return cmd
}

func newReset(c *caller) *cobra.Command {
	var mobileOnly, webOnly bool
	cmd := &cobra.Command{
		Use:   "reset USER_ID...",
		Short: "End all sessions of users, or only those on mobile or on the web",
		Long: `reset ends all sessions of users, or only those on mobile or on the web.

For one user it is done when the command is. For several, up to 1,000, Slack
accepts the work and does it in the background; "slackadmin sessions list" shows
what is left.`,
		Example: `  slackadmin sessions reset W12345678
  slackadmin sessions reset W12345678 --mobile-only
  slackadmin sessions reset W12345678 W23456789`,
		Args: users,
		RunE: func(cmd *cobra.Command, ids []string) error {
			which := "all"
			switch {
			case mobileOnly:
				which = "all mobile"
			case webOnly:
				which = "all web"
			}
			return c.call(cmd, func(ctx context.Context, client *api.Client, opts []api.CallOption) (string, error) {
				if len(ids) == 1 {
					_, err := client.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{
						UserID: ids[0], MobileOnly: mobileOnly, WebOnly: webOnly,
					}, opts...)
					return fmt.Sprintf("Ended %s sessions of %s.", which, ids[0]), err
				}
				_, err := client.AdminUsersSessionResetBulk(ctx, api.AdminUsersSessionResetBulkRequest{
					UserIDs: ids, MobileOnly: mobileOnly, WebOnly: webOnly,
				}, opts...)
				return fmt.Sprintf("Slack accepted to end %s sessions of %d users.", which, len(ids)), err
			})
		},
	}
	cmd.Flags().BoolVar(&mobileOnly, "mobile-only", false, "end only sessions on mobile devices")
	cmd.Flags().BoolVar(&webOnly, "web-only", false, "end only sessions on the web")
	cmd.MarkFlagsMutuallyExclusive("mobile-only", "web-only")
	return cmd
}

func newInvalidate(c *caller) *cobra.Command {
	var req api.AdminUsersSessionInvalidateRequest
	var session string
	cmd := &cobra.Command{
		Use:     "invalidate --user USER_ID --session SESSION_ID [--team TEAM_ID]",
		Short:   "End one session of a user",
		Example: `  slackadmin sessions invalidate --user W12345678 --session 1112275520242`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkID(req.UserID); err != nil {
				return err
			}
			id, err := strconv.ParseInt(session, 10, 64)
			if err != nil || id <= 0 {
				return fmt.Errorf("%q is no session ID; want one such as 1112275520242", session)
			}
			req.SessionID = id
			return c.call(cmd, func(ctx context.Context, client *api.Client, opts []api.CallOption) (string, error) {
				_, err := client.AdminUsersSessionInvalidate(ctx, req, opts...)
				return fmt.Sprintf("Ended session %d of %s.", req.SessionID, req.UserID), err
			})
		},
	}
	cmd.Flags().StringVar(&req.UserID, "user", "", "the user the session belongs to")
	cmd.Flags().StringVar(&session, "session", "", "the session's ID")
	cmd.Flags().StringVar(&req.TeamID, "team", "", "the session's workspace; Slack needs it no more")
	for _, name := range []string{"user", "session"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the flag is defined above
		}
	}
	return cmd
}
