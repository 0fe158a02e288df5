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
	maxBody          = 1 << 20
	maxRecorded      = 1000     // requests
	maxRecordedBytes = 16 << 20 // of their bodies
	headerTimeout    = 10 * time.Second
)

// A Server is a fake Slack. Its methods may be called while it serves.
type Server struct {
	URL   string // the base URL of the Web API, for api.WithBaseURL; see also ServerURL
	Token string // Admin's token with every scope

	org       *org
	spec      *speccheck.Doc
	methods   map[string]*speccheck.Operation // by path
	behaviors map[string]behavior             // by method
	http      *httptest.Server
	listener  net.Listener
	pipes     *pipes          // the listener, if it is in memory
	transport *http.Transport // of Client
	limits    *limits         // nil without WithRateLimits
	onRequest func(*Request)  // nil without WithLog
	logging   sync.Mutex      // held while onRequest runs

	mu           sync.Mutex // guards the fields below
	requests     []Request
	bodyBytes    int                           // of requests
	scripts      map[string][]http.HandlerFunc // by method, "" for any
	handlers     map[string]http.HandlerFunc   // by method
	requestCount int
}

// An Option configures a Server. See [NewServer].
type Option func(*Server)

// WithListener serves on l instead of a free port of the loopback interface. Close closes l.
func WithListener(l net.Listener) Option {
	return func(s *Server) { s.listener, s.pipes = l, nil }
}

// WithLog calls log with each request before it is served. Calls do not overlap.
func WithLog(log func(*Request)) Option {
	return func(s *Server) { s.onRequest = log }
}

var document = sync.OnceValues(func() (*speccheck.Doc, error) { return speccheck.Load(spec.YAML) })

// NewServer starts a fake Slack. The caller must Close it. NewServer panics if it cannot
// listen.
func NewServer(opts ...Option) *Server {
	doc, err := document()
	if err != nil {
		panic("slacktest: " + err.Error())
	}
	s := &Server{
		org: newOrg(), spec: doc, methods: map[string]*speccheck.Operation{},
		scripts: map[string][]http.HandlerFunc{}, handlers: map[string]http.HandlerFunc{},
	}
	scopes := map[string]bool{}
	for i, op := range doc.Operations {
		s.methods[op.Route()] = &doc.Operations[i]
		for _, scope := range op.AllScopes() {
			scopes[scope] = true
		}
	}
	s.Token = s.org.addToken(Admin, slices.Sorted(maps.Keys(scopes)))
	s.behaviors = s.org.behaviors()
	for method := range s.behaviors {
		if !slices.ContainsFunc(doc.Operations, func(op speccheck.Operation) bool { return op.OperationID == method }) {
			panic("slacktest: there is behavior for " + method + ", which the spec does not have")
		}
	}

	for _, opt := range opts {
		opt(s)
	}
	s.http = httptest.NewUnstartedServer(http.HandlerFunc(s.handle))
	if s.listener != nil {
		_ = s.http.Listener.Close() // of httptest
		s.http.Listener = s.listener
	}
	s.http.Config.ReadHeaderTimeout = headerTimeout
	s.http.Start()
	s.URL = "http://" + dialable(s.http.Listener.Addr())
	s.transport = s.newTransport()
	return s
}

// dialable returns an address where this machine reaches addr.
func dialable(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
	}
	return addr.String()
}

// Close stops the Server and closes its connections. It returns when no handler is running.
func (s *Server) Close() {
	s.transport.CloseIdleConnections()
	s.http.CloseClientConnections()
	s.http.Close()
}

// ServerURL returns the base URL of an API other than the Web API, such as audit, for
// [api.WithServerURL]. It panics if the spec has no such API.
func (s *Server) ServerURL(name string) string {
	server, ok := s.spec.APIs[name]
	u, err := url.Parse(server)
	if !ok || err != nil {
		panic("slacktest: there is no API " + name + " with a server of its own")
	}
	return s.URL + u.Path
}

// Options returns the options of a Client that calls the Server, with all APIs.
func (s *Server) Options() []api.Option {
	opts := []api.Option{api.WithBaseURL(s.URL)}
	if s.pipes != nil {
		opts = append(opts, api.WithHTTPClient(s.Client()))
	}
	for name := range s.spec.APIs {
		opts = append(opts, api.WithServerURL(name, s.ServerURL(name)))
	}
	return opts
}

