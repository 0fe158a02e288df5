package signout

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

func TestApplyInChunks(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ users, calls int }{{1, 1}, {2, 1}, {999, 1}, {1000, 1}, {1001, 2}, {5000, 5}} {
		s := newSlack()
		p := planned(t, s, userIDs(test.users))
		calls, err := Calls(p, false)
		if err != nil || len(calls) != test.calls {
			t.Errorf("%d users: %d calls are foreseen and %v, want %d", test.users, len(calls), err, test.calls)
		}
		synctest.Test(t, func(t *testing.T) {
			sums, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller})
			if err != nil {
				t.Fatal(err)
			}
			wantSums(t, sums, test.users, 0, 0, 0)
		})
		wantResets(t, s, p, 1)
		if len(s.calls) != test.calls {
			t.Errorf("%d users: %d calls, want %d", test.users, len(s.calls), test.calls)
		}
		// Done is done.
		if sums, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller}); err != nil || !sums.Complete() || len(s.calls) != test.calls {
			t.Errorf("again: %+v, %v after %d calls, want no more", sums, err, len(s.calls))
		}
	}
}

// wantResets checks that each user of a plan was reset, at most so often.
func wantResets(t *testing.T, s *slack, p *Plan, most int) {
	t.Helper()
	for _, row := range p.Rows {
		switch n := s.resets[row.UserID]; {
		case row.LeftOut != "" || s.bad[row.UserID] != "":
			if n != 0 {
				t.Errorf("%s was reset %d times, want never", row.UserID, n)
			}
		case n < 1 || n > most:
			t.Errorf("%s was reset %d times, want 1 to %d", row.UserID, n, most)
		}
	}
	if len(s.resets) > len(p.Rows) {
		t.Errorf("%d users were reset, the plan has %d", len(s.resets), len(p.Rows))
	}
}

func TestOneBadUserDoesNotCostTheOthers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		users    int
		bad      map[int]string
		named    bool
		maxCalls int
	}{
		{"named", 1000, map[int]string{17: "user_not_found", 400: "cannot_reset_bot"}, true, 1},
		{"the first", 1000, map[int]string{0: "user_not_found"}, false, 21},
		{"the last", 1000, map[int]string{999: "cannot_reset_bot"}, false, 21},
		{"in the middle", 1000, map[int]string{500: "cannot_reset_primary_owner"}, false, 21},
		{"of an odd number", 777, map[int]string{388: "user_not_found"}, false, 21},
		{"of two", 2, map[int]string{1: "user_not_found"}, false, 3},
		{"of three", 3, map[int]string{1: "user_not_found"}, false, 5},
		{"alone", 1, map[int]string{0: "user_not_found"}, false, 1},
		{"two side by side", 1000, map[int]string{499: "user_not_found", 500: "cannot_reset_bot"}, false, 41},
		{"in the second chunk", 1500, map[int]string{1250: "a_new_code"}, false, 21},
		{"all", 8, map[int]string{0: "user_not_found", 1: "user_not_found", 2: "user_not_found", 3: "user_not_found", 4: "user_not_found", 5: "user_not_found", 6: "user_not_found", 7: "user_not_found"}, false, 15},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newSlack()
			s.named = test.named
			ids := userIDs(test.users)
			for i, code := range test.bad {
				s.bad[ids[i]] = code
			}
			p := planned(t, s, ids)
			sums, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller})
			if err != nil {
				t.Fatal(err)
			}
			wantSums(t, sums, test.users-len(test.bad), len(test.bad), 0, 0)
			codes := map[api.ErrorCode]int{}
			for _, code := range test.bad {
				codes[api.ErrorCode(code)]++
			}
			for code, n := range codes {
				if sums.Refused[code] != n {
					t.Errorf("%d were refused with %s, want %d", sums.Refused[code], code, n)
				}
			}
			wantResets(t, s, p, 1)
			if len(s.calls) > test.maxCalls {
				t.Errorf("it took %d calls, want %d at most", len(s.calls), test.maxCalls)
			}

			// Refused is not sent again, unless asked for.
			calls := len(s.calls)
			if _, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller}); err != nil || len(s.calls) != calls {
				t.Errorf("again: %v after %d more calls, want none", err, len(s.calls)-calls)
			}
			clear(s.bad)
			sums, err = Apply(t.Context(), s.client(t), p, Options{Caller: testCaller, RetryFailed: true})
			if err != nil {
				t.Fatal(err)
			}
			wantSums(t, sums, test.users, 0, 0, 0)
			wantResets(t, s, p, 1)
		})
	}
}

