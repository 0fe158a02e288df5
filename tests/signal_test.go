//go:build unix

package tests

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

// TestInterrupt sends the command Ctrl-C while it waits for an answer, and
// while it waits to try again.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		f    fault
		want string
	}{
		"for an answer": {fault{respond: hang}, "it may have done what was asked all the same"},
		"to try again":  {fault{answers: []string{answer(429, "Retry-After: 100", `{"ok":false,"error":"ratelimited"}`)}}, "did nothing for it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFaultServer(t, test.f)
			cmd := exec.CommandContext(t.Context(), binary, "sessions", "reset", "W1", "--verbose")
			cmd.Env = []string{"SLACK_TOKEN=xoxp-in-a-command", "SLACK_API_URL=" + s.base}
			stderr, err := cmd.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(stderr)
			if test.f.respond == nil {
				for lines.Scan() && !strings.Contains(lines.Text(), "slack retry") {
				}
			}
			<-s.arrived
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			last := ""
			for lines.Scan() {
				last = lines.Text()
			}
			err = cmd.Wait()
			if cmd.ProcessState.ExitCode() != 1 || !strings.Contains(last, "interrupted") || !strings.Contains(last, test.want) {
				t.Errorf("%v, status %d, said %q, want %q", err, cmd.ProcessState.ExitCode(), last, test.want)
			}
		})
	}
}

// TestFakeCommand runs the fake as a process of its own and calls it.
func TestFakeCommand(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), binary, "fake")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill() }() // in case it does not stop when asked

	said := map[string]string{}
	lines := bufio.NewScanner(stdout)
	line := regexp.MustCompile(`^export (\w+)=(\S+)$`)
	for len(said) < 2 && lines.Scan() {
		if m := line.FindStringSubmatch(lines.Text()); m != nil {
			said[m[1]] = m[2]
		}
	}
	client, err := api.New(said["SLACK_TOKEN"], api.WithBaseURL(said["SLACK_API_URL"]))
	if err != nil {
		t.Fatalf("fake said %q: %v", said, err)
	}
	ctx := context.Background()
	if _, err := client.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{UserID: slacktest.Member}); err != nil {
		t.Error(err)
	}
	_, err = client.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{UserID: "W9"})
	if !errors.Is(err, api.ErrUserNotFound) {
		t.Errorf("got %v, want user_not_found", err)
	}

	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("interrupted, fake ends with %v, want status 0", err)
	}
}
