// Package tests sees the project as its users do: the public packages, the
// command's binary, the spec and the files of a checkout.
package tests

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

// binary is the command, built once for the tests of this package.
var binary string

func TestMain(m *testing.M) {
	os.Exit(runAll(m))
}

func runAll(m *testing.M) int {
	// Most tests wait, for a socket or a retry, more than they compute.
	flag.Parse()
	if err := flag.Set("test.parallel", "32"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if os.Getenv(alone) != "" {
		return max(m.Run(), searchSeen())
	}
	readSources() // so that no cached pass outlives a change of the command
	dir, err := os.MkdirTemp("", "slackadmin")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "slackadmin")
	build := exec.CommandContext(context.Background(), "go", "build", "-race="+race(), "-o", binary, "../cmd/slackadmin")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the command: %v\n%s", err, out)
		return 1
	}

	return max(m.Run(), searchSeen())
}

// searchSeen searches all that was seen for tokens, and returns the exit status.
func searchSeen() (status int) {
	for _, leak := range seen.leaks() {
		fmt.Fprintln(os.Stderr, "FAIL: the token is where it must not be:", leak)
		status = 1
	}
	return status
}

// readSources reads the sources of the command, which the go command knows to
// be an input of these tests only if they read it.
func readSources() {
	_ = filepath.WalkDir("..", func(path string, _ fs.DirEntry, _ error) error {
		if filepath.Ext(path) == ".go" {
			_, _ = os.ReadFile(path)
		}
		return nil
	})
}

// alone is set in the environment of a test that runs as a process of its own.
const alone = "SLACKADMIN_TEST_ALONE"

// runsAlone runs a top-level test again as a process of its own, whose
// goroutines and heap no other test shares. It reports whether this is that
// process; elsewhere the test is over.
func runsAlone(t *testing.T) bool {
	t.Helper()
	if os.Getenv(alone) != "" {
		return true
	}
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v") //nolint:gosec // it is this test
	cmd.Env = append(os.Environ(), alone+"=1")
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("--- PASS: "+t.Name())) {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}

// race says whether these tests run under the race detector, as the command then should.
func race() string {
	info, _ := debug.ReadBuildInfo()
	for _, setting := range info.Settings {
		if setting.Key == "-race" {
			return setting.Value
		}
	}
	return "false"
}

// seen is all that the tests of this package sent, received, logged and got as
// errors, to be searched for tokens at the end.
var seen evidence

type evidence struct {
	mu     sync.Mutex
	tokens []string
	sent   [][]byte // bytes of one connection, client to server
	other  [][]byte // everything else
}

func (e *evidence) token(token string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.tokens = append(e.tokens, token)
}

// note keeps what a value shows of itself.
func (e *evidence) note(values ...any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, value := range values {
		e.other = append(e.other, fmt.Appendf(nil, "%v\n%+v\n%#v", value, value, value))
	}
}

// leaks returns every place but the Authorization header that has a token.
func (e *evidence) leaks() (places []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.tokens) > 0 && len(e.sent) == 0 {
		return []string{"nothing was captured, so nothing was searched"}
	}
	for _, token := range e.tokens {
		header := []byte("Authorization: Bearer " + token + "\r\n")
		for _, sent := range e.sent {
			if rest := bytes.ReplaceAll(sent, header, nil); bytes.Contains(rest, []byte(token)) {
				places = append(places, fmt.Sprintf("sent: %q", bytes.ReplaceAll(rest, []byte(token), []byte("[token]"))))
			}
		}
		for _, other := range e.other {
			if bytes.Contains(other, []byte(token)) {
				places = append(places, fmt.Sprintf("elsewhere: %q", bytes.ReplaceAll(other, []byte(token), []byte("[token]"))))
			}
		}
	}
	return slices.Compact(places)
}

// newSlack starts a fake Slack whose connections are seen.
func newSlack(t *testing.T) *slacktest.Server {
	t.Helper()
	slack, err := startSlack()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(slack.Close)
	return slack
}

func startSlack() (*slacktest.Server, error) {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	slack := slacktest.NewServer(slacktest.WithListener(tap{listener}))
	seen.token(slack.Token)
	return slack, nil
}

// tap is a listener that keeps what goes over its connections.
type tap struct{ net.Listener }

func (t tap) Accept() (net.Conn, error) {
	conn, err := t.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &tapped{Conn: conn}, nil
}

type tapped struct {
	net.Conn
	in, out bytes.Buffer
	mu      sync.Mutex
	once    sync.Once
}

func (c *tapped) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	keep(&c.in, p[:n])
	return n, err
}

func (c *tapped) Write(p []byte) (int, error) {
	c.mu.Lock()
	keep(&c.out, p)
	c.mu.Unlock()
	return c.Conn.Write(p)
}

// keep keeps the first megabyte, which is more than any client sends and than
// any answer needs for a token to show in it.
func keep(b *bytes.Buffer, p []byte) { b.Write(p[:min(len(p), max(0, 1<<20-b.Len()))]) }

// reset breaks the connection so that the other side is told.
func (c *tapped) reset() {
	_ = c.Conn.(*net.TCPConn).SetLinger(0)
	_ = c.Close()
}

func (c *tapped) Close() error {
	c.once.Do(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		seen.mu.Lock()
		defer seen.mu.Unlock()
		seen.sent = append(seen.sent, c.in.Bytes())
		seen.other = append(seen.other, c.out.Bytes())
	})
	return c.Conn.Close()
}
