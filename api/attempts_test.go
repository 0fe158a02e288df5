package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// TestRetryAfterInTheError reads the header of a 429 as an error has it.
func TestRetryAfterInTheError(t *testing.T) {
	t.Parallel()
	const most = (1 << 32) * time.Second
	for header, want := range map[string]time.Duration{
		"":                              0,
		"soon":                          0,
		".":                             0,
		"-5":                            0,
		"1e3":                           0,
		"0":                             0,
		"5":                             5 * time.Second,
		"1.5":                           1500 * time.Millisecond,
		"Sun, 06 Nov 1994 08:49:37 GMT": 0,
		"Sun, 06 Nov 1994 08:49:47 GMT": 10 * time.Second,
		"Fri, 31 Dec 9999 23:59:59 GMT": most,
		"99999999999999999999":          most,
		strings.Repeat("9", 400):        most,
	} {
		s := newScript(status(429, "", "Retry-After", header, "Date", "Sun, 06 Nov 1994 08:49:37 GMT"))
		err := single(t.Context(), s.client(t, api.WithMaxAttempts(1)))
		var refused *api.Error
		if ok := errors.As(err, &refused); !ok || refused.RetryAfter != want {
			t.Errorf("%.40q: got %+v, want %v", header, refused, want)
		}
	}
}

// TestWhatWasWaitedForIsInTheError ends the context between two attempts.
func TestWhatWasWaitedForIsInTheError(t *testing.T) {
	t.Parallel()
	errLost := errors.New("no response")
	for name, test := range map[string]struct {
		answer func() (*http.Response, error)
		want   func(error) bool
	}{
		"a status": {status(503, "down"), func(err error) bool {
			var garbled *api.ResponseError
			return errors.As(err, &garbled) && garbled.StatusCode == http.StatusServiceUnavailable && strings.Contains(err.Error(), "invalid character")
		}},
		"a refusal":    {status(503, `{"ok":false,"error":"fatal_error"}`), func(err error) bool { return errors.Is(err, api.ErrFatalError) }},
		"the error":    {fails(errLost), func(err error) bool { return errors.Is(err, errLost) }},
		"a rate limit": {status(429, "", "Retry-After", "9"), func(err error) bool { return errors.Is(err, api.ErrRatelimited) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Millisecond, cancel)
				err := single(ctx, newScript(test.answer).client(t))
				if !errors.Is(err, context.Canceled) || !test.want(err) || !strings.Contains(err.Error(), "while waiting to try again") {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

// TestWaitsBetweenAttemptsAreBounded has Slack say with 503 to wait for most of
// the two minutes that a call may wait.
func TestWaitsBetweenAttemptsAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScript(status(503, "down", "Retry-After", "50"))
		if err := single(t.Context(), s.client(t)); err == nil {
			t.Error("no error")
		}
		if got := len(s.attempts()); got != 3 || time.Since(s.start) != 100*time.Second {
			t.Errorf("%d attempts in %v, want 3 in 100 s", got, time.Since(s.start))
		}
	})
}

// TestBackoffGrowsToALimit looks at the waits of a call that may try often.
func TestBackoffGrowsToALimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScript(status(503, "down"))
		_ = single(t.Context(), s.client(t, api.WithMaxAttempts(50))) // fails at the end of the budget
		at := s.attempts()
		if len(at) != 11 {
			t.Fatalf("%d attempts, want 11", len(at))
		}
		for i := range at[1:] {
			about := min(250*time.Millisecond<<i, 8*time.Second)
			if wait := at[i+1] - at[i]; wait < about/2 || wait > about*3/2 {
				t.Errorf("wait %d was %v, want about %v", i+1, wait, about)
			}
		}
	})
}

// TestCallersDoNotComeBackTogether has many clients meet the same failure at the
// same time.
func TestCallersDoNotComeBackTogether(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func() (*http.Response, error){
		"after 429": status(429, "", "Retry-After", "30"),
		"after 503": status(503, "down"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				waits := map[time.Duration]bool{}
				first, last := time.Duration(math.MaxInt64), time.Duration(0)
				for range 50 {
					s := newScript(answer, status(200, `{"ok":true}`))
					if err := single(t.Context(), s.client(t)); err != nil {
						t.Fatal(err)
					}
					wait := s.attempts()[1]
					waits[wait], first, last = true, min(first, wait), max(last, wait)
				}
				if len(waits) < 40 || last-first < 100*time.Millisecond {
					t.Errorf("50 clients waited %d different times, from %v to %v", len(waits), first, last)
				}
			})
		})
	}
}

