package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func didYouMean(suggestions []string) string {
	if len(suggestions) == 0 {
		return ""
	}
	return " (did you mean " + strings.Join(suggestions, " or ") + "?)"
}

// suggestions returns the subcommands whose name is similar to name, and the
// subcommands of subcommands whose name is name.
func suggestions(cmd *cobra.Command, name string) []string {
	found := cmd.SuggestionsFor(name)
	for _, group := range cmd.Commands() {
		for _, sub := range group.Commands() {
			if sub.Name() == name {
				found = append(found, group.Name()+" "+name)
			}
		}
	}
	return found
}

// suggestFlag adds to the error for an unknown flag the flags with a similar name, and to
// the error for a duration without a unit the units.
func suggestFlag(cmd *cobra.Command, err error) error {
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) && strings.HasPrefix(invalid.Unwrap().Error(), "time: missing unit") {
		return fmt.Errorf("--%s is %s, without a unit; want %[2]ss, %[2]sm or %[2]sh", invalid.GetFlag().Name, invalid.GetValue())
	}
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) || unknown.GetSpecifiedShortnames() != "" {
		return err
	}
	// cobra finds commands with a similar name, so make a command for each flag.
	names := &cobra.Command{SuggestionsMinimumDistance: 2}
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		names.AddCommand(&cobra.Command{Use: flag.Name, Run: func(*cobra.Command, []string) {}})
	})
	var similar []string
	for _, flag := range names.SuggestionsFor(unknown.GetSpecifiedName()) {
		similar = append(similar, "--"+flag)
	}
	return errors.New(err.Error() + didYouMean(similar))
}
