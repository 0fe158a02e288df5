package slacktest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
)

// TestAThousandRequestsAreKept records them without serving any.
func TestAThousandRequestsAreKept(t *testing.T) {
	t.Parallel()
	var s Server
	for range 1002 {
		s.record(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/m", nil), nil)
	}
	if got := len(s.Requests()); got != 1000 {
		t.Errorf("%d requests are kept, want 1,000", got)
	}
}

// TestNoAnswerOfSlacks is what no client takes for one.
func TestNoAnswerOfSlacks(t *testing.T) {
	t.Parallel()
	s := NewServer()
	t.Cleanup(s.Close)
	const method = "admin.users.session.reset"
	for name, test := range map[string]struct {
		do     behavior
		body   string
		status int
		want   string
	}{
		"a response that does not fit": {
			func(token, map[string]any) (map[string]any, error) { return map[string]any{"ok": "yes"}, nil },
			"", 500, `slacktest: the response {"ok":"yes"} does not fit the spec: `,
		},
		"a response that is no JSON": {
			func(token, map[string]any) (map[string]any, error) { return map[string]any{"ok": func() {}}, nil },
			"", 500, "slacktest: json: ",
		},
		"a code that is not the method's": {
			func(token, map[string]any) (map[string]any, error) { return nil, api.ErrorCode("a_new_code") },
			"", 500, `slacktest: the spec has no error code "a_new_code" for ` + method,
		},
		"too large a request": {nil, strings.Repeat("x", 1<<20+1), 413, "slacktest: http: request body too large"},
	} {
		s.behaviors[method] = test.do
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/"+method+"?user_id="+Member, strings.NewReader(test.body))
		r.Header.Set("Authorization", "Bearer "+s.Token)
		w := httptest.NewRecorder()
		s.handle(w, r)
		if w.Code != test.status || !strings.HasPrefix(w.Body.String(), test.want) {
			t.Errorf("%s: status %d, %q; want %d, %q", name, w.Code, w.Body, test.status, test.want)
		}
	}
}
