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
	"sync/atomic"
	"time"

	"github.com/seed-38c23bad/slackadmin/internal/form"
)

// maxAnswer bounds what is read of one answer, in bytes. A page of 1,000
// sessions is under half a megabyte.
const maxAnswer = 8 << 20

const (
	// contentJSON names a charset, for want of which Slack warns of missing_charset.
	contentJSON = "application/json; charset=utf-8"
	contentForm = "application/x-www-form-urlencoded"
)

// An encoding is how a method takes its arguments.
type encoding int

const (
	inNothing encoding = iota // there are none
	inQuery                   // of a GET
	inForm
	inJSON
	inMultipart // a form that can carry files
)

// method is what the spec says about a method of Slack's, but for its types.
type method struct {
	name       string // Slack's
	server     string // of another API than the Web API, without a slash at its end; "" for that
	path       string // behind server
	byStatus   bool   // the status says what is a success, and no ok
	public     bool   // no token is sent
	arguments  encoding
	idempotent bool          // whether a call whose answer was lost may be sent again
	safe       bool          // it only reads
	interval   time.Duration // between calls, by the method's tier
	stream     string        // the media type of a success that is no JSON, if it has one
	maxItems   int           // of a page; 0 if there are no pages, or no such limit

	// Where in an answer what leads to the next page and the items stand, as dotted
	// keys, where the method has pages.
	nextAt, itemsAt string

	size atomic.Int64 // of the last answer, to make room for the next
}

// operation is a method with its types; methods.gen.go has one each.
type operation[Req, Resp any] struct {
	method
	room func(*Resp, int) // makes room for so many items

	// missing returns the path of a field that the answer lacks and that a caller
	// cannot do without, "" if it has all. has tells whether JSON has a path.
	missing func(answer *Resp, has func(path string) bool) string

	// next lets a request ask for the page after an answer, where the method has
	// pages. It returns that page's cursor or number, "" if there is none.
	next func(*Req, *Resp) (string, error)
}

// call is the life of one request.
func call[Req, Resp any](ctx context.Context, c *Client, op *operation[Req, Resp], req Req, opts []CallOption) (*Resp, error) {
	answer, err := c.exchange(ctx, &op.method, req, opts)
	if err != nil {
		return nil, err
	}
	// The answer is decoded once if it says yes, as nearly all do.
	return decode(ctx, c, op, answer)
}

// exchange sends the arguments and returns what comes back.
func (c *Client) exchange(ctx context.Context, m *method, args any, opts []CallOption) (a *answer, err error) {
	var d departure
	defer func() {
		if err != nil {
			err = withFate(err, fate{unsent: !d.sent, safe: m.safe, maybe: d.maybe})
		}
	}()
	if c == nil || c.baseURL == nil {
		return nil, fmt.Errorf("%s: the Client is a zero value; want one that New has made", m.name)
	}

	// The arguments go into an HTTP request, the token into one header of it.
	httpReq, err := c.newRequest(ctx, m, args)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.name, err)
	}

	// Options come last: they are the caller's word.
	if len(opts) > 0 {
		httpReq.Header = httpReq.Header.Clone() // the Client's own values are not theirs to change
	}
	for i, opt := range opts {
		if opt == nil {
			return nil, fmt.Errorf("%s: option %d is nil; want a CallOption", m.name, i+1)
		}
		if err := opt(ctx, httpReq); err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
	}

	// It is sent, again if that helps and does no harm.
	return c.deliver(d.watch(httpReq, c.transport()), m, &d)
}

// target returns the URL of m. The token goes to no server that the base URL does
// not stand for, unless WithServerURL has named it.
func (c *Client) target(m *method) (*url.URL, error) {
	base, path := c.baseURL, m.name
	if m.server != "" {
		name, _, _ := strings.Cut(m.name, ".")
		base, path = c.servers[name], m.path
		switch {
		case base != nil:
		case c.baseURL.String() == defaultBaseURL.String():
			own, err := parseBaseURL(m.server)
			if err != nil {
				return nil, err
			}
			base = own
		default:
			return nil, fmt.Errorf("its server is %s, and that of the base URL %s is not known; want WithServerURL(%q, …)", m.server, c.baseURL, name)
		}
	}
	target := *base
	target.Path += strings.TrimPrefix(path, "/")
	if target.RawPath != "" {
		target.RawPath += strings.TrimPrefix(path, "/")
	}
	return &target, nil
}

