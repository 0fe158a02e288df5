package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
)

// TestWhatNextAfterTLS calls servers with which TLS does not come about.
func TestWhatNextAfterTLS(t *testing.T) {
	t.Parallel()
	const unsent = "nothing was sent; check --api-url"
	untrusted := httptest.NewUnstartedServer(nil)
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	t.Cleanup(untrusted.Close)
	alert := func(code byte) string { return says(t, "\x15\x03\x03\x00\x02\x02"+string([]byte{code})) }
	tests := map[string]struct{ url, want string }{
		"not trusted": {untrusted.URL, unsent},
		"plain HTTP":  {says(t, "HTTP/1.1 400 Bad Request\r\n\r\n"), unsent},
		"no TLS":      {says(t, "220 mail.example ESMTP\r\n"), unsent},
		"failed":      {alert(80), "nothing was sent; check --api-url"},
	}
	for _, code := range []byte{40, 42, 43, 46, 48, 49, 70, 71, 112, 116, 120} {
		tests[fmt.Sprintf("refused with %d", code)] = struct{ url, want string }{alert(code), unsent}
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, err := api.New("xoxp-not-real", api.WithBaseURL(test.url), api.WithMaxAttempts(1))
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.AuthTest(t.Context())
			if next := hintFor(err); !strings.HasPrefix(next, test.want) {
				t.Errorf("%v: %s; want %s", err, next, test.want)
			}
		})
	}
}

// TestWhatNextAfterAnInterrupt is what came of the call.
func TestWhatNextAfterAnInterrupt(t *testing.T) {
	t.Parallel()
	hangs := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}))
	t.Cleanup(hangs.Close)
	client, err := api.New("xoxp-not-real", api.WithBaseURL(hangs.URL))
	if err != nil {
		t.Fatal(err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	_, before := client.AuthTest(over)
	interrupt := func(call func(context.Context, ...api.CallOption) error) error {
		ctx, cancel := context.WithCancel(t.Context())
		return call(ctx, func(_ context.Context, req *http.Request) error {
			trace := &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { cancel() }}
			*req = *req.WithContext(httptrace.WithClientTrace(req.Context(), trace))
			return nil
		})
	}
	reading := interrupt(func(ctx context.Context, opts ...api.CallOption) error {
		_, err := client.AuthTest(ctx, opts...)
		return err
	})
	writing := interrupt(func(ctx context.Context, opts ...api.CallOption) error {
		_, err := client.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{UserID: "W1"}, opts...)
		return err
	})
	// A rate limit says nothing of an attempt before it, whose answer was lost.
	attempts := 0
	lossy, err := api.New("xoxp-not-real", api.WithHTTPClient(&http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		if attempts++; attempts == 1 {
			return nil, errors.New("lost")
		}
		return &http.Response{StatusCode: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"3600"}}, Body: http.NoBody}, nil
	})}))
	if err != nil {
		t.Fatal(err)
	}
	_, limited := lossy.AdminUsersSessionReset(t.Context(), api.AdminUsersSessionResetRequest{UserID: "W1"})
	if got := hintFor(errors.Join(context.Canceled, limited)); !errors.Is(limited, api.ErrRatelimited) || got != "interrupted before the response; Slack may have executed the call" {
		t.Errorf("%v: got %q", limited, got)
	}
	for want, err := range map[string]error{
		"interrupted while waiting for the rate limit; nothing was done":    errors.Join(context.Canceled, api.ErrRatelimited),
		"interrupted; nothing was sent":                                     before,
		"interrupted before the response":                                   reading,
		"interrupted before the response; Slack may have executed the call": writing,
		"": errors.Join(context.Canceled, signout.ErrInterrupted),
	} {
		if got := hintFor(err); got != want {
			t.Errorf("%v: got %q, want %q", err, got, want)
		}
	}
}

// says returns the URL of a server that says the same to everybody.
func says(t *testing.T, text string) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 1))
			_, _ = io.WriteString(conn, text)
			_, _ = io.Copy(io.Discard, conn)
			_ = conn.Close()
		}
	}()
	return "https://" + listener.Addr().String()
}

// TestWriteError names what failed before the reason.
func TestWriteError(t *testing.T) {
	t.Parallel()
	var failed *failure
	if err := writeError(io.ErrClosedPipe); !errors.As(err, &failed) || !errors.Is(err, io.ErrClosedPipe) || failed.message() != "the output could not be written: io: read/write on closed pipe" {
		t.Errorf("got %v", failed.message())
	}
}
