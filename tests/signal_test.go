//go:build unix

package tests

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestInterrupt sends the command Ctrl-C while it waits for an answer, and
// while it waits to try again.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	secondPage := make(chan struct{})
	for name, test := range map[string]struct {
		f    fault
		args []string
		want string
	}{
		"for an answer": {fault{respond: hang}, []string{"sessions", "reset", "W1", "--own"}, "interrupted before the response; Slack may have executed the call"},
		"to try again":  {fault{answers: []string{limited("Retry-After: 100")}}, []string{"sessions", "reset", "W1", "--own"}, "interrupted while waiting for the rate limit; nothing was done"},
		"for a page": {fault{respond: func(c *tapped, n int) bool {
			if n == 2 {
				close(secondPage)
				return hang(c, n)
			}
			_, err := c.Write([]byte(answer(200, "", `{"ok":true,"active_sessions":[],"response_metadata":{"next_cursor":"there"}}`)))
			return err == nil
		}}, []string{"sessions", "list"}, "continue with --cursor there"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFaultServer(t, test.f)
			run := startCommand(t, s, append(test.args, "--verbose")...)
			switch name {
			case "for an answer":
				wait(t, "the request", s.arrived)
			case "to try again":
				run.waitFor(t, "slack retry")
			case "for a page":
				wait(t, "the request of the second page", secondPage) // which never ends
			}
			run.signal(t, os.Interrupt)
			last := run.last()
			if err := run.cmd.Wait(); run.cmd.ProcessState.ExitCode() != 130 || !strings.Contains(last, test.want) {
				t.Errorf("%v, status %d, said %q, want %q", err, run.cmd.ProcessState.ExitCode(), last, test.want)
			}
		})
	}
}

// TestAnInterruptedApply waits for the answer to the call on its way, and says how
// to go on.
func TestAnInterruptedApply(t *testing.T) {
	t.Parallel()
	s, interrupted, plan, run := startApply(t)
	run.signal(t, os.Interrupt)
	run.waitFor(t, "interrupted; waiting for the response to the last call")
	close(interrupted)
	last := run.last()
	if err := run.cmd.Wait(); run.cmd.ProcessState.ExitCode() != 130 || !strings.HasSuffix(last, "interrupted: continue with slackadmin sessions apply "+plan+" --max 1001") || s.seen() != 3 {
		t.Errorf("%v, status %d after %d requests, said %q", err, run.cmd.ProcessState.ExitCode(), s.seen(), last)
	}
}

// TestAHangUp is an interrupt, unless it was ignored from the start, as by nohup.
func TestAHangUp(t *testing.T) {
	t.Parallel()
	t.Run("ends it", func(t *testing.T) {
		t.Parallel()
		s, interrupted, _, run := startApply(t)
		run.signal(t, syscall.SIGHUP)
		run.waitFor(t, "interrupted; waiting for the response to the last call")
		close(interrupted)
		last := run.last()
		if err := run.cmd.Wait(); run.cmd.ProcessState.ExitCode() != 130 || !strings.Contains(last, "interrupted: continue with") || s.seen() != 3 {
			t.Errorf("%v, status %d after %d requests, said %q", err, run.cmd.ProcessState.ExitCode(), s.seen(), last)
		}
	})
	t.Run("under nohup", func(t *testing.T) {
		t.Parallel()
		s, interrupted, plan, first := startApply(t)
		_ = first.cmd.Process.Kill()
		close(interrupted)
		_ = first.cmd.Wait()
		run := startCommandAs(t, s, []string{"sh", "-c", `trap "" HUP; exec "$0" "$@"`}, "sessions", "apply", plan, "--yes", "--max", "0", "--verbose")
		run.waitFor(t, "method=auth.test")
		run.signal(t, syscall.SIGHUP)
		last := run.last()
		if err := run.cmd.Wait(); err != nil {
			t.Errorf("%v, said %q; want it done", err, last)
		}
	})
}

// TestAQuietApply says nothing of the call on its way, and ends at a second
// interrupt.
func TestAQuietApply(t *testing.T) {
	t.Parallel()
	_, interrupted, _, run := startApply(t, "--quiet")
	defer close(interrupted)
	ended := make(chan string)
	go func() { ended <- run.last() }()
	for {
		select {
		case said := <-ended:
			if err := run.cmd.Wait(); run.cmd.ProcessState.ExitCode() != 130 || said != "" {
				t.Errorf("%v, said %q; want status 130 and nothing", err, said)
			}
			return
		case <-time.After(10 * time.Millisecond):
			run.signal(t, os.Interrupt) // two that come together count once
		}
	}
}

