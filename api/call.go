package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/seed-38c23bad/slackadmin/internal/form"
)

const (
	// maxResponseBytes limits the body of a response. A page of 1,000 sessions has less
	// than half a megabyte.
	maxResponseBytes = 8 << 20

	// maxWait limits the sum of a call's waits. With pacing, waits for a slot do not count.
	maxWait = 2 * time.Minute

	// minLoggedWait is the shortest wait for a slot that is logged.
	minLoggedWait = time.Second

	contentJSON = "application/json; charset=utf-8" // without a charset, Slack warns
	contentForm = "application/x-www-form-urlencoded"
)

var (
	headerJSON  = []string{contentJSON}
	headerForm  = []string{contentForm}
	errTooLarge = fmt.Errorf("it is larger than %d bytes", maxResponseBytes)
)

// call sends a request and decodes the response.
func call[Req, Resp any](ctx context.Context, c *Client, op *operation[Req, Resp], req Req, opts []CallOption) (*Resp, error) {
	r, err := c.exchange(ctx, &op.method, req, opts)
	if err != nil {
		return nil, err
	}
	return decode(ctx, c, op, r)
}

// exchange builds a request, sends it, and returns the last response.
func (c *Client) exchange(ctx context.Context, m *method, args any, opts []CallOption) (r *response, err error) {
	s := &sender{client: c, method: m}
	defer func() {
		if err != nil {
			err = withOutcome(err, outcome{notSent: !s.trace.sent, readOnly: m.readOnly, mayHaveTakenEffect: s.trace.mayHaveTakenEffect})
		}
	}()
	if c == nil || c.baseURL == nil {
		return nil, fmt.Errorf("%s: the Client is a zero value; want one that New has made", m.name)
	}
	req, err := c.newRequest(ctx, m, args)
	if err == nil {
		err = applyOptions(ctx, req, opts)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.name, err)
	}
	s.prepare(req)
	return s.sendWithRetries()
}

// methodURL returns the URL of m. The token goes only to servers that belong to the
// base URL or that WithServerURL has named.
func (c *Client) methodURL(m *method) (_ *url.URL, err error) {
	base, path := c.baseURL, m.name
	if m.server != "" {
		name, _, _ := strings.Cut(m.name, ".")
		base, path = c.apiURLs[name], m.path
		switch {
		case base != nil:
		case c.baseURL.String() == defaultBaseURL.String():
			if base, err = parseBaseURL(m.server); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("its server is %s, and that of the base URL %s is not known; want WithServerURL(%q, …)", m.server, c.baseURL, name)
		}
	}
	u := *base
	u.Path += strings.TrimPrefix(path, "/")
	if u.RawPath != "" {
		u.RawPath += strings.TrimPrefix(path, "/")
	}
	return &u, nil
}

// newRequest returns a request of m with its arguments and the Client's token.
func (c *Client) newRequest(ctx context.Context, m *method, args any) (*http.Request, error) {
	u, err := c.methodURL(m)
	if err != nil {
		return nil, err
	}
	httpMethod, header := http.MethodPost, http.Header{"User-Agent": c.userAgent}
	var body io.Reader
	var upload *form.MultipartBody
	switch m.arguments {
	case encodingNone:
	case encodingQuery, encodingForm:
		values, err := form.Values(args)
		if err != nil {
			return nil, err
		}
		if m.arguments == encodingQuery {
			httpMethod, u.RawQuery = http.MethodGet, values.Encode()
		} else {
			body, header["Content-Type"] = strings.NewReader(values.Encode()), headerForm
		}
	case encodingJSON:
		encoded, err := json.Marshal(args)
		if err != nil {
			return nil, err
		}
		body, header["Content-Type"] = bytes.NewReader(encoded), headerJSON
	case encodingMultipart:
		if upload, err = form.NewMultipartBody(args); err != nil {
			return nil, err
		}
		if body, err = upload.Open(); err != nil {
			return nil, err
		}
		header["Content-Type"] = []string{upload.ContentType}
	}
	req, err := http.NewRequestWithContext(ctx, httpMethod, "", body)
	if err != nil {
		return nil, err
	}
	req.URL, req.Host, req.Header = u, u.Host, header
	if upload != nil {
		req.ContentLength = upload.Length
		if upload.Repeatable() {
			req.GetBody = upload.Open
		}
	}
	if !m.public {
		c.authorize(header)
	}
	return req, nil
}

// applyOptions applies the caller's options, which may replace anything in req.
func applyOptions(ctx context.Context, req *http.Request, opts []CallOption) error {
	if len(opts) > 0 {
		req.Header = req.Header.Clone() // its values are shared with other calls
	}
	for i, opt := range opts {
		if opt == nil {
			return fmt.Errorf("option %d is nil; want a CallOption", i+1)
		}
		if err := opt(ctx, req); err != nil {
			return err
		}
	}
	return nil
}

// A sender sends the request of one call.
type sender struct {
	client      *Client
	method      *method
	req         *http.Request
	token       secret
	schedule    scheduleKey
	maxAttempts int
	waits       waitBudget
	trace       sendTrace
}

