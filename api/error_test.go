package api_test

import (
	"errors"
	"testing"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// TestErrorTexts are what people read.
func TestErrorTexts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err  error
		want string
	}{
		{&api.Error{Method: "m", Code: "c", StatusCode: 200}, "m: c"},
		{&api.Error{Method: "m", StatusCode: 200}, "m: refused without an error code"},
		{&api.Error{Method: "m", Code: "c", StatusCode: 500}, "m: c (status 500)"},
		{&api.Error{Method: "m", Code: "c", StatusCode: 200, Needed: "a"}, "m: c (needed a; provided )"},
		{&api.Error{Method: "m", Code: "c", StatusCode: 200, Provided: "b"}, "m: c (needed ; provided b)"},
		{&api.Error{Method: "m", Code: "c", StatusCode: 200, Messages: []string{"1", "2", "3"}}, "m: c (1; 2; 3)"},
		{&api.Error{Method: "m", Code: "c", StatusCode: 200, Messages: []string{"1", "2", "3", "4"}}, "m: c (1; 2; 3; and 1 more)"},
		{&api.Error{Method: "m", Code: "c", StatusCode: 429, RetryAfter: time.Second, RequestID: "r"}, "m: c (retry after 1s; status 429; request r)"},
		{&api.ResponseError{Method: "m", StatusCode: 502, ContentType: "text/html", Err: errors.New("why")}, `m: unusable response: why (status 502, content type "text/html")`},
		{&api.ResponseError{Method: "m", StatusCode: 200, RequestID: "r", Err: errors.New("why")}, `m: unusable response: why (status 200, content type ""; request r)`},
	} {
		if got := test.err.Error(); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}
