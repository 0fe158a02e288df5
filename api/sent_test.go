package api_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/seed-38c23bad/slackadmin/api"
)

// TestMayBeDone is of a method that changes something, and of one that only reads.
func TestMayBeDone(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name            string
		answer          func() (*http.Response, error)
		writing, unsent bool
	}{
		{"a refusal", status(200, `{"ok":false,"error":"user_not_found"}`), false, false},
		{"a failure", status(200, `{"ok":false,"error":"internal_error"}`), true, false},
		{"a body that did not arrive", status(200, `{"ok":false,"error":"request_timeout"}`), false, false},
		{"a rate limit", status(429, ""), false, false},
		{"status 500", status(500, "oops"), true, false},
		{"status 500 with a code", status(500, `{"ok":false,"error":"user_not_found"}`), true, false},
		{"status 408", status(408, "too slow"), false, false},
		{"status 404 of another server", status(404, "not found"), true, false},
		{"what is no JSON", status(200, "<html>"), true, false},
		{"a body that breaks off", func() (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(io.MultiReader(strings.NewReader("{"), readerFunc(func([]byte) (int, error) { return 0, io.ErrUnexpectedEOF })))}, nil
		}, true, false},
		{"no response", fails(errors.New("lost")), true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newScript(test.answer).client(t, api.WithMaxAttempts(1))
				err := single(t.Context(), c)
				if api.MayBeDone(err) != test.writing || api.NotSent(err) {
					t.Errorf("reset: %v: may be done %v, not sent %v", err, api.MayBeDone(err), api.NotSent(err))
				}
				_, err = c.AdminUsersSessionGetSettings(t.Context(), api.AdminUsersSessionGetSettingsRequest{UserIDs: []string{"W1"}})
				if err == nil || api.MayBeDone(err) || api.NotSent(err) {
					t.Errorf("getSettings: %v: may be done %v, not sent %v", err, api.MayBeDone(err), api.NotSent(err))
				}
			})
		})
	}
}

// TestNotSent is about what stops a call before its first attempt, and about attempts of
// which only the last did not leave.
func TestNotSent(t *testing.T) {
	t.Parallel()
	var c *api.Client
	over, cancel := context.WithCancel(t.Context())
	cancel()
	fail := func(context.Context, *http.Request) error { return errors.New("no") }
	limited := newScript(status(429, "", "Retry-After", "3600")).client(t)
	if err := single(t.Context(), limited); api.NotSent(err) {
		t.Errorf("%v: it was sent, and refused", err)
	}
	_, noMethod := api.Call[struct{}](t.Context(), limited, "no method", nil)
	for name, err := range map[string]error{
		"a nil client":         single(t.Context(), c),
		"a context that ended": single(over, newScript(status(200, "")).client(t)),
		"an option that fails": single(t.Context(), limited, fail),
		"held back":            single(t.Context(), limited),
		"no method":            noMethod,
	} {
		if err == nil || !api.NotSent(err) || api.MayBeDone(err) {
			t.Errorf("%s: %v: not sent %v, may be done %v", name, err, api.NotSent(err), api.MayBeDone(err))
		}
	}
	for _, err := range []error{nil, errors.New("of no call"), &api.Error{Code: api.ErrInvalidAuth}} {
		if api.NotSent(err) || api.MayBeDone(err) {
			t.Errorf("%v is not of a call that was not sent, or may be done", err)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		c := newScript(fails(errors.New("lost")), fails(errDial)).client(t)
		if err := single(t.Context(), c); !errors.Is(err, errDial) || api.NotSent(err) || !api.MayBeDone(err) {
			t.Errorf("%v: the first attempt was sent", err)
		}
	})
}

// TestProxyOfTheEnvironment has net/http leave out a proxy that it cannot read, and
// dial Slack directly.
func TestProxyOfTheEnvironment(t *testing.T) {
	for _, value := range []string{
		"http://user:p4ss%word@proxy.example.com:3128", "http://user:p4ss#word@proxy.example.com:3128", "http://user:p4ss word@proxy.example.com:3128",
		"user:p4ss#word@proxy.example.com:3128", "http://:3128", "ftp://proxy.example.com", "http://proxy.example.com:port", "://",
	} {
		t.Setenv("HTTPS_PROXY", value)
		_, err := api.New(secret)
		if err == nil || !strings.HasPrefix(err.Error(), "HTTPS_PROXY: ") || strings.Contains(err.Error(), "p4ss") {
			t.Errorf("%s: %v", value, err)
		}
		for _, opt := range []api.Option{
			api.WithBaseURL("http://127.0.0.1:1"),
			api.WithHTTPClient(&http.Client{Transport: &http.Transport{}}),
		} {
			if _, err := api.New(secret, opt); err != nil {
				t.Errorf("%s where it does not count: %v", value, err)
			}
		}
		if _, err := api.New(secret, api.WithHTTPClient(&http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()})); err == nil {
			t.Errorf("%s with a transport of the caller's that counts it: %v", value, err)
		}
	}
	for _, value := range []string{"", "proxy.example.com:3128", "user:pass@proxy.example.com:3128", "http://proxy.example.com", "socks5://127.0.0.1:1080", "https://user:p%25w@proxy.example.com:3128"} {
		t.Setenv("HTTPS_PROXY", value)
		if _, err := api.New(secret); err != nil {
			t.Errorf("%s: %v", value, err)
		}
	}
	t.Setenv("HTTPS_PROXY", "http://a#b@c")
	for list, exempt := range map[string]bool{"slack.com": true, ".slack.com, x": false, "*": true, "x,SLACK.com:443": true, "com": true, "lack.com": false, "": false} {
		t.Setenv("NO_PROXY", list)
		if _, err := api.New(secret); (err == nil) != exempt {
			t.Errorf("NO_PROXY=%s: %v", list, err)
		}
	}
	t.Setenv("NO_PROXY", "")
	t.Setenv("HTTPS_PROXY", "")
	t.Setenv("https_proxy", "http://a#b@c")
	if _, err := api.New(secret); err == nil || !strings.HasPrefix(err.Error(), "https_proxy: ") {
		t.Errorf("https_proxy: %v", err)
	}
}

