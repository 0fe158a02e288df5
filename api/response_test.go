package api_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

func TestErrorHasWhatSlackSaid(t *testing.T) {
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
				t.Errorf("a refusal came with a response: %+v", answer)
			}
			var got *api.Error
			ok := errors.As(err, &got)
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

func TestResponseErrorHasWhatCame(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, contentType, body string
		status                  int
		want                    string // in the error
	}{
		{"HTML with 200", "text/html", "<html>sign in</html>", 200, "invalid character '<'"},
		{"HTML with 502", "text/html", "<html>bad gateway</html>", 502, "invalid character '<'"},
		{"half", "application/json", `{"ok":true`, 200, "unexpected end of JSON"},
		{"yes with status 500", "application/json", `{"ok":true}`, 500, "ok with status 500"},
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
				t.Errorf("got a response: %+v", answer)
			}
			var got *api.ResponseError
			ok := errors.As(err, &got)
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

func TestTruncatedAnswer(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, `{"ok":true}`)
	})
	_, err := reset(c)
	var got *api.ResponseError
	ok := errors.As(err, &got)
	if !ok || !errors.Is(err, io.ErrUnexpectedEOF) || string(got.Body) != `{"ok":true}` {
		t.Errorf("got %#v, want a ResponseError for io.ErrUnexpectedEOF with what came", err)
	}
}

func TestErrorsAreOneLine(t *testing.T) {
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
