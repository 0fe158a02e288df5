package signout

import (
	"context"
	"errors"
	"fmt"

	"github.com/seed-38c23bad/slackadmin/api"
)

// A Result says what came of each user that was given to [Reset]. Each is in
// exactly one of the fields, once.
type Result struct {
	Done    []string                 // Slack said ok to a call with them
	Refused map[string]api.ErrorCode // Slack refused them; never nil
	Unknown []string                 // sent, but what came of it is not known
	Left    []string                 // not sent, or sent in a call that Slack refused as a whole
}

// Complete reports whether every user is done.
func (r *Result) Complete() bool {
	return len(r.Refused) == 0 && len(r.Unknown) == 0 && len(r.Left) == 0
}

// A ResetOption changes what [Reset] does.
type ResetOption func(*resetConfig)

type resetConfig struct {
	mobileOnly, webOnly bool
	progress            func(Progress)
	callOptions         []api.CallOption
}

// WithMobileOnly ends only sessions on mobile devices.
func WithMobileOnly() ResetOption { return func(c *resetConfig) { c.mobileOnly = true } }

// WithWebOnly ends only sessions on the web, in Slack's words: those that are not on
// mobile devices.
func WithWebOnly() ResetOption { return func(c *resetConfig) { c.webOnly = true } }

// WithProgress tells f how far Reset is, and what it waits for. Its calls do not
// overlap.
func WithProgress(f func(Progress)) ResetOption { return func(c *resetConfig) { c.progress = f } }

// WithCallOptions passes opts to each call. The number of attempts is Reset's own.
func WithCallOptions(opts ...api.CallOption) ResetOption {
	return func(c *resetConfig) { c.callOptions = append(c.callOptions, opts...) }
}

// Reset ends the sessions of users, given by their IDs: one user with
// admin.users.session.reset, more with admin.users.session.resetBulk, 1,000 a call.
// After a bulk reset, Slack ends the sessions in the background, which can take
// minutes. A user that is named twice is reset once. The user whom the token
// belongs to is reset as well if named.
//
// Reset waits for as long as a rate limit or an outage lasts: ctx is the limit. A
// call on its way is not canceled with ctx, but takes at most 30 seconds unless
// [api.WithHTTPClient] says otherwise.
//
// Its error is one that every user would meet, such as that of a token that no
// longer works; [ErrInterrupted] once ctx has ended; or a [*LocalError], before
// anything is sent, if a string is not a user ID or the options are wrong. Refused
// and unknown users are no error: see [Result.Complete]. The result is never nil: it
// says what is so of each user, also beside an error.
//
// Without [api.WithPacing], a client is told to wait now and then, and the result is
// the same.
func Reset(ctx context.Context, client *api.Client, userIDs []string, opts ...ResetOption) (*Result, error) {
	var config resetConfig
	for i, opt := range opts {
		if opt == nil {
			return &Result{Refused: map[string]api.ErrorCode{}, Left: once(userIDs)}, &LocalError{fmt.Errorf("option %d is nil; want a ResetOption", i+1)}
		}
		opt(&config)
	}
	p := &Plan{Header: Header{Action: ActionReset, MobileOnly: config.mobileOnly, WebOnly: config.webOnly}}
	for _, id := range once(userIDs) {
		p.Rows = append(p.Rows, Row{UserID: id})
	}
	a := &applier{client: client, plan: p, state: newState(p), callOptions: config.callOptions, progress: config.progress}
	err := checkReset(&config, userIDs)
	if err == nil {
		err = a.run(ctx)
	}
	return a.state.asResult(), err
}

func checkReset(config *resetConfig, userIDs []string) error {
	if config.mobileOnly && config.webOnly {
		return &LocalError{errBothOnly}
	}
	for _, id := range userIDs {
		if !userID.MatchString(id) {
			return nothingSent(notUserID(id))
		}
	}
	return nil
}

var errBothOnly = errors.New("mobile only and web only exclude each other")

// once returns IDs without those that came before.
func once(ids []string) (unique []string) {
	seen := make(map[string]bool, len(ids))
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			unique = append(unique, id)
		}
	}
	return unique
}

func (s *state) asResult() *Result {
	r := &Result{Refused: map[string]api.ErrorCode{}}
	for i := range s.rows {
		switch id, row := s.plan.Rows[i].UserID, &s.rows[i]; row.state {
		case StateDone:
			r.Done = append(r.Done, id)
		case StateRefused:
			r.Refused[id] = row.code
		case StateUnknown:
			r.Unknown = append(r.Unknown, id)
		default:
			r.Left = append(r.Left, id)
		}
	}
	return r
}
