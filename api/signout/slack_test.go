package signout

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
)

const testToken = "xoxp-not-real"

// testCaller is whom the token belongs to.
var testCaller = identity{userID: "W0ADMIN", organization: "E1", apiURL: "https://slack.com/api"}

// fakeSlack is a fake Slack: a transport and a handler. It has every user that a call names,
// and can lose a response after it has acted, which package slacktest cannot.
type fakeSlack struct {
	mu       sync.Mutex
	sessions []api.ActiveSession
	resets   map[string]int    // by user
	bad      map[string]string // codes by user
	named    bool              // a bulk refusal names the bad users; else it refuses all
	calls    []string          // methods, without auth.test
	authTest func() (*http.Response, error)
	pageSize int        // of the list of sessions
	chunks   [][]string // users of the calls that were done, refused or not
	// before and after, if set, receive the number of each call. What before returns
	// replaces the work, and what after returns replaces the response.
	before, after func(call int) (*http.Response, error)
}

func newSlack() *fakeSlack {
	return &fakeSlack{resets: map[string]int{}, bad: map[string]string{}, pageSize: pageSize}
}

type arguments struct {
	Cursor    string   `json:"cursor"`
	UserID    string   `json:"user_id"`
	TeamID    string   `json:"team_id"`
	UserIDs   []string `json:"user_ids"`
	SessionID int64    `json:"session_id"`
}

func (s *fakeSlack) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	method := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	if method == "auth.test" {
		if s.authTest != nil {
			return s.authTest()
		}
		return identityOf(testCaller.userID, testCaller.organization), nil
	}
	s.calls = append(s.calls, method)
	n := len(s.calls)
	if s.before != nil {
		if resp, err := s.before(n); resp != nil || err != nil {
			return resp, err
		}
	}
	var args arguments
	if err := json.Unmarshal(body, &args); err != nil {
		return nil, err
	}
	resp := jsonResponse(s.do(method, &args))
	resp.Header.Set("X-Slack-Req-Id", fmt.Sprintf("req-%d", n))
	if s.after != nil {
		if instead, err := s.after(n); instead != nil || err != nil {
			return instead, err
		}
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return resp, nil
}

func (s *fakeSlack) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	resp, err := s.RoundTrip(r)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, resp.Body)
}

func (s *fakeSlack) do(method string, args *arguments) string {
	switch method {
	case "admin.users.session.list":
		all := s.sessions
		if args.UserID != "" {
			all = slices.DeleteFunc(slices.Clone(all), func(a api.ActiveSession) bool { return a.UserID != args.UserID || a.TeamID != args.TeamID })
			if len(all) == 0 {
				return refusalJSON("no_active_sessions")
			}
		}
		from := 0
		_, _ = fmt.Sscan(args.Cursor, &from)
		page := all[from:min(from+s.pageSize, len(all))]
		next := ""
		if from+s.pageSize < len(all) {
			next = strconv.Itoa(from + s.pageSize)
		}
		encoded, _ := json.Marshal(map[string]any{
			"ok": true, "active_sessions": append([]api.ActiveSession{}, page...),
			"response_metadata": map[string]string{"next_cursor": next},
		})
		return string(encoded)
	case methodInvalidate:
		s.chunks = append(s.chunks, []string{args.UserID})
		for i, session := range s.sessions {
			if session.SessionID == args.SessionID && session.UserID == args.UserID {
				s.sessions = append(s.sessions[:i:i], s.sessions[i+1:]...)
				return `{"ok":true}`
			}
		}
		return refusalJSON("session_not_found")
	case methodReset:
		args.UserIDs = []string{args.UserID}
	}
	s.chunks = append(s.chunks, args.UserIDs)
	var messages []string
	code := ""
	for _, id := range args.UserIDs {
		if bad := s.bad[id]; bad != "" {
			messages = append(messages, fmt.Sprintf("[ERROR] %s: %s", id, bad))
			code = bad
		}
	}
	switch {
	case code != "" && s.named && len(args.UserIDs) > 1:
		encoded, _ := json.Marshal(map[string]any{"ok": false, "error": "failed_for_some_users", "response_metadata": map[string]any{"messages": messages}})
		s.reset(args.UserIDs)
		return string(encoded)
	case code != "":
		return refusalJSON(code)
	}
	s.reset(args.UserIDs)
	return `{"ok":true}`
}

