package tests

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

// TestOutputThatCannotBeWritten gives the commands that only print a full disk to write to.
func TestOutputThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this system has no /dev/full: ", err)
	}
	t.Cleanup(func() { _ = full.Close() })
	slack := newSlack(t)
	for _, args := range []string{
		"version",
		"whoami",
		"whoami --json",
		"fake",
		"call auth.test",
		"call auth.test --json",
		"completion bash",
		"completion zsh",
		"completion fish",
		"completion powershell",
		"sessions list",
		"sessions list --csv",
		"sessions list --json",
		"sessions list --raw",
		"sessions settings get " + slacktest.Member,
		"sessions settings get --json " + slacktest.Member,
		"sessions invalidate --user " + slacktest.Member + " --session 1112275520244",
	} {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(context.Background(), command(t), strings.Fields(args)...)
			cmd.Env = []string{"SLACK_TOKEN=" + slack.Token, "SLACK_API_URL=" + slack.URL}
			var stderr bytes.Buffer
			cmd.Stdout, cmd.Stderr = full, &stderr
			_ = cmd.Run() // the status says it
			seen.note(stderr.String())
			if got := cmd.ProcessState.ExitCode(); got != 1 || !strings.Contains(stderr.String(), "no space left on device") || strings.Count(stderr.String(), "\n") != 1 {
				t.Errorf("status %d, want 1 with the reason\n%s", got, &stderr)
			}
		})
	}
}
