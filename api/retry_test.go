package api_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// script is a transport that answers each attempt in turn, and the last for ever,
// and keeps when each came. It lets time be fake.
type script struct {
	answers []func() (*http.Response, error)
	slow    time.Duration // that each attempt takes

	mu    sync.Mutex
	start time.Time
	at    []time.Duration
	body  []string
}

func newScript(answers ...func() (*http.Response, error)) *script {
	return &script{answers: answers, start: time.Now()}
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.at = append(s.at, time.Since(s.start))
	s.body = append(s.body, string(body))
	answer := s.answers[min(len(s.at), len(s.answers))-1]
	s.mu.Unlock()
	time.Sleep(s.slow)
	return answer()
}

// attempts returns when each attempt came.
func (s *script) attempts() []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.at)
}

func (s *script) client(t *testing.T, opts ...api.Option) *api.Client {
	t.Helper()
	c, err := api.New(secret, append([]api.Option{api.WithHTTPClient(&http.Client{Transport: s})}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func status(code int, body string, header ...string) func() (*http.Response, error) {
	return func() (*http.Response, error) {
		h := http.Header{}
		for i := 0; i < len(header); i += 2 {
			h.Set(header[i], header[i+1])
		}
		return &http.Response{StatusCode: code, Header: h, Body: io.NopCloser(strings.NewReader(body))}, nil
	}
}

func fails(err error) func() (*http.Response, error) {
	return func() (*http.Response, error) { return nil, err }
}

// unknown calls a method that is not known to be idempotent.
func unknown(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
	_, err := api.Call[struct{}](ctx, c, "test.unknown", map[string]string{"user_id": "W1"}, opts...)
	return err
}

// single calls a method that is idempotent.
func single(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
	_, err := c.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{UserID: "W1"}, opts...)
	return err
}

// errDial is one of a transport that is not net/http's.
var errDial = &net.OpError{Op: "dial", Err: errors.New("connection refused")}

// errTransport stands for any error of the connection.
var errTransport = errors.New("an error of the connection")

func TestRetries(t *testing.T) {
	t.Parallel()
	yes := status(200, `{"ok":true}`)
	limited := status(429, `{"ok":false,"error":"ratelimited"}`, "Retry-After", "30")
	reset := fails(&net.OpError{Op: "read", Err: errors.New("connection reset by peer")})
	refused := fails(errDial)
	type bounds [2]time.Duration // from, to
	const second = time.Second
	tests := []struct {
		name    string
		unknown bool // the method is not known to be idempotent
		answers []func() (*http.Response, error)
		opts    []api.CallOption
		timeout time.Duration
		waits   []bounds      // between attempts
		took    time.Duration // at most, where nothing should be waited for
		want    error         // that the error is
	}{
		{name: "nothing to retry", answers: []func() (*http.Response, error){yes}},
		{name: "429, then yes", answers: []func() (*http.Response, error){limited, yes}, waits: []bounds{{30 * second, 32 * second}}},
		{name: "429 on a method that is not idempotent", unknown: true, answers: []func() (*http.Response, error){limited, yes}, waits: []bounds{{30 * second, 32 * second}}},
		{name: "429 for ever", answers: []func() (*http.Response, error){limited}, waits: []bounds{{30 * second, 32 * second}, {30 * second, 32 * second}, {30 * second, 32 * second}}, want: api.ErrRatelimited},
		{name: "429 that does not say how long", answers: []func() (*http.Response, error){status(429, ""), yes}, waits: []bounds{{30 * second, 32 * second}}},
		{name: "429 with 0 seconds", answers: []func() (*http.Response, error){status(429, "", "Retry-After", "0"), yes}, waits: []bounds{{second / 8, second}}},
		{name: "429 with a fraction", answers: []func() (*http.Response, error){status(429, "", "Retry-After", "1.5"), yes}, waits: []bounds{{3 * second / 2, 2 * second}}},
		{name: "429 with a date by the server's clock", answers: []func() (*http.Response, error){status(429, "", "Retry-After", "Sun, 06 Nov 1994 08:49:47 GMT", "Date", "Sun, 06 Nov 1994 08:49:37 GMT"), yes}, waits: []bounds{{10 * second, 12 * second}}},
		{name: "429 with nonsense", answers: []func() (*http.Response, error){status(429, "", "Retry-After", "soon"), yes}, waits: []bounds{{30 * second, 32 * second}}},
		{name: "429 with a past date", answers: []func() (*http.Response, error){status(429, "", "Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"), yes}, waits: []bounds{{30 * second, 32 * second}}},
		{name: "429 with an hour", answers: []func() (*http.Response, error){status(429, "", "Retry-After", "3600")}, want: api.ErrRatelimited},
		{name: "429 past the deadline", answers: []func() (*http.Response, error){limited}, timeout: 20 * second, want: api.ErrRatelimited},
		{name: "429 before the deadline", answers: []func() (*http.Response, error){limited, yes}, timeout: 40 * second, waits: []bounds{{30 * second, 32 * second}}},
		{name: "429 with retries off", answers: []func() (*http.Response, error){limited}, opts: []api.CallOption{api.WithCallMaxAttempts(1)}, want: api.ErrRatelimited},
		{name: "503, then yes", answers: []func() (*http.Response, error){status(503, "down"), yes}, waits: []bounds{{second / 8, second}}},
		{name: "503 that says how long", answers: []func() (*http.Response, error){status(503, "down", "Retry-After", "5"), yes}, waits: []bounds{{5 * second, 6 * second}}},
		{name: "503 for ever", answers: []func() (*http.Response, error){status(503, `{"ok":false,"error":"service_unavailable"}`)}, waits: []bounds{{second / 8, second}, {second / 4, 2 * second}, {second / 2, 3 * second}}, want: api.ErrServiceUnavailable},
		{name: "503 on a method that is not idempotent", unknown: true, answers: []func() (*http.Response, error){status(503, `{"ok":false,"error":"service_unavailable"}`)}, want: api.ErrServiceUnavailable},
		{name: "two attempts of 503", answers: []func() (*http.Response, error){status(503, `{"ok":false,"error":"fatal_error"}`)}, opts: []api.CallOption{api.WithCallMaxAttempts(2)}, waits: []bounds{{second / 8, second}}, want: api.ErrFatalError},
		{name: "a refusal", answers: []func() (*http.Response, error){status(200, `{"ok":false,"error":"user_not_found"}`, "Retry-After", "1")}, want: api.ErrUserNotFound},
		{name: "a refusal of a failure, then yes", answers: []func() (*http.Response, error){status(200, `{"ok":false,"error":"internal_error"}`), status(200, `{"ok":false,"error":"fatal_error"}`), status(403, `{"ok":false,"error":"request_timeout"}`), yes}, waits: []bounds{{second / 8, second}, {second / 4, 2 * second}, {second / 2, 3 * second}}},
		{name: "a refusal of a failure that says how long", answers: []func() (*http.Response, error){status(200, `{"ok":false,"error":"service_unavailable"}`, "Retry-After", "7"), yes}, waits: []bounds{{7 * second, 8 * second}}},
		{name: "a refusal of a failure on a method that is not idempotent", unknown: true, answers: []func() (*http.Response, error){status(200, `{"ok":false,"error":"internal_error"}`)}, want: api.ErrInternalError},
		{name: "a rate limit with status 200", unknown: true, answers: []func() (*http.Response, error){status(200, `{"ok":false,"error":"ratelimited"}`, "Retry-After", "5"), status(200, `{"ok":false,"error":"rate_limited"}`), yes}, waits: []bounds{{5 * second, 7 * second}, {30 * second, 32 * second}}},
		{name: "a yes with an error", answers: []func() (*http.Response, error){status(200, `{"ok":true,"error":"internal_error"}`)}},
		{name: "408 and 425 on a method that is not idempotent", unknown: true, answers: []func() (*http.Response, error){status(408, "slow"), status(425, `{"ok":false,"error":"too_early"}`, "Retry-After", "9"), yes}, waits: []bounds{{second / 8, second}, {9 * second, 10 * second}}},
		{name: "a failed write", answers: []func() (*http.Response, error){fails(&net.OpError{Op: "write", Err: errors.New("broken pipe")}), yes}, waits: []bounds{{second / 8, second}}},
		{name: "a failed write of a method that is not idempotent", unknown: true, answers: []func() (*http.Response, error){fails(&net.OpError{Op: "write", Err: errors.New("broken pipe")})}, want: errTransport},
		{name: "a TLS alert", answers: []func() (*http.Response, error){fails(&net.OpError{Op: "remote error", Err: errors.New("tls: handshake failure")})}, want: errTransport},
		{name: "plain HTTP where TLS is wanted", answers: []func() (*http.Response, error){fails(http.ErrSchemeMismatch)}, want: http.ErrSchemeMismatch},
		{name: "a reset", answers: []func() (*http.Response, error){reset, yes}, waits: []bounds{{second / 8, second}}},
		{name: "a reset of a method that is not idempotent", unknown: true, answers: []func() (*http.Response, error){reset}, want: errTransport},
		{name: "a refused connection", answers: []func() (*http.Response, error){refused, yes}, waits: []bounds{{second / 8, second}}},
		{name: "a refused connection for a method that is not idempotent", unknown: true, answers: []func() (*http.Response, error){refused, yes}, waits: []bounds{{second / 8, second}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScript(test.answers...)
				ctx := context.Background()
				if test.timeout > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, test.timeout)
					defer cancel()
				}
				method := single
				if test.unknown {
					method = unknown
				}
				err := method(ctx, s.client(t), test.opts...)
				switch {
				case errors.Is(test.want, errTransport):
					if !errors.As(err, new(*net.OpError)) {
						t.Errorf("got %v, want an error of the connection", err)
					}
				case test.want == nil && err != nil, test.want != nil && !errors.Is(err, test.want):
					t.Errorf("got %v, want %v", err, test.want)
				}
				if len(s.attempts()) != len(test.waits)+1 {
					t.Fatalf("%d attempts, want %d", len(s.attempts()), len(test.waits)+1)
				}
				for i, want := range test.waits {
					if wait := s.attempts()[i+1] - s.attempts()[i]; wait < want[0] || wait > want[1] {
						t.Errorf("wait %d was %v, want %v to %v", i+1, wait, want[0], want[1])
					}
				}
				if last := s.attempts()[len(s.attempts())-1]; time.Since(s.start) != last {
					t.Errorf("it returned %v after the last attempt, want at once", time.Since(s.start)-last)
				}
				for _, body := range s.body {
					if body != s.body[0] || body == "" {
						t.Errorf("an attempt sent %q, the first %q", body, s.body[0])
					}
				}
			})
		})
	}
}

