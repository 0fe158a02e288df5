package tests

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// as returns what the system says: Windows has words of its own.
func as(unix, windows string) string {
	if runtime.GOOS == "windows" {
		return windows
	}
	return unix
}

const yes = `{"ok":true}`

var faults = []fault{
	{
		group: "No connection", name: "the connection is refused",
		target: func(_ *testing.T, base *string) []api.Option { *base = "http://127.0.0.1:1"; return nil },
		want:   unsent, contains: as("connection refused", "actively refused"),
	},
	{
		group: "No connection", name: "the name is not found", apiOnly: true,
		target: func(_ *testing.T, base *string) []api.Option {
			*base = "https://slack.invalid"
			resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, "tcp", "127.0.0.1:1")
			}}
			return []api.Option{api.WithHTTPClient(&http.Client{Transport: &http.Transport{
				DialContext: (&net.Dialer{Resolver: resolver}).DialContext,
			}})}
		},
		want: unsent, contains: "lookup slack.invalid",
	},
	{
		group: "No connection", name: "the certificate is not trusted",
		handshake: handshake, target: overTLS,
		want: unsent, contains: "certificate", connections: 1,
	},
	{
		group: "No connection", name: "the server refuses the TLS handshake",
		handshake: func(c *tapped) {
			_, _ = c.Read(make([]byte, 1))
			_, _ = c.Write([]byte{21, 3, 3, 0, 2, 2, 40}) // an alert: handshake failure
			_, _ = io.Copy(io.Discard, c)
		},
		target: overTLS,
		want:   unsent, contains: "handshake failure", connections: 1,
	},
	{
		group: "No connection", name: "the server speaks plain HTTP instead of https",
		handshake: func(c *tapped) {
			_, _ = c.Read(make([]byte, 1))
			_, _ = io.WriteString(c, answer(400, "Connection: close", "no"))
			_, _ = io.Copy(io.Discard, c)
		},
		target: overTLS,
		want:   unsent, contains: "HTTP response to HTTPS client", connections: 1,
	},
	{
		group: "No connection", name: "the server speaks neither TLS nor HTTP",
		handshake: func(c *tapped) {
			_, _ = io.WriteString(c, "SSH-2.0-a server\r\n")
			_, _ = io.Copy(io.Discard, c)
		},
		target: overTLS,
		want:   unsent, contains: "does not look like a TLS handshake", connections: 1,
	},
	{
		group: "No connection", name: "the connection is closed in the TLS handshake",
		handshake: func(*tapped) {}, target: overTLS,
		want: unsent,
	},
	{
		group: "No connection", name: "the proxy refuses", apiOnly: true,
		target: func(_ *testing.T, base *string) []api.Option {
			*base = "https://slack.invalid"
			return []api.Option{api.WithHTTPClient(&http.Client{Transport: &http.Transport{Proxy: func(*http.Request) (*url.URL, error) {
				return &url.URL{Scheme: "http", Host: "127.0.0.1:1"}, nil
			}}})}
		},
		want: unsent, contains: "through the proxy http://127.0.0.1:1: proxyconnect",
	},
	{group: "No connection", name: "the proxy is not found", target: through("http://user:secret@proxy.invalid:3128", nil), want: unsent, contains: "through the proxy http://proxy.invalid:3128: ", apiOnly: true},
	{group: "No connection", name: "the proxy wants a password", target: through("http://", says("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")), want: unsent, contains: "Proxy Authentication Required", apiOnly: true},
	{group: "No connection", name: "the proxy does not reach Slack", target: through("http://", says("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")), want: unsent, contains: "Bad Gateway", apiOnly: true},
	{group: "No connection", name: "the proxy hangs up", target: through("http://", says("")), want: unsent, contains: "EOF", apiOnly: true},
	{group: "No connection", name: "a SOCKS proxy is down", target: through("socks5://127.0.0.1:1", nil), want: unsent, contains: "through the proxy socks5://127.0.0.1:1: ", apiOnly: true},
	{group: "No connection", name: "a SOCKS proxy refuses", target: through("socks5://", says("\x05\xff")), want: unsent, contains: "through the proxy socks5://", apiOnly: true},

	{
		group: "A lost response", name: "the connection is reset before the response",
		respond: func(c *tapped, _ int) bool { c.reset(); return false },
		want:    noAnswer, contains: as("reset", "forcibly closed"), idempotent: 4, other: 1,
	},
	{
		group: "A lost response", name: "the connection is closed before the response",
		respond: func(*tapped, int) bool { return false },
		want:    noAnswer, contains: "EOF", idempotent: 4, other: 1,
	},
	{
		group: "A lost response", name: "it is closed once, then works",
		respond: func(c *tapped, n int) bool {
			if n == 1 {
				return false
			}
			_, err := io.WriteString(c, answer(200, "Connection: close", yes))
			return err == nil
		},
		want: success, wantOther: noAnswer, idempotent: 2, other: 1,
	},
	{
		group: "A lost response", name: "the connection is closed in the header",
		answers: []string{"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-"},
		want:    noAnswer, contains: "broken", idempotent: 4, other: 1,
	},
	{
		group: "A lost response", name: "the connection is reset in the body",
		respond: func(c *tapped, _ int) bool {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"ok\":")
			c.reset()
			return false
		},
		want: garbled, status: 200, contains: "broke off after 6 bytes", idempotent: 4, other: 1,
	},
	{
		group: "A lost response", name: "the connection is closed in the body, or Content-Length is too large",
		answers: []string{"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 100\r\n\r\n" + yes},
		want:    garbled, status: 200, contains: "broke off after 11 bytes", idempotent: 4, other: 1,
	},
	{
		group: "A lost response", name: "the connection is closed in a chunk",
		answers: []string{"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{\"ok\":"},
		want:    garbled, status: 200, contains: "broke off after 6 bytes", idempotent: 4, other: 1,
	},
	{
		group: "A lost response", name: "the header never comes",
		respond: hang, timeout: 2 * time.Second, hangs: true,
		want: deadline, idempotent: 1, other: 1,
	},
	{
		group: "A lost response", name: "the body never ends",
		respond: trickle, timeout: 2 * time.Second, hangs: true,
		want: deadline, idempotent: 1, other: 1,
	},
	{
		group: "A lost response", name: "the http.Client's own timeout ends each of 2 attempts", apiOnly: true,
		respond: hang,
		target: func(*testing.T, *string) []api.Option {
			return []api.Option{api.WithHTTPClient(&http.Client{Transport: &http.Transport{}, Timeout: time.Second}), api.WithMaxAttempts(2)}
		},
		want: deadline, contains: "Client.Timeout", idempotent: 2, other: 1,
	},

	{
		group: "A lost response", name: "WithAttemptTimeout ends each of 2 attempts", apiOnly: true,
		respond: hang,
		target: func(*testing.T, *string) []api.Option {
			return []api.Option{api.WithAttemptTimeout(time.Second), api.WithMaxAttempts(2)}
		},
		want: deadline, contains: "Client.Timeout", idempotent: 2, other: 1,
	},

	{group: "Cancel", name: "before anything is sent", cancel: "at once", hangs: true, answers: []string{answer(200, "", yes)}, want: canceled, apiOnly: true},
	{group: "Cancel", name: "while waiting for the header", cancel: "on arrival", hangs: true, respond: hang, want: canceled, idempotent: 1, other: 1, apiOnly: true},
	{group: "Cancel", name: "in the body", cancel: "on arrival", hangs: true, respond: trickle, want: canceled, idempotent: 1, other: 1, apiOnly: true},
	{group: "Cancel", name: "while waiting to try again", cancel: "on retry", hangs: true, answers: []string{limited("Retry-After: 20")}, want: canceled, contains: "while waiting to try again", idempotent: 1, other: 1, apiOnly: true},

	{group: "Not HTTP", name: "a malformed status line", answers: []string{"HELLO\r\n\r\n"}, want: noAnswer, contains: "malformed", idempotent: 4, other: 1},
	{group: "Not HTTP", name: "a malformed header line", answers: []string{"HTTP/1.1 200 OK\r\nhello\r\n\r\n"}, want: noAnswer, contains: "malformed", idempotent: 4, other: 1},
	{group: "Not HTTP", name: "two different Content-Lengths", answers: []string{"HTTP/1.1 200 OK\r\nContent-Length: 11\r\nContent-Length: 12\r\n\r\n" + yes}, want: noAnswer, contains: "Content-Length", idempotent: 4, other: 1},
	{group: "Not HTTP", name: "a header of 20 MB", respond: repeat("HTTP/1.1 200 OK\r\nX: ", "x", 20<<20), want: noAnswer, contains: "header", idempotent: 4, other: 1},

	{group: "Unusable responses", name: "truncated JSON", answers: []string{answer(200, "", `{"ok":true`)}, want: garbled, status: 200, contains: "unexpected end", idempotent: 1, other: 1},
	{group: "Unusable responses", name: "nothing, with status 200", answers: []string{answer(200, "", "")}, want: garbled, status: 200, contains: "unexpected end", idempotent: 1, other: 1},
	{group: "Unusable responses", name: "status 204", answers: []string{"HTTP/1.1 204 No Content\r\n\r\n"}, want: garbled, status: 204, contains: "unexpected end", idempotent: 1, other: 1},
	{group: "Unusable responses", name: "HTML with status 200", answers: []string{answer(200, "", "<html>sign in</html>")}, want: garbled, status: 200, contains: "invalid character", idempotent: 1, other: 1},
	{group: "Unusable responses", name: "HTML with status 502", answers: []string{answer(502, "", "<html>bad gateway</html>")}, want: garbled, status: 502, contains: "status 502", idempotent: 4, other: 1},
	{group: "Unusable responses", name: "a JSON array", answers: []string{answer(200, "", "[]")}, want: garbled, status: 200, contains: "array", idempotent: 1, other: 1},
	{group: "Unusable responses", name: "JSON null", answers: []string{answer(200, "", "null")}, want: garbled, status: 200, contains: "no boolean", idempotent: 1, other: 1},
	{group: "Unusable responses", name: "`ok` is missing", answers: []string{answer(200, "", `{"error":"user_not_found"}`)}, want: garbled, status: 200, contains: `no boolean "ok"`, idempotent: 1, other: 1},
	{group: "Unusable responses", name: "`ok` is a string", answers: []string{answer(200, "", `{"ok":"true"}`)}, want: garbled, status: 200, contains: "string", idempotent: 1, other: 1},
	{group: "Unusable responses", name: "`ok` is a number", answers: []string{answer(200, "", `{"ok":1}`)}, want: garbled, status: 200, contains: "number", idempotent: 1, other: 1},
	{group: "Unusable responses", name: "`ok` is null", answers: []string{answer(200, "", `{"ok":null}`)}, want: garbled, status: 200, contains: "no boolean", idempotent: 1, other: 1},
	{group: "Unusable responses", name: "`ok` is given twice", answers: []string{answer(200, "", `{"ok":false,"ok":true}`)}, want: garbled, status: 200, contains: "its ok is given twice", idempotent: 1, other: 1},
	{group: "Unusable responses", name: "`error` is an object", answers: []string{answer(200, "", `{"ok":false,"error":{}}`)}, want: garbled, status: 200, contains: "object", idempotent: 1, other: 1},
	{group: "Unusable responses", name: "more after the response", answers: []string{answer(200, "", yes+yes)}, want: garbled, status: 200, contains: "after top-level value", idempotent: 1, other: 1},
	{group: "Unusable responses", name: "a byte order mark", answers: []string{answer(200, "", "\ufeff"+yes)}, want: garbled, status: 200, contains: "invalid character", idempotent: 1, other: 1},
	{group: "Unusable responses", name: "nesting 100,000 deep", answers: []string{answer(200, "", `{"ok":true,"x":`+strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000)+"}")}, want: garbled, status: 200, contains: "max depth", idempotent: 1, other: 1},
	{group: "Unusable responses", name: "Content-Length is too small", answers: []string{"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\n\r\n" + yes}, want: garbled, status: 200, contains: "unexpected end", idempotent: 1, other: 1},
	{group: "Unusable responses", name: "a body of 100 MB", respond: repeat("HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n{\"ok\":true,\"x\":\"", "x", 100<<20), want: garbled, status: 200, contains: "larger than", idempotent: 1, other: 1},
	{group: "Unusable responses", name: "a body without end", respond: repeat("HTTP/1.1 200 OK\r\n\r\n", " ", 1<<40), want: garbled, status: 200, contains: "larger than", idempotent: 1, other: 1},
	{group: "Unusable responses", name: "a gzip bomb", answers: []string{answer(200, "Content-Encoding: gzip", bomb())}, want: garbled, status: 200, contains: "larger than", idempotent: 1, other: 1},
	{group: "Unusable responses", name: "a body that is not gzip", answers: []string{answer(200, "Content-Encoding: gzip", yes)}, want: garbled, status: 200, contains: "gzip", idempotent: 4, other: 1},
	{group: "Unusable responses", name: "`ok` is true with status 500", answers: []string{answer(500, "", yes)}, want: garbled, status: 500, contains: "ok with status 500", idempotent: 4, other: 1},

	{group: "Unusual but usable responses", name: "a field of another type, which is logged and left out", answers: []string{answer(200, "", `{"ok":true,"warning":[],"response_metadata":"x"}`)}, want: success, idempotent: 1, other: 1},
	{group: "Unusual but usable responses", name: "`response_metadata` is null, if the method has no pages", answers: []string{answer(200, "", `{"ok":true,"response_metadata":null}`)}, want: success, idempotent: 1, other: 1},
	{group: "Unusual but usable responses", name: "an empty array instead of an object", answers: []string{answer(200, "", `{"ok":true,"response_metadata":[]}`)}, want: success, idempotent: 1, other: 1},
	{group: "Unusual but usable responses", name: "a key that differs from the exact one in case", answers: []string{answer(200, "", `{"ok":true,"OK":false,"Response_Metadata":"x","response_metadata":{}}`)}, want: success, idempotent: 1, other: 1},
	{group: "Unusual but usable responses", name: "unknown fields", answers: []string{answer(200, "", `{"ok":true,"new":{"a":[1,null]}}`)}, want: success, idempotent: 1, other: 1},
	{group: "Unusual but usable responses", name: "another content type", answers: []string{"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 11\r\n\r\n" + yes}, want: success, idempotent: 1, other: 1},
	{group: "Unusual but usable responses", name: "no content type", answers: []string{"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n" + yes}, want: success, idempotent: 1, other: 1},
	{group: "Unusual but usable responses", name: "no length, closed at the end", answers: []string{"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + yes}, want: success, idempotent: 1, other: 1},
	{group: "Unusual but usable responses", name: "invalid UTF-8 in a field", answers: []string{answer(200, "", "{\"ok\":true,\"response_metadata\":{\"messages\":[\"\xff\"]}}")}, want: success, idempotent: 1, other: 1},
	{group: "Unusual but usable responses", name: "early hints before the response", answers: []string{"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + answer(200, "", yes)}, want: success, idempotent: 1, other: 1},
	{group: "Unusual but usable responses", name: "white space around the response", answers: []string{answer(200, "", "\n "+yes+"\r\n")}, want: success, idempotent: 1, other: 1},

	{group: "Redirects", name: "307 to the same host", answers: []string{answer(307, "Location: /elsewhere", ""), answer(200, "", yes)}, want: success, idempotent: 2, other: 2},
	{group: "Redirects", name: "302 to the same host, which would lose the arguments", answers: []string{answer(302, "Location: /elsewhere", ""), answer(200, "", yes)}, want: garbled, status: 302, contains: "not followed", idempotent: 1, other: 1},
	{group: "Redirects", name: "308 to the same host", answers: []string{answer(308, "Location: /elsewhere", ""), answer(200, "", yes)}, want: success, idempotent: 2, other: 2},
	{group: "Redirects", name: "303 to another host", answers: []string{answer(303, "Location: http://localhost:1/elsewhere", "")}, want: garbled, status: 303, contains: "not followed", idempotent: 1, other: 1},
	{group: "Redirects", name: "307 to another scheme", answers: []string{answer(307, "Location: ftp://127.0.0.1/elsewhere", "")}, want: garbled, status: 307, contains: "not followed", idempotent: 1, other: 1},
	{group: "Redirects", name: "307 to another host", answers: []string{answer(307, "Location: http://localhost:1/elsewhere", "")}, want: garbled, status: 307, contains: "not followed", idempotent: 1, other: 1},
	{
		group: "Redirects", name: "307 from https to http", apiOnly: true,
		target: func(t *testing.T, base *string) []api.Option {
			server, transport := trustedTLS(t, func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "http://"+r.Host+"/elsewhere", http.StatusTemporaryRedirect)
			})
			*base = server.URL
			return []api.Option{api.WithHTTPClient(&http.Client{Transport: transport})}
		},
		answers: []string{answer(200, "", yes)},
		want:    garbled, status: 307, contains: "not followed",
	},
	{group: "Redirects", name: "a loop", answers: []string{answer(307, "Location: /again", "")}, want: garbled, status: 307, contains: "not followed", idempotent: 6, other: 6},
	{group: "Redirects", name: "to nowhere", answers: []string{answer(307, "", "")}, want: garbled, status: 307, contains: "not followed", idempotent: 1, other: 1},

	{group: "Error responses", name: "an unknown code", answers: []string{answer(200, "", `{"ok":false,"error":"brand_new"}`)}, want: refusal, code: "brand_new", status: 200, idempotent: 1, other: 1},
	{group: "Error responses", name: "invalid UTF-8 in the code", answers: []string{answer(200, "", "{\"ok\":false,\"error\":\"\xff\"}")}, want: refusal, code: "\ufffd", status: 200, idempotent: 1, other: 1},
	{group: "Error responses", name: "401 with Slack's error response", answers: []string{answer(401, "", `{"ok":false,"error":"invalid_auth"}`)}, want: refusal, code: api.ErrInvalidAuth, status: 401, idempotent: 1, other: 1},
	{group: "Error responses", name: "401 without it", answers: []string{answer(401, "", "who?")}, want: garbled, status: 401, idempotent: 1, other: 1},
	{group: "Error responses", name: "403 with Slack's error response", answers: []string{answer(403, "", `{"ok":false,"error":"access_denied"}`)}, want: refusal, code: api.ErrAccessDenied, status: 403, idempotent: 1, other: 1},
	{group: "Error responses", name: "403 without it", answers: []string{answer(403, "", "<html>no</html>")}, want: garbled, status: 403, idempotent: 1, other: 1},
	{group: "Error responses", name: "404 with Slack's error response", answers: []string{answer(404, "", `{"ok":false,"error":"unknown_method"}`)}, want: refusal, code: api.ErrUnknownMethod, status: 404, idempotent: 1, other: 1},
	{group: "Error responses", name: "404 without it", answers: []string{answer(404, "", "404 page not found\n")}, want: garbled, status: 404, idempotent: 1, other: 1},
	{group: "Error responses", name: "408 from a gateway", answers: []string{answer(408, "", "<html>too slow</html>")}, want: garbled, status: 408, idempotent: 4, other: 4},
	{group: "Error responses", name: "408 with Slack's error response", answers: []string{answer(408, "", `{"ok":false,"error":"request_timeout"}`)}, want: refusal, code: api.ErrRequestTimeout, status: 408, idempotent: 4, other: 4},
	{group: "Error responses", name: "425, then works", answers: []string{answer(425, "", ""), answer(200, "", yes)}, want: success, idempotent: 2, other: 2},
	{group: "Error responses", name: "`internal_error` with status 200", answers: []string{answer(200, "", `{"ok":false,"error":"internal_error"}`)}, want: refusal, code: api.ErrInternalError, status: 200, idempotent: 4, other: 1},
	{group: "Error responses", name: "`fatal_error` with status 200", answers: []string{answer(200, "", `{"ok":false,"error":"fatal_error"}`)}, want: refusal, code: api.ErrFatalError, status: 200, idempotent: 4, other: 1},
	{group: "Error responses", name: "`service_unavailable` with status 200", answers: []string{answer(200, "", `{"ok":false,"error":"service_unavailable"}`)}, want: refusal, code: api.ErrServiceUnavailable, status: 200, idempotent: 4, other: 1},
	{group: "Error responses", name: "`request_timeout` with status 200", answers: []string{answer(200, "", `{"ok":false,"error":"request_timeout"}`)}, want: refusal, code: api.ErrRequestTimeout, status: 200, idempotent: 4, other: 1},
	{group: "Error responses", name: "500 with Slack's error response", answers: []string{answer(500, "", `{"ok":false,"error":"fatal_error"}`)}, want: refusal, code: api.ErrFatalError, status: 500, idempotent: 4, other: 1},
	{group: "Error responses", name: "500 without it", answers: []string{answer(500, "", "oops")}, want: garbled, status: 500, idempotent: 4, other: 1},
	{group: "Error responses", name: "503 with Slack's error response", answers: []string{answer(503, "", `{"ok":false,"error":"service_unavailable"}`)}, want: refusal, code: api.ErrServiceUnavailable, status: 503, idempotent: 4, other: 1},
	{group: "Error responses", name: "503 without it", answers: []string{answer(503, "", "")}, want: garbled, status: 503, idempotent: 4, other: 1},
	{group: "Error responses", name: "503 for 20 calls of one client, which share a budget of 10 retries", calls: 20, answers: []string{answer(503, "", "")}, want: garbled, status: 503, idempotent: 30, other: 20, apiOnly: true},
	{group: "Error responses", name: "503 with a Retry-After past the deadline", answers: []string{answer(503, "Retry-After: 60", `{"ok":false,"error":"service_unavailable"}`)}, timeout: 20 * time.Second, want: refusal, code: api.ErrServiceUnavailable, status: 503, retryAfter: time.Minute, idempotent: 1, other: 1},
	{
		group: "Error responses", name: "503 whose body never ends, in 2 attempts", respond: stall("HTTP/1.1 503 X\r\nContent-Length: 500\r\n\r\n{"),
		target: impatient,
		want:   garbled, status: 503, contains: "broke off after 1 bytes", idempotent: 2, other: 1, apiOnly: true,
	},

	{group: "Rate limits", name: "429 with seconds, then works", answers: []string{limited("Retry-After: 1"), answer(200, "", yes)}, want: success, idempotent: 2, other: 2},
	{group: "Rate limits", name: "429 with a date past the deadline", respond: limitedUntil(time.Hour), timeout: 20 * time.Second, want: refusal, code: api.ErrRatelimited, status: 429, retryAfter: time.Hour, idempotent: 1, other: 1},
	{group: "Rate limits", name: "429 without Retry-After (30 s), past the deadline", answers: []string{limited("")}, timeout: 20 * time.Second, want: refusal, code: api.ErrRatelimited, status: 429, idempotent: 1, other: 1},
	{group: "Rate limits", name: "429 with nonsense (30 s), past the deadline", answers: []string{limited("Retry-After: soon")}, timeout: 20 * time.Second, want: refusal, code: api.ErrRatelimited, status: 429, idempotent: 1, other: 1},
	{group: "Rate limits", name: "429 with a negative wait (30 s), past the deadline", answers: []string{limited("Retry-After: -5")}, timeout: 20 * time.Second, want: refusal, code: api.ErrRatelimited, status: 429, idempotent: 1, other: 1},
	{group: "Rate limits", name: "429 with an hour, longer than a call waits", answers: []string{limited("Retry-After: 3600")}, want: refusal, code: api.ErrRatelimited, status: 429, retryAfter: time.Hour, idempotent: 1, other: 1},
	{group: "Rate limits", name: "429 with too many seconds", answers: []string{limited("Retry-After: 99999999999999999999")}, want: refusal, code: api.ErrRatelimited, status: 429, retryAfter: (1 << 32) * time.Second, idempotent: 1, other: 1},
	{group: "Rate limits", name: "429 with a date in the year 9999", answers: []string{limited("Retry-After: Fri, 31 Dec 9999 23:59:59 GMT")}, want: refusal, code: api.ErrRatelimited, status: 429, retryAfter: (1 << 32) * time.Second, idempotent: 1, other: 1},
	{group: "Rate limits", name: "429 whose body breaks off", answers: []string{"HTTP/1.1 429 X\r\nConnection: close\r\nRetry-After: 60\r\nContent-Length: 500\r\n\r\n{\"ok\":false"}, timeout: 20 * time.Second, want: refusal, code: api.ErrRatelimited, status: 429, retryAfter: time.Minute, idempotent: 1, other: 1},
	{
		group: "Rate limits", name: "429 whose body never ends", respond: stall("HTTP/1.1 429 X\r\nRetry-After: 60\r\nContent-Length: 500\r\n\r\n{"),
		target: impatient, timeout: 20 * time.Second,
		want: refusal, code: api.ErrRatelimited, status: 429, retryAfter: time.Minute, idempotent: 1, other: 1, apiOnly: true,
	},
	{group: "Rate limits", name: "429 without Slack's error response", answers: []string{answer(429, "Retry-After: 60", "<html>slow down</html>")}, timeout: 20 * time.Second, want: refusal, code: api.ErrRatelimited, status: 429, retryAfter: time.Minute, idempotent: 1, other: 1},
	{group: "Rate limits", name: "`ratelimited` with status 200, then works", answers: []string{answer(200, "Retry-After: 1", `{"ok":false,"error":"ratelimited"}`), answer(200, "", yes)}, want: success, idempotent: 2, other: 2},
	{group: "Rate limits", name: "`rate_limited` with status 200, past the deadline", answers: []string{answer(200, "Retry-After: 60", `{"ok":false,"error":"rate_limited"}`)}, timeout: 20 * time.Second, want: refusal, code: "rate_limited", status: 200, retryAfter: time.Minute, idempotent: 1, other: 1},
	{
		group: "Rate limits", name: "429 every time, in 2 attempts", answers: []string{limited("Retry-After: 1")},
		target: func(*testing.T, *string) []api.Option { return []api.Option{api.WithMaxAttempts(2)} },
		want:   refusal, code: api.ErrRatelimited, status: 429, retryAfter: time.Second, idempotent: 2, other: 2, apiOnly: true,
	},
}

// through calls Slack through a proxy: of an URL that is whole, or one that answers the
// first bytes of each connection.
func through(proxy string, answer func(net.Conn)) func(*testing.T, *string) []api.Option {
	return func(t *testing.T, base *string) []api.Option {
		t.Helper()
		*base = "https://slack.invalid"
		whole := proxy
		if answer != nil {
			listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = listener.Close() })
			go func() {
				for {
					conn, err := listener.Accept()
					if err != nil {
						return // the test is over
					}
					answer(conn)
				}
			}()
			whole += listener.Addr().String()
		}
		parsed, err := url.Parse(whole)
		if err != nil {
			t.Fatal(err)
		}
		return []api.Option{api.WithHTTPClient(&http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(parsed)}})}
	}
}

