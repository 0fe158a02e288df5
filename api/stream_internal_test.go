package api

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// opTestStream is a method that returns a stream, for no method of the spec does.
var opTestStream = operation[struct{}, AuthTestResponse]{
	method: method{name: "test.stream", idempotent: true, minInterval: time.Second, stream: "application/gzip"},
}

// zeros are n bytes, each of which is there only after a while.
type zeros struct {
	n     int
	delay time.Duration
	ctx   interface{ Done() <-chan struct{} }
}

func (z *zeros) Read(p []byte) (int, error) {
	if z.n == 0 {
		return 0, io.EOF
	}
	select {
	case <-time.After(z.delay):
	case <-z.ctx.Done():
		return 0, errors.New("canceled")
	}
	n := min(len(p), z.n)
	z.n -= n
	return n, nil
}

// transport answers with a media type and a body, after a while.
type transport struct {
	media         string
	status, bytes int
	text          string
	header, read  time.Duration
}

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case <-time.After(t.header):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	body := io.MultiReader(strings.NewReader(t.text), &zeros{t.bytes, t.read, r.Context()})
	return &http.Response{
		StatusCode: t.status, Header: http.Header{"Content-Type": {t.media}}, Body: io.NopCloser(body), ContentLength: -1,
	}, nil
}

func TestStream(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		transport
		want string // in the error
	}{
		"a stream":                        {transport{media: "application/gzip", status: 200, bytes: 1 << 10}, ""},
		"one larger than other responses": {transport{media: "application/gzip", status: 200, bytes: 3 * maxResponseBytes}, ""},
		"one that takes long to read":     {transport{media: "application/gzip", status: 200, bytes: 1 << 20, read: 40 * time.Second}, ""},
		"one by another name":             {transport{media: "application/octet-stream", status: 200, bytes: 1 << 10}, ""},
		"one that does not begin":         {transport{media: "application/gzip", status: 200, header: time.Hour}, "no complete response within 30s: context deadline exceeded"},
		"a refusal":                       {transport{media: "application/json; charset=utf-8", status: 200, text: `{"ok":false,"error":"not_authed"}`}, "not_authed"},
		"a refusal that does not end":     {transport{media: "application/json", status: 200, text: `{"ok":`, bytes: 1, read: time.Hour}, "no complete response within 30s: context deadline exceeded"},
		"an unexpected success":           {transport{media: "application/json", status: 200, text: `{"ok":true,"user_id":"W1"}`}, "it is JSON with ok; want application/gzip"},
		"a page of a proxy":               {transport{media: "text/html", status: 200, text: "<html>"}, "invalid character"},
		"no type":                         {transport{status: 200, text: "what"}, "invalid character"},
		"a stream of a failure":           {transport{media: "application/gzip", status: 404, text: "what"}, "status 404"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, err := New("xoxp-not-real", WithMaxAttempts(1), WithHTTPClient(&http.Client{Transport: test.transport, Timeout: defaultAttemptTimeout}))
				if err != nil {
					t.Fatal(err)
				}
				stream, err := stream(t.Context(), c, &opTestStream, struct{}{}, nil)
				if test.want != "" {
					if err == nil || !strings.Contains(err.Error(), test.want) {
						t.Errorf("got %v, want an error with %q", err, test.want)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				n, err := io.Copy(io.Discard, stream)
				if err != nil || n != int64(test.bytes) || stream.Close() != nil {
					t.Errorf("%d bytes and %v, want %d", n, err, test.bytes)
				}
			})
		})
	}
}

// TestStreamWithoutATimeLimit is of a caller's http.Client that has none.
func TestStreamWithoutATimeLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := transport{media: "application/gzip", status: 200, bytes: 1 << 10, header: time.Hour}
		c, err := New("xoxp-not-real", WithMaxAttempts(1), WithHTTPClient(&http.Client{Transport: slow}))
		if err != nil {
			t.Fatal(err)
		}
		stream, err := stream(t.Context(), c, &opTestStream, struct{}{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, stream); err != nil || n != 1<<10 || stream.Close() != nil {
			t.Errorf("%d bytes and %v", n, err)
		}
	})
}
