package api_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// A limiter returns how long to wait before the next call, or 0 if a call at
// this time is allowed.
type limiter func(at time.Duration) (wait time.Duration)

const perMinute = 20 // calls of tier 2

// limiters are the ways in which Slack may count calls; it does not say which.
var limiters = map[string]func() limiter{
	"fixed window": func() limiter {
		window, n := time.Duration(-1), 0
		return func(at time.Duration) time.Duration {
			at += 17 * time.Second // windows do not begin with the client
			if w := at / time.Minute; w != window {
				window, n = w, 0
			}
			if n++; n > perMinute {
				return (window+1)*time.Minute - at
			}
			return 0
		}
	},
	"sliding window":                    func() limiter { return sliding(false) },
	"sliding window with refused calls": func() limiter { return sliding(true) },
	"bucket":                            func() limiter { return bucket(perMinute) },
	"small bucket":                      func() limiter { return bucket(5) },
}

// bucket refills evenly, up to size.
func bucket(size float64) limiter {
	filled, last := size, time.Duration(0)
	return func(at time.Duration) time.Duration {
		filled = min(size, filled+(at-last).Minutes()*perMinute)
		last = at
		if filled < 1 {
			return time.Duration((1 - filled) / perMinute * float64(time.Minute))
		}
		filled--
		return 0
	}
}

func sliding(refusedCount bool) limiter {
	var calls []time.Duration
	return func(at time.Duration) time.Duration {
		for len(calls) > 0 && at-calls[0] >= time.Minute {
			calls = calls[1:]
		}
		if len(calls) < perMinute {
			calls = append(calls, at)
			return 0
		}
		wait := calls[len(calls)-perMinute] + time.Minute - at
		if refusedCount {
			calls = append(calls, at)
		}
		return wait
	}
}

// limited is a transport to a Slack with a limiter. Requests travel for 20 to
// 300 ms.
type limited struct {
	limit limiter
	start time.Time

	mu       sync.Mutex
	accepted int
	refused  int
}

func (l *limited) RoundTrip(*http.Request) (*http.Response, error) {
	time.Sleep(20*time.Millisecond + rand.N(280*time.Millisecond))
	l.mu.Lock()
	defer l.mu.Unlock()
	if wait := l.limit(time.Since(l.start)); wait > 0 {
		l.refused++
		return status(http.StatusTooManyRequests, `{"ok":false,"error":"ratelimited"}`, "Retry-After", fmt.Sprint(math.Ceil(wait.Seconds())))()
	}
	l.accepted++
	return status(http.StatusOK, `{"ok":true}`)()
}

// TestPacing makes 1,000 calls of a method of tier 2 under each limiter. At the
// end it says how fast they were.
func TestPacing(t *testing.T) {
	t.Parallel()
	for name, newLimiter := range limiters {
		for _, callers := range []int{1, 8} {
			t.Run(fmt.Sprintf("%s, %d callers", name, callers), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					const calls = 1000
					slack := &limited{limit: newLimiter(), start: time.Now()}
					c := pacedClient(t, slack)
					todo := make(chan struct{}, calls)
					for range calls {
						todo <- struct{}{}
					}
					close(todo)
					var group sync.WaitGroup
					for range callers {
						group.Go(func() {
							for range todo {
								if err := single(t.Context(), c); err != nil {
									t.Error(err)
								}
							}
						})
					}
					group.Wait()
					rate := calls / time.Since(slack.start).Minutes() / perMinute
					t.Logf("%.1f %% of the rate, %d refused", rate*100, slack.refused)
					refusals := 1
					if name == "small bucket" {
						refusals = 10 // smaller than the bursts that a paced Client begins with
					}
					if rate < 0.95 || slack.refused > refusals || slack.accepted != calls {
						t.Errorf("%.1f %% of the rate, %d refused, %d accepted; want 95 %% or more, %d at most and %d", rate*100, slack.refused, slack.accepted, refusals, calls)
					}
				})
			})
		}
	}
}

func pacedClient(t *testing.T, transport http.RoundTripper, opts ...api.Option) *api.Client {
	t.Helper()
	c, err := api.New(secret, append([]api.Option{api.WithPacing(), api.WithHTTPClient(&http.Client{Transport: transport})}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestPacingOfAFewCalls makes the calls that sign 10,000 users out.
func TestPacingOfAFewCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScript(status(200, `{"ok":true}`))
		c := pacedClient(t, s)
		for range 10 {
			if _, err := c.AdminUsersSessionResetBulk(t.Context(), api.AdminUsersSessionResetBulkRequest{UserIDs: []string{"W1"}}); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(s.start); took > 15*time.Second {
			t.Errorf("it took %v, want 15 s at most", took)
		}
		for i, at := range s.attempts() {
			if at != time.Duration(i)*time.Second {
				t.Errorf("call %d came after %v, want one a second", i+1, at)
			}
		}
	})
}

// TestPacingByTier makes a minute's calls and one more of methods of two tiers,
// at once.
func TestPacingByTier(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		call      func(context.Context, *api.Client) error
		perMinute int
		gap       time.Duration
	}{
		"tier 2": {func(ctx context.Context, c *api.Client) error { return single(ctx, c) }, 20, time.Second},
		"tier 4": {func(ctx context.Context, c *api.Client) error {
			_, err := c.AdminUsersSessionGetSettings(ctx, api.AdminUsersSessionGetSettingsRequest{UserIDs: []string{"W1"}})
			return err
		}, 100, 600 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScript(status(200, `{"ok":true}`))
				c := pacedClient(t, s)
				var group sync.WaitGroup
				for range test.perMinute + 1 {
					group.Go(func() {
						if err := test.call(t.Context(), c); err != nil {
							t.Error(err)
						}
					})
				}
				group.Wait()
				at := s.attempts()
				if got, want := at[test.perMinute-1], time.Duration(test.perMinute-1)*test.gap; got != want {
					t.Errorf("a minute's calls took %v, want %v", got, want)
				}
				if got := at[test.perMinute]; got != 61500*time.Millisecond {
					t.Errorf("the call after those of a minute came after %v, want 61.5 s", got)
				}
			})
		})
	}
}

