package signout

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

func TestApplySendsChunksOf1000(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ users, calls int }{{1, 1}, {2, 1}, {999, 1}, {1000, 1}, {1001, 2}, {5000, 5}} {
		s := newSlack()
		p := planned(t, s, userIDs(test.users))
		calls, err := DryRun(p, ApplyOptions{})
		if err != nil || len(calls) != test.calls {
			t.Errorf("%d users: %d calls are foreseen and %v, want %d", test.users, len(calls), err, test.calls)
		}
		sums, err := Apply(t.Context(), s.client(t), p, ApplyOptions{})
		if err != nil {
			t.Fatal(err)
		}
		wantSums(t, sums, test.users, 0, 0, 0)
		wantResets(t, s, p, 1)
		if len(s.calls) != test.calls {
			t.Errorf("%d users: %d calls, want %d", test.users, len(s.calls), test.calls)
		}
		// Done rows are not sent again.
		if sums, err := Apply(t.Context(), s.client(t), p, ApplyOptions{}); err != nil || !sums.Complete() || len(s.calls) != test.calls {
			t.Errorf("again: %+v, %v after %d calls, want no more", sums, err, len(s.calls))
		}
	}
}

// wantResets checks that each user of a plan was reset, at most so often.
func wantResets(t *testing.T, s *fakeSlack, p *Plan, most int) {
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

func TestDryRunReturnsTheCalls(t *testing.T) {
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
		if calls, err := DryRun(written(t, s, test.req), ApplyOptions{}); err != nil || !reflect.DeepEqual(calls, test.want) {
			t.Errorf("%s: got %v, %v; want %v", name, calls, err, test.want)
		}
	}

	// Refused rows are sent again only on request.
	s := newSlack()
	ids = userIDs(1002)
	s.bad[ids[0]], s.bad[ids[1001]] = "user_not_found", "user_not_found"
	s.named = true
	p := planned(t, s, ids)
	if _, err := Apply(t.Context(), s.client(t), p, ApplyOptions{}); err != nil {
		t.Fatal(err)
	}
	if calls, err := DryRun(p, ApplyOptions{}); err != nil || len(calls) > 0 {
		t.Errorf("after all: got %v, %v; want no call", calls, err)
	}
	want := []Call{{methodResetBulk, []string{ids[0], ids[1001]}, 0}}
	if calls, err := DryRun(p, ApplyOptions{RetryFailed: true}); err != nil || !reflect.DeepEqual(calls, want) {
		t.Errorf("to retry: got %v, %v; want %v", calls, err, want)
	}
}

func TestRefusedUsersDoNotStopTheOthers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		users    int
		bad      map[int]string
		named    bool
		maxCalls int
	}{
		{"named", 1000, map[int]string{17: "user_not_found", 400: "cannot_reset_bot"}, true, 2},
		{"all but one named", 3, map[int]string{0: "user_not_found", 2: "cannot_reset_bot"}, true, 2},
		{"all named", 2, map[int]string{0: "user_not_found", 1: "cannot_reset_bot"}, true, 1},
		{"the first", 1000, map[int]string{0: "user_not_found"}, false, 21},
		{"in the middle of an odd number", 777, map[int]string{388: "user_not_found"}, false, 21},
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
			sums, err := Apply(t.Context(), s.client(t), p, ApplyOptions{})
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
			wantResets(t, s, p, 2) // those in a partial refusal are sent once more
			if len(s.calls) > test.maxCalls {
				t.Errorf("it took %d calls, want %d at most", len(s.calls), test.maxCalls)
			}

			if sizes := fmt.Sprint(sizesOf(s.chunks)); test.name == "of seven" && sizes != "[7 3 4 2 1 1 2]" {
				t.Errorf("it sent so many at once: %s", sizes)
			}

			// Refused rows are sent again only on request.
			calls := len(s.calls)
			if _, err := Apply(t.Context(), s.client(t), p, ApplyOptions{}); err != nil || len(s.calls) != calls {
				t.Errorf("again: %v after %d more calls, want none", err, len(s.calls)-calls)
			}
			clear(s.bad)
			sums, err = Apply(t.Context(), s.client(t), p, ApplyOptions{RetryFailed: true})
			if err != nil {
				t.Fatal(err)
			}
			wantSums(t, sums, test.users, 0, 0, 0)
			wantResets(t, s, p, 2)
		})
	}
}

