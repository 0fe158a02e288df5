package tests

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/seed-38c23bad/slackadmin/api"
)

// A fault is one way for a call to go wrong, or to look as if it did, and what
// the client promises then. The rows are in faults_table_test.go.
type fault struct {
	group, name string
	answers     []string                                      // raw, one per request, the last for ever
	respond     func(c *tapped, n int) bool                   // instead of answers: on the n-th request; false hangs up
	handshake   func(c *tapped)                               // instead of reading requests
	target      func(t *testing.T, base *string) []api.Option // where to call instead, and how
	timeout     time.Duration                                 // the context's; a minute if 0
	cancel      string                                        // when the context is canceled: "at once", "on arrival" of a request, "on retry"
	calls       int                                           // made at once; 1 if 0
	hangs       bool                                          // the context is what ends it

	want        outcome
	wantOther   outcome       // of a method that is not idempotent, where it differs
	code        api.ErrorCode // with refusal
	status      int           // with refusal and garbled
	retryAfter  time.Duration // with refusal
	contains    string        // in the error
	idempotent  int           // requests seen for a method that is idempotent
	other       int           // for one that is not
	connections int           // seen, where no request gets that far; not counted if 0
	apiOnly     bool          // the command cannot be set up so
}

// An outcome is the kind of a call's result.
type outcome string

const (
	success  outcome = "the response"
	refusal  outcome = "`*api.Error`"
	garbled  outcome = "`*api.ResponseError`"
	noAnswer outcome = "the error of the connection"
	unsent   outcome = "the error of the connection, which `api.NotSent` reports"
	deadline outcome = "`context.DeadlineExceeded`"
	canceled outcome = "`context.Canceled`"
)

func outcomeOf(err error) outcome {
	isRefusal := errors.As(err, new(*api.Error))
	isGarbled := errors.As(err, new(*api.ResponseError))
	switch {
	case err == nil:
		return success
	case errors.Is(err, context.Canceled):
		return canceled
	case isRefusal:
		return refusal
	case isGarbled:
		return garbled
	case errors.Is(err, context.DeadlineExceeded):
		return deadline
	case api.NotSent(err):
		return unsent
	default:
		return noAnswer
	}
}

// faultServer is a server of raw bytes on a real socket.
type faultServer struct {
	fault fault
	base  string

	mu       sync.Mutex
	requests int
	accepted int           // connections
	open     int           // of them
	arrived  chan struct{} // closed when the first request has
	closed   *sync.Cond    // signaled when a connection is
}

func newFaultServer(t *testing.T, f fault) *faultServer {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &faultServer{fault: f, base: "http://" + listener.Addr().String(), arrived: make(chan struct{})}
	s.closed = sync.NewCond(&s.mu)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := tap{listener}.Accept()
			if err != nil {
				return // the test is over
			}
			go s.serve(conn.(*tapped))
		}
	}()
	return s
}

func (s *faultServer) serve(c *tapped) {
	s.mu.Lock()
	s.open++
	s.accepted++
	s.mu.Unlock()
	defer func() {
		_ = c.Close()
		s.mu.Lock()
		defer s.mu.Unlock()
		s.open--
		s.closed.Broadcast()
	}()
	reader := bufio.NewReader(c)
	for {
		if s.fault.handshake != nil {
			s.fault.handshake(c)
			return
		}
		req, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		if _, err := io.Copy(io.Discard, req.Body); err != nil {
			return
		}
		s.mu.Lock()
		s.requests++
		n := s.requests
		if n == 1 {
			close(s.arrived)
		}
		s.mu.Unlock()
		if s.fault.respond != nil {
			if !s.fault.respond(c, n) {
				return
			}
			continue
		}
		answer := s.fault.answers[min(n, len(s.fault.answers))-1]
		if _, err := io.WriteString(c, answer); err != nil || strings.Contains(answer, "Connection: close") {
			return
		}
	}
}

// seen returns how many requests came.
func (s *faultServer) seen() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// waitClosed returns when the client holds no connection any more.
func (s *faultServer) waitClosed(t *testing.T) {
	t.Helper()
	late := false
	timer := time.AfterFunc(patience, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		late = true
		s.closed.Broadcast()
	})
	defer timer.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.open > 0 && !late {
		s.closed.Wait()
	}
	if s.open > 0 {
		t.Errorf("%d connections are still open after %v", s.open, patience)
	}
}

// patience is how long a test waits for what should come at once.
const patience = time.Minute

// wait returns when what is awaited has come.
func wait(t *testing.T, what string, arrived <-chan struct{}) {
	t.Helper()
	select {
	case <-arrived:
	case <-time.After(patience):
		t.Fatalf("%s did not come within %v", what, patience)
	}
}

