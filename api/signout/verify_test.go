package signout

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// TestVerify has users with two sessions each: both are gone; both are gone and a new one
// is listed; one is left; both are left. The last user never had a session.
func TestVerify(t *testing.T) {
	t.Parallel()
	ids := userIDs(5)
	after := func(s *fakeSlack) {
		s.sessions = slices.DeleteFunc(s.sessions, func(session api.ActiveSession) bool {
			return session.UserID == ids[0] || session.UserID == ids[1] || session.UserID == ids[2] && session.SessionID%2 == 0
		})
		s.sessions = append(s.sessions, api.ActiveSession{UserID: ids[1], TeamID: "T1", SessionID: 7, Created: api.SessionDevice{OS: "OS X"}}, api.ActiveSession{UserID: "W9", TeamID: "T1", SessionID: 8})
	}
	for name, test := range map[string]struct {
		req       Request
		applied   bool
		want      map[Status]int
		left      []int // sessions left of each row, sorted
		unsettled int
	}{
		"users":                          {Request{Users: ids, Except: []string{"W9"}}, true, map[Status]int{Gone: 1, SignedInAgain: 1, StillThere: 2, NotSeen: 1}, []int{0, 0, 0, 1, 2}, 2},
		"users, not applied":             {Request{Users: ids}, false, map[Status]int{Gone: 1, StillThere: 3, NotSeen: 1}, []int{0, 0, 1, 1, 2}, 4},
		"users without a scan":           {Request{Users: ids, NoScan: true}, true, map[Status]int{NotChecked: 2, MayBeThere: 3}, []int{0, 0, 1, 1, 2}, 3},
		"unscanned users, not applied":   {Request{Users: ids, NoScan: true}, false, map[Status]int{NotSeen: 2, StillThere: 3}, []int{0, 0, 1, 1, 2}, 5},
		"users but two":                  {Request{Users: ids, Except: ids[3:]}, true, map[Status]int{Gone: 1, SignedInAgain: 1, StillThere: 1}, []int{0, 0, 1}, 1},
		"sessions":                       {Request{Filter: &Filter{Users: ids[1:3]}}, true, map[Status]int{Gone: 3, StillThere: 1}, []int{0, 0, 0, 1}, 1},
		"sessions, not applied":          {Request{Filter: &Filter{Users: ids[1:3]}}, false, map[Status]int{Gone: 3, StillThere: 1}, []int{0, 0, 0, 1}, 1},
		"on mobile devices":              {Request{Users: ids, MobileOnly: true}, true, map[Status]int{NotSeen: 5}, []int{0, 0, 0, 0, 0}, 0},
		"on mobile devices, not applied": {Request{Users: ids, MobileOnly: true}, false, map[Status]int{NotSeen: 5}, []int{0, 0, 0, 0, 0}, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSlack()
			s.addSessions(ids[:4], 2)
			p := written(t, s, test.req)
			if test.applied {
				other := newSlack() // what Slack then lists is made up below
				other.sessions = slices.Clone(s.sessions)
				if _, err := Apply(t.Context(), other.client(t), p, ApplyOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			after(s)
			r, err := Verify(t.Context(), s.client(t), p, VerifyOptions{})
			if err != nil {
				t.Fatal(err)
			}
			var left []int
			for _, row := range r.Rows {
				left = append(left, len(row.Left))
				if open := len(row.Left) > 0; open != (row.Status == StillThere || row.Status == MayBeThere) {
					t.Errorf("%s is %s with %d sessions left", row.Row.UserID, row.Status, len(row.Left))
				}
			}
			if !maps.Equal(r.Counts, test.want) || len(r.Rows) != p.Size() || r.Scans != 1 || r.Unsettled() != test.unsettled {
				t.Errorf("got %v of %d rows, %d unsettled; want %v of %d, %d", r.Counts, len(r.Rows), r.Unsettled(), test.want, p.Size(), test.unsettled)
			}
			if slices.Sort(left); !slices.Equal(left, test.left) {
				t.Errorf("%v sessions are left, want %v", left, test.left)
			}
			if (r.Attempts > 0) != test.applied {
				t.Errorf("%d attempts, applied %v", r.Attempts, test.applied)
			}
		})
	}
}

// TestNobodyIsGoneWhoseSessionsWereNotSeen has sessions under an ID of the same person that the plan does not have.
func TestNobodyIsGoneWhoseSessionsWereNotSeen(t *testing.T) {
	t.Parallel()
	s := newSlack()
	s.addSessions([]string{"U0000001"}, 2)
	p := written(t, s, Request{Users: []string{"W0000001"}})
	if _, err := Apply(t.Context(), s.client(t), p, ApplyOptions{}); err != nil {
		t.Fatal(err)
	}
	r, err := Verify(t.Context(), s.client(t), p, VerifyOptions{})
	if err != nil || r.Counts[NotSeen] != 1 || r.Counts[Gone] != 0 || r.Rows[0].State != StateDone {
		t.Errorf("got %+v, %v; want no session seen", r, err)
	}
}

// TestTwoUsersMayHaveEqualSessionIDs plans, applies and verifies sessions with equal IDs.
func TestTwoUsersMayHaveEqualSessionIDs(t *testing.T) {
	t.Parallel()
	s := newSlack()
	s.addSessions(userIDs(2), 1)
	s.sessions[1].SessionID = s.sessions[0].SessionID
	p := written(t, s, Request{Filter: &Filter{}})
	for _, req := range []Request{{All: true}, {Users: userIDs(2)}} {
		if p := written(t, s, req); p.Sessions != 2 {
			t.Errorf("a plan of users has %d sessions, want 2", p.Sessions)
		}
	}
	if p.Size() != 2 {
		t.Fatalf("the plan has %d rows, want both sessions", p.Size())
	}
	s.before = func(call int) (*http.Response, error) {
		if call == 2 {
			return jsonResponse(refusalJSON("token_revoked")), nil
		}
		return nil, nil
	}
	if _, err := Apply(t.Context(), s.client(t), p, ApplyOptions{}); !errors.Is(err, api.ErrTokenRevoked) {
		t.Fatal(err)
	}
	r, err := Verify(t.Context(), s.client(t), p, VerifyOptions{})
	if err != nil || r.Counts[Gone] != 1 || r.Counts[StillThere] != 1 || r.Rows[1].Status != StillThere || r.Rows[1].State != StateLeft {
		t.Errorf("got %+v, %v; want the first gone and the second there", r, err)
	}
}

// TestVerifyAfterARefusal has users whose planned sessions are gone and who have
// another. Slack refused one of them, and one whom it does not know.
func TestVerifyAfterARefusal(t *testing.T) {
	t.Parallel()
	ids := userIDs(3)
	s := newSlack()
	s.addSessions(ids, 1)
	p := written(t, s, Request{Users: append(userIDs(3), "W9")})
	s.bad[ids[1]], s.bad["W9"] = "user_not_found", "user_not_found"
	if _, err := Apply(t.Context(), s.client(t), p, ApplyOptions{}); err != nil {
		t.Fatal(err)
	}
	s.sessions = nil
	s.addSessions(slices.Concat(ids, ids), 1)
	s.sessions = s.sessions[3:] // with other IDs
	r, err := Verify(t.Context(), s.client(t), p, VerifyOptions{})
	if want := (map[Status]int{SignedInAgain: 2, StillThere: 1, NotSeen: 1}); err != nil || !maps.Equal(r.Counts, want) || r.Unsettled() != 2 {
		t.Fatalf("got %+v, %v; want %v", r, err, want)
	}
	if row := r.Rows[3]; row.State != StateRefused || row.Code != api.ErrUserNotFound || row.Settled() {
		t.Errorf("the row of W9 is %+v", row)
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
		_, err := Apply(t.Context(), newSlack().client(t), p, ApplyOptions{})
		return nil, err
	}
	for _, want := range []Status{StillThere, SignedInAgain} {
		if r, err := Verify(t.Context(), s.client(t), p, VerifyOptions{}); err != nil || r.Counts[want] != 1 {
			t.Errorf("got %+v, %v; want %s", r, err, want)
		}
	}
}

// TestVerifyWaits repeats the scan while Slack works on a bulk reset in the background.
func TestVerifyWaits(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		noScan      bool
		takes, wait time.Duration
		status      Status
		took        time.Duration
		scans       int
	}{
		"until it is done":   {false, 9 * time.Second, 10 * time.Minute, Gone, 12 * time.Second, 5},
		"until time is over": {false, 30 * time.Minute, 12 * time.Second, StillThere, 12 * time.Second, 5},
		"almost":             {false, 30 * time.Minute, 12*time.Second - 1, StillThere, 7 * time.Second, 4},
		"not at all":         {false, time.Minute, 0, StillThere, 0, 1},
		"without a scan":     {true, 6 * time.Second, time.Minute, NotChecked, 7 * time.Second, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newSlack()
				s.addSessions(userIDs(1), 1)
				s.sessions = append(s.sessions, s.sessions[0]) // a page that has shifted
				p := written(t, s, Request{Users: userIDs(1), NoScan: test.noScan})
				if _, err := Apply(t.Context(), newSlack().client(t), p, ApplyOptions{}); err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				gone := time.AfterFunc(test.takes, func() {
					s.mu.Lock()
					defer s.mu.Unlock()
					s.sessions = nil
				})
				defer gone.Stop()
				var left []int
				r, err := Verify(t.Context(), s.client(t, api.WithPacing()), p, VerifyOptions{Wait: test.wait, Scanned: func(r *Report) {
					left = append(left, len(r.Rows[0].Left))
				}})
				if err != nil {
					t.Fatal(err)
				}
				if took := time.Since(start); r.Counts[test.status] != 1 || took != test.took || r.Scans != test.scans || len(left) != r.Scans || left[0] != 1 {
					t.Errorf("got %v after %v and %d scans with %v left, want it %s after %v and %d", r.Counts, took, r.Scans, left, test.status, test.took, test.scans)
				}
				if !r.Time.Equal(time.Now()) {
					t.Errorf("the last scan ended at %v, want %v", r.Time, time.Now())
				}
			})
		})
	}
}

