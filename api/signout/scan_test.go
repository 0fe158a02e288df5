package signout

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// TestScansWaitForSlack has Slack or the network fail on the last of three pages, for some
// minutes or always.
func TestScansWaitForSlack(t *testing.T) {
	t.Parallel()
	html := func(status int) func() (*http.Response, error) {
		return func() (*http.Response, error) { return response(status, "<html>"), nil }
	}
	refusal := func(status int, code string, header ...string) func() (*http.Response, error) {
		return func() (*http.Response, error) { return response(status, refusalJSON(code), header...), nil }
	}
	for name, test := range map[string]struct {
		fail    func() (*http.Response, error)
		minutes int // how long it fails; else it fails always
		why     string
		want    string // the error
		restart bool
	}{
		"a 429 of two hours":            {refusal(429, "ratelimited", "Retry-After", "7200"), 120, whyRateLimit, "", false},
		"a 503":                         {refusal(503, "service_unavailable"), 30, whyUnavailable, "", false},
		"a page of 502":                 {html(502), 30, whyUnavailable, "", false},
		"no network":                    {func() (*http.Response, error) { return nil, errLost }, 30, whyUnreachable, "", false},
		"internal_error, always":        {refusal(200, "internal_error"), 0, whyFailed, "internal_error", false},
		"a page of 200, always":         {html(200), 0, whyUnreadable, "status 200", false},
		"a page of 404":                 {html(404), 0, "", "status 404", false},
		"a token that is revoked":       {refusal(200, "token_revoked"), 0, "", "token_revoked", false},
		"no TLS":                        {func() (*http.Response, error) { return nil, http.ErrSchemeMismatch }, 0, "", "HTTP", false},
		"no_active_sessions":            {refusal(200, "no_active_sessions"), 0, "", "no_active_sessions", false},
		"a cursor that becomes invalid": {refusal(200, "invalid_cursor"), 1, whyRestart, "", true},
		"invalid_cursor, always":        {refusal(200, "invalid_cursor"), 0, whyRestart, "invalid_cursor", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newSlack()
				s.pageSize = 10
				s.addSessions(userIDs(25), 1)
				p := planned(t, s, userIDs(25))
				start := time.Now()
				cursors := &cursorWatch{RoundTripper: s}
				client, err := api.New(testToken, api.WithPacing(), api.WithMaxAttempts(1), api.WithHTTPClient(&http.Client{Transport: cursors}))
				if err != nil {
					t.Fatal(err)
				}
				s.before = func(int) (*http.Response, error) {
					over := time.Since(start) > time.Duration(test.minutes)*time.Minute
					if test.restart && test.minutes > 0 {
						over = cursors.first > 1
					}
					if cursors.last != "20" || test.minutes > 0 && over {
						return nil, nil
					}
					return test.fail()
				}
				whys := map[string]bool{}
				note := func(p ScanProgress) {
					if p.Wait > 0 {
						whys[p.Why] = true
					}
				}
				check := func(what string, err error) {
					t.Helper()
					if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
						t.Errorf("%s: got %v, want %q", what, err, test.want)
					}
					if len(whys) > 1 || test.why != "" && !whys[test.why] {
						t.Errorf("%s waits for %v, want %q", what, whys, test.why)
					}
				}
				plan, err := Make(t.Context(), client, Request{All: true, Progress: note})
				if check("plan", err); err == nil && (plan.Users != 25 || plan.Sessions != 25) {
					t.Errorf("the plan is of %d users with %d sessions, want 25", plan.Users, plan.Sessions)
				}
				if restarted := cursors.first > 1; restarted != test.restart {
					t.Errorf("the first page was asked for %d times", cursors.first)
				}
				start, cursors.first = time.Now(), 0
				r, err := Verify(t.Context(), client, p, VerifyOptions{Progress: note})
				if check("verify", err); err == nil && r.Counts[StillThere] != 25 {
					t.Errorf("verify says %v, want all there", r.Counts)
				}
			})
		})
	}
}

// cursorWatch keeps the cursor of the last request, and how often the first page
// was asked for.
type cursorWatch struct {
	http.RoundTripper
	last  string
	first int
}

func (w *cursorWatch) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, ".list") {
		body, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		text := make([]byte, 100)
		n, _ := body.Read(text)
		w.last = ""
		if _, rest, ok := strings.Cut(string(text[:n]), `"cursor":"`); ok {
			w.last, _, _ = strings.Cut(rest, `"`)
		} else {
			w.first++
		}
	}
	return w.RoundTripper.RoundTrip(r)
}

// TestRepeatedCursorsEndAScan has the cursors of valid pages form a circle.
func TestRepeatedCursorsEndAScan(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSlack()
		pages := 0
		s.before = func(int) (*http.Response, error) {
			pages++
			return jsonResponse(fmt.Sprintf(`{"ok":true,"active_sessions":[],"response_metadata":{"next_cursor":"%d"}}`, pages%3)), nil
		}
		if p, err := Make(t.Context(), s.client(t), Request{All: true}); p != nil || err == nil || pages > 20 {
			t.Errorf("got %v, %v after %d pages", p, err, pages)
		}
	})
}

func TestInterruptedScans(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSlack()
		s.pageSize = 1
		s.addSessions(userIDs(3), 1)
		s.before = func(call int) (*http.Response, error) {
			if call == 2 {
				return response(http.StatusServiceUnavailable, refusalJSON("service_unavailable"), "Retry-After", "3600"), nil
			}
			return nil, nil
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		start := time.Now()
		p, err := Make(ctx, s.client(t, api.WithMaxAttempts(1)), Request{All: true})
		if p != nil || !errors.Is(err, ErrInterrupted) || !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 10*time.Minute {
			t.Errorf("got %v, %v after %v; want ErrInterrupted after 10 minutes", p, err, time.Since(start))
		}
	})
}

// TestInvalidUserIDsAreLeftOut has Slack list invalid user IDs. The others are planned.
func TestInvalidUserIDsAreLeftOut(t *testing.T) {
	t.Parallel()
	for _, req := range []Request{{All: true}, {Filter: &Filter{}}} {
		s := newSlack()
		s.addSessions([]string{"W1", "zoe", strings.Repeat("w", 5000), "W2"}, 1)
		p := written(t, s, req)
		var out []string
		for _, row := range p.Rows {
			if row.LeftOut != "" {
				out = append(out, fmt.Sprintf("%.4s: %s", row.UserID, row.LeftOut))
			}
		}
		if want := []string{"zoe: its user ID is none that Slack takes", "wwww: its user ID is none that Slack takes"}; p.Size() != 2 || !slices.Equal(out, want) {
			t.Errorf("%d rows are to be done, %q are left out; want 2 and %q", p.Size(), out, want)
		}
		if sums, err := Apply(t.Context(), s.client(t), p, ApplyOptions{}); err != nil || sums.Done != 2 {
			t.Errorf("got %+v, %v", sums, err)
		}
	}
}
