package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/creack/pty"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

// TestMain lets the scripts start slackadmin as a process, by the name binary.
func TestMain(m *testing.M) {
	testscript.Main(manyAtOnce{m}, map[string]func(){"binary": main})
}

// manyAtOnce runs more tests at once than there are CPUs, because most of them wait for a
// socket or a retry.
type manyAtOnce struct{ *testing.M }

func (m manyAtOnce) Run() int {
	flag.Parse()
	if err := flag.Set("test.parallel", "12"); err != nil {
		panic(err)
	}
	return m.M.Run()
}

// TestScripts runs the scripts in testdata against a fake Slack in memory. The clock
// of each script is its own, so its waits take no time. In a script,
//
//	slackadmin STATUS [<FILE] ARG...
//
// runs the command in this process, with FILE as standard input and the words of
// the file F for an argument +F, and demands an exit status.
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("%d scripts: %v", len(scripts), err)
	}
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"SLACK_TOKEN", "SLACK_API_URL", "SLACK_AUDIT_URL"} {
		t.Setenv(name, "") // Setenv also restores them
	}
	t.Cleanup(func() { httpClient = nil })
	for _, script := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(script), ".txtar"), func(t *testing.T) {
			t.Chdir(folder) // at its end the test returns to it from the script's folder
			synctest.Test(t, func(t *testing.T) {
				slack := slacktest.NewServer(slacktest.InMemory())
				defer slack.Close()
				httpClient = &http.Client{Transport: slack.Client().Transport, Timeout: 30 * time.Second}
				testscript.RunT(inBubble{t}, params(slack, script, inProcess))
			})
		})
	}
}

// TestProcess runs the scripts in testdata/process, which start slackadmin as a
// process of its own, with a terminal or a pipe.
func TestProcess(t *testing.T) {
	t.Parallel()
	scripts, err := filepath.Glob("testdata/process/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("%d scripts: %v", len(scripts), err)
	}
	for _, script := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(script), ".txtar"), func(t *testing.T) {
			t.Parallel()
			slack := slacktest.NewServer()
			t.Cleanup(slack.Close)
			testscript.RunT(inBubble{t}, params(slack, script, asProcess))
		})
	}
}

// inBubble has testscript.RunT run its one script in the test itself, because a bubble of
// synctest cannot have subtests.
type inBubble struct{ *testing.T }

func (t inBubble) Parallel()                            {}
func (t inBubble) Run(_ string, run func(testscript.T)) { run(t) }
func (t inBubble) Verbose() bool                        { return testing.Verbose() }

