package main

import (
	"fmt"
	"os"
	"regexp"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/internal/slack"
)

const maxUsers = 1000 // of one call

var teamPattern = regexp.MustCompile(`^[TE][A-Z0-9]+$`)

func userIDArgs(_ *cobra.Command, args []string) error {
	if len(args) == 0 || len(args) > maxUsers {
		err := fmt.Errorf("want 1 to %d user IDs, such as W12345678, not %d", maxUsers, len(args))
		if len(args) > maxUsers {
			err = fmt.Errorf("%w; slackadmin sessions plan takes any number", err)
		}
		return err
	}
	for _, id := range args {
		if err := checkUserID(id); err != nil {
			if _, statErr := os.Stat(id); statErr == nil {
				return fmt.Errorf("%w; slackadmin sessions plan --users takes a file of them", err)
			}
			return err
		}
	}
	return nil
}

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("%s takes only flags, not %q; want --FLAG VALUE, or --FLAG=false for a flag that is true or false", cmd.Name(), args[0])
}

// allIDs returns the ID of a person and the person's other IDs.
func allIDs(id string, others []string) []string { return append([]string{id}, others...) }

func checkUserID(id string) error {
	if !slack.UserID.MatchString(id) {
		return fmt.Errorf("%q is not a user ID; want one such as W12345678 or U12345678", id)
	}
	return nil
}

func checkTeamID(id string) error {
	if !teamPattern.MatchString(id) {
		return fmt.Errorf("%q is not a workspace ID; want one such as T12345678, or the organization's, such as E12345678", id)
	}
	return nil
}

func parseSessionID(text string) (id int64, err error) {
	id, err = strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return 0, fmt.Errorf("%q is not a session ID; want one such as 1112275520242", text)
	}
	return id, nil
}