func sizesOf(chunks [][]string) (sizes []int) {
	for _, chunk := range chunks {
		sizes = append(sizes, len(chunk))
	}
	return sizes
}

// TestErrorsThatEveryRowWouldMeetStopApply has every call fail from the second on, which is for one
// row or for many. Apply stops at once and leaves the other rows as they are.
func TestErrorsThatEveryRowWouldMeetStopApply(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		instead func() (*http.Response, error)
		want    string
		calls   int  // that fail
		unknown bool // the rows of the second call
	}{
		{func() (*http.Response, error) { return jsonResponse(refusalJSON("token_revoked")), nil }, "token_revoked", 1, false},
		{func() (*http.Response, error) { return jsonResponse(refusalJSON("missing_scope")), nil }, "missing_scope", 1, false},
		{func() (*http.Response, error) { return jsonResponse(refusalJSON("restricted_action")), nil }, "restricted_action", 1, false},
		{func() (*http.Response, error) { return jsonResponse(refusalJSON("team_access_not_granted")), nil }, "team_access_not_granted", 1, false},
		{func() (*http.Response, error) { return jsonResponse(refusalJSON("feature_not_enabled")), nil }, "feature_not_enabled", 1, false},
		{func() (*http.Response, error) { return response(http.StatusNotFound, "<html>"), nil }, "status 404", 1, true},
		{func() (*http.Response, error) { return nil, http.ErrSchemeMismatch }, "HTTP", 1, true},
		{func() (*http.Response, error) {
			return nil, &tls.CertificateVerificationError{Err: errors.New("signed by nobody")}
		}, "signed by nobody", 1, true},
		{func() (*http.Response, error) {
			return nil, &net.OpError{Op: "remote error", Err: tls.AlertError(42)}
		}, "bad certificate", 1, true},
		{func() (*http.Response, error) { return nil, errors.New("Proxy Authentication Required") }, "Proxy Authentication Required", 1, true},
		{func() (*http.Response, error) { return nil, tls.RecordHeaderError{Msg: "no TLS"} }, "no TLS", 1, true},
		{func() (*http.Response, error) { return jsonResponse(refusalJSON("")), nil }, "admin.users.session.reset", 1, false},
		// One unknown code for row after row does not concern the rows.
		{func() (*http.Response, error) { return jsonResponse(refusalJSON("a_new_code")), nil }, "a_new_code", 17, false},
	} {
		for _, rows := range []int{1, 1000} {
			if test.calls > 1 && rows < 1000 {
				continue
			}
			t.Run(fmt.Sprintf("%s of %d rows", test.want, rows), func(t *testing.T) {
				t.Parallel()
				s := newSlack()
				failing := true
				s.before = func(call int) (*http.Response, error) {
					if call >= 2 && failing {
						return test.instead()
					}
					return nil, nil
				}
				users := 1000 + rows
				p := planned(t, s, userIDs(users))
				var last Progress
				sums, err := Apply(t.Context(), s.client(t), p, ApplyOptions{Progress: func(p Progress) { last = p }})
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("got %v, want %s", err, test.want)
				}
				if last.Done != 1000 || last.refused() != sums.refused() || last.Wait != 0 {
					t.Errorf("it reports %+v at last, want %+v", last, sums)
				}
				refused, unknown := sums.refused(), 0
				if test.unknown {
					unknown = rows
				}
				wantSums(t, sums, 1000, refused, unknown, rows-unknown-refused)
				if len(s.calls) != 1+test.calls {
					t.Errorf("%d calls, want %d", len(s.calls), 1+test.calls)
				}
				failing = false
				sums, err = Apply(t.Context(), s.client(t), p, ApplyOptions{RetryFailed: true})
				if err != nil {
					t.Fatal(err)
				}
				wantSums(t, sums, users, 0, 0, 0)
				wantResets(t, s, p, 1)
			})
		}
	}
}

