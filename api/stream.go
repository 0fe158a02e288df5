package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// stream is call for a method whose success is no JSON.
func stream[Req, Resp any](ctx context.Context, c *Client, op *operation[Req, Resp], req Req, opts []CallOption) (io.ReadCloser, error) {
	answer, err := c.exchange(ctx, &op.method, req, opts)
	if err != nil {
		return nil, err
	}
	if answer.stream != nil {
		return answer.stream, nil
	}
	if _, err := decode(ctx, c, op, answer); err != nil {
		return nil, err
	}
	return nil, answer.unreadable(op.name, fmt.Errorf("it is JSON that says ok; want %s", op.stream))
}

// isStream reports whether resp is a success that is no JSON. A page of HTML is
// none either: that is some proxy's. want is the media type that the spec has.
func isStream(resp *http.Response, want string) bool {
	if want == "" || resp.StatusCode/100 != 2 {
		return false
	}
	media, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return media == want || err == nil && media != "application/json" && !strings.HasPrefix(media, "text/")
}

// do sends req. Of a method that returns a stream, the time until its header has
// come is bounded and not the time that reading it takes.
func (c *Client) do(req *http.Request, m *method) (*http.Response, error) {
	if m.stream == "" || c.http.Timeout <= 0 {
		return c.http.Do(req)
	}
	ctx, cancel := context.WithCancel(req.Context())
	b := &boundedBody{cancel: cancel, limit: c.http.Timeout}
	b.timer = time.AfterFunc(b.limit, func() {
		b.expired.Store(true)
		cancel()
	})
	patient := *c.http
	patient.Timeout = 0
	resp, err := patient.Do(req.WithContext(ctx))
	if err != nil {
		b.stop()
		return nil, b.explain(err)
	}
	if isStream(resp, m.stream) && !b.timer.Stop() {
		err := errors.Join(b.explain(context.Canceled), resp.Body.Close())
		b.stop()
		return nil, err
	}
	b.ReadCloser, resp.Body = resp.Body, b
	return resp, nil
}

// boundedBody is the body of an answer that has to be read before a timer ends
// it, unless that is stopped.
type boundedBody struct {
	io.ReadCloser
	cancel  context.CancelFunc
	timer   *time.Timer
	limit   time.Duration
	expired atomic.Bool
}

func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	return n, b.explain(err)
}

func (b *boundedBody) Close() error {
	defer b.stop()
	return b.ReadCloser.Close()
}

func (b *boundedBody) stop() {
	b.timer.Stop()
	b.cancel()
}

// explain returns err, or that the time was over if that is the cause.
func (b *boundedBody) explain(err error) error {
	if err != nil && b.expired.Load() {
		return fmt.Errorf("no whole answer within %v: %w", b.limit, context.DeadlineExceeded)
	}
	return err
}
