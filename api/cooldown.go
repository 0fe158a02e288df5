package api

import (
	"context"
	"errors"
	"hash/maphash"
	"maps"
	"sync"
	"time"
)

const (
	// maxCooldown is the longest that calls are held back.
	maxCooldown = time.Hour

	// cleanTime is how long after a cooldown calls still go one at a time.
	cleanTime = time.Minute
)

// cooldowns hold calls back for as long as Slack told any call of the same
// method and token to wait. After that they let one through at a time, at the
// pace of the method's tier, until a minute has passed: those who waited would
// all be refused again if they went at once.
type cooldowns struct {
	mu  sync.Mutex
	all map[cooldownKey]*cooldown
}

type cooldownKey struct {
	method string
	token  uint64 // a hash, so that a dump shows no token
}

type cooldown struct {
	until time.Time // nobody before
	next  time.Time // one at a time until paced is over
	paced time.Time
}

var tokenSeed = maphash.MakeSeed()

func keyOf(method string, token secret) cooldownKey {
	return cooldownKey{method, maphash.String(tokenSeed, string(token))}
}

// start holds calls back from now on.
func (c *cooldowns) start(key cooldownKey, wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(c.all, func(_ cooldownKey, cd *cooldown) bool { return now.After(cd.paced) })
	cd := c.all[key]
	if cd == nil {
		cd = &cooldown{}
		if c.all == nil {
			c.all = map[cooldownKey]*cooldown{}
		}
		c.all[key] = cd
	}
	// An absurd wait is reported, but does not shut the method for ever.
	until := now.Add(min(wait, maxCooldown))
	if until.After(cd.until) {
		cd.until, cd.paced = until, until.Add(cleanTime)
	}
	if until.After(cd.next) { // else the turns that were given stand
		cd.next = until
	}
}

// take returns how long to wait for a turn. The turn is the caller's if that is
// at most limit.
func (c *cooldowns) take(key cooldownKey, interval, limit time.Duration) (wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	cd := c.all[key]
	now := time.Now()
	if cd == nil || !now.Before(cd.paced) {
		return 0 // as nearly always
	}
	wait = max(0, cd.next.Sub(now))
	if wait <= limit {
		cd.next = now.Add(wait + interval + interval/33) // a little slower, for clocks differ
	}
	return wait
}

// over reports whether nobody is held back any more.
func (c *cooldowns) over(key cooldownKey) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	cd := c.all[key]
	return cd == nil || !time.Now().Before(cd.until)
}

// errTooLong says that a turn is further off than a call waits.
var errTooLong = errors.New("the wait is too long")

// pass returns when it is the caller's turn. It returns errTooLong at once if
// that takes longer than patience or the context allow, with how long, and the
// context's error if it ends meanwhile. It takes what it waited from patience.
func (c *cooldowns) pass(ctx context.Context, key cooldownKey, interval time.Duration, patience *time.Duration) (wait time.Duration, err error) {
	for {
		limit := *patience
		if deadline, ok := ctx.Deadline(); ok {
			limit = min(limit, time.Until(deadline))
		}
		wait := c.take(key, interval, limit)
		switch {
		case wait == 0:
			return 0, nil
		case wait > limit:
			return wait, errTooLong
		}
		*patience -= wait
		if err := pause(ctx, wait); err != nil {
			return wait, err
		}
		if c.over(key) {
			return 0, nil
		}
		// Slack has told another call to wait meanwhile.
	}
}