// TestApplyWaitsForSlack has Slack or the network fail for a time from the third call on, also for
// auth.test. Apply completes the plan afterwards, without the rows that became unknown.
func TestApplyWaitsForSlack(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		instead func(left time.Duration) (*http.Response, error)
		lasts   time.Duration
		whys    []string
		unknown int
	}{
		{"a 429 of an hour", func(left time.Duration) (*http.Response, error) {
			return response(http.StatusTooManyRequests, refusalJSON("ratelimited"), "Retry-After", strconv.Itoa(int(left.Seconds())+1)), nil
		}, time.Hour, []string{whyRateLimit}, 0},
		{"an outage of 10 minutes", func(time.Duration) (*http.Response, error) { return response(http.StatusBadGateway, "<html>"), nil }, 10 * time.Minute, []string{whyUnreadable, whyUnreachable}, 1000},
		{"an outage of 9 seconds", func(time.Duration) (*http.Response, error) { return response(http.StatusBadGateway, "<html>"), nil }, 9 * time.Second, []string{whyUnreadable}, 0},
		{"service_unavailable", func(time.Duration) (*http.Response, error) {
			return response(http.StatusServiceUnavailable, refusalJSON("service_unavailable")), nil
		}, 10 * time.Minute, []string{whyUnavailable, whyUnreachable}, 1000},
		{"no answer for 10 minutes", func(time.Duration) (*http.Response, error) { return nil, errLost }, 10 * time.Minute, []string{whyNoResponse, whyUnreachable}, 1000},
		{"a gateway's 408 of 10 minutes", func(time.Duration) (*http.Response, error) { return response(http.StatusRequestTimeout, "<html>"), nil }, 10 * time.Minute, []string{whyUnavailable}, 0},
		{"a refusal with status 425 of 10 minutes", func(time.Duration) (*http.Response, error) {
			return response(http.StatusTooEarly, refusalJSON("too_early")), nil
		}, 10 * time.Minute, []string{whyUnavailable}, 0},
		{"internal_error for 9 seconds", func(time.Duration) (*http.Response, error) { return jsonResponse(refusalJSON("internal_error")), nil }, 9 * time.Second, []string{whyFailed}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newSlack()
				p := planned(t, s, userIDs(3001))
				start := time.Now()
				over := start.Add(test.lasts)
				s.before = func(call int) (*http.Response, error) {
					if call < 3 || !time.Now().Before(over) {
						return nil, nil
					}
					return test.instead(time.Until(over))
				}
				s.authTest = func() (*http.Response, error) {
					if len(s.calls) < 3 || !time.Now().Before(over) {
						return identityOf(testCaller.userID, testCaller.organization), nil
					}
					return test.instead(time.Until(over))
				}
				var waited time.Duration
				var whys []string
				sums, err := Apply(t.Context(), s.client(t, api.WithPacing()), p, ApplyOptions{Progress: func(p Progress) {
					if waited += p.Wait; p.Wait > 0 && (p.Err == nil || p.Why == "") {
						t.Errorf("it waits for %q (%v)", p.Why, p.Err)
					}
					if p.Wait > 0 && !slices.Contains(whys, p.Why) {
						whys = append(whys, p.Why)
					}
				}})
				if err != nil {
					t.Fatal(err)
				}
				wantSums(t, sums, 3001-test.unknown, 0, test.unknown, 0)
				if took := time.Since(start); took < test.lasts || took > test.lasts+2*time.Minute || waited < test.lasts-30*time.Second || !slices.Equal(whys, test.whys) {
					t.Errorf("it took %v and said it waits %v for %q, want a little more than %v for %q", took, waited, whys, test.lasts, test.whys)
				}
				for _, row := range p.Rows {
					if s.resets[row.UserID] > 1 {
						t.Fatalf("%s was reset twice", row.UserID)
					}
				}

				// Unknown rows are sent again only on request.
				calls := len(s.calls)
				if _, err := Apply(t.Context(), s.client(t), p, ApplyOptions{}); err != nil || len(s.calls) != calls {
					t.Errorf("again: %v after %d calls, want none", err, len(s.calls)-calls)
				}
				if sums, err = Apply(t.Context(), s.client(t), p, ApplyOptions{RetryFailed: true}); err != nil {
					t.Fatal(err)
				}
				wantSums(t, sums, 3001, 0, 0, 0)
			})
		})
	}
}

