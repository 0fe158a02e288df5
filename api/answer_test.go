package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

func TestSlackSaysNo(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		header map[string]string
		body   string
		want   api.Error
	}{
		{
			name: "with status 200", status: 200,
			body: `{"ok":false,"error":"user_not_found"}`,
			want: api.Error{Code: api.ErrUserNotFound},
		},
		{
			name: "with a scope missing", status: 200,
			header: map[string]string{"X-Slack-Req-Id": "id-1"},
			body:   `{"ok":false,"error":"missing_scope","needed":"admin.users:write","provided":"a,b"}`,
			want:   api.Error{Code: api.ErrMissingScope, Needed: "admin.users:write", Provided: "a,b", RequestID: "id-1"},
		},
		{
			name: "with messages and warnings", status: 200,
			body: `{"ok":false,"error":"invalid_arguments","warning":"missing_charset,other","response_metadata":{"messages":["[ERROR] x","[ERROR] y"],"warnings":["missing_charset","third"]}}`,
			want: api.Error{Code: api.ErrInvalidArguments, Messages: []string{"[ERROR] x", "[ERROR] y"}, Warnings: []string{"missing_charset", "other", "third"}},
		},
		{
			name: "with a code nobody knows and fields nobody knows", status: 200,
			body: `{"ok":false,"error":"brand_new","other":[1,{"a":null}]}`,
			want: api.Error{Code: "brand_new"},
		},
		{
			name: "without a code", status: 200,
			body: `{"ok":false}`,
			want: api.Error{Code: ""},
		},
		{
			name: "with other fields of the wrong type", status: 200,
			body: `{"ok":false,"needed":7,"response_metadata":"x","error":"user_not_found"}`,
			want: api.Error{Code: api.ErrUserNotFound},
		},
		{
			name: "with another status", status: 503,
			body: `{"ok":false,"error":"service_unavailable"}`,
			want: api.Error{Code: api.ErrServiceUnavailable, StatusCode: 503},
		},
		{
			name: "with 429", status: 429,
			header: map[string]string{"Retry-After": "30"},
			body:   `{"ok":false,"error":"ratelimited"}`,
			want:   api.Error{Code: api.ErrRatelimited, StatusCode: 429, RetryAfter: 30 * time.Second},
		},
		{
			name: "with 429 and no body", status: 429,
			header: map[string]string{"Retry-After": "1"},
			want:   api.Error{Code: api.ErrRatelimited, StatusCode: 429, RetryAfter: time.Second},
		},
		{
			name: "with 429 and no code", status: 429,
			header: map[string]string{"Retry-After": "99999999999999999999"},
			body:   `{"ok":false}`,
			want:   api.Error{Code: api.ErrRatelimited, StatusCode: 429, RetryAfter: (1 << 32) * time.Second},
		},
		{
			name: "with 429 and HTML", status: 429,
			body: `<html>slow down</html>`,
			want: api.Error{Code: api.ErrRatelimited, StatusCode: 429},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				for name, value := range test.header {
					w.Header().Set(name, value)
				}
				w.WriteHeader(test.status)
				fmt.Fprint(w, test.body)
			})
			answer, err := reset(c)
			if answer != nil {
				t.Errorf("a refusal came with an answer: %+v", answer)
			}
			got, ok := errors.AsType[*api.Error](err)
			if !ok {
				t.Fatalf("got %T %v, want an *api.Error", err, err)
			}
			want := test.want
			want.Method = "admin.users.session.reset"
			if want.StatusCode == 0 {
				want.StatusCode = 200
			}
			if !reflect.DeepEqual(*got, want) {
				t.Errorf("got  %+v\nwant %+v", *got, want)
			}
			if want.Code != "" && !errors.Is(err, want.Code) {
				t.Errorf("errors.Is(err, %q) is false", want.Code)
			}
			if errors.Is(err, api.ErrSessionNotFound) {
				t.Error("errors.Is(err, ErrSessionNotFound) is true")
			}
		})
	}
}

