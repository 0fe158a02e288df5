package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// remainingOf fills in those of an earlier plan who were refused, are unknown or left,
// or are still there: verify looks. Which sessions end is as in that plan.
func remainingOf(ctx context.Context, client *api.Client, opts []api.CallOption, path string, line *statusLine, req *signout.Request) error {
	old, err := signout.ReadPlan(path)
	if err != nil {
		return &failure{err: err, next: "no plan is written", status: exitUsage}
	}
	report, err := signout.Verify(ctx, client, old, signout.VerifyOptions{CallOptions: opts, Progress: line.scan})
	line.end()
	if err != nil {
		return &failure{err: fmt.Errorf("%s: %w", printable.Line(path), err), next: "no plan is written"}
	}
	if req.MobileOnly != old.MobileOnly || req.WebOnly != old.WebOnly {
		if req.MobileOnly || req.WebOnly {
			return errors.New("--mobile-only and --web-only are as in the plan of --remaining; leave them out")
		}
		req.MobileOnly, req.WebOnly = old.MobileOnly, old.WebOnly
	}
	if req.Reason == "" {
		req.Reason = old.Reason
	}
	for i := range report.Rows {
		c := &report.Rows[i]
		if c.Settled() && (c.State == signout.StateDone || c.State == signout.StateAlreadyEnded) {
			continue
		}
		row := c.Row
		p := signout.Person{
			UserID: row.UserID, OtherIDs: row.OtherIDs, Email: row.Email, Name: row.Name, Workspaces: row.Workspaces,
			Lines: []int{len(req.People) + 1},
		}
		if old.Action == signout.ActionInvalidate {
			p.Session = row.Sessions[0].ID
		}
		req.People = append(req.People, p)
	}
	return nil
}
