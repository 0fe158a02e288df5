package api_test

import (
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
)

// TestTokensThatFit has the first and the last of each kind of character that a
// bearer token may have.
func TestTokensThatFit(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"azAZ09-._~+/=", "x", "bearers", "bearerx-not-real"} {
		if _, err := api.New(token); err != nil {
			t.Errorf("%q: %v", token, err)
		}
	}
	for _, c := range "`{@[:!\x1f" {
		if _, err := api.New("x" + string(c)); err == nil || !strings.Contains(err.Error(), "offset 1") {
			t.Errorf("%q: got %v, want an error with its offset", c, err)
		}
	}
	if _, err := api.New("Bearer "); err == nil || !strings.Contains(err.Error(), `starts with "Bearer "`) {
		t.Errorf("the scheme alone: %v", err)
	}
}
