package signout

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestExpiryGuardsTheStart has plans expire. Apply resumes those of which Slack may have
// acted on a request, and starts no other.
func TestExpiryGuardsTheStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSlack()
		p := planned(t, s, userIDs(1001))
		unstarted, refused := planned(t, s, userIDs(1001)), planned(t, s, userIDs(1001))
		s.before = func(call int) (*http.Response, error) {
			if call == 2 {
				return jsonResponse(refusalJSON("token_revoked")), nil
			}
			return nil, nil
		}
		if _, err := Apply(t.Context(), s.client(t), p, ApplyOptions{}); err == nil {
			t.Fatal("want an error after the first call")
		}
		s.before = func(int) (*http.Response, error) { return jsonResponse(refusalJSON("missing_scope")), nil }
		if _, err := Apply(t.Context(), s.client(t), refused, ApplyOptions{}); err == nil {
			t.Fatal("want an error at the first call")
		}
		s.before = nil
		crashed := planned(t, s, userIDs(1001))
		noResult := &faultyDisk{failAt: 5}
		if _, err := apply(t.Context(), s.client(t), crashed, ApplyOptions{}, noResult.disk()); err == nil {
			t.Fatal("want an error after the first call")
		}
		time.Sleep(24*time.Hour + time.Second)
		for _, p := range []*Plan{p, crashed} {
			sums, err := Apply(t.Context(), s.client(t), p, ApplyOptions{})
			if err != nil {
				t.Error(err)
			}
			wantSums(t, sums, 1001, 0, 0, 0)
		}

		want := "the plan expired at " + p.Expires.Format(time.RFC3339) + ", before it was started; make a new one; nothing was sent"
		calls := len(s.calls)
		for _, p := range []*Plan{unstarted, refused} { // of the second, Slack has done nothing
			if _, err := Apply(t.Context(), s.client(t), p, ApplyOptions{}); err == nil || !strings.HasSuffix(err.Error(), want) || len(s.calls) > calls {
				t.Errorf("got %v after %d calls, want %q", err, len(s.calls)-calls, want)
			}
		}
	})
}