// TestFaults runs the table through package api and looks at what goroutines it
// leaves.
func TestFaults(t *testing.T) { //nolint:tparallel // the check for leaks comes after the subtests
	if !runsAlone(t) {
		return
	}
	before := goleak.IgnoreCurrent()
	t.Run("table", func(t *testing.T) {
		t.Run("a thousand callers", aThousandCallers)
		for _, f := range faults {
			for _, idempotent := range []bool{true, false} {
				t.Run(f.group+"/"+f.name+map[bool]string{true: "/idempotent", false: "/not idempotent"}[idempotent], func(t *testing.T) {
					t.Parallel()
					runFault(t, f, idempotent)
				})
			}
		}
	})
	goleak.VerifyNone(t, before)
}

func runFault(t *testing.T, f fault, idempotent bool) {
	t.Helper()
	const token = "xoxp-in-a-fault-row"
	seen.token(token)
	s := newFaultServer(t, f)
	var received atomic.Int64
	transport := &http.Transport{DialContext: counting(&received), MaxResponseHeaderBytes: 1 << 20} // by itself it takes 10 MiB, for seconds under the race detector
	base, opts := s.base, []api.Option{api.WithHTTPClient(&http.Client{Transport: transport})}
	if f.target != nil {
		opts = append(opts, f.target(t, &base)...)
	}
	timeout := f.timeout
	if timeout == 0 {
		timeout = time.Minute
	}
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	var log logWriter
	switch f.cancel {
	case "at once":
		cancel()
	case "on arrival":
		go func() {
			<-s.arrived
			cancel()
		}()
	case "on retry":
		log.onRetry = cancel
	}
	client, err := api.New(token, append(opts, api.WithBaseURL(base), api.WithLogger(textLogger(&log)))...)
	if err != nil {
		t.Fatal(err)
	}
	var others sync.WaitGroup
	for range f.calls - 1 {
		others.Go(func() { _, _ = callOnce(ctx, client, idempotent) }) // they end as this one does
	}
	answered, err := callOnce(ctx, client, idempotent)
	others.Wait()
	seen.note(err, log.String())

	wanted := f.want
	if !idempotent && f.wantOther != "" {
		wanted = f.wantOther
	}
	if got := outcomeOf(err); got != wanted || answered != (err == nil) {
		t.Errorf("got %s: %v; want %s", got, err, wanted)
	}
	var e *api.Error
	var g *api.ResponseError
	if errors.As(err, &e) && wanted == refusal && (e.Code != f.code || e.StatusCode != f.status || (e.RetryAfter-f.retryAfter).Abs() > 2*time.Second) {
		t.Errorf("got %+v; want code %q, status %d, RetryAfter %v", e, f.code, f.status, f.retryAfter)
	}
	if errors.As(err, &g) && (g.StatusCode != f.status || len(g.Body) > 512 || g.Err == nil) {
		t.Errorf("got %+v; want status %d", g, f.status)
	}
	if err != nil && (!strings.HasPrefix(err.Error(), "admin.users.session.reset") || !strings.Contains(err.Error(), f.contains) || strings.Contains(err.Error(), "\n")) {
		t.Errorf("error %q; want one line that starts with the method and has %q", err, f.contains)
	}
	if api.NotSent(err) && s.seen() > 0 || wanted == unsent && api.MayBeDone(err) || wanted == noAnswer && !api.MayBeDone(err) {
		t.Errorf("%d requests came, and the error says not sent: %v, may be done: %v", s.seen(), api.NotSent(err), api.MayBeDone(err))
	}
	if err != nil && strings.Contains(err.Error(), "secret") {
		t.Errorf("error %q shows the proxy's password", err)
	}
	if !f.hangs && ctx.Err() != nil {
		t.Error("it took until the deadline")
	}
	// A request that the client gave up on may still be on its way to the count.
	transport.CloseIdleConnections()
	s.waitClosed(t)
	want := f.other
	if idempotent {
		want = f.idempotent
	}
	if got := s.seen(); got != want {
		t.Errorf("%d requests, want %d", got, want)
	}
	if f.connections > 0 && s.accepted != f.connections {
		t.Errorf("%d connections, want %d", s.accepted, f.connections)
	}
	if per := received.Load() / int64(max(s.seen(), 1)); per > 11<<20 {
		t.Errorf("the client read %d MiB of an answer", per>>20)
	}
}

// counting dials connections whose bytes received it counts.
func counting(received *atomic.Int64) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return counted{conn, received}, err
	}
}

type counted struct {
	net.Conn
	received *atomic.Int64
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.received.Add(int64(n))
	return n, err
}

