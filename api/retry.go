package api

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	defaultTries = 4

	// After a failure the waits double, from about this to about that.
	firstBackoff = 250 * time.Millisecond
	lastBackoff  = 8 * time.Second

	// unsaidRetryAfter is the wait after a 429 that does not say how long.
	unsaidRetryAfter = 30 * time.Second

	// maxPause is the longest wait for another try. What takes longer is the
	// caller's to decide, who is told how long.
	maxPause = 2 * time.Minute
)

// Why another try may help.
const (
	rateLimited = "rate limited"
	serverError = "server error"
	brokeOff    = "connection failed"
	unsent      = "not sent"
)

// next returns how long to wait for another try and why it may help and does
// no harm, or no reason if none.
func next(ctx context.Context, try int, safeToRepeat bool, a *answer, err error) (wait time.Duration, why string) {
	said := time.Duration(0)
	switch {
	case ctx.Err() != nil:
		return 0, ""
	case err == nil && a.status == http.StatusTooManyRequests:
		said = retryAfter(a.header.Get("Retry-After"), time.Now())
		if said == 0 {
			said = unsaidRetryAfter
		}
		return said + jitter(said), rateLimited
	case err == nil && a.status >= http.StatusInternalServerError && safeToRepeat:
		said, why = retryAfter(a.header.Get("Retry-After"), time.Now()), serverError
	case err != nil && neverSent(err):
		why = unsent
	case err != nil && safeToRepeat && !permanent(err):
		why = brokeOff
	default:
		return 0, ""
	}
	waits := backoff.ExponentialBackOff{
		InitialInterval:     firstBackoff,
		RandomizationFactor: 0.5,
		Multiplier:          2,
		MaxInterval:         lastBackoff,
	}
	for range try {
		wait = waits.NextBackOff()
	}
	return max(wait, said), why
}

// jitter returns a little time more than a wait, so that those who wait do not
// all call at once.
func jitter(wait time.Duration) time.Duration {
	return rand.N(min(wait/10, time.Second) + time.Millisecond)
}

// neverSent reports whether err says that Slack cannot have got the request.
func neverSent(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && (op.Op == "dial" || op.Op == "proxyconnect")
}

// permanent reports whether err would come again.
func permanent(err error) bool {
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	_, noTLS := errors.AsType[tls.RecordHeaderError](err)
	return untrusted || noTLS || errors.Is(err, errTooLarge)
}

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

// fresh returns req as it was before it was sent.
func fresh(req *http.Request) (*http.Request, error) {
	again := req.Clone(req.Context())
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		again.Body = body
	}
	return again, nil
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

// logTry logs one try.
func (c *Client) logTry(ctx context.Context, method string, try int, start time.Time, a *answer, err error) {
	if !c.logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", method),
		slog.Int("try", try),
		slog.Duration("duration", time.Since(start)),
	}
	if a != nil {
		attrs = append(attrs, slog.Int("status", a.status), slog.String("request_id", a.requestID()))
	}
	if err != nil {
		attrs = append(attrs, slog.Any("err", err))
	}
	c.logger.LogAttrs(ctx, slog.LevelDebug, "slack try", attrs...)
}
