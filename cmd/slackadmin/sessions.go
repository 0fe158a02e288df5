package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
)

func newSessions(c *caller) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sessions",
		Short: "End sessions",
		Args:  cobra.NoArgs,
		RunE:  needSubcommand,
	}
	cmd.AddCommand(newReset(c), newInvalidate(c))
	return cmd
}

// needSubcommand makes a group called without a subcommand, or with a wrong
// one, wrong usage instead of help and success.
func needSubcommand(cmd *cobra.Command, _ []string) error {
	return fmt.Errorf("%s needs a subcommand", cmd.CommandPath())
}

// oneUser wants a user ID as the only argument.
func oneUser(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("it takes one user ID, such as W12345678, not %d arguments", len(args))
	}
	return checkUser(args[0])
}

// checkUser catches what cannot be a user ID; the rest is for Slack to know.
func checkUser(id string) error {
	if id == "" || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fmt.Errorf("%q is no user ID; want one such as W12345678", id)
	}
	return nil
}

func newReset(c *caller) *cobra.Command {
	var req api.AdminUsersSessionResetRequest
	cmd := &cobra.Command{
		Use:   "reset USER_ID",
		Short: "End all sessions of a user, or only those on mobile or on the web",
		Example: `  slackadmin sessions reset W12345678
  slackadmin sessions reset W12345678 --mobile-only`,
		Args: oneUser,
		RunE: func(cmd *cobra.Command, args []string) error {
			req.UserID = args[0]
			done := "Ended all sessions of " + req.UserID + "."
			switch {
			case req.MobileOnly:
				done = "Ended all mobile sessions of " + req.UserID + "."
			case req.WebOnly:
				done = "Ended all web sessions of " + req.UserID + "."
			}
			return c.call(cmd, done, func(ctx context.Context, client *api.Client, opt api.CallOption) error {
				_, err := client.AdminUsersSessionReset(ctx, req, opt)
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&req.MobileOnly, "mobile-only", false, "end only sessions on mobile devices")
	cmd.Flags().BoolVar(&req.WebOnly, "web-only", false, "end only sessions on the web")
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
			if err := checkUser(req.UserID); err != nil {
				return err
			}
			id, err := strconv.ParseInt(session, 10, 64)
			if err != nil || id <= 0 {
				return fmt.Errorf("%q is no session ID; want one such as 1112275520242", session)
			}
			req.SessionID = id
			done := fmt.Sprintf("Ended session %d of %s.", req.SessionID, req.UserID)
			return c.call(cmd, done, func(ctx context.Context, client *api.Client, opt api.CallOption) error {
				_, err := client.AdminUsersSessionInvalidate(ctx, req, opt)
				return err
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
