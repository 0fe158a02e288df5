package tests

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

// TestCommand runs the scripts in testdata with the real binary. In a script,
//
//	slackadmin STATUS ARG...
//
// runs it against a fake Slack of the script's own and demands an exit status. After
//
//	raced
//
// it has the race detector, if the tests have it.
func TestCommand(t *testing.T) {
	t.Parallel()
	plain, raced := command(t), racedCommand(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			slack, err := startSlack()
			if err != nil {
				return err
			}
			env.Defer(slack.Close)
			env.Setenv("SLACKADMIN", plain)
			env.Setenv("GORACE", "atexit_sleep_ms=0")
			env.Values[slackKey{}] = slack
			env.Setenv("SLACK_API_URL", slack.URL)
			env.Setenv("FAKE_URL", slack.URL)
			env.Setenv("SLACK_AUDIT_URL", slack.ServerURL("audit"))
			env.Setenv("SLACK_TOKEN", slack.Token)
			env.Setenv("ADMIN_TOKEN", slack.Token)
			env.Setenv("READ_TOKEN", slack.AddToken(slacktest.Admin, "admin.users:read"))
			env.Setenv("MEMBER_TOKEN", slack.AddToken(slacktest.Member, "admin.users:read", "admin.users:write"))
			env.Setenv("BOT_TOKEN", slack.AddToken(slacktest.Bot, "admin.users:read", "admin.users:write"))
			env.Setenv("OTHER_TOKEN", slack.AddToken(slacktest.OtherMember, "admin.users:write", "users:read"))
			for _, name := range []string{"READ_TOKEN", "MEMBER_TOKEN", "BOT_TOKEN", "OTHER_TOKEN"} {
				seen.token(env.Getenv(name))
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"slackadmin": runCommand,
			"raced":      func(ts *testscript.TestScript, _ bool, _ []string) { ts.Setenv("SLACKADMIN", raced) },
			"script":     scriptAnswer,
			"answer":     answerWithFile,
			"remaining":  remaining,
			"sent":       sent,
			"anomaly":    anomaly,
			"lasts":      lasts,
			"settle":     func(ts *testscript.TestScript, _ bool, _ []string) { slackOf(ts).Settle() },
		},
	})
}

type slackKey struct{}

func slackOf(ts *testscript.TestScript) *slacktest.Server {
	return ts.Value(slackKey{}).(*slacktest.Server)
}

// runCommand is slackadmin STATUS ARG...
func runCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: slackadmin STATUS ARG...")
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(context.Background(), ts.Getenv("SLACKADMIN"), args[1:]...)
	cmd.Dir = ts.Getenv("WORK")
	cmd.Env = environment("HOME="+ts.Getenv("WORK"), "TMPDIR="+ts.Getenv("TMPDIR"), "SLACK_TOKEN="+ts.Getenv("SLACK_TOKEN"), "SLACK_API_URL="+ts.Getenv("SLACK_API_URL"), "SLACK_AUDIT_URL="+ts.Getenv("SLACK_AUDIT_URL"), "HTTPS_PROXY="+ts.Getenv("HTTPS_PROXY"))
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		ts.Fatalf("%v", err)
	}
	_, _ = ts.Stdout().Write(stdout.Bytes())
	_, _ = ts.Stderr().Write(stderr.Bytes())
	seen.note(stdout.String(), stderr.String())
	if got := strconv.Itoa(cmd.ProcessState.ExitCode()); got != args[0] {
		ts.Fatalf("exit status %s, want %s\nstdout:\n%s\nstderr:\n%s", got, args[0], &stdout, &stderr)
	}
	if n := strings.Count(stderr.String(), "\n"); args[0] != "0" && args[0] != "3" && n != 1 {
		ts.Fatalf("stderr has %d lines, want one:\n%s", n, &stderr)
	}
}

// anomaly is anomaly USER ACTION: the audit log has an event of the user's first session,
// or without one if the user is nobody.
func anomaly(ts *testscript.TestScript, _ bool, args []string) {
	slack, user, action := slackOf(ts), args[0], args[1]
	entry := api.AuditEntry{Action: action, Actor: api.AuditActor{Type: "user", User: api.AuditUser{ID: user}}}
	if strings.HasPrefix(user, "W") {
		entry.Context.SessionID = slack.Sessions(user)[0].ID
	}
	slack.AddAuditEntry(entry)
}

// answerWithFile is answer FILE: the fake's next answer is the file.
func answerWithFile(ts *testscript.TestScript, _ bool, args []string) {
	body := ts.ReadFile(args[0])
	slackOf(ts).Script(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
}

// scriptAnswer is script CODE: the fake refuses the next request with it, or lets
// the organization answer it if CODE is ok. After ratelimited, another argument is
// how long to wait.
func scriptAnswer(ts *testscript.TestScript, _ bool, args []string) {
	switch args[0] {
	case "ratelimited":
		wait := 30 * time.Second
		if len(args) > 1 {
			var err error
			if wait, err = time.ParseDuration(args[1]); err != nil {
				ts.Fatalf("%v", err)
			}
		}
		slackOf(ts).Script(slacktest.RateLimit(wait))
	case "ok":
		slackOf(ts).Script(nil)
	case "hangup":
		slackOf(ts).Script(slacktest.HangUp())
	default:
		slackOf(ts).Script(slacktest.Refuse(api.ErrorCode(args[0])))
	}
}

// sent is sent REGEXP: the last request's method, content type and body match.
func sent(ts *testscript.TestScript, neg bool, args []string) {
	requests := slackOf(ts).Requests()
	if len(requests) == 0 {
		ts.Fatalf("nothing was sent")
	}
	last := requests[len(requests)-1]
	got := fmt.Sprintf("%s %s %s", last.Method, last.Header.Get("Content-Type"), last.Body)
	if regexp.MustCompile(args[0]).MatchString(got) == neg {
		ts.Fatalf("the last request was %s", got)
	}
}

// remaining is remaining USER_ID N: the user has N sessions left.
func remaining(ts *testscript.TestScript, _ bool, args []string) {
	if got := strconv.Itoa(len(slackOf(ts).Sessions(args[0]))); got != args[1] {
		ts.Fatalf("%s has %s sessions left, want %s", args[0], got, args[1])
	}
}

// lasts is lasts PLAN DURATION: so long can the plan be applied.
func lasts(ts *testscript.TestScript, _ bool, args []string) {
	var header struct {
		Created time.Time `json:"created"`
		Expires time.Time `json:"expires"`
	}
	line, _, _ := strings.Cut(ts.ReadFile(args[0]), "\n")
	ts.Check(json.Unmarshal([]byte(line), &header))
	want, err := time.ParseDuration(args[1])
	ts.Check(err)
	if got := header.Expires.Sub(header.Created); got != want {
		ts.Fatalf("the plan lasts %v, want %v", got, want)
	}
}
