package signout

import (
	"errors"
	"net/http"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
)

// TestRefusalsOfTheCaller stop at once, and leave all rows as they are.
func TestRefusalsOfTheCaller(t *testing.T) {
	t.Parallel()
	for _, code := range []api.ErrorCode{api.ErrRestrictedAction, api.ErrTeamAccessNotGranted} {
		for _, users := range []int{1, 3} {
			s := newSlack()
			s.before = func(int) (*http.Response, error) { return answer(no(string(code))), nil }
			sums, err := Apply(t.Context(), s.client(t), planned(t, s, userIDs(users)), ApplyOptions{})
			if !errors.Is(err, code) || len(s.calls) != 1 {
				t.Errorf("%s of %d users: %v after %d calls, want the error after one", code, users, err, len(s.calls))
			}
			wantSums(t, sums, 0, 0, 0, users)
		}
	}
}
