//go:build unix

package tests

import (
	"bufio"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

// runFake runs the fake as a process of its own and stops it when use returns. It
// returns what the fake said on stderr.
func runFake(t *testing.T, use func(url string, c *api.Client), args ...string) (said string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), command(t), append([]string{"fake"}, args...)...)
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
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // in case it does not stop when asked
	exports := map[string]string{}
	for lines := bufio.NewScanner(stdout); len(exports) < 2 && lines.Scan(); {
		name, value, _ := strings.Cut(strings.TrimPrefix(lines.Text(), "export "), "=")
		exports[name] = value
	}
	c, err := api.New(exports["SLACK_TOKEN"], api.WithBaseURL(exports["SLACK_API_URL"]))
	if err != nil {
		t.Fatal(err)
	}
	// It has said all once it answers and is asked to stop.
	use(exports["SLACK_API_URL"], c)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(stderr)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("interrupted, it ends with %v, want status 0", err)
	}
	seen.note(string(text))
	return string(text)
}

func TestFakeCommandByDefault(t *testing.T) {
	t.Parallel()
	said := runFake(t, func(url string, c *api.Client) {
		if !strings.HasPrefix(url, "http://127.0.0.1:") {
			t.Errorf("it listens on %s, want loopback", url)
		}
		for range 30 { // no limits unless asked for
			if _, err := c.AuthTest(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	})
	if !strings.HasPrefix(said, "The fake Slack is running, with 5 users and 7 sessions. Interrupt it to stop.\n") || strings.Count(said, "\n") != 2+7 {
		t.Errorf("it said %q, want the sessions in 9 lines", said)
	}
}

func TestFakeCommandForOthers(t *testing.T) {
	t.Parallel()
	said := runFake(t, func(string, *api.Client) {}, "--listen", "0.0.0.0:0")
	if !strings.HasPrefix(said, "Others on the network can reach the fake Slack") {
		t.Errorf("it said %q, want a warning first", said)
	}
}

// TestFakeCommandWithAnOrganization gives it flags that change who there is and
// what takes how long.
func TestFakeCommandWithAnOrganization(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "log")
	devices := map[string]string{}
	for _, seed := range []string{"1", "1", "2"} {
		said := runFake(t, func(_ string, c *api.Client) {
			if _, err := c.AdminUsersSessionResetBulk(t.Context(), api.AdminUsersSessionResetBulkRequest{UserIDs: []string{slacktest.Member, slacktest.OtherMember}}); err != nil {
				t.Error(err)
			}
			list, err := c.AdminUsersSessionList(t.Context(), api.AdminUsersSessionListRequest{})
			if err != nil || len(list.ActiveSessions) != 7+20*3 {
				t.Fatalf("%d sessions, %v; want 67, for the work takes an hour", len(list.ActiveSessions), err)
			}
			var all strings.Builder
			for _, s := range list.ActiveSessions {
				all.WriteString(s.Created.IP + " " + s.Created.OS + "\n")
			}
			if devices[seed] != "" && devices[seed] != all.String() {
				t.Errorf("seed %s made another organization than before", seed)
			}
			devices[seed] = all.String()
		}, "--users", "20", "--seed", seed, "--bulk-delay", "1h", "--log", log)
		if !strings.HasPrefix(said, "The fake Slack is running, with 25 users and 67 sessions.") || strings.Count(said, "\n") != 2+10 {
			t.Errorf("it said %q, want the first 10 sessions", said)
		}
	}
	if devices["1"] == devices["2"] {
		t.Error("another seed made the same organization")
	}
	info, err := os.Stat(log)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(read(t, log), `"verb":"POST"`); got != 6 || info.Mode() != fs.FileMode(0o600) {
		t.Errorf("the log has %d requests and mode %v, want those of all three runs for the owner alone", got, info.Mode())
	}
}
