package api

import (
	"context"
	"math/rand/v2"
	"time"
)

// maxWait is how long a call waits in all: for what Slack said, for its turn
// and between attempts. What takes longer is the caller's to decide, who is told
// how long. With pacing, what Slack said and the turn have no such limit.
const maxWait = 2 * time.Minute

// tooLong reports whether a wait is more than patience or the context's deadline
// allow.
func tooLong(ctx context.Context, wait, patience time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return wait > patience || ok && time.Until(deadline) < wait
}

// pause waits, or returns the context's error at once when it ends.
func pause(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// jitter returns a little time more than a wait, so that those who wait do not
// all call at once.
func jitter(wait time.Duration) time.Duration {
	return rand.N(min(wait/10, time.Second) + time.Millisecond)
}
