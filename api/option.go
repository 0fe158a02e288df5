package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/seed-38c23bad/slackadmin/internal/form"
)

// An Option configures a Client. See [New].
type Option func(*Client) error

// WithBaseURL sets the base URL of the Web API, which method names are appended to. The
// default is https://slack.com/api. GovSlack and proxies have others. The scheme must be
// https, or http if the host is loopback.
func WithBaseURL(u string) Option {
	return func(c *Client) (err error) {
		c.baseURL, err = parseBaseURL(u)
		return err
	}
}

// WithServerURL sets the base URL of a Slack API other than the Web API. api is the first
// word of the names of its methods: audit for audit.logs. By default the Client uses
// Slack's own URL. If [WithBaseURL] sets another base URL, methods of such an API fail
// and send nothing unless WithServerURL is given, too.
func WithServerURL(api, u string) Option {
	return func(c *Client) error {
		apiURL, err := parseBaseURL(u)
		switch {
		case err != nil:
			return fmt.Errorf("server of %q: %w", api, err)
		case !slices.Contains(serverNames, api):
			return fmt.Errorf("WithServerURL: there is no API %q with a server of its own; want %s", api, strings.Join(serverNames, " or "))
		}
		if c.apiURLs == nil {
			c.apiURLs = map[string]*url.URL{}
		}
		c.apiURLs[api] = apiURL
		return nil
	}
}

// WithHTTPClient sets the client that sends the requests, such as one with a proxy, TLS
// settings or tracing. The Client uses a copy that follows redirects only to the same
// scheme and host. Its Timeout applies to each attempt, unless [WithAttemptTimeout] is
// given.
func WithHTTPClient(hc *http.Client) Option {
	return func(c *Client) error {
		if hc == nil {
			return errors.New("WithHTTPClient: the client is nil")
		}
		clone := *hc
		c.http = &clone
		return nil
	}
}

// WithAttemptTimeout limits each attempt, from the connection to the end of the
// response; if the response is a stream, to the end of its header. The default is 30
// seconds or, with [WithHTTPClient], the http.Client's Timeout. To limit a whole call,
// use its context.
func WithAttemptTimeout(d time.Duration) Option {
	return func(c *Client) error {
		if d <= 0 {
			return fmt.Errorf("WithAttemptTimeout: %v; want more than nothing, such as 30s", d)
		}
		c.timeout = d
		return nil
	}
}

// WithUserAgent sets the User-Agent header. The default has this module's name and
// version.
func WithUserAgent(ua string) Option {
	return func(c *Client) error {
		for _, r := range ua {
			if r < ' ' || r > '~' {
				return fmt.Errorf("WithUserAgent: %q has a character that a header cannot carry; want visible ASCII and spaces", ua)
			}
		}
		c.userAgent = []string{ua}
		return nil
	}
}

// WithMaxAttempts limits the attempts of a call, including the first. The default is 4. 1
// switches retries off.
//
// A call is retried
//
//	(a) if Slack rate limits it, with status 429 or the code ratelimited: after the time
//	    in Retry-After, and all other calls of the method wait, too;
//	(b) if the request was not sent or, by status 408 or 425, not acted on: after
//	    increasing delays;
//	(c) if the method is idempotent, as its doc comment says, and the connection failed,
//	    the status is 500 or more, or the code is fatal_error, internal_error,
//	    request_timeout or service_unavailable: after increasing delays.
//
// All calls of a Client share a budget for (b) and (c). A call returns at once if it
// would have to wait past its context's deadline, or for more than two minutes in all. If
// Slack said how long to wait, the error has that time.
func WithMaxAttempts(n int) Option {
	return func(c *Client) error {
		c.maxAttempts = n
		return checkMaxAttempts("WithMaxAttempts", n)
	}
}