func TestRetryAfterIsInTheErrorOfWhatWouldWaitTooLong(t *testing.T) {
	t.Parallel()
	s := newScript(status(429, "", "Retry-After", "3600"))
	var refused *api.Error
	ok := errors.As(single(t.Context(), s.client(t)), &refused)
	if !ok || refused.RetryAfter != time.Hour {
		t.Errorf("got %+v, want RetryAfter of an hour", refused)
	}
}

func TestRetryAfterAsADate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		date := time.Now().Add(45 * time.Second).UTC().Format(http.TimeFormat)
		s := newScript(status(429, "", "Retry-After", date), status(200, `{"ok":true}`))
		if err := single(t.Context(), s.client(t)); err != nil {
			t.Fatal(err)
		}
		if wait := s.attempts()[1]; wait < 44*time.Second || wait > 48*time.Second {
			t.Errorf("waited %v for a date 45 s ahead", wait)
		}
	})
}

func TestCancelEndsTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScript(status(429, "", "Retry-After", "60"))
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(7*time.Second, cancel)
		err := single(ctx, s.client(t))
		if !errors.Is(err, context.Canceled) || !errors.Is(err, api.ErrRatelimited) {
			t.Errorf("got %v, want both that it was canceled and why it waited", err)
		}
		if took := time.Since(s.start); took != 7*time.Second {
			t.Errorf("it took %v, want the 7 s until the cancel", took)
		}
	})
}

