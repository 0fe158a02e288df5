package signout

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

// lagging is how much later than what it tells of an event can be read.
const lagging = 3 * time.Minute

// applied has a fake Slack sign out all members that it is given by bulk, of whom its
// background work fails for seven. The caller is in a bubble of synctest.
func applied(t *testing.T, members, sessions int, apply func(*slacktest.Server)) (fake *slacktest.Server, client *api.Client, p *Plan, failing []string) {
	t.Helper()
	for i := range 7 {
		failing = append(failing, fmt.Sprintf("W%010d", 10+100*i))
	}
	fake = slacktest.NewServer(slacktest.InMemory(), slacktest.WithRateLimits(), slacktest.WithUsers(members, sessions, 1),
		slacktest.WithBulkDelay(time.Minute), slacktest.WithAuditDelay(lagging), slacktest.WithBulkFailures(failing...))
	t.Cleanup(fake.Close)
	client, err := api.New(fake.Token, append(fake.Options(), api.WithPacing())...)
	if err != nil {
		t.Fatal(err)
	}
	var users []string
	for _, user := range fake.Users()[5:1005] {
		users = append(users, user.ID)
	}
	if p, err = Make(t.Context(), client, Request{Users: users, NoScan: sessions == 0}); err != nil {
		t.Fatal(err)
	}
	if err := p.Write(filepath.Join(t.TempDir(), "plan.jsonl")); err != nil {
		t.Fatal(err)
	}
	apply(fake)
	if _, err := Apply(t.Context(), client, p, ApplyOptions{}); err != nil {
		t.Log(err)
	}
	return fake, client, p, failing
}

// calls returns how often a method was called.
func calls(fake *slacktest.Server, method string) (n int) {
	for _, r := range fake.Requests() {
		if r.Method == method {
			n++
		}
	}
	return n
}

// with returns the users of the rows with a status and what the log says.
func with(r *Report, status Status, outcome LogOutcome) (users []string) {
	for i := range r.Rows {
		if c := &r.Rows[i]; c.Status == status && c.Log.Outcome == outcome {
			users = append(users, c.Row.UserID)
		}
	}
	return users
}

// TestVerifyByTheAuditLog has the log name the users for whom Slack's bulk reset failed.
func TestVerifyByTheAuditLog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, client, p, failing := applied(t, 1000, 3, func(*slacktest.Server) {})
		first, err := Verify(t.Context(), client, p, VerifyOptions{Audit: true})
		if err != nil || first.Counts[NotInLog] != 1000 || first.Open() != 1000 || first.Unsettled() != 1000 {
			t.Fatalf("at once: %v, %v", first.Counts, err)
		}
		before := calls(fake, "audit.logs")
		r, err := Verify(t.Context(), client, p, VerifyOptions{Audit: true, Wait: 10 * time.Minute})
		if err != nil || r.Counts[ResetByLog] != 993 || !slices.Equal(with(r, FailedByLog, LogFailed), failing) || r.Unsettled() != 7 || r.SeenBy != "" {
			t.Errorf("after a wait: %v, %v", r.Counts, err)
		}
		if len(r.Events) != 1 || r.Events[0].Succeeded != 993 || r.Events[0].Failed != 7 || r.Rows[0].Log.EventID != r.Events[0].ID {
			t.Errorf("the events are %+v", r.Events)
		}
		waited := calls(fake, "audit.logs") - before
		if waited < 2 || calls(fake, "admin.users.session.list") != 4 { // those of the plan
			t.Errorf("%d calls of the log and %d of the list", waited, calls(fake, "admin.users.session.list"))
		}
		before = calls(fake, "audit.logs")
		if _, err := Verify(t.Context(), client, p, VerifyOptions{Audit: true}); err != nil || calls(fake, "audit.logs")-before > 2 {
			t.Errorf("%d calls, %v", calls(fake, "audit.logs")-before, err)
		}

		// With a scan too, the users for whom it failed are still there.
		both, err := Verify(t.Context(), client, p, VerifyOptions{Audit: true, Scan: true})
		if err != nil || !slices.Equal(with(both, StillThere, LogFailed), failing) || len(with(both, Gone, LogSucceeded)) != 993 || both.SeenBy != SeenByScan {
			t.Errorf("by both: %v, %v", both.Counts, err)
		}
	})
}

