package api

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"
)

var defaultBaseURL = &url.URL{Scheme: "https", Host: "slack.com", Path: "/api/"}

const (
	// defaultAttemptTimeout is for callers whose context has no deadline.
	defaultAttemptTimeout = 30 * time.Second

	// poolSize is how many connections are kept.
	poolSize = 128
)

// A Client calls Slack's Web API with one token. It is safe for concurrent use
// and made to be shared: it keeps connections open between calls.
type Client struct {
	baseURL     *url.URL            // its path ends in a slash, as those of servers do
	servers     map[string]*url.URL // of APIs that have their own, by the first word of their methods
	http        *http.Client
	timeout     time.Duration     // of an attempt; 0 is the http.Client's own
	authorize   func(http.Header) // a closure, so that printing a Client does not show the token
	userAgent   []string
	logger      *slog.Logger
	maxAttempts int
	pace        pace
	budget      budget
}

// New returns a Client that calls Slack with token, a user token of an Org
// Owner or Org Admin. White space around the token, such as the newline at the end
// of a file, is left out. New fails, without showing the token, if token is not fit
// for a header, if an option is not usable, or if the Client would use HTTPS_PROXY of
// the environment and its value is not the URL of a proxy.
func New(token string, opts ...Option) (*Client, error) {
	token, err := parseToken(token)
	if err != nil {
		return nil, err
	}
	bearer := []string{"Bearer " + token}
	c := &Client{
		baseURL:     defaultBaseURL,
		http:        &http.Client{Transport: defaultTransport, Timeout: defaultAttemptTimeout},
		authorize:   func(h http.Header) { h["Authorization"] = bearer },
		userAgent:   []string{defaultUserAgent()},
		logger:      slog.New(slog.DiscardHandler),
		maxAttempts: defaultMaxAttempts,
	}
	for i, opt := range opts {
		if opt == nil {
			return nil, fmt.Errorf("New: option %d is nil; want an Option", i+1)
		}
		if err := opt(c); err != nil {
			return nil, err
		}
	}
	if c.timeout > 0 {
		c.http.Timeout = c.timeout
	}
	c.http.CheckRedirect = sameOrigin(c.http.CheckRedirect)
	if err := c.checkProxy(); err != nil {
		return nil, err
	}
	return c, nil
}

// BaseURL returns the URL that method names are appended to. It ends in a slash. It
// is empty if New did not make the Client.
func (c *Client) BaseURL() string {
	if c == nil || c.baseURL == nil {
		return ""
	}
	return c.baseURL.String()
}

// defaultTransport is shared by all Clients without one of their own. It is
// net/http's, but for a pool that lets many callers share a Client without
// dialing anew. It does not bound the connections: with HTTP/2 that can hang
// (golang/go#34941), and Slack's rate limits leave no use for more callers.
var defaultTransport = func() *http.Transport {
	t := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
	if standard, ok := http.DefaultTransport.(*http.Transport); ok { // a program may have replaced it
		t = standard.Clone()
	}
	t.MaxIdleConns, t.MaxIdleConnsPerHost = poolSize, poolSize
	t.OnProxyConnectResponse = proxyAnswered
	return t
}()

// sameOrigin lets a request be redirected only where it may take the token and
// arrives whole: to the same scheme and host, with its method and body. Any
// other redirect is not followed, and its answer is the call's.
func sameOrigin(next func(*http.Request, []*http.Request) error) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		first := via[0]
		if len(via) > 5 || req.Method != first.Method || req.URL.Scheme != first.URL.Scheme || req.URL.Host != first.URL.Host {
			return http.ErrUseLastResponse
		}
		if next != nil {
			return next(req, via)
		}
		return nil
	}
}

// parseBaseURL returns u with a slash at its end. The errors show nothing of u,
// for it may be a token given for a URL by mistake.
func parseBaseURL(u string) (*url.URL, error) {
	parsed, err := url.Parse(u)
	if err != nil {
		return nil, errors.New("base URL: it does not parse; want one like https://slack.com/api")
	}
	switch {
	case parsed.User != nil:
		return nil, errors.New("base URL: it has a user name or password; the token alone identifies the caller")
	case parsed.RawQuery != "" || parsed.ForceQuery || parsed.Fragment != "":
		return nil, errors.New("base URL: it has a query or fragment; want only scheme, host and path")
	case parsed.Hostname() == "":
		return nil, errors.New("base URL: it has no host; want one like https://slack.com/api")
	case parsed.Scheme == "http" && !isLoopback(parsed.Hostname()):
		return nil, errors.New("base URL: plain http would send the token readable; want https (http is only for loopback)")
	case parsed.Scheme != "http" && parsed.Scheme != "https":
		return nil, errors.New("base URL: its scheme is not https")
	}
	return parsed.JoinPath("/"), nil
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}
