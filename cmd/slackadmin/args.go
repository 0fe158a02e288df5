package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

const maxUsers = 1000 // that Slack takes at once

// needSubcommand makes a group called without a subcommand wrong usage instead
// of help and success.
func needSubcommand(cmd *cobra.Command, _ []string) error {
	return fmt.Errorf("%s needs a subcommand", cmd.CommandPath())
}

// users wants user IDs as the arguments.
func users(_ *cobra.Command, args []string) error {
	if len(args) == 0 || len(args) > maxUsers {
		return fmt.Errorf("it takes 1 to %d user IDs, such as W12345678, not %d", maxUsers, len(args))
	}
	for _, id := range args {
		if err := checkID(id); err != nil {
			return err
		}
	}
	return nil
}

// checkID catches what cannot be an ID; the rest is for Slack to know.
func checkID(id string) error {
	if id == "" || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' || r == ',' }) {
		return fmt.Errorf("%q is no ID; want one such as W12345678", id)
	}
	return nil
}
