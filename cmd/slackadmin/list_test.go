package main

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// TestListFailure is what is said of a list that ends early, at its first page and
// later.
func TestListFailure(t *testing.T) {
	t.Parallel()
	no := func(code api.ErrorCode) error { return &api.Error{Method: "m", Code: code, StatusCode: 200} }
	for _, test := range []struct {
		err         error
		first, next string
	}{
		{fmt.Errorf("m: %w", context.Canceled), "W1: m: context canceled: interrupted", "W1: m: context canceled: interrupted; continue with --cursor c"},
		{no(api.ErrInvalidCursor), "W1: m: invalid_cursor: list again from the start, without --cursor", "W1: m: invalid_cursor: list again from the start, without --cursor"},
		{
			&api.ResponseError{Method: "m", StatusCode: 200, Err: api.ErrCursorRepeats},
			"W1: m: unusable response: its next_cursor came before, so that the pages would not end (status 200, content type \"\"): list again from the start",
			"W1: m: unusable response: its next_cursor came before, so that the pages would not end (status 200, content type \"\"): list again from the start",
		},
		{no(api.ErrTeamNotFound), "T1: m: team_not_found: check the workspace ID", "T1: m: team_not_found: check the workspace ID"},
		{
			&api.Error{Method: "m", Code: api.ErrRatelimited, RetryAfter: 3*time.Second + 1234567, StatusCode: 200},
			"W1: m: ratelimited (retry after 3.001s): wait as long, or set a longer --timeout; try again",
			"W1: m: ratelimited (retry after 3.001s): wait as long, or set a longer --timeout; continue with --cursor c",
		},
		{no(api.ErrInternalError), "W1: m: internal_error: try again", "W1: m: internal_error: continue with --cursor c"},
		{no(api.ErrFatalError), "W1: m: fatal_error: try again", "W1: m: fatal_error: continue with --cursor c"},
		{no(api.ErrServiceUnavailable), "W1: m: service_unavailable: try again", "W1: m: service_unavailable: continue with --cursor c"},
		{errors.New("m: lost"), "W1: m: lost: check the network, --api-url and SLACK_API_URL; try again", "W1: m: lost: check the network, --api-url and SLACK_API_URL; continue with --cursor c"},
		{
			no(api.ErrTokenRevoked),
			"W1: m: token_revoked: set SLACK_TOKEN to a valid user token of an Org Owner or Org Admin",
			"W1: m: token_revoked: set SLACK_TOKEN to a valid user token of an Org Owner or Org Admin; continue with --cursor c",
		},
	} {
		req := api.AdminUsersSessionListRequest{UserID: "W1", TeamID: "T1"}
		for cursor, want := range map[string]string{"": test.first, "c": test.next} {
			if got := explained((&connection{clientFlags: &clientFlags{}}).listFailure(req, cursor, test.err)); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	}
}
