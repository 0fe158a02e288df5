package tests

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

// TestOutputThatCannotBeWritten gives the commands that only print a full disk to write to.
func TestOutputThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	full := fullDisk(t)
	slack := newSlack(t)
	for _, args := range []string{
		"version",
		"whoami",
		"whoami --json",
		"fake",
		"call auth.test",
		"call auth.test --json",
		"demo",
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
			cmd.Env = environment("SLACK_TOKEN="+slack.Token, "SLACK_API_URL="+slack.URL)
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

// TestApplyWithoutOutput applies plans with a full disk to write to. That is said
// unless there is worse to say.
func TestApplyWithoutOutput(t *testing.T) {
	t.Parallel()
	full := fullDisk(t)
	slack := newSlack(t)
	for _, test := range []struct {
		user, flag string
		status     int
		want       string
	}{
		{slacktest.Member, "", 1, "the output could not be written: write /dev/stdout: no space left on device"},
		{slacktest.Member, "--json", 1, "the output could not be written: write /dev/stdout: no space left on device"},
		{"W9", "", 3, "1 refused: list them with "},
		{"W9", "--json", 3, "1 refused: list them with "},
	} {
		t.Run(test.user+test.flag, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "users"), []byte(test.user), 0o600); err != nil {
				t.Fatal(err)
			}
			run := func(stdout io.Writer, args string) (status int, said string) {
				cmd := exec.CommandContext(t.Context(), command(t), strings.Fields(args)...)
				cmd.Dir = dir
				cmd.Env = environment("SLACK_TOKEN="+slack.Token, "SLACK_API_URL="+slack.URL)
				var stderr bytes.Buffer
				cmd.Stdout, cmd.Stderr = stdout, &stderr
				_ = cmd.Run() // the status says it
				seen.note(stderr.String())
				return cmd.ProcessState.ExitCode(), stderr.String()
			}
			if status, said := run(nil, "sessions plan -o plan.jsonl --no-scan --users users"); status != 0 {
				t.Fatalf("status %d\n%s", status, said)
			}
			status, said := run(full, "sessions apply plan.jsonl --yes "+test.flag)
			if status != test.status || !strings.Contains(said, test.want) {
				t.Errorf("status %d, said %q; want %d, %q", status, said, test.status, test.want)
			}
		})
	}
}

// fullDisk returns a file that cannot be written to.
func fullDisk(t *testing.T) *os.File {
	t.Helper()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this system has no /dev/full: ", err)
	}
	t.Cleanup(func() { _ = full.Close() })
	return full
}
