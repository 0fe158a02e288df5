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

		"metadata as a string":               {answer: `{"ok":true,"active_sessions":[],"response_metadata":"x"}`, err: true},
		"metadata as a number":               {answer: `{"ok":true,"active_sessions":[],"response_metadata":7}`, err: true},
		"metadata as a boolean":              {answer: `{"ok":true,"active_sessions":[],"response_metadata":false}`, err: true},
		"metadata in a list":                 {answer: `{"ok":true,"active_sessions":[],"response_metadata":[{"next_cursor":"x"}]}`, err: true},
		"metadata as null":                   {answer: `{"ok":true,"active_sessions":[],"response_metadata":null}`, err: true},
		"null for a cursor":                  {answer: `{"ok":true,"active_sessions":[],"response_metadata":{"next_cursor":null}}`, err: true},
		"null for a workspace":               {answer: session(`"user_id":"W2","team_id":null,"session_id":2`), err: true},
		"null for a device":                  {answer: session(`"user_id":"W2","session_id":2,"created":null,"recent":{"os":null}`)},
		"a device as a string":               {answer: session(`"user_id":"W2","session_id":2,"created":"x"`), logged: []string{"active_sessions.created"}},
		"a cursor at the top":                {answer: `{"ok":true,"active_sessions":[],"next_cursor":"x"}`, err: true},
		"an empty cursor at the top":         {answer: `{"ok":true,"active_sessions":[],"next_cursor":""}`},
		"a session ID of many digits":        {answer: session(`"user_id":"W2","session_id":"99999999999999999999"`), err: true},
		"a session ID in digits and a space": {answer: session(`"user_id":"W2","session_id":" 2"`), err: true},
		"a session ID with a zero in front":  {answer: session(`"user_id":"W2","session_id":"02"`), err: true},
		"a session ID with an exponent":      {answer: session(`"user_id":"W2","session_id":"2e0"`), err: true},
		"an empty session ID":                {answer: session(`"user_id":"W2","session_id":""`), err: true},
		"digits behind another mistake":      {answer: session(`"created":{"os":7},"user_id":"W2","session_id":"2"`), logged: []string{"active_sessions.created.os"}},
		"a session as an empty list":         {answer: `{"ok":true,"active_sessions":[[]]}`, err: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, test.answer) },
				api.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
			got, err := c.AdminUsersSessionList(t.Context(), api.AdminUsersSessionListRequest{})
			if test.err {
				var garbled *api.ResponseError
				if !errors.As(err, &garbled) || got != nil || log.Len() > 0 {
					t.Errorf("got %+v, %v; want a ResponseError that is not logged\n%s", got, err, &log)
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
		`{"ok":false,"error":"user_not_found","OK":true}`:                       api.ErrUserNotFound,
		`{"ok":false,"error":"user_not_found","Ok":true}`:                       api.ErrUserNotFound,
		`{"ok":false,"error":"user_not_found","oK":true}`:                       api.ErrUserNotFound,
		`{"ok":false,"error":"user_not_found","o\u212a":true}`:                  api.ErrUserNotFound,
		"{\"ok\":false,\"error\":\"user_not_found\",\"o\u212a\":true}":          api.ErrUserNotFound,
		`{"ok":false,"error":"user_not_found","\u004f\u004b":true}`:             api.ErrUserNotFound,
		`{"ok":false,"error":"user_not_found","Error":"other"}`:                 api.ErrUserNotFound,
		`{"ok":true,"response_metadata":{"ok":false}}`:                          nil,
		`{"ok":false,"error":"user_not_found","response_metadata":{"ok":true}}`: api.ErrUserNotFound,
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

// TestWrongTypesAreSaidToBe names what is wrong, where it is also as good as
// missing.
func TestWrongTypesAreSaidToBe(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{
		`{"ok":true}`:                                                                             "its active_sessions is missing",
		`{"ok":true,"active_sessions":null}`:                                                      "its active_sessions is null",
		`{"ok":true,"active_sessions":7}`:                                                         "its active_sessions is a number; want an array",
		`{"ok":true,"active_sessions":[7]}`:                                                       "its active_sessions[] is a number; want an object",
		`{"ok":true,"active_sessions":[{"user_id":"W1"}]}`:                                        "its active_sessions[].session_id is missing",
		`{"ok":true,"active_sessions":[{"user_id":"W1","session_id":null}]}`:                      "its active_sessions[].session_id is null",
		`{"ok":true,"active_sessions":[{"user_id":"W1","session_id":2.5}]}`:                       "its active_sessions[].session_id is a number; want an integer of 64 bits",
		`{"ok":true,"active_sessions":[{"user_id":"W1","session_id":"S2"}]}`:                      "its active_sessions[].session_id is a string; want an integer of 64 bits",
		`{"ok":true,"active_sessions":[{"user_id":true,"session_id":2}]}`:                         "its active_sessions[].user_id is a boolean; want a string",
		`{"ok":true,"active_sessions":[{"user_id":[],"session_id":2}]}`:                           "its active_sessions[].user_id is an array; want a string",
		`{"ok":true,"active_sessions":[],"response_metadata":{"next_cursor":{}}}`:                 "its response_metadata.next_cursor is an object; want a string",
		`{"ok":true,"active_sessions":[{"created":7,"user_id":7}],"response_metadata":"x"}`:       "its active_sessions[].user_id is a number; want a string",
		`{"ok":true,"active_sessions":[],"next_cursor":"x","response_metadata":{"warnings":[7]}}`: "it has the next page's cursor in next_cursor, and nothing in response_metadata.next_cursor",
	} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, answer) })
		if _, err := c.AdminUsersSessionList(t.Context(), api.AdminUsersSessionListRequest{}); !errors.As(err, new(*api.ResponseError)) || !strings.Contains(err.Error(), want+" (") {
			t.Errorf("%s: got %v, want %q", answer, err, want)
		}
	}
}

