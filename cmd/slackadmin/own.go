package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/people"
)

// confirmOwn asks whether the user whom the token belongs to is to be signed out, if
// one of IDs is that user's.
func (c *caller) confirmOwn(cmd *cobra.Command, client *api.Client, opts []api.CallOption, ids []string) error {
	own, err := c.ownID(cmd, client, opts, ids)
	if err != nil || own == "" {
		return err
	}
	terminal := terminalOf(cmd.InOrStdin())
	if terminal == nil {
		return &failure{
			err:  fmt.Errorf("%s is the user whom the token belongs to", own),
			next: "nobody was signed out; if that is meant, give --own", status: exitUsage,
		}
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%s is the user whom the token belongs to. Type that ID to go on: ", own)
	answer, err := bufio.NewReader(terminal).ReadString('\n')
	if err != nil || strings.TrimSpace(answer) != own {
		return &failure{err: errors.New("that is not the ID"), next: "nobody was signed out", status: exitUsage}
	}
	return nil
}

// ownID returns which of IDs is of the user whom the token belongs to, "" if none is. A
// person can have a U… and a W… ID; it says so if it cannot find out.
func (c *caller) ownID(cmd *cobra.Command, client *api.Client, opts []api.CallOption, ids []string) (string, error) {
	me, err := client.AuthTest(cmd.Context(), opts...)
	switch {
	case err != nil:
		return "", c.failure(cmd, "", err)
	case slices.Contains(ids, me.UserID), me.UserID == "":
		return me.UserID, nil
	}
	others := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id[0] == me.UserID[0] })
	if len(others) == 0 {
		return "", nil
	}
	var found *people.Directory
	if len(others) <= maxOtherIDs {
		found, err = lookUp(cmd.Context(), client, opts, others)
	}
	if cmd.Context().Err() != nil {
		return "", c.failure(cmd, "", err)
	}
	if err != nil || found == nil { // it can be reset all the same
		c.say(cmd.ErrOrStderr(), fmt.Sprintf("whether one of these is another ID of the token's own user, %s, is not known: %s", me.UserID, firstOf(others, 10)))
		return "", nil //nolint:nilerr // it is said
	}
	for _, id := range others {
		if p := found.ByID(id); p != nil && (p.UserID == me.UserID || slices.Contains(p.OtherIDs, me.UserID)) {
			return id, nil
		}
	}
	return "", nil
}

func lookUp(ctx context.Context, client *api.Client, opts []api.CallOption, ids []string) (*people.Directory, error) {
	lookup := people.Lookup{Client: client, CallOptions: opts, Say: func(string) {}, Progress: func(int, int) {}}
	return lookup.ByIDs(ctx, ids)
}
