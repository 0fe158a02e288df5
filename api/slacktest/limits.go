package slacktest

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// WithRateLimits makes the Server refuse calls beyond the documented tiers, per
// method and token: tier 1 allows a call a minute, tier 2 20, tier 3 50 and tier
// 4 100, a special one what the spec says, if it does. As many may come at once;
// after that they have to be spread out.
func WithRateLimits() Option {
	return func(s *Server) { s.limits = &limits{buckets: map[bucket]*rate.Limiter{}} }
}

// limits are the rate limits of all callers.
type limits struct {
	mu      sync.Mutex
	buckets map[bucket]*rate.Limiter
}

type bucket struct{ token, method string }

// take counts a call, or returns how long to wait before the next.
func (l *limits) take(caller token, op *speccheck.Operation) (wait time.Duration) {
	if l == nil || op.PerMinute == 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	key := bucket{caller.name, op.OperationID}
	limiter := l.buckets[key]
	if limiter == nil {
		calls := op.PerMinute
		limiter = rate.NewLimiter(rate.Every(time.Minute/time.Duration(calls)), calls)
		l.buckets[key] = limiter
	}
	reservation := limiter.Reserve()
	if wait = reservation.Delay(); wait > 0 {
		reservation.Cancel() // a refused call does not count
	}
	return wait
}
