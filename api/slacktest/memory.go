package slacktest

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// InMemory makes the Server listen on pipes in the process instead of a socket. Only its
// [Server.Client] can reach it. A test can then run the Server and the client under test
// in one testing/synctest bubble, where the client's waits take no time.
func InMemory() Option {
	return func(s *Server) {
		if s.listener != nil {
			_ = s.listener.Close() // of an earlier option
		}
		s.pipes = &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
		s.listener = s.pipes
	}
}

// Client returns an http.Client that reaches the Server, for api.WithHTTPClient. Close
// closes its connections.
func (s *Server) Client() *http.Client { return &http.Client{Transport: s.transport} }

func (s *Server) newTransport() *http.Transport {
	transport := &http.Transport{}
	if s.pipes != nil {
		transport.DialContext = s.pipes.dial
	}
	return transport
}

// pipes is a listener for connections in the process.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return client, nil
	case <-p.closed:
		return nil, &net.OpError{Op: "dial", Net: "pipe", Err: net.ErrClosed}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
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