// TestRateLimitsDoNotSpendTheBudget has many calls wait for a rate limit and then
// an outage.
func TestRateLimitsDoNotSpendTheBudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClientOfScripts(t)
		call := func(answers ...func() (*http.Response, error)) int {
			s := newScript(answers...)
			use := func(_ context.Context, req *http.Request) error {
				*req = *req.WithContext(context.WithValue(req.Context(), scriptKey{}, s))
				return nil
			}
			_ = single(t.Context(), c, use) // fails in the outage
			return len(s.attempts())
		}
		for range 15 {
			if got := call(status(429, "", "Retry-After", "1"), status(200, `{"ok":true}`)); got != 2 {
				t.Fatalf("%d attempts, want 2", got)
			}
		}
		retries := 0
		for range 15 {
			retries += call(status(503, "down")) - 1
		}
		if retries != 10 {
			t.Errorf("%d retries in an outage, want the whole budget of 10", retries)
		}
	})
}

type scriptKey struct{}

// newClientOfScripts returns a client whose calls bring a script of their own.
func newClientOfScripts(t *testing.T) *api.Client {
	t.Helper()
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		return r.Context().Value(scriptKey{}).(*script).RoundTrip(r)
	})
	c, err := api.New(secret, api.WithHTTPClient(&http.Client{Transport: transport}))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestABodyThatCannotBeSentAgain has an option set one without GetBody, or with
// one that fails.
func TestABodyThatCannotBeSentAgain(t *testing.T) {
	t.Parallel()
	errGone := errors.New("the body is gone")
	body := func(getBody func() (io.ReadCloser, error)) api.CallOption {
		return func(_ context.Context, req *http.Request) error {
			req.Body, req.GetBody = io.NopCloser(strings.NewReader(`{"user_id":"W2"}`)), getBody
			return nil
		}
	}
	synctest.Test(t, func(t *testing.T) {
		for _, answer := range []func() (*http.Response, error){
			status(503, `{"ok":false,"error":"service_unavailable"}`),
			status(429, `{"ok":false,"error":"service_unavailable"}`, "Retry-After", "1"),
		} {
			s := newScript(answer)
			if err := single(t.Context(), s.client(t), body(nil)); !errors.Is(err, api.ErrServiceUnavailable) || len(s.attempts()) != 1 {
				t.Errorf("without GetBody: %v after %d attempts, want Slack's error after 1", err, len(s.attempts()))
			}
		}
		s := newScript(status(503, "down"))
		if err := single(t.Context(), s.client(t), body(func() (io.ReadCloser, error) { return nil, errGone })); !errors.Is(err, errGone) || len(s.attempts()) != 1 {
			t.Errorf("with a GetBody that fails: %v after %d attempts", err, len(s.attempts()))
		}
	})
}

// TestAMethodWithoutArgumentsIsTriedAgain is about requests without a body.
func TestAMethodWithoutArgumentsIsTriedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		attempts := 0
		c, err := api.New(secret, api.WithHTTPClient(&http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
			if attempts++; attempts == 1 {
				return status(503, "down")()
			}
			return status(200, `{"ok":true,"user_id":"W1"}`)()
		})}))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.AuthTest(t.Context()); err != nil || attempts != 2 {
			t.Errorf("%v after %d attempts, want 2", err, attempts)
		}
	})
}

