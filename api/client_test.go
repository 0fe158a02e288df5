package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
)

// secret is what must show up in the Authorization header and nowhere else.
const secret = "xoxp-not-a-real-token.of-anyone"

// reset calls one method, for what is the same for all.
func reset(c *api.Client, opts ...api.CallOption) (*api.AdminUsersSessionResetResponse, error) {
	return c.AdminUsersSessionReset(context.Background(), api.AdminUsersSessionResetRequest{UserID: "W1"}, opts...)
}

// serve returns a client of a server that runs handler, without retries.
func serve(t *testing.T, handler http.HandlerFunc, opts ...api.Option) *api.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	c, err := api.New(secret, append([]api.Option{api.WithBaseURL(server.URL), api.WithMaxAttempts(1)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestNewChecksTheToken(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, token, want string }{
		{"empty", "", "empty"},
		{"only white space", " \r\n", "empty"},
		{"a newline inside", " secret\npart", "white space at offset 6"},
		{"white space inside", "secret part", "white space at offset 6"},
		{"a control character", "secret\x00part", "character at offset 6 that no bearer token has"},
		{"delete", "secret\x7fpart", "character at offset 6 that no bearer token has"},
		{"the scheme", "Bearer secret-part", `starts with "Bearer "`},
		{"the scheme in small letters", "bearer secret-part", `starts with "Bearer "`},
		{"quotes", `"secret-part"`, "offset 0"},
		{"not ASCII", "secret-pärt", "offset 8"},
		{"invalid UTF-8", "secret-p\xffrt", "offset 8"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, err := api.New(test.token)
			if c != nil || err == nil {
				t.Fatalf("New = %v, %v; want an error", c, err)
			}
			if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "secret") {
				t.Errorf("error %q; want one with %q that does not show the token", err, test.want)
			}

			var calls int
			client := serve(t, func(http.ResponseWriter, *http.Request) { calls++ })
			if _, err := reset(client, api.WithToken(test.token)); err == nil || !strings.Contains(err.Error(), test.want) || calls != 0 {
				t.Errorf("WithToken: error %v after %d requests; want %q after none", err, calls, test.want)
			}
		})
	}
}

func TestNewChecksTheBaseURL(t *testing.T) {
	t.Parallel()
	tests := []struct{ url, want string }{
		{"https://slack.com/api", ""},
		{"https://slack-gov.com/api/", ""},
		{"http://127.0.0.1:8080", ""},
		{"http://127.1.2.3", ""},
		{"http://localhost:8080/api", ""},
		{"http://[::1]:8080", ""},
		{"http://slack.com/api", "plain http"},
		{"http://localhost.example.com", "plain http"},
		{"http://10.0.0.1", "plain http"},
		{"http://127.0.0.1.example.com", "plain http"},
		{"https://user:hidden@slack.com/api", "user name or password"},
		{"https://slack.com/api?token=hidden", "query or fragment"},
		{"https://slack.com/api?", "query or fragment"},
		{"https://slack.com/api#hidden", "query or fragment"},
		{"ftp://hidden.com", "scheme is not https"},
		{"http://xoxp-hidden", "plain http"},
		{"xoxp-hidden://slack.com", "scheme is not https"},
		{"http://0.0.0.0", "plain http"},
		{"http://evil-localhost", "plain http"},
		{"slack.com/api", "no host"},
		{"", "no host"},
		{"xoxp-hidden", "no host"},
		{"user:hidden@slack.com/api", "no host"},
		{"https://", "no host"},
		{"https://slack.com:hidden", "does not parse"},
		{"https://slack.com/\x00hidden", "does not parse"},
	}
	for _, test := range tests {
		t.Run(test.url, func(t *testing.T) {
			t.Parallel()
			_, err := api.New(secret, api.WithBaseURL(test.url))
			if test.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "hidden") {
				t.Errorf("error %v; want one with %q that does not show what may be secret", err, test.want)
			}
		})
	}
}