func says(text string) func(net.Conn) {
	return func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 4096))
		_, _ = io.WriteString(conn, text)
		_ = conn.Close()
	}
}

// overTLS calls the fault's server as one that speaks TLS.
func overTLS(_ *testing.T, base *string) []api.Option {
	*base = strings.Replace(*base, "http:", "https:", 1)
	return nil
}

// handshake is a TLS server's with a certificate that nobody trusts.
func handshake(c *tapped) {
	server := httptest.NewUnstartedServer(nil)
	server.StartTLS()
	defer server.Close()
	_ = tls.Server(c, server.TLS).HandshakeContext(context.Background()) // the client's part of it is the test
}

// impatient has the client's own timeout end an attempt, of two.
func impatient(*testing.T, *string) []api.Option {
	return []api.Option{
		api.WithHTTPClient(&http.Client{Transport: &http.Transport{}, Timeout: 5 * time.Second}),
		api.WithMaxAttempts(2),
	}
}

// stall sends a beginning, and then nothing until the client goes.
func stall(beginning string) func(*tapped, int) bool {
	return func(c *tapped, n int) bool {
		_, _ = io.WriteString(c, beginning)
		return hang(c, n)
	}
}

func limited(header string) string {
	return answer(http.StatusTooManyRequests, header, `{"ok":false,"error":"ratelimited"}`)
}

