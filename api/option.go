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

// An Option changes how [New] makes a Client.
type Option func(*Client) error

// WithBaseURL sets the URL that method names are appended to. The default is
// https://slack.com/api; GovSlack and proxies have their own. Plain http is
// refused unless the host is loopback.
func WithBaseURL(u string) Option {
	return func(c *Client) (err error) {
		c.baseURL, err = parseBaseURL(u)
		return err
	}
}

// WithServerURL is [WithBaseURL] for the methods of another API of Slack's than the
// Web API, which has a server of its own. api is the first word of their names: audit
// for audit.logs. With Slack's base URL, the default, they reach Slack without this
// option. With another they fail, and send nothing, until it says where the API is.
func WithServerURL(api, u string) Option {
	return func(c *Client) error {
		server, err := parseBaseURL(u)
		switch {
		case err != nil:
			return fmt.Errorf("server of %q: %w", api, err)
		case !slices.Contains(serverNames, api):
			return fmt.Errorf("WithServerURL: there is no API %q with a server of its own; want %s", api, strings.Join(serverNames, " or "))
		}
		if c.servers == nil {
			c.servers = map[string]*url.URL{}
		}
		c.servers[api] = server
		return nil
	}
}

// WithHTTPClient sets the client that sends the requests, for a proxy, TLS
// settings or tracing of your own. The Client uses a copy of it, which follows
// redirects only to the same scheme and host. Its Timeout is that of an attempt,
// unless [WithAttemptTimeout] says otherwise.
func WithHTTPClient(hc *http.Client) Option {
	return func(c *Client) error {
		if hc == nil {
			return errors.New("WithHTTPClient: the client is nil")
		}
		own := *hc
		c.http = &own
		return nil
	}
}

// WithAttemptTimeout sets how long one attempt takes at most, from its connection to
// the end of the response; of a response that is a stream, to the end of its header.
// The default is 30 seconds. The context bounds the whole call.
func WithAttemptTimeout(d time.Duration) Option {
	return func(c *Client) error {
		if d <= 0 {
			return fmt.Errorf("WithAttemptTimeout: %v; want more than nothing, such as 30s", d)
		}
		c.timeout = d
		return nil
	}
}

// WithUserAgent replaces the User-Agent header, which by default names this
// library and its version.
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

// WithMaxAttempts sets how many attempts a call makes at most, the first
// included. The default is 4; 1 switches retries off.
//
// There is another attempt when Slack says to wait, with status 429 or the code
// ratelimited, and after that long; other calls of the method wait too. There is one,
// at growing intervals, if the request was not sent or, by status 408 or 425, not acted
// on. If the method is idempotent, as its doc comment says, there is one as well after
// a failed connection, a status of 500 and more, or one of the codes fatal_error,
// internal_error, request_timeout and service_unavailable. All
// calls of a Client share a budget of such retries. A call that would have to
// wait past its context's deadline, or for more than two minutes, returns at
// once; its error says how long, if Slack did.
func WithMaxAttempts(n int) Option {
	return func(c *Client) error {
		if n < 1 {
			return fmt.Errorf("WithMaxAttempts: %d attempts; want 1 or more", n)
		}
		c.maxAttempts = n
		return nil
	}
}

// WithPacing spaces the calls of each method so that Slack has no reason to
// refuse them: at most as many as the method's tier allows in a minute within
// any 61.5 seconds, a second or more apart (less for tiers of more than 60 a
// minute), and after a status 429 evenly until a minute has passed without
// another. Its doc comment says which tier a method has. Ten calls of a tier 2
// method take 9 seconds, a thousand 50 minutes.
//
// All goroutines that call with the same token share the pace. A call waits for
// its turn, and for what Slack says with a 429, as long as its context allows;
// if that would be past the context's deadline, it returns at once an [*Error]
// with the code [ErrRatelimited] and the wait in RetryAfter, and nothing is sent.
// The number of attempts is still bounded as [WithMaxAttempts] says, but a wait
// for a turn is no attempt, so with one attempt a call waits as well.
//
// Slack counts the calls of an app in an organization, whatever process or token
// they come from. Processes do not know of each other: two that call the same
// method will together be told to wait, and do.
func WithPacing() Option {
	return func(c *Client) error {
		c.pace.always = true
		return nil
	}
}

// WithLogger logs each attempt to l at debug level, with method, attempt,
// status, duration and Slack's request ID, each retry at warn level, with the
// wait and its reason, and each wait of a second or more for a turn at info
// level. What Slack warns of although it says ok, and fields that do not have the type
// they should, are logged at warn level. It logs no token, argument or answer.
func WithLogger(l *slog.Logger) Option {
	return func(c *Client) error {
		if l == nil {
			return errors.New("WithLogger: the logger is nil")
		}
		c.logger = l
		return nil
	}
}

// A CallOption changes the HTTP request of one call before it is sent. Any
// function of this type will do.
type CallOption func(ctx context.Context, req *http.Request) error

// WithToken makes one call with another token than the Client's. The call
// fails, without showing the token, if it is not fit for a header.
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
		if n < 1 {
			return fmt.Errorf("WithCallMaxAttempts: %d attempts; want 1 or more", n)
		}
		*req = *req.WithContext(context.WithValue(req.Context(), maxAttemptsKey{}, n))
		return nil
	}
}

type maxAttemptsKey struct{}

// WithForm sends the arguments of one call as a form instead of as JSON, for
// gateways that know only forms. Methods that take no JSON need no such option.
func WithForm() CallOption {
	return func(_ context.Context, req *http.Request) error {
		if req.Header.Get("Content-Type") != contentJSON || req.Body == nil {
			return nil // a form already, or a query, or no arguments
		}
		args, err := io.ReadAll(req.Body) // not GetBody, which another option may have unset
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

// WithBodyInto stores the answer as it came in *dst, whether it says yes or no,
// for fields that the typed answer does not have. If the call returns a
// [*ResponseError], it need not be JSON. A response that is a stream is not
// stored. Give each call a dst of its own.
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

// WithHeaderInto stores the header of the last answer in *dst, whether the
// answer says yes or no: X-OAuth-Scopes, for one, which has the token's scopes.
// It stores nil if nothing came back. Give each call a dst of its own.
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