func TestNewChecksOptions(t *testing.T) {
	t.Parallel()
	for name, opt := range map[string]api.Option{
		"WithHTTPClient":  api.WithHTTPClient(nil),
		"WithLogger":      api.WithLogger(nil),
		"WithUserAgent":   api.WithUserAgent("x\r\ny"),
		"WithMaxAttempts": api.WithMaxAttempts(0),
	} {
		if _, err := api.New(secret, opt); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %v, want one that names it", name, err)
		}
	}
}

func TestOptionsReachTheWire(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var used bool
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		used = true
		return http.DefaultTransport.RoundTrip(r)
	})
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		fmt.Fprint(w, `{"ok":true}`)
	}, api.WithUserAgent("offboarding/1.0"), api.WithHTTPClient(&http.Client{Transport: transport}))

	if _, err := reset(c, api.WithToken("xoxp-another")); err != nil {
		t.Fatal(err)
	}
	if ua := got.Header.Get("User-Agent"); ua != "offboarding/1.0" {
		t.Errorf("User-Agent %q", ua)
	}
	if auth := got.Header.Values("Authorization"); len(auth) != 1 || auth[0] != "Bearer xoxp-another" {
		t.Errorf("Authorization %q, want the call's token alone", auth)
	}
	if !used {
		t.Error("the request did not go through WithHTTPClient's transport")
	}
	if _, err := reset(c); err != nil {
		t.Fatal(err)
	}
	if auth := got.Header.Get("Authorization"); auth != "Bearer "+secret {
		t.Error("WithToken outlived its call")
	}
}

func TestWithHTTPClientLeavesTheCallersClientAlone(t *testing.T) {
	t.Parallel()
	hc := &http.Client{}
	if _, err := api.New(secret, api.WithHTTPClient(hc)); err != nil {
		t.Fatal(err)
	}
	if hc.CheckRedirect != nil {
		t.Error("New changed the client it was given")
	}
}

