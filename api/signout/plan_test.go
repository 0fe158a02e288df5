package signout

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// TestMake plans for an organization of 5 users with 2 sessions each, one of them on a
// phone.
func TestMake(t *testing.T) {
	t.Parallel()
	ids := userIDs(5)
	tests := []struct {
		name     string
		req      Request
		action   Action
		rows     []string // user and number of sessions, or why it is left out
		users    int
		sessions int
	}{
		{"users", Request{Users: []string{ids[1], "W9"}}, ActionReset, []string{ids[1] + " 2", "W9 0"}, 2, 2},
		{"users without a scan", Request{Users: []string{ids[1], "W9"}, NoScan: true}, ActionReset, []string{ids[1] + " 0", "W9 0"}, 2, 0},
		{"all", Request{All: true}, ActionReset, []string{ids[0] + " 2", ids[1] + " 2", ids[2] + " 2", ids[3] + " 2", ids[4] + " 2"}, 5, 10},
		{"all but one", Request{All: true, Except: []string{ids[4]}}, ActionReset, []string{ids[0] + " 2", ids[1] + " 2", ids[2] + " 2", ids[3] + " 2", ids[4] + " it is excepted"}, 4, 8},
		{"all on mobile devices", Request{All: true, MobileOnly: true}, ActionReset, []string{ids[0] + " 1", ids[1] + " 1", ids[2] + " 1", ids[3] + " 1", ids[4] + " 1"}, 5, 5},
		{"all but on mobile devices", Request{All: true, WebOnly: true}, ActionReset, []string{ids[0] + " 1", ids[1] + " 1", ids[2] + " 1", ids[3] + " 1", ids[4] + " 1"}, 5, 5},
		{"the caller", Request{Users: []string{ids[1], testCaller.userID}}, ActionReset, []string{ids[1] + " 2", testCaller.userID + " it is the user who plans this"}, 1, 2},
		{"the caller too", Request{Users: []string{ids[1], testCaller.userID}, Own: true}, ActionReset, []string{ids[1] + " 2", testCaller.userID + " 0"}, 2, 2},
		{"sessions", Request{Filter: &Filter{OS: []string{"iOS"}, Users: ids[1:3]}}, ActionInvalidate, []string{ids[1] + " 1", ids[2] + " 1"}, 2, 2},
		{"users with sessions", Request{Filter: &Filter{OS: []string{"iOS"}, Users: ids[1:3]}, WholeUsers: true}, ActionReset, []string{ids[1] + " 2", ids[2] + " 2"}, 2, 4},
		{"no sessions", Request{Filter: &Filter{IPs: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}}, ActionInvalidate, nil, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newSlack()
			s.addSessions(ids, 2)
			for i := range s.sessions {
				if i%2 == 1 {
					s.sessions[i].Recent.OS = "iOS"
				}
			}
			s.sessions = append(s.sessions, s.sessions[1]) // a page that has shifted
			test.req.Reason = "they leave"
			p := written(t, s, test.req)
			var rows []string
			for _, row := range p.Rows {
				text := row.LeftOut
				if text == "" {
					text = strconv.Itoa(len(row.Sessions))
				}
				rows = append(rows, row.UserID+" "+text)
			}
			if !slices.Equal(rows, test.rows) {
				t.Errorf("the rows are %q, want %q", rows, test.rows)
			}
			if p.Action != test.action || p.Users != test.users || p.Sessions != test.sessions || (p.SeenBy == "") != test.req.NoScan {
				t.Errorf("the header is %+v, want %s, %d users, %d sessions", p.Header, test.action, test.users, test.sessions)
			}
			if p.Organization != "E1" || p.PlannedBy != testCaller.userID || p.APIURL != testCaller.apiURL || p.Reason != "they leave" || p.Expires.Sub(p.Created) != 24*time.Hour {
				t.Errorf("the header is %+v", p.Header)
			}
		})
	}
}

func TestInvalidRequests(t *testing.T) {
	t.Parallel()
	for want, req := range map[string]Request{
		"set exactly one of Users, People, Filter and All": {},
		"set exactly one":    {Users: []string{"W1"}, All: true},
		"exclude each other": {All: true, MobileOnly: true, WebOnly: true},
		"to whole users":     {Filter: &Filter{}, WebOnly: true},
		"apply to whole users, not to single sessions":      {Filter: &Filter{}, MobileOnly: true},
		"without a scan, set Users or People and no Filter": {All: true, NoScan: true},
		"whole users require a filter":                      {All: true, WholeUsers: true},
		`"zoe" is not a user ID; want one such`:             {Users: []string{"W1", "zoe"}},
		`"yan" is not a user ID; want one such`:             {All: true, Except: []string{"yan"}},
		`"v1" is not a version; want one such as 4.36.140`:  {Filter: &Filter{ClientBelow: "v1"}},
		"the lifetime is -1ns; it must not be negative":     {All: true, Lifetime: -1},
	} {
		s := newSlack()
		_, err := Make(t.Context(), s.client(t), req)
		if err == nil || !strings.Contains(err.Error(), want) || len(s.calls) > 0 {
			t.Errorf("got %v after %d calls, want %q", err, len(s.calls), want)
		}
	}
}

