package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxAnswer bounds what is read of one answer, in bytes. A page of 1,000
// sessions is under half a megabyte.
const maxAnswer = 8 << 20

// mediaJSON names a charset, for want of which Slack warns of missing_charset.
const mediaJSON = "application/json; charset=utf-8"

// operation is what the spec says about one method; methods.gen.go has one each.
type operation[Req, Resp any] struct {
	method       string // Slack's name
	safeToRepeat bool   // whether a call whose answer was lost may be sent again
	newRequest   func(server string, req Req) (*http.Request, error)
	ok           func(*Resp) bool
	setCursor    func(*Req, string) // with nextCursor, where the method has pages
	nextCursor   func(*Resp) string
}

// call is the life of one request.
func call[Req, Resp any](ctx context.Context, c *Client, op *operation[Req, Resp], req Req, opts []CallOption) (*Resp, error) {
	// The generated builder puts the arguments into an HTTP request.
	httpReq, err := op.newRequest(c.baseURL, req)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op.method, err)
	}

	// The token goes into one header. Options come last: they are the caller's word.
	httpReq = httpReq.WithContext(ctx)
	c.setHeaders(httpReq.Header)
	for _, opt := range opts {
		if err := opt(ctx, httpReq); err != nil {
			return nil, fmt.Errorf("%s: %w", op.method, err)
		}
	}

	// It is sent, again if that helps and does no harm.
	answer, err := c.deliver(httpReq, op.method, op.safeToRepeat)
	if err != nil {
		return nil, err
	}

	// The answer is decoded once if it says yes, as nearly all do.
	typed := new(Resp)
	err = json.Unmarshal(answer.body, typed)
	if err == nil && op.ok(typed) && answer.status/100 == 2 {
		return typed, nil
	}
	return nil, answer.failure(op.method, err)
}

func (c *Client) setHeaders(h http.Header) {
	c.authorize(h)
	maps.Copy(h, c.header)
	if h.Get("Content-Type") == "application/json" {
		h.Set("Content-Type", mediaJSON)
	}
}

// deliver sends req until there is an answer to return or no point in another
// try. Its error is one of transport, a *ResponseError, or an *Error if Slack
// has said not to call yet.
func (c *Client) deliver(req *http.Request, method string, safeToRepeat bool) (*answer, error) {
	ctx := req.Context()
	token := secret(strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer "))
	tries := c.tries
	if n, ok := ctx.Value(triesKey{}).(int); ok {
		tries = n
	}
	for try := 1; ; try++ {
		// What Slack told one call to wait for, all calls wait for.
		if err := c.gate.pass(ctx, method, token, tries > 1); err != nil {
			return nil, err
		}

		start := time.Now()
		a, err := c.send(req, method, token)
		wait, why := next(ctx, try, safeToRepeat, a, err)
		if why == rateLimited {
			c.gate.close(method, token, wait)
		}
		c.logTry(ctx, method, try, start, a, err)
		switch {
		case why == "":
			if err == nil && a.status < http.StatusInternalServerError {
				c.budget.earn()
			}
			return a, err
		case try >= tries, tooLong(ctx, wait), req.Body != nil && req.GetBody == nil:
			return a, err
		case why != rateLimited && !c.budget.spend():
			return a, err
		}

		c.logger.LogAttrs(ctx, slog.LevelWarn, "slack retry",
			slog.String("method", method), slog.Int("try", try), slog.Duration("wait", wait), slog.String("why", why))
		failure := err
		if err == nil {
			failure = a.failure(method, nil)
		}
		if err := pause(ctx, wait); err != nil {
			return nil, fmt.Errorf("%w; %w while waiting to try again", failure, err)
		}
		if req, err = fresh(req); err != nil {
			return nil, err
		}
	}
}

// send sends req once and reads its answer. Its error is one of transport, or
// a *ResponseError if the answer broke off or is too large.
func (c *Client) send(req *http.Request, method string, token secret) (*answer, error) {
	resp, err := c.http.Do(req)
	if err != nil {
		// The URL is always the method's; without it the line is readable.
		if urlErr, ok := errors.AsType[*url.Error](err); ok {
			err = urlErr.Err
		}
		// net/http quotes what it cannot read.
		return nil, fmt.Errorf("%s: %w", method, token.removedFrom(err))
	}
	defer resp.Body.Close()

	body, err := readAll(resp)
	a := &answer{status: resp.StatusCode, header: resp.Header, body: body, token: token}
	if dst, ok := req.Context().Value(bodyKey{}).(*json.RawMessage); ok {
		*dst = body
	}
	if timeout, ok := errors.AsType[net.Error](err); errors.Is(err, context.Canceled) || ok && timeout.Timeout() {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	if a.status == http.StatusTooManyRequests || a.status >= http.StatusInternalServerError {
		return a, nil // the status says it, however much came of the body
	}
	if err != nil {
		return nil, a.unreadable(method, fmt.Errorf("it broke off after %d bytes: %w", len(body), err))
	}
	if len(body) > maxAnswer {
		return nil, a.unreadable(method, errTooLarge)
	}
	return a, nil
}

// readAll reads an answer's body, but not much more than maxAnswer of it. It
// takes Content-Length's word for the room to make, up to a megabyte.
func readAll(resp *http.Response) ([]byte, error) {
	var body bytes.Buffer
	body.Grow(int(min(max(resp.ContentLength, 0), 1<<20)) + bytes.MinRead)
	_, err := body.ReadFrom(io.LimitReader(resp.Body, maxAnswer+1))
	return body.Bytes(), err
}

var errTooLarge = fmt.Errorf("it is larger than %d bytes", maxAnswer)

// answer is an HTTP answer read to its end.
type answer struct {
	status int
	header http.Header
	body   []byte
	token  secret // to be kept out of errors and logs if the answer shows it
}
