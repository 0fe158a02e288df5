package slacktest

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
	"github.com/seed-38c23bad/slackadmin/spec"
)

const (
	maxBody       = 1 << 20
	maxRecorded   = 1000
	maxBytes      = 16 << 20 // of the bodies recorded
	headerTimeout = 10 * time.Second
)

// A Server is a fake Slack. Its methods may be called while it serves.
type Server struct {
	URL   string // the base URL, for api.WithBaseURL; see ServerURL for other APIs
	Token string // a token of Admin's with every scope

	org       *org
	doc       *speccheck.Doc
	methods   map[string]*speccheck.Operation // by path
	behave    map[string]behavior             // by method
	http      *httptest.Server
	listener  net.Listener
	pipes     *pipes          // the listener, if it is in memory
	transport *http.Transport // of Client
	limits    *limits         // nil if there are none
	log       func(*Request)  // nil if nobody asked for it
	logging   sync.Mutex

	mu       sync.Mutex
	requests []Request
	bytes    int                           // of their bodies
	script   map[string][]http.HandlerFunc // by method, "" for any
	handlers map[string]http.HandlerFunc   // by method
	served   int
}

// An Option changes how [NewServer] makes a Server.
type Option func(*Server)

// WithListener serves on l instead of a free port of the loopback interface.
// The Server closes l.
func WithListener(l net.Listener) Option {
	return func(s *Server) { s.listener, s.pipes = l, nil }
}

// WithLog calls log with each request as it comes. Calls do not overlap.
func WithLog(log func(*Request)) Option {
	return func(s *Server) { s.log = log }
}

var document = sync.OnceValues(func() (*speccheck.Doc, error) { return speccheck.Load(spec.YAML) })

// NewServer starts a fake Slack. The caller must Close it. It panics if it
// cannot listen.
func NewServer(opts ...Option) *Server {
	doc, err := document()
	if err != nil {
		panic("slacktest: " + err.Error())
	}
	s := &Server{
		org: newOrg(), doc: doc, methods: map[string]*speccheck.Operation{},
		script: map[string][]http.HandlerFunc{}, handlers: map[string]http.HandlerFunc{},
	}
	scopes := map[string]bool{}
	for i, op := range doc.Operations {
		s.methods[op.Route()] = &doc.Operations[i]
		for _, scope := range op.AllScopes() {
			scopes[scope] = true
		}
	}
	s.Token = s.org.addToken(Admin, slices.Sorted(maps.Keys(scopes)))
	s.behave = s.org.behaviors()
	for method := range s.behave {
		if !slices.ContainsFunc(doc.Operations, func(op speccheck.Operation) bool { return op.OperationID == method }) {
			panic("slacktest: there is behavior for " + method + ", which the spec does not have")
		}
	}

	for _, opt := range opts {
		opt(s)
	}
	s.http = httptest.NewUnstartedServer(http.HandlerFunc(s.handle))
	if s.listener != nil {
		_ = s.http.Listener.Close() // the free port, unused
		s.http.Listener = s.listener
	}
	s.http.Config.ReadHeaderTimeout = headerTimeout
	s.http.Start()
	s.URL = "http://" + dialable(s.http.Listener.Addr())
	s.transport = s.newTransport()
	return s
}

// dialable returns the address to reach addr at from this machine.
func dialable(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
	}
	return addr.String()
}

// Close stops the Server, breaks off what it is serving, and returns when no
// handler runs any more.
func (s *Server) Close() {
	s.transport.CloseIdleConnections()
	s.http.CloseClientConnections()
	s.http.Close()
}

// ServerURL returns where the Server has an API that has a server of its own, for
// [api.WithServerURL]: audit, for one. It panics if the spec has no such API.
func (s *Server) ServerURL(name string) string {
	server, ok := s.doc.APIs[name]
	u, err := url.Parse(server)
	if !ok || err != nil {
		panic("slacktest: there is no API " + name + " with a server of its own")
	}
	return s.URL + u.Path
}

// Options returns what lets a Client reach the Server, with all APIs.
func (s *Server) Options() []api.Option {
	opts := []api.Option{api.WithBaseURL(s.URL)}
	if s.pipes != nil {
		opts = append(opts, api.WithHTTPClient(s.Client()))
	}
	for name := range s.doc.APIs {
		opts = append(opts, api.WithServerURL(name, s.ServerURL(name)))
	}
	return opts
}

