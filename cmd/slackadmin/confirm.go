package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/internal/people"
	"github.com/seed-38c23bad/slackadmin/internal/words"
)

// ask asks on a terminal for answer, and returns a failure if somebody types anything
// else. name is what the answer is.
func ask(cmd *cobra.Command, terminal *os.File, question, name, answer, unchanged string) error {
	fmt.Fprintf(cmd.ErrOrStderr(), "%s. Type that %s to continue: ", question, name)
	typed, err := bufio.NewReader(terminal).ReadString('\n')
	if err != nil || strings.TrimSpace(typed) != answer {
		return &failure{err: errors.New("that is not the " + name), hint: unchanged, status: exitUsage}
	}
	return nil
}

// confirmSelf asks whether to sign out the token's owner, if one of ids is the owner's.
func (c *connection) confirmSelf(ids []string) error {
	self, err := c.selfID(ids)
	if err != nil || self == "" {
		return err
	}
	terminal := terminalOf(c.cmd.InOrStdin())
	if terminal == nil {
		return &failure{
			err:  fmt.Errorf("%s is the token's owner", self),
			hint: "nobody was signed out; to sign out the owner too, add --own", status: exitUsage,
		}
	}
	return ask(c.cmd, terminal, self+" is the token's owner", "ID", self, "nobody was signed out")
}

// selfID returns the one of ids that is the token's owner's, "" if there is none. A person
// can have a U… and a W… ID; selfID notifies if it cannot find out.
func (c *connection) selfID(ids []string) (string, error) {
	me, err := c.client.AuthTest(c.cmd.Context(), c.opts...)
	switch {
	case err != nil:
		return "", c.failure("", err)
	case slices.Contains(ids, me.UserID), me.UserID == "":
		return me.UserID, nil
	}
	others := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id[0] == me.UserID[0] })
	if len(others) == 0 {
		return "", nil
	}
	var found *people.Directory
	if len(others) <= maxOtherIDs {
		found, err = c.lookUp(others)
	}
	if ended := c.cmd.Context().Err(); ended != nil {
		return "", c.failure("", cmp.Or(err, ended))
	}
	if err != nil || found == nil { // the users can be reset all the same
		c.notify(fmt.Sprintf("cannot check whether one of these is another ID of the token's owner, %s: %s", me.UserID, words.JoinFirst(others, 10)))
		return "", nil //nolint:nilerr // the notice tells
	}
	for _, id := range others {
		if p := found.ByID(id); p != nil && slices.Contains(p.IDs(), me.UserID) {
			return id, nil
		}
	}
	return "", nil
}