// TestOneThatMattersBehindMany has more mistakes than are told apart before it.
func TestOneThatMattersBehindMany(t *testing.T) {
	t.Parallel()
	one := `{"user_id":"W1","session_id":1,"created":{"os":7,"ip":7}}`
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"ok":true,"active_sessions":[`+strings.Repeat(one+",", 900)+strings.Replace(one, `"W1"`, `7`, 1)+`]}`)
	})
	if _, err := c.AdminUsersSessionList(t.Context(), api.AdminUsersSessionListRequest{}); err == nil || !strings.Contains(err.Error(), "user_id is a number; want a string") {
		t.Errorf("got %v", err)
	}
}

// TestKeysInOtherCapitals have no say beside the exact ones, in whatever order.
func TestKeysInOtherCapitals(t *testing.T) {
	t.Parallel()
	const whole = `{"sessions":[{"user":"W1","id":1,"os":"a"}],"cursor":"x","warning":"w"}`
	for _, test := range []struct{ exact, other, want string }{
		{`"session_id":1`, `"SESSION_ID":7`, whole},
		{`"session_id":1`, `"Session_Id":null`, whole},
		{`"session_id":1`, `"session_\u0049d":7`, whole},
		{`"session_id":1`, `"\u017fession_id":7`, whole},
		{`"session_id":1`, `"seſſion_id":7`, whole},
		{`"\u0073ession_id":1`, `"Session_id":7`, whole},
		{`"session_id":1`, `"sEssion_id":7,"seSsion_id":{"a":[1,"}"]},"sesSion_id":"x"`, whole},
		{`"user_id":"W1"`, `"USER_ID":7`, whole},
		{`"user_id":"W1"`, `"USER_ID":"W7"`, whole},
		{`"created":{"os":"a"}`, `"Created":{"os":"b"}`, whole},
		{`"created":{"os":"a"}`, `"Created":7`, whole},
		{`"created":{"os":"a"}`, `"Created":null`, whole},
		{`{"os":"a"}`, `{"OS":"b","os":"a"}`, whole},
		{`"warning":"w"`, `"Warning":"v"`, whole},
		{`"next_cursor":"x"`, `"Next_Cursor":""`, whole},
		{`"next_cursor":"x"`, `"next_\u0043ursor":"y"`, whole},
		{`"response_metadata":{"next_cursor":"x"}`, `"Response_metadata":{"next_cursor":"y"}`, whole},
		{`"response_metadata":{"next_cursor":"x"}`, `"Response_metadata":"y"`, whole},
		{`"active_sessions":[`, `"ACTIVE_SESSIONS":[{"user_id":7}],"active_sessions":[`, whole},

		// Alone they are what encoding/json takes them for.
		{`"session_id":1`, `=>"Session_ID":7`, strings.Replace(whole, `"id":1`, `"id":7`, 1)},
		{`"created":{"os":"a"}`, `=>"CREATED":{"OS":"b"}`, strings.Replace(whole, `"a"`, `"b"`, 1)},
		{`"next_cursor":"x"`, `=>"Next_Cursor":"y"`, strings.Replace(whole, `"x"`, `"y"`, 1)},
	} {
		const answer = `{"ok":true,"warning":"w","active_sessions":[{"user_id":"W1","session_id":1,"created":{"os":"a"}}],"response_metadata":{"next_cursor":"x"}}`
		orders := []string{test.exact + "," + test.other, test.other + "," + test.exact}
		if alone, ok := strings.CutPrefix(test.other, "=>"); ok {
			orders = []string{alone}
		} else if !strings.HasPrefix(test.exact, `"`) || strings.HasSuffix(test.exact, "[") {
			orders = []string{test.other}
		}
		for _, order := range orders {
			replace := strings.NewReplacer(`\u0073ession_id`, "session_id").Replace(test.exact)
			body := strings.Replace(answer, replace, order, 1)
			if body == answer {
				t.Fatalf("%s is not in the response", replace)
			}
			var log bytes.Buffer
			c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }, api.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
			page, err := c.AdminUsersSessionList(t.Context(), api.AdminUsersSessionListRequest{})
			if err != nil {
				t.Errorf("%s: %v", body, err)
				continue
			}
			var sessions []string
			for _, s := range page.ActiveSessions {
				sessions = append(sessions, fmt.Sprintf(`{"user":%q,"id":%d,"os":%q}`, s.UserID, s.SessionID, s.Created.OS))
			}
			got := fmt.Sprintf(`{"sessions":[%s],"cursor":%q,"warning":%q}`, strings.Join(sessions, ","), page.ResponseMetadata.NextCursor, page.Warning)
			if got != test.want || strings.Contains(log.String(), "left out") {
				t.Errorf("%s:\n got %s\nwant %s\n%s", body, got, test.want, &log)
			}
		}
	}
}

