package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

func newSessions() *cobra.Command {
	c := &caller{}
	cmd := newGroup("sessions", "List and end sessions, and set how long they last",
		newList(c), newReset(c), newInvalidate(c), newSettings(c), newPlan(c), newApply(c), newVerify(c))
	c.flags(cmd)
	return cmd
}

func newReset(c *caller) *cobra.Command {
	var mobileOnly, webOnly bool
	cmd := &cobra.Command{
		Use:   "reset USER_ID...",
		Short: "End all sessions of users, or only those on mobile or on the web",
		Long: `reset ends all sessions of users, or only those on mobile or on the web.

For one user it is done when the command is. For several, up to 1,000, Slack
accepts the work and does it in the background, which can take minutes;
"slackadmin sessions list" shows what is left. If Slack refuses some of the users,
each is named on stderr, and the exit status is 3. For more users, or a file of
them, see "slackadmin sessions plan".`,
		Example: `  slackadmin sessions reset W12345678
  slackadmin sessions reset W12345678 --mobile-only
  slackadmin sessions reset W12345678 W23456789`,
		Args: users,
		RunE: func(cmd *cobra.Command, args []string) error {
			ids := once(args)
			which := "all"
			switch {
			case mobileOnly:
				which = "all mobile"
			case webOnly:
				which = "all web"
			}
			if len(ids) == 1 {
				return c.call(cmd, ids[0], func(ctx context.Context, client *api.Client, opts []api.CallOption) (string, error) {
					_, err := client.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{
						UserID: ids[0], MobileOnly: mobileOnly, WebOnly: webOnly,
					}, opts...)
					return fmt.Sprintf("Ended %s sessions of %s.", which, ids[0]), err
				})
			}
			err := c.call(cmd, named(ids), func(ctx context.Context, client *api.Client, opts []api.CallOption) (string, error) {
				_, err := client.AdminUsersSessionResetBulk(ctx, api.AdminUsersSessionResetBulkRequest{
					UserIDs: ids, MobileOnly: mobileOnly, WebOnly: webOnly,
				}, opts...)
				return fmt.Sprintf("Slack accepted to end %s sessions of %d users.", which, len(ids)), err
			})
			return refusedUsers(cmd, len(ids), err)
		},
	}
	cmd.Flags().BoolVar(&mobileOnly, "mobile-only", false, "end only sessions on mobile devices")
	cmd.Flags().BoolVar(&webOnly, "web-only", false, "end only sessions on the web")
	cmd.MarkFlagsMutuallyExclusive("mobile-only", "web-only")
	return cmd
}

// refusedUsers says of each user that Slack refused, if it did the others. all is
// how many there are, 0 if that is not known.
func refusedUsers(cmd *cobra.Command, all int, err error) error {
	var failed *failure
	var refused *api.Error
	if !errors.Is(err, api.ErrFailedForSomeUsers) || !errors.As(err, &failed) || !errors.As(err, &refused) {
		return err
	}
	for _, message := range refused.Messages {
		fmt.Fprintln(cmd.ErrOrStderr(), "slackadmin: "+printable.Line(strings.TrimPrefix(message, "[ERROR] ")))
	}
	short := *refused
	short.Messages = nil // they are above
	failed.err, failed.partly = &short, true
	failed.about = count(len(refused.Messages), "user")
	if all > 0 {
		failed.about = fmt.Sprintf("%d of %s", len(refused.Messages), count(all, "user"))
	}
	failed.next = "Slack has accepted the others; look at each user named above"
	if len(refused.Messages) == 0 {
		failed.about = "some users"
		failed.next = "Slack does not say which; find out with slackadmin sessions list"
	}
	return failed
}

func newInvalidate(c *caller) *cobra.Command {
	var req api.AdminUsersSessionInvalidateRequest
	var session string
	cmd := &cobra.Command{
		Use:     "invalidate --user USER_ID --session SESSION_ID [--team TEAM_ID]",
		Short:   "End one session of a user",
		Example: `  slackadmin sessions invalidate --user W12345678 --session 1112275520242`,
		Args:    flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkUser(req.UserID); err != nil {
				return fmt.Errorf("--user: %w", err)
			}
			id, err := checkSession(session)
			if err != nil {
				return fmt.Errorf("--session: %w", err)
			}
			if cmd.Flags().Changed("team") {
				if err := checkTeam(req.TeamID); err != nil {
					return fmt.Errorf("--team: %w", err)
				}
			}
			req.SessionID = id
			about := fmt.Sprintf("session %d of %s", req.SessionID, req.UserID)
			return c.call(cmd, about, func(ctx context.Context, client *api.Client, opts []api.CallOption) (string, error) {
				_, err := client.AdminUsersSessionInvalidate(ctx, req, opts...)
				return "Ended " + about + ".", err
			})
		},
	}
	cmd.Flags().StringVar(&req.UserID, "user", "", "the user whose session it is")
	cmd.Flags().StringVar(&session, "session", "", "the session's ID")
	cmd.Flags().StringVar(&req.TeamID, "team", "", "the session's workspace; no longer needed")
	for _, name := range []string{"user", "session"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the flag is defined above
		}
	}
	return cmd
}