// TestPacingWaitsAsLongAsTheContextAllows is about waits of more than two
// minutes.
func TestPacingWaitsAsLongAsTheContextAllows(t *testing.T) {
	t.Parallel()
	ok := status(200, `{"ok":true}`)
	halfAnHour := status(429, "", "Retry-After", "1800")

	t.Run("for a turn", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			c := pacedClient(t, newScript(ok))
			var group sync.WaitGroup
			for range 100 {
				group.Go(func() {
					if err := single(t.Context(), c, api.WithCallMaxAttempts(1)); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
		})
	})
	t.Run("for Slack", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := newScript(halfAnHour, ok)
			if err := single(t.Context(), pacedClient(t, s)); err != nil || time.Since(s.start) < 30*time.Minute {
				t.Errorf("%v after %v, want none after half an hour", err, time.Since(s.start))
			}
		})
	})
	t.Run("within the attempts", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := newScript(halfAnHour)
			err := single(t.Context(), pacedClient(t, s))
			if !errors.Is(err, api.ErrRatelimited) || len(s.attempts()) != 4 {
				t.Errorf("%v after %d attempts, want ratelimited after 4", err, len(s.attempts()))
			}
		})
	})
	t.Run("not for a server error", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := newScript(status(503, "down", "Retry-After", "1800"))
			err := single(t.Context(), pacedClient(t, s))
			if err == nil || len(s.attempts()) != 1 || time.Since(s.start) != 0 {
				t.Errorf("%v after %d attempts and %v, want an error at once", err, len(s.attempts()), time.Since(s.start))
			}
		})
	})
	t.Run("not past the deadline", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := newScript(ok)
			c := pacedClient(t, s)
			for range perMinute {
				if err := single(t.Context(), c); err != nil {
					t.Fatal(err)
				}
			}
			begun := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
			defer cancel()
			var refused *api.Error
			err := single(ctx, c)
			if !errors.As(err, &refused) || refused.Code != api.ErrRatelimited || refused.RetryAfter != 42500*time.Millisecond {
				t.Errorf("got %v, want ratelimited and to wait 42.5 s", err)
			}
			if time.Since(begun) != 0 || len(s.attempts()) != perMinute {
				t.Errorf("it took %v and %d attempts, want none", time.Since(begun), len(s.attempts())-perMinute)
			}
		})
	})
}

// TestCanceledCallsGiveTheirTurnsBack has a thousand calls wait and be canceled.
func TestCanceledCallsGiveTheirTurnsBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScript(status(200, `{"ok":true}`))
		c := pacedClient(t, s)
		ctx, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		for range 1000 {
			group.Go(func() { _ = single(ctx, c) })
		}
		synctest.Wait()
		cancel()
		group.Wait()
		if err := single(t.Context(), c); err != nil {
			t.Error(err)
		}
		if took := time.Since(s.start); took != time.Second || len(s.attempts()) != 2 {
			t.Errorf("%d calls were sent within %v, want the first and the last within a second", len(s.attempts()), took)
		}
	})
}

func TestWaitsAreLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := newScript(status(200, `{"ok":true}`), status(429, "", "Retry-After", "10"), status(200, `{"ok":true}`))
		c := pacedClient(t, s, api.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
		for range 2 {
			if err := single(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		lines := strings.Split(strings.TrimSpace(log.String()), "\n")
		wants := []string{
			`level=INFO msg="slack wait" method=admin.users.session.reset wait=1s why=pacing`,
			`level=WARN msg="slack retry"`,
			`level=INFO msg="slack wait" method=admin.users.session.reset wait=10.`,
		}
		if len(lines) != len(wants) || !strings.HasSuffix(lines[len(lines)-1], `why="rate limit"`) {
			t.Fatalf("got the lines\n%s\nwant %q", &log, wants)
		}
		for i, want := range wants {
			if !strings.Contains(lines[i], want) {
				t.Errorf("line %d is %q, want %q in it", i+1, lines[i], want)
			}
		}
	})
}

// TestTurnsThatSlackForbadeDoNotCount has 20 calls take turns, and the first be
// told to wait.
func TestTurnsThatSlackForbadeDoNotCount(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScript(status(429, "", "Retry-After", "25"), status(200, `{"ok":true}`))
		s.slow = time.Millisecond // all have their turns before
		c := pacedClient(t, s)
		var group sync.WaitGroup
		for range perMinute {
			group.Go(func() {
				if err := single(t.Context(), c); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if second := s.attempts()[1]; second < 25*time.Second || second > 30*time.Second {
			t.Errorf("the second attempt came after %v, want 25 to 30 s", second)
		}
	})
}
