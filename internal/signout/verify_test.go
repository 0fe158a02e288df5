package signout

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"net/http"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

func TestVerify(t *testing.T) {
	t.Parallel()
	ids := userIDs(4)
	// What becomes of the users: gone, gone and back, partly gone, untouched.
	after := func(s *slack) {
		s.sessions = slices.DeleteFunc(s.sessions, func(session api.ActiveSession) bool {
			return session.UserID == ids[0] || session.UserID == ids[1] || session.UserID == ids[2] && session.SessionID%2 == 0
		})
		s.sessions = append(s.sessions, api.ActiveSession{UserID: ids[1], TeamID: "T1", SessionID: 7, Created: api.SessionDevice{OS: "OS X"}}, api.ActiveSession{UserID: "W9", TeamID: "T1", SessionID: 8})
	}
	for name, test := range map[string]struct {
		req  Request
		want map[Status]int
		left []int // sessions left of each row
	}{
		"users":                {Request{Users: ids, Except: []string{"W9"}}, map[Status]int{Gone: 1, SignedInAgain: 1, StillThere: 2}, []int{0, 0, 1, 2}},
		"users without a scan": {Request{Users: ids, NoScan: true}, map[Status]int{Gone: 1, NotKnown: 3}, []int{0, 1, 1, 2}},
		"users but one":        {Request{Users: ids, Except: ids[3:]}, map[Status]int{Gone: 1, SignedInAgain: 1, StillThere: 1}, []int{0, 0, 1}},
		"sessions":             {Request{Filter: &Filter{Users: ids[1:3]}}, map[Status]int{Gone: 3, StillThere: 1}, []int{0, 0, 0, 1}},
		"on mobile devices":    {Request{Users: ids, MobileOnly: true}, map[Status]int{Gone: 4}, []int{0, 0, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSlack()
			s.addSessions(ids, 2)
			p := written(t, s, test.req)
			if _, err := Apply(t.Context(), newSlack().client(t), p, Options{Caller: testCaller}); err != nil {
				t.Fatal(err)
			}
			after(s)
			r, err := Verify(t.Context(), s.client(t), p, 0, nil)
			if err != nil {
				t.Fatal(err)
			}
			var left []int
			for _, row := range r.Rows {
				left = append(left, len(row.Left))
			}
			if !maps.Equal(r.Counts, test.want) || len(r.Rows) != p.Size() || r.Scans != 1 {
				t.Errorf("got %v of %d rows, want %v of %d", r.Counts, len(r.Rows), test.want, p.Size())
			}
			if slices.Sort(left); !slices.Equal(left, test.left) {
				t.Errorf("%v sessions are left, want %v", left, test.left)
			}
		})
	}
}

// TestVerifyWaits looks again while a bulk reset goes on in the background.
func TestVerifyWaits(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		takes, wait time.Duration
		status      Status
		took        time.Duration
		scans       int
	}{
		"until it is done":   {9 * time.Second, 10 * time.Minute, Gone, 10 * time.Second, 3},
		"until time is over": {30 * time.Minute, 10 * time.Second, StillThere, 10 * time.Second, 3},
		"almost":             {30 * time.Minute, 10*time.Second - 1, StillThere, 5 * time.Second, 2},
		"not at all":         {time.Minute, 0, StillThere, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSlack()
			s.addSessions(userIDs(1), 1)
			p := written(t, s, Request{All: true})
			if _, err := Apply(t.Context(), newSlack().client(t), p, Options{Caller: testCaller}); err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				gone := time.AfterFunc(test.takes, func() {
					s.mu.Lock()
					defer s.mu.Unlock()
					s.sessions = nil
				})
				defer gone.Stop()
				scans := 0
				r, err := Verify(t.Context(), s.client(t, api.WithPacing()), p, test.wait, func(r *Report) { scans = r.Scans })
				if err != nil {
					t.Fatal(err)
				}
				if took := time.Since(start); r.Counts[test.status] != 1 || took != test.took || r.Scans != test.scans || scans != r.Scans {
					t.Errorf("got %v after %v and %d scans, want it %s after %v and %d", r.Counts, took, r.Scans, test.status, test.took, test.scans)
				}
				if !r.Time.Equal(time.Now()) {
					t.Errorf("the last scan ended at %v, want %v", r.Time, time.Now())
				}
				journal, err := os.ReadFile(p.JournalPath())
				if err != nil {
					t.Fatal(err)
				}
				if sum := sha256.Sum256(journal); r.JournalSHA256 != hex.EncodeToString(sum[:]) || r.PlanSHA256 != p.FileSHA256 {
					t.Error("the hashes are not those of the files")
				}
			})
		})
	}
}

func TestVerifyEndsEarly(t *testing.T) {
	t.Parallel()
	s := newSlack()
	s.addSessions(userIDs(1), 1)
	p := written(t, s, Request{All: true})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 12*time.Second)
		defer cancel()
		if r, err := Verify(ctx, s.client(t), p, time.Hour, nil); !errors.Is(err, ErrInterrupted) || r != nil {
			t.Errorf("got %v, %v; want ErrInterrupted", r, err)
		}
	})

	s.before = func(int) (*http.Response, error) { return answer(no("missing_scope")), nil }
	if r, err := Verify(t.Context(), s.client(t), p, time.Hour, nil); !errors.Is(err, api.ErrMissingScope) || r != nil {
		t.Errorf("got %v, %v; want missing_scope", r, err)
	}
	s.before = nil

	if err := os.Mkdir(p.JournalPath(), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"is a directory": p.Path, "has no possible name": "plan\x00.jsonl"} {
		p.Path = path
		if _, err := Verify(t.Context(), s.client(t), p, 0, nil); err == nil {
			t.Errorf("no error for a journal that %s", name)
		}
	}
}
