package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

func newDemo() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Sign users out of a fake organization, to show how it works",
		Long: `demo starts a fake Slack and signs users out there, with the commands that it prints.
It needs no token, and changes nothing outside the fake.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := os.MkdirTemp("", "slackadmin-demo")
			if err != nil {
				return &failure{err: err, local: true}
			}
			defer func() { _ = os.RemoveAll(dir) }()
			out := &replacer{out: cmd.OutOrStdout(), folder: dir + string(filepath.Separator)}
			d := &demo{ctx: cmd.Context(), out: out, dir: dir}
			if err := d.run(); err != nil {
				return &failure{err: err, hint: "the demo ends here"}
			}
			return nil
		},
	}
}

type demo struct {
	ctx context.Context //nolint:containedctx // of the demo command
	out *replacer
	dir string
}

const (
	demoUsers     = 500
	demoLeavers   = 300
	demoAnomalies = 3
)

func (d *demo) run() error {
	fake := slacktest.NewServer(slacktest.WithUsers(demoUsers, 3, 1), slacktest.WithBulkDelay(time.Second), slacktest.WithAnomalies(demoAnomalies, 1))
	defer fake.Close()
	if err := errors.Join(os.Setenv("SLACK_TOKEN", fake.Token), os.Setenv("SLACK_API_URL", fake.URL), os.Setenv("SLACK_AUDIT_URL", fake.ServerURL("audit"))); err != nil {
		return err
	}
	lines, leavers := []string{"Name;E-Mail"}, []string{}
	for _, user := range fake.Users()[5 : 5+demoLeavers] {
		leavers = append(leavers, user.ID)
		lines = append(lines, user.Name+";"+user.Email)
	}
	lines = append(lines, lines[1], "Nobody;nobody@example.com")
	if err := os.WriteFile(filepath.Join(d.dir, "leavers.csv"), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		return err
	}

	fmt.Fprintf(d.out, "A fake organization of %d users. Some of its sessions:\n", len(fake.Users()))
	printSessions(d.out, fake.Sessions()[:3])
	stolen := fake.Sessions(slacktest.Member)[0]
	for _, step := range []struct {
		title string
		args  []string
	}{
		{"Show the token's owner, and check the token:", []string{"whoami"}},
		{"End one session that was stolen, then all of a user's:", []string{"sessions", "invalidate", "--user", stolen.UserID, "--session", strconv.FormatInt(stolen.ID, 10)}},
		{"", []string{"sessions", "reset", slacktest.OtherMember}},
		{"A refusal is an error, though its HTTP status is 200:", []string{"sessions", "reset", slacktest.PrimaryOwner}},
		{fmt.Sprintf("%d people leave. HR has a list of their addresses; it has one twice, and one that nobody has. Plan, apply, verify:", demoLeavers), []string{"sessions", "plan", "-o", "plan.jsonl", "--users", "leavers.csv"}},
		{"", []string{"sessions", "apply", "plan.jsonl", "--yes"}},
		{"", []string{"sessions", "verify", "plan.jsonl", "--wait", "1m"}},
		{"Slack's audit log names sessions that may be stolen. End them, and check the log:", []string{"sessions", "plan", "-o", "anomalies.jsonl", "--audit-since", "24h", "--action", "anomaly"}},
		{"", []string{"sessions", "apply", "anomalies.jsonl", "--yes"}},
		{"", []string{"sessions", "verify", "anomalies.jsonl", "--audit", "--wait", "1m"}},
	} {
		if step.title != "" {
			fmt.Fprintf(d.out, "\n%s\n", step.title)
		}
		fmt.Fprintf(d.out, "$ slackadmin %s\n", strings.Join(step.args, " "))
		for i, arg := range step.args {
			if filepath.Ext(arg) != "" && !strings.HasPrefix(arg, "-") {
				step.args[i] = filepath.Join(d.dir, arg)
			}
		}
		run(d.ctx, step.args, strings.NewReader(""), d.out, d.out) // the demo continues whatever the exit status
		switch {
		case d.ctx.Err() != nil:
			return signout.ErrInterrupted
		case d.out.err != nil:
			return d.out.err
		}
	}
	if left := len(fake.Sessions(leavers...)); left > 0 {
		return fmt.Errorf("%d sessions of the leavers are left", left)
	}
	calls := signout.CallsFor(signout.ActionInvalidate, 300)
	fmt.Fprintf(d.out, "\nSlack allows 20 of these calls a minute: 1,000 users are one call, 300 sessions one by one take %v.\n", signout.Estimate(calls).Round(time.Minute))
	return d.out.err
}

// A replacer removes the demo's folder from what it writes, and remembers an error.
type replacer struct {
	out    io.Writer
	folder string
	err    error
}

func (r *replacer) Write(p []byte) (int, error) {
	if r.err == nil {
		_, r.err = io.WriteString(r.out, strings.ReplaceAll(string(p), r.folder, ""))
	}
	return len(p), r.err
}

func printSessions(out io.Writer, sessions []slacktest.Session) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  USER\tTEAM\tSESSION\tPLATFORM")
	for _, s := range sessions {
		fmt.Fprintf(table, "  %s\t%s\t%d\t%s\n", s.UserID, s.TeamID, s.ID, s.Platform)
	}
	_ = table.Flush() // an error shows again at the next line
}
