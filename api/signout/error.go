package signout

import (
	"context"
	"errors"
)

// ErrInterrupted says that the context ended before the work did. The error also
// wraps the context's own.
var ErrInterrupted = errors.New("interrupted")

// interrupted returns ErrInterrupted with the error of ctx, which has ended.
func interrupted(ctx context.Context) error { return &interruption{ctx.Err()} }

type interruption struct{ cause error }

func (e *interruption) Error() string { return ErrInterrupted.Error() }

func (e *interruption) Unwrap() []error { return []error{ErrInterrupted, e.cause} }

// A LocalError is about what was asked for, the plan, its file, the disk, or the
// organization that the token belongs to. No call to Slack failed.
type LocalError struct{ err error }

// Error returns the reason.
func (e *LocalError) Error() string { return e.err.Error() }

// Unwrap returns the reason.
func (e *LocalError) Unwrap() error { return e.err }
