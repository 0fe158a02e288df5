//go:build unix

package tests

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

// runFake runs the fake as a process of its own and stops it when use returns. It
// returns what the fake said on stderr. The environment is as the fake exports it.
func runFake(t *testing.T, use func(env map[string]string, c *api.Client), args ...string) (said string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), command(t), append([]string{"fake"}, args...)...)
	cmd.Env = environment(os.Environ()...)
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
	env := map[string]string{}
	export := regexp.MustCompile(`^export (\w+)=(\S+)$`)
	for lines := bufio.NewScanner(stdout); len(env) < 2 && lines.Scan(); {
		if m := export.FindStringSubmatch(lines.Text()); m != nil {
			env[m[1]] = m[2]
		}
	}
	c, err := api.New(env["SLACK_TOKEN"], api.WithBaseURL(env["SLACK_API_URL"]))
	if err != nil {
		t.Fatalf("fake said %q: %v", env, err)
	}
	// It has said all once it answers and is asked to stop.
	use(env, c)
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

// TestFakeCommand runs the fake as a process of its own and calls it.
func TestFakeCommand(t *testing.T) {
	t.Parallel()
	logFile := filepath.Join(t.TempDir(), "log")
	runFake(t, func(env map[string]string, c *api.Client) {
		ctx := t.Context()
		if url := env["SLACK_API_URL"]; !strings.HasPrefix(url, "http://127.0.0.1:") {
			t.Errorf("it listens on %s, want loopback", url)
		}
		if _, err := c.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{UserID: slacktest.Member}); err != nil {
			t.Error(err)
		}
		if err := resetNobody(ctx, c); !errors.Is(err, api.ErrUserNotFound) {
			t.Errorf("got %v, want user_not_found", err)
		}
		list, err := c.AdminUsersSessionList(ctx, api.AdminUsersSessionListRequest{})
		if err != nil || len(list.ActiveSessions) != 7-3+6 {
			t.Errorf("%d sessions, %v; want 10", len(list.ActiveSessions), err)
		}
		for range 18 {
			_ = resetNobody(ctx, c)
		}
		if err := resetNobody(ctx, c); !errors.Is(err, api.ErrRatelimited) {
			t.Errorf("call 21 of a minute: %v, want ratelimited", err)
		}
		if log := read(t, logFile); strings.Count(log, "\n") != 22 || !strings.Contains(log, `"body":"{\"user_id\":\"W9\"}"`) || strings.Contains(log, env["SLACK_TOKEN"]) {
			t.Errorf("the log:\n%s", log)
		}
	}, "--rate-limits", "fixed", "--users", "3", "--sessions-per-user", "2", "--log", logFile)
}

func resetNobody(ctx context.Context, client *api.Client) error {
	_, err := client.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{UserID: "W9"}, api.WithCallMaxAttempts(1))
	return err
}

func TestFakeCommandByDefault(t *testing.T) {
	t.Parallel()
	said := runFake(t, func(env map[string]string, c *api.Client) {
		if url := env["SLACK_API_URL"]; !strings.HasPrefix(url, "http://127.0.0.1:") {
			t.Errorf("it listens on %s, want loopback", url)
		}
		for range 30 { // no limits unless asked for
			if _, err := c.AuthTest(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	})
	if !strings.HasPrefix(said, "slackadmin: the fake Slack is running, with 5 users and 7 sessions; interrupt it to stop\n") || strings.Count(said, "\n") != 2+7 {
		t.Errorf("it said %q, want the sessions in 9 lines", said)
	}
}

// TestFakeCommandPrintsATokenOfAKind with which whoami, and a call, say what is wrong.
func TestFakeCommandPrintsATokenOfAKind(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]struct {
		whoami string // the end of what it says on stderr
		list   error  // of a call that an Org Admin may make
	}{
		"admin":    {"", nil},
		"bot":      {"1. the token's kind is bot (xoxb-): ", api.ErrNotAllowedTokenType},
		"member":   {"", api.ErrNotAnAdmin},
		"no-scope": {"will not work: the token lacks the scope admin.users:write and admin.users:read: ", api.ErrMissingScope},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			runFake(t, func(env map[string]string, c *api.Client) {
				seen.token(env["SLACK_TOKEN"])
				cmd := exec.CommandContext(t.Context(), command(t), "whoami")
				cmd.Env = environment("SLACK_TOKEN="+env["SLACK_TOKEN"], "SLACK_API_URL="+env["SLACK_API_URL"])
				said, err := cmd.CombinedOutput()
				seen.note(string(said))
				if (err == nil) != (want.whoami == "") || !strings.Contains(string(said), want.whoami) {
					t.Errorf("whoami: %v, %s; want %q", err, said, want.whoami)
				}
				if _, err := c.AdminUsersSessionList(t.Context(), api.AdminUsersSessionListRequest{}); !errors.Is(err, want.list) {
					t.Errorf("a list: %v, want %v", err, want.list)
				}
			}, "--token", kind)
		})
	}
}

