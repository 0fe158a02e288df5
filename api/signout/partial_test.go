package signout

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
)

// partial refuses a call for some users, with messages.
func partial(messages ...string) *http.Response {
	encoded, _ := json.Marshal(map[string]any{
		"ok": false, "error": "failed_for_some_users", "response_metadata": map[string]any{"messages": messages},
	})
	return jsonResponse(string(encoded))
}

// failed returns a message for each of users, that there is none.
func failed(users []string) (messages []string) {
	for _, id := range users {
		messages = append(messages, fmt.Sprintf("[ERROR] %s: user_not_found", id))
	}
	return messages
}

// TestPartialRefusals has Slack refuse some users of a call in several wordings. Users that
// it does not name with a code are done only after an ok.
func TestPartialRefusals(t *testing.T) {
	t.Parallel()
	ids := userIDs(1000)
	for name, test := range map[string]struct {
		users   int
		answers []*http.Response // one call after the other; then all is ok
		refused map[string]api.ErrorCode
		unknown int
		chunks  []int // how many users each call has
	}{
		"one": {
			3,
			[]*http.Response{partial("[ERROR] W0000001: cannot_reset_bot")},
			map[string]api.ErrorCode{ids[1]: "cannot_reset_bot"},
			0,
			[]int{3, 2},
		},
		"the code first": {
			2,
			[]*http.Response{partial("user_not_found: W0000001")},
			map[string]api.ErrorCode{ids[1]: "user_not_found"},
			0,
			[]int{2, 1},
		},
		"in a sentence": {
			3,
			[]*http.Response{partial("W0000000 (cannot_reset_bot); the user W0000002 was not found: user_not_found.")},
			map[string]api.ErrorCode{ids[0]: "cannot_reset_bot", ids[2]: "user_not_found"},
			0,
			[]int{3, 1},
		},
		"nobody who was sent": {
			2, []*http.Response{partial("W9999999: user_not_found")}, nil, 0, []int{2, 1, 1},
		},
		"two sentences before 1,000 names": {
			1000,
			[]*http.Response{partial(append([]string{"Some users failed.", "See below."}, failed(ids)...)...)},
			refusedAll(ids, "user_not_found"), 0,
			[]int{1000},
		},
		"a list that is cut at 100 of 500": {
			600,
			[]*http.Response{
				partial(failed(ids[:100])...), partial(failed(ids[100:200])...),
				partial(failed(ids[200:300])...), partial(failed(ids[300:400])...),
				partial(failed(ids[400:500])...),
			},
			refusedAll(ids[:500], "user_not_found"), 0,
			[]int{600, 500, 400, 300, 200, 100},
		},
		"who was reset is named, too": {
			3,
			[]*http.Response{partial("W0000001 failed; W0000002 were reset"), nil, jsonResponse(refusalJSON("user_not_found"))},
			map[string]api.ErrorCode{ids[1]: "user_not_found"},
			0,
			[]int{3, 1, 1, 1},
		},
		"named without a code": {
			22,
			[]*http.Response{partial("failed: " + strings.Join(ids[:22], " "))},
			refusedAll(ids[20:22], "failed_for_some_users"), 0, append([]int{22}, slices.Repeat([]int{1}, 20)...),
		},
		"eleven rounds": {
			22, func() (answers []*http.Response) {
				for i := range 11 {
					answers = append(answers, partial(failed(ids[i:i+1])...))
				}
				return answers
			}(),
			refusedAll(ids[:10], "user_not_found"), 12,
			[]int{22, 21, 20, 19, 18, 17, 16, 15, 14, 13},
		},
		"messages that are none": {
			2,
			[]*http.Response{jsonResponse(`{"ok":false,"error":"failed_for_some_users","response_metadata":{"messages":[7,{"user":"W0000001","error":"user_not_found"},null]}}`)},
			map[string]api.ErrorCode{ids[1]: "user_not_found"},
			0,
			[]int{2, 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSlack()
			var chunks []int
			s.before = func(call int) (*http.Response, error) {
				if call <= len(test.answers) && test.answers[call-1] != nil {
					return test.answers[call-1], nil
				}
				return nil, nil
			}
			result, err := Reset(t.Context(), s.client(t), ids[:test.users], WithCallOptions(func(_ context.Context, r *http.Request) error {
				var args arguments
				body, _ := r.GetBody()
				if err := json.NewDecoder(body).Decode(&args); err != nil {
					return err
				}
				chunks = append(chunks, max(len(args.UserIDs), 1))
				return nil
			}))
			if err != nil || !maps.Equal(result.Refused, test.refused) || len(result.Unknown) != test.unknown {
				t.Errorf("got %d refused, %d unknown, %v; want %d and %d", len(result.Refused), len(result.Unknown), err, len(test.refused), test.unknown)
			}
			if len(result.Done) != test.users-len(test.refused)-test.unknown || len(result.Left) > 0 {
				t.Errorf("%d are done and %d left", len(result.Done), len(result.Left))
			}
			for _, id := range result.Done {
				if s.resets[id] == 0 {
					t.Errorf("%s is done, and Slack did not say ok", id)
				}
			}
			if !slices.Equal(chunks, test.chunks) {
				t.Errorf("the calls have %v users, want %v", chunks, test.chunks)
			}
		})
	}
}

func refusedAll(ids []string, code api.ErrorCode) map[string]api.ErrorCode {
	all := map[string]api.ErrorCode{}
	for _, id := range ids {
		all[id] = code
	}
	return all
}
