package main

import (
	"io"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersion(c *clientFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			line := "slackadmin " + version() + "\n"
			if c.json {
				line = objectLine("version", version())
			}
			_, err := io.WriteString(cmd.OutOrStdout(), line)
			return writeError(err)
		},
	}
}

// release is the version of a release, set by the linker.
var release string

func version() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