// limitedUntil says until when to wait instead of how long.
func limitedUntil(wait time.Duration) func(*tapped, int) bool {
	return func(c *tapped, _ int) bool {
		date := time.Now().Add(wait + time.Second).UTC().Format(http.TimeFormat) // it drops fractions
		_, _ = io.WriteString(c, limited("Connection: close\r\nRetry-After: "+date))
		return false
	}
}

// trickle sends a body byte by byte until the client goes.
func trickle(c *tapped, _ int) bool {
	_, err := io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for range ticker.C {
		if err != nil {
			return false
		}
		_, err = io.WriteString(c, " ")
	}
	return false
}

// repeat sends head and then n times what, or until the client goes.
func repeat(head, what string, n int) func(*tapped, int) bool {
	return func(c *tapped, _ int) bool {
		chunk := bytes.Repeat([]byte(what), 64<<10)
		_, err := io.WriteString(c, head)
		for sent := 0; sent < n && err == nil; sent += len(chunk) {
			_, err = c.Write(chunk)
		}
		return false
	}
}

// bomb is 100 MB of white space in 100 KB of gzip, a megabyte in each member.
func bomb() string {
	var member bytes.Buffer
	w := gzip.NewWriter(&member)
	_, _ = w.Write(bytes.Repeat([]byte(" "), 1<<20)) // into memory
	_ = w.Close()
	return strings.Repeat(member.String(), 100)
}
