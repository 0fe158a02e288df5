package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
)

// answering returns a client whose every call gets this response.
func answering(f testing.TB, status int, header http.Header, body string, opts ...api.Option) *api.Client {
	f.Helper()
	transport := roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}, nil
	})
	opts = append([]api.Option{api.WithHTTPClient(&http.Client{Transport: transport}), api.WithMaxAttempts(1)}, opts...)
	c, err := api.New(secret, opts...)
	if err != nil {
		f.Fatal(err)
	}
	return c
}

// FuzzAnswer has any response end in a typed response or a typed error that fits on
// a line and does not show the token.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		`{"ok":true}`,
		`{"ok":true,"active_sessions":[{"session_id":1112275520242,"created":{"ip":"192.0.2.1"},"recent":null}],"response_metadata":{"next_cursor":"x"}}`,
		`{"ok":false,"error":"missing_scope","needed":"a","provided":"b,c","warning":"x,y","response_metadata":{"messages":["m"],"warnings":["y"]}}`,
		`{"ok":false,"error":{}}`, `{"ok":"true"}`, `{"OK":true,"ok":false}`, `[]`, `null`, `<html>`, ``, `{"ok":tru`, "\xff", secret,
		`{"ok":false,"error":"` + secret + `"}`, `{"ok":true,"active_sessions":[[]]}`, `{"ok":true,"active_sessions":[{"session_id":1e400}]}`,
	} {
		f.Add(200, "application/json", body)
	}
	f.Add(429, "", "")
	f.Add(502, "text/html", "<html>")
	f.Add(307, "x\r\ny", secret+secret)
	f.Fuzz(func(t *testing.T, status int, contentType, body string) {
		if status < 100 || status > 999 {
			return // net/http lets none through
		}
		c := answering(t, status, http.Header{"Content-Type": {contentType}, "X-Slack-Req-Id": {contentType}}, body)
		for answer, err := range c.AdminUsersSessionListPages(context.Background(), api.AdminUsersSessionListRequest{}) {
			if answer != nil && err == nil {
				if !answer.OK || status/100 != 2 {
					t.Fatalf("status %d, %q is a success: %+v", status, body, answer)
				}
				break // the next page is the same
			}
			refused := errors.As(err, new(*api.Error))
			garbled := errors.As(err, new(*api.ResponseError))
			if answer != nil || refused == garbled {
				t.Fatalf("status %d, %q gives %v and %T %v", status, body, answer, err, err)
			}
			encoded, jsonErr := json.Marshal(err)
			shown := fmt.Sprintf("%v %+v %#v %s", err, err, err, encoded)
			if strings.ContainsAny(err.Error(), "\r\n\x1b") || strings.Contains(shown, secret) || jsonErr != nil {
				t.Fatalf("status %d, %q is shown as %q (%v)", status, body, shown, jsonErr)
			}
		}
	})
}

// FuzzRetryAfter has any Retry-After be a wait that is not negative.
func FuzzRetryAfter(f *testing.F) {
	for _, header := range []string{"", "0", "1", "30", "-1", "+5", "1.5", "1e3", " 7 ", "soon", "99999999999999999999", "-99999999999999999999", "Sun, 06 Nov 1994 08:49:37 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		c := answering(t, http.StatusTooManyRequests, http.Header{"Retry-After": {header}}, "")
		var refused *api.Error
		ok := errors.As(firstErr(reset(c)), &refused)
		if !ok || refused.RetryAfter < 0 || refused.Code != api.ErrRatelimited {
			t.Fatalf("Retry-After %q gives %+v", header, refused)
		}
	})
}

func firstErr(_ *api.AdminUsersSessionResetResponse, err error) error { return err }

// FuzzToken has a token either be refused without being shown, or arrive as it is.
func FuzzToken(f *testing.F) {
	for _, token := range []string{"", " ", secret, "Bearer " + secret, secret + "\n", "a\x00b", "ä", "\xff", "a,b", "xoxe.xoxp-1-abc", strings.Repeat("x", 5000)} {
		f.Add(token)
	}
	f.Fuzz(func(t *testing.T, token string) {
		var got string
		c, err := api.New(token, api.WithHTTPClient(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			got = r.Header.Get("Authorization")
			return nil, errors.New("enough")
		})}), api.WithMaxAttempts(1))
		if err != nil {
			if len(token) > 12 && strings.Contains(err.Error(), token) {
				t.Fatalf("the error shows the token: %v", err)
			}
			return
		}
		_ = firstErr(reset(c)) // it is "enough"
		if got != "Bearer "+strings.TrimSpace(token) {
			t.Fatalf("token %q arrives as %q", token, got)
		}
	})
}

// FuzzBaseURL has a base URL either be refused, or lead to https or loopback
// under the path it has.
func FuzzBaseURL(f *testing.F) {
	for _, u := range []string{"", "https://slack.com/api", "http://127.0.0.1:1/x/", "http://localhost", "http://[::1]:80", "http://slack.com", "https://a@b", "https://h?q", "https://h#f", "//h", "https:h", "https://h/%2f", "https://h/a b", "HTTPS://h", "http://localhost.evil", "http://127.1", "https://h:99999", "https://\x7f"} {
		f.Add(u)
	}
	f.Fuzz(func(t *testing.T, u string) {
		var got *url.URL
		c, err := api.New(secret, api.WithBaseURL(u), api.WithHTTPClient(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			got = r.URL
			return nil, errors.New("enough")
		})}), api.WithMaxAttempts(1))
		if err != nil {
			return
		}
		_ = firstErr(reset(c)) // it is "enough"
		if got == nil {
			return // net/http found fault with it
		}
		host := got.Hostname()
		addr, err := netip.ParseAddr(host)
		loopback := host == "localhost" || err == nil && addr.IsLoopback()
		if got.Scheme != "https" && (got.Scheme != "http" || !loopback) || got.User != nil || got.RawQuery != "" || !strings.HasSuffix(got.Path, "/admin.users.session.reset") {
			t.Fatalf("base URL %q leads to %s", u, got)
		}
	})
}