// A Request is one that the Server received.
type Request struct {
	Method string      // Slack's name of the method, from the path
	Verb   string      // the HTTP method
	URL    string      // path and query
	Header http.Header // includes the Authorization header, and so the token
	Body   []byte
}

// Requests returns the requests received so far, oldest first, of which the
// Server keeps the last 1,000, and fewer if their bodies are over 16 MiB.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Script lets the next requests be answered by handlers, one each, instead of
// by the organization. [Refuse], [RateLimit] and [HangUp] make such handlers;
// any other can send what it likes, and nil leaves the request to the organization.
func (s *Server) Script(handlers ...http.HandlerFunc) { s.ScriptMethod("", handlers...) }

// ScriptMethod is [Server.Script] for the next requests of one method, by Slack's name
// for it. They are answered by its own script before that of all methods.
func (s *Server) ScriptMethod(method string, handlers ...http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script[method] = append(s.script[method], handlers...)
}

// Handle lets handler answer all requests of a method, by Slack's name for it, that no
// script answers, instead of the organization. So a test can serve methods that the
// spec does not have, which api.Call calls. The handler does what there is to check:
// the token, the arguments and the rate limit.
func (s *Server) Handle(method string, handler http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handlers[method] = handler
}

// AddUser adds a user to the organization and returns it with its ID. It
// panics if there is one with that ID, or an active one with that address.
func (s *Server) AddUser(user User) User { return s.org.addUser(user) }

// AddSession adds a session to the organization and returns it with its ID. It
// panics if there is one with that ID, or no such user, or a deactivated one.
func (s *Server) AddSession(session Session) Session { return s.org.addSession(session) }

// AddToken returns a new token of the user with just the scopes given. It
// panics if there is no such user.
func (s *Server) AddToken(userID string, scopes ...string) string {
	return s.org.addToken(userID, scopes)
}

// Users returns the organization's users in the order they were added.
func (s *Server) Users() []User {
	s.org.mu.Lock()
	defer s.org.mu.Unlock()
	return slices.Clone(s.org.users)
}

// Sessions returns the sessions that remain, in order of their IDs: those of
// the users given, by either ID, or of all.
func (s *Server) Sessions(userIDs ...string) []Session {
	s.org.mu.Lock()
	defer s.org.mu.Unlock()
	chosen := map[string]bool{}
	for _, id := range userIDs {
		user, _ := s.org.user(id)
		chosen[user.ID], chosen[user.OtherID] = true, true
	}
	return slices.DeleteFunc(slices.Clone(s.org.sessions), func(session Session) bool {
		return len(userIDs) > 0 && !chosen[session.UserID]
	})
}

// Settle returns when the work that admin.users.session.resetBulk accepted is
// done.
func (s *Server) Settle() { s.org.settle() }

// handle records a request and has it answered: by a script, or else a handler, if
// there is one.
func (s *Server) handle(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	r.Body = io.NopCloser(bytes.NewReader(body))
	req, handler := s.record(w, r, body)
	if s.log != nil {
		s.logging.Lock()
		s.log(&req)
		s.logging.Unlock()
	}
	switch {
	case handler != nil:
		handler(w, r)
	case err != nil: // it is too large, or the client has gone
		http.Error(w, "slacktest: "+err.Error(), http.StatusRequestEntityTooLarge)
	default:
		s.serve(w, r, body)
	}
}

// record keeps the request, names it in the answer's header, and returns it with
// what answers it, nil if that is the organization.
func (s *Server) record(w http.ResponseWriter, r *http.Request, body []byte) (Request, http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.served++
	w.Header().Set("X-Slack-Req-Id", fmt.Sprintf("fake-%d", s.served))
	method := strings.TrimPrefix(r.URL.Path, "/")
	if op := s.methods[r.URL.Path]; op != nil {
		method = op.OperationID
	}
	req := Request{
		Method: method,
		Verb:   r.Method,
		URL:    r.URL.RequestURI(),
		Header: r.Header.Clone(),
		Body:   body,
	}
	s.requests = append(s.requests, req)
	s.bytes += len(body)
	drop := 0
	for len(s.requests)-drop > maxRecorded || s.bytes > maxBytes {
		s.bytes -= len(s.requests[drop].Body)
		drop++
	}
	s.requests = slices.Delete(s.requests, 0, drop)
	for _, name := range []string{req.Method, ""} {
		if script := s.script[name]; len(script) > 0 {
			s.script[name] = script[1:]
			if script[0] != nil {
				return req, script[0]
			}
			break
		}
	}
	return req, s.handlers[req.Method]
}
