package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-38c23bad/slackadmin/api/slacktest"
	"github.com/seed-38c23bad/slackadmin/internal/people"
)

// TestAPlanOfAFew of a large organization asks for these alone, by IDs or addresses.
// Of a small one it lists all sessions.
func TestAPlanOfAFew(t *testing.T) { //nolint:paralleltest // the token is in the environment
	for name, test := range map[string]struct {
		users int
		input func(u slacktest.User) string
		lists int
		seen  string
	}{
		"IDs of many":  {600, func(u slacktest.User) string { return u.ID }, 1 + 4, `"seen_by":"people"`},
		"IDs of few":   {10, func(u slacktest.User) string { return u.ID }, 1 + 1, `"seen_by":"scan"`},
		"addresses":    {600, func(u slacktest.User) string { return u.Email }, 4, `"seen_by":"people"`},
		"IDs and scan": {600, func(u slacktest.User) string { return u.ID + "\n#--scan" }, 2, `"seen_by":"scan"`},
	} {
		dir := t.TempDir()
		synctest.Test(t, func(t *testing.T) {
			fake := slacktest.NewServer(slacktest.InMemory(), slacktest.WithUsers(test.users, 2, 1))
			defer fake.Close()
			httpClient = fake.Client()
			defer func() { httpClient = nil }()
			t.Setenv("SLACK_TOKEN", fake.Token)
			t.Setenv("SLACK_API_URL", fake.URL)
			text := test.input(fake.Users()[7]) + "\n" + test.input(fake.Users()[8]) + "\n"
			users, plan := filepath.Join(dir, "users"), filepath.Join(dir, "plan.jsonl")
			if err := os.WriteFile(users, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			args := []string{"sessions", "plan", "-o", plan, "--users", users}
			if strings.Contains(text, "--scan") {
				args = append(args, "--scan")
			}
			root := newRoot(&clientFlags{})
			var out bytes.Buffer
			root.SetArgs(args)
			root.SetOut(&out)
			root.SetErr(&out)
			if err := root.ExecuteContext(t.Context()); err != nil {
				t.Fatalf("%s: %v\n%s", name, err, &out)
			}
			lists := 0
			for _, r := range fake.Requests() {
				if r.Method == "admin.users.session.list" {
					lists++
				}
			}
			written, err := os.ReadFile(plan)
			if err != nil || lists != test.lists || !strings.Contains(string(written), test.seen) || !strings.Contains(out.String(), "They have 4 sessions now") {
				t.Errorf("%s: %d calls, %v; want %d and %s\n%s", name, lists, err, test.lists, test.seen, &out)
			}
		})
	}
}

// TestRefuseInvalid has a remedy that there is: Slack's audit log is not a file to mend.
func TestRefuseInvalid(t *testing.T) {
	t.Parallel()
	input := &people.Input{Entries: []people.Entry{{Line: 1, UserID: "W1"}, {Line: 2, InvalidReason: "it has no ID"}}}
	for flag, want := range map[string]string{
		"users":       "--users here: 1 row of 2 cannot be read: line 2: it has no ID; correct the file, or leave the rows out with --skip-invalid",
		"audit-since": "--audit-since here: 1 row of 2 cannot be read: line 2: it has no ID; leave the rows out with --skip-invalid",
	} {
		if err := (&targets{}).refuseInvalid(flag, "here", input); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