// TestAnEscapedTokenIsRedacted is what gateways show of a request that they refuse.
func TestAnEscapedTokenIsRedacted(t *testing.T) {
	t.Parallel()
	const token = "xoxp-1/2+3=4-not-real"
	escapes := map[string]string{
		"percent":  "xoxp-1%2F2%2b3%3D4-not-real",
		"all":      "%78%6f%78%70%2d%31%2f%32%2b%33%3d%34%2d%6e%6f%74%2d%72%65%61%6c",
		"JSON":     `xoxp\u002d1\/2\u002B3=4\u002dnot\u002dreal`,
		"HTML":     "xoxp&#45;1/2&#x2B;3=4-not-real",
		"as it is": token,
	}
	for name, text := range escapes {
		c, err := api.New(token, api.WithHTTPClient(&http.Client{Transport: newScript(status(403, "<html>"+text+"</html>"))}))
		if err != nil {
			t.Fatal(err)
		}
		var e *api.ResponseError
		if err := single(t.Context(), c); !errors.As(err, &e) || string(e.Body) != "<html>[token redacted]</html>" {
			t.Errorf("%s: the body is %q (%v)", name, e.Body, err)
		}
	}
}

// TestWhatMayHaveLeft has transports and options that net/http's trace does not tell of.
// A call that is not idempotent is sent once, and never called unsent.
func TestWhatMayHaveLeft(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		requests.Add(1)
		panic(http.ErrAbortHandler)
	}))
	t.Cleanup(server.Close)
	type key struct{}
	ownContext := func(ctx context.Context, req *http.Request) error {
		*req = *req.WithContext(context.WithValue(ctx, key{}, 1))
		return nil
	}
	lost := roundTripper(func(r *http.Request) (*http.Response, error) {
		_, _ = io.Copy(io.Discard, r.Body)
		requests.Add(1)
		return nil, errors.New("lost")
	})
	registered := &http.Transport{TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}} // no HTTP/2
	registered.RegisterProtocol("https", lost)
	nowhere := &http.Transport{}
	fallsBack := roundTripper(func(r *http.Request) (*http.Response, error) {
		if resp, err := nowhere.RoundTrip(r.Clone(r.Context())); err == nil {
			return resp, nil
		}
		return lost(r)
	})
	for _, test := range []struct {
		name      string
		transport http.RoundTripper
		base      string
		opts      []api.CallOption
	}{
		{"an option with a context of its own", &http.Transport{}, server.URL, []api.CallOption{ownContext}},
		{"a protocol of its own", registered, "https://127.0.0.1:1", nil},
		{"a transport that falls back", fallsBack, "http://127.0.0.1:1", nil},
	} {
		before := requests.Load()
		c, err := api.New(secret, api.WithHTTPClient(&http.Client{Transport: test.transport}), api.WithBaseURL(test.base))
		if err != nil {
			t.Fatal(err)
		}
		err = unknown(t.Context(), c, test.opts...)
		if n := requests.Load() - before; err == nil || n != 1 || api.NotSent(err) || !api.MayBeDone(err) {
			t.Errorf("%s: %v after %d requests; not sent %v, may be done %v", test.name, err, n, api.NotSent(err), api.MayBeDone(err))
		}
	}
}

// TestMayBeDoneByAnEarlierAttempt is of responses to a repeat of what may be done.
func TestMayBeDoneByAnEarlierAttempt(t *testing.T) {
	t.Parallel()
	for _, last := range []func() (*http.Response, error){
		status(200, `{"ok":false,"error":"user_not_found"}`), status(429, "", "Retry-After", "600"), status(408, "slow"), fails(errDial),
	} {
		synctest.Test(t, func(t *testing.T) {
			for _, first := range []func() (*http.Response, error){fails(errors.New("lost")), status(503, "down"), status(200, `{"ok":false,"error":"internal_error"}`)} {
				if err := single(t.Context(), newScript(first, last).client(t, api.WithMaxAttempts(2))); err == nil || !api.MayBeDone(err) || api.NotSent(err) {
					t.Errorf("%v: may be done %v, not sent %v", err, api.MayBeDone(err), api.NotSent(err))
				}
			}
			first := status(200, `{"ok":false,"error":"request_timeout"}`)
			if err := single(t.Context(), newScript(first, status(200, `{"ok":false,"error":"user_not_found"}`)).client(t)); api.MayBeDone(err) {
				t.Errorf("%v after a request that did not arrive may be done", err)
			}
		})
	}
}
