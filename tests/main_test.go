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
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

func TestMain(m *testing.M) {
	os.Exit(runAll(m))
}

func runAll(m *testing.M) int {
	// Most tests wait, for a socket or a retry, more than they compute.
	flag.Parse()
	if err := flag.Set("test.parallel", "16"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var err error
	if buildDir, err = os.MkdirTemp("", "slackadmin"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(buildDir) }()
	return max(m.Run(), searchSeen())
}

// buildCommand builds the command in buildDir, once for all tests that use it.
var (
	buildDir     string
	buildCommand = sync.OnceValues(func() (path string, err error) {
		readSources()
		path = filepath.Join(buildDir, "slackadmin")
		if runtime.GOOS == "windows" {
			path += ".exe" // else it cannot be started there
		}
		build := exec.CommandContext(context.Background(), "go", "build", "-o", path, "../cmd/slackadmin")
		if out, err := build.CombinedOutput(); err != nil {
			return "", fmt.Errorf("building the command: %w\n%s", err, out)
		}
		return path, nil
	})
)

// command returns the path of the command.
func command(t *testing.T) string {
	t.Helper()
	path, err := buildCommand()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// environment returns the variables of a command under test. Without TMP, Windows
// would have temporary files in its own folder.
func environment(variables ...string) []string {
	return append(variables, "TMP="+os.TempDir())
}

// searchSeen searches all that was seen for tokens, and returns the exit status.
func searchSeen() (status int) {
	for _, leak := range seen.leaks() {
		fmt.Fprintln(os.Stderr, "FAIL: the token is where it must not be:", leak)
		status = 1
	}
	return status
}

// readSources reads the sources of the command. The go command keeps a pass for
// as long as the files that its tests opened are the same; so a pass does not
// outlive a change of the command. It counts only files opened while tests run.
func readSources() {
	_ = filepath.WalkDir("..", func(path string, _ fs.DirEntry, _ error) error {
		if ext := filepath.Ext(path); ext == ".go" || ext == ".yaml" || ext == ".mod" {
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
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v", "-pages="+strconv.Itoa(*manyPages)) //nolint:gosec // it is this test
	cmd.Env = append(os.Environ(), alone+"=1", "GORACE=atexit_sleep_ms=0")                                                         // else it waits for a second at its end
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("--- PASS: "+t.Name())) {
		t.Errorf("%v\n%s", err, out)
	}
	return false
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

// tokenPrefix is how all tokens begin that are searched for.
const tokenPrefix = "xox"

func (e *evidence) token(token string) {
	if !strings.HasPrefix(token, tokenPrefix) {
		panic("the token does not begin with " + tokenPrefix)
	}
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
	tokens, lengths := map[string]bool{}, map[int]bool{}
	for _, token := range e.tokens {
		tokens[token], lengths[len(token)] = true, true
	}
	search := func(where string, text []byte, allowed string) {
		for at := 0; ; at++ {
			next := bytes.Index(text[at:], []byte(tokenPrefix))
			if next < 0 {
				return
			}
			at += next
			for length := range lengths {
				if end := at + length; end <= len(text) && tokens[string(text[at:end])] &&
					(allowed == "" || !bytes.HasSuffix(text[:at], []byte(allowed)) || !bytes.HasPrefix(text[end:], []byte("\r\n"))) {
					places = append(places, fmt.Sprintf("%s: …%q[token]", where, text[max(0, at-100):at]))
				}
			}
		}
	}
	for _, sent := range e.sent {
		search("sent", sent, "\r\nAuthorization: Bearer ")
	}
	for _, other := range e.other {
		search("elsewhere", other, "")
	}
	return places
}

// newSlack starts a fake Slack whose connections are seen.
func newSlack(t *testing.T) *slacktest.Server {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	slack := slacktest.NewServer(slacktest.WithListener(tap{listener}))
	t.Cleanup(slack.Close)
	seen.token(slack.Token)
	return slack
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

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
