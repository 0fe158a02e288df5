package api

import (
	"errors"
	"net"
	"net/http"
	"reflect"
	"runtime/debug"
	"testing"
	"testing/synctest"
	"time"
)

type neverAnswers struct{}

func (neverAnswers) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// TestAnAttemptHasATimeLimit is about callers whose context has no deadline.
func TestAnAttemptHasATimeLimit(t *testing.T) {
	t.Parallel()
	own := WithHTTPClient(&http.Client{Timeout: time.Second})
	for _, test := range []struct {
		opts []Option
		want time.Duration
	}{
		{nil, 30 * time.Second},
		{[]Option{own}, time.Second},
		{[]Option{WithAttemptTimeout(2 * time.Minute)}, 2 * time.Minute},
		{[]Option{WithAttemptTimeout(2 * time.Minute), own}, 2 * time.Minute},
	} {
		synctest.Test(t, func(t *testing.T) {
			c, err := New("xoxp-not-real", append(test.opts, WithMaxAttempts(1))...)
			if err != nil {
				t.Fatal(err)
			}
			c.http.Transport = neverAnswers{} // and the rest as it is by default
			start := time.Now()
			_, err = c.AuthTest(t.Context())
			var timeout net.Error
			if !errors.As(err, &timeout) || !timeout.Timeout() || time.Since(start) != test.want {
				t.Errorf("got %v after %v, want a timeout after %v", err, time.Since(start), test.want)
			}
		})
	}
	if _, err := New("xoxp-not-real", WithAttemptTimeout(0)); err == nil {
		t.Error("an attempt of no time is accepted")
	}
}

func TestTheDefaultTransport(t *testing.T) {
	t.Parallel()
	c, err := New("xoxp-not-real")
	if err != nil {
		t.Fatal(err)
	}
	transport, ok := c.http.Transport.(*http.Transport)
	if !ok {
		t.Fatalf("it is a %T", c.http.Transport)
	}
	if reflect.ValueOf(transport.Proxy).Pointer() != reflect.ValueOf(http.ProxyFromEnvironment).Pointer() {
		t.Error("it does not use the proxy that the environment names")
	}
	if transport.MaxIdleConns != 128 || transport.MaxIdleConnsPerHost != 128 || transport.MaxConnsPerHost != 0 || !transport.ForceAttemptHTTP2 {
		t.Errorf("got %d idle connections, %d a host, %d a host in all, HTTP/2 %v", transport.MaxIdleConns, transport.MaxIdleConnsPerHost, transport.MaxConnsPerHost, transport.ForceAttemptHTTP2)
	}
	if want := "https://slack.com/api/"; c.baseURL.String() != want {
		t.Errorf("the base URL is %s, want %s", c.baseURL, want)
	}
}

func TestModuleVersion(t *testing.T) {
	t.Parallel()
	other := &debug.Module{Path: "example.com/other", Version: "v9.0.0"}
	for want, modules := range map[string][]*debug.Module{
		"v1.2.3": {other, {Path: modulePath, Version: "v1.2.3"}, {Path: "example.com/program"}},
		"devel":  {other, {Path: modulePath, Version: "(devel)"}},
		"v1.0.0": {{Path: modulePath}, {Path: modulePath, Version: "v1.0.0"}},
	} {
		if got := moduleVersion(modules); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := moduleVersion(nil); got != "devel" {
		t.Errorf("without modules: %s", got)
	}
}
