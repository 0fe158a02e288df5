package signout

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestARequestThatNetHTTPRepeatsCountsAsSent has net/http repeat a request, as after a closed connection.
func TestARequestThatNetHTTPRepeatsCountsAsSent(t *testing.T) {
	t.Parallel()
	var g sendGuard
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://slack.com/api/", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	if err := g.wrapBody(context.Background(), req); err != nil {
		t.Fatal(err)
	}
	body, err := req.GetBody()
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(body); err != nil || string(text) != "{}" || g.state.Load() != sent {
		t.Errorf("read %q, %v; the state is %d", text, err, g.state.Load())
	}
}