// TestCallersShareWhatSlackSaid has one call earn a 429. Those that come after
// wait with it, but only those of the same method and token.
func TestCallersShareWhatSlackSaid(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScript(status(429, "", "Retry-After", "30"), status(200, `{"ok":true}`))
		c := s.client(t)
		var group sync.WaitGroup
		group.Go(func() {
			if err := single(t.Context(), c); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		for range 20 {
			group.Go(func() {
				if err := single(t.Context(), c); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		if len(s.attempts()) != 1 {
			t.Errorf("%d attempts while Slack said to wait, want 1", len(s.attempts()))
		}
		if err := unknown(t.Context(), c); err != nil || time.Since(s.start) > 0 {
			t.Errorf("another method: %v after %v, want no wait", err, time.Since(s.start))
		}
		if err := single(t.Context(), c, api.WithToken("xoxp-another-one")); err != nil || time.Since(s.start) > 0 {
			t.Errorf("another token: %v after %v, want no wait", err, time.Since(s.start))
		}
		err := single(t.Context(), c, api.WithCallMaxAttempts(1))
		var refused *api.Error
		if !errors.As(err, &refused) || refused.RetryAfter <= 0 || len(s.attempts()) != 3 {
			t.Errorf("with retries off: %v after %d attempts, want to be told to wait and nothing sent", err, len(s.attempts()))
		}
		group.Wait()
		if len(s.attempts()) != 3+21 {
			t.Errorf("%d attempts, want 24", len(s.attempts()))
		}
		for i, at := range s.attempts()[3:] {
			if earliest := 30*time.Second + time.Duration(i)*3*time.Second; at < earliest || at > earliest+4*time.Second {
				t.Errorf("attempt %d came after %v, want one every 3 s from 30 s on", i, at)
			}
		}
	})
}

// TestTheWholeWaitIsBounded has many callers without a deadline be told to wait
// for ever.
func TestTheWholeWaitIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScript(status(429, "", "Retry-After", "60"))
		c := s.client(t)
		var group sync.WaitGroup
		for range 50 {
			group.Go(func() {
				start := time.Now()
				if err := single(t.Context(), c); !errors.Is(err, api.ErrRatelimited) {
					t.Error(err)
				}
				if took := time.Since(start); took > 2*time.Minute {
					t.Errorf("a call took %v, want 2 minutes at most", took)
				}
			})
		}
		group.Wait()
	})
}

