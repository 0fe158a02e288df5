package signout

import (
	"context"
	"fmt"

	"github.com/seed-38c23bad/slackadmin/api"
)

// A Result is the result of each user of a [Reset]. Each user is in exactly one of the
// fields, once.
type Result struct {
	Done    []string                 // Slack responded ok to a call with the user
	Refused map[string]api.ErrorCode // Slack refused the user, with this error code; never nil
	Unknown []string                 // sent, but the result is not known
	Left    []string                 // not processed: not sent, or sent only in calls on which Slack did not act
}

// Complete reports whether every user is done.
func (r *Result) Complete() bool {
	return len(r.Refused) == 0 && len(r.Unknown) == 0 && len(r.Left) == 0
}

// A ResetOption changes how [Reset] works.
type ResetOption func(*resetConfig)

type resetConfig struct {
	mobileOnly, webOnly bool
	progress            func(Progress)
	callOptions         []api.CallOption
}

// WithMobileOnly ends only sessions on mobile devices.
func WithMobileOnly() ResetOption { return func(c *resetConfig) { c.mobileOnly = true } }

// WithWebOnly ends only sessions on the web. Slack means all sessions that are not on
// mobile devices.
func WithWebOnly() ResetOption { return func(c *resetConfig) { c.webOnly = true } }

// WithProgress passes the progress of Reset to f. Calls of f do not overlap.
func WithProgress(f func(Progress)) ResetOption { return func(c *resetConfig) { c.progress = f } }

// WithCallOptions passes opts to each call. Reset sets the number of attempts itself.
func WithCallOptions(opts ...api.CallOption) ResetOption {
	return func(c *resetConfig) { c.callOptions = append(c.callOptions, opts...) }
}

// Reset ends the sessions of users: of one user with admin.users.session.reset, of more
// with admin.users.session.resetBulk, 1,000 a call. A user ID that is given twice is sent
// once. The user of the token is reset too if given.
//
// Reset stops with an error that every user would meet, such as that of a revoked token.
// It returns a [*LocalError] before anything is sent if a user ID or an option is
// invalid. The result is never nil, and valid beside an error too. Refused and unknown
// users are not an error: see [Result.Complete]. See also "Waiting and cancellation" in
// the package documentation.
func Reset(ctx context.Context, client *api.Client, userIDs []string, opts ...ResetOption) (*Result, error) {
	config, err := newResetConfig(userIDs, opts)
	p := &Plan{Header: Header{Action: ActionReset, MobileOnly: config.mobileOnly, WebOnly: config.webOnly}}
	seen := make(map[string]bool, len(userIDs))
	for _, id := range userIDs {
		if !seen[id] {
			seen[id] = true
			p.Rows = append(p.Rows, Row{UserID: id})
		}
	}
	a := &applier{client: client, plan: p, state: newState(p), callOptions: config.callOptions, progress: config.progress}
	if err == nil {
		err = a.run(ctx)
	}
	return a.state.result(), err
}

func newResetConfig(userIDs []string, opts []ResetOption) (config resetConfig, err error) {
	for i, opt := range opts {
		if opt == nil {
			return config, &LocalError{fmt.Errorf("option %d is nil; want a ResetOption", i+1)}
		}
		opt(&config)
	}
	if config.mobileOnly && config.webOnly {
		return config, &LocalError{errMobileAndWebOnly}
	}
	if err := checkUserIDs(userIDs...); err != nil {
		return config, nothingSent(err)
	}
	return config, nil
}

func (s *state) result() *Result {
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
