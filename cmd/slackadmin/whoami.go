package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
	"github.com/seed-38c23bad/slackadmin/internal/refusals"
)

type whoamiOptions struct{ *clientFlags }

func newWhoami(c *clientFlags) *cobra.Command {
	o := &whoamiOptions{c}
	cmd := &cobra.Command{
		Use:   "whoami",
		Short: "Show the token's owner, and check the token",
		Long: `whoami shows the kind of the token, its owner and its scopes, and checks that the
session commands can use it: it must be a user token, from an app that is installed on
the entire organization, with the scopes admin.users:read and admin.users:write. If
not, whoami lists all problems, each with its remedy, and the exit status is 1. Only a
session command shows whether the owner is an Org Owner or Org Admin.

With --json, whoami prints one object with the kind, the scopes, all problems, and the
verdict: fit or unfit.`,
		Args: noArgs,
		RunE: o.run,
	}
	c.flags(cmd)
	return cmd
}

func (o *whoamiOptions) run(cmd *cobra.Command, _ []string) error {
	c, err := o.connect(cmd, false)
	if err != nil {
		return err
	}
	var header http.Header
	me, err := c.client.AuthTest(cmd.Context(), append(c.opts, api.WithHeaderInto(&header))...)
	var refused *api.Error
	if err != nil && (!errors.As(err, &refused) || !refusals.AboutCaller(refused.Code)) {
		return c.failure("", err)
	}
	report := checkToken(strings.TrimSpace(os.Getenv("SLACK_TOKEN")), me, refused, header)
	if c.json {
		err = json.NewEncoder(cmd.OutOrStdout()).Encode(report)
	} else {
		_, err = io.WriteString(cmd.OutOrStdout(), report.String())
	}
	if err != nil {
		return writeError(err)
	}
	return report.failure(refused, extraFields(c.response))
}

// String returns the report for people, without the problems.
func (r *tokenReport) String() string {
	var b strings.Builder
	out := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	row := func(name string, values ...string) {
		if value := strings.TrimSpace(strings.Join(values, " ")); value != "" {
			fmt.Fprintf(out, "%s\t%s\n", name, printable.Line(value))
		}
	}
	row("Token", r.Prefix, r.Kind)
	row("User", r.UserID, r.User)
	row("Organization", r.EnterpriseID)
	row("Workspace", r.TeamID, r.Team)
	row("URL", r.URL)
	row("App", r.AppID, r.AppName)
	row("Scopes", strings.Join(r.Scopes, ", "))
	for _, o := range r.Optional {
		if !o.Granted {
			row("Optional", o.Scope, "would let it", o.Purpose)
		}
	}
	if left := time.Duration(r.ExpiresIn) * time.Second; left > 0 {
		row("Expires", formatExpiry(left, time.Now().Add(left)))
	}
	_ = out.Flush() // into b
	return b.String()
}
