package slacktest

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// A Window is how a Server counts the calls per minute. Slack does not document how it
// counts them.
type Window string

// The ways to count. Comments have the limit for a tier of 20 calls per minute.
const (
	Fixed   Window = "fixed"   // 20 in each minute, starting with the first call
	Sliding Window = "sliding" // 20 in any 60 seconds
	Strict  Window = "strict"  // as Sliding, but refused calls count, too
	Bucket  Window = "bucket"  // 20 at once, and one more every 3 seconds
)

// WithRateLimits makes the Server enforce the documented rate limits. It counts the calls
// of a method with all tokens together, as Slack does per app and organization. Per
// minute, it allows 1 call of a tier 1 method, 20 of tier 2, 50 of tier 3 and 100 of tier
// 4. A special tier has the spec's limit, if any. The default window is [Bucket].
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

// reserve counts a call and returns 0, or returns how long to wait before the next call.
func (l *limits) reserve(op *speccheck.Operation) (wait time.Duration) {
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
