package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
)

// TestSettingsCalls is that everybody is done but whom Slack refuses, whatever it takes
// at once, and that nobody is called done without its ok.
func TestSettingsCalls(t *testing.T) {
	t.Parallel()
	refuse := func(code api.ErrorCode) error {
		return &api.Error{Code: code, Method: "admin.users.session.setSettings"}
	}
	var ids []string
	for i := range 2500 {
		ids = append(ids, fmt.Sprintf("W%d", i))
	}
	for _, test := range []struct {
		name    string
		refused map[string]api.ErrorCode
		takes   int // at once
		broken  api.ErrorCode
		after   int // calls until it is broken
		most    int // calls
		done    int
		ends    bool // with an error
	}{
		{"nobody refused", nil, 1000, "", 0, 3, 2500, false},
		{"one in each call", map[string]api.ErrorCode{"W0": api.ErrUserNotFound, "W1999": api.ErrBotsNotAllowed, "W2400": api.ErrUnableToUpdateExistingSessions}, 1000, "", 0, 61, 2497, false},
		{"a code that is new", map[string]api.ErrorCode{"W7": "is_a_robot"}, 1000, "", 0, 23, 2499, false},
		{"fewer at once", nil, 100, "", 0, 60, 2500, false},
		{"fewer at once, and one refused", map[string]api.ErrorCode{"W2400": api.ErrUserNotFound}, 100, "", 0, 90, 2499, false},
		{"none at once", nil, 0, "", 0, 20, 0, true},
		{"the token is revoked", nil, 1000, api.ErrTokenRevoked, 2, 3, 2000, true},
		{"a rate limit", nil, 1000, api.ErrRatelimited, 1, 2, 1000, true},
	} {
		calls := 0
		ok := map[string]bool{}
		s := settingsCalls{progress: func(int) {}, call: func(_ context.Context, ids []string) (map[string]outcome, error) {
			calls++
			if test.broken != "" && calls > test.after {
				return nil, refuse(test.broken)
			}
			if len(ids) > test.takes {
				return nil, refuse(api.ErrInvalidArguments)
			}
			for _, id := range ids {
				if code := test.refused[id]; code != "" {
					return nil, refuse(code)
				}
			}
			for _, id := range ids {
				ok[id] = true
			}
			return allDone(ids), nil
		}}
		err := s.run(t.Context(), slices.Clone(ids))
		if test.ends != (err != nil) {
			t.Errorf("%s: it ends with %v", test.name, err)
		}
		done := 0
		for id, came := range s.outcomes {
			switch {
			case came.status == signout.StateDone && !ok[id], came.status == signout.StateRefused && test.takes > 0 && came.code != test.refused[id]:
				t.Errorf("%s: %s is %s %s", test.name, id, came.status, came.code)
			case came.status == signout.StateDone:
				done++
			}
		}
		if done != test.done || calls > test.most || err == nil && len(s.outcomes) != len(ids) {
			t.Errorf("%s: %d done after %d calls, want %d after %d at most; %d have an outcome", test.name, done, calls, test.done, test.most, len(s.outcomes))
		}
	}
}

func TestSettingsCallsUnanswered(t *testing.T) {
	t.Parallel()
	gone := errors.New("connection reset")
	s := settingsCalls{progress: func(int) {}, call: func(context.Context, []string) (map[string]outcome, error) { return nil, gone }}
	if err := s.run(t.Context(), []string{"W1"}); !errors.Is(err, gone) || s.outcomes["W1"].status == signout.StateDone {
		t.Errorf("got %v, %v", err, s.outcomes)
	}
}
