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
	"github.com/seed-38c23bad/slackadmin/internal/words"
)

func newSessions(c *clientFlags) *cobra.Command {
	cmd := newGroup("sessions", "List and end sessions, and set how long they last",
		newList(c), newReset(c), newInvalidate(c), newSettings(c), newPlan(c), newShow(c), newApply(c), newVerify(c))
	c.flags(cmd)
	return cmd
}

type resetOptions struct {
	*clientFlags

	mobileOnly, webOnly, own bool
}

func newReset(c *clientFlags) *cobra.Command {
	o := &resetOptions{clientFlags: c}
	cmd := &cobra.Command{
		Use:   "reset USER_ID...",
		Short: "End all sessions of users, or only those on mobile or on the web",
		Long: `reset ends all sessions of users, or only those on mobile or on the web.

For one user, the sessions have ended when the command ends. For several users, up to
1,000, Slack accepts the request and ends the sessions in the background, which can take
minutes; "slackadmin sessions list" shows what is left. If Slack refuses some of the
users, reset names each on stderr, sends the others again without them, and exits with
status 3. For more users, or a file of users, see "slackadmin sessions plan".

If one of the users is the token's owner, reset asks on a terminal, and elsewhere
requires --own. With --own, reset does not check.`,
		Example: `  slackadmin sessions reset W12345678
  slackadmin sessions reset W12345678 --mobile-only
  slackadmin sessions reset W12345678 W23456789`,
		Args: userIDArgs,
		RunE: o.run,
	}
	cmd.Flags().BoolVar(&o.own, "own", false, "do not ask before signing out the token's owner")
	cmd.Flags().BoolVar(&o.mobileOnly, "mobile-only", false, "end only sessions on mobile devices")
	cmd.Flags().BoolVar(&o.webOnly, "web-only", false, "end only sessions on the web")
	cmd.MarkFlagsMutuallyExclusive("mobile-only", "web-only")
	return cmd
}

func (o *resetOptions) run(cmd *cobra.Command, args []string) error {
	var ids []string
	for _, id := range args {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	c, err := o.connect(cmd, len(ids) > 1, api.WithPacing()) // one user has no progress
	if err != nil {
		return err
	}
	if !o.own {
		if err := c.confirmSelf(ids); err != nil {
			return err
		}
	}
	if len(ids) > 1 {
		return o.resetMany(c, ids)
	}
	_, err = c.client.AdminUsersSessionReset(cmd.Context(), api.AdminUsersSessionResetRequest{
		UserID: ids[0], MobileOnly: o.mobileOnly, WebOnly: o.webOnly,
	}, c.opts...)
	return c.printResult(ids[0], fmt.Sprintf("Ended %s sessions of %s.", o.scope(), ids[0]), err)
}

func (o *resetOptions) scope() string {
	switch {
	case o.mobileOnly:
		return "all mobile"
	case o.webOnly:
		return "all web"
	default:
		return "all"
	}
}

// resetMany resets several users, and names those to whom Slack did not say ok.
func (o *resetOptions) resetMany(c *connection, ids []string) error {
	opts := []signout.ResetOption{signout.WithCallOptions(c.opts...), signout.WithProgress(c.line.apply)}
	if o.mobileOnly {
		opts = append(opts, signout.WithMobileOnly())
	}
	if o.webOnly {
		opts = append(opts, signout.WithWebOnly())
	}
	result, err := signout.Reset(c.cmd.Context(), c.client, ids, opts...)
	c.line.end()
	printErr := o.print(c.cmd.OutOrStdout(), result, len(ids))
	for _, id := range slices.Sorted(maps.Keys(result.Refused)) {
		c.warn(c.cmd, id+": "+string(result.Refused[id]))
	}
	switch {
	case err != nil:
		failed := &failure{err: err, subject: words.JoinFirst(ids, 5), partial: len(result.Done) > 0}
		if len(result.Left) > 0 {
			failed.also = "not signed out: " + words.JoinFirst(result.Left, 10)
		}
		return failed
	case len(result.Unknown) > 0:
		return &failure{
			err:     fmt.Errorf("%s unknown, because Slack did not say what it did: %s", plural(len(result.Unknown), "user"), words.JoinFirst(result.Unknown, 10)),
			partial: true, hint: `see with "slackadmin sessions list" whether they have sessions`,
		}
	case len(result.Refused) > 0:
		return &failure{err: fmt.Errorf("%d of %s refused", len(result.Refused), plural(len(ids), "user")), partial: true, hint: "see each user named above"}
	}
	return writeError(printErr)
}

// print prints the number of users to whom Slack said ok, or with --json what happened to
// each.
func (o *resetOptions) print(out io.Writer, result *signout.Result, all int) error {
	if o.json {
		return json.NewEncoder(out).Encode(map[string]any{
			"done": append([]string{}, result.Done...), "refused": result.Refused,
			"unknown": append([]string{}, result.Unknown...), "left": append([]string{}, result.Left...),
		})
	}
	if len(result.Done) == 0 {
		return nil
	}
	users := plural(all, "user")
	if len(result.Done) < all {
		users = fmt.Sprintf("%d of %s", len(result.Done), users)
	}
	_, err := fmt.Fprintf(out, "Slack accepted to end %s sessions of %s.\n", o.scope(), users)
	return err
}