// offline is a transport that cannot connect until a time, so that nothing is sent.
type offline struct {
	http.RoundTripper
	until time.Time
}

func (o offline) RoundTrip(r *http.Request) (*http.Response, error) {
	if time.Now().Before(o.until) && !strings.HasSuffix(r.URL.Path, "auth.test") {
		return nil, &net.OpError{Op: "dial", Err: errors.New("network is unreachable")}
	}
	return o.RoundTripper.RoundTrip(r)
}

// TestApplyWaitsForANetwork has no connection for three hours. No row becomes unknown.
func TestApplyWaitsForANetwork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSlack()
		p := planned(t, s, userIDs(1500))
		start := time.Now()
		client, err := api.New(testToken, api.WithPacing(), api.WithHTTPClient(&http.Client{Transport: offline{s, start.Add(3 * time.Hour)}}))
		if err != nil {
			t.Fatal(err)
		}
		sums, err := Apply(t.Context(), client, p, ApplyOptions{Progress: func(p Progress) {
			if p.Unknown > 0 || p.Wait > time.Minute || p.Wait > 0 && p.Why != whyUnreachable {
				t.Errorf("it says %+v", p)
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		wantSums(t, sums, 1500, 0, 0, 0)
		wantResets(t, s, p, 1)
		if took := time.Since(start); took < 3*time.Hour || took > 4*time.Hour {
			t.Errorf("it took %v", took)
		}
	})
}

// TestRepeatedUnknownRefusalsStopApply has Slack refuse calls for one row each. The keys are the codes of the
// calls, and the values how many calls Apply makes.
func TestRepeatedUnknownRefusalsStopApply(t *testing.T) {
	t.Parallel()
	for codes, calls := range map[string]int{
		"a a a a a":                         5,
		"a a a a ok a a a a a":              10,
		"a a a a b b b b b":                 9,
		"a a a a b a a a a":                 12,
		"a b a b a b a b a b":               12,
		"a a a a session_not_found a a a a": 12,
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
			return jsonResponse(refusalJSON(fields[call-1])), nil
		}
		_, err := Apply(t.Context(), s.client(t), p, ApplyOptions{})
		if len(s.calls) != calls || (err == nil) != (calls == 12) {
			t.Errorf("%s: %d calls and %v, want %d", codes, len(s.calls), err, calls)
		}
	}
}

// TestWaitsBetweenAttempts has Slack fail several times instead of resetting the only user of a
// plan.
func TestWaitsBetweenAttempts(t *testing.T) {
	t.Parallel()
	page := func(status int) func() *http.Response {
		return func() *http.Response { return response(status, "<html>") }
	}
	refusal := func(status int, code string, header ...string) func() *http.Response {
		return func() *http.Response { return response(status, refusalJSON(code), header...) }
	}
	for _, test := range []struct {
		name    string
		answer  func() *http.Response
		times   int
		waits   string
		why     string
		refused int
		unknown int
	}{
		{"ratelimited", refusal(200, "ratelimited"), 2, "30s 30s", whyRateLimit, 0, 0},
		{"rate_limited", refusal(200, "rate_limited"), 1, "30s", whyRateLimit, 0, 0},
		{"a 429", refusal(429, "a_new_code", "Retry-After", "7"), 2, "7s 7s", whyRateLimit, 0, 0},
		{"a 429 of two hours", refusal(429, "ratelimited", "Retry-After", "7200"), 1, "1h0m0s", whyRateLimit, 0, 0},
		{"pages of 502", page(502), 2, "2s 8s", whyUnreadable, 0, 0},
		{"a third page of 502", page(502), 3, "2s 8s", whyUnreadable, 0, 1},
		{"a page of 500", page(500), 1, "2s", whyUnreadable, 0, 0},
		{"a page of 200", page(200), 1, "2s", whyUnreadable, 0, 0},
		{"service_unavailable", refusal(200, "service_unavailable"), 1, "2s", whyUnavailable, 0, 0},
		{"request_timeout", refusal(200, "request_timeout"), 4, "1s 2s 4s 8s", whyUnavailable, 0, 0},
		{"a code of 500", refusal(500, "a_new_code"), 1, "2s", whyUnavailable, 0, 0},
		{"a 503 that says how long", refusal(503, "a_new_code", "Retry-After", "3"), 2, "3s 8s", whyUnavailable, 0, 0},
		{"a 503 of two hours", refusal(503, "a_new_code", "Retry-After", "7200"), 1, "1h0m0s", whyUnavailable, 0, 0},
		{"fatal_error", refusal(200, "fatal_error"), 2, "2s 8s", whyFailed, 0, 0},
		{"internal_error, all the time", refusal(200, "internal_error"), 9, "2s 8s", whyFailed, 0, 1},
		{"failed_for_some_users, which it does not name", refusal(200, "failed_for_some_users"), 1, "", "", 1, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newSlack()
				p := planned(t, s, userIDs(1))
				s.before = func(call int) (*http.Response, error) {
					if call > test.times {
						return nil, nil
					}
					return test.answer(), nil
				}
				var waits []string
				sums, err := Apply(t.Context(), s.client(t, api.WithPacing()), p, ApplyOptions{Progress: func(p Progress) {
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
				wantSums(t, sums, 1-test.refused-test.unknown, test.refused, test.unknown, 0)
				if got := strings.Join(waits, " "); got != test.waits {
					t.Errorf("it waits %s, want %s", got, test.waits)
				}
			})
		})
	}
}

