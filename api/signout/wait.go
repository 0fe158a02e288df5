package signout

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/slack"
)

const (
	maxWait = time.Hour // before another attempt

	// During an outage the waits double from minBackoff to maxBackoff.
	minBackoff = time.Second
	maxBackoff = time.Minute
)

// The reasons to wait, for Progress.Why and ScanProgress.Why.
const (
	whyRateLimit   = "Slack asks to wait"
	whyUnavailable = "Slack is not available"
	whyFailed      = "Slack failed"
	whyUnreadable  = "Slack's response cannot be read"
	whyNoResponse  = "no response came"
	whyUnreachable = "Slack cannot be reached"
	whyRestart     = "Slack refused the cursor; the list restarts"
)

func pause(ctx context.Context, wait time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(wait):
	}
}

// backoff returns the wait after the nth consecutive failure, from 1.
func backoff(n int) time.Duration { return min(minBackoff<<min(n-1, 10), maxBackoff) }

// retryWait returns the wait after an attempt whose result is not known, as those of n
// attempts before it: 2, then 8 seconds.
func retryWait(n int) time.Duration { return 2 * time.Second << (2 * n) }

func rateLimitWait(e *api.Error) time.Duration {
	return min(cmp.Or(max(e.RetryAfter, 0), slack.DefaultRetryAfter), maxWait)
}

func isRateLimit(e *api.Error) bool {
	return e.StatusCode == http.StatusTooManyRequests || e.Code == api.ErrRatelimited || e.Code == "rate_limited"
}

// isFailure reports whether Slack failed and may have done some of the work.
func isFailure(e *api.Error) bool {
	return isInternal(e.Code) || e.Code == api.ErrServiceUnavailable || e.StatusCode >= http.StatusInternalServerError
}

func isInternal(code api.ErrorCode) bool {
	return code == api.ErrInternalError || code == api.ErrFatalError
}

// isDeferral reports whether Slack, or a gateway before it, did not act on a request
// that may succeed later.
func isDeferral(e *api.Error) bool {
	return e.Code == api.ErrRequestTimeout || isDeferredStatus(e.StatusCode)
}

// isDeferredStatus reports whether a status says that a request was not acted on: it
// did not arrive whole (RFC 9110), or came too early (RFC 8470).
func isDeferredStatus(status int) bool {
	return status == http.StatusRequestTimeout || status == http.StatusTooEarly
}

// permanent reports whether err, of the connection, would occur again: TLS failed, or a
// proxy wants credentials.
func permanent(err error) bool {
	var op *net.OpError
	alert := errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error") // of TLS
	return alert || errors.As(err, new(*tls.CertificateVerificationError)) || errors.As(err, new(tls.RecordHeaderError)) ||
		errors.Is(err, http.ErrSchemeMismatch) || strings.HasSuffix(err.Error(), http.StatusText(http.StatusProxyAuthRequired))
}
