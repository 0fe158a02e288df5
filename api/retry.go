package api

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
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
	notActed    = "not acted on"
	brokeOff    = "connection failed"
	unsent      = "not sent"
)

// next returns how long to wait for another attempt and why it may help and does
// no harm, or no reason if none.
//
// A code counts whatever status it came with. That of a request that did not arrive
// whole is retried only if the method is idempotent.
func next(ctx context.Context, attempt int, m *method, a *answer, err error, left bool) (wait time.Duration, why string) {
	backoff := min(firstBackoff<<min(attempt-1, 16), lastBackoff)
	wait = backoff/2 + rand.N(backoff)
	switch {
	case ctx.Err() != nil, err != nil && permanent(err):
		return 0, ""
	case err != nil && !left && isOfNetwork(err):
		return wait, unsent
	case err != nil && m.idempotent:
		return wait, brokeOff
	case err != nil:
		return 0, ""
	}
	said, ok := a.retryAfter()
	switch code := a.code(); {
	case a.status == http.StatusTooManyRequests, isRateLimit(code):
		if !ok {
			said = unsaidRetryAfter
		}
		return max(wait, said+jitter(said)), rateLimited
	case notActedOn(a.status):
		return max(wait, said), notActed
	case m.idempotent && (a.status >= http.StatusInternalServerError || isTransient(code)):
		return max(wait, said), serverError
	default:
		return 0, ""
	}
}

// isOfNetwork reports whether err, of an attempt that did not leave, may be another the
// next time.
func isOfNetwork(err error) bool {
	var network net.Error
	return errors.As(err, &network) || errors.As(err, new(*proxyRefusalError)) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// notActedOn reports whether a status says that the request was not acted on: it did
// not arrive whole (RFC 9110), came too early (RFC 8470) or too often (RFC 6585).
func notActedOn(status int) bool {
	return status == http.StatusRequestTimeout || status == http.StatusTooEarly || status == http.StatusTooManyRequests
}

// isTransientStatus reports whether a status says that another attempt may fare better.
func isTransientStatus(status int) bool {
	return notActedOn(status) || status >= http.StatusInternalServerError
}

func isRateLimit(code ErrorCode) bool { return code == ErrRatelimited || code == "rate_limited" }

// isTransient reports whether a code says that Slack failed, or that the request did
// not arrive whole.
func isTransient(code ErrorCode) bool {
	switch code {
	case ErrFatalError, ErrInternalError, ErrRequestTimeout, ErrServiceUnavailable:
		return true
	default:
		return false
	}
}

// permanent reports whether err would come again.
func permanent(err error) bool {
	var op *net.OpError
	alert := errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error") // of TLS
	var proxy *proxyRefusalError
	return alert || errors.As(err, new(*tls.CertificateVerificationError)) ||
		errors.As(err, &proxy) && !isTransientStatus(proxy.status) ||
		strings.HasSuffix(err.Error(), http.StatusText(http.StatusProxyAuthRequired)) || // of a transport of the caller's
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