// TestProgress resumes a plan after a crash. Slack takes 10 seconds a call.
func TestProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSlack()
		s.named = true
		s.bad["W0000007"], s.bad["W0002007"] = "user_not_found", "user_not_found"
		p := planned(t, s, userIDs(3000))
		crash := &faultyDisk{failAt: 13} // the write of the third result
		if _, err := apply(t.Context(), s.client(t), p, ApplyOptions{}, crash.disk()); !errors.Is(err, errPower) {
			t.Fatal(err)
		}
		s.before = func(call int) (*http.Response, error) {
			time.Sleep(10 * time.Second)
			if call == 4 {
				return response(http.StatusServiceUnavailable, refusalJSON("service_unavailable"), "Retry-After", "30"), nil
			}
			return nil, nil
		}
		var got []string
		_, err := Apply(t.Context(), s.client(t), p, ApplyOptions{Progress: func(p Progress) {
			got = append(got, fmt.Sprintf("%d done, %v, %d unknown, %d left of %d in %d calls; %v %s %v", p.Done, p.Refused, p.Unknown, p.Left, p.Total, p.Calls, p.Wait, p.Why, p.Err != nil))
		}})
		if err != nil {
			t.Fatal(err)
		}
		want := []string{
			"999 done, map[user_not_found:1], 1000 unknown, 1000 left of 3000 in 2 calls; 0s  false",
			"999 done, map[user_not_found:1], 1000 unknown, 1000 left of 3000 in 2 calls; 30s Slack is not available true",
			"1999 done, map[user_not_found:1], 0 unknown, 1000 left of 3000 in 1 calls; 0s  false",
			"1999 done, map[user_not_found:2], 999 unknown, 0 left of 3000 in 1 calls; 0s  false",
			"2998 done, map[user_not_found:2], 0 unknown, 0 left of 3000 in 0 calls; 0s  false",
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
		{Sums{Done: 1, AlreadyEnded: 1}, true},
		{Sums{Done: 1, Refused: map[api.ErrorCode]int{api.ErrUserNotFound: 1}}, false},
		{Sums{Done: 1, Unknown: 1}, false},
		{Sums{Done: 1, Left: 1}, false},
	} {
		if got := test.sums.Complete(); got != test.want {
			t.Errorf("%+v: %v, want %v", test.sums, got, test.want)
		}
	}
}

// loseResponse loses the response to a call.
func (s *fakeSlack) loseResponse(call int) {
	s.after = func(n int) (*http.Response, error) {
		if n == call {
			return nil, errLost
		}
		return nil, nil
	}
}

