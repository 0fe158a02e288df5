package slacktest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

const (
	reset      = "admin.users.session.reset"
	invalidate = "admin.users.session.invalidate"
	mediaJSON  = "application/json; charset=utf-8"
	mediaForm  = "application/x-www-form-urlencoded"
)

// post sends a request as a client in any language might, and returns the response.
func post(t *testing.T, slack *slacktest.Server, token, method, media, body string) (int, http.Header, map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, slack.URL+"/"+method, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if media != "" {
		req.Header.Set("Content-Type", media)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer map[string]any
	if err := json.Unmarshal(data, &answer); err != nil {
		t.Fatalf("status %d, %q: %v", resp.StatusCode, data, err)
	}
	return resp.StatusCode, resp.Header, answer
}

func newServer(t *testing.T) *slacktest.Server {
	t.Helper()
	slack := slacktest.NewServer()
	t.Cleanup(slack.Close)
	return slack
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	const write = "admin.users:write"
	const list, getSettings, setSettings, clearSettings = "admin.users.session.list", "admin.users.session.getSettings", "admin.users.session.setSettings", "admin.users.session.clearSettings"
	tests := []struct {
		name, method, media, body string
		user                      string   // whose token; Admin's with every scope if empty, none if "-"
		scopes                    []string // with user
		want                      string   // the response
	}{
		{name: "reset", method: reset, media: mediaJSON, body: `{"user_id":"W0000000003"}`, want: `{"ok":true}`},
		{name: "reset as a form", method: reset, media: mediaForm, body: `user_id=W0000000003&mobile_only=true`, want: `{"ok":true}`},
		{name: "reset as a form with false", method: reset, media: mediaForm, body: `user_id=W0000000003&mobile_only=false`, want: `{"ok":true}`},
		{name: "invalidate", method: invalidate, media: mediaJSON, body: `{"user_id":"W0000000003","session_id":1112275520244}`, want: `{"ok":true}`},
		{name: "invalidate as a form", method: invalidate, media: mediaForm, body: `user_id=W0000000003&session_id=1112275520244`, want: `{"ok":true}`},
		{
			name: "JSON without a charset", method: reset, media: "application/json", body: `{"user_id":"W0000000003"}`,
			want: `{"ok":true,"warning":"missing_charset","response_metadata":{"warnings":["missing_charset"]}}`,
		},

		{
			name: "wrong JSON without a charset", method: reset, media: "application/json", body: `{}`,
			want: `{"ok":false,"error":"invalid_arguments","warning":"missing_charset","response_metadata":{"messages":["[ERROR] missing required field: user_id"],"warnings":["missing_charset"]}}`,
		},

		{name: "no token", user: "-", method: reset, media: mediaJSON, body: `{"user_id":"W0000000003"}`, want: `{"ok":false,"error":"not_authed"}`},
		{name: "an unknown token in the body", user: "-", method: reset, media: mediaForm, body: `user_id=W0000000003&token=xoxp-x`, want: `{"ok":false,"error":"invalid_auth"}`},
		{name: "a token in the query", user: "-", method: reset + "?token=xoxp-x", media: mediaForm, body: `user_id=W0000000003`, want: `{"ok":false,"error":"not_authed"}`},
		{name: "arguments in the query of a POST", method: reset + "?user_id=W0000000003", want: `{"ok":true}`},
		{name: "arguments in both", method: reset + "?user_id=W9", media: mediaJSON, body: `{"user_id":"W0000000003"}`, want: `{"ok":true}`},
		{name: "the organization for a workspace", method: list, media: mediaJSON, body: `{"user_id":"W0000000003","team_id":"E0000000001"}`, want: `{"ok":false,"error":"no_active_sessions"}`},
		{name: "a multipart body", method: reset, media: "multipart/form-data; boundary=x", body: "--x\r\nContent-Disposition: form-data; name=\"user_id\"\r\n\r\nW0000000003\r\n--x--\r\n", want: `{"ok":true}`},
		{name: "a multipart body cut off in a value", method: reset, media: "multipart/form-data; boundary=x", body: "--x\r\nContent-Disposition: form-data; name=\"user_id\"\r\n\r\nW000", want: `{"ok":false,"error":"invalid_form_data"}`},
		{name: "a multipart body cut off", method: reset, media: "multipart/form-data; boundary=x", body: "--x\r\nContent-", want: `{"ok":false,"error":"invalid_form_data"}`},
		{
			name: "an argument given twice", method: reset, media: mediaForm, body: `user_id=W0000000003&user_id=W0000000004`,
			want: `{"ok":false,"error":"invalid_arguments","response_metadata":{"messages":["[ERROR] slacktest: user_id is given 2 times; want it once"]}}`,
		},
		{
			name: "a scope missing", user: slacktest.Admin, scopes: []string{"a", "b"}, method: reset, media: mediaJSON, body: `{"user_id":"W0000000003"}`,
			want: `{"ok":false,"error":"missing_scope","needed":"admin.users:write","provided":"a,b"}`,
		},
		{name: "a member's token", user: slacktest.Member, scopes: []string{write}, method: reset, media: mediaJSON, body: `{"user_id":"W0000000003"}`, want: `{"ok":false,"error":"not_an_admin"}`},
		{name: "a bot's token", user: slacktest.Bot, scopes: []string{write}, method: reset, media: mediaJSON, body: `{"user_id":"W0000000003"}`, want: `{"ok":false,"error":"not_allowed_token_type"}`},

		{name: "a method nobody knows", method: "admin.users.nonsense", media: mediaJSON, body: `{}`, want: `{"ok":false,"error":"unknown_method"}`},
		{name: "no content type", method: reset, body: `{"user_id":"W0000000003"}`, want: `{"ok":false,"error":"missing_post_type"}`},
		{name: "a content type nobody reads", method: reset, media: "text/csv", body: `x`, want: `{"ok":false,"error":"invalid_post_type"}`},
		{name: "a charset nobody reads", method: reset, media: "application/json; charset=utf-16", body: `{}`, want: `{"ok":false,"error":"invalid_charset"}`},
		{name: "a broken form", method: reset, media: mediaForm, body: `user_id=%zz`, want: `{"ok":false,"error":"invalid_form_data"}`},
		{name: "broken JSON", method: reset, media: mediaJSON, body: `{"user_id":`, want: `{"ok":false,"error":"invalid_arguments"}`},
		{name: "JSON but no object", method: reset, media: mediaJSON, body: `["W0000000003"]`, want: `{"ok":false,"error":"invalid_arguments"}`},
		{name: "two JSON objects", method: reset, media: mediaJSON, body: `{"user_id":"W0000000003"}{}`, want: `{"ok":false,"error":"invalid_arguments"}`},
		{name: "JSON of nothing", method: reset + "?user_id=W0000000003", media: mediaJSON, want: `{"ok":false,"error":"invalid_arguments"}`},
		{name: "a broken form without arguments", method: "auth.test", media: mediaForm, body: `%zz`, want: `{"ok":false,"error":"invalid_form_data"}`},
		{
			name: "an argument missing", method: invalidate, media: mediaJSON, body: `{}`,
			want: `{"ok":false,"error":"invalid_arguments","response_metadata":{"messages":["[ERROR] missing required field: session_id","[ERROR] missing required field: user_id"]}}`,
		},
		{
			name: "arguments of the wrong type", method: reset, media: mediaJSON, body: `{"user_id":1,"mobile_only":"yes"}`,
			want: `{"ok":false,"error":"invalid_arguments","response_metadata":{"messages":["[ERROR] value must be a boolean [json-pointer:/mobile_only]","[ERROR] value must be a string [json-pointer:/user_id]"]}}`,
		},
		{
			name: "the same as a form", method: reset, media: mediaForm, body: `user_id=W1&mobile_only=yes`,
			want: `{"ok":false,"error":"invalid_arguments","response_metadata":{"messages":["[ERROR] value must be a boolean [json-pointer:/mobile_only]"]}}`,
		},
		{
			name: "an argument the method does not have", method: reset, media: mediaForm, body: `user_id=W1&user_ids[0]=W1`,
			want: `{"ok":false,"error":"invalid_arguments","response_metadata":{"messages":["[ERROR] slacktest: property \"user_ids[0]\" is unsupported; Slack would ignore it"]}}`,
		},

		{
			name: "the same twice", method: reset, media: mediaForm, body: `user_id=W1&x=1&x=2`,
			want: `{"ok":false,"error":"invalid_arguments","response_metadata":{"messages":["[ERROR] slacktest: x is given 2 times; want it once"]}}`,
		},
		{name: "a text that is a number", method: reset, media: mediaForm, body: `user_id=1`, want: `{"ok":false,"error":"user_not_found"}`},
		{name: "a text that is JSON", method: reset, media: mediaForm, body: `user_id="W0000000003"`, want: `{"ok":false,"error":"user_not_found"}`},

		{name: "reset of nobody", method: reset, media: mediaJSON, body: `{"user_id":"W9"}`, want: `{"ok":false,"error":"user_not_found"}`},
		{name: "reset of a bot", method: reset, media: mediaJSON, body: `{"user_id":"W0000000005"}`, want: `{"ok":false,"error":"cannot_reset_bot"}`},
		{name: "reset of the primary owner", method: reset, media: mediaJSON, body: `{"user_id":"W0000000001"}`, want: `{"ok":false,"error":"cannot_reset_primary_owner"}`},
		{name: "reset of the primary owner by themselves", user: slacktest.PrimaryOwner, scopes: []string{write}, method: reset, media: mediaJSON, body: `{"user_id":"W0000000001"}`, want: `{"ok":true}`},
		{name: "invalidate of nobody", method: invalidate, media: mediaJSON, body: `{"user_id":"W9","session_id":1112275520244}`, want: `{"ok":false,"error":"user_not_found"}`},
		{name: "invalidate of no session", method: invalidate, media: mediaJSON, body: `{"user_id":"W0000000003","session_id":1}`, want: `{"ok":false,"error":"session_not_found"}`},
		{name: "invalidate of another's session", method: invalidate, media: mediaJSON, body: `{"user_id":"W0000000004","session_id":1112275520244}`, want: `{"ok":false,"error":"session_not_found"}`},
		{name: "invalidate in another workspace", method: invalidate, media: mediaJSON, body: `{"user_id":"W0000000003","session_id":1112275520244,"team_id":"T0000000002"}`, want: `{"ok":false,"error":"session_not_found"}`},
		{name: "list with a user alone", method: list, media: mediaJSON, body: `{"user_id":"W0000000003"}`, want: `{"ok":false,"error":"missing_team"}`},
		{name: "list with a workspace alone", method: list, media: mediaForm, body: `team_id=T0000000001`, want: `{"ok":false,"error":"missing_user"}`},
		{name: "list of nobody", method: list, media: mediaJSON, body: `{"user_id":"W9","team_id":"T0000000001"}`, want: `{"ok":false,"error":"user_not_found"}`},
		{name: "list in no workspace", method: list, media: mediaJSON, body: `{"user_id":"W0000000003","team_id":"T9"}`, want: `{"ok":false,"error":"team_not_found"}`},
		{name: "list of a bot", method: list, media: mediaJSON, body: `{"user_id":"W0000000005","team_id":"T0000000001"}`, want: `{"ok":false,"error":"bots_not_allowed"}`},
		{name: "list without sessions", method: list, media: mediaJSON, body: `{"user_id":"W0000000003","team_id":"T0000000002"}`, want: `{"ok":false,"error":"no_active_sessions"}`},
		{name: "list with a cursor nobody gave out", method: list, media: mediaJSON, body: `{"cursor":"nonsense"}`, want: `{"ok":false,"error":"invalid_cursor"}`},
		{name: "list with a cursor without what it is of", method: list, media: mediaJSON, body: `{"cursor":"MTIz"}`, want: `{"ok":false,"error":"invalid_cursor"}`},
		{name: "list with a cursor without a number", method: list, media: mediaJSON, body: `{"cursor":"c2Vzc2lvbjp4"}`, want: `{"ok":false,"error":"invalid_cursor"}`},
		{name: "list with a cursor of something else", method: list, media: mediaJSON, body: `{"cursor":"dXNlcjox"}`, want: `{"ok":false,"error":"invalid_cursor"}`},
		{
			name: "list with too large a limit", method: list, media: mediaForm, body: `limit=1001`,
			want: `{"ok":false,"error":"invalid_arguments","response_metadata":{"messages":["[ERROR] number must be at most 1000 [json-pointer:/limit]"]}}`,
		},
		{name: "settings of nobody", method: getSettings, media: mediaJSON, body: `{"user_ids":["W0000000003","W9"]}`, want: `{"ok":false,"error":"user_not_found"}`},
		{name: "settings of a bot", method: setSettings, media: mediaForm, body: `user_ids=W0000000003,W0000000005&duration=28800`, want: `{"ok":false,"error":"bots_not_allowed"}`},
		{name: "no setting", method: setSettings, media: mediaJSON, body: `{"user_ids":["W0000000003"]}`, want: `{"ok":false,"error":"at_least_one_session_setting_required"}`},
		{
			name: "too short a duration", method: setSettings, media: mediaJSON, body: `{"user_ids":["W0000000003"],"duration":60}`,
			want: `{"ok":false,"error":"invalid_arguments","response_metadata":{"messages":["[ERROR] number must be at least 180 [json-pointer:/duration]"]}}`,
		},
		{
			name: "no users", method: clearSettings, media: mediaJSON, body: `{"user_ids":[]}`,
			want: `{"ok":false,"error":"invalid_arguments","response_metadata":{"messages":["[ERROR] minimum number of items is 1 [json-pointer:/user_ids]"]}}`,
		},
		{name: "invalidate of the primary owner by themselves", user: slacktest.PrimaryOwner, scopes: []string{write}, method: invalidate, media: mediaJSON, body: `{"user_id":"W0000000001","session_id":1112275520242}`, want: `{"ok":true}`},
		{name: "invalidate in the user's workspace", method: invalidate, media: mediaJSON, body: `{"user_id":"W0000000003","session_id":1112275520244,"team_id":"T0000000001"}`, want: `{"ok":true}`},
		{
			name: "a number that is none, in a form", method: invalidate, media: mediaForm, body: `user_id=W0000000003&session_id=x`,
			want: `{"ok":false,"error":"invalid_arguments","response_metadata":{"messages":["[ERROR] value must be an integer [json-pointer:/session_id]"]}}`,
		},
		{
			name: "a list that is none, in a form", method: clearSettings, media: mediaForm, body: `user_ids=[W1`,
			want: `{"ok":false,"error":"invalid_arguments","response_metadata":{"messages":["[ERROR] value must be an array [json-pointer:/user_ids]"]}}`,
		},
		{name: "invalidate of the primary owner", method: invalidate, media: mediaJSON, body: `{"user_id":"W0000000001","session_id":1112275520242}`, want: `{"ok":false,"error":"cannot_invalidate_primary_owner"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			slack := newServer(t)
			token := slack.Token
			switch {
			case test.user == "-":
				token = ""
			case test.user != "":
				token = slack.AddToken(test.user, test.scopes...)
			}
			before := len(slack.Sessions())
			status, header, got := post(t, slack, token, test.method, test.media, test.body)
			if status != http.StatusOK || header.Get("Content-Type") != mediaJSON || header.Get("X-Slack-Req-Id") == "" {
				t.Errorf("status %d, header %v", status, header)
			}
			var want map[string]any
			if err := json.Unmarshal([]byte(test.want), &want); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("\n got %v\nwant %v", got, want)
			}
			if ended := before - len(slack.Sessions()); (ended > 0) != (want["ok"] == true) {
				t.Errorf("%d sessions ended by a response of %v", ended, got)
			}
		})
	}
}

func TestUnknownTokenIsInvalidAuth(t *testing.T) {
	t.Parallel()
	slack := newServer(t)
	other := newServer(t)
	_, _, got := post(t, slack, other.Token, reset, mediaJSON, `{"user_id":"W0000000003"}`)
	if got["error"] != "invalid_auth" {
		t.Errorf("another server's token got %v, want invalid_auth", got)
	}
}

// TestAuthTestSaysWhoCalls has tokens of all kinds, none with a scope.
func TestAuthTestSaysWhoCalls(t *testing.T) {
	t.Parallel()
	slack := newServer(t)
	for _, id := range []string{slacktest.PrimaryOwner, slacktest.Admin, slacktest.OtherMember, slacktest.Bot} {
		client, err := api.New(slack.AddToken(id), api.WithBaseURL(slack.URL))
		if err != nil {
			t.Fatal(err)
		}
		got, err := client.AuthTest(t.Context())
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		if got.UserID != id || got.EnterpriseID != slacktest.Organization || !got.IsEnterpriseInstall || got.BotID != map[string]string{slacktest.Bot: "B0000000005"}[id] {
			t.Errorf("%s: got %+v", id, got)
		}
	}
	for _, body := range []string{"", "{}"} {
		if _, _, got := post(t, slack, slack.Token, "auth.test", mediaJSON, body); got["ok"] != true {
			t.Errorf("with JSON of %q: %v", body, got)
		}
	}
	if _, _, got := post(t, slack, "", "auth.test", "", ""); got["error"] != "not_authed" {
		t.Errorf("without a token: %v", got)
	}
}

// TestVerbs are those of the spec alone.
func TestVerbs(t *testing.T) {
	t.Parallel()
	slack := newServer(t)
	for _, verb := range []string{http.MethodGet, http.MethodPut} {
		req, err := http.NewRequestWithContext(t.Context(), verb, slack.URL+"/"+reset+"?user_id=W0000000003", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+slack.Token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || !strings.Contains(string(data), `"unknown_method"`) {
			t.Errorf("%s: %q, %v; want unknown_method", verb, data, err)
		}
	}
}

func TestScopesAreInTheHeaders(t *testing.T) {
	t.Parallel()
	slack := newServer(t)
	token := slack.AddToken(slacktest.Admin, "admin.users:write", "x")
	_, header, _ := post(t, slack, token, reset, mediaJSON, `{"user_id":"W0000000003"}`)
	if got := header.Get("X-Oauth-Scopes"); got != "admin.users:write,x" {
		t.Errorf("X-OAuth-Scopes %q", got)
	}
	if got := header.Get("X-Accepted-Oauth-Scopes"); got != "admin.users:write" {
		t.Errorf("X-Accepted-OAuth-Scopes %q", got)
	}
}

func TestResetEndsOnlyWhatItIsToldTo(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args string
		left []slacktest.Platform
	}{
		{`{"user_id":"W0000000003"}`, nil},
		{`{"user_id":"W0000000003","mobile_only":true}`, []slacktest.Platform{slacktest.Web, slacktest.Web}},
		{`{"user_id":"W0000000003","web_only":true}`, []slacktest.Platform{slacktest.Mobile}},
		{`{"user_id":"W0000000003","mobile_only":true,"web_only":true}`, nil},
		{`{"user_id":"W0000000003","mobile_only":false,"web_only":false}`, nil},
	} {
		t.Run(test.args, func(t *testing.T) {
			t.Parallel()
			slack := newServer(t)
			others := len(slack.Sessions()) - len(slack.Sessions(slacktest.Member))
			post(t, slack, slack.Token, reset, mediaJSON, test.args)
			var left []slacktest.Platform
			for _, session := range slack.Sessions(slacktest.Member) {
				left = append(left, session.Platform)
			}
			if !reflect.DeepEqual(left, test.left) {
				t.Errorf("left %v, want %v", left, test.left)
			}
			if got := len(slack.Sessions()) - len(left); got != others {
				t.Errorf("%d sessions of others, want %d", got, others)
			}
		})
	}
}

func TestAddedUsersAndSessions(t *testing.T) {
	t.Parallel()
	slack := newServer(t)
	user := slack.AddUser(slacktest.User{})
	session := slack.AddSession(slacktest.Session{UserID: user.ID, Platform: slacktest.Mobile})
	if user.ID != "W0000000006" || user.TeamID != slacktest.Workspace || user.Role != slacktest.RoleMember {
		t.Errorf("user %+v", user)
	}
	if session.TeamID != user.TeamID || session.ID != 1112275520249 {
		t.Errorf("session %+v", session)
	}
	early := slack.AddSession(slacktest.Session{UserID: user.ID, ID: 1})
	if got := slack.Sessions(user.ID); !reflect.DeepEqual(got, []slacktest.Session{early, session}) {
		t.Errorf("sessions %+v", got)
	}
	if users := slack.Users(); !reflect.DeepEqual(users[len(users)-1], user) {
		t.Errorf("users %+v", users)
	}
	// An ID that is taken is not made up.
	slack.AddSession(slacktest.Session{UserID: slack.AddUser(slacktest.User{ID: "W0000000007", TeamID: "T7"}).ID, ID: 1112275520250})
	next := slack.AddSession(slacktest.Session{UserID: slack.AddUser(slacktest.User{}).ID})
	if next.UserID != "W0000000008" || next.ID != 1112275520251 || next.Platform != slacktest.Web || next.Created.OS != "OS X" || session.Created.OS != "iOS" {
		t.Errorf("session %+v", next)
	}
	if _, _, got := post(t, slack, slack.Token, "admin.users.session.list", mediaForm, "user_id=W0000000007&team_id=T7"); got["ok"] != true {
		t.Errorf("in a workspace of its own: %v", got)
	}
	// It keeps all digits of an ID.
	long := slack.AddSession(slacktest.Session{UserID: user.ID, ID: 1<<53 + 1})
	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL))
	if err != nil {
		t.Fatal(err)
	}
	listed, err := client.AdminUsersSessionList(t.Context(), api.AdminUsersSessionListRequest{UserID: user.ID, TeamID: user.TeamID})
	if err != nil || listed.ActiveSessions[2].SessionID != long.ID {
		t.Errorf("%+v, %v; want %d", listed, err, long.ID)
	}
	if _, _, got := post(t, slack, slack.Token, invalidate, mediaJSON, fmt.Sprintf(`{"user_id":%q,"session_id":%d}`, user.ID, long.ID)); got["ok"] != true {
		t.Errorf("a session of 16 digits: %v", got)
	}
	for name, add := range map[string]func(){
		"a user twice":        func() { slack.AddUser(user) },
		"a session twice":     func() { slack.AddSession(session) },
		"a session of nobody": func() { slack.AddSession(slacktest.Session{UserID: "W9"}) },
		"a token of nobody":   func() { slack.AddToken("W9") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			add()
		}()
	}
}

func TestScript(t *testing.T) {
	t.Parallel()
	slack := newServer(t)
	slack.Script(
		slacktest.Refuse(api.ErrInternalError),
		slacktest.RateLimit(1500*time.Millisecond),
		func(w http.ResponseWriter, _ *http.Request) { http.Error(w, `{"ok":null}`, http.StatusBadGateway) },
	)
	const args = `{"user_id":"W0000000003"}`
	if _, _, got := post(t, slack, slack.Token, reset, mediaJSON, args); got["error"] != "internal_error" {
		t.Errorf("first answer %v", got)
	}
	status, header, got := post(t, slack, slack.Token, reset, mediaJSON, args)
	if status != http.StatusTooManyRequests || header.Get("Retry-After") != "2" || got["error"] != "ratelimited" {
		t.Errorf("second answer %d, %v, %v", status, header, got)
	}
	if status, _, _ := post(t, slack, slack.Token, reset, mediaJSON, args); status != http.StatusBadGateway {
		t.Errorf("third answer %d", status)
	}
	if len(slack.Sessions(slacktest.Member)) != 3 {
		t.Error("a scripted answer ended sessions")
	}
	if _, _, got := post(t, slack, slack.Token, reset, mediaJSON, args); got["ok"] != true {
		t.Errorf("after the script %v", got)
	}
	slack.Script(slacktest.HangUp(), nil)
	if resp, err := http.Post(slack.URL+"/"+reset, mediaJSON, strings.NewReader(args)); err == nil { //nolint:noctx // it is short
		resp.Body.Close()
		t.Errorf("status %d from who hangs up", resp.StatusCode)
	}
	if requests := slack.Requests(); len(requests) != 5 || requests[1].Method != reset || string(requests[1].Body) != args {
		t.Errorf("requests %+v", requests)
	}
}

func TestListPagesThroughTheOrganization(t *testing.T) {
	t.Parallel()
	slack := newServer(t)
	var got []string
	cursor := ""
	for {
		_, _, answer := post(t, slack, slack.Token, "admin.users.session.list", mediaForm, "limit=3&cursor="+url.QueryEscape(cursor))
		sessions, _ := answer["active_sessions"].([]any)
		for _, session := range sessions {
			got = append(got, fmt.Sprintf("%.0f", session.(map[string]any)["session_id"]))
		}
		// A session that ends in between moves none to another page.
		if len(got) == 3 {
			post(t, slack, slack.Token, invalidate, mediaForm, "user_id="+slacktest.PrimaryOwner+"&session_id="+got[0])
			post(t, slack, slack.Token, invalidate, mediaForm, "user_id="+slacktest.Admin+"&session_id="+got[1])
		}
		metadata, _ := answer["response_metadata"].(map[string]any)
		if cursor, _ = metadata["next_cursor"].(string); cursor == "" {
			break
		}
	}
	want := []string{"1112275520242", "1112275520243", "1112275520244", "1112275520245", "1112275520246", "1112275520247", "1112275520248"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}

	// A page after the last session is empty, which is no error.
	_, _, answer := post(t, slack, slack.Token, "admin.users.session.list", mediaForm, "cursor=c2Vzc2lvbjo5OTk5OTk5OTk5OTk5")
	if answer["ok"] != true {
		t.Errorf("after the last session: %v", answer)
	}
}

// TestAPageHasAThousand unless a call says how many.
func TestAPageHasAThousand(t *testing.T) {
	t.Parallel()
	slack := slacktest.NewServer(slacktest.WithUsers(10, 100, 1))
	t.Cleanup(slack.Close)
	_, _, answer := post(t, slack, slack.Token, "admin.users.session.list", "", "")
	if sessions, _ := answer["active_sessions"].([]any); len(sessions) != 1000 {
		t.Errorf("%d sessions, want 1,000", len(sessions))
	}
}

// TestAddressToDial is one of this machine for a server on all its addresses.
func TestAddressToDial(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", ":0") //nolint:gosec,noctx // for a moment
	if err != nil {
		t.Fatal(err)
	}
	slack := slacktest.NewServer(slacktest.WithListener(listener))
	t.Cleanup(slack.Close)
	if !strings.HasPrefix(slack.URL, "http://127.0.0.1:") {
		t.Errorf("got %s", slack.URL)
	}
	post(t, slack, slack.Token, "auth.test", "", "")
}

func TestSettingsAreKeptPerUser(t *testing.T) {
	t.Parallel()
	slack := newServer(t)
	for _, step := range []struct{ method, args, want string }{
		{"getSettings", `{"user_ids":["W0000000003","W0000000004"]}`, `{"ok":true,"no_settings_applied":["W0000000003","W0000000004"]}`},
		{"setSettings", `{"user_ids":["W0000000003"],"desktop_app_browser_quit":false}`, `{"ok":true}`},
		{"getSettings", `{"user_ids":["W0000000003","W0000000004"]}`, `{"ok":true,"session_settings":[{"user_id":"W0000000003","desktop_app_browser_quit":false,"duration":null}],"no_settings_applied":["W0000000004"]}`},
		{"setSettings", `{"user_ids":["W0000000003","W0000000004"],"duration":28800}`, `{"ok":true}`},
		{"getSettings", `{"user_ids":["W0000000003","W0000000004"]}`, `{"ok":true,"session_settings":[{"user_id":"W0000000003","desktop_app_browser_quit":false,"duration":28800},{"user_id":"W0000000004","desktop_app_browser_quit":null,"duration":28800}]}`},
		{"clearSettings", `{"user_ids":["W0000000003"]}`, `{"ok":true}`},
		{"getSettings", `{"user_ids":["W0000000003"]}`, `{"ok":true,"no_settings_applied":["W0000000003"]}`},
		{"reset", `{"user_id":"W0000000003"}`, `{"ok":true}`},
		{"getSettings", `{"user_ids":["W0000000003"]}`, `{"ok":true}`}, // without a session, nothing is said
	} {
		_, _, got := post(t, slack, slack.Token, "admin.users.session."+step.method, mediaJSON, step.args)
		var want map[string]any
		if err := json.Unmarshal([]byte(step.want), &want); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s %s\n got %v\nwant %v", step.method, step.args, got, want)
		}
	}
}

func TestResetBulk(t *testing.T) {
	t.Parallel()
	const resetBulk = "admin.users.session.resetBulk"
	many := make([]string, 1001)
	for i := range many {
		many[i] = slacktest.Member
	}
	tooMany, err := json.Marshal(map[string]any{"user_ids": many})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, media, args string
		want              string
		left              int // of Member's and OtherMember's five
	}{
		{"two users", mediaJSON, `{"user_ids":["W0000000003","W0000000004"]}`, `{"ok":true}`, 0},
		{"two users as a form", mediaForm, `user_ids=W0000000003,W0000000004`, `{"ok":true}`, 0},
		{"two users as a form with JSON", mediaForm, `user_ids=` + url.QueryEscape(`["W0000000003","W0000000004"]`), `{"ok":true}`, 0},
		{"two users as repeated keys", mediaForm, `user_ids=W0000000003&user_ids=W0000000004`, `{"ok":true}`, 0},
		{"mobile alone", mediaForm, `user_ids=W0000000003,W0000000004&mobile_only=true`, `{"ok":true}`, 3},
		{"nobody", mediaJSON, `{"user_ids":["W9"]}`, `{"ok":false,"error":"user_not_found"}`, 5},
		{
			"some of nobody", mediaJSON, `{"user_ids":["W0000000003","W9","W0000000005"]}`,
			`{"ok":false,"error":"failed_for_some_users","response_metadata":{"messages":["[ERROR] W9: user_not_found","[ERROR] W0000000005: cannot_reset_bot"]}}`, 2,
		},
		{
			"one of nobody", mediaJSON, `{"user_ids":["W0000000003","W9"]}`,
			`{"ok":false,"error":"failed_for_some_users","response_metadata":{"messages":["[ERROR] W9: user_not_found"]}}`, 2,
		},
		{
			"too many", mediaJSON, string(tooMany),
			`{"ok":false,"error":"invalid_arguments","response_metadata":{"messages":["[ERROR] maximum number of items is 1000 [json-pointer:/user_ids]"]}}`, 5,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			slack := newServer(t)
			_, _, got := post(t, slack, slack.Token, resetBulk, test.media, test.args)
			var want map[string]any
			if err := json.Unmarshal([]byte(test.want), &want); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("\n got %v\nwant %v", got, want)
			}
			slack.Settle()
			if left := len(slack.Sessions(slacktest.Member, slacktest.OtherMember)); left != test.left {
				t.Errorf("%d sessions left, want %d", left, test.left)
			}
		})
	}
}

// TestATokenThatIsNoBearers is what a client sends that forgets the word.
func TestATokenThatIsNoBearers(t *testing.T) {
	t.Parallel()
	slack := newServer(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, slack.URL+"/auth.test", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", slack.Token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if said, err := io.ReadAll(resp.Body); err != nil || !strings.Contains(string(said), "not_authed") {
		t.Errorf("got %s, %v", said, err)
	}
}

// TestALogThatLooksAround calls the Server from its log.
func TestALogThatLooksAround(t *testing.T) {
	t.Parallel()
	var slack *slacktest.Server
	var seen int
	slack = slacktest.NewServer(slacktest.WithLog(func(*slacktest.Request) { seen = len(slack.Requests()) }))
	defer slack.Close()
	if _, _, answer := post(t, slack, slack.Token, "auth.test", "", ""); answer["ok"] != true || seen != 1 {
		t.Errorf("got %v, and the log saw %d requests", answer, seen)
	}
}

// TestATokenInTheBody is how clients older than bearer tokens send it.
func TestATokenInTheBody(t *testing.T) {
	t.Parallel()
	slack := newServer(t)
	_, _, got := post(t, slack, "", reset, mediaForm, "user_id="+slacktest.Member+"&token="+slack.Token)
	if got["ok"] != true || len(slack.Sessions(slacktest.Member)) != 0 {
		t.Errorf("got %v", got)
	}
}

// TestRateLimits spends the limits of a tier at once.
func TestRateLimits(t *testing.T) {
	t.Parallel()
	for window, wait := range map[slacktest.Window]int{
		slacktest.Bucket: 3, slacktest.Fixed: 60, slacktest.Sliding: 60, slacktest.Strict: 60,
	} {
		t.Run(string(window), func(t *testing.T) {
			t.Parallel()
			slack := slacktest.NewServer(slacktest.WithRateLimits(window))
			t.Cleanup(slack.Close)
			spend := func(token, method string) (calls, retryAfter int) {
				for {
					status, header, answer := post(t, slack, token, method, mediaJSON, `{}`)
					if status == http.StatusTooManyRequests && answer["error"] == "ratelimited" {
						retryAfter, _ = strconv.Atoi(header.Get("Retry-After"))
						return calls, retryAfter
					}
					calls++
				}
			}
			start := time.Now()
			calls, got := spend(slack.Token, reset)
			took := int(time.Since(start).Seconds()) + 1 // by which the wait is shorter, and a bucket fuller
			if calls < 20 || calls > 21+took/3 || got > wait || got < max(1, wait-took) {
				t.Errorf("tier 2 allowed %d calls and then said to wait %d s, want 20 and %d", calls, got, wait)
			}
			// Some methods have none.
			if _, _, got := post(t, slack, slack.Token, "auth.test", "", ""); got["ok"] != true {
				t.Errorf("auth.test: %v", got)
			}
			// Another method has a limit of its own; another token has not.
			if calls, _ := spend(slack.Token, "admin.users.session.getSettings"); calls < 100 {
				t.Errorf("tier 4 allowed %d calls", calls)
			}
			if calls, _ := spend(slack.AddToken(slacktest.Admin, "admin.users:write"), reset); calls > 1 {
				t.Errorf("another token was allowed %d calls more", calls)
			}
		})
	}
}

func textOf(d api.SessionDevice) string {
	return strings.Join([]string{d.DeviceHardware, d.OS, d.OSVersion, d.SlackClientVersion, d.IP}, "/")
}

func TestWithUsers(t *testing.T) {
	t.Parallel()
	organization := func(seed uint64) []slacktest.Session {
		slack := slacktest.NewServer(slacktest.WithUsers(50, 4, seed))
		t.Cleanup(slack.Close)
		if got := len(slack.Users()); got != 5+50 {
			t.Errorf("%d users, want 55", got)
		}
		return slack.Sessions()
	}
	one, same, other := organization(1), organization(1), organization(2)
	if len(one) != 7+200 || !reflect.DeepEqual(one, same) || reflect.DeepEqual(one, other) {
		t.Errorf("%d sessions; the same seed makes the same: %v; another makes others: %v", len(one), reflect.DeepEqual(one, same), !reflect.DeepEqual(one, other))
	}
	ips, moved := map[string]bool{}, 0
	for _, session := range one {
		ips[session.Created.IP] = true
		if session.Recent != nil && session.Recent.IP != session.Created.IP {
			moved++
		}
	}
	var lines []string
	for _, session := range one[7:23] {
		line := fmt.Sprintf("%s %s %s", session.TeamID, session.Platform, textOf(session.Created))
		if session.Recent != nil {
			line += " then " + textOf(*session.Recent)
		}
		lines = append(lines, line)
	}
	want := []string{
		"T0000000001 web Intel/OS X/10.15.7/4.44.57/203.0.113.226 then Intel/OS X/10.15.7/4.42.70/2001:db8::c:202d",
		"T0000000001 web Apple/macOS/15.6/4.40.24/203.0.113.38 then Apple/macOS/15.6/4.46.70/2001:db8::c:3f9",
		"T0000000001 mobile iPhone/iOS/18.5/4.43.117/203.0.113.96 then iPhone/iOS/18.5/4.43.154/192.0.2.244",
		"T0000000001 web Apple/macOS/15.6/4.44.42/2001:db8::e:713 then Apple/macOS/15.6/4.43.116/198.51.100.95",
		"T0000000001 web Intel/OS X/10.15.7/4.44.45/192.0.2.187",
		"T0000000001 mobile iPhone/iOS/18.5/4.40.40/203.0.113.72 then iPhone/iOS/18.5/4.45.111/203.0.113.232",
		"T0000000001 web Intel/OS X/10.15.7/4.45.190/192.0.2.106",
		"T0000000001 web Intel/OS X/10.15.7/4.40.21/198.51.100.212",
		"T0000000001 mobile Pixel 9/Android/16/4.41.77/2001:db8::1:feb1 then Pixel 9/Android/16/4.47.55/198.51.100.221",
		"T0000000001 web x64/Windows/11/4.47.41/2001:db8::1:ed85",
		"T0000000001 web x64/Linux/6.8/4.47.62/2001:db8::3:e3b3",
		"T0000000001 web Apple/macOS/15.6/4.41.186/192.0.2.70",
		"T0000000002 web Apple/macOS/15.6/4.40.104/198.51.100.29",
		"T0000000002 web x64/Linux/6.8/4.45.153/2001:db8::3:6cf3 then x64/Linux/6.8/4.46.117/192.0.2.104",
		"T0000000002 web Apple/macOS/15.6/4.46.136/2001:db8::6:6891 then Apple/macOS/15.6/4.40.119/192.0.2.11",
		"T0000000002 web x64/Windows/11/4.41.159/2001:db8::e:2f97",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
	if len(ips) < 100 || moved < 30 || moved > 150 {
		t.Errorf("%d IP addresses, %d sessions that moved", len(ips), moved)
	}
}

// TestRecentIsWhatChanged lists a session that moved and one that did not.
func TestRecentIsWhatChanged(t *testing.T) {
	t.Parallel()
	slack := newServer(t)
	_, _, answer := post(t, slack, slack.Token, "admin.users.session.list", mediaForm, "user_id="+slacktest.Member+"&team_id="+slacktest.Workspace)
	var recent []bool
	for _, session := range answer["active_sessions"].([]any) {
		_, ok := session.(map[string]any)["recent"]
		recent = append(recent, ok)
	}
	if want := []bool{false, true, false}; !reflect.DeepEqual(recent, want) {
		t.Errorf("recent is there: %v, want %v", recent, want)
	}
}

func TestWithBulkDelay(t *testing.T) {
	t.Parallel()
	slack := slacktest.NewServer(slacktest.WithBulkDelay(100 * time.Millisecond))
	t.Cleanup(slack.Close)
	post(t, slack, slack.Token, "admin.users.session.resetBulk", mediaForm, "user_ids="+slacktest.Member)
	if len(slack.Sessions(slacktest.Member)) != 3 {
		t.Error("the sessions ended at once")
	}
	slack.Settle()
	if left := slack.Sessions(slacktest.Member); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}

// TestRequestsAreForgotten sends more than the Server keeps.
func TestRequestsAreForgotten(t *testing.T) {
	t.Parallel()
	var logged atomic.Int64
	slack := slacktest.NewServer(slacktest.WithLog(func(*slacktest.Request) { logged.Add(1) }))
	t.Cleanup(slack.Close)
	body := strings.Repeat("x", 1<<20)
	for range 20 {
		post(t, slack, "", reset, "text/plain", body)
	}
	if got := len(slack.Requests()); got != 16 || logged.Load() != 20 {
		t.Errorf("%d requests of a megabyte are kept, %d logged; want 16 and 20", got, logged.Load())
	}
}

// TestCloseBreaksOff what would never end.
func TestCloseBreaksOff(t *testing.T) {
	t.Parallel()
	slack := slacktest.NewServer()
	slack.Script(func(_ http.ResponseWriter, r *http.Request) {
		go slack.Close()
		<-r.Context().Done()
	})
	if resp, err := http.Post(slack.URL, "", http.NoBody); err == nil { //nolint:noctx // it is short
		resp.Body.Close()
		t.Errorf("got status %d", resp.StatusCode)
	}
	slack.Close()
}

func TestManyCallersAtOnce(t *testing.T) {
	t.Parallel()
	slack := newServer(t)
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			user := slack.AddUser(slacktest.User{})
			slack.AddSession(slacktest.Session{UserID: user.ID})
			post(t, slack, slack.Token, reset, mediaJSON, `{"user_id":"`+user.ID+`"}`)
			if left := slack.Sessions(user.ID); len(left) != 0 {
				t.Errorf("left %v", left)
			}
		})
	}
	group.Wait()
}
