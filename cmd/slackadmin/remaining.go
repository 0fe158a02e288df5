package main

import (
	"errors"
	"fmt"

	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// addRemaining verifies an earlier plan, and adds the people to req who were refused, are
// unknown or left, or are still there. req ends the same kinds of sessions as that plan.
func (c *connection) addRemaining(path string, req *signout.Request) error {
	old, err := signout.ReadPlan(path)
	if err != nil {
		return &failure{err: err, hint: "no plan is written", status: exitUsage}
	}
	report, err := signout.Verify(c.cmd.Context(), c.client, old, signout.VerifyOptions{CallOptions: c.opts, Progress: c.line.scan})
	c.line.end()
	if err != nil {
		return &failure{err: fmt.Errorf("%s: %w", printable.Line(path), err), hint: "no plan is written"}
	}
	if req.MobileOnly != old.MobileOnly || req.WebOnly != old.WebOnly {
		if req.MobileOnly || req.WebOnly {
			return errors.New("--remaining takes --mobile-only and --web-only from the earlier plan; leave them out")
		}
		req.MobileOnly, req.WebOnly = old.MobileOnly, old.WebOnly
	}
	if req.Reason == "" {
		req.Reason = old.Reason
	}
	for i := range report.Rows {
		checked := &report.Rows[i]
		if checked.Settled() && (checked.State == signout.StateDone || checked.State == signout.StateAlreadyEnded) {
			continue
		}
		row := checked.Row
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
