package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

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
		err := fmt.Errorf("it takes 1 to %d user IDs, such as W12345678, not %d", maxUsers, len(args))
		if len(args) > maxUsers {
			err = fmt.Errorf("%w; slackadmin sessions plan takes any number", err)
		}
		return err
	}
	for _, id := range args {
		if err := checkUser(id); err != nil {
			if _, statErr := os.Stat(id); statErr == nil {
				return fmt.Errorf("%w; slackadmin sessions plan --users takes a file of them", err)
			}
			return err
		}
	}
	return nil
}

// flagsOnly wants no arguments but flags.
func flagsOnly(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("%s takes only flags, and %q stands alone; want --FLAG VALUE, or --FLAG=false of one that is true or false", cmd.Name(), args[0])
}

// named names some users: up to five, and how many more.
func named(ids []string) string { return firstOf(ids, 5) }

// firstOf names up to so many users, and how many more there are.
func firstOf(ids []string, most int) string {
	if len(ids) <= most {
		return strings.Join(ids, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(ids[:most], ", "), len(ids)-most)
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