func TestVerifyEndsEarly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSlack()
		s.addSessions(userIDs(1), 1)
		p := written(t, s, Request{All: true})
		ctx, cancel := context.WithTimeout(t.Context(), 11*time.Second)
		defer cancel()
		if r, err := Verify(ctx, s.client(t), p, VerifyOptions{Wait: time.Hour}); !errors.Is(err, ErrInterrupted) || r == nil || r.Scans != 4 {
			t.Errorf("got %+v, %v; want the last report and ErrInterrupted", r, err)
		}
	})

	s := newSlack()
	s.addSessions(userIDs(1), 1)
	p, other := written(t, s, Request{All: true}), written(t, s, Request{All: true})
	s.before = func(int) (*http.Response, error) { return jsonResponse(refusalJSON("missing_scope")), nil }
	if r, err := Verify(t.Context(), s.client(t), p, VerifyOptions{Wait: time.Hour}); !errors.Is(err, api.ErrMissingScope) || r != nil {
		t.Errorf("got %v, %v; want missing_scope", r, err)
	}
	s.calls = nil
	s.authTest = func() (*http.Response, error) {
		return identityOf(testCaller.userID, "E2"), nil
	}
	if _, err := Verify(t.Context(), s.client(t), p, VerifyOptions{}); !errors.As(err, new(*LocalError)) || !strings.Contains(err.Error(), "is for the organization E1; the token is of E2") {
		t.Errorf("in another organization: %v", err)
	}
	s.authTest = nil
	if err := errors.Join(os.Remove(p.Path()), os.Rename(other.Path(), p.Path())); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(t.Context(), s.client(t), p, VerifyOptions{}); !errors.As(err, new(*LocalError)) || !strings.Contains(err.Error(), "the file holds another plan now") {
		t.Errorf("with the file of another plan: %v", err)
	}
	dir := filepath.Dir(p.Path())
	for want, path := range map[string]string{
		"the plan has no file": "",
		"no such file":         filepath.Join(dir, "none"),
	} {
		p.path = path
		if _, err := Verify(t.Context(), s.client(t), p, VerifyOptions{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
		if _, err := p.History(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the history: got %v, want %q", err, want)
		}
	}
	if len(s.calls) > 0 {
		t.Errorf("%d calls, want none", len(s.calls))
	}
}

// TestVerifyWaitsFromTheFirstScan has a first scan that takes longer than Verify waits.
func TestVerifyWaitsFromTheFirstScan(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSlack()
		s.addSessions(userIDs(1), 1)
		p := written(t, s, Request{All: true})
		s.before = func(call int) (*http.Response, error) {
			if call == 1 {
				time.Sleep(20 * time.Second)
			}
			return nil, nil
		}
		s.after = func(call int) (*http.Response, error) {
			if call == 1 {
				s.sessions = nil
			}
			return nil, nil
		}
		r, err := Verify(t.Context(), s.client(t), p, VerifyOptions{Wait: 10 * time.Second})
		if err != nil || r.Counts[Gone] != 1 || r.Scans != 2 {
			t.Errorf("got %+v, %v; want the session gone at the second scan", r, err)
		}
	})
}
