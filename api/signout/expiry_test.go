package signout

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestExpiryGuardsTheStart has a plan expire before and after its first call.
func TestExpiryGuardsTheStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSlack()
		p := planned(t, s, userIDs(1001))
		unstarted := planned(t, s, userIDs(1001))
		s.before = func(call int) (*http.Response, error) {
			if call == 2 {
				return answer(no("token_revoked")), nil
			}
			return nil, nil
		}
		if _, err := Apply(t.Context(), s.client(t), p, ApplyOptions{}); err == nil {
			t.Fatal("want an error after the first call")
		}
		time.Sleep(24*time.Hour + time.Second)
		sums, err := Apply(t.Context(), s.client(t), p, ApplyOptions{})
		if err != nil {
			t.Error(err)
		}
		wantSums(t, sums, 1001, 0, 0, 0)

		want := "the plan expired at " + p.Expires.Format(time.RFC3339) + ", before it was started; make a new one; nothing was sent"
		calls := len(s.calls)
		if _, err := Apply(t.Context(), s.client(t), unstarted, ApplyOptions{}); err == nil || !strings.HasSuffix(err.Error(), want) || len(s.calls) > calls {
			t.Errorf("got %v after %d calls, want %q", err, len(s.calls)-calls, want)
		}
	})
}
