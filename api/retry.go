package api

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/seed-38c23bad/slackadmin/internal/slack"
)

const (
	defaultMaxAttempts = 4

	// After a failure the delays double, from about minBackoff to about maxBackoff.
	minBackoff = 250 * time.Millisecond
	maxBackoff = 8 * time.Second
)

// A retryReason is why another attempt may succeed.
type retryReason string

const (
	noRetry          retryReason = ""
	rateLimited      retryReason = "rate limited"
	serverFailed     retryReason = "server error"
	notActedOn       retryReason = "not acted on"
	connectionFailed retryReason = "connection failed"
	requestNotSent   retryReason = "not sent"
)

// retryDelay returns how long to wait before another attempt, and the reason for one. The
// reason is noRetry if another attempt is useless or could do harm. maybeSent is set if
// the request may have been sent.
//
// An error code counts with any status. The code request_timeout, unlike status 408, is
// retried only if the method is idempotent.
func retryDelay(ctx context.Context, attempt int, m *method, r *response, err error, maybeSent bool) (time.Duration, retryReason) {
	backoff := min(minBackoff<<min(attempt-1, 16), maxBackoff)
	delay := backoff/2 + rand.N(backoff)
	switch {
	case ctx.Err() != nil, err != nil && isPermanent(err):
		return 0, noRetry
	case err != nil && !maybeSent && isNetworkError(err):
		return delay, requestNotSent
	case err != nil && m.idempotent:
		return delay, connectionFailed
	case err != nil:
		return 0, noRetry
	}
	retryAfter, ok := r.retryAfter()
	switch {
	case isRateLimited(r.status, r.code):
		if !ok {
			retryAfter = slack.DefaultRetryAfter
		}
		return max(delay, retryAfter+jitter(retryAfter)), rateLimited
	case notProcessed(r.status):
		return max(delay, retryAfter), notActedOn
	case m.idempotent && isTransient(r.status, r.code):
		return max(delay, retryAfter), serverFailed
	default:
		return 0, noRetry
	}
}

// jitter returns a random time to add to a wait, at most about a tenth of the wait, so
// that callers who wait for the same time do not all call at once.
func jitter(wait time.Duration) time.Duration {
	return rand.N(min(wait/10, time.Second) + time.Millisecond)
}

// isNetworkError reports whether err, of a request that was not sent, may not recur.
func isNetworkError(err error) bool {
	var netErr net.Error
	return errors.As(err, &netErr) || errors.As(err, new(*proxyRefusalError)) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// notProcessed reports whether a status says that the server did not act on the
// request, because it did not arrive whole (RFC 9110), came too early (RFC 8470) or too
// often (RFC 6585).
func notProcessed(status int) bool {
	return status == http.StatusRequestTimeout || status == http.StatusTooEarly || status == http.StatusTooManyRequests
}

// isTransient reports whether another attempt may get another status and code.
func isTransient(status int, code ErrorCode) bool {
	return notProcessed(status) || code == ErrRequestTimeout || serverError(status, code)
}

// serverError reports whether a status or code says that the server failed.
func serverError(status int, code ErrorCode) bool {
	return status >= http.StatusInternalServerError || code == ErrFatalError || code == ErrInternalError || code == ErrServiceUnavailable
}

func isRateLimited(status int, code ErrorCode) bool {
	return status == http.StatusTooManyRequests || code == ErrRatelimited || code == "rate_limited"
}

// isPermanent reports whether err would recur.
func isPermanent(err error) bool {
	var opErr *net.OpError
	tlsAlert := errors.As(err, &opErr) && (opErr.Op == "remote error" || opErr.Op == "local error")
	var proxyErr *proxyRefusalError
	return tlsAlert || errors.As(err, new(*tls.CertificateVerificationError)) ||
		errors.As(err, &proxyErr) && !isTransient(proxyErr.status, "") ||
		strings.HasSuffix(err.Error(), http.StatusText(http.StatusProxyAuthRequired)) || // of the caller's transport
		errors.As(err, new(tls.RecordHeaderError)) ||
		errors.Is(err, http.ErrSchemeMismatch) ||
		errors.Is(err, errTooLarge)
}

// A waitBudget limits the waits of one call.
type waitBudget struct {
	left  time.Duration
	paced bool // waits for a slot are not limited
}

const unlimited = time.Duration(math.MaxInt64)

// limit returns the longest wait that the budget and the context's deadline allow.
func (b *waitBudget) limit(ctx context.Context, reason retryReason) time.Duration {
	limit := b.left
	if b.paced && reason == rateLimited {
		limit = unlimited
	}
	if deadline, ok := ctx.Deadline(); ok {
		limit = min(limit, time.Until(deadline))
	}
	return limit
}

// spend takes a wait from the budget.
func (b *waitBudget) spend(wait time.Duration, reason retryReason) {
	if !b.paced || reason != rateLimited {
		b.left -= wait
	}
}

// A retryBudget limits the retries of a Client, so that many callers do not make an
// outage worse: ten retries at first, and one more per ten successful calls.
type retryBudget struct {
	mu    sync.Mutex
	spent int // in tenths of a retry
}

const (
	retryCost  = 10
	budgetSize = 10 * retryCost
)

func (b *retryBudget) withdraw() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.spent+retryCost > budgetSize {
		return false
	}
	b.spent += retryCost
	return true
}

func (b *retryBudget) deposit() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spent = max(0, b.spent-1)
}
