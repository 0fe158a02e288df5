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

// A proxyRefusalError is the response of a proxy that refuses to connect.
type proxyRefusalError struct{ status int }

func (e *proxyRefusalError) Error() string {
	return fmt.Sprintf("it refused with status %d %s", e.status, http.StatusText(e.status))
}

// checkConnectResponse is an http.Transport's OnProxyConnectResponse. Without it, the
// error of net/http has the status as text only.
func checkConnectResponse(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode != http.StatusOK {
		return &proxyRefusalError{resp.StatusCode}
	}
	return nil
}

// addProxy returns err, of an attempt without a connection, with the proxy of the
// request, if it has one, but without the proxy's user name and password.
func (c *Client) addProxy(req *http.Request, err error) error {
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

// checkProxy returns an error if the environment has a proxy URL that net/http cannot
// parse: net/http would ignore it and connect to Slack directly. Loopback addresses are
// never reached through a proxy.
func (c *Client) checkProxy() error {
	transport, ok := c.transport().(*http.Transport)
	if !ok || transport.Proxy == nil || reflect.ValueOf(transport.Proxy).Pointer() != reflect.ValueOf(http.ProxyFromEnvironment).Pointer() {
		return nil
	}
	usesProxy := func(u *url.URL) bool { return !isLoopback(u.Hostname()) && !bypassesProxy(u.Hostname()) }
	if !usesProxy(c.baseURL) && !slices.ContainsFunc(slices.Collect(maps.Values(c.apiURLs)), usesProxy) {
		return nil
	}
	for _, name := range []string{"HTTPS_PROXY", "https_proxy"} { // base URLs have the scheme https
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

// bypassesProxy reports whether NO_PROXY has a host's name.
func bypassesProxy(host string) bool {
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
