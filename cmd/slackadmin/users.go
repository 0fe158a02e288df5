package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/people"
)

func newUsers(s *speech) *cobra.Command {
	c := &caller{speech: s}
	var asCSV, inactive bool
	var workspaces []string
	cmd := &cobra.Command{
		Use:   "users",
		Short: "List the people of the organization, for looking them up later",
		Long: `users lists the people of the organization: ID, address, name, workspaces, and
whether they are active, bots or the primary owner. Slack lists about 10,000 a
minute; the token needs the scope admin.users:read.

Save it with --csv before you need it: "sessions plan --directory" then looks
addresses up without a call.`,
		Example: `  slackadmin users --csv > people.csv
  slackadmin users --inactive
  slackadmin users --workspace T12345678 --json`,
		Args: flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asCSV && c.json {
				return errors.New("--csv and --json exclude each other")
			}
			for _, id := range workspaces {
				if err := checkTeam(id); err != nil {
					return fmt.Errorf("--workspace: %w", err)
				}
			}
			c.paced = true
			client, opts, err := c.client(cmd, api.WithPacing())
			if err != nil {
				return err
			}
			line := newStatusLine(cmd.ErrOrStderr(), c.quiet || c.verbose)
			lookup := people.Lookup{Client: client, CallOptions: opts, Say: func(string) {}, Progress: func(n, _ int) {
				line.show(func() string { return fmt.Sprintf("%d people seen", n) })
			}}
			d, err := lookup.Everybody(cmd.Context(), "")
			line.end()
			if err != nil {
				return c.failure(cmd, "", err)
			}
			d = d.Only(func(p *people.Person) bool {
				in := func(id string) bool { return slices.Contains(p.Workspaces, id) }
				return (!inactive || !p.Active) && (len(workspaces) == 0 || slices.ContainsFunc(workspaces, in))
			})
			if len(d.People) == 0 {
				c.say(cmd.ErrOrStderr(), "there is nobody")
			}
			switch out := cmd.OutOrStdout(); {
			case asCSV:
				err = d.WriteCSV(out)
			case c.json:
				err = usersJSON(out, d)
			default:
				err = c.usersTable(cmd, d)
			}
			return outputFailure(err)
		},
	}
	c.flags(cmd)
	cmd.Flags().BoolVar(&asCSV, "csv", false, "print comma-separated values with a header, as --directory reads them")
	cmd.Flags().BoolVar(&inactive, "inactive", false, "only people who are deactivated")
	cmd.Flags().StringArrayVar(&workspaces, "workspace", nil, "only people of this workspace; can be repeated")
	return cmd
}

func (c *caller) usersTable(cmd *cobra.Command, d *people.Directory) error {
	table := c.fit(cmd.OutOrStdout(), cmd.ErrOrStderr(), []column{
		{"USER", 12, 0}, {"STATUS", 11, 2}, {"ADDRESS", 32, 1}, {"NAME", 24, 3}, {"WORKSPACES", 11, 4},
	}, "--csv has them")
	var b strings.Builder
	b.WriteString(table.header())
	for i := range d.People {
		p := &d.People[i]
		status := "active"
		switch {
		case !p.Active:
			status = "deactivated"
		case p.Bot:
			status = "bot"
		case p.PrimaryOwner:
			status = "owner"
		}
		b.WriteString(table.line(p.UserID, status, p.Email, p.Name, strings.Join(p.Workspaces, " ")))
	}
	_, err := io.WriteString(cmd.OutOrStdout(), b.String())
	return err
}

func usersJSON(out io.Writer, d *people.Directory) error {
	encoder := json.NewEncoder(out)
	for i := range d.People {
		p := &d.People[i]
		err := encoder.Encode(map[string]any{
			"user_id": p.UserID, "other_ids": append([]string{}, p.OtherIDs...), "email": p.Email, "name": p.Name,
			"workspaces": append([]string{}, p.Workspaces...), "active": p.Active, "bot": p.Bot, "primary_owner": p.PrimaryOwner,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