// TestNoStampede has a thousand callers at once meet a limit of 20 a minute. Once
// they have been told, they go one by one.
func TestNoStampede(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var requests, refused int
		tokens, last := 20.0, time.Now()
		transport := roundTripper(func(*http.Request) (*http.Response, error) {
			time.Sleep(100 * time.Millisecond) // all are under way before the first is refused
			mu.Lock()
			defer mu.Unlock()
			requests++
			tokens = min(20, tokens+time.Since(last).Minutes()*20)
			last = time.Now()
			if tokens < 1 {
				refused++
				return status(429, "", "Retry-After", "3")()
			}
			tokens--
			return status(200, `{"ok":true}`)()
		})
		c, err := api.New(secret, api.WithHTTPClient(&http.Client{Transport: transport}))
		if err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for range 1000 {
			group.Go(func() { _ = single(t.Context(), c) })
		}
		group.Wait()
		// 20 are let through at once, and 980 refused; then 40 in two minutes.
		if later := refused - 980; later > 5 || requests < 1000+35 {
			t.Errorf("%d requests; %d were refused after the first second, want hardly any", requests, later)
		}
	})
}

// TestTheBudgetBoundsRetries has many callers meet an outage, and then its end.
func TestTheBudgetBoundsRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScript(status(503, "down"))
		c := s.client(t)
		for range 100 {
			if err := single(t.Context(), c); err == nil {
				t.Error("no error in an outage")
			}
		}
		if len(s.attempts()) != 110 {
			t.Errorf("100 calls made %d attempts, want 10 more", len(s.attempts()))
		}
		s.answers = []func() (*http.Response, error){status(200, `{"ok":true}`)}
		for range 20 {
			if err := single(t.Context(), c); err != nil {
				t.Error(err)
			}
		}
		before := len(s.attempts())
		s.answers = []func() (*http.Response, error){status(503, "down")}
		for range 100 {
			_ = single(t.Context(), c) // refused again
		}
		if retries := len(s.attempts()) - before - 100; retries != 2 {
			t.Errorf("20 calls that worked earned %d retries, want 2", retries)
		}
	})
}

