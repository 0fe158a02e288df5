package api

import (
	"context"
	"fmt"
	"hash/maphash"
	"net/http"
	"sync"
	"time"
)

// gate holds calls back for as long as Slack told any call of the same method
// and token to wait.
type gate struct {
	mu    sync.Mutex
	until map[gateKey]time.Time
}

type gateKey struct {
	method string
	token  uint64 // a hash, so that a dump of the gate shows no token
}

// maxClosed is the longest that calls are held back.
const maxClosed = time.Hour

var gateSeed = maphash.MakeSeed()

func keyOf(method string, token secret) gateKey {
	return gateKey{method, maphash.String(gateSeed, string(token))}
}

// close holds calls back from now on.
func (g *gate) close(method string, token secret, wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.until == nil {
		g.until = map[gateKey]time.Time{}
	}
	// An absurd wait is reported, but does not shut the method for ever.
	key, until := keyOf(method, token), time.Now().Add(min(wait, maxClosed))
	if until.After(g.until[key]) {
		g.until[key] = until
	}
}

// closed returns for how long calls are still held back.
func (g *gate) closed(method string, token secret) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.until) == 0 {
		return 0 // as nearly always
	}
	key := keyOf(method, token)
	wait := time.Until(g.until[key])
	if wait <= 0 {
		delete(g.until, key)
		return 0
	}
	return wait
}

// pass returns when the gate is open, or at once with an error if it is closed
// and the caller is not willing to wait, or cannot.
func (g *gate) pass(ctx context.Context, method string, token secret, willing bool) error {
	for wait := g.closed(method, token); wait > 0; wait = g.closed(method, token) {
		limited := &Error{
			Method:     method,
			Code:       ErrRatelimited,
			StatusCode: http.StatusTooManyRequests,
			RetryAfter: wait,
		}
		wait += jitter(wait)
		if !willing || tooLong(ctx, wait) {
			return limited
		}
		if err := pause(ctx, wait); err != nil {
			return fmt.Errorf("%w; %w while waiting to try", limited, err)
		}
	}
	return nil
}