func TestFailedScansMakeNoPlan(t *testing.T) {
	t.Parallel()
	s := newSlack()
	s.pageSize = 10
	s.addSessions(userIDs(30), 1)
	s.before = func(call int) (*http.Response, error) {
		if call == 2 {
			return jsonResponse(refusalJSON("missing_scope")), nil
		}
		return nil, nil
	}
	seen := 0
	p, err := Make(t.Context(), s.client(t), Request{All: true, Progress: func(p ScanProgress) { seen = p.Sessions }})
	if !errors.Is(err, api.ErrMissingScope) || p != nil || seen != 10 {
		t.Errorf("got %v, %v after %d sessions, want missing_scope after 10", p, err, seen)
	}

	s.before = func(int) (*http.Response, error) { return jsonResponse(refusalJSON("no_active_sessions")), nil }
	if p, err = Make(t.Context(), s.client(t), Request{All: true}); err != nil || p.Size() != 0 {
		t.Errorf("got %v, %v without a session, want an empty plan", p, err)
	}
}

func TestTheSealHashesHeaderAndRows(t *testing.T) {
	t.Parallel()
	p := planned(t, newSlack(), userIDs(10))
	text, err := os.ReadFile(p.Path())
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	sum := sha256.Sum256([]byte(strings.Join(lines[:11], "")))
	if want := hex.EncodeToString(sum[:]); p.SHA256() != want || !strings.HasPrefix(lines[11], `{"event":"sealed","rows":10,"sha256":"`+want+`"`) {
		t.Errorf("the seal is %s, the plan says %s, want %s", lines[11], p.SHA256(), want)
	}
	if err := p.Write(filepath.Join(t.TempDir(), "again.jsonl")); err == nil || !strings.Contains(err.Error(), "the plan is in "+p.Path()+" already") {
		t.Errorf("a second file: %v", err)
	}
}

func TestChangedPlansAreRefused(t *testing.T) {
	t.Parallel()
	p := planned(t, newSlack(), userIDs(3))
	text, err := os.ReadFile(p.Path())
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	for name, test := range map[string]struct{ text, want string }{
		"another user":      {strings.Replace(string(text), "W0000001", "W0000009", 1), ": the file was changed after it was written; make a new plan"},
		"a row less":        {lines[0] + lines[1] + lines[2] + lines[4], "the file was changed"},
		"a row more":        {lines[0] + lines[1] + lines[2] + lines[3] + `{"user_id":"W5"}` + "\n" + lines[4], "the file was changed"},
		"rows swapped":      {lines[0] + lines[2] + lines[1] + lines[3] + lines[4], "the file was changed"},
		"a blank line":      {lines[0] + "\n" + strings.Join(lines[1:], ""), "line 2 is not a row"},
		"a row of nobody":   {lines[0] + "{}\n" + strings.Join(lines[1:], ""), "line 2 is not a row"},
		"a torn row":        {lines[0] + lines[1][:5] + "\n" + strings.Join(lines[2:], ""), "line 2 is not a row"},
		"not whole":         {string(text)[:len(text)-5], "file is truncated at line 5; make a new plan"},
		"cut in a row":      {lines[0] + lines[1] + lines[2][:5], "file is truncated at line 3"},
		"cut between rows":  {lines[0] + lines[1], "file is truncated at line 3"},
		"the header alone":  {lines[0], "file is truncated at line 2"},
		"no seal":           {lines[0] + lines[1] + lines[2] + lines[3] + `{"event":"start"}` + "\n", "line 5 is not the seal"},
		"a later expiry":    {strings.Replace(string(text), `"expires":"2`, `"expires":"3`, 1), "the file was changed"},
		"another action":    {strings.Replace(string(text), `"action":"reset"`, `"action":"invalidate"`, 1), "the file was changed"},
		"the old version":   {strings.Replace(string(text), `"slackadmin_plan":2`, `"slackadmin_plan":1`, 1), "it is a plan of version 1; this slackadmin reads version 2; make a new plan"},
		"a version to come": {strings.Replace(string(text), `"slackadmin_plan":2`, `"slackadmin_plan":3`, 1), "it is a plan of version 3; this slackadmin reads version 2"},
		"an old journal":    {`{"event":"begin","version":1}` + "\n", "not the header of a plan"},
		"no plan":           {"W1\nW2\n", "not the header of a plan"},
		"other JSON":        {`{"a":1}` + "\n", "not the header of a plan"},
		"a line of 2 MB":    {strings.Repeat("x", 2<<20), "not the header of a plan"},
		"nothing":           {"", "not the header of a plan"},
	} {
		path := filepath.Join(t.TempDir(), "plan.jsonl")
		if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadPlan(path); err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), path) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
	torn := io.MultiReader(strings.NewReader(string(text)), iotest.ErrReader(errPower))
	if _, _, err := new(Plan).read(torn); !errors.Is(err, errPower) {
		t.Errorf("got %v for a file that cannot be read to its end", err)
	}
	if _, err := ReadPlan(filepath.Join(t.TempDir(), "none.jsonl")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v for no file", err)
	}
}

