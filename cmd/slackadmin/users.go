package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/people"
)

type usersOptions struct {
	*clientFlags

	csv, inactive bool
	workspaces    []string
}

func newUsers(c *clientFlags) *cobra.Command {
	o := &usersOptions{clientFlags: c}
	cmd := &cobra.Command{
		Use:   "users",
		Short: "List the people of the organization, for later look-ups",
		Long: `users lists the people of the organization: ID, address, name, workspaces, and
whether they are active, bots or the primary owner. Slack lists about 10,000 people a
minute; the token needs the scope admin.users:read.

Save the list with --csv before you need it: "sessions plan --directory" then looks
addresses up without a call.`,
		Example: `  slackadmin users --csv > people.csv
  slackadmin users --inactive
  slackadmin users --workspace T12345678 --json`,
		Args: noArgs,
		RunE: o.run,
	}
	c.flags(cmd)
	cmd.Flags().BoolVar(&o.csv, "csv", false, "print comma-separated values with a header, which --directory reads")
	cmd.Flags().BoolVar(&o.inactive, "inactive", false, "only people who are deactivated")
	cmd.Flags().StringArrayVar(&o.workspaces, "workspace", nil, "only people of this workspace; can be repeated")
	return cmd
}

func (o *usersOptions) run(cmd *cobra.Command, _ []string) error {
	if err := o.refuseCSV(o.csv); err != nil {
		return err
	}
	for _, id := range o.workspaces {
		if err := checkTeamID(id); err != nil {
			return fmt.Errorf("--workspace: %w", err)
		}
	}
	c, err := o.connect(cmd, true, api.WithPacing())
	if err != nil {
		return err
	}
	lookup := c.lookup()
	lookup.Progress = func(n, _ int) {
		c.line.show(func() string { return fmt.Sprintf("%d people seen", n) })
	}
	d, err := lookup.ListAll(cmd.Context())
	c.line.end()
	if err != nil {
		return c.failure("", err)
	}
	d = d.Filter(func(p *people.Person) bool {
		in := func(id string) bool { return slices.Contains(p.Workspaces, id) }
		return (!o.inactive || !p.Active) && (len(o.workspaces) == 0 || slices.ContainsFunc(o.workspaces, in))
	})
	if len(d.People) == 0 {
		c.notify("there is nobody")
	}
	switch out := cmd.OutOrStdout(); {
	case o.csv:
		err = d.WriteCSV(out)
	case c.json:
		err = printUsersJSON(out, d)
	default:
		err = o.printUsers(cmd, d)
	}
	return writeError(err)
}

func (o *usersOptions) printUsers(cmd *cobra.Command, d *people.Directory) error {
	rows := make([][]string, len(d.People))
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
		rows[i] = []string{p.UserID, status, p.Email, p.Name, strings.Join(p.Workspaces, " ")}
	}
	return o.printTable(cmd, []column{
		{"USER", 12, 0}, {"STATUS", 11, 2}, {"ADDRESS", 32, 1}, {"NAME", 24, 3}, {"WORKSPACES", 11, 4},
	}, rows, "--csv has them")
}

func printUsersJSON(out io.Writer, d *people.Directory) error {
	return printObjects(out, d.People, func(p people.Person) any {
		return map[string]any{
			"user_id": p.UserID, "other_ids": append([]string{}, p.OtherIDs...), "email": p.Email, "name": p.Name,
			"workspaces": append([]string{}, p.Workspaces...), "active": p.Active, "bot": p.Bot, "primary_owner": p.PrimaryOwner,
		}
	})
}