// TestWhatEveryRowWouldMeetStops has Slack refuse all from the third call on.
func TestWhatEveryRowWouldMeetStops(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		instead func() (*http.Response, error)
		want    string
		calls   int // that are made of the last kind
		unknown int // rows
	}{
		{func() (*http.Response, error) { return answer(no("token_revoked")), nil }, "token_revoked", 1, 0},
		{func() (*http.Response, error) { return answer(no("missing_scope")), nil }, "missing_scope", 1, 0},
		{func() (*http.Response, error) { return answer(no("feature_not_enabled")), nil }, "feature_not_enabled", 1, 0},
		{func() (*http.Response, error) { return response(http.StatusNotFound, "<html>"), nil }, "status 404", 1, 1000},
		{func() (*http.Response, error) { return nil, http.ErrSchemeMismatch }, "HTTP", 1, 1000},
		// One code for row after row is not about the rows.
		{func() (*http.Response, error) { return answer(no("a_new_code")), nil }, "a_new_code", 17, 0},
	} {
		t.Run(test.want, func(t *testing.T) {
			t.Parallel()
			s := newSlack()
			revoked := true
			s.before = func(call int) (*http.Response, error) {
				if call >= 3 && revoked {
					return test.instead()
				}
				return nil, nil
			}
			p := planned(t, s, userIDs(5000))
			sums, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
			refused := sums.closed() - sums.Done
			wantSums(t, sums, 2000, refused, test.unknown, 3000-test.unknown-refused)
			if len(s.calls) != 2+test.calls {
				t.Errorf("%d calls, want %d", len(s.calls), 2+test.calls)
			}
			revoked = false
			sums, err = Apply(t.Context(), s.client(t), p, Options{Caller: testCaller, RetryFailed: true})
			if err != nil {
				t.Fatal(err)
			}
			wantSums(t, sums, 5000, 0, 0, 0)
			wantResets(t, s, p, 1)
		})
	}
}

// TestWaitsOut has Slack or the network fail for a time from the third call on.
func TestWaitsOut(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		instead func(left time.Duration) (*http.Response, error)
		lasts   time.Duration
		why     string
		resets  int // of a user, at most
	}{
		{"a 429 of an hour", func(left time.Duration) (*http.Response, error) {
			return response(http.StatusTooManyRequests, no("ratelimited"), "Retry-After", strconv.Itoa(int(left.Seconds())+1)), nil
		}, time.Hour, "Slack asks to wait", 1},
		{"an outage of 10 minutes", func(time.Duration) (*http.Response, error) { return response(http.StatusBadGateway, "<html>"), nil }, 10 * time.Minute, "Slack's answer cannot be read", 1},
		{"service_unavailable", func(time.Duration) (*http.Response, error) {
			return response(http.StatusServiceUnavailable, no("service_unavailable")), nil
		}, 10 * time.Minute, "Slack is not available", 1},
		{"no network for 10 minutes", func(time.Duration) (*http.Response, error) { return nil, errLost }, 10 * time.Minute, "Slack cannot be reached", 1},
		{"internal_error for 10 seconds", func(time.Duration) (*http.Response, error) { return answer(no("internal_error")), nil }, 10 * time.Second, "Slack failed", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newSlack()
			p := planned(t, s, userIDs(5000))
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				over := start.Add(test.lasts)
				s.before = func(call int) (*http.Response, error) {
					if call < 3 || !time.Now().Before(over) {
						return nil, nil
					}
					return test.instead(time.Until(over))
				}
				var waited time.Duration
				sums, err := Apply(t.Context(), s.client(t, api.WithPacing()), p, Options{Caller: testCaller, Progress: func(p Progress) {
					waited += p.Wait
					if p.Wait > 0 && (p.Why != test.why || p.Failed == nil) {
						t.Errorf("it waits for %q (%v), want %q", p.Why, p.Failed, test.why)
					}
				}})
				if err != nil {
					t.Fatal(err)
				}
				wantSums(t, sums, 5000, 0, 0, 0)
				if took := time.Since(start); took < test.lasts || took > test.lasts+2*time.Minute || waited < test.lasts-30*time.Second {
					t.Errorf("it took %v and said it waits %v, want a little more than %v", took, waited, test.lasts)
				}
			})
			wantResets(t, s, p, test.resets)
		})
	}
}

