package api

import (
	"context"
	"errors"
	"hash/maphash"
	"log/slog"
	"maps"
	"math"
	"slices"
	"sync"
	"time"
)

const (
	// maxCooldown is the longest that calls are held back.
	maxCooldown = time.Hour

	// cleanTime is how long after a cooldown calls still go evenly.
	cleanTime = time.Minute

	// A paced Client sends at most a minute's calls in paceWindow, which is
	// longer than a minute because requests do not all travel equally long, and
	// leaves paceGap between two, for Slack does not say how many may come at
	// once.
	paceWindow = 61500 * time.Millisecond
	paceGap    = time.Second

	// longWait is the shortest wait that is logged.
	longWait = time.Second

	forever = time.Duration(math.MaxInt64)
)

// pace gives the calls of a method with a token their turns. While Slack has
// told one of them to wait, none has one. For a minute after that they go evenly,
// at the pace of the method's tier: those who waited would all be refused again
// if they went at once. With always set, they never outrun the tier.
type pace struct {
	always bool

	mu  sync.Mutex
	all map[paceKey]*turns
}

type paceKey struct {
	method string
	token  uint64 // a hash, so that a dump shows no token
}

// turns are those of one method and token.
type turns struct {
	until time.Time   // none before
	even  time.Time   // evenly until then
	given []time.Time // in order: those of the last paceWindow and those to come
}

var tokenSeed = maphash.MakeSeed()

func keyOf(method string, token secret) paceKey {
	return paceKey{method, maphash.String(tokenSeed, string(token))}
}

// of returns the turns of key, new ones if there are none. The caller holds mu.
func (p *pace) of(key paceKey, now time.Time) *turns {
	if t := p.all[key]; t != nil {
		return t
	}
	maps.DeleteFunc(p.all, func(_ paceKey, t *turns) bool {
		return now.After(t.even) && len(t.after(now.Add(-paceWindow))) == 0
	})
	if p.all == nil {
		p.all = map[paceKey]*turns{}
	}
	t := &turns{}
	p.all[key] = t
	return t
}

// after returns the turns given later than at.
func (t *turns) after(at time.Time) []time.Time {
	first, _ := slices.BinarySearchFunc(t.given, at, func(turn, at time.Time) int {
		if turn.After(at) {
			return 1
		}
		return -1
	})
	return t.given[first:]
}

// hold gives no turns from now on for as long as wait.
func (p *pace) hold(key paceKey, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	t := p.of(key, now)
	// An absurd wait is reported, but does not shut the method for ever.
	until := now.Add(min(wait, maxCooldown))
	if until.After(t.until) {
		t.until, t.even = until, until.Add(cleanTime)
	}
	// Whoever's turn would come meanwhile takes another; later turns stand.
	t.given = slices.DeleteFunc(t.given, func(turn time.Time) bool { return turn.After(now) && turn.Before(t.until) })
}

// take returns the next turn, how long until then and what for. The turn is the
// caller's if the wait is at most limit.
func (p *pace) take(key paceKey, interval, limit time.Duration) (turn time.Time, wait time.Duration, why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if !p.always && (p.all[key] == nil || !now.Before(p.all[key].even)) {
		return now, 0, "" // as nearly always
	}
	t := p.of(key, now)
	t.given = slices.Delete(t.given, 0, len(t.given)-len(t.after(now.Add(-paceWindow))))

	turn, why = now, "pacing"
	gap := min(interval, paceGap)
	if now.Before(t.even) {
		why = "rate limit"
		gap = interval + interval/33 // a little slower, for clocks differ
	}
	later := func(than time.Time) {
		if than.After(turn) {
			turn = than
		}
	}
	later(t.until)
	if n := len(t.given); n > 0 {
		later(t.given[n-1].Add(gap))
	}
	perMinute := max(1, int(time.Minute/max(1, interval)))
	if n := len(t.given); p.always && n >= perMinute {
		later(t.given[n-perMinute].Add(paceWindow))
	}
	if wait = turn.Sub(now); wait <= limit {
		t.given = append(t.given, turn)
	}
	return turn, wait, why
}

// giveBack takes back a turn that was not used.
func (p *pace) giveBack(key paceKey, turn time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := p.all[key]; t != nil {
		t.given = slices.DeleteFunc(t.given, turn.Equal)
	}
}

// held reports whether Slack has said to wait until later than now.
func (p *pace) held(key paceKey) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.all[key]
	return t != nil && time.Now().Before(t.until)
}

// errTooLong says that a turn is further off than a call waits.
var errTooLong = errors.New("the wait is too long")

// awaitTurn returns when it is the turn of a call of m. It returns errTooLong at
// once if that takes longer than patience or the context allow, with how long,
// and the context's error if it ends meanwhile. It takes what it waited from
// patience.
func (c *Client) awaitTurn(ctx context.Context, m *method, key paceKey, patience *time.Duration) (wait time.Duration, err error) {
	for {
		limit := *patience
		if deadline, ok := ctx.Deadline(); ok {
			limit = min(limit, time.Until(deadline))
		}
		turn, wait, why := c.pace.take(key, m.interval, limit)
		switch {
		case wait == 0:
			return 0, nil
		case wait > limit:
			return wait, errTooLong
		case wait >= longWait:
			c.logger.LogAttrs(ctx, slog.LevelInfo, "slack wait",
				slog.String("method", m.name), slog.Duration("wait", wait), slog.String("why", why))
		}
		if *patience != forever {
			*patience -= wait
		}
		if err := pause(ctx, wait); err != nil {
			c.pace.giveBack(key, turn)
			return wait, err
		}
		if !c.pace.held(key) {
			return 0, nil
		}
		// Slack has told another call to wait meanwhile.
	}
}
