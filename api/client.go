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
	// defaultAttemptTimeout limits each attempt, unless WithAttemptTimeout or
	// WithHTTPClient is given.
	defaultAttemptTimeout = 30 * time.Second

	maxIdleConns = 128
)

// A Client calls Slack's APIs with one token. It is safe for concurrent use. Share one:
// it keeps connections open between calls.
type Client struct {
	baseURL     *url.URL            // of the Web API; the path ends in a slash, as in apiURLs
	apiURLs     map[string]*url.URL // of the other APIs, by the first word of their methods
	http        *http.Client
	timeout     time.Duration     // per attempt; 0 for the http.Client's own
	authorize   func(http.Header) // a closure, so that a printed Client does not show the token
	userAgent   []string
	logger      *slog.Logger
	maxAttempts int
	pacer       pacer
	retries     retryBudget
}

// New returns a Client that calls Slack with token, the user token of an Org Owner or
// Org Admin. White space around token, such as the newline at the end of a file, is
// ignored. New returns an error if token is not a bearer token, if an option is not
// valid, or if the Client would use the environment variable HTTPS_PROXY and its value
// is not the URL of a proxy. No error shows the token.
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

// BaseURL returns the base URL of the Web API, with a slash at its end, or "" if the
// Client was not made by New.
func (c *Client) BaseURL() string {
	if c == nil || c.baseURL == nil {
		return ""
	}
	return c.baseURL.String()
}

// transport returns the RoundTripper that sends the requests.
func (c *Client) transport() http.RoundTripper {
	if c.http.Transport == nil {
		return http.DefaultTransport
	}
	return c.http.Transport
}

// defaultTransport is shared by all Clients without WithHTTPClient. It is net/http's
// with more idle connections, so that many callers can share a Client without new
// connections. It has no limit on connections: with HTTP/2 that can hang
// (golang/go#34941).
var defaultTransport = func() *http.Transport {
	t := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
	if standard, ok := http.DefaultTransport.(*http.Transport); ok { // a program may have replaced it
		t = standard.Clone()
	}
	t.MaxIdleConns, t.MaxIdleConnsPerHost = maxIdleConns, maxIdleConns
	t.OnProxyConnectResponse = checkConnectResponse
	return t
}()

// sameOrigin returns a CheckRedirect that follows redirects only to the same scheme and
// host, to keep the token there, and only with the same HTTP method and body. For any
// other redirect, the call gets the redirect itself as its response. policy is the
// caller's own CheckRedirect, if any.
func sameOrigin(policy func(*http.Request, []*http.Request) error) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		first := via[0]
		if len(via) > 5 || req.Method != first.Method || req.URL.Scheme != first.URL.Scheme || req.URL.Host != first.URL.Host {
			return http.ErrUseLastResponse
		}
		if policy != nil {
			return policy(req, via)
		}
		return nil
	}
}

// parseBaseURL returns u with a slash at its end. Its errors do not show u, which may be
// a token by mistake.
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
