package signout

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// TestExpiryGuardsTheStart has a plan expire before or after its first call.
func TestExpiryGuardsTheStart(t *testing.T) {
	t.Parallel()
	s := newSlack()
	s.before = func(call int) (*http.Response, error) {
		if call == 2 {
			return answer(no("token_revoked")), nil
		}
		return nil, nil
	}
	p := planned(t, s, userIDs(1001))
	if _, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller}); err == nil {
		t.Fatal("want an error after the first call")
	}
	p.Expires = time.Now().Add(-time.Second)
	sums, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller})
	if err != nil {
		t.Error(err)
	}
	wantSums(t, sums, 1001, 0, 0, 0)

	journal, err := os.ReadFile(p.JournalPath())
	if err != nil {
		t.Fatal(err)
	}
	begin, _, _ := strings.Cut(string(journal), "\n")
	for name, test := range map[string]struct{ journal, want string }{
		"no call":    {begin + "\n", "the plan expired at " + p.Expires.Format(time.RFC3339) + ", before it was started; make a new one; nothing was sent"},
		"no journal": {"Dear diary", p.JournalPath() + ": line 1 is damaged"},
	} {
		if err := os.WriteFile(p.JournalPath(), []byte(test.journal), 0o600); err != nil {
			t.Fatal(err)
		}
		calls := len(s.calls)
		_, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller})
		if err == nil || !strings.HasPrefix(err.Error(), test.want) || len(s.calls) > calls {
			t.Errorf("%s: got %v after %d calls, want %q", name, err, len(s.calls)-calls, test.want)
		}
	}
}
