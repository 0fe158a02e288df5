package api

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
)

// A proxyRefusalError is the answer of a proxy that does not let a call through.
type proxyRefusalError struct{ status int }

func (e *proxyRefusalError) Error() string {
	return fmt.Sprintf("it refused with status %d %s", e.status, http.StatusText(e.status))
}

// proxyAnswered is an http.Transport's OnProxyConnectResponse. By itself net/http
// keeps no more of a refusal than its words.
func proxyAnswered(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode != http.StatusOK {
		return &proxyRefusalError{resp.StatusCode}
	}
	return nil
}

// namesProxy returns err, of an attempt that got no connection, with the proxy that
// it was to go through, if there is one, without its user name and password.
func (c *Client) namesProxy(req *http.Request, err error) error {
	transport, ok := c.transport().(*http.Transport)
	if !ok || transport.Proxy == nil {
		return err
	}
	proxy, proxyErr := transport.Proxy(req)
	switch {
	case req.Context().Err() != nil:
		return err
	case proxyErr != nil:
		return errors.New("the transport's Proxy returns an error, which is left out because it may show a password")
	case proxy == nil:
		return err
	}
	return fmt.Errorf("through the proxy %s://%s: %w", proxy.Scheme, proxy.Host, err)
}

// transport returns what sends the requests.
func (c *Client) transport() http.RoundTripper {
	if c.http.Transport == nil {
		return http.DefaultTransport
	}
	return c.http.Transport
}

// checkProxy returns an error if the environment names a proxy that net/http cannot
// read. It would leave the proxy out, and dial Slack directly. A loopback address has
// no proxy.
func (c *Client) checkProxy() error {
	transport, ok := c.transport().(*http.Transport)
	if !ok || transport.Proxy == nil || reflect.ValueOf(transport.Proxy).Pointer() != reflect.ValueOf(http.ProxyFromEnvironment).Pointer() {
		return nil
	}
	isBehindProxy := func(u *url.URL) bool { return !isLoopback(u.Hostname()) && !hasNoProxy(u.Hostname()) }
	if !isBehindProxy(c.baseURL) && !slices.ContainsFunc(slices.Collect(maps.Values(c.servers)), isBehindProxy) {
		return nil
	}
	for _, name := range []string{"HTTPS_PROXY", "https_proxy"} { // base URLs are of https
		value := os.Getenv(name)
		if value == "" {
			continue
		}
		if !strings.Contains(value, "://") {
			value = "http://" + value
		}
		proxy, err := url.Parse(value)
		if err != nil || proxy.Hostname() == "" || proxy.RawQuery+proxy.Fragment != "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, proxy.Scheme) {
			return fmt.Errorf("%s: it is not the URL of a proxy; want one like http://user:password@proxy.example.com:3128, with %%23 for #, %%25 for %% and %%20 for a blank in the password", name)
		}
		return nil
	}
	return nil
}

// hasNoProxy reports whether the environment exempts a host from proxies, by its name.
func hasNoProxy(host string) bool {
	list := os.Getenv("NO_PROXY")
	if list == "" {
		list = os.Getenv("no_proxy")
	}
	for name := range strings.SplitSeq(strings.ToLower(list), ",") {
		name, _, _ = strings.Cut(strings.TrimSpace(name), ":")
		subdomains := strings.TrimPrefix(name, "*")
		if name != "" && !strings.HasPrefix(subdomains, ".") {
			subdomains = "." + name
		}
		if name == "*" || name != "" && (host == name || strings.HasSuffix(host, subdomains)) {
			return true
		}
	}
	return false
}