// A Request is one that the Server received.
type Request struct {
	Method string      // Slack's name of the method
	Verb   string      // the HTTP method
	URL    string      // path and query
	Header http.Header // with the token
	Body   []byte
}

// Requests returns the requests received so far, oldest first: the last 1,000, or fewer if
// their bodies have more than 16 MiB.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Script makes handlers serve the next requests, one each, instead of the organization. A
// handler may send anything; see also [Refuse], [RateLimit] and [HangUp]. For a nil handler,
// the organization serves the request.
func (s *Server) Script(handlers ...http.HandlerFunc) { s.ScriptMethod("", handlers...) }

// ScriptMethod is [Server.Script] for the next requests of one method, by Slack's name for
// it. It takes precedence over Script.
func (s *Server) ScriptMethod(method string, handlers ...http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scripts[method] = append(s.scripts[method], handlers...)
}

// Handle makes handler serve all requests of a method, by Slack's name for it, that no
// script serves. It is for methods that the spec does not have, which api.Call calls. The
// handler must check token, arguments and rate limit itself.
func (s *Server) Handle(method string, handler http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handlers[method] = handler
}

// AddUser adds a user to the organization and returns the user with the ID. It panics if the
// ID is in use, or an active user has the address.
func (s *Server) AddUser(user User) User { return s.org.addUser(user) }

// AddSession adds a session to the organization and returns the session with its ID. It
// panics if the ID is in use, or the user does not exist or is deactivated.
func (s *Server) AddSession(session Session) Session { return s.org.addSession(session) }

// AddToken returns a new token of a user, with these scopes. It panics if the user does not
// exist.
func (s *Server) AddToken(userID string, scopes ...string) string {
	return s.org.addToken(userID, scopes)
}

// Users returns the organization's users in the order of addition.
func (s *Server) Users() []User {
	s.org.mu.Lock()
	defer s.org.mu.Unlock()
	return slices.Clone(s.org.users)
}

// Sessions returns the sessions that have not ended, sorted by ID: those of the given
// users, or all if none is given. Either ID of a user will do.
func (s *Server) Sessions(userIDs ...string) []Session {
	s.org.mu.Lock()
	defer s.org.mu.Unlock()
	chosen := s.org.allIDs(userIDs)
	return slices.DeleteFunc(slices.Clone(s.org.sessions), func(session Session) bool {
		return len(userIDs) > 0 && !chosen[session.UserID]
	})
}

// Settle waits until the work that admin.users.session.resetBulk accepted is done.
func (s *Server) Settle() { s.org.settle() }

// handle records a request and serves it: by a script, a handler or the organization.
func (s *Server) handle(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	r.Body = io.NopCloser(bytes.NewReader(body))
	req, handler := s.record(w, r, body)
	if s.onRequest != nil {
		s.logging.Lock()
		s.onRequest(&req)
		s.logging.Unlock()
	}
	switch {
	case handler != nil:
		handler(w, r)
	case err != nil: // the body is too large, or the client has closed the connection
		http.Error(w, "slacktest: "+err.Error(), http.StatusRequestEntityTooLarge)
	default:
		s.serve(w, r, body)
	}
}

// record records the request, and sets the response's request ID. It returns the request
// with its handler, nil if the organization serves it.
func (s *Server) record(w http.ResponseWriter, r *http.Request, body []byte) (Request, http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requestCount++
	w.Header().Set("X-Slack-Req-Id", fmt.Sprintf("fake-%d", s.requestCount))
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
	s.bodyBytes += len(body)
	drop := 0
	for len(s.requests)-drop > maxRecorded || s.bodyBytes > maxRecordedBytes {
		s.bodyBytes -= len(s.requests[drop].Body)
		drop++
	}
	s.requests = slices.Delete(s.requests, 0, drop)
	for _, name := range []string{req.Method, ""} {
		if script := s.scripts[name]; len(script) > 0 {
			s.scripts[name] = script[1:]
			if script[0] != nil {
				return req, script[0]
			}
			break
		}
	}
	return req, s.handlers[req.Method]
}