// TestFakeCommandWritesPeople that it has added, and no others.
func TestFakeCommandWritesPeople(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(path, []byte(strings.Repeat("what was there\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	runFake(t, func(_ map[string]string, c *api.Client) {
		const want = "email,name\ngwen.archer.6@example.com,Gwen Archer\nhal.archer.7@example.com,Hal Archer\nida.archer.8@example.com,Ida Archer\n"
		if got := read(t, path); got != want {
			t.Errorf("the file has %q, want %q", got, want)
		}
		found, err := c.UsersLookupByEmail(t.Context(), api.UsersLookupByEmailRequest{Email: "hal.archer.7@example.com"})
		if err != nil || found.User.ID != "W0000000007" {
			t.Errorf("got %+v, %v", found, err)
		}
		if _, err := c.UsersLookupByEmail(t.Context(), api.UsersLookupByEmailRequest{Email: "ida.archer.8@example.com"}); !errors.Is(err, api.ErrUsersNotFound) {
			t.Errorf("got %v for somebody who has left", err)
		}
	}, "--users", "2", "--deactivated", "1", "--people", path)
}

func TestFakeCommandForOthers(t *testing.T) {
	t.Parallel()
	said := runFake(t, func(map[string]string, *api.Client) {}, "--listen", "0.0.0.0:0")
	if !strings.HasPrefix(said, "slackadmin: others on the network can reach the fake Slack") {
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
		said := runFake(t, func(_ map[string]string, c *api.Client) {
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
		if !strings.HasPrefix(said, "slackadmin: the fake Slack is running, with 25 users and 67 sessions;") || strings.Count(said, "\n") != 2+10 {
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

// TestFakeCommandLogsNoToken sends tokens where clients put them, and where they do
// not belong.
func TestFakeCommandLogsNoToken(t *testing.T) {
	t.Parallel()
	const other = "xoxb-sent-by-mistake"
	log := filepath.Join(t.TempDir(), "log")
	runFake(t, func(env map[string]string, _ *api.Client) {
		token := env["SLACK_TOKEN"]
		for _, request := range []struct{ query, media, body, want string }{
			{"", "application/json", `{"a":1,"token" : "` + token + `","b":2}`, `{\"a\":1,\"token\" : \"left-out\",\"b\":2}`},
			{"", "application/json", `{"token":"s3cret\"xyz","b":"` + other + `"}`, `{\"token\":\"left-out\",\"b\":\"left-out\"}`},
			{"", "application/x-www-form-urlencoded", "token=" + token + "&user_id=W1", `"token=left-out\u0026user_id=W1"`},
			{"", "application/x-www-form-urlencoded", "user_id=" + strings.ReplaceAll(other, "-", "%2D"), `"user_id=left-out"`},
			{"?user_id=W2&token=%78oxp-" + token[5:], "text/plain", "", `user_id=W2\u0026token=left-out"`},
			{"?a=Bearer%20" + token, "text/plain; x=" + token, token, `"text/plain; x=left-out"`},
		} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, env["SLACK_API_URL"]+"/auth.test"+request.query, strings.NewReader(request.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", request.media)
			req.Header.Set("Authorization", "Bearer "+token)
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			lines := strings.Split(strings.TrimSpace(read(t, log)), "\n")
			last := lines[len(lines)-1]
			if !strings.Contains(last, request.want) || strings.Contains(last, token[5:]) || strings.Contains(last, "mistake") || strings.Contains(last, "xyz") {
				t.Errorf("the log says %s\nwant %s and no token", last, request.want)
			}
		}
	}, "--log", log)
}
