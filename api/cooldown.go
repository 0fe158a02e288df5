package api

import (
	"context"
	"fmt"
	"hash/maphash"
	"maps"
	"net/http"
	"sync"
	"time"
)

// cooldowns hold calls back for as long as Slack told any call of the same
// method and token to wait.
type cooldowns struct {
	mu    sync.Mutex
	until map[cooldownKey]time.Time
}

type cooldownKey struct {
	method string
	token  uint64 // a hash, so that a dump shows no token
}

// maxCooldown is the longest that calls are held back.
const maxCooldown = time.Hour

var tokenSeed = maphash.MakeSeed()

func keyOf(method string, token secret) cooldownKey {
	return cooldownKey{method, maphash.String(tokenSeed, string(token))}
}

// start holds calls back from now on.
func (c *cooldowns) start(method string, token secret, wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.until == nil {
		c.until = map[cooldownKey]time.Time{}
	}
	maps.DeleteFunc(c.until, func(_ cooldownKey, until time.Time) bool { return time.Until(until) <= 0 })
	// An absurd wait is reported, but does not shut the method for ever.
	key, until := keyOf(method, token), time.Now().Add(min(wait, maxCooldown))
	if until.After(c.until[key]) {
		c.until[key] = until
	}
}

// left returns for how long calls are still held back.
func (c *cooldowns) left(method string, token secret) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.until) == 0 {
		return 0 // as nearly always
	}
	return time.Until(c.until[keyOf(method, token)])
}

// pass returns when the cooldown is over, or at once with an error if there is
// one and the caller is not willing to wait, or cannot.
func (c *cooldowns) pass(ctx context.Context, method string, token secret, willing bool) error {
	for wait := c.left(method, token); wait > 0; wait = c.left(method, token) {
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
