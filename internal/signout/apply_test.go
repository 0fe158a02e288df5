package signout

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
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

func TestCalls(t *testing.T) {
	t.Parallel()
	ids := userIDs(2)
	for name, test := range map[string]struct {
		req  Request
		want []Call
	}{
		"a user":   {Request{Users: ids[:1]}, []Call{{methodReset, ids[:1], 0}}},
		"users":    {Request{Users: ids}, []Call{{methodResetBulk, ids, 0}}},
		"sessions": {Request{Filter: &Filter{}}, []Call{{methodInvalidate, ids[:1], 1112275520242}, {methodInvalidate, ids[1:], 1112275520243}}},
	} {
		s := newSlack()
		s.addSessions(ids, 1)
		if calls, err := Calls(written(t, s, test.req), false); err != nil || !reflect.DeepEqual(calls, test.want) {
			t.Errorf("%s: got %v, %v; want %v", name, calls, err, test.want)
		}
	}

	// What was refused comes again only if it is asked for, and a user who was
	// refused alone comes alone.
	s := newSlack()
	ids = userIDs(1002)
	s.bad[ids[0]], s.bad[ids[1001]] = "user_not_found", "user_not_found"
	s.before = func(call int) (*http.Response, error) {
		s.named = call == 1
		return nil, nil
	}
	p := planned(t, s, ids)
	if _, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller}); err != nil {
		t.Fatal(err)
	}
	if calls, err := Calls(p, false); err != nil || len(calls) > 0 {
		t.Errorf("after all: got %v, %v; want no call", calls, err)
	}
	want := []Call{{methodReset, ids[:1], 0}, {methodReset, ids[1001:], 0}}
	if calls, err := Calls(p, true); err != nil || !reflect.DeepEqual(calls, want) {
		t.Errorf("to retry: got %v, %v; want %v", calls, err, want)
	}

	p = planned(t, newSlack(), ids)
	if err := os.Mkdir(p.JournalPath(), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"is a directory": p.Path, "has no possible name": "plan\x00.jsonl"} {
		p.Path = path
		if calls, err := Calls(p, false); err == nil {
			t.Errorf("a journal that %s: got %v, want an error", name, calls)
		}
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
		{"the only one named", 1000, map[int]string{17: "user_not_found"}, true, 1},
		{"named", 1000, map[int]string{17: "user_not_found", 400: "cannot_reset_bot"}, true, 1},
		{"the first", 1000, map[int]string{0: "user_not_found"}, false, 21},
		{"the last", 1000, map[int]string{999: "cannot_reset_bot"}, false, 21},
		{"in the middle", 1000, map[int]string{500: "cannot_reset_primary_owner"}, false, 21},
		{"of an odd number", 777, map[int]string{388: "user_not_found"}, false, 21},
		{"of two", 2, map[int]string{1: "user_not_found"}, false, 3},
		{"of three", 3, map[int]string{1: "user_not_found"}, false, 5},
		{"of seven", 7, map[int]string{3: "user_not_found"}, false, 7},
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

			if sizes := fmt.Sprint(sizesOf(s.chunks)); test.name == "of seven" && sizes != "[7 3 4 2 1 1 2]" {
				t.Errorf("it sent so many at once: %s", sizes)
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

func sizesOf(chunks [][]string) (sizes []int) {
	for _, chunk := range chunks {
		sizes = append(sizes, len(chunk))
	}
	return sizes
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
		{func() (*http.Response, error) {
			return nil, &tls.CertificateVerificationError{Err: errors.New("signed by nobody")}
		}, "signed by nobody", 1, 1000},
		{func() (*http.Response, error) { return nil, tls.RecordHeaderError{Msg: "no TLS"} }, "no TLS", 1, 1000},
		{func() (*http.Response, error) { return answer(no("")), nil }, "admin.users.session.resetBulk", 1, 0},
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
			var last Progress
			sums, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller, Progress: func(p Progress) { last = p }})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
			if last.Done != 2000 || last.closed() != sums.closed() || last.Wait != 0 {
				t.Errorf("it reports %+v at last, want %+v", last, sums)
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

// TestStrangeCodes has calls for one row each refused with codes.
func TestStrangeCodes(t *testing.T) {
	t.Parallel()
	for codes, calls := range map[string]int{
		"a a a a a":                     5,
		"a a a a ok a a a a a":          10,
		"a a a a b b b b b":             9,
		"a a a a b a a a a":             12,
		"a b a b a b a b a b":           12,
		"a a a a session_not_found a a": 12,
		"cannot_reset_bot cannot_reset_bot cannot_reset_bot cannot_reset_bot cannot_reset_bot cannot_reset_bot": 12,
	} {
		s := newSlack()
		s.addSessions(userIDs(12), 1)
		p := written(t, s, Request{Filter: &Filter{}})
		fields := strings.Fields(codes)
		s.before = func(call int) (*http.Response, error) {
			if call > len(fields) || fields[call-1] == "ok" {
				return nil, nil
			}
			return answer(no(fields[call-1])), nil
		}
		_, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller})
		if len(s.calls) != calls || (err == nil) != (calls == 12) {
			t.Errorf("%s: %d calls and %v, want %d", codes, len(s.calls), err, calls)
		}
	}
}