// callOnce calls a method that is idempotent, or one that is not known to be.
func callOnce(ctx context.Context, client *api.Client, idempotent bool) (answered bool, err error) {
	if idempotent {
		answer, err := client.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{UserID: "W1"})
		return answer != nil, err
	}
	answer, err := api.Call[api.AdminUsersSessionResetResponse](ctx, client, "admin.users.session.reset", map[string]string{"user_id": "W1"})
	return answer != nil, err
}

// logWriter keeps a log, and tells when there is a retry in it.
type logWriter struct {
	bytes.Buffer
	onRetry func()
}

func (w *logWriter) Write(p []byte) (int, error) {
	if w.onRetry != nil && bytes.Contains(p, []byte("slack retry")) {
		w.onRetry()
	}
	return w.Buffer.Write(p)
}

// TestFaultsCommand runs the table through the command.
func TestFaultsCommand(t *testing.T) {
	t.Parallel()
	for _, f := range faults {
		if f.apiOnly {
			continue
		}
		t.Run(f.group+"/"+f.name, func(t *testing.T) {
			t.Parallel()
			const token = "xoxp-in-a-command"
			seen.token(token)
			s := newFaultServer(t, f)
			base := s.base
			if f.target != nil {
				f.target(t, &base)
			}
			timeout := f.timeout
			if timeout == 0 {
				timeout = time.Minute
			}
			cmd := exec.CommandContext(t.Context(), command(t), "sessions", "reset", "W1", "--own", "--timeout", timeout.String())
			cmd.Env = environment("SLACK_TOKEN="+token, "SLACK_API_URL="+base)
			var stdout, stderr bytes.Buffer
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			err := cmd.Run()
			seen.note(stdout.String(), stderr.String())
			want, lines := 1, 1
			if f.want == success {
				want, lines = 0, 0
			}
			if got := cmd.ProcessState.ExitCode(); got != want || strings.Count(stderr.String(), "\n") != lines || strings.Contains(stderr.String(), "goroutine ") {
				t.Errorf("%v, status %d, want %d with %d lines\n%s", err, got, want, lines, &stderr)
			}
			if got := s.seen(); got != f.idempotent {
				t.Errorf("%d requests, want %d", got, f.idempotent)
			}
		})
	}
}

var update = flag.Bool("update", false, "rewrite api/FAULTS.md from the table")

// TestFaultPage keeps the page that users read the same as the table.
func TestFaultPage(t *testing.T) {
	t.Parallel()
	const path = "../api/FAULTS.md"
	page := faultPage()
	if *update {
		write(t, path, page)
	}
	if read(t, path) != page {
		t.Errorf("%s is not what the table says; run: go test ./tests -run TestFaultPage -update", path)
	}
}

func faultPage() string {
	var b strings.Builder
	b.WriteString(`<!-- Written by go test ./tests -run TestFaultPage -update. DO NOT EDIT. -->

# Error handling

Each row is a test with a real connection, of a method that is idempotent and of one
that is not, through package api and, if its flags allow it, through the command. Calls
have at most 4 attempts, the default. The last two columns are the numbers of requests
that Slack receives, by whether the method is idempotent.
`)
	group := ""
	for _, f := range faults {
		if f.group != group {
			group = f.group
			fmt.Fprintf(&b, "\n## %s\n\n| what happens | what the caller gets | idempotent | not idempotent |\n|---|---|---|---|\n", group)
		}
		what := string(f.want)
		if f.want == refusal {
			what += fmt.Sprintf(" with `%s`, status %d", f.code, f.status)
			if f.retryAfter > 0 {
				what += fmt.Sprintf(", RetryAfter %v", f.retryAfter)
			}
		}
		if f.want == garbled {
			what += fmt.Sprintf(" with status %d", f.status)
		}
		if f.wantOther != "" {
			what += "; if not idempotent, " + string(f.wantOther)
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %d |\n", f.name, what, f.idempotent, f.other)
	}
	return b.String()
}

// answer returns an HTTP answer with a body of its length.
func answer(status int, header, body string) string {
	if header != "" {
		header += "\r\n"
	}
	return "HTTP/1.1 " + strconv.Itoa(status) + " X\r\nContent-Type: application/json\r\n" + header +
		"Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
}

// hang answers nothing until the client goes.
func hang(c *tapped, _ int) bool {
	_, _ = c.Read(make([]byte, 1))
	return false
}

func trustedTLS(t *testing.T, handler http.HandlerFunc) (*httptest.Server, *http.Transport) {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs, MinVersion: tls.VersionTLS12}}
	t.Cleanup(transport.CloseIdleConnections)
	return server, transport
}