// TestLostAnswers loses the answer to a call that Slack has done.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	lose := func(call int) (*http.Response, error) {
		if call == 2 {
			return nil, errLost
		}
		return nil, nil
	}
	t.Run("of a reset", func(t *testing.T) {
		t.Parallel()
		s := newSlack()
		s.after = lose
		p := planned(t, s, userIDs(3000))
		synctest.Test(t, func(t *testing.T) {
			sums, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller})
			if err != nil {
				t.Fatal(err)
			}
			wantSums(t, sums, 3000, 0, 0, 0)
		})
		for i, row := range p.Rows {
			if want := 1 + i/1000%2; s.resets[row.UserID] != want {
				t.Fatalf("row %d was reset %d times, want %d", i+1, s.resets[row.UserID], want)
			}
		}
	})
	t.Run("of an invalidate", func(t *testing.T) {
		t.Parallel()
		s := newSlack()
		s.addSessions(userIDs(5), 1)
		p := written(t, s, Request{Filter: &Filter{}, Lifetime: 100 * 365 * 24 * time.Hour})
		s.after = lose
		// After the lost answer comes a 429, which must not make it forgotten.
		s.before = func(call int) (*http.Response, error) {
			if call == 3 {
				return response(http.StatusTooManyRequests, no("ratelimited"), "Retry-After", "5"), nil
			}
			return nil, nil
		}
		synctest.Test(t, func(t *testing.T) {
			sums, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller})
			if err != nil {
				t.Fatal(err)
			}
			wantSums(t, sums, 5, 0, 0, 0)
		})
		if len(s.ended) != 5 || len(s.sessions) != 0 {
			t.Errorf("%d sessions ended, %d are left; want 5 and none", len(s.ended), len(s.sessions))
		}
	})
	t.Run("of an invalidate before a crash", func(t *testing.T) {
		t.Parallel()
		s := newSlack()
		s.addSessions(userIDs(2), 1)
		p := written(t, s, Request{Filter: &Filter{}})
		if _, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller}); err != nil {
			t.Fatal(err)
		}
		journal, err := os.ReadFile(p.JournalPath())
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitAfter(string(journal), "\n")
		if err := os.WriteFile(p.JournalPath(), []byte(lines[0]+lines[1]+lines[2]+lines[3]), 0o600); err != nil {
			t.Fatal(err)
		}
		sums, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller})
		if err != nil {
			t.Fatal(err)
		}
		wantSums(t, sums, 2, 0, 0, 0)
	})
	t.Run("not of an invalidate", func(t *testing.T) {
		t.Parallel()
		s := newSlack()
		s.addSessions(userIDs(3), 1)
		p := written(t, s, Request{Filter: &Filter{}})
		s.sessions = s.sessions[:2] // the last user has signed out
		sums, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller})
		if err != nil || sums.Refused[api.ErrSessionNotFound] != 1 {
			t.Errorf("%+v, %v; want one refused with session_not_found", sums, err)
		}
		wantSums(t, sums, 2, 1, 0, 0)
	})
}

func TestInterrupt(t *testing.T) {
	t.Parallel()
	t.Run("a call in flight", func(t *testing.T) {
		t.Parallel()
		s := newSlack()
		p := planned(t, s, userIDs(5000))
		ctx, cancel := context.WithCancel(t.Context())
		s.after = func(call int) (*http.Response, error) {
			if call == 2 {
				cancel()
				time.Sleep(time.Millisecond) // for whoever would cancel the call
			}
			return nil, nil
		}
		sums, err := Apply(ctx, s.client(t), p, Options{Caller: testCaller})
		if !errors.Is(err, ErrInterrupted) {
			t.Errorf("got %v, want ErrInterrupted", err)
		}
		wantSums(t, sums, 2000, 0, 0, 3000)
		if sums, err = Apply(t.Context(), s.client(t), p, Options{Caller: testCaller}); err != nil {
			t.Fatal(err)
		}
		wantSums(t, sums, 5000, 0, 0, 0)
		wantResets(t, s, p, 1)
	})
	t.Run("a wait", func(t *testing.T) {
		t.Parallel()
		for name, opts := range map[string][]api.Option{"for Slack": nil, "for a turn": {api.WithPacing()}} {
			s := newSlack()
			if name == "for Slack" {
				s.before = func(int) (*http.Response, error) {
					return response(http.StatusTooManyRequests, no("ratelimited"), "Retry-After", "600"), nil
				}
			}
			p := planned(t, s, userIDs(5000))
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
				defer cancel()
				sums, err := Apply(ctx, s.client(t, opts...), p, Options{Caller: testCaller})
				if !errors.Is(err, ErrInterrupted) || time.Since(start) != 1500*time.Millisecond {
					t.Errorf("%s: got %v after %v, want ErrInterrupted after 1.5 s", name, err, time.Since(start))
				}
				wantSums(t, sums, len(s.resets), 0, 0, 5000-len(s.resets))
			})
		}
	})
}