// startApply starts to apply a plan of two calls, and returns when the first was
// sent. It is answered once interrupted is closed.
func startApply(t *testing.T, flags ...string) (s *faultServer, interrupted chan struct{}, plan string, run *running) {
	t.Helper()
	sent, interrupted := make(chan struct{}), make(chan struct{})
	s = newFaultServer(t, fault{respond: func(c *tapped, n int) bool {
		if n == 3 { // auth.test of plan and of apply come before
			close(sent)
			<-interrupted
		}
		_, err := c.Write([]byte(answer(200, "", `{"ok":true,"user_id":"W1","team_id":"T1","enterprise_id":"E1"}`)))
		return err == nil
	}})
	dir := t.TempDir()
	users, plan := filepath.Join(dir, "users"), filepath.Join(dir, "plan.jsonl")
	leavers := make([]string, 1001)
	for i := range leavers {
		leavers[i] = fmt.Sprintf("W%d", i+2)
	}
	write(t, users, strings.Join(leavers, "\n"))
	run = startCommand(t, s, "sessions", "plan", "-o", plan, "--users", users, "--no-scan")
	if said := run.last(); run.cmd.Wait() != nil {
		t.Fatal(said)
	}
	run = startCommand(t, s, append([]string{"sessions", "apply", plan, "--yes", "--max", "0"}, flags...)...)
	wait(t, "the first call that resets", sent)
	return s, interrupted, plan, run
}

// TestAnInterruptedDemo ends at once, and with the status of an interrupt.
func TestAnInterruptedDemo(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), command(t), "demo")
	cmd.Env = environment("TMPDIR=" + t.TempDir())
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var steps int
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "$ slackadmin ") {
			if steps++; steps == 2 {
				if err := cmd.Process.Signal(os.Interrupt); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 130 || steps > 6 || !strings.HasSuffix(stderr.String(), "slackadmin: interrupted: the demo ends here\n") {
		t.Errorf("%v after %d steps, said %q", err, steps, &stderr)
	}
}

// TestTheTimeLimitIsOfEachCall lists pages that together take longer than a call
// may.
func TestTheTimeLimitIsOfEachCall(t *testing.T) {
	t.Parallel()
	const pages = 6
	s := newFaultServer(t, fault{respond: func(c *tapped, n int) bool {
		<-time.After(500 * time.Millisecond) // a slow page
		next := ""
		if n < pages {
			next = strconv.Itoa(n)
		}
		_, err := c.Write([]byte(answer(200, "", `{"ok":true,"active_sessions":[],"response_metadata":{"next_cursor":"`+next+`"}}`)))
		return err == nil
	}})
	run := startCommand(t, s, "sessions", "list", "--timeout", "2s")
	last := run.last()
	if err := run.cmd.Wait(); err != nil || s.seen() != pages {
		t.Errorf("%v after %d pages, said %q", err, s.seen(), last)
	}
}

// TestASecondInterrupt ends the command at once, though its output goes into a
// pipe that is full.
func TestASecondInterrupt(t *testing.T) {
	t.Parallel()
	session := `{"user_id":"W` + strings.Repeat("1", 200) + `","team_id":"T1","session_id":1,"created":{}}` // a pipe holds 64 KiB
	page := `{"ok":true,"active_sessions":[` + strings.Repeat(session+",", 999) + session + `],"response_metadata":{"next_cursor":"%d"}}`
	s := newFaultServer(t, fault{respond: func(c *tapped, n int) bool {
		_, err := c.Write([]byte(answer(200, "", fmt.Sprintf(page, n))))
		return err == nil
	}})
	run := startCommand(t, s, "sessions", "list", "--verbose")
	defer run.stdout.Close() // nobody reads it
	run.waitFor(t, "attempt=1")
	run.signal(t, syscall.SIGTERM)
	run.signal(t, syscall.SIGINT)
	hung := time.AfterFunc(time.Minute, func() { _ = run.cmd.Process.Kill() })
	defer hung.Stop()
	for run.cmd.ProcessState == nil && run.lines.Scan() {
		run.signal(t, syscall.SIGINT) // signals of one kind that come together count once
	}
	if err := run.cmd.Wait(); run.cmd.ProcessState.ExitCode() != 130 {
		t.Errorf("%v, want status 130", err)
	}
}

// running is the command while it runs.
type running struct {
	cmd    *exec.Cmd
	stdout io.ReadCloser
	lines  *bufio.Scanner // of stderr
}

func startCommand(t *testing.T, s *faultServer, args ...string) *running {
	t.Helper()
	return startCommandAs(t, s, nil, args...)
}

// startCommandAs starts the command by another, which gets it and args as its last
// arguments.
func startCommandAs(t *testing.T, s *faultServer, by []string, args ...string) *running {
	t.Helper()
	line := append(append(slices.Clone(by), command(t)), args...)
	cmd := exec.CommandContext(t.Context(), line[0], line[1:]...)
	cmd.Env = environment("SLACK_TOKEN=xoxp-in-a-command", "SLACK_API_URL="+s.base)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // in case it does not end
	return &running{cmd, stdout, bufio.NewScanner(stderr)}
}

// waitFor returns when the command has said what.
func (r *running) waitFor(t *testing.T, what string) {
	t.Helper()
	for r.lines.Scan() {
		if strings.Contains(r.lines.Text(), what) {
			return
		}
	}
	t.Fatalf("it never said %q", what)
}

func (r *running) signal(t *testing.T, signal os.Signal) {
	t.Helper()
	if err := r.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
}

// last returns the last line that the command says.
func (r *running) last() (line string) {
	for r.lines.Scan() {
		line = r.lines.Text()
	}
	return line
}