func params(slack *slacktest.Server, script string, run runner) testscript.Params {
	return testscript.Params{
		Files: []string{script},
		Setup: func(env *testscript.Env) error {
			env.Values[slackKey{}] = slack
			for name, value := range map[string]string{
				"SLACK_API_URL": slack.URL, "FAKE_URL": slack.URL, "SLACK_AUDIT_URL": slack.ServerURL("audit"),
				"SLACK_TOKEN": slack.Token, "ADMIN_TOKEN": slack.Token,
				"READ_TOKEN":   slack.AddToken(slacktest.Admin, "admin.users:read"),
				"MEMBER_TOKEN": slack.AddToken(slacktest.Member, "admin.users:read", "admin.users:write"),
				"BOT_TOKEN":    slack.AddToken(slacktest.Bot, "admin.users:read", "admin.users:write"),
				"OTHER_TOKEN":  slack.AddToken(slacktest.OtherMember, "admin.users:write", "users:read"),
				"GORACE":       "atexit_sleep_ms=0", // else each process waits for a second at its end
			} {
				env.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"slackadmin": func(ts *testscript.TestScript, neg bool, args []string) { runCommand(ts, neg, args, run) },
			"script":     scriptAnswer,
			"answer":     answerWithFile,
			"remaining":  remainingSessions,
			"sent":       sent,
			"anomaly":    anomaly,
			"lasts":      lasts,
			"pass":       pass,
			"terminal":   terminal,
			"screen":     screen,
			"settle":     func(ts *testscript.TestScript, _ bool, _ []string) { slackOf(ts).Settle() },
		},
	}
}

type slackKey struct{}

func slackOf(ts *testscript.TestScript) *slacktest.Server {
	return ts.Value(slackKey{}).(*slacktest.Server)
}

// A runner runs slackadmin and returns its exit status.
type runner func(ts *testscript.TestScript, args []string, stdin io.Reader, stdout, stderr io.Writer) (status int)

func inProcess(ts *testscript.TestScript, args []string, stdin io.Reader, stdout, stderr io.Writer) (status int) {
	ts.Check(os.Chdir(ts.MkAbs(".")))
	for _, name := range []string{"SLACK_TOKEN", "SLACK_API_URL", "SLACK_AUDIT_URL"} {
		ts.Check(os.Setenv(name, ts.Getenv(name)))
	}
	return run(context.Background(), args, stdin, stdout, redactor{stderr})
}

// commandVariables are the variables of a command that is a process.
var commandVariables = []string{"SLACK_TOKEN", "SLACK_API_URL", "SLACK_AUDIT_URL", "HTTPS_PROXY", "GORACE"}

func asProcess(ts *testscript.TestScript, args []string, stdin io.Reader, stdout, stderr io.Writer) (status int) {
	path, err := exec.LookPath("binary") // testscript.Main has put it there
	ts.Check(err)
	cmd := exec.CommandContext(context.Background(), path, args...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = os.Environ()
	for _, name := range commandVariables {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, stdout, stderr
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		ts.Fatalf("%v", err)
	}
	return cmd.ProcessState.ExitCode()
}

// runCommand is slackadmin STATUS [<FILE] ARG...
func runCommand(ts *testscript.TestScript, neg bool, args []string, run runner) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: slackadmin STATUS [<FILE] ARG...")
	}
	want, args := args[0], args[1:]
	var stdin io.Reader = strings.NewReader("")
	words := []string{} // not nil, for which cobra takes those of the process
	for _, arg := range args {
		if file, ok := strings.CutPrefix(arg, "<"); ok {
			stdin = strings.NewReader(ts.ReadFile(file))
		} else if file, ok := strings.CutPrefix(arg, "+"); ok {
			words = append(words, strings.Fields(ts.ReadFile(file))...)
		} else {
			words = append(words, arg)
		}
	}
	var stdout, stderr bytes.Buffer
	status := run(ts, words, stdin, &stdout, &stderr)
	_, _ = ts.Stdout().Write(stdout.Bytes())
	_, _ = ts.Stderr().Write(stderr.Bytes())
	if strconv.Itoa(status) != want {
		ts.Fatalf("exit status %d, want %s\nstdout:\n%s\nstderr:\n%s", status, want, &stdout, &stderr)
	}
	if n := strings.Count(stderr.String(), "\n"); want != "0" && want != "3" && n != 1 {
		ts.Fatalf("stderr has %d lines, want one:\n%s", n, &stderr)
	}
	for _, name := range []string{"ADMIN_TOKEN", "READ_TOKEN", "MEMBER_TOKEN", "BOT_TOKEN", "OTHER_TOKEN"} {
		token := ts.Getenv(name)
		if strings.Contains(stdout.String()+stderr.String(), token) {
			ts.Fatalf("the output has %s", name)
		}
		for _, request := range slackOf(ts).Requests() {
			if bytes.Contains(request.Body, []byte(token)) {
				ts.Fatalf("the body of a request has %s", name)
			}
		}
	}
}

// terminal is terminal FILE SCRIPT: sh runs SCRIPT with a terminal, where FILE is typed.
func terminal(ts *testscript.TestScript, neg bool, args []string) {
	cmd := exec.CommandContext(context.Background(), "sh", "-c", args[1])
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = os.Environ()
	for _, name := range commandVariables {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	var stdout, stderr, shown bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	keyboard, err := pty.Start(cmd)
	ts.Check(err)
	_, err = io.WriteString(keyboard, ts.ReadFile(args[0])+"\x04") // the end of the input
	ts.Check(err)
	_, _ = io.Copy(&shown, keyboard) // until all of it has come: the error then is EIO
	err = cmd.Wait()
	ts.Check(keyboard.Close())
	_, _ = ts.Stdout().Write(stdout.Bytes())
	_, _ = ts.Stderr().Write(stderr.Bytes())
	ts.Setenv("screen", shown.String())
	if (err != nil) != neg {
		ts.Fatalf("%v\nstdout:\n%s\nstderr:\n%s\nscreen:\n%s", err, &stdout, &stderr, &shown)
	}
}

// screen is screen [-count=1] REGEXP: the terminal shows it.
func screen(ts *testscript.TestScript, neg bool, args []string) {
	shown, pattern := ts.Getenv("screen"), regexp.MustCompile("(?m)"+args[len(args)-1])
	n := len(pattern.FindAllString(shown, -1))
	if (n > 0) == neg || len(args) > 1 && n != 1 {
		ts.Fatalf("%d matches of %s in\n%s", n, pattern, shown)
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

// remainingSessions is remaining USER_ID N: the user has N sessions left.
func remainingSessions(ts *testscript.TestScript, _ bool, args []string) {
	if got := strconv.Itoa(len(slackOf(ts).Sessions(args[0]))); got != args[1] {
		ts.Fatalf("%s has %s sessions left, want %s", args[0], got, args[1])
	}
}

// pass is pass DURATION: so much time goes by.
func pass(ts *testscript.TestScript, _ bool, args []string) {
	d, err := time.ParseDuration(args[0])
	ts.Check(err)
	time.Sleep(d)
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
