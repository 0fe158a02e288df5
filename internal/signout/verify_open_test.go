package signout

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// TestVerifyWaitsForTheUnknown looks again while a user of a plan without a scan
// has sessions, and counts a session once that comes up twice.
func TestVerifyWaitsForTheUnknown(t *testing.T) {
	t.Parallel()
	s := newSlack()
	s.addSessions(userIDs(1), 2)
	s.sessions = append(s.sessions, s.sessions[1]) // a page that has shifted
	p := planned(t, s, userIDs(1))
	if _, err := Apply(t.Context(), newSlack().client(t), p, Options{Caller: testCaller}); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		time.AfterFunc(7*time.Second, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.sessions = nil
		})
		var seen []int
		r, err := Verify(t.Context(), s.client(t, api.WithPacing()), p, time.Minute, func(r *Report) {
			seen = append(seen, r.Open(), len(r.Rows[0].Left))
		})
		if err != nil || r.Counts[Gone] != 1 || len(seen) != 6 || seen[0] != 1 || seen[1] != 2 || seen[4] != 0 {
			t.Errorf("got %+v, %v after %v; want the user gone at the third scan, and 2 sessions before", r, err, seen)
		}
	})
}
