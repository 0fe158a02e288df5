package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
)

func newSessions(s *speech) *cobra.Command {
	c := &caller{speech: s}
	cmd := newGroup("sessions", "List and end sessions, and set how long they last",
		newList(c), newReset(c), newInvalidate(c), newSettings(c), newPlan(c), newShow(c), newApply(c), newVerify(c))
	c.flags(cmd)
	return cmd
}

func newReset(c *caller) *cobra.Command {
	var mobileOnly, webOnly, own bool
	cmd := &cobra.Command{
		Use:   "reset USER_ID...",
		Short: "End all sessions of users, or only those on mobile or on the web",
		Long: `reset ends all sessions of users, or only those on mobile or on the web.

For one user it is done when the command is. For several, up to 1,000, Slack
accepts the work and does it in the background, which can take minutes;
"slackadmin sessions list" shows what is left. If Slack refuses some of the users,
each is named on stderr, the others are sent again without them, and the exit status
is 3. For more users, or a file of them, see "slackadmin sessions plan".

If one is the user whom the token belongs to, reset asks on a terminal, and elsewhere
wants --own. With --own it does not look.`,
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
			c.paced = len(ids) > 1 // of one there is no progress to show
			client, opts, err := c.client(cmd, api.WithPacing())
			if err != nil {
				return err
			}
			if !own {
				if err := c.confirmOwn(cmd, client, opts, ids); err != nil {
					return err
				}
			}
			if len(ids) == 1 {
				_, err := client.AdminUsersSessionReset(cmd.Context(), api.AdminUsersSessionResetRequest{
					UserID: ids[0], MobileOnly: mobileOnly, WebOnly: webOnly,
				}, opts...)
				return c.called(cmd, ids[0], fmt.Sprintf("Ended %s sessions of %s.", which, ids[0]), err)
			}
			return c.resetMany(cmd, client, opts, ids, which, mobileOnly, webOnly)
		},
	}
	cmd.Flags().BoolVar(&own, "own", false, "do not ask about the user whom the token belongs to")
	cmd.Flags().BoolVar(&mobileOnly, "mobile-only", false, "end only sessions on mobile devices")
	cmd.Flags().BoolVar(&webOnly, "web-only", false, "end only sessions on the web")
	cmd.MarkFlagsMutuallyExclusive("mobile-only", "web-only")
	return cmd
}

// resetMany resets several users, and names those for whom Slack did not say ok.
func (c *caller) resetMany(cmd *cobra.Command, client *api.Client, callOpts []api.CallOption, ids []string, which string, mobileOnly, webOnly bool) error {
	line := newStatusLine(cmd.ErrOrStderr(), c.quiet || c.verbose)
	opts := []signout.ResetOption{signout.WithCallOptions(callOpts...), signout.WithProgress(line.apply)}
	if mobileOnly {
		opts = append(opts, signout.WithMobileOnly())
	}
	if webOnly {
		opts = append(opts, signout.WithWebOnly())
	}
	result, err := signout.Reset(cmd.Context(), client, ids, opts...)
	line.end()
	printErr := printResult(cmd.OutOrStdout(), result, which, len(ids), c.json)
	for _, id := range slices.Sorted(maps.Keys(result.Refused)) {
		fmt.Fprint(cmd.ErrOrStderr(), c.note(cmd.ErrOrStderr(), id+": "+string(result.Refused[id])))
	}
	failed := &failure{err: err, about: named(ids), partly: len(result.Done) > 0}
	switch {
	case err != nil:
		failed.more = "not signed out: " + firstOf(result.Left, 10)
		if len(result.Left) == 0 {
			failed.more = ""
		}
		return failed
	case len(result.Unknown) > 0:
		failed.err = fmt.Errorf("%s unknown, for Slack did not say what it did: %s", count(len(result.Unknown), "user"), firstOf(result.Unknown, 10))
		failed.about, failed.partly, failed.next = "", true, `see with "slackadmin sessions list" whether they have sessions`
		return failed
	case len(result.Refused) > 0:
		failed.err = fmt.Errorf("%d of %s refused", len(result.Refused), count(len(ids), "user"))
		failed.about, failed.partly, failed.next = "", true, "look at each user named above"
		return failed
	}
	return outputFailure(printErr)
}

// printResult prints whom Slack said ok for, or for programs what came of each.
func printResult(out io.Writer, result *signout.Result, which string, all int, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(map[string]any{
			"done": append([]string{}, result.Done...), "refused": result.Refused,
			"unknown": append([]string{}, result.Unknown...), "left": append([]string{}, result.Left...),
		})
	}
	if len(result.Done) == 0 {
		return nil
	}
	of := count(all, "user")
	if len(result.Done) < all {
		of = fmt.Sprintf("%d of %s", len(result.Done), of)
	}
	_, err := fmt.Fprintf(out, "Slack accepted to end %s sessions of %s.\n", which, of)
	return err
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
			client, opts, err := c.client(cmd)
			if err != nil {
				return err
			}
			_, err = client.AdminUsersSessionInvalidate(cmd.Context(), req, opts...)
			return c.called(cmd, about, "Ended "+about+".", err)
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
