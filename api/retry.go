package api

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	defaultMaxAttempts = 4

	// After a failure the waits double, from about this to about that.
	firstBackoff = 250 * time.Millisecond
	lastBackoff  = 8 * time.Second

	// unsaidRetryAfter is the wait after a 429 that does not say how long.
	unsaidRetryAfter = 30 * time.Second
)

// Why another attempt may help.
const (
	rateLimited = "rate limited"
	serverError = "server error"
	brokeOff    = "connection failed"
	unsent      = "not sent"
)

// next returns how long to wait for another attempt and why it may help and does
// no harm, or no reason if none.
func next(ctx context.Context, attempt int, idempotent bool, a *answer, err error) (wait time.Duration, why string) {
	backoff := min(firstBackoff<<min(attempt-1, 16), lastBackoff)
	wait = backoff/2 + rand.N(backoff)
	switch {
	case ctx.Err() != nil:
		return 0, ""
	case err == nil && a.status == http.StatusTooManyRequests:
		said, ok := a.retryAfter()
		if !ok {
			said = unsaidRetryAfter
		}
		return max(wait, said+jitter(said)), rateLimited
	case err == nil && a.status >= http.StatusInternalServerError && idempotent:
		said, _ := a.retryAfter()
		return max(wait, said), serverError
	case err != nil && neverSent(err):
		return wait, unsent
	case err != nil && idempotent && !permanent(err):
		return wait, brokeOff
	default:
		return 0, ""
	}
}

// neverSent reports whether err says that Slack cannot have got the request.
func neverSent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect")
}

// permanent reports whether err would come again.
func permanent(err error) bool {
	var op *net.OpError
	alert := errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error") // of TLS
	return alert || errors.As(err, new(*tls.CertificateVerificationError)) ||
		errors.As(err, new(tls.RecordHeaderError)) ||
		errors.Is(err, http.ErrSchemeMismatch) ||
		errors.Is(err, errTooLarge)
}

// budget bounds the retries of a Client, so that many callers do not multiply
// an outage: there are ten to spend, and ten calls that work earn one.
type budget struct {
	mu    sync.Mutex
	spent int // in tenths of a retry
}

const (
	aRetry     = 10
	budgetSize = 10 * aRetry
)

func (b *budget) spend() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.spent+aRetry > budgetSize {
		return false
	}
	b.spent += aRetry
	return true
}

func (b *budget) earn() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spent = max(0, b.spent-1)
}
