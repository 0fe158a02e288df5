package signout

import (
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
)

// TestPermanentErrors has real connections fail. Only errors that would occur again are
// permanent.
func TestPermanentErrors(t *testing.T) {
	t.Parallel()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	defer proxy.Close()
	proxyURL, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	wantsCertificate := httptest.NewUnstartedServer(http.NotFoundHandler())
	wantsCertificate.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	wantsCertificate.Config.ErrorLog = log.New(io.Discard, "", 0)
	wantsCertificate.StartTLS()
	defer wantsCertificate.Close()
	closed := httptest.NewServer(nil)
	closed.Close()
	for name, test := range map[string]struct {
		transport *http.Transport
		url       string
		want      bool
	}{
		"a proxy's 407":      {&http.Transport{Proxy: http.ProxyURL(proxyURL)}, "https://slack.com/api", true},
		"a TLS alert":        {&http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, wantsCertificate.URL, true}, //nolint:gosec // a test server
		"no TLS":             {&http.Transport{}, "https" + proxy.URL[len("http"):], true},
		"an unknown CA":      {&http.Transport{}, wantsCertificate.URL, true},
		"refused connection": {&http.Transport{}, closed.URL, false},
	} {
		client, err := api.New(testToken, api.WithBaseURL(test.url), api.WithMaxAttempts(1), api.WithHTTPClient(&http.Client{Transport: test.transport}))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.AuthTest(t.Context()); err == nil || permanent(err) != test.want {
			t.Errorf("%s: permanent is %v for %v, want %v", name, permanent(err), err, test.want)
		}
		test.transport.CloseIdleConnections()
	}
}