// TestPlansThatMakeNeverMakes has plans with the right hash, as if another program wrote them.
func TestPlansThatMakeNeverMakes(t *testing.T) {
	t.Parallel()
	one := []Session{{ID: 1}}
	for want, change := range map[string]func(p *Plan){
		`its action is "nap"; want "reset" or "invalidate"`:          func(p *Plan) { p.Action = "nap" },
		"it has no ID; want a plan that Make made":                   func(p *Plan) { p.ID = "" },
		"line 3 has 2 sessions; want one":                            func(p *Plan) { p.Rows[1].LeftOut, p.LeftOut, p.Rows[1].Sessions = "", 0, []Session{{ID: 1}, {ID: 2}} },
		"line 2 has 0 sessions; want one":                            func(p *Plan) { p.Rows[0].Sessions = nil },
		"1 rows are left out; the header says 2":                     func(p *Plan) { p.LeftOut = 2 },
		`line 2: "zoe" is not a user ID; want one such as W12345678`: func(p *Plan) { p.Rows[0].UserID = "zoe" },
		"lines 2 and 3 are both for session 1 of W1; want one":       func(p *Plan) { p.Rows[1].LeftOut, p.LeftOut, p.Rows[1].UserID = "", 0, "W1" },
		"lines 2 and 3 are both for W1; want one":                    func(p *Plan) { p.Rows[1].LeftOut, p.LeftOut, p.Action, p.Rows[1].UserID = "", 0, ActionReset, "W1" },
	} {
		p := &Plan{Header: Header{Version: planVersion, ID: "X", Action: ActionInvalidate}, Rows: []Row{{UserID: "W1", Sessions: one}, {UserID: "W2", Sessions: one, LeftOut: "it is excepted"}}}
		p.setCounts()
		change(p)
		path := filepath.Join(t.TempDir(), "plan.jsonl")
		file, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.writeTo(file); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadPlan(path); err == nil || err.Error() != path+": "+want {
			t.Errorf("got %v, want %s", err, want)
		}
		if err := p.Write(filepath.Join(t.TempDir(), "p.jsonl")); err == nil && !strings.Contains(want, "the header says") {
			t.Errorf("it is written, though %s", want)
		}
	}
}

// TestRowsInTheFile has a session that moved and one that did not.
func TestRowsInTheFile(t *testing.T) {
	t.Parallel()
	s := newSlack()
	s.addSessions(userIDs(1), 2)
	s.sessions[1].Recent = api.SessionDevice{}
	text, err := os.ReadFile(written(t, s, Request{All: true, Except: []string{"W0000000"}}).Path())
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"user_id":"W0000000","sessions":[` +
		`{"id":1112275520242,"ip":"203.0.0.0","other_ip":"198.51.0.0","os":"OS X","client":"4.36.140"},` +
		`{"id":1112275520243,"ip":"198.51.0.1","os":"OS X","client":"4.36.140"}],"left_out":"it is excepted"}` + "\n"
	if row := strings.SplitAfter(string(text), "\n")[1]; row != want {
		t.Errorf("got\n%swant\n%s", row, want)
	}

	// By a filter, the row says which device matched, and shows that one.
	office := netip.MustParsePrefix("198.51.0.0/32")
	text, err = os.ReadFile(written(t, s, Request{Filter: &Filter{IPs: []netip.Prefix{office}}}).Path())
	if err != nil {
		t.Fatal(err)
	}
	const matched = `{"user_id":"W0000000","sessions":[` +
		`{"id":1112275520242,"device":"created","ip":"198.51.0.0","other_ip":"203.0.0.0","os":"OS X","client":"4.36.140"}]}` + "\n"
	if row := strings.SplitAfter(string(text), "\n")[1]; row != matched {
		t.Errorf("got\n%swant\n%s", row, matched)
	}
}

func TestEstimate(t *testing.T) {
	t.Parallel()
	for calls, want := range map[int]string{0: "0s", 1: "0s", 10: "9s", 20: "19s", 21: "1m1.5s", 1000: "50m32.5s"} {
		if got := Estimate(calls); got.String() != want {
			t.Errorf("%d calls: %v, want %s", calls, got, want)
		}
	}
	if CallsFor(ActionReset, 10_000) != 10 || CallsFor(ActionReset, 10_001) != 11 || CallsFor(ActionInvalidate, 7) != 7 {
		t.Error("the calls are wrong")
	}
}