// TestTheAuditLogSettlesUnscannedPlans has the plan made without a scan. A scan alone then cannot say
// whether a listed session is older than the reset.
func TestTheAuditLogSettlesUnscannedPlans(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, client, p, failing := applied(t, 1000, 0, func(fake *slacktest.Server) {
			fake.AddSession(slacktest.Session{UserID: "W0000000010"}) // for whom it fails
			fake.AddSession(slacktest.Session{UserID: "W0000000011"})
		})
		time.Sleep(lagging + 2*time.Minute)
		for _, test := range []struct {
			opts VerifyOptions
			want map[Status]int
		}{
			{VerifyOptions{}, map[Status]int{NotChecked: 999, MayBeThere: 1}},
			{VerifyOptions{Audit: true, Scan: true}, map[Status]int{NotSeen: 999, StillThere: 1}},
			{VerifyOptions{Audit: true}, map[Status]int{ResetByLog: 993, FailedByLog: 7}},
		} {
			r, err := Verify(t.Context(), client, p, test.opts)
			if err != nil || fmt.Sprint(r.Counts) != fmt.Sprint(test.want) {
				t.Errorf("%+v: got %v and %v, want %v", test.opts, r.Counts, err, test.want)
			}
			if test.opts.Audit && r.Unsettled() != len(failing) {
				t.Errorf("%+v: %d are not settled, want %d", test.opts, r.Unsettled(), len(failing))
			}
		}
	})
}

