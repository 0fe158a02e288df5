package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

func newDemo() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Sign users out of a fake organization, to see how it works",
		Long: `demo starts a fake Slack of its own and ends sessions there: one, then all of a
user. It needs no token and touches nothing outside.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := bufio.NewWriter(cmd.OutOrStdout())
			if err := errors.Join(demo(cmd.Context(), out), out.Flush()); err != nil {
				return &failure{err: err}
			}
			return nil
		},
	}
}

func demo(ctx context.Context, out io.Writer) error {
	fake := slacktest.NewServer()
	defer fake.Close()
	client, err := api.New(fake.Token, api.WithBaseURL(fake.URL))
	if err != nil {
		return err
	}

	fmt.Fprintln(out, "The sessions of a fake organization:")
	printSessions(out, fake.Sessions())

	stolen := fake.Sessions(slacktest.Member)[0]
	fmt.Fprintf(out, "\n$ slackadmin sessions invalidate --user %s --session %d\n", stolen.UserID, stolen.ID)
	if _, err := client.AdminUsersSessionInvalidate(ctx, api.AdminUsersSessionInvalidateRequest{
		UserID:    stolen.UserID,
		SessionID: stolen.ID,
	}); err != nil {
		return err
	}
	fmt.Fprintln(out, "That session has ended:")
	printSessions(out, fake.Sessions())

	fmt.Fprintf(out, "\n$ slackadmin sessions reset %s\n", slacktest.OtherMember)
	if _, err := client.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{
		UserID: slacktest.OtherMember,
	}); err != nil {
		return err
	}
	fmt.Fprintln(out, "That user is signed out everywhere:")
	printSessions(out, fake.Sessions())

	fmt.Fprintf(out, "\n$ slackadmin sessions reset %s\n", slacktest.PrimaryOwner)
	_, err = client.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{UserID: slacktest.PrimaryOwner})
	if err == nil {
		return errors.New("the fake Slack let an admin sign the primary owner out")
	}
	fmt.Fprintln(out, "A refusal is an error, though it comes with status 200:")
	fmt.Fprintln(out, "slackadmin: "+(&failure{err: err, about: slacktest.PrimaryOwner}).explain())
	return nil
}

func printSessions(out io.Writer, sessions []slacktest.Session) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  USER\tTEAM\tSESSION\tPLATFORM")
	for _, s := range sessions {
		fmt.Fprintf(table, "  %s\t%s\t%d\t%s\n", s.UserID, s.TeamID, s.ID, s.Platform)
	}
	_ = table.Flush() // an error comes up again when out is flushed, or is one of stderr
}