func TestWhatIsNoAnswerOfSlacks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, contentType, body string
		status                  int
		want                    string // in the error
	}{
		{"HTML with 200", "text/html", "<html>sign in</html>", 200, "invalid character '<'"},
		{"HTML with 502", "text/html", "<html>bad gateway</html>", 502, "invalid character '<'"},
		{"nothing", "application/json", "", 200, "unexpected end of JSON"},
		{"half", "application/json", `{"ok":true`, 200, "unexpected end of JSON"},
		{"more after it", "application/json", `{"ok":true}{"ok":true}`, 200, "after top-level value"},
		{"an array", "application/json", `[]`, 200, "array"},
		{"null", "application/json", `null`, 200, `no boolean "ok"`},
		{"no ok", "application/json", `{}`, 200, `no boolean "ok"`},
		{"ok is null", "application/json", `{"ok":null}`, 200, `no boolean "ok"`},
		{"ok is a string", "application/json", `{"ok":"true"}`, 200, "string"},
		{"ok is a number", "application/json", `{"ok":1}`, 200, "number"},
		{"error is an object", "application/json", `{"ok":false,"error":{"code":"x"}}`, 200, "object"},
		{"a known field of the wrong type", "application/json", `{"ok":true,"warning":[1]}`, 200, "array"},
		{"yes with status 500", "application/json", `{"ok":true}`, 500, "ok with status 500"},
		{"too deep", "application/json", `{"ok":true,"x":` + strings.Repeat("[", 100_000), 200, "exceeded max depth"},
		{"too large", "application/json", `{"ok":true,"x":"` + strings.Repeat("x", 9<<20) + `"}`, 200, "larger than"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", test.contentType)
				w.Header().Set("X-Slack-Req-Id", "id-1")
				w.WriteHeader(test.status)
				fmt.Fprint(w, test.body)
			})
			answer, err := reset(c)
			if answer != nil {
				t.Errorf("got an answer: %+v", answer)
			}
			got, ok := errors.AsType[*api.ResponseError](err)
			if !ok {
				t.Fatalf("got %T %v, want an *api.ResponseError", err, err)
			}
			if got.Method != "admin.users.session.reset" || got.StatusCode != test.status || got.ContentType != test.contentType || got.RequestID != "id-1" {
				t.Errorf("got %+v", got)
			}
			if want := test.body[:min(len(test.body), 512)]; string(got.Body) != want {
				t.Errorf("Body is %.60q (%d bytes), want %.60q", got.Body, len(got.Body), want)
			}
			if !strings.Contains(got.Error(), test.want) || strings.ContainsAny(got.Error(), "\n\r") {
				t.Errorf("Error() = %q, want one line with %q", got.Error(), test.want)
			}
		})
	}
}

func TestAnAnswerThatBreaksOff(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, `{"ok":true}`)
	})
	_, err := reset(c)
	got, ok := errors.AsType[*api.ResponseError](err)
	if !ok || !errors.Is(err, io.ErrUnexpectedEOF) || string(got.Body) != `{"ok":true}` {
		t.Errorf("got %#v, want a ResponseError for io.ErrUnexpectedEOF with what came", err)
	}
}