// TestHowLongItWaits has Slack answer so many times instead of resetting the one
// user of a plan.
func TestHowLongItWaits(t *testing.T) {
	t.Parallel()
	page := func(status int) func() *http.Response {
		return func() *http.Response { return response(status, "<html>") }
	}
	refusal := func(status int, code string, header ...string) func() *http.Response {
		return func() *http.Response { return response(status, no(code), header...) }
	}
	for _, test := range []struct {
		name    string
		answer  func() *http.Response
		times   int
		waits   string
		why     string
		refused int
	}{
		{"ratelimited", refusal(200, "ratelimited"), 2, "30s 30s", "Slack asks to wait", 0},
		{"a 429", refusal(429, "a_new_code", "Retry-After", "7"), 2, "7s 7s", "Slack asks to wait", 0},
		{"a 429 of two hours", refusal(429, "ratelimited", "Retry-After", "7200"), 1, "1h0m0s", "Slack asks to wait", 0},
		{"a long outage", page(502), 8, "1s 2s 4s 8s 16s 32s 1m0s 1m0s", "Slack's answer cannot be read", 0},
		{"a page of 500", page(500), 1, "1s", "Slack's answer cannot be read", 0},
		{"a page of 200", page(200), 1, "1s", "Slack's answer cannot be read", 0},
		{"service_unavailable", refusal(200, "service_unavailable"), 1, "1s", "Slack is not available", 0},
		{"request_timeout", refusal(200, "request_timeout"), 1, "1s", "Slack is not available", 0},
		{"a code of 500", refusal(500, "a_new_code"), 1, "1s", "Slack is not available", 0},
		{"a 503 that says how long", refusal(503, "a_new_code", "Retry-After", "3"), 3, "3s 3s 4s", "Slack is not available", 0},
		{"a 503 of two hours", refusal(503, "a_new_code", "Retry-After", "7200"), 1, "1h0m0s", "Slack is not available", 0},
		{"fatal_error", refusal(200, "fatal_error"), 4, "1s 2s 4s 8s", "Slack failed", 0},
		{"internal_error, all the time", refusal(200, "internal_error"), 5, "1s 2s 4s 8s", "Slack failed", 1},
		{"failed_for_some_users, which it does not name", refusal(200, "failed_for_some_users"), 1, "", "", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newSlack()
			p := planned(t, s, userIDs(1))
			s.before = func(call int) (*http.Response, error) {
				if call > test.times {
					return nil, nil
				}
				return test.answer(), nil
			}
			synctest.Test(t, func(t *testing.T) {
				var waits []string
				sums, err := Apply(t.Context(), s.client(t, api.WithPacing()), p, Options{Caller: testCaller, Progress: func(p Progress) {
					if p.Wait > 0 {
						waits = append(waits, p.Wait.String())
						if p.Why != test.why {
							t.Errorf("it waits for %q, want %q", p.Why, test.why)
						}
					}
				}})
				if err != nil {
					t.Fatal(err)
				}
				wantSums(t, sums, 1-test.refused, test.refused, 0, 0)
				if got := strings.Join(waits, " "); got != test.waits {
					t.Errorf("it waits %s, want %s", got, test.waits)
				}
			})
		})
	}
}

// TestMessagesOfFailedForSomeUsers has them for the second of two users.
func TestMessagesOfFailedForSomeUsers(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]api.ErrorCode{
		"[ERROR] W0000001: cannot_reset_bot": api.ErrCannotResetBot,
		"user_not_found: W0000001":           api.ErrUserNotFound,
		"W0000001 is a bot":                  api.ErrFailedForSomeUsers,
		"W9999999: user_not_found":           "", // not of those that were sent, so that none is named
	} {
		s := newSlack()
		s.before = func(call int) (*http.Response, error) {
			if call > 1 {
				return nil, nil
			}
			return answer(`{"ok":false,"error":"failed_for_some_users","response_metadata":{"messages":["` + message + `"]}}`), nil
		}
		p := planned(t, s, userIDs(2))
		sums, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller})
		if err != nil {
			t.Fatal(err)
		}
		if want == "" {
			if wantSums(t, sums, 2, 0, 0, 0); len(s.calls) != 3 {
				t.Errorf("%s: %d calls, want one for both and one for each", message, len(s.calls))
			}
		} else if wantSums(t, sums, 1, 1, 0, 0); sums.Refused[want] != 1 {
			t.Errorf("%s: got %v, want %s", message, sums.Refused, want)
		}
	}
}

