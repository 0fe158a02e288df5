package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
)

func TestFormatPlan(t *testing.T) {
	t.Parallel()
	expires := time.Date(2026, 3, 2, 20, 30, 0, 0, time.FixedZone("", 3600))
	session := func(id int64, ip, client string) signout.Session {
		return signout.Session{ID: id, IP: ip, OS: "iOS", Client: client}
	}
	many := []signout.Row{{UserID: "W0", LeftOut: "the\x1b token's own user"}}
	for i := range 7 {
		many = append(many, signout.Row{UserID: fmt.Sprintf("W%d", i+1)})
	}
	var devices []signout.Session
	for i := range int64(6) {
		devices = append(devices, signout.Session{ID: i, IP: fmt.Sprintf("192.0.2.%d", i), OS: fmt.Sprintf("OS %d", i), Client: fmt.Sprintf("4.%d", i)})
	}
	for _, test := range []struct {
		name string
		plan signout.Plan
		want string
	}{
		{
			"many devices",
			signout.Plan{
				Header: signout.Header{Action: signout.ActionReset, Users: 1, Sessions: 6, SeenBy: signout.SeenByScan, WebOnly: true},
				Rows:   []signout.Row{{UserID: "W1", Sessions: devices}},
			},
			`The plan ends all web sessions of 1 user: 1 call, a second.
They have 6 sessions now.
By IP: 192.0.2.0 (1), 192.0.2.1 (1), 192.0.2.2 (1), 192.0.2.3 (1), 192.0.2.4 (1)
By system: OS 0 (1), OS 1 (1), OS 2 (1), OS 3 (1), OS 4 (1)
By client: 4.0 (1), 4.1 (1), 4.2 (1), 4.3 (1), 4.4 (1)
  W1  6 sessions seen
`,
		},
		{
			"users without sessions",
			signout.Plan{
				Header: signout.Header{Action: signout.ActionReset, SeenBy: signout.SeenByScan},
				Rows: []signout.Row{
					{UserID: "W1", Sessions: []signout.Session{session(1, "192.0.2.1", "4.36")}},
					{UserID: "W2"},
					{UserID: "W3"},
					{UserID: "W4"},
					{UserID: "W5", LeftOut: "it is excepted"},
				},
			},
			`The plan ends all sessions of 4 users: 1 call, a second.
They have 1 session now.
No session was seen of 3 users: W2, W3, W4.
By IP: 192.0.2.1 (1)
By system: iOS (1)
By client: 4.36 (1)
  W1  1 session seen
  W2  0 sessions seen
  W3  0 sessions seen
  W4  0 sessions seen
  W5  left out: it is excepted
`,
		},
		{
			"users",
			signout.Plan{
				Header: signout.Header{Action: signout.ActionReset, SeenBy: signout.SeenByScan, Input: &signout.Input{Blank: 1}},
				Rows: []signout.Row{
					{UserID: "W1", Name: "Zoe", Email: "zoe@example.com", Lines: []int{2, 4, 5}, Sessions: []signout.Session{session(1, "192.0.2.1", "4.36"), session(2, "192.0.2.2", "4.36")}},
					{UserID: "W2", Lines: []int{3}, Sessions: []signout.Session{session(3, "192.0.2.2", "")}},
				},
			},
			`The plan ends all sessions of 2 users: 1 call, a second.
They have 3 sessions now.
The input has 5 rows: 2 to sign out, 2 named before, 1 blank.
By IP: 192.0.2.2 (2), 192.0.2.1 (1)
By system: iOS (3)
By client: 4.36 (2), unknown (1)
  W1 (Zoe, zoe@example.com)  2 sessions seen
  W2                         1 session seen
`,
		},
		{
			"many without a scan",
			signout.Plan{Header: signout.Header{Action: signout.ActionReset, Users: 7, LeftOut: 1, MobileOnly: true}, Rows: many},
			`The plan ends all mobile sessions of 7 users: 1 call, a second.
  W0  left out: the? token's own user
  W1  not looked for
  W2  not looked for
  W3  not looked for
  W4  not looked for
  W5  not looked for
  and 2 more
`,
		},
		{
			"sessions",
			signout.Plan{
				Header: signout.Header{Action: signout.ActionInvalidate, Users: 1, Sessions: 1, SeenBy: signout.SeenByScan},
				Rows:   []signout.Row{{UserID: "W1", Sessions: []signout.Session{{ID: 1, IP: "192.0.2.1", OS: "iOS", Client: "4.36", Device: signout.DeviceCreated}}}},
			},
			`The plan ends 1 session of 1 user: 1 call, a second.
With --whole-users it would be 1 call, a second, and end all sessions of these users.
By IP: 192.0.2.1 (1)
By system: iOS (1)
By client: 4.36 (1)
By device: created (1)
  W1 session 1  1 session seen
`,
		},
		{
			"web",
			signout.Plan{Header: signout.Header{Action: signout.ActionReset, Users: 1, WebOnly: true, SeenBy: signout.SeenByScan}, Rows: []signout.Row{{UserID: "W1"}}},
			"The plan ends all web sessions of 1 user: 1 call, a second.\nThey have 0 sessions now.\nNo session was seen of 1 user: W1.\n  W1  0 sessions seen\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.plan.Expires = expires
			folder := inFile(t, &test.plan)
			want := test.want + "It is in p.jsonl and can be started until 2026-03-02 19:30 UTC. Review it, then:\n  slackadmin sessions apply p.jsonl\n"
			if got := strings.ReplaceAll(formatPlan(&test.plan), folder, ""); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func TestFormatEstimate(t *testing.T) {
	t.Parallel()
	for calls, want := range map[int]string{0: "a second", 1: "a second", 2: "a second", 3: "about 2s", 21: "about 1m2s", 41: "about 2m3s"} {
		if got := formatEstimate(calls); got != want {
			t.Errorf("%d calls: %s, want %s", calls, got, want)
		}
	}
}

func TestFormatSums(t *testing.T) {
	t.Parallel()
	plan := &signout.Plan{Header: signout.Header{Action: signout.ActionReset}}
	folder := inFile(t, plan)
	for _, test := range []struct {
		sums signout.Sums
		want string
	}{
		{
			signout.Sums{Done: 12},
			"Done  12\nLeft  0\nNext, check that their sessions are gone:\n  slackadmin sessions verify p.jsonl --wait 10m\n",
		},
		{
			signout.Sums{Done: 1, AlreadyEnded: 4, Refused: map[api.ErrorCode]int{"user_not_found": 2, "a\x1b": 1}, Unknown: 3},
			"Done           1\nAlready ended  4\nRefused        1 a?\nRefused        2 user_not_found\nUnknown        3 sent, but not known to be done\nLeft           0\nNext, check that their sessions are gone:\n  slackadmin sessions verify p.jsonl --wait 10m\n",
		},
		{signout.Sums{Left: 1}, "Done  0\nLeft  1\n"},
	} {
		if got := strings.ReplaceAll(formatSums(plan, test.sums), folder, ""); got != test.want {
			t.Errorf("%v: got:\n%s\nwant:\n%s", test.sums, got, test.want)
		}
	}
}

// inFile writes a plan to p.jsonl in a folder, and returns the folder.
func inFile(t *testing.T, plan *signout.Plan) (folder string) {
	t.Helper()
	folder = t.TempDir() + string(filepath.Separator)
	plan.Version, plan.ID = 2, "ID"
	if err := plan.Write(folder + "p.jsonl"); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestPrintCalls(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		action signout.Action
		users  int
		want   string
	}{
		{signout.ActionReset, 1, "admin.users.session.reset  1 user: W0\n1 call, a second; nothing was sent\n"},
		{signout.ActionReset, 5, "admin.users.session.resetBulk  5 users: W0 W1 W2 W3 W4\n1 call, a second; nothing was sent\n"},
		{signout.ActionReset, 6, "admin.users.session.resetBulk  6 users: W0 W1 W2 W3 W4 and 1 more\n1 call, a second; nothing was sent\n"},
		{signout.ActionInvalidate, 1, "admin.users.session.invalidate  W0 session 70\n1 call, a second; nothing was sent\n"},
	} {
		plan := &signout.Plan{Header: signout.Header{Action: test.action, Expires: time.Now().Add(time.Hour)}}
		for i := range test.users {
			plan.Rows = append(plan.Rows, signout.Row{UserID: fmt.Sprintf("W%d", i), Sessions: []signout.Session{{ID: int64(70 + i)}}})
		}
		inFile(t, plan)
		calls, err := signout.DryRun(plan, signout.ApplyOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := printCalls(&out, calls, false); err != nil || out.String() != test.want {
			t.Errorf("%s of %d: %v, printed %q, want %q", test.action, test.users, err, &out, test.want)
		}
	}
}

// TestReportResult is what an apply ends with, and how to go on.
func TestReportResult(t *testing.T) {
	t.Parallel()
	plan := &signout.Plan{Header: signout.Header{Action: signout.ActionReset}}
	folder := inFile(t, plan)
	refused := map[api.ErrorCode]int{"user_not_found": 2, "user_is_bot": 1}
	revoked := &api.Error{Method: "m", Code: api.ErrTokenRevoked, StatusCode: 200}
	const told = "m: token_revoked: set SLACK_TOKEN to a valid user token of an Org Owner or Org Admin"
	for _, test := range []struct {
		name   string
		sums   signout.Sums
		err    error
		want   string // of the failure
		partly bool
		prints bool // the sums
	}{
		{"all done", signout.Sums{Done: 2}, nil, "", false, true},
		{"nothing to do", signout.Sums{}, nil, "", false, true},
		{"interrupted", signout.Sums{Done: 1, Left: 1}, signout.ErrInterrupted, "interrupted: continue with slackadmin sessions apply p.jsonl", false, true},
		{"interrupted before", signout.Sums{Left: 1}, signout.ErrInterrupted, "interrupted: continue with slackadmin sessions apply p.jsonl", false, false},
		{"revoked after one", signout.Sums{Done: 1, Left: 1}, revoked, told + "; continue with slackadmin sessions apply p.jsonl", false, true},
		{"revoked after a refusal", signout.Sums{Refused: refused, Left: 1}, revoked, told + "; continue with slackadmin sessions apply p.jsonl", false, true},
		{"revoked before", signout.Sums{Left: 1}, revoked, told, false, false},
		{"revoked, unknown", signout.Sums{Unknown: 1}, revoked, told, false, true},
		{"refused", signout.Sums{Done: 1, Refused: refused}, nil, "3 refused: list them with slackadmin sessions show p.jsonl; to send them again, add --retry-failed", true, true},
		{"unknown", signout.Sums{Done: 1, Unknown: 1}, nil, "1 unknown: check them with slackadmin sessions verify p.jsonl; to send them again, add --retry-failed", true, true},
		{"refused and unknown", signout.Sums{Refused: refused, Unknown: 1}, nil, "3 refused, 1 unknown: list them with slackadmin sessions show p.jsonl, and check them with slackadmin sessions verify p.jsonl; to send them again, add --retry-failed", true, true},
		{"ended before", signout.Sums{AlreadyEnded: 2}, nil, "", false, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			cmd := &cobra.Command{}
			cmd.SetOut(&out)
			err := (&applyOptions{clientFlags: &clientFlags{}}).reportResult(cmd, plan, test.sums, test.err)
			var got *failure
			switch {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want != "" && !errors.As(err, &got):
				t.Errorf("got %v, want a failure", err)
			case got != nil && (strings.ReplaceAll(got.message(), folder, "") != test.want || got.partial != test.partly):
				t.Errorf("got %q, partly %v; want %q, %v", got.message(), got.partial, test.want, test.partly)
			}
			if printed := out.Len() > 0; printed != test.prints {
				t.Errorf("printed %q", &out)
			}
		})
	}
}

func TestStatusLine(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		progress signout.Progress
		want     string
	}{
		{signout.Progress{}, "[........................] 0/0"},
		{signout.Progress{Total: 48, Calls: 1, Sums: signout.Sums{Left: 48}}, "[........................] 0/48"},
		{signout.Progress{Total: 48, Calls: 25, Sums: signout.Sums{Left: 25}}, "[###########.............] 23/48  about 1m6s left"},
		{signout.Progress{Total: 2, Sums: signout.Sums{Unknown: 2}}, "[........................] 0/2"},
		{signout.Progress{Total: 1, Sums: signout.Sums{Done: 1}}, "[########################] 1/1"},
		{signout.Progress{Total: 48, Calls: 2, Wait: time.Minute, Why: "Slack asks to wait"}, "[########################] 48/48  about 1m1s left  waiting 1m0s: Slack asks to wait"},
		{signout.Progress{Total: 48, Wait: 499 * time.Millisecond, Why: "pacing"}, "[########################] 48/48"},
	} {
		synctest.Test(t, func(t *testing.T) {
			var out bytes.Buffer
			line := &statusLine{out: &out, terminal: true, width: func() int { return 200 }}
			line.apply(test.progress)
			if got, want := out.String(), "\r\x1b[K"+test.want; got != want {
				t.Errorf("%+v: got %q, want %q", test.progress, got, want)
			}
			out.Reset()
			line.end()
			if got := out.String(); got != "\r\x1b[K" {
				t.Errorf("at the end: %q", got)
			}
		})
	}
}

// TestAStatusLineDoesNotWrap on a narrow terminal.
func TestAStatusLineDoesNotWrap(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	line := &statusLine{out: &out, terminal: true, width: func() int { return 40 }}
	line.apply(signout.Progress{Total: 48, Calls: 100, Wait: time.Hour, Why: "Slack asks to wait"})
	line.end()
	first, _, _ := strings.Cut(strings.TrimPrefix(out.String(), clearLine), clearLine)
	if len(first) != 39 || !strings.HasPrefix(first, "[########################] 48/48  about") {
		t.Errorf("it shows %q of %d columns, want 39", first, len(first))
	}
}

// TestTheTimeLeftGoesOn while no call ends.
func TestTheTimeLeftGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		line := &statusLine{out: &out, terminal: true, width: func() int { return 200 }}
		line.apply(signout.Progress{Total: 3, Calls: 3, Wait: 2 * time.Second, Why: "Slack failed", Sums: signout.Sums{Left: 3}})
		time.Sleep(4500 * time.Millisecond)
		line.end()
		const bar = "\r\x1b[K[........................] 0/3"
		want := bar + "  about 4s left  waiting 2s: Slack failed" + bar + "  about 3s left  waiting 1s: Slack failed" +
			bar + "  about 2s left" + bar + "  about 1s left" + bar + "\r\x1b[K"
		if got := out.String(); got != want {
			t.Errorf("got\n%q, want\n%q", got, want)
		}
	})
}

