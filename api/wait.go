package api

import (
	"context"
	"math/rand/v2"
	"time"
)

// maxPause is the longest wait for another attempt. What takes longer is the
// caller's to decide, who is told how long.
const maxPause = 2 * time.Minute

// tooLong reports whether a wait would pass the context's deadline, or is too
// long to wait for unasked.
func tooLong(ctx context.Context, wait time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return wait > maxPause || ok && time.Until(deadline) < wait
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