func (s *fakeSlack) reset(ids []string) {
	gone := map[string]bool{}
	for _, id := range ids {
		if s.bad[id] == "" {
			gone[id] = true
			s.resets[id]++
		}
	}
	var left []api.ActiveSession
	for _, session := range s.sessions {
		if !gone[session.UserID] {
			left = append(left, session)
		}
	}
	s.sessions = left
}

// identityOf returns the response of auth.test.
func identityOf(user, organization string) *http.Response {
	return jsonResponse(fmt.Sprintf(`{"ok":true,"user_id":%q,"enterprise_id":%q}`, user, organization))
}

func refusalJSON(code string) string { return fmt.Sprintf(`{"ok":false,"error":%q}`, code) }

func jsonResponse(body string) *http.Response { return response(http.StatusOK, body) }

func response(status int, body string, header ...string) *http.Response {
	h := http.Header{"Content-Type": {"application/json"}}
	for pair := range slices.Chunk(header, 2) {
		h.Set(pair[0], pair[1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}

var errLost = &net.OpError{Op: "read", Err: errors.New("connection reset by peer")}

func (s *fakeSlack) client(t *testing.T, opts ...api.Option) *api.Client {
	t.Helper()
	c, err := api.New(testToken, append([]api.Option{api.WithHTTPClient(&http.Client{Transport: s})}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func userIDs(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("W%07d", i)
	}
	return ids
}

// addSessions gives each user so many sessions.
func (s *fakeSlack) addSessions(users []string, each int) {
	for _, id := range users {
		for range each {
			n := len(s.sessions)
			s.sessions = append(s.sessions, api.ActiveSession{
				UserID: id, TeamID: "T1", SessionID: 1112275520242 + int64(n),
				Created: api.SessionDevice{OS: "OS X", IP: fmt.Sprintf("198.51.%d.%d", n>>8&255, n&255), SlackClientVersion: "4.36.140"},
				Recent:  api.SessionDevice{OS: "OS X", IP: fmt.Sprintf("203.0.%d.%d", n>>8&255, n&255), SlackClientVersion: "4.36.140"},
			})
		}
	}
}

// written makes a plan of a request and writes it.
func written(t *testing.T, s *fakeSlack, req Request) *Plan {
	t.Helper()
	p, err := Make(t.Context(), s.client(t), req)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Write(filepath.Join(t.TempDir(), "plan.jsonl")); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = nil // those that count are of apply and verify
	return p
}

func planned(t *testing.T, s *fakeSlack, users []string) *Plan {
	t.Helper()
	return written(t, s, Request{Users: users, NoScan: true})
}

// plannedSessions writes a plan to end one session each of so many users.
func plannedSessions(t *testing.T, users int) (*fakeSlack, *Plan) {
	t.Helper()
	s := newSlack()
	s.addSessions(userIDs(users), 1)
	return s, written(t, s, Request{Filter: &Filter{}})
}

// sent returns how many calls were done for each user, refused or not.
func (s *fakeSlack) sent() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := map[string]int{}
	for _, id := range slices.Concat(s.chunks...) {
		n[id]++
	}
	return n
}

// wantSums compares sums with how many rows are done, refused, unknown and left.
func wantSums(t *testing.T, got Sums, done, refused, unknown, left int) {
	t.Helper()
	if got.Done != done || got.refused() != refused || got.Unknown != unknown || got.Left != left {
		t.Errorf("the sums are %+v; want %d done, %d refused, %d unknown, %d left", got, done, refused, unknown, left)
	}
}
