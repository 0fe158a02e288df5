package api

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// stream is call for a method that returns a stream.
func stream[Req, Resp any](ctx context.Context, c *Client, op *operation[Req, Resp], req Req, opts []CallOption) (io.ReadCloser, error) {
	r, err := c.exchange(ctx, &op.method, req, opts)
	if err != nil {
		return nil, err
	}
	if r.stream != nil {
		return r.stream, nil
	}
	if _, err := decode(ctx, c, op, r); err != nil {
		return nil, err
	}
	return nil, r.responseError(fmt.Errorf("it is JSON with ok; want %s", op.stream))
}

// isStream reports whether a response is a success that is neither JSON nor text, such as
// the HTML of a proxy. want is the spec's media type, "" if the method returns JSON.
func isStream(httpResp *http.Response, want string) bool {
	if want == "" || httpResp.StatusCode/100 != 2 {
		return false
	}
	media, _, err := mime.ParseMediaType(httpResp.Header.Get("Content-Type"))
	return media == want || err == nil && media != "application/json" && !strings.HasPrefix(media, "text/")
}

// A boundedBody is the body of a response that must be read before its timer expires,
// unless the timer is stopped.
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

// explain returns err, or an error with the time limit if the timer has expired.
func (b *boundedBody) explain(err error) error {
	if err != nil && b.expired.Load() {
		return fmt.Errorf("no complete response within %v: %w", b.limit, context.DeadlineExceeded)
	}
	return err
}
