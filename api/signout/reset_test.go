package signout

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// TestResetReportsWaits resets two users, one of whom is given twice, after a 429.
func TestResetReportsWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSlack()
		s.before = func(call int) (*http.Response, error) {
			if call == 1 {
				return response(http.StatusTooManyRequests, refusalJSON("ratelimited"), "Retry-After", "40"), nil
			}
			return nil, nil
		}
		var waited time.Duration
		ids := []string{"W1", "W2", "W1"}
		result, err := Reset(t.Context(), s.client(t, api.WithPacing()), ids, WithProgress(func(p Progress) { waited += p.Wait }))
		if err != nil || !slices.Equal(result.Done, ids[:2]) || s.resets["W1"] != 1 || waited != 40*time.Second {
			t.Errorf("got %+v, %v after %v, want both done after 40 s", result, err, waited)
		}
	})
}

func TestResetOptions(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		opts []ResetOption
		want string
	}{
		"none":        {nil, `{"user_id":"W0000000"}`},
		"mobile only": {[]ResetOption{WithMobileOnly()}, `{"mobile_only":true,"user_id":"W0000000"}`},
		"web only":    {[]ResetOption{WithWebOnly()}, `{"user_id":"W0000000","web_only":true}`},
		"calls":       {[]ResetOption{WithCallOptions(api.WithForm())}, `user_id=W0000000`},
	} {
		s := newSlack()
		var sent string
		s.before = func(int) (*http.Response, error) { return jsonResponse(`{"ok":true}`), nil }
		c, err := api.New(testToken, api.WithHTTPClient(&http.Client{Transport: bodies{s, &sent}}))
		if err != nil {
			t.Fatal(err)
		}
		if result, err := Reset(t.Context(), c, userIDs(1), test.opts...); err != nil || len(result.Done) != 1 || sent != test.want {
			t.Errorf("%s: %+v, %v; sent %s, want %s", name, result, err, sent, test.want)
		}
	}
}

// bodies keeps the body of the last request.
type bodies struct {
	http.RoundTripper
	last *string
}

func (b bodies) RoundTrip(r *http.Request) (*http.Response, error) {
	var text strings.Builder
	buffer := make([]byte, 1<<10)
	n, _ := r.Body.Read(buffer)
	text.Write(buffer[:n])
	*b.last = text.String()
	return b.RoundTripper.RoundTrip(r)
}

// TestResetErrorsComeWithAResult stops Reset early. Each user is in exactly one list.
func TestResetErrorsComeWithAResult(t *testing.T) {
	t.Parallel()
	ids := userIDs(3000)
	for name, test := range map[string]struct {
		ids                          []string
		opts                         []ResetOption
		before                       func(call int, cancel func()) (*http.Response, error)
		want                         error
		text                         string
		done, refused, unknown, left int
	}{
		"a token that is revoked": {
			ids: ids,
			before: func(call int, _ func()) (*http.Response, error) {
				if call == 2 {
					return jsonResponse(refusalJSON("token_revoked")), nil
				}
				return nil, nil
			},
			want: api.ErrTokenRevoked, done: 1000, left: 2000,
		},
		"an interrupt": {
			ids: ids,
			before: func(_ int, cancel func()) (*http.Response, error) {
				cancel()
				return nil, nil
			},
			want: ErrInterrupted, done: 1000, left: 2000,
		},
		"an answer that is lost": {
			ids: ids,
			before: func(call int, cancel func()) (*http.Response, error) {
				if call == 2 {
					cancel()
					return nil, errLost
				}
				return nil, nil
			},
			want: ErrInterrupted, done: 1000, unknown: 1000, left: 1000,
		},
		"nobody":                {},
		"an ID that is none":    {ids: []string{"W1", "zoe", "W1"}, text: `"zoe" is not a user ID; want one such as W12345678; nothing was sent`, left: 2},
		"an option that is nil": {ids: []string{"W1", "W1"}, opts: []ResetOption{nil}, text: "option 1 is nil", left: 1},
		"both options":          {ids: []string{"W1"}, opts: []ResetOption{WithWebOnly(), WithMobileOnly()}, text: "exclude each other", left: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSlack()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s.before = func(call int) (*http.Response, error) {
				if test.before == nil {
					return nil, nil
				}
				return test.before(call, cancel)
			}
			r, err := Reset(ctx, s.client(t), test.ids, test.opts...)
			if (err == nil) != (test.want == nil && test.text == "") || test.want != nil && !errors.Is(err, test.want) || err != nil && !strings.Contains(err.Error(), test.text) {
				t.Errorf("got %v, want %v %s", err, test.want, test.text)
			}
			if len(r.Done) != test.done || len(r.Refused) != test.refused || len(r.Unknown) != test.unknown || len(r.Left) != test.left {
				t.Errorf("got %d done, %d refused, %d unknown, %d left", len(r.Done), len(r.Refused), len(r.Unknown), len(r.Left))
			}
			all := slices.Concat(r.Done, r.Unknown, r.Left)
			if slices.Sort(all); len(slices.Compact(all)) != test.done+test.unknown+test.left {
				t.Error("a user is in two lists")
			}
			if test.text != "" && len(s.calls) > 0 {
				t.Error("something was sent")
			}
		})
	}
}
