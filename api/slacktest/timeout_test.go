package slacktest_test

import (
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

// pipes is a listener of connections within the process, which have fake time.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

// TestHeadersThatNeverEnd cost the fake a connection for a while, and not for ever.
func TestHeadersThatNeverEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		listener := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
		slack := slacktest.NewServer(slacktest.WithListener(listener))
		defer slack.Close()
		here, there := net.Pipe()
		defer func() { _ = here.Close() }()
		listener.conns <- there
		start := time.Now()
		if _, err := io.WriteString(here, "POST /auth.test HTTP/1.1\r\nHost: a.example\r\n"); err != nil {
			t.Fatal(err)
		}
		if err := here.SetReadDeadline(start.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if _, err := here.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("the connection is open after %v: %v", time.Since(start), err)
		}
		if waited := time.Since(start); waited != 10*time.Second {
			t.Errorf("it is closed after %v, want 10s", waited)
		}
	})
}