// TestLostResponses loses responses to calls on which Slack acted.
func TestLostResponses(t *testing.T) {
	t.Parallel()
	t.Run("of a reset", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := newSlack()
			s.loseResponse(2)
			p := planned(t, s, userIDs(3000))
			sums, err := Apply(t.Context(), s.client(t), p, ApplyOptions{})
			if err != nil {
				t.Fatal(err)
			}
			wantSums(t, sums, 3000, 0, 0, 0)
			for i, row := range p.Rows {
				if want := 1 + i/1000%2; s.resets[row.UserID] != want {
					t.Fatalf("row %d was reset %d times, want %d", i+1, s.resets[row.UserID], want)
				}
			}
		})
	})
	t.Run("of every reset", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := newSlack()
			s.after = func(int) (*http.Response, error) { return nil, errLost }
			p := planned(t, s, userIDs(2000))
			sums, err := Apply(t.Context(), s.client(t), p, ApplyOptions{})
			if err != nil {
				t.Fatal(err)
			}
			wantSums(t, sums, 0, 0, 2000, 0)
			wantResets(t, s, p, maxUnanswered)
		})
	})
	t.Run("counted over resumes", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := newSlack()
			p := planned(t, s, userIDs(2))
			for run := 1; run <= 4; run++ {
				ctx, cancel := context.WithCancel(t.Context())
				s.after = func(int) (*http.Response, error) {
					cancel()
					return nil, errLost
				}
				sums, err := Apply(ctx, s.client(t), p, ApplyOptions{})
				if len(s.calls) != min(run, maxUnanswered) || (run < maxUnanswered) != errors.Is(err, ErrInterrupted) {
					t.Errorf("run %d: %v after %d calls", run, err, len(s.calls))
				}
				wantSums(t, sums, 0, 0, 2, 0)
			}
		})
	})
	t.Run("of an invalidate", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := newSlack()
			s.addSessions(userIDs(5), 1)
			p := written(t, s, Request{Filter: &Filter{}})
			s.loseResponse(2)
			// After the lost answer comes a 429, which must not make it forgotten.
			s.before = func(call int) (*http.Response, error) {
				if call == 3 {
					return response(http.StatusTooManyRequests, refusalJSON("ratelimited"), "Retry-After", "5"), nil
				}
				return nil, nil
			}
			sums, err := Apply(t.Context(), s.client(t), p, ApplyOptions{})
			if err != nil || sums.AlreadyEnded != 1 || !sums.Complete() {
				t.Errorf("%+v, %v; want one that had ended already", sums, err)
			}
			wantSums(t, sums, 4, 0, 0, 0)
			if len(s.sessions) != 0 {
				t.Errorf("%d sessions are left, want none", len(s.sessions))
			}
		})
	})
}

