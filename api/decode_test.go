package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// TestFieldsOfAnotherType changes a response in ways that Slack might without
// asking.
func TestFieldsOfAnotherType(t *testing.T) {
	t.Parallel()
	const device = `{"os":"OS X","os_version":"10.15.7"}`
	session := func(fields string) string {
		return `{"ok":true,"active_sessions":[{"user_id":"W1","team_id":"T1","session_id":1,"created":` + device + `},{` + fields + `}]}`
	}
	for name, test := range map[string]struct {
		answer string
		logged []string // the fields
		err    bool
	}{
		"warnings as a list":           {answer: `{"ok":true,"active_sessions":[],"warning":["x"]}`, logged: []string{"warning"}},
		"metadata as an empty list":    {answer: `{"ok":true,"active_sessions":[],"response_metadata":[]}`},
		"a device as an empty list":    {answer: session(`"user_id":"W2","team_id":"T1","session_id":2,"created":[],"recent":` + device)},
		"a version as a number":        {answer: session(`"user_id":"W2","team_id":"T1","session_id":2,"created":{"os":7,"os_version":10.15}`), logged: []string{"active_sessions.created.os", "active_sessions.created.os_version"}},
		"a session ID as a string":     {answer: session(`"user_id":"W2","team_id":"T1","session_id":"2"`)},
		"a session ID with a fraction": {answer: session(`"user_id":"W2","team_id":"T1","session_id":2.5`), err: true},
		"an ID behind other mistakes":  {answer: session(`"created":[],"user_id":7,"team_id":"T1","session_id":2`), err: true},
		"sessions as an object":        {answer: `{"ok":true,"active_sessions":{}}`, err: true},
		"a session that is a number":   {answer: `{"ok":true,"active_sessions":[7]}`, err: true},
		"a cursor as a number":         {answer: `{"ok":true,"active_sessions":[],"response_metadata":{"next_cursor":7}}`, err: true},
		"no sessions at all":           {answer: `{"ok":true}`, err: true},
		"null for sessions":            {answer: `{"ok":true,"active_sessions":null}`, err: true},
		"sessions by another name":     {answer: `{"ok":true,"sessions":[]}`, err: true},
		"an empty list of sessions":    {answer: `{"ok":true,"active_sessions":[]}`},
		"a session that is null":       {answer: `{"ok":true,"active_sessions":[null]}`, err: true},
		"a session without its ID":     {answer: session(`"user_id":"W2","team_id":"T1"`), err: true},
		"null for a session's ID":      {answer: session(`"user_id":"W2","team_id":"T1","session_id":null`), err: true},
		"a session without a user":     {answer: session(`"team_id":"T1","session_id":2`), err: true},
		"a session of no workspace":    {answer: session(`"user_id":"W2","session_id":2`)},
		"a workspace as a number":      {answer: session(`"user_id":"W2","team_id":7,"session_id":2`), err: true},
		"no ID behind other mistakes":  {answer: session(`"created":[],"team_id":"T1","session_id":2`), err: true},
		"ok as a string":               {answer: `{"ok":"true","active_sessions":[]}`, err: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, test.answer) },
				api.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
			got, err := c.AdminUsersSessionList(t.Context(), api.AdminUsersSessionListRequest{})
			if test.err {
				var garbled *api.ResponseError
				if !errors.As(err, &garbled) || got != nil {
					t.Errorf("got %+v, %v; want a ResponseError", got, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(got.ActiveSessions) == 2 && (got.ActiveSessions[0].Created.OSVersion != "10.15.7" || got.ActiveSessions[1].SessionID != 2) {
				t.Errorf("the rest is not there: %+v", got.ActiveSessions)
			}
			for _, field := range test.logged {
				if want := "level=WARN msg=\"slack field of another type than expected is left out\" method=admin.users.session.list field=" + field + "\n"; !strings.Contains(log.String(), want) {
					t.Errorf("the log lacks %q:\n%s", want, &log)
				}
			}
			if n := strings.Count(log.String(), "\n"); n != len(test.logged) {
				t.Errorf("%d lines are logged, want %d:\n%s", n, len(test.logged), &log)
			}
		})
	}
}