// TestKeysGivenTwice are an error where it matters which is meant.
func TestKeysGivenTwice(t *testing.T) {
	t.Parallel()
	const rest = `,"active_sessions":[]`
	for answer, want := range map[string]string{
		`{"ok":false,"ok":true` + rest + `}`:                                                                          "its ok is given twice",
		`{"ok":true,"ok":false` + rest + `}`:                                                                          "its ok is given twice",
		`{"ok":true,"ok":true` + rest + `}`:                                                                           "its ok is given twice",
		`{"ok":true` + rest + `,"o\u006b":null}`:                                                                      "its ok is given twice",
		`{"ok":true,"ok":false,"error":"no_such_user"}`:                                                               "its ok is given twice",
		`{"x":"\\","ok":true,"ok":true` + rest + `}`:                                                                  "its ok is given twice",
		`{"x":"\\\"","ok":true,"y":"\"","ok":true` + rest + `}`:                                                       "its ok is given twice",
		`{"ok":true` + rest + rest + `}`:                                                                              "its active_sessions is given twice",
		`{"ok":true,"active_sessions":[{"user_id":"W1","session_id":1,"session_id":2}]}`:                              "its active_sessions[].session_id is given twice",
		`{"ok":true,"active_sessions":[{"user_id":"W1","session_id":1,"session\u005fid":1}]}`:                         "its active_sessions[].session_id is given twice",
		`{"ok":true,"active_sessions":[{"user_id":"W1","session_id":1,"user_id":"W2"}]}`:                              "its active_sessions[].user_id is given twice",
		`{"ok":true` + rest + `,"response_metadata":{"next_cursor":"x"},"response_metadata":{}}`:                      "its response_metadata is given twice",
		`{"ok":true` + rest + `,"response_metadata":{"next_cursor":"x","next_cursor":""}}`:                            "its response_metadata.next_cursor is given twice",
		`{"ok":true` + rest + `,"warning":"a","warning":"b","x":1,"x":2}`:                                             "",
		`{"ok":true,"x":{"ok":1,"ok":2,"active_sessions":1,"active_sessions":2}` + rest + `}`:                         "",
		`{"ok":true,"active_sessions":[{"user_id":"W1","session_id":1,"created":{"os":"a","os":"b"},"created":{}}]}`:  "",
		`{"ok":true,"active_sessions":[{"user_id":"W1","session_id":1},{"user_id":"W1","session_id":1}]}`:             "",
		`{"ok":true` + rest + `,"OK":true,"Ok":false,"Active_sessions":[{"user_id":"W1","user_id":"W2"}]}`:            "",
		`{"ok":true` + rest + `,"x":["{\"ok\":true,\"ok\":true}","\\"],"response_metadata":{"next_cursor":"a\\\"b"}}`: "",
	} {
		var log bytes.Buffer
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, answer) }, api.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
		_, err := c.AdminUsersSessionList(t.Context(), api.AdminUsersSessionListRequest{})
		if strings.Contains(log.String(), "left out") || (err == nil) != (want == "") || err != nil && (!errors.As(err, new(*api.ResponseError)) || !strings.Contains(err.Error(), want+" (")) {
			t.Errorf("%s: got %v, want %q", answer, err, want)
		}
	}

	// With another status the status has said it.
	for status, want := range map[int]error{429: api.ErrRatelimited, 503: api.ErrServiceUnavailable} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			fmt.Fprint(w, `{"ok":true,"ok":false,"error":"service_unavailable","error":"`+want.Error()+`"}`)
		})
		if err := firstErr(reset(c)); !errors.Is(err, want) {
			t.Errorf("status %d: got %v, want %v", status, err, want)
		}
	}
}