func TestWhatCannotBeApplied(t *testing.T) {
	t.Parallel()
	now := time.Now()
	tests := []struct {
		name   string
		change func(p *Plan, opts *Options)
		want   string
	}{
		{"another organization", func(_ *Plan, o *Options) { o.Caller.Organization = "E2" }, "is for the organization E1; the token is of E2"},
		{"another API", func(_ *Plan, o *Options) { o.Caller.APIURL = "https://slack-gov.com/api/" }, "is for https://slack.test/api/"},
		{"an expired plan", func(p *Plan, _ *Options) { p.Expires = now.Add(-time.Second) }, "expired at"},
		{"too many rows", func(_ *Plan, o *Options) { o.Max = 9 }, "10 rows, more than --max 9; nothing was sent"},
		{"the caller's own user", func(_ *Plan, o *Options) { o.Caller.UserID = "W0000003" }, "would sign out W0000003, whose token this is"},
	}
	for _, test := range tests {
		s := newSlack()
		p := planned(t, s, userIDs(10))
		opts := Options{Caller: testCaller}
		test.change(p, &opts)
		_, err := Apply(t.Context(), s.client(t), p, opts)
		if err == nil || !strings.Contains(err.Error(), test.want) || len(s.calls) > 0 {
			t.Errorf("%s: got %v after %d calls, want %q and none", test.name, err, len(s.calls), test.want)
		}
	}

	// A clock that was set back makes a plan one of the future, which is fine.
	s := newSlack()
	p := planned(t, s, userIDs(10))
	p.Created, p.Expires = now.Add(time.Hour), now.Add(2*time.Hour)
	if _, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller, Max: 10}); err != nil {
		t.Error(err)
	}
}

