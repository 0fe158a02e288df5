package signout

import (
	"context"
	"errors"
	"fmt"
)

// ErrInterrupted reports that the context ended before the work did. An error that
// wraps it also wraps the context's error.
var ErrInterrupted = errors.New("interrupted")

// interrupted returns ErrInterrupted with the error of ctx, which has ended.
func interrupted(ctx context.Context) error { return &interruption{ctx.Err()} }

type interruption struct{ cause error }

func (e *interruption) Error() string { return ErrInterrupted.Error() }

func (e *interruption) Unwrap() []error { return []error{ErrInterrupted, e.cause} }

// A LocalError is an error that no call to Slack caused, such as an invalid request,
// an unreadable plan file, or a token of another organization.
type LocalError struct{ err error }

// Error returns the text of the cause.
func (e *LocalError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e *LocalError) Unwrap() error { return e.err }

var (
	errNoFile           = errors.New("the plan has no file; write it to one first")
	errNotPlan          = errors.New(`the first line is not the header of a plan; want a file that "slackadmin sessions plan" wrote`)
	errLocked           = errors.New("another apply of this plan is running; wait until it has ended")
	errChanged          = errors.New("the file was changed after it was written; make a new plan")
	errNotEvent         = errors.New("not an event; the file was edited; make a new plan")
	errUnknownRow       = errors.New("it names a row that the plan does not have")
	errMobileAndWebOnly = errors.New("mobile only and web only exclude each other")
	errRepeatedCursor   = errors.New("admin.users.session.list: a cursor came twice, so the pages would not end")
	errPlanChanged      = errors.New("the plan was changed after it was written or read, but its file was not; make a new plan")
	errOtherPlan        = errors.New("the file holds another plan now; read it again")
)

// local returns err as a LocalError, or nil if it is nil.
func local(err error) error {
	if err == nil {
		return nil
	}
	return &LocalError{err}
}

func nothingSent(err error) error { return &LocalError{fmt.Errorf("%w; nothing was sent", err)} }