// TestStatusLines is what a log gets: a line now and then.
func TestStatusLines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		line := newStatusLine(&out, false)
		for seen := range 70 {
			line.scan(signout.ScanProgress{Sessions: seen})
			time.Sleep(time.Second)
		}
		line.end()
		if got, want := out.String(), "30 sessions seen\n60 sessions seen\n"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		off := newStatusLine(&out, true)
		time.Sleep(time.Minute)
		out.Reset()
		off.scan(signout.ScanProgress{Sessions: 1})
		off.end()
		if out.Len() > 0 {
			t.Errorf("turned off, it says %q", &out)
		}
	})
}

func TestEvents(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		event := eventPrinter(&out)
		sums := signout.Sums{Done: 3, Refused: map[api.ErrorCode]int{"user_not_found": 1}, Unknown: 2, Left: 4}
		event(signout.Progress{Total: 10, Sums: sums})
		event(signout.Progress{Total: 10, Sums: sums, Wait: 1500 * time.Millisecond, Why: "rate limited"})
		const want = `{"already_ended":0,"done":3,"left":4,"refused":{"user_not_found":1},"time":"2000-01-01T00:00:00Z","total":10,"unknown":2}
{"already_ended":0,"done":3,"left":4,"refused":{"user_not_found":1},"time":"2000-01-01T00:00:00Z","total":10,"unknown":2,"wait_seconds":1.5,"why":"rate limited"}
`
		if got := out.String(); got != want {
			t.Errorf("got:\n%s\nwant:\n%s", got, want)
		}
	})
}
