package signout

import (
	"errors"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestVerifyReadsTheJournal has users whose planned sessions are gone and who have
// another. If the plan was applied, Slack refused one of them.
func TestVerifyReadsTheJournal(t *testing.T) {
	t.Parallel()
	ids := userIDs(3)
	for name, test := range map[string]struct {
		req     Request
		applied bool
		want    map[Status]int
	}{
		"not applied":                {Request{Users: ids}, false, map[Status]int{StillThere: 3}},
		"not applied without a scan": {Request{Users: ids, NoScan: true}, false, map[Status]int{StillThere: 3}},
		"applied":                    {Request{Users: ids}, true, map[Status]int{SignedInAgain: 2, StillThere: 1}},
		"applied without a scan":     {Request{Users: ids, NoScan: true}, true, map[Status]int{NotKnown: 2, StillThere: 1}},
		"on mobile devices":          {Request{Users: ids, MobileOnly: true}, true, map[Status]int{Gone: 2, NotDone: 1}},
		"sessions, not applied":      {Request{Filter: &Filter{Users: ids}}, false, map[Status]int{Gone: 3}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSlack()
			s.addSessions(ids, 1)
			p := written(t, s, test.req)
			s.bad[ids[1]] = "user_not_found"
			if test.applied {
				if _, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller}); err != nil {
					t.Fatal(err)
				}
			}
			s.sessions = nil
			s.addSessions(slices.Concat(ids, ids), 1)
			s.sessions = s.sessions[3:] // with other IDs
			r, err := Verify(t.Context(), s.client(t), p, 0, nil)
			if err != nil || !maps.Equal(r.Counts, test.want) {
				t.Fatalf("got %+v, %v; want %v", r, err, test.want)
			}
			for _, row := range r.Rows {
				if left := len(row.Left) > 0; left != (row.Status == StillThere || row.Status == NotKnown) {
					t.Errorf("%s is %s with %d sessions left", row.Row.UserID, row.Status, len(row.Left))
				}
			}
		})
	}
}

// TestVerifyWhileApplying has a user who signed in after the plan was made and is
// reset while the scan sees that session.
func TestVerifyWhileApplying(t *testing.T) {
	t.Parallel()
	s := newSlack()
	s.addSessions(userIDs(1), 1)
	p := written(t, s, Request{All: true})
	s.sessions[0].SessionID++
	s.before = func(int) (*http.Response, error) {
		_, err := Apply(t.Context(), newSlack().client(t), p, Options{Caller: testCaller})
		return nil, err
	}
	for _, want := range []Status{StillThere, SignedInAgain} {
		if r, err := Verify(t.Context(), s.client(t), p, 0, nil); err != nil || r.Counts[want] != 1 {
			t.Errorf("got %+v, %v; want %s", r, err, want)
		}
	}
}

func TestVerifyRefusesAnotherJournal(t *testing.T) {
	t.Parallel()
	s := newSlack()
	s.addSessions(userIDs(1), 1)
	p, other := written(t, s, Request{All: true}), planned(t, s, userIDs(1))
	if _, err := Apply(t.Context(), newSlack().client(t), other, Options{Caller: testCaller}); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other.JournalPath(), p.JournalPath()); err != nil {
		t.Fatal(err)
	}
	r, err := Verify(t.Context(), s.client(t), p, 0, nil)
	if !errors.As(err, new(*LocalError)) || !strings.Contains(err.Error(), "it is the journal of another plan") || len(s.calls) > 0 {
		t.Errorf("got %+v, %v after %d calls; want an error and none", r, err, len(s.calls))
	}
}
