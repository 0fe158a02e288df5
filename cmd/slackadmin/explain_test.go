package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
)

// TestWhatNextAfterTLS calls servers with which TLS does not come about.
func TestWhatNextAfterTLS(t *testing.T) {
	t.Parallel()
	const unsent, unknown = "nothing was sent; check --api-url", "no answer came; Slack may have done what was asked"
	untrusted := httptest.NewUnstartedServer(nil)
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	t.Cleanup(untrusted.Close)
	alert := func(code byte) string { return says(t, "\x15\x03\x03\x00\x02\x02"+string([]byte{code})) }
	tests := map[string]struct{ url, want string }{
		"not trusted": {untrusted.URL, unsent},
		"plain HTTP":  {says(t, "HTTP/1.1 400 Bad Request\r\n\r\n"), unsent},
		"no TLS":      {says(t, "220 mail.example ESMTP\r\n"), unsent},
		"failed":      {alert(80), unknown}, // internal_error can come at any time
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
			if next := whatNext(err); !strings.HasPrefix(next, test.want) {
				t.Errorf("%v: %s; want %s", err, next, test.want)
			}
		})
	}
}

// TestNoHandshake is not said of a record that came after the handshake.
func TestNoHandshake(t *testing.T) {
	t.Parallel()
	if noHandshake(&net.OpError{Op: "remote error", Err: tls.RecordHeaderError{Msg: "broken"}}) || noHandshake(fmt.Errorf("reading: %w", tls.RecordHeaderError{Msg: "broken"})) {
		t.Error("a record that is broken was taken for a handshake that was refused")
	}
}

// TestWhatNextAfterAnInterrupt is what came of the call.
func TestWhatNextAfterAnInterrupt(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"interrupted while waiting for the rate limit; nothing was done":     errors.Join(context.Canceled, api.ErrRatelimited),
		"interrupted while waiting to try again; nothing was sent":           errors.Join(context.Canceled, &net.OpError{Op: "dial", Err: errors.New("refused")}),
		"interrupted before Slack answered; it may have done what was asked": errors.Join(context.Canceled, &net.OpError{Op: "read", Err: errors.New("reset")}),
		"": errors.Join(context.Canceled, signout.ErrInterrupted),
	} {
		if got := whatNext(err); got != want {
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