func TestWithBodyIntoKeepsWhatTheTypeDoesNotKnow(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"ok":true,"brand_new":{"field":1}}`,
		`{"ok":false,"error":"x","brand_new":{"field":1}}`,
	} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
		var raw json.RawMessage
		_, _ = reset(c, api.WithBodyInto(&raw)) // whether it says yes or no
		if string(raw) != body {
			t.Errorf("got %s, want %s", raw, body)
		}
	}
}

// TestWithHeaderIntoKeepsTheLastAttempt has Slack answer yes, no and not at all.
func TestWithHeaderIntoKeepsTheLastAttempt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		do   []func() (*http.Response, error)
		want string
	}{
		"yes":        {[]func() (*http.Response, error){status(200, `{"ok":true}`, "X-Oauth-Scopes", "a,b")}, "a,b"},
		"no":         {[]func() (*http.Response, error){status(200, `{"ok":false,"error":"x"}`, "X-Oauth-Scopes", "a")}, "a"},
		"not at all": {[]func() (*http.Response, error){status(503, "down", "X-Oauth-Scopes", "a"), fails(errors.New("no response"))}, ""},
	} {
		header := http.Header{"X-Oauth-Scopes": {"of another call"}}
		_, _ = reset(newScript(test.do...).client(t, api.WithMaxAttempts(2)), api.WithHeaderInto(&header)) // whatever comes back
		if got := header.Get("X-Oauth-Scopes"); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
	c := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	if _, err := reset(c, api.WithHeaderInto(nil)); err == nil || !strings.Contains(err.Error(), "WithHeaderInto: dst is nil") {
		t.Errorf("a nil dst: %v", err)
	}
}

// TestWithFormTakesTheBodyOfAnotherOption has an option before it set a body as
// many do, without GetBody.
func TestWithFormTakesTheBodyOfAnotherOption(t *testing.T) {
	t.Parallel()
	var got string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = r.Header.Get("Content-Type") + " " + string(body)
		fmt.Fprint(w, `{"ok":true}`)
	})
	other := func(_ context.Context, req *http.Request) error {
		req.Body, req.GetBody = io.NopCloser(strings.NewReader(`{"user_id":"W2"}`)), nil
		return nil
	}
	if _, err := reset(c, other, api.WithForm()); err != nil {
		t.Fatal(err)
	}
	if want := "application/x-www-form-urlencoded user_id=W2"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWithLoggerLogsTheCallAndNoToken(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Slack-Req-Id", "id-1")
		fmt.Fprint(w, `{"ok":true}`)
	}, api.WithLogger(logger))
	if _, err := reset(c); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"method=admin.users.session.reset", "attempt=1", "status=200", "request_id=id-1", "duration="} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("log %q lacks %q", &log, want)
		}
	}
	if strings.Contains(log.String(), secret) {
		t.Error("the log shows the token")
	}
}

// TestOptionsOfACallDoNotReachAnother has an option write into the values of a
// request's headers.
func TestOptionsOfACallDoNotReachAnother(t *testing.T) {
	t.Parallel()
	var got http.Header
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		fmt.Fprint(w, `{"ok":true}`)
	})
	vandal := func(_ context.Context, req *http.Request) error {
		for _, values := range req.Header {
			values[0] = "Bearer xoxp-vandal"
		}
		return nil
	}
	if _, err := reset(c, vandal); err != nil || got.Get("Authorization") != "Bearer xoxp-vandal" {
		t.Errorf("the call itself: %v, %q", err, got)
	}
	if _, err := reset(c); err != nil || got.Get("Authorization") != "Bearer "+secret || got.Get("Content-Type") != "application/json; charset=utf-8" || !strings.HasPrefix(got.Get("User-Agent"), "slackadmin/") {
		t.Errorf("the next call: %v, %q", err, got)
	}
}

func TestNilArguments(t *testing.T) {
	t.Parallel()
	if _, err := api.New(secret, nil); err == nil || !strings.Contains(err.Error(), "option 1 is nil") {
		t.Errorf("a nil Option: %v", err)
	}
	c := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	if _, err := reset(c, nil); err == nil || !strings.Contains(err.Error(), "option 1 is nil") {
		t.Errorf("a nil CallOption: %v", err)
	}
	var none context.Context
	if _, err := c.AdminUsersSessionReset(none, api.AdminUsersSessionResetRequest{UserID: "W1"}); err == nil || !strings.Contains(err.Error(), "nil Context") {
		t.Errorf("a nil context: %v", err)
	}
	for _, err := range c.AdminUsersSessionListAll(none, api.AdminUsersSessionListRequest{}) {
		if err == nil || !strings.Contains(err.Error(), "nil Context") {
			t.Errorf("a nil context of an iterator: %v", err)
		}
	}
}

// TestWithBodyIntoKeepsTheLastAttempt has a first attempt answered and a second
// one not.
func TestWithBodyIntoKeepsTheLastAttempt(t *testing.T) {
	t.Parallel()
	s := newScript(status(503, "down"), fails(errors.New("no response")))
	var raw json.RawMessage
	if _, err := reset(s.client(t, api.WithMaxAttempts(2)), api.WithBodyInto(&raw)); err == nil || raw != nil {
		t.Errorf("got %v and the body %q of the first attempt", err, raw)
	}
}

// TestErrorsOfTheConnectionArePrintable has a proxy answer with an escape
// sequence.
func TestErrorsOfTheConnectionArePrintable(t *testing.T) {
	t.Parallel()
	proxy := rawServer(t, "HTTP/1.1 403 \x1b[31m\u202eno\r\n\r\n")
	transport := &http.Transport{Proxy: func(*http.Request) (*url.URL, error) { return url.Parse(proxy) }}
	c, err := api.New(secret, api.WithMaxAttempts(1), api.WithHTTPClient(&http.Client{Transport: transport}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reset(c); err == nil || !strings.HasSuffix(err.Error(), "?[31m?no") {
		t.Errorf("got %q", err)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