// WithPacing spaces the calls of each method so that Slack does not rate limit them.
// Within any 61.5 seconds it sends at most the calls that the method's tier allows per
// minute, at least a second apart, or less if the tier allows more than 60. After a
// status 429 it spaces calls evenly until a minute has passed without another 429. The
// method's doc comment has its tier. Ten calls of a tier 2 method take 9 seconds, a
// thousand calls 50 minutes.
//
// All goroutines that call with the same token share the slots. A call waits for its
// slot, and after a 429 as long as Slack says, until its context's deadline. If that is
// too early, the call returns an [*Error] at once, with the code [ErrRatelimited] and
// the wait in RetryAfter, and sends nothing. [WithMaxAttempts] still applies, but a wait
// for a slot is not an attempt: a call with one attempt waits, too.
//
// Slack counts the calls of an app in an organization, from all processes and with all
// tokens. A Client does not know about other processes. If several call the same method,
// Slack will rate limit them, and they wait.
func WithPacing() Option {
	return func(c *Client) error {
		c.pacer.always = true
		return nil
	}
}

// WithLogger logs to l each attempt at debug level (method, attempt, status, duration,
// Slack's request ID), each wait of a second or more for a slot at info level, and at
// warn level each retry (wait and reason), Slack's warnings with a success, and fields
// of the wrong type. It logs no token, argument or response.
func WithLogger(l *slog.Logger) Option {
	return func(c *Client) error {
		if l == nil {
			return errors.New("WithLogger: the logger is nil")
		}
		c.logger = l
		return nil
	}
}

// A CallOption changes the HTTP request of one call before it is sent. Callers may write
// their own.
type CallOption func(ctx context.Context, req *http.Request) error

// WithToken makes one call with another token. The call fails if it is not a bearer
// token. The error does not show it.
func WithToken(token string) CallOption {
	return func(_ context.Context, req *http.Request) error {
		token, err := parseToken(token)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+token)
		return nil
	}
}

// WithCallMaxAttempts is [WithMaxAttempts] for one call.
func WithCallMaxAttempts(n int) CallOption {
	return func(_ context.Context, req *http.Request) error {
		*req = *req.WithContext(context.WithValue(req.Context(), maxAttemptsKey{}, n))
		return checkMaxAttempts("WithCallMaxAttempts", n)
	}
}

type maxAttemptsKey struct{}

func checkMaxAttempts(option string, n int) error {
	if n < 1 {
		return fmt.Errorf("%s: %d attempts; want 1 or more", option, n)
	}
	return nil
}

// WithForm sends the arguments of one call as a form instead of JSON, for gateways that
// do not accept JSON. It does nothing for methods without JSON arguments.
func WithForm() CallOption {
	return func(_ context.Context, req *http.Request) error {
		if req.Header.Get("Content-Type") != contentJSON || req.Body == nil {
			return nil // the method has no JSON arguments
		}
		args, err := io.ReadAll(req.Body) // another option may have unset GetBody
		if err != nil {
			return err
		}
		values, err := form.Values(json.RawMessage(args))
		if err != nil {
			return err
		}
		encoded := values.Encode()
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(encoded)), nil }
		req.Body, _ = req.GetBody()
		req.ContentLength = int64(len(encoded))
		req.Header.Set("Content-Type", contentForm)
		return nil
	}
}

// WithBodyInto stores the body of the last response in *dst, of a success and of an
// error, for fields that the Go type does not have. If the call returns a
// [*ResponseError], the body may not be JSON. A stream is not stored. Each call needs its
// own dst.
func WithBodyInto(dst *json.RawMessage) CallOption {
	return func(_ context.Context, req *http.Request) error {
		if dst == nil {
			return errors.New("WithBodyInto: dst is nil")
		}
		*req = *req.WithContext(context.WithValue(req.Context(), bodyKey{}, dst))
		return nil
	}
}

type bodyKey struct{}

// WithHeaderInto stores the header of the last response in *dst, of a success and of an
// error. X-OAuth-Scopes, for example, has the token's scopes. Without a response, *dst is
// nil. Each call needs its own dst.
func WithHeaderInto(dst *http.Header) CallOption {
	return func(_ context.Context, req *http.Request) error {
		if dst == nil {
			return errors.New("WithHeaderInto: dst is nil")
		}
		*req = *req.WithContext(context.WithValue(req.Context(), headerKey{}, dst))
		return nil
	}
}

type headerKey struct{}