func TestTheTokenIsKeptOutOfErrorsThatQuoteTheAnswer(t *testing.T) {
	t.Parallel()
	echo := strings.Repeat("x", 500) + secret + strings.Repeat(secret, 50) // also across the cut
	for name, body := range map[string]string{
		"not Slack": "<html>" + echo,
		"refusal":   fmt.Sprintf(`{"ok":false,"error":%q,"needed":%[1]q,"provided":%[1]q,"warning":%[1]q,"response_metadata":{"messages":[%[1]q],"warnings":[%[1]q]}}`, echo),
		"escaped":   `{"ok":false,"error":"` + strings.Replace(secret, "x", `\u0078`, 1) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/"+secret)
				w.Header().Set("X-Slack-Req-Id", secret)
				fmt.Fprint(w, body)
			})
			_, err := reset(c)
			if err == nil {
				t.Fatal("want an error")
			}
			asJSON, jsonErr := json.Marshal(err)
			if jsonErr != nil {
				t.Fatal(jsonErr)
			}
			for _, shown := range []string{err.Error(), fmt.Sprintf("%v %+v %#v %s %q", err, err, err, err, err), string(asJSON)} {
				// Half a token is one too many.
				if strings.Contains(shown, secret[:12]) {
					t.Errorf("the error shows the token: %s", shown)
				}
			}
			if garbled, ok := errors.AsType[*api.ResponseError](err); ok && strings.Contains(string(garbled.Body), secret[:12]) {
				t.Errorf("Body shows the token: %s", garbled.Body)
			}
		})
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	stranger := serveURL(t, func(http.ResponseWriter, *http.Request) { t.Error("a request went to another host") })
	tests := []struct {
		name, location string
		status         int
		ok             bool
	}{
		{"to the same host with the method kept", "/elsewhere", 307, true},
		{"to the same host for good", "/elsewhere", 308, true},
		{"to the same host as a GET", "/elsewhere", 302, false},
		{"to another host", stranger + "/elsewhere", 307, false},
		{"to another host as a GET", stranger + "/elsewhere", 303, false},
		{"to another scheme", "ftp://127.0.0.1/elsewhere", 307, false},
		{"round and round", "/admin.users.session.reset", 307, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var sawBody string
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/elsewhere" {
					body, _ := io.ReadAll(r.Body)
					sawBody = string(body)
					fmt.Fprint(w, `{"ok":true}`)
					return
				}
				http.Redirect(w, r, test.location, test.status)
			})
			_, err := reset(c)
			if test.ok {
				if err != nil || sawBody != `{"user_id":"W1"}` {
					t.Errorf("got %v and body %q, want the whole request to arrive", err, sawBody)
				}
				return
			}
			if got, ok := errors.AsType[*api.ResponseError](err); !ok || got.StatusCode != test.status {
				t.Errorf("got %v, want a ResponseError with status %d", err, test.status)
			}
		})
	}
}

func TestTheContextEndsTheCall(t *testing.T) {
	t.Parallel()
	t.Run("before it starts", func(t *testing.T) {
		t.Parallel()
		var calls int
		c := serve(t, func(http.ResponseWriter, *http.Request) { calls++ })
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, err := c.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{})
		if !errors.Is(err, context.Canceled) || calls != 0 {
			t.Errorf("got %v after %d requests", err, calls)
		}
	})
	for name, inBody := range map[string]bool{"before the header": false, "in the body": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body) // only then does the server notice the client go
				if inBody {
					fmt.Fprint(w, `{"ok":`)
					_ = http.NewResponseController(w).Flush()
				} else {
					cancel()
				}
				<-r.Context().Done()
			}, api.WithHTTPClient(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				resp, err := http.DefaultTransport.RoundTrip(r)
				cancel() // with the header in hand, if not before
				return resp, err
			})}))
			_, err := c.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{UserID: "W1"})
			if _, garbled := errors.AsType[*api.ResponseError](err); garbled || !errors.Is(err, context.Canceled) {
				t.Errorf("got %T %v, want context.Canceled", err, err)
			}
		})
	}
}

func TestErrorsFitOnOneLine(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		&api.Error{Method: "m", Code: "a\nb", Messages: []string{"c\r\nd\x1b[31m"}},
		&api.ResponseError{Method: "m", ContentType: "a\nb", Err: errors.New("c\nd")},
	} {
		if strings.ContainsAny(err.Error(), "\n\r\x1b") {
			t.Errorf("%q breaks the line", err.Error())
		}
	}
}

func serveURL(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}
