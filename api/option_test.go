package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
)

// TestCallOptionsAreChecked gives each what it cannot use.
func TestCallOptionsAreChecked(t *testing.T) {
	t.Parallel()
	c := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	for want, opt := range map[string]api.CallOption{
		"admin.users.session.reset: WithCallMaxAttempts: 0 attempts; want 1 or more":  api.WithCallMaxAttempts(0),
		"admin.users.session.reset: WithCallMaxAttempts: -1 attempts; want 1 or more": api.WithCallMaxAttempts(-1),
		"admin.users.session.reset: WithBodyInto: dst is nil":                         api.WithBodyInto(nil),
		"admin.users.session.reset: WithHeaderInto: dst is nil":                       api.WithHeaderInto(nil),
	} {
		if _, err := reset(c, opt); err == nil || err.Error() != want {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	for _, ua := range []string{"a\x1fb", "a\x7fb", "ä"} {
		if _, err := api.New(secret, api.WithUserAgent(ua)); err == nil || !strings.Contains(err.Error(), "visible ASCII") {
			t.Errorf("%q: %v", ua, err)
		}
	}
	if _, err := api.New(secret, api.WithUserAgent(" ~"), api.WithMaxAttempts(1)); err != nil {
		t.Error(err)
	}
}
