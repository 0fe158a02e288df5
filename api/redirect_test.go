package api_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
)

func TestBaseURLWithAPath(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{
		"":            "/admin.users.session.reset",
		"/":           "/admin.users.session.reset",
		"/proxy/api":  "/proxy/api/admin.users.session.reset",
		"/proxy/api/": "/proxy/api/admin.users.session.reset",
		"/a%2Fb/c":    "/a%2Fb/c/admin.users.session.reset",
	} {
		var got string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got = r.RequestURI
			fmt.Fprint(w, `{"ok":true}`)
		}))
		t.Cleanup(server.Close)
		c, err := api.New(secret, api.WithBaseURL(server.URL+base))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := reset(c); err != nil || got != want {
			t.Errorf("%q: %s, %v; want %s", base, got, err, want)
		}
	}
}

// TestRedirectsAreFollowed has a proxy move the method to another path of its own.
func TestRedirectsAreFollowed(t *testing.T) {
	t.Parallel()
	var got string
	var asked int
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/moved" {
			http.Redirect(w, r, "/moved", http.StatusTemporaryRedirect)
			return
		}
		body, _ := io.ReadAll(r.Body)
		got = r.Header.Get("Authorization") + " " + string(body)
		fmt.Fprint(w, `{"ok":true}`)
	}, api.WithHTTPClient(&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
		asked++
		return nil
	}}))
	if _, err := reset(c); err != nil {
		t.Fatal(err)
	}
	if want := "Bearer " + secret + ` {"user_id":"W1"}`; got != want {
		t.Error("the request did not arrive whole")
	}
	if asked != 1 {
		t.Errorf("the caller's CheckRedirect was called %d times, want once", asked)
	}
}

func TestCheckRedirectCanRefuse(t *testing.T) {
	t.Parallel()
	errNo := errors.New("not there")
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/moved", http.StatusTemporaryRedirect)
	}, api.WithHTTPClient(&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return errNo }}))
	if _, err := reset(c); !errors.Is(err, errNo) {
		t.Errorf("got %v, want the error of CheckRedirect", err)
	}
}

// TestRedirectsThatAreNotFollowed counts what a redirect to elsewhere, with
// another method or without an end is sent.
func TestRedirectsThatAreNotFollowed(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the other host got a request") }))
	t.Cleanup(other.Close)
	for name, test := range map[string]struct {
		to       string
		status   int
		requests int32
	}{
		"to another host":     {other.URL, 307, 1},
		"to another scheme":   {"https://HOST/", 307, 1},
		"with another method": {"/", 302, 1},
		"for ever":            {"/again", 307, 6},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int32
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				requests.Add(1)
				http.Redirect(w, r, strings.Replace(test.to, "HOST", r.Host, 1), test.status)
			})
			_, err := reset(c)
			var got *api.ResponseError
			if ok := errors.As(err, &got); !ok || got.StatusCode != test.status || !strings.Contains(err.Error(), "its redirect to ") || !strings.Contains(err.Error(), "is not followed") {
				t.Errorf("got %v, want an error that names the redirect", err)
			}
			if n := requests.Load(); n != test.requests {
				t.Errorf("%d requests, want %d", n, test.requests)
			}
		})
	}
}