// prepare sets everything that depends on the request.
func (s *sender) prepare(req *http.Request) {
	s.req = s.trace.watch(req, s.client.transport())
	s.token = secret(strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer "))
	s.schedule = newScheduleKey(s.method.name, s.token)
	s.maxAttempts = s.client.maxAttempts
	if n, ok := req.Context().Value(maxAttemptsKey{}).(int); ok {
		s.maxAttempts = n
	}
	s.waits = waitBudget{left: maxWait, paced: s.client.pacer.always}
	if s.maxAttempts == 1 {
		s.waits.left = 0
	}
}

// sendWithRetries sends the request until there is a response to return or another
// attempt is useless or not allowed.
func (s *sender) sendWithRetries() (*response, error) {
	ctx := s.req.Context()
	var r *response
	for attempt := 1; ; attempt++ {
		if wait, err := s.awaitSlot(); wait > 0 {
			return s.rateLimitedResult(wait, r, err)
		}
		start := time.Now()
		var err error
		r, err = s.sendOnce()
		delay, reason := retryDelay(ctx, attempt, s.method, r, err, s.trace.maybeSent)
		if reason == rateLimited {
			s.client.pacer.block(s.schedule, delay) // for all callers
		}
		s.logAttempt(attempt, start, r, err)
		if reason == noRetry && err == nil && !isTransient(r.status, r.code) {
			s.client.retries.deposit()
		}
		if !s.takeRetry(attempt, delay, reason) {
			return r, err
		}

		s.trace.beforeRetry(r, err)
		s.client.logger.LogAttrs(ctx, slog.LevelWarn, "slack retry",
			slog.String("method", s.method.name), slog.Int("attempt", attempt), slog.Duration("wait", delay), slog.String("why", string(reason)))
		if reason != rateLimited { // awaitSlot waits for a rate limit
			s.waits.spend(delay, reason)
			if ctxErr := sleep(ctx, delay); ctxErr != nil {
				if err == nil {
					err = r.failure(nil)
				}
				return nil, waitError(err, ctxErr)
			}
		}
		if s.req, err = cloneForRetry(s.req); err != nil {
			return nil, err
		}
	}
}

// takeRetry reports whether the limits of the call and of the Client allow another attempt
// after delay. If so, it takes the attempt from the Client's budget. retryDelay has the
// rule for when an attempt is of use.
func (s *sender) takeRetry(attempt int, delay time.Duration, reason retryReason) bool {
	return reason != noRetry && attempt < s.maxAttempts &&
		delay <= s.waits.limit(s.req.Context(), reason) &&
		(s.req.Body == nil || s.req.GetBody != nil) &&
		(reason == rateLimited || s.client.retries.withdraw())
}

// awaitSlot returns 0 as soon as the call may send. If the wait would be too long, it
// returns the wait at once. If the context ends meanwhile, it returns the wait and the
// context's error.
func (s *sender) awaitSlot() (time.Duration, error) {
	ctx, pacer := s.req.Context(), &s.client.pacer
	for {
		limit := s.waits.limit(ctx, rateLimited)
		slot, wait, reason := pacer.reserve(s.schedule, s.method.minInterval, limit)
		if wait == 0 || wait > limit {
			return wait, nil
		}
		if wait >= minLoggedWait {
			s.client.logger.LogAttrs(ctx, slog.LevelInfo, "slack wait",
				slog.String("method", s.method.name), slog.Duration("wait", wait), slog.String("why", reason))
		}
		s.waits.spend(wait, rateLimited)
		if err := sleep(ctx, wait); err != nil {
			pacer.cancel(s.schedule, slot)
			return wait, err
		}
		if !pacer.blocked(s.schedule) { // as another call may have been rate limited meanwhile
			return 0, nil
		}
	}
}

// rateLimitedResult returns the result of a call that gets no slot: the response to its
// last attempt if there is one, else an error. ctxErr is set if the context ended.
func (s *sender) rateLimitedResult(wait time.Duration, last *response, ctxErr error) (*response, error) {
	if last != nil && ctxErr == nil {
		return last, nil
	}
	var err error = &Error{Method: s.method.name, Code: ErrRatelimited, StatusCode: http.StatusTooManyRequests, RetryAfter: wait}
	if last != nil {
		err = last.failure(nil)
	}
	if ctxErr != nil {
		err = waitError(err, ctxErr)
	}
	return nil, err
}

// sendOnce makes one attempt. Its error is a transport error, the context's error, or a
// *ResponseError if the body is incomplete or too large.
func (s *sender) sendOnce() (*response, error) {
	ctx := s.req.Context()
	store(ctx, bodyKey{}, json.RawMessage(nil)) // drop those of an earlier attempt
	store(ctx, headerKey{}, http.Header(nil))
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", s.method.name, err)
	}
	s.trace.begin()
	httpResp, err := s.roundTrip()
	s.trace.end(err)
	if err != nil {
		return nil, s.transportError(err)
	}
	store(ctx, headerKey{}, httpResp.Header)
	r := &response{
		method: s.method, status: httpResp.StatusCode, header: httpResp.Header, token: s.token,
		outcome: outcome{readOnly: s.method.readOnly, mayHaveTakenEffect: s.trace.mayHaveTakenEffect},
	}
	if isStream(httpResp, s.method.stream) {
		r.stream = httpResp.Body
		return r, nil
	}
	defer httpResp.Body.Close()
	r.body, err = readBody(httpResp, s.method.lastSize.Load())
	s.method.lastSize.Store(int64(len(r.body)))
	r.code = r.errorCode()
	store(ctx, bodyKey{}, json.RawMessage(r.body))
	return s.checkBody(r, err)
}