func TestJournals(t *testing.T) {
	t.Parallel()
	// begun returns a plan of 3,000 users with a journal that ends after so many
	// lines of begin and pairs of intent and result.
	begun := func(t *testing.T, s *slack) *Plan {
		t.Helper()
		p := planned(t, s, userIDs(3000))
		if _, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller}); err != nil {
			t.Fatal(err)
		}
		return p
	}
	lines := func(t *testing.T, p *Plan) []string {
		t.Helper()
		text, err := os.ReadFile(p.JournalPath())
		if err != nil {
			t.Fatal(err)
		}
		return strings.SplitAfter(string(text), "\n")
	}
	write := func(t *testing.T, p *Plan, text string) {
		t.Helper()
		if err := os.WriteFile(p.JournalPath(), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	// begin, then three times intent and result, then end.
	for name, test := range map[string]struct {
		journal func(lines []string) string
		want    string // the error
		again   []int  // which thousands are sent again
	}{
		"whole":                  {func(l []string) string { return strings.Join(l, "") }, "", nil},
		"empty":                  {func([]string) string { return "" }, "", []int{0, 1, 2}},
		"torn begin":             {func(l []string) string { return l[0][:9] }, "", []int{0, 1, 2}},
		"torn intent":            {func(l []string) string { return strings.Join(l[:5], "") + l[5][:700] }, "", []int{2}},
		"torn result":            {func(l []string) string { return strings.Join(l[:4], "") + l[4][:20] }, "", []int{1, 2}},
		"result without newline": {func(l []string) string { return strings.TrimSuffix(strings.Join(l[:5], ""), "\n") }, "", []int{1, 2}},
		"no result":              {func(l []string) string { return strings.Join(l[:6], "") }, "", []int{2}},
		"no end":                 {func(l []string) string { return strings.Join(l[:7], "") }, "", nil},
		"torn in the middle":     {func(l []string) string { return l[0] + l[1][:99] + "\n" + strings.Join(l[2:], "") }, "line 2 is damaged", nil},
		"a lost line":            {func(l []string) string { return l[0] + strings.Join(l[2:], "") }, "line 2: it is the result of attempt 1", nil},
		"of another plan":        {func(l []string) string { return strings.Replace(strings.Join(l, ""), `"plan":"`, `"plan":"0`, 1) }, "the journal of another plan", nil},
		"with other users":       {func(l []string) string { return strings.ReplaceAll(strings.Join(l, ""), "W0000007", "W7777777") }, "line 2: it names what the plan does not have", nil},
		"of a later version":     {func(l []string) string { return strings.Replace(strings.Join(l, ""), `"version":1`, `"version":2`, 1) }, "version 2", nil},
		"no journal":             {func([]string) string { return "Dear diary" }, "line 1 is damaged", nil},
		"an event of the future": {func(l []string) string { return l[0] + `{"event":"nap"}` + "\n" }, `"nap" is no event`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSlack()
			p := begun(t, s)
			text := test.journal(lines(t, p))
			write(t, p, text)
			foreseen, foreseenErr := Calls(p, false)
			sums, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller})
			if test.want != "" {
				if err == nil || !strings.Contains(err.Error(), test.want) || foreseenErr == nil {
					t.Errorf("got %v and %v, want %q", err, foreseenErr, test.want)
				}
				if after := strings.Join(lines(t, p), ""); after != text || len(s.calls) != 3 {
					t.Errorf("the journal or Slack was touched, want nothing done")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			wantSums(t, sums, 3000, 0, 0, 0)
			if len(foreseen) != len(test.again) {
				t.Errorf("%d calls were foreseen, want %d", len(foreseen), len(test.again))
			}
			for i, row := range p.Rows {
				want := 1
				if slices.Contains(test.again, i/1000) {
					want = 2
				}
				if s.resets[row.UserID] != want {
					t.Fatalf("row %d was reset %d times, want %d", i+1, s.resets[row.UserID], want)
				}
			}
			if _, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller}); err != nil {
				t.Errorf("the journal that went on is not read: %v", err)
			}
		})
	}
}

func TestTwoAppliesAtOnce(t *testing.T) {
	t.Parallel()
	s := newSlack()
	p := planned(t, s, userIDs(10))
	s.before = func(call int) (*http.Response, error) {
		if call > 1 {
			return nil, nil
		}
		s.mu.Unlock()
		defer s.mu.Lock()
		_, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller})
		if err == nil || !strings.Contains(err.Error(), "another apply of this plan is running") {
			t.Errorf("the second apply got %v", err)
		}
		return nil, nil
	}
	sums, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller})
	if err != nil {
		t.Fatal(err)
	}
	wantSums(t, sums, 10, 0, 0, 0)
	wantResets(t, s, p, 1)
}

// TestTheJournalHoldsNoToken also looks for what a journal should hold.
func TestTheJournalHoldsNoToken(t *testing.T) {
	t.Parallel()
	s := newSlack()
	p := planned(t, s, userIDs(3))
	s.before = func(call int) (*http.Response, error) {
		if call == 1 {
			return response(http.StatusNotFound, testToken), nil
		}
		return nil, nil
	}
	_, _ = Apply(t.Context(), s.client(t), p, Options{Caller: testCaller})
	if _, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller}); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(p.Path), "*"))
	if err != nil || len(files) != 2 {
		t.Fatalf("the files are %q, %v; want plan and journal", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil || strings.Contains(string(text), testToken) {
			t.Errorf("%s: %v, or it has the token", file, err)
		}
		if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v; want 0600", file, info.Mode(), err)
		}
	}
	journal, _ := os.ReadFile(p.JournalPath())
	for _, want := range []string{`"users":["W0000000","W0000001","W0000002"]`, `"outcome":"unknown"`, `"request_id":"req-2"`, `"sums":{"done":3,`} {
		if !strings.Contains(string(journal), want) {
			t.Errorf("the journal is\n%s\nwant %s in it", journal, want)
		}
	}
}
