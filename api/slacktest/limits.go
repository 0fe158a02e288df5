package slacktest

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// A Window is how a Server counts the calls of a minute. Slack does not say how it
// does.
type Window string

// The ways to count, and what a tier of 20 calls a minute allows in each.
const (
	Fixed   Window = "fixed"   // 20 in each minute from the first call on
	Sliding Window = "sliding" // 20 in any 60 seconds
	Strict  Window = "strict"  // as Sliding, but calls that are refused count too
	Bucket  Window = "bucket"  // 20 at once, and one more every 3 seconds
)

// WithRateLimits makes the Server refuse calls beyond the documented rate limits,
// per method, for all tokens together, as Slack does per app and organization: a
// method of tier 1 may be called once a minute, tier 2 20 times, tier 3 50 and
// tier 4 100, and one of a special tier as often as the spec says, if it does. It
// counts by the window given, or else by [Bucket].
func WithRateLimits(window ...Window) Option {
	return func(s *Server) {
		s.limits = &limits{window: append([]Window{Bucket}, window...)[len(window)], methods: map[string]counter{}}
	}
}

// limits are the rate limits of all methods.
type limits struct {
	mu      sync.Mutex
	window  Window
	methods map[string]counter
}

// A counter returns how long to wait before the next call, or counts this one and
// returns 0.
type counter func(now time.Time) (wait time.Duration)

// take counts a call, or returns how long to wait before the next.
func (l *limits) take(op *speccheck.Operation) (wait time.Duration) {
	if l == nil || op.CallsPerMinute == 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	count := l.methods[op.OperationID]
	if count == nil {
		count = l.window.counter(op.CallsPerMinute)
		l.methods[op.OperationID] = count
	}
	return count(time.Now())
}

func (w Window) counter(perMinute int) counter {
	if w == Bucket {
		limiter := rate.NewLimiter(rate.Every(time.Minute/time.Duration(perMinute)), perMinute)
		return func(now time.Time) time.Duration {
			reservation := limiter.ReserveN(now, 1)
			wait := reservation.DelayFrom(now)
			if wait > 0 {
				reservation.CancelAt(now) // a refused call does not count
			}
			return wait
		}
	}
	var calls []time.Time // of the window, oldest first
	return func(now time.Time) time.Duration {
		switch {
		case len(calls) == 0:
		case w == Fixed && now.Sub(calls[0]) >= time.Minute:
			calls = calls[:0]
		case w != Fixed:
			for len(calls) > 0 && now.Sub(calls[0]) >= time.Minute {
				calls = calls[1:]
			}
		}
		if len(calls) < perMinute {
			calls = append(calls, now)
			return 0
		}
		wait := time.Minute - now.Sub(calls[0])
		if w == Strict {
			calls = append(calls[1:], now)
			wait = time.Minute - now.Sub(calls[0])
		}
		return wait
	}
}