// store sets the variable of a WithBodyInto or WithHeaderInto, if the call has one.
func store[T any](ctx context.Context, key any, value T) {
	if dst, _ := ctx.Value(key).(*T); dst != nil {
		*dst = value
	}
}

// roundTrip sends the request. If the response is a stream, the time limit of an
// attempt applies to its header only.
func (s *sender) roundTrip() (*http.Response, error) {
	httpClient := s.client.http
	if s.method.stream == "" || httpClient.Timeout <= 0 {
		return httpClient.Do(s.req)
	}
	ctx, cancel := context.WithCancel(s.req.Context())
	b := &boundedBody{cancel: cancel, limit: httpClient.Timeout}
	b.timer = time.AfterFunc(b.limit, func() {
		b.expired.Store(true)
		cancel()
	})
	noTimeout := *httpClient
	noTimeout.Timeout = 0
	httpResp, err := noTimeout.Do(s.req.WithContext(ctx))
	if err != nil {
		b.stop()
		return nil, b.explain(err)
	}
	if isStream(httpResp, s.method.stream) && !b.timer.Stop() {
		err := errors.Join(b.explain(context.Canceled), httpResp.Body.Close())
		b.stop()
		return nil, err
	}
	b.ReadCloser, httpResp.Body = httpResp.Body, b
	return httpResp, nil
}

// transportError returns err, of an attempt without a response, with the method instead
// of the URL, with the proxy if no connection was made, and without the token.
func (s *sender) transportError(err error) error {
	var urlErr *url.Error
	if errors.As(err, &urlErr) {
		err = urlErr.Err
	}
	if !s.trace.maybeSent {
		err = s.client.addProxy(s.req, err)
	}
	return fmt.Errorf("%s: %w", s.method.name, s.token.redactedError(err)) // net/http quotes malformed responses
}

// readBody reads a response's body, but not much more than maxResponseBytes. It
// allocates at first Content-Length or, without one, sizeHint bytes, at most a megabyte.
func readBody(httpResp *http.Response, sizeHint int64) ([]byte, error) {
	if httpResp.ContentLength >= 0 {
		sizeHint = httpResp.ContentLength
	}
	body := make([]byte, 0, min(sizeHint, 1<<20)+bytes.MinRead)
	for len(body) <= maxResponseBytes {
		if len(body) == cap(body) {
			body = append(body, 0)[:len(body)]
		}
		n, err := httpResp.Body.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return body, err
		}
	}
	if len(body) > maxResponseBytes {
		return body, errTooLarge
	}
	return body, nil
}

// checkBody returns r, or an error if its body could not be read. With a transient
// status, r needs no complete body.
func (s *sender) checkBody(r *response, err error) (*response, error) {
	ctxErr := s.req.Context().Err()
	if r.bodyErr = err; err != nil && !errors.Is(err, errTooLarge) {
		r.bodyErr = fmt.Errorf("it broke off after %d bytes: %w", len(r.body), err)
	}
	var netErr net.Error
	switch {
	case err == nil:
		return r, nil
	case ctxErr != nil:
		return nil, fmt.Errorf("%s: %w", s.method.name, ctxErr)
	case isTransient(r.status, ""):
		return r, nil
	case errors.As(err, &netErr) && netErr.Timeout():
		return nil, fmt.Errorf("%s: %w", s.method.name, err)
	default:
		return nil, r.responseError(r.bodyErr)
	}
}

// cloneForRetry returns a copy of req with a fresh body.
func cloneForRetry(req *http.Request) (clone *http.Request, err error) {
	clone = req.Clone(req.Context())
	if req.GetBody != nil {
		clone.Body, err = req.GetBody()
	}
	return clone, err
}

// waitError adds to err, the reason for a wait, the context's error that ended it.
func waitError(err, ctxErr error) error {
	return fmt.Errorf("%w; %w while waiting to try again", err, ctxErr)
}

// sleep waits, or returns the context's error as soon as the context ends.
func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *sender) logAttempt(attempt int, start time.Time, r *response, err error) {
	ctx, logger := s.req.Context(), s.client.logger
	if !logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", s.method.name),
		slog.Int("attempt", attempt),
		slog.Duration("duration", time.Since(start)),
	}
	if r != nil {
		attrs = append(attrs, slog.Int("status", r.status), slog.String("request_id", r.requestID()))
	}
	if err != nil {
		attrs = append(attrs, slog.Any("err", err))
	}
	logger.LogAttrs(ctx, slog.LevelDebug, "slack attempt", attrs...)
}