// TestTheBudgetIsForRetriesThatHelp lets calls fail that are not tried again,
// for want of time or of safety. They neither spend nor earn.
func TestTheBudgetIsForRetriesThatHelp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScript(status(503, "down"))
		c := s.client(t)
		for range 20 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			_ = single(ctx, c) // no time for another attempt
			cancel()
		}
		if got := len(s.attempts()); got != 20 {
			t.Errorf("%d attempts without the time, want 20", got)
		}
		for range 4 {
			_ = single(t.Context(), c) // 3 retries each but the last
		}
		if got := len(s.attempts()) - 20; got != 4+10 {
			t.Errorf("%d attempts, want the whole budget of 10 more than 4", got)
		}
		for range 100 {
			_ = unknown(t.Context(), c) // never tried again
		}
		before := len(s.attempts())
		_ = single(t.Context(), c) // refused as before
		if got := len(s.attempts()) - before; got != 1 {
			t.Errorf("calls that failed earned %d retries", got-1)
		}
	})
}

// TestTheLongestWaitHolds has Slack tell one call of a minute and another, which
// was under way, of a second.
func TestTheLongestWaitHolds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScript(status(429, "", "Retry-After", "60"), status(429, "", "Retry-After", "1"), status(200, `{"ok":true}`))
		s.slow = time.Second // both are under way at once
		c := s.client(t)
		var group sync.WaitGroup
		for range 2 {
			group.Go(func() {
				if err := single(t.Context(), c); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		for _, at := range s.attempts()[2:] {
			if at <= 61*time.Second {
				t.Errorf("an attempt came after %v, want more than the minute and jitter", at)
			}
		}
	})
}

// TestAnAbsurdWaitDoesNotShutTheMethodForEver is about a header of 3,000 years.
func TestAnAbsurdWaitDoesNotShutTheMethodForEver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScript(status(429, "", "Retry-After", "99999999999"), status(200, `{"ok":true}`))
		c := s.client(t)
		if err := single(t.Context(), c); !errors.Is(err, api.ErrRatelimited) {
			t.Error(err)
		}
		if err := single(t.Context(), c); !errors.Is(err, api.ErrRatelimited) || len(s.attempts()) != 1 {
			t.Errorf("the next call gives %v after %d attempts, want to be held back", err, len(s.attempts()))
		}
		time.Sleep(time.Hour + time.Second)
		if err := single(t.Context(), c); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
}

func TestRetriesAreLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := newScript(status(503, "down", "X-Slack-Req-Id", "id-1"), fails(fmt.Errorf("it says %s", secret)), status(200, `{"ok":true}`))
		c := s.client(t, api.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
		if err := single(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(log.String()), "\n")
		wants := [][]string{
			{"level=DEBUG", "slack attempt", "method=admin.users.session.reset", "attempt=1", "status=503", "request_id=id-1", "duration="},
			{"level=WARN", "slack retry", "method=admin.users.session.reset", "attempt=1", "wait=", `why="server error"`},
			{"level=DEBUG", "attempt=2", "err="},
			{"level=WARN", "attempt=2", `why="connection failed"`},
			{"level=DEBUG", "attempt=3", "status=200"},
		}
		if len(lines) != len(wants) {
			t.Fatalf("%d lines, want %d:\n%s", len(lines), len(wants), &log)
		}
		for i, line := range lines {
			for _, want := range wants[i] {
				if !strings.Contains(line, want) {
					t.Errorf("line %d is %q, want %q in it", i+1, line, want)
				}
			}
		}
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log shows the token:\n%s", &log)
		}
	})
}