// TestARefusalsKeysInOtherCapitals have no say in what it explains either.
func TestARefusalsKeysInOtherCapitals(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"ok":false,"error":"x","Error":"y","response_metadata":{"messages":["a"],"Messages":["b"],"WARNINGS":7,"warnings":["w"]}}`)
	})
	var refused *api.Error
	if err := firstErr(reset(c)); !errors.As(err, &refused) || refused.Code != "x" || fmt.Sprint(refused.Messages, refused.Warnings) != "[a] [w]" {
		t.Errorf("got %+v", err)
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
	for _, answer := range []string{
		`{"ok":true,"session_settings":{}}`, `{"ok":true,"session_settings":null}`, `{"ok":true,"session_settings":[null]}`, `{"ok":true,"session_settings":[[7]]}`,
		`{"ok":true,"no_settings_applied":"W1"}`, `{"ok":true,"no_settings_applied":[7]}`, `{"ok":true,"no_settings_applied":[null]}`,
	} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, answer) })
		got, err := c.AdminUsersSessionGetSettings(t.Context(), api.AdminUsersSessionGetSettingsRequest{UserIDs: []string{"W1"}})
		if !errors.As(err, new(*api.ResponseError)) {
			t.Errorf("%s: got %+v, %v; want a ResponseError", answer, got, err)
		}
	}
}