// newRequest returns a request of m with args where the method takes them.
func (c *Client) newRequest(ctx context.Context, m *method, args any) (req *http.Request, err error) {
	target, err := c.target(m)
	if err != nil {
		return nil, err
	}
	header := http.Header{"User-Agent": c.userAgent}
	verb, body := http.MethodPost, io.Reader(nil)
	var upload *form.MultipartBody
	switch m.arguments {
	case inNothing:
	case inQuery:
		values, err := form.Values(args)
		if err != nil {
			return nil, err
		}
		verb, target.RawQuery = http.MethodGet, values.Encode()
	case inForm:
		values, err := form.Values(args)
		if err != nil {
			return nil, err
		}
		body, header["Content-Type"] = strings.NewReader(values.Encode()), []string{contentForm}
	case inJSON:
		encoded, err := json.Marshal(args)
		if err != nil {
			return nil, err
		}
		body, header["Content-Type"] = bytes.NewReader(encoded), headerJSON
	case inMultipart:
		if upload, err = form.NewMultipartBody(args); err != nil {
			return nil, err
		}
		if body, err = upload.Open(); err != nil {
			return nil, err
		}
		header["Content-Type"] = []string{upload.ContentType}
	}
	if req, err = http.NewRequestWithContext(ctx, verb, "", body); err != nil {
		return nil, err
	}
	req.URL, req.Host, req.Header = target, target.Host, header
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

var headerJSON = []string{contentJSON}

// deliver sends req until there is an answer to return or no point in another
// attempt. Its error is one of transport, a *ResponseError, or an *Error if
// Slack has said not to call yet.
func (c *Client) deliver(req *http.Request, m *method, d *departure) (*answer, error) {
	ctx := req.Context()
	token := secret(strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer "))
	maxAttempts, patience := c.maxAttempts, maxWait
	if n, ok := ctx.Value(maxAttemptsKey{}).(int); ok {
		maxAttempts = n
	}
	if maxAttempts == 1 {
		patience = 0
	}
	forTurns := &patience
	if c.pace.always {
		unbounded := forever
		forTurns = &unbounded
	}
	key := keyOf(m.name, token)
	var a *answer
	for attempt := 1; ; attempt++ {
		// What Slack told one call to wait for, all calls wait for.
		if wait, err := c.awaitTurn(ctx, m, key, forTurns); err != nil {
			return heldBack(m.name, wait, a, err)
		}

		start := time.Now()
		var err error
		a, err = c.send(req, m, token, d)
		wait, why := next(ctx, attempt, m, a, err, d.left)
		limit := patience
		if why == rateLimited {
			c.pace.hold(key, wait)
			limit = *forTurns
		}
		c.logAttempt(ctx, m.name, attempt, start, a, err)
		switch {
		case why == "":
			if err == nil && !isTransientStatus(a.status) && !isTransient(a.code()) {
				c.budget.earn()
			}
			return a, err
		case attempt >= maxAttempts, tooLong(ctx, wait, limit), req.Body != nil && req.GetBody == nil:
			return a, err
		case why != rateLimited && !c.budget.spend():
			return a, err
		}

		d.retry(a, err)
		c.logger.LogAttrs(ctx, slog.LevelWarn, "slack retry",
			slog.String("method", m.name), slog.Int("attempt", attempt), slog.Duration("wait", wait), slog.String("why", why))
		if why != rateLimited { // else the wait is for a turn
			patience -= wait
			if ctxErr := pause(ctx, wait); ctxErr != nil {
				if err == nil {
					err = a.failure(m.name, nil)
				}
				return nil, waitEnded(err, ctxErr)
			}
		}
		if req, err = clone(req); err != nil {
			return nil, err
		}
	}
}

// heldBack returns what comes of a call that does not get its turn: last is the
// answer to its attempt before, if there was one.
func heldBack(method string, wait time.Duration, last *answer, err error) (*answer, error) {
	var limited error = &Error{Method: method, Code: ErrRatelimited, StatusCode: http.StatusTooManyRequests, RetryAfter: wait}
	if last != nil {
		limited = last.failure(method, nil)
	}
	switch {
	case !errors.Is(err, errTooLong):
		return nil, waitEnded(limited, err)
	case last != nil:
		return last, nil
	default:
		return nil, limited
	}
}

// waitEnded joins the reason for a wait with what ended it.
func waitEnded(reason, ctxErr error) error {
	return fmt.Errorf("%w; %w while waiting to try again", reason, ctxErr)
}

// send sends req once and reads its answer. Its error is one of transport, that of
// the context, or a *ResponseError if the answer broke off or is too large.
func (c *Client) send(req *http.Request, m *method, token secret, d *departure) (*answer, error) {
	into, _ := req.Context().Value(bodyKey{}).(*json.RawMessage)
	if into != nil {
		*into = nil // of an earlier attempt
	}
	header, _ := req.Context().Value(headerKey{}).(*http.Header)
	if header != nil {
		*header = nil
	}
	if err := req.Context().Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", m.name, err)
	}
	d.begin()
	resp, err := c.do(req, m)
	d.end(err)
	if err != nil {
		// The URL is always the method's; without it the line is readable.
		var urlErr *url.Error
		if errors.As(err, &urlErr) {
			err = urlErr.Err
		}
		if !d.left {
			err = c.namesProxy(req, err)
		}
		// net/http quotes what it cannot read.
		return nil, fmt.Errorf("%s: %w", m.name, token.redactedError(err))
	}
	if header != nil {
		*header = resp.Header
	}
	if isStream(resp, m.stream) {
		return &answer{status: resp.StatusCode, header: resp.Header, stream: resp.Body, byStatus: m.byStatus, token: token, fate: fate{safe: m.safe, maybe: d.maybe}}, nil
	}
	defer resp.Body.Close()

	body, err := readAll(resp, m.size.Load())
	m.size.Store(int64(len(body)))
	a := &answer{status: resp.StatusCode, header: resp.Header, body: body, byStatus: m.byStatus, token: token, fate: fate{safe: m.safe, maybe: d.maybe}}
	if into != nil {
		*into = body
	}
	switch {
	case err != nil:
		a.err = fmt.Errorf("it broke off after %d bytes: %w", len(body), err)
	case len(body) > maxAnswer:
		a.err = errTooLarge
	}
	var timeout net.Error
	switch {
	case err != nil && req.Context().Err() != nil:
		return nil, fmt.Errorf("%s: %w", m.name, req.Context().Err())
	case isTransientStatus(a.status):
		return a, nil // the status says it, however much came of the body
	case errors.As(err, &timeout) && timeout.Timeout():
		return nil, fmt.Errorf("%s: %w", m.name, err)
	case a.err != nil:
		return nil, a.unreadable(m.name, a.err)
	}
	return a, nil
}

// readAll reads an answer's body, but not much more than maxAnswer of it. It
// makes room for Content-Length or, where there is none because the answer is
// compressed, for likely bytes, in either case for a megabyte at most.
func readAll(resp *http.Response, likely int64) ([]byte, error) {
	if resp.ContentLength >= 0 {
		likely = resp.ContentLength
	}
	body := make([]byte, 0, min(likely, 1<<20)+bytes.MinRead)
	for len(body) <= maxAnswer {
		if len(body) == cap(body) {
			body = append(body, 0)[:len(body)]
		}
		n, err := resp.Body.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if err != nil {
			if errors.Is(err, io.EOF) {
				return body, nil
			}
			return body, err
		}
	}
	return body, nil
}

var errTooLarge = fmt.Errorf("it is larger than %d bytes", maxAnswer)

// clone returns req as it was before it was sent.
func clone(req *http.Request) (*http.Request, error) {
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

// logAttempt logs one attempt.
func (c *Client) logAttempt(ctx context.Context, method string, attempt int, start time.Time, a *answer, err error) {
	if !c.logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", method),
		slog.Int("attempt", attempt),
		slog.Duration("duration", time.Since(start)),
	}
	if a != nil {
		attrs = append(attrs, slog.Int("status", a.status), slog.String("request_id", a.requestID()))
	}
	if err != nil {
		attrs = append(attrs, slog.Any("err", err))
	}
	c.logger.LogAttrs(ctx, slog.LevelDebug, "slack attempt", attrs...)
}
