package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
)

type invalidateOptions struct {
	*clientFlags

	req     api.AdminUsersSessionInvalidateRequest
	session string
}

func newInvalidate(c *clientFlags) *cobra.Command {
	o := &invalidateOptions{clientFlags: c}
	cmd := &cobra.Command{
		Use:     "invalidate --user USER_ID --session SESSION_ID [--team TEAM_ID]",
		Short:   "End one session of a user",
		Example: `  slackadmin sessions invalidate --user W12345678 --session 1112275520242`,
		Args:    noArgs,
		RunE:    o.run,
	}
	cmd.Flags().StringVar(&o.req.UserID, "user", "", "the session's user")
	cmd.Flags().StringVar(&o.session, "session", "", "the session's ID")
	cmd.Flags().StringVar(&o.req.TeamID, "team", "", "the session's workspace; no longer needed")
	require(cmd, "user", "session")
	return cmd
}

func (o *invalidateOptions) run(cmd *cobra.Command, _ []string) (err error) {
	if err := checkUserID(o.req.UserID); err != nil {
		return fmt.Errorf("--user: %w", err)
	}
	if o.req.SessionID, err = parseSessionID(o.session); err != nil {
		return fmt.Errorf("--session: %w", err)
	}
	if cmd.Flags().Changed("team") {
		if err := checkTeamID(o.req.TeamID); err != nil {
			return fmt.Errorf("--team: %w", err)
		}
	}
	c, err := o.connect(cmd, false)
	if err != nil {
		return err
	}
	subject := fmt.Sprintf("session %d of %s", o.req.SessionID, o.req.UserID)
	_, err = c.client.AdminUsersSessionInvalidate(cmd.Context(), o.req, c.opts...)
	return c.printResult(subject, "Ended "+subject+".", err)
}
