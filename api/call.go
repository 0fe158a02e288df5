package api

import (
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

	// One answer is read, bounded in size.
	answer, err := c.send(op.method, httpReq)
	if err != nil {
		return nil, err
	}

	// It is decoded once if it says yes, as nearly all do.
	typed := new(Resp)
	err = json.Unmarshal(answer.body, typed)
	if err == nil && op.ok(typed) && answer.status/100 == 2 {
		return typed, nil
	}
	return nil, answer.failure(op.method, err)
}

func (c *Client) setHeaders(h http.Header) {
	c.authorize(h)
	h.Set("Accept", "application/json")
	h.Set("User-Agent", c.userAgent)
	if h.Get("Content-Type") == "application/json" {
		h.Set("Content-Type", mediaJSON)
	}
}

// answer is an HTTP answer read to its end.
type answer struct {
	status int
	header http.Header
	body   []byte
	token  secret // to be kept out of errors and logs if the answer shows it
}

// send sends req and reads its answer. Its error is one of transport, or a
// *ResponseError if the answer broke off or is too large.
func (c *Client) send(method string, req *http.Request) (*answer, error) {
	start := time.Now()
	token := secret(strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer "))
	resp, err := c.http.Do(req)
	if err != nil {
		// The URL is always the method's; without it the line is readable.
		if urlErr, ok := errors.AsType[*url.Error](err); ok {
			err = urlErr.Err
		}
		err = token.removedFrom(err) // net/http quotes what it cannot read
		c.logger.DebugContext(req.Context(), "slack call", "method", method, "duration", time.Since(start), "err", err)
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	defer resp.Body.Close()

	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	a := &answer{status: resp.StatusCode, header: resp.Header, body: body, token: token}
	c.logger.LogAttrs(req.Context(), slog.LevelDebug, "slack call",
		slog.String("method", method),
		slog.Int("status", a.status),
		slog.Duration("duration", time.Since(start)),
		slog.String("request_id", a.requestID()))
	if timeout, ok := errors.AsType[net.Error](err); errors.Is(err, context.Canceled) || ok && timeout.Timeout() {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	if err != nil {
		return nil, a.unreadable(method, fmt.Errorf("it broke off after %d bytes: %w", len(body), err))
	}
	if len(body) > maxAnswer {
		return nil, a.unreadable(method, fmt.Errorf("it is larger than %d bytes", maxAnswer))
	}
	if dst, ok := req.Context().Value(bodyKey{}).(*json.RawMessage); ok {
		*dst = body
	}
	return a, nil
}
