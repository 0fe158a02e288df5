package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/spf13/cobra"
)

const maxUsers = 1000 // that Slack takes at once

var (
	userPattern = regexp.MustCompile(`^[UW][A-Z0-9]+$`)
	teamPattern = regexp.MustCompile(`^[TE][A-Z0-9]+$`)
)

// users wants user IDs as the arguments.
func users(_ *cobra.Command, args []string) error {
	if len(args) == 0 || len(args) > maxUsers {
		return fmt.Errorf("it takes 1 to %d user IDs, such as W12345678, not %d", maxUsers, len(args))
	}
	for _, id := range args {
		if err := checkUser(id); err != nil {
			return err
		}
	}
	return nil
}

// once returns IDs without those that are there already.
func once(ids []string) []string {
	var unique []string
	for _, id := range ids {
		if !slices.Contains(unique, id) {
			unique = append(unique, id)
		}
	}
	return unique
}

func checkUser(id string) error {
	if !userPattern.MatchString(id) {
		return fmt.Errorf("%q is no user ID; want one such as W12345678 or U12345678", id)
	}
	return nil
}

func checkTeam(id string) error {
	if !teamPattern.MatchString(id) {
		return fmt.Errorf("%q is no workspace ID; want one such as T12345678, or the organization's, such as E12345678", id)
	}
	return nil
}

func checkSession(text string) (id int64, err error) {
	id, err = strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return 0, fmt.Errorf("%q is no session ID; want one such as 1112275520242", text)
	}
	return id, nil
}