// TestResultsOfTheAuditLog has events in Slack's formats and in others, newest first.
func TestResultsOfTheAuditLog(t *testing.T) {
	t.Parallel()
	const day = 1760000000
	bulk := func(id, details string) api.AuditEntry {
		return api.AuditEntry{ID: id, Action: loggedBulk, DateCreate: day, Details: json.RawMessage(details)}
	}
	single := func(id, action, user, details string) api.AuditEntry {
		return api.AuditEntry{ID: id, Action: action, DateCreate: day, Entity: api.AuditEntity{Type: "user", User: api.AuditUser{ID: user}}, Details: json.RawMessage(details)}
	}
	for name, test := range map[string]struct {
		action  Action
		entries []api.AuditEntry
		want    string // what is said of W1, whose other ID is U1, and its sessions 11 and 12, and of W2
	}{
		"lists":                       {ActionReset, []api.AuditEntry{bulk("a", `{"succeeded_users":["W1"],"failed_users":["W2"]}`)}, "succeeded a, failed a"},
		"lists in strings":            {ActionReset, []api.AuditEntry{bulk("a", `{"succeeded_users":"[\"W1\"]","failed_users":"[\"W2\"]"}`)}, "succeeded a, failed a"},
		"one list of each":            {ActionReset, []api.AuditEntry{bulk("a", `{"succeeded_users":["W1"],"failed_users":"[]"}`)}, "succeeded a, "},
		"the other ID":                {ActionReset, []api.AuditEntry{bulk("a", `{"succeeded_users":["U1"]}`)}, "succeeded a, "},
		"in both lists by two IDs":    {ActionReset, []api.AuditEntry{bulk("a", `{"succeeded_users":["W1"],"failed_users":["U1"]}`)}, "failed a, "},
		"in both lists":               {ActionReset, []api.AuditEntry{bulk("a", `{"succeeded_users":["W1"],"failed_users":["W1"]}`)}, "failed a, "},
		"lists that cannot be read":   {ActionReset, []api.AuditEntry{bulk("a", `{"succeeded_users":{"W1":true},"failed_users":7}`)}, ", "},
		"details that are none":       {ActionReset, []api.AuditEntry{bulk("a", `[]`), bulk("b", ``)}, ", "},
		"a list of others":            {ActionReset, []api.AuditEntry{bulk("a", `{"succeeded_users":[1,"W1"]}`)}, "succeeded a, "},
		"failed, then succeeded":      {ActionReset, []api.AuditEntry{bulk("b", `{"succeeded_users":["W1"]}`), bulk("a", `{"failed_users":["W1"]}`)}, "succeeded b, "},
		"succeeded, then failed":      {ActionReset, []api.AuditEntry{bulk("b", `{"failed_users":["W1"]}`), bulk("a", `{"succeeded_users":["W1"]}`)}, "failed b, "},
		"a reset of one":              {ActionReset, []api.AuditEntry{single("a", loggedReset, "W2", "")}, ", succeeded a"},
		"one session is not all":      {ActionReset, []api.AuditEntry{single("a", loggedInvalidate, "W1", "")}, ", "},
		"something else":              {ActionReset, []api.AuditEntry{single("a", "user_login", "W1", "")}, ", "},
		"sessions that are named":     {ActionInvalidate, []api.AuditEntry{single("a", loggedInvalidate, "W1", `{"session_id":"12"}`)}, ", succeeded a, "},
		"as many sessions":            {ActionInvalidate, []api.AuditEntry{single("b", loggedInvalidate, "W1", ""), single("a", loggedInvalidate, "W1", "")}, "succeeded b, succeeded b, "},
		"fewer sessions":              {ActionInvalidate, []api.AuditEntry{single("a", loggedInvalidate, "W1", "")}, ", , "},
		"all sessions of somebody":    {ActionInvalidate, []api.AuditEntry{single("a", loggedReset, "W1", "")}, "succeeded a, succeeded a, "},
		"a session that was not sent": {ActionInvalidate, []api.AuditEntry{single("a", loggedInvalidate, "W2", "")}, ", , "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &Plan{Header: Header{Action: test.action}, Rows: []Row{{UserID: "W1", OtherIDs: []string{"U1"}}, {UserID: "W2"}}}
			states := []rowState{{state: StateDone}, {state: StateUnknown}}
			if test.action == ActionInvalidate {
				p.Rows = []Row{{UserID: "W1", Sessions: []Session{{ID: 11}}}, {UserID: "W1", Sessions: []Session{{ID: 12}}}, {UserID: "W2", Sessions: []Session{{ID: 21}}}}
				states = []rowState{{state: StateDone}, {state: StateUnknown}, {state: StateLeft}}
			}
			w := newAuditLog()
			for i := range test.entries {
				w.add(&test.entries[i])
			}
			var said []string
			for _, account := range w.results(p, states) {
				said = append(said, strings.TrimSpace(string(account.Outcome)+" "+account.EventID))
			}
			if got := strings.Join(said, ", "); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestOnlyEventsOfTheRunsCount reads the events of the users who applied the plan, from a minute
// before the first run on.
func TestOnlyEventsOfTheRunsCount(t *testing.T) {
	t.Parallel()
	fake := slacktest.NewServer()
	defer fake.Close()
	client, err := api.New(fake.Token, fake.Options()...)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Unix(1760000000, 0)
	for i, event := range []struct {
		by    string
		after int64 // seconds
	}{{"W1", -61}, {"W1", -59}, {"W2", 30}, {"W3", 30}} {
		fake.AddAuditEntry(api.AuditEntry{
			Action: loggedReset, DateCreate: start.Unix() + event.after, Actor: api.AuditActor{User: api.AuditUser{ID: event.by}},
			Entity: api.AuditEntity{Type: "user", User: api.AuditUser{ID: fmt.Sprintf("W%d", 11+i)}},
		})
	}
	for by, want := range map[string]string{"W1": "W12", "W1 W2": "W12 W13"} {
		var runs []Run
		for user := range strings.FieldsSeq(by) {
			runs = append(runs, Run{By: user, Started: start})
		}
		w, err := readAuditLog(t.Context(), client, runs, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(slices.Sorted(maps.Keys(w.users)), " "); got != want {
			t.Errorf("by %s: got %s, want %s", by, got, want)
		}
	}
}

// TestTheAuditLogIsFasterThanAScan measures both ways to verify. There are -crowd users with three
// sessions each, of whom 1,000 are signed out.
func TestTheAuditLogIsFasterThanAScan(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, client, p, _ := applied(t, *crowdSize, 3, func(*slacktest.Server) {})
		time.Sleep(lagging + 2*time.Minute)
		took := map[string]time.Duration{}
		for way, opts := range map[string]VerifyOptions{"scan": {}, "log": {Audit: true}} {
			start, before := time.Now(), len(fake.Requests())
			if _, err := Verify(t.Context(), client, p, opts); err != nil {
				t.Fatal(err)
			}
			took[way] = time.Since(start)
			t.Logf("verify of 1,000 users of %d with %d sessions by %s: %v of virtual time, %d requests", *crowdSize, 3**crowdSize, way, took[way].Round(time.Second), len(fake.Requests())-before)
			time.Sleep(2 * time.Minute)
		}
		if took["log"] >= took["scan"] {
			t.Errorf("the log takes %v and a scan %v", took["log"], took["scan"])
		}
	})
}