// TestOKInOtherCapitals has keys that encoding/json takes for ok.
func TestOKInOtherCapitals(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]error{
		`{"ok":false,"error":"user_not_found","OK":true}`:              api.ErrUserNotFound,
		`{"ok":false,"error":"user_not_found","Ok":true}`:              api.ErrUserNotFound,
		`{"ok":false,"error":"user_not_found","oK":true}`:              api.ErrUserNotFound,
		`{"ok":false,"error":"user_not_found","o\u212a":true}`:         api.ErrUserNotFound,
		"{\"ok\":false,\"error\":\"user_not_found\",\"o\u212a\":true}": api.ErrUserNotFound,
		`{"ok":false,"error":"user_not_found","\u004f\u004b":true}`:    api.ErrUserNotFound,
		`{"ok":false,"error":"user_not_found","Error":"other"}`:        api.ErrUserNotFound,
		`{"\u006fk":true}`:         nil,
		`{"OK":false,"ok":true}`:   nil,
		`{"ok":true,"x":{"OK":0}}`: nil,
	} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, answer) })
		if got, err := reset(c); !errors.Is(err, want) || (err == nil) != (got != nil) {
			t.Errorf("%s: got %+v, %v; want %v", answer, got, err, want)
		}
	}
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"OK":true}`) })
	if _, err := reset(c); err == nil || !strings.Contains(err.Error(), `no boolean "ok"`) {
		t.Errorf("without ok: %v", err)
	}
}

// TestAnswersThatDecodeToTooMuch are small on the wire, and large in Go.
func TestAnswersThatDecodeToTooMuch(t *testing.T) {
	t.Parallel()
	const sessions = `{"ok":true,"active_sessions":[`
	for name, test := range map[string]struct{ answer, want string }{
		"a page of too many items":      {sessions + strings.Repeat(`{},`, 100_000) + `{}]}`, "more than 1000 items, Slack's limit for a page"},
		"a page of nulls":               {sessions + strings.Repeat(`null,`, 100_000) + `null]}`, "more than 1000 items"},
		"too many values, behind a key": {`{"ok":true,"active_sessions":[],"x":{` + strings.Repeat(`"a":0,`, 300_000) + `"b":0}}`, "more than 262144 values"},
		"brackets and commas in a text": {`{"ok":true,"active_sessions":[],"x":"` + strings.Repeat(`[{\",`, 300_000) + `"}`, ""},
		"a page of 1,000 with much in it": {
			sessions + strings.Repeat(`{"user_id":"W1","team_id":"T1","session_id":1,"created":{"x":[`+strings.Repeat("1,", 100)+`1]}},`, 999) + `{"user_id":"W1","team_id":"T1","session_id":1}]}`, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, test.answer) })
			_, err := c.AdminUsersSessionList(context.Background(), api.AdminUsersSessionListRequest{})
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// TestRefusalsWithMuchToSay bounds what is kept of a refusal, and how long that
// takes.
func TestRefusalsWithMuchToSay(t *testing.T) {
	t.Parallel()
	var codes, messages []string
	for i := range 80_000 {
		codes = append(codes, fmt.Sprintf("code_%d", i))
		messages = append(messages, fmt.Sprintf(`"[ERROR] %d"`, i))
	}
	answer := fmt.Sprintf(`{"ok":false,"error":"x","warning":%q,"response_metadata":{"messages":[%s]}}`, strings.Join(codes, ","), strings.Join(messages, ","))
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, answer) })
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	_, err := c.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{UserID: "W1"})
	var refused *api.Error
	if !errors.As(err, &refused) || len(refused.Warnings) != 100 || len(refused.Messages) != 1000 || refused.Warnings[99] != "code_99" {
		t.Errorf("got %d warnings and %d messages of %v", len(refused.Warnings), len(refused.Messages), refused.Code)
	}
	if len(err.Error()) > 1000 || !strings.Contains(err.Error(), "and 997 more") {
		t.Errorf("the text is %d bytes: %.200s", len(err.Error()), err)
	}
	if ctx.Err() != nil {
		t.Error("it took 30 s")
	}
}

// A member decodes itself, as the usual idiom has it.
type member struct {
	ID string `json:"id"`
}

func (m *member) UnmarshalJSON(data []byte) error {
	var fields struct {
		ID string `json:"id"`
	}
	err := json.Unmarshal(data, &fields)
	m.ID = fields.ID
	return err
}

// TestTypesThatDecodeThemselves end decoding at a value of another type, so that
// the rest is not there.
func TestTypesThatDecodeThemselves(t *testing.T) {
	t.Parallel()
	type resp struct {
		Members []member        `json:"members"`
		Next    string          `json:"next"`
		Raw     json.RawMessage `json:"raw"`
	}
	for answer, want := range map[string]string{
		`{"ok":true,"members":[{"id":"U1"},{"id":"U2"}],"next":"x","raw":[1]}`:       "",
		`{"ok":true,"members":[{"id":1},{"id":"U2"}],"next":"x"}`:                    "cannot unmarshal number",
		`{"ok":true,"members":[{"id":"U1"},{"id":"U2"}],"next":["x"],"raw":{"a":1}}`: "cannot unmarshal array",
	} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, answer) })
		got, err := api.Call[resp](t.Context(), c, "test.call", nil)
		var garbled *api.ResponseError
		switch {
		case want == "" && (err != nil || len(got.Members) != 2 || got.Next != "x"):
			t.Errorf("%s: got %+v, %v", answer, got, err)
		case want != "" && (!errors.As(err, &garbled) || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: got %+v, %v; want a ResponseError with %q", answer, got, err, want)
		}
	}
}

// TestSettingsOfAnotherType are not settings that there are none of.
func TestSettingsOfAnotherType(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{`{"ok":true,"session_settings":{}}`, `{"ok":true,"no_settings_applied":"W1"}`} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, answer) })
		got, err := c.AdminUsersSessionGetSettings(t.Context(), api.AdminUsersSessionGetSettingsRequest{UserIDs: []string{"W1"}})
		if !errors.As(err, new(*api.ResponseError)) {
			t.Errorf("%s: got %+v, %v; want a ResponseError", answer, got, err)
		}
	}
}