func TestInterrupt(t *testing.T) {
	t.Parallel()
	t.Run("a call in flight", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := newSlack()
			p := planned(t, s, userIDs(5000))
			ctx, cancel := context.WithCancel(t.Context())
			s.after = func(call int) (*http.Response, error) {
				if call == 2 {
					cancel()
					synctest.Wait() // for whoever would cancel the call
				}
				return nil, nil
			}
			finishing := 0
			sums, err := Apply(ctx, s.client(t), p, ApplyOptions{Progress: func(p Progress) {
				if p.Finishing {
					finishing++
				}
			}})
			if !errors.Is(err, ErrInterrupted) || !errors.Is(err, context.Canceled) || finishing != 1 {
				t.Errorf("got %v and was told %d times that the call is waited for, want ErrInterrupted and once", err, finishing)
			}
			wantSums(t, sums, 2000, 0, 0, 3000)
			if sums, err = Apply(t.Context(), s.client(t), p, ApplyOptions{}); err != nil {
				t.Fatal(err)
			}
			wantSums(t, sums, 5000, 0, 0, 0)
			wantResets(t, s, p, 1)
		})
	})
	t.Run("a call in flight that is refused for a time", func(t *testing.T) {
		t.Parallel()
		s := newSlack()
		p := planned(t, s, userIDs(1))
		ctx, cancel := context.WithCancel(t.Context())
		s.before = func(int) (*http.Response, error) {
			cancel()
			return response(http.StatusTooManyRequests, refusalJSON("ratelimited"), "Retry-After", "5"), nil
		}
		sums, err := Apply(ctx, s.client(t), p, ApplyOptions{Progress: func(p Progress) {
			if p.Wait != 0 {
				t.Errorf("it says that it waits %v", p.Wait)
			}
		}})
		if !errors.Is(err, ErrInterrupted) {
			t.Errorf("got %v, want ErrInterrupted", err)
		}
		wantSums(t, sums, 0, 0, 0, 1)
	})
	t.Run("a wait", func(t *testing.T) {
		t.Parallel()
		for name, opts := range map[string][]api.Option{"for Slack": nil, "for a turn": {api.WithPacing()}} {
			synctest.Test(t, func(t *testing.T) {
				s := newSlack()
				if name == "for Slack" {
					s.before = func(int) (*http.Response, error) {
						return response(http.StatusTooManyRequests, refusalJSON("ratelimited"), "Retry-After", "600"), nil
					}
				}
				p := planned(t, s, userIDs(5000))
				start := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
				defer cancel()
				sums, err := Apply(ctx, s.client(t, opts...), p, ApplyOptions{Progress: func(p Progress) {
					if p.Finishing {
						t.Error("it waits for the answer to a call that is not on its way")
					}
				}})
				if !errors.Is(err, ErrInterrupted) || !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 1500*time.Millisecond {
					t.Errorf("%s: got %v after %v, want ErrInterrupted after 1.5 s", name, err, time.Since(start))
				}
				wantSums(t, sums, len(s.resets), 0, 0, 5000-len(s.resets))
			})
		}
	})
	t.Run("while Slack is out", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := newSlack()
			p := planned(t, s, userIDs(5000))
			out := func() (*http.Response, error) { return response(http.StatusBadGateway, "<html>"), nil }
			s.before = func(int) (*http.Response, error) {
				s.authTest = out
				return out()
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			sums, err := Apply(ctx, s.client(t), p, ApplyOptions{})
			if !errors.Is(err, ErrInterrupted) || len(s.calls) != maxUnanswered {
				t.Errorf("got %v after %d calls, want ErrInterrupted after %d", err, len(s.calls), maxUnanswered)
			}
			wantSums(t, sums, 0, 0, 1000, 4000)
		})
	})
}

// TestARevokedTokenEndsTheWait has the token revoked while Apply waits for Slack.
func TestARevokedTokenEndsTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSlack()
		p := planned(t, s, userIDs(5000))
		s.before = func(int) (*http.Response, error) {
			s.authTest = func() (*http.Response, error) { return jsonResponse(refusalJSON("token_revoked")), nil }
			return jsonResponse(refusalJSON("internal_error")), nil
		}
		sums, err := Apply(t.Context(), s.client(t), p, ApplyOptions{})
		if !errors.Is(err, api.ErrTokenRevoked) {
			t.Errorf("got %v, want token_revoked", err)
		}
		wantSums(t, sums, 0, 0, 1000, 4000)
	})
}

