package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func newMan() *cobra.Command {
	return &cobra.Command{
		Use:     "man DIR",
		Short:   "Write man pages to a directory",
		Example: `  slackadmin man ~/.local/share/man/man1`,
		Args:    cobra.ExactArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			root.DisableAutoGenTag = true // the date would make each build differ
			if err := doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "slackadmin " + version()}, args[0]); err != nil {
				return &failure{err: err, next: "check the directory"}
			}
			return nil
		},
	}
}