// TestCancelWhileTheAnswerComes has the context end in the middle of a body.
func TestCancelWhileTheAnswerComes(t *testing.T) {
	t.Parallel()
	for _, code := range []int{200, 503} {
		ctx, cancel := context.WithCancel(t.Context())
		s := newScript(func() (*http.Response, error) {
			body := io.MultiReader(strings.NewReader(`{"ok":`), readerFunc(func([]byte) (int, error) {
				cancel()
				return 0, ctx.Err()
			}))
			return &http.Response{StatusCode: code, Header: http.Header{}, Body: io.NopCloser(body)}, nil
		})
		err := single(ctx, s.client(t))
		if !errors.Is(err, context.Canceled) || errors.As(err, new(*api.ResponseError)) || len(s.attempts()) != 1 {
			t.Errorf("status %d: got %T %v after %d attempts, want the context's error", code, err, err, len(s.attempts()))
		}
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestTheStatusOutlivesABrokenBody has the body of an error break off. What the
// header says holds.
func TestTheStatusOutlivesABrokenBody(t *testing.T) {
	t.Parallel()
	for _, code := range []int{429, 500, 503} {
		synctest.Test(t, func(t *testing.T) {
			broken := func() (*http.Response, error) {
				body := io.MultiReader(strings.NewReader(`{"ok":`), readerFunc(func([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }))
				return &http.Response{StatusCode: code, Header: http.Header{"Retry-After": {"20"}}, Body: io.NopCloser(body)}, nil
			}
			s := newScript(broken, status(200, `{"ok":true}`))
			if err := single(t.Context(), s.client(t)); err != nil {
				t.Error(err)
			}
			if at := s.attempts(); len(at) != 2 || at[1] < 20*time.Second || at[1] > 22*time.Second {
				t.Errorf("status %d: attempts at %v, want the second after 20 s", code, at)
			}
			err := single(t.Context(), newScript(broken).client(t, api.WithMaxAttempts(1)))
			if code != 429 && (!errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "broke off after 6 bytes")) {
				t.Errorf("status %d: %v", code, err)
			}
		})
	}
}

// TestATokenAcrossTheSearchedBytes has a response echo a token so long that a
// piece of one would be left where the search for it ends.
func TestATokenAcrossTheSearchedBytes(t *testing.T) {
	t.Parallel()
	token := "xoxp-not-real" + strings.Repeat("abcdefgh", 1000)
	for _, before := range []int{0, 100, 200} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, strings.Repeat(".", before)+strings.Repeat(token, 20))
		})
		_, err := reset(c, api.WithToken(token))
		var garbled *api.ResponseError
		if ok := errors.As(err, &garbled); !ok || strings.Contains(string(garbled.Body), "abcdefgh") {
			t.Errorf("got %.100q of %v", garbled.Body, err)
		}
	}
}

// TestAHugeRefusalKeepsItsCode is about more messages than a response may have
// values.
func TestAHugeRefusalKeepsItsCode(t *testing.T) {
	t.Parallel()
	messages := strings.TrimSuffix(strings.Repeat(`"",`, 300_000), ",")
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"ok":false,"error":"user_not_found","needed":"a","response_metadata":{"messages":[%s]}}`, messages)
	})
	_, err := reset(c)
	var refused *api.Error
	if ok := errors.As(err, &refused); !ok || refused.Code != api.ErrUserNotFound || refused.Needed != "a" || refused.Messages != nil {
		t.Errorf("got %.100v", err)
	}
}

// TestOKMustBeABoolean looks at responses that say neither yes nor no.
func TestOKMustBeABoolean(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"ok":"true"}`:             `its "ok" is a string; want a boolean`,
		`{"ok":null}`:               `it has no boolean "ok"`,
		`{}`:                        `it has no boolean "ok"`,
		`{"ok":false,"error":7}`:    `its "error" is a number; want a string`,
		`{"ok":true}{"ok":true}`:    "invalid character",
		`[]`:                        "cannot unmarshal array",
		`{"OK":true}`:               `it has no boolean "ok"`,
		`{"ok":false,"OK":true}`:    "",
		`{"ok":false,"error":null}`: "",
	} {
		var raw json.RawMessage
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
		answer, err := reset(c, api.WithBodyInto(&raw))
		isRefusal := errors.As(err, new(*api.Error))
		if answer != nil || err == nil || isRefusal != (want == "") || !strings.Contains(err.Error(), want) || string(raw) != body {
			t.Errorf("%s: got %v, %v; want an error with %q", body, answer, err, want)
		}
	}
}
