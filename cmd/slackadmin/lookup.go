package main

import (
	"fmt"
	"slices"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/people"
)

// maxOtherIDs is the maximum number of IDs that are looked up to find out whose they are.
const maxOtherIDs = 50

func (c *connection) lookup() *people.Lookup {
	return &people.Lookup{Client: c.client, CallOptions: c.opts}
}

// lookUp looks up people by their IDs. The directory is nil if the token lacks the scope.
func (c *connection) lookUp(ids []string) (*people.Directory, error) {
	return c.lookup().ByIDs(c.cmd.Context(), ids)
}

// findPeople looks up the people of entries, and shows the progress.
func (c *connection) findPeople(entries []people.Entry) (*people.Directory, error) {
	lookup := c.lookup()
	lookup.Notify = c.notify
	lookup.Progress = func(done, all int) {
		c.line.show(func() string {
			if all == 0 {
				return plural(done, "person") + " listed"
			}
			return fmt.Sprintf("%d of %d people looked up", done, all)
		})
	}
	d, err := lookup.Find(c.cmd.Context(), entries)
	c.line.end()
	if err != nil {
		return nil, &failure{err: err, hint: "the people could not be looked up; use a saved directory with --directory, or IDs"}
	}
	return d, nil
}

// maxScannedUsers is the maximum number of users, given by ID, whose workspaces are looked
// up so that plan can ask for their sessions alone.
const maxScannedUsers = 9

// findWorkspaces fills in the workspaces of a few people, so that plan can ask for their
// sessions alone. It does so only if all sessions are more than a page and the token has
// the scope.
func (c *connection) findWorkspaces(named []signout.Person) {
	var ids []string
	for i := range named {
		if named[i].LeftOut == "" && !slices.Contains(ids, named[i].UserID) {
			ids = append(ids, named[i].UserID)
		}
		if len(ids) > maxScannedUsers {
			return
		}
	}
	if len(ids) == 0 {
		return
	}
	page, err := c.client.AdminUsersSessionList(c.cmd.Context(), api.AdminUsersSessionListRequest{}, c.opts...)
	if err != nil || page.ResponseMetadata.NextCursor == "" {
		return // signout.Make meets the error too, and handles it
	}
	found, err := c.lookUp(ids)
	if err != nil || found == nil {
		return // all sessions are listed
	}
	for i := range named {
		if p := found.ByID(named[i].UserID); p != nil {
			named[i].UserID, named[i].OtherIDs, named[i].Workspaces = p.UserID, p.OtherIDs, p.Workspaces
		}
	}
}