// TestProgress goes on after a crash, with a Slack that takes 10 seconds a call.
func TestProgress(t *testing.T) {
	t.Parallel()
	s := newSlack()
	s.named = true
	s.bad["W0000007"], s.bad["W0002007"] = "user_not_found", "user_not_found"
	p := planned(t, s, userIDs(3000))
	crash := &lossy{failAt: 9} // the write of the second result
	if _, err := apply(t.Context(), s.client(t), p, Options{Caller: testCaller}, crash.disk()); !errors.Is(err, errPower) {
		t.Fatal(err)
	}
	s.before = func(call int) (*http.Response, error) {
		time.Sleep(10 * time.Second)
		if call == 3 {
			return response(http.StatusServiceUnavailable, no("service_unavailable"), "Retry-After", "30"), nil
		}
		return nil, nil
	}
	synctest.Test(t, func(t *testing.T) {
		var got []string
		_, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller, Progress: func(p Progress) {
			got = append(got, fmt.Sprintf("%d done, %v, %d unknown, %d left of %d at %v a minute; %v %s %v", p.Done, p.Refused, p.Unknown, p.Left, p.Total, p.Rate, p.Wait, p.Why, p.Failed != nil))
		}})
		if err != nil {
			t.Fatal(err)
		}
		want := []string{
			"999 done, map[user_not_found:1], 1000 unknown, 1000 left of 3000 at 0 a minute; 0s  false",
			"999 done, map[user_not_found:1], 1000 unknown, 1000 left of 3000 at 0 a minute; 30s Slack is not available true",
			"1999 done, map[user_not_found:1], 0 unknown, 1000 left of 3000 at 1200 a minute; 0s  false",
			"2998 done, map[user_not_found:2], 0 unknown, 0 left of 3000 at 2000 a minute; 0s  false",
		}
		if !slices.Equal(got, want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

func TestComplete(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		sums Sums
		want bool
	}{
		{Sums{Done: 1}, true},
		{Sums{Done: 1, Refused: map[api.ErrorCode]int{api.ErrUserNotFound: 1}}, false},
		{Sums{Done: 1, Unknown: 1}, false},
		{Sums{Done: 1, Left: 1}, false},
	} {
		if got := test.sums.Complete(); got != test.want {
			t.Errorf("%+v: %v, want %v", test.sums, got, test.want)
		}
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

		other := strings.Replace(string(journal), "1112275520242", "1112275520999", 1)
		if err := os.WriteFile(p.JournalPath(), []byte(other), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller}); !errors.Is(err, errForeign) {
			t.Errorf("with another session in the journal: got %v, want %v", err, errForeign)
		}
	})
	t.Run("not of an invalidate", func(t *testing.T) {
		t.Parallel()
		s := newSlack()
		s.addSessions(userIDs(3), 1)
		p := written(t, s, Request{Filter: &Filter{}})
		s.sessions = s.sessions[:2] // the last user has signed out
		s.before = func(call int) (*http.Response, error) {
			if call == 3 {
				return answer(no("ratelimited")), nil // so it was not done
			}
			return nil, nil
		}
		synctest.Test(t, func(t *testing.T) {
			sums, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller})
			if err != nil || sums.Refused[api.ErrSessionNotFound] != 1 {
				t.Errorf("%+v, %v; want one refused with session_not_found", sums, err)
			}
			wantSums(t, sums, 2, 1, 0, 0)
		})
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
	t.Run("a call in flight that is refused for a time", func(t *testing.T) {
		t.Parallel()
		s := newSlack()
		p := planned(t, s, userIDs(1))
		ctx, cancel := context.WithCancel(t.Context())
		s.before = func(int) (*http.Response, error) {
			cancel()
			return response(http.StatusTooManyRequests, no("ratelimited"), "Retry-After", "5"), nil
		}
		reports := 0
		sums, err := Apply(ctx, s.client(t), p, Options{Caller: testCaller, Progress: func(p Progress) {
			if reports++; p.Wait != 0 {
				t.Errorf("it says that it waits %v", p.Wait)
			}
		}})
		if !errors.Is(err, ErrInterrupted) || reports != 2 {
			t.Errorf("got %v and %d reports, want ErrInterrupted and 2", err, reports)
		}
		wantSums(t, sums, 0, 0, 0, 1)
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
		{"more rows than one", func(_ *Plan, o *Options) { o.Max = 1 }, "10 rows, more than --max 1; nothing was sent"},
		{"a directory that is gone", func(p *Plan, _ *Options) {
			p.Path = filepath.Join(filepath.Dir(p.Path), "gone", "plan.jsonl")
		}, filepath.Join("gone", "plan.journal.jsonl")},
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

	// A clock that was set back makes a plan one of the future, which is fine, and
	// so is the caller's own user if it was meant.
	s := newSlack()
	p := planned(t, s, append(userIDs(9), testCaller.UserID))
	p.Own = true
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
		"torn late in begin":     {func(l []string) string { return l[0][:40] }, "", []int{0, 1, 2}},
		"torn begin":             {func(l []string) string { return l[0][:9] }, "", []int{0, 1, 2}},
		"torn first intent":      {func(l []string) string { return l[0] + l[1][:20] }, "", []int{0, 1, 2}},
		"torn intent":            {func(l []string) string { return strings.Join(l[:5], "") + l[5][:700] }, "", []int{2}},
		"torn result":            {func(l []string) string { return strings.Join(l[:4], "") + l[4][:20] }, "", []int{1, 2}},
		"result without newline": {func(l []string) string { return strings.TrimSuffix(strings.Join(l[:5], ""), "\n") }, "", []int{1, 2}},
		"no result":              {func(l []string) string { return strings.Join(l[:6], "") }, "", []int{2}},
		"no end":                 {func(l []string) string { return strings.Join(l[:7], "") }, "", nil},
		"torn in the middle":     {func(l []string) string { return l[0] + l[1][:99] + "\n" + strings.Join(l[2:], "") }, "line 2 is damaged", nil},
		"a lost line":            {func(l []string) string { return l[0] + strings.Join(l[2:], "") }, "line 2: it is the result of attempt 1, but the attempt before it is 0", nil},
		"a result twice":         {func(l []string) string { return strings.Join(l[:3], "") + l[2] }, "line 4: it is the result of attempt 1", nil},
		"a result of another":    {func(l []string) string { return strings.Join(l[:2], "") + l[4] }, "line 3: it is the result of attempt 2, but the attempt before it is 1", nil},
		"an intent of nobody":    {func(l []string) string { return l[0] + `{"event":"intent","attempt":1}` + "\n" }, "line 2: it names what the plan does not have", nil},
		"no begin":               {func(l []string) string { return strings.Join(l[1:], "") }, "it is no journal of slackadmin", nil},
		"no version":             {func([]string) string { return `{"event":"begin"}` + "\n" }, "it is no journal of slackadmin", nil},
		"no event":               {func(l []string) string { return strings.Replace(l[0], "begin", "end", 1) }, "it is no journal of slackadmin", nil},
		"of another plan":        {func(l []string) string { return strings.Replace(strings.Join(l, ""), `"plan":"`, `"plan":"0`, 1) }, "the journal of another plan", nil},
		"with other users":       {func(l []string) string { return strings.ReplaceAll(strings.Join(l, ""), "W0000007", "W7777777") }, "line 2: it names what the plan does not have", nil},
		"of a later version":     {func(l []string) string { return strings.Replace(strings.Join(l, ""), `"version":1`, `"version":2`, 1) }, "it is a journal of version 2; this slackadmin reads version 1", nil},
		"no journal":             {func([]string) string { return "Dear diary" }, "line 1 is damaged", nil},
		"an event of the future": {func(l []string) string { return l[0] + `{"event":"nap"}` + "\n" }, `line 2: "nap" is no event`, nil},
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
				// It is not locked by one that failed.
				if _, again := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller}); again == nil || again.Error() != err.Error() {
					t.Errorf("again: got %v, want %v", again, err)
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
	for _, want := range []string{`"users":["W0000000","W0000001","W0000002"]`, `"outcome":"unknown"`, `"error":"admin.users.session.resetBulk: `, `"request_id":"req-2"`, `"sums":{"done":3,`} {
		if !strings.Contains(string(journal), want) {
			t.Errorf("the journal is\n%s\nwant %s in it", journal, want)
		}
	}
	for _, r := range journalOf(t, p) {
		if age := time.Since(r.Time); age < 0 || age > time.Hour {
			t.Errorf("%s is of %v", r.Event, r.Time)
		}
	}
}