func TestApplyRefusesPlans(t *testing.T) {
	t.Parallel()
	me := func(user, organization string) func() (*http.Response, error) {
		return func() (*http.Response, error) { return identityOf(user, organization), nil }
	}
	_, err := os.Stat(filepath.Join(t.TempDir(), "x"))
	noFile := errors.Unwrap(err) // in the system's words
	for name, test := range map[string]struct {
		me     func() (*http.Response, error)
		header func(h *Header)
		path   func(p *Plan)
		max    int
		want   string
	}{
		"another organization":        {me: me("W0ADMIN", "E2"), want: "is for the organization E1; the token is of E2; nothing was sent"},
		"no organization":             {me: me("W0ADMIN", ""), want: "the token is not of an Enterprise organization"},
		"another API":                 {header: func(h *Header) { h.APIURL = "https://slack-gov.com/api/" }, want: "is for https://slack-gov.com/api/; the calls would go to https://slack.com/api; nothing was sent"},
		"an expired plan":             {header: func(h *Header) { h.Expires = time.Now().Add(-time.Second) }, want: "before it was started; make a new one; nothing was sent"},
		"a plan of the future":        {header: func(h *Header) { h.Created = time.Now().Add(61 * time.Minute) }, want: "which is in the future; check this machine's clock; nothing was sent"},
		"too many rows":               {max: 9, want: "the plan has 10 rows; the maximum is 9; nothing was sent"},
		"more rows than one":          {max: 1, want: "the plan has 10 rows; the maximum is 1; nothing was sent"},
		"a plan without a file":       {path: func(p *Plan) { p.path = "" }, want: "the plan has no file; write it to one first; nothing was sent"},
		"a file that is gone":         {path: func(p *Plan) { p.path += "x" }, want: "plan.jsonlx: " + noFile.Error() + "; nothing was sent"},
		"a name that cannot be":       {path: func(p *Plan) { p.path = "plan\x00.jsonl" }, want: "; nothing was sent"},
		"a directory":                 {path: func(p *Plan) { p.path = filepath.Dir(p.path) }, want: "is not a regular file; want a plan file; nothing was sent"},
		"the file of another plan":    {path: func(p *Plan) { p.sha256 = "another" }, want: "the file holds another plan now; read it again; nothing was sent"},
		"a plan that was changed":     {path: func(p *Plan) { p.Rows[3].LeftOut = "not her" }, want: "the plan was changed after it was written or read, but its file was not; make a new plan; nothing was sent"},
		"the caller's own user":       {me: me("W0000003", "E1"), want: "would sign out W0000003, the user of this token"},
		"a token that Slack refuses":  {me: func() (*http.Response, error) { return jsonResponse(refusalJSON("invalid_auth")), nil }, want: "invalid_auth"},
		"an auth.test without answer": {me: func() (*http.Response, error) { return nil, http.ErrSchemeMismatch }, want: "auth.test"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSlack()
			p, err := Make(t.Context(), s.client(t), Request{Users: userIDs(10), NoScan: true})
			if err != nil {
				t.Fatal(err)
			}
			if test.header != nil {
				test.header(&p.Header)
			}
			path := filepath.Join(t.TempDir(), "plan.jsonl")
			if err := p.Write(path); err != nil {
				t.Fatal(err)
			}
			if test.path != nil {
				test.path(p)
			}
			before, _ := os.ReadFile(path)
			s.authTest = test.me
			_, err = Apply(t.Context(), s.client(t), p, ApplyOptions{Max: test.max})
			if err == nil || !strings.Contains(err.Error(), test.want) || len(s.calls) > 0 {
				t.Errorf("got %v after %d calls, want %q and none", err, len(s.calls), test.want)
			}
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
				t.Errorf("the file was touched: %v", err)
			}
			if test.me == nil && test.header == nil {
				if _, dryErr := DryRun(p, ApplyOptions{Max: test.max}); dryErr == nil {
					t.Error("a dry run had no error")
				}
			}
		})
	}

	// A clock that was set back a little makes a plan one of the near future, which
	// is fine, and so is the caller's own user if it was meant.
	s := newSlack()
	p, err := Make(t.Context(), s.client(t), Request{Users: append(userIDs(9), testCaller.userID), NoScan: true, Own: true})
	if err != nil {
		t.Fatal(err)
	}
	p.Created = time.Now().Add(59 * time.Minute)
	if err := p.Write(filepath.Join(t.TempDir(), "plan.jsonl")); err != nil {
		t.Fatal(err)
	}
	if _, err := Apply(t.Context(), s.client(t), p, ApplyOptions{Max: 10}); err != nil {
		t.Error(err)
	}
}

func TestInvalidClients(t *testing.T) {
	t.Parallel()
	p := planned(t, newSlack(), userIDs(2))
	for _, client := range []*api.Client{nil, {}} {
		_, applyErr := Apply(t.Context(), client, p, ApplyOptions{})
		_, verifyErr := Verify(t.Context(), client, p, VerifyOptions{})
		_, makeErr := Make(t.Context(), client, Request{All: true})
		result, resetErr := Reset(t.Context(), client, userIDs(2))
		for _, err := range []error{applyErr, verifyErr, makeErr, resetErr} {
			if err == nil || !strings.Contains(err.Error(), "want one that New has made") {
				t.Errorf("got %v", err)
			}
		}
		if len(result.Left) != 2 {
			t.Errorf("got %+v, want both left", result)
		}
	}
}
