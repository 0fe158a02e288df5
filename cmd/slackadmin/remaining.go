package main

import (
	"context"
	"fmt"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// remainingOf returns those of an earlier plan who were refused, are unknown or left,
// or are still there: verify looks.
func remainingOf(ctx context.Context, client *api.Client, opts []api.CallOption, path string, line *statusLine) ([]signout.Person, error) {
	old, err := signout.ReadPlan(path)
	if err != nil {
		return nil, &failure{err: err, next: "no plan is written"}
	}
	report, err := signout.Verify(ctx, client, old, signout.VerifyOptions{CallOptions: opts, Progress: line.scan})
	line.end()
	if err != nil {
		return nil, &failure{err: fmt.Errorf("%s: %w", printable.Line(path), err), next: "no plan is written"}
	}
	var people []signout.Person
	for i := range report.Rows {
		c := &report.Rows[i]
		if c.Settled() && (c.State == signout.StateDone || c.State == signout.StateAlreadyEnded) {
			continue
		}
		row := c.Row
		p := signout.Person{
			UserID: row.UserID, OtherIDs: row.OtherIDs, Email: row.Email, Name: row.Name, Workspaces: row.Workspaces,
			Lines: []int{len(people) + 1},
		}
		if old.Action == signout.ActionInvalidate {
			p.Session = row.Sessions[0].ID
		}
		people = append(people, p)
	}
	return people, nil
}
