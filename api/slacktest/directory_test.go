package slacktest_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

// newDirectory is a new Server with somebody who has left, whose address somebody
// else has now, and with somebody of a workspace of their own.
func newDirectory(t *testing.T, opts ...slacktest.Option) *slacktest.Server {
	t.Helper()
	slack := slacktest.NewServer(opts...)
	t.Cleanup(slack.Close)
	slack.AddUser(slacktest.User{ID: "W6", Email: "zoe@example.com", Name: "Zoe Old", Deactivated: true})
	slack.AddUser(slacktest.User{ID: "W7", OtherID: "U7", TeamID: "T7", Workspaces: []string{slacktest.Workspace}, Email: "Zoe@Example.com", Name: "Zoe Young"})
	slack.AddUser(slacktest.User{ID: "W8", Email: "gone@example.com", Deactivated: true})
	return slack
}

// TestUsersAreListed says whom each request lists, in that order.
func TestUsersAreListed(t *testing.T) {
	t.Parallel()
	slack := newDirectory(t)
	slack.AddUser(slacktest.User{ID: "W9", Role: slacktest.RoleAdmin, TeamID: "T9"})
	for _, test := range []struct{ args, want string }{
		{``, "W0000000001 W0000000002 W0000000003 W0000000004 W0000000005 W7 W9"},
		{`is_active=true`, "W0000000001 W0000000002 W0000000003 W0000000004 W0000000005 W7 W9"},
		{`is_active=false`, "W6 W8"},
		{`team_id=T0000000001`, "W0000000001 W0000000002 W0000000003 W0000000005 W7"},
		{`team_id=T7`, "W7"},
		{`team_id=T0000000001&is_active=false`, "W6 W8"},
		{`team_id=T0000000002&is_active=false`, ""},
		{`team_id=T10`, "team_not_found"},
		{`team_id=E0000000001`, "team_not_found"},
		{`include_admins=true`, "W9"},
		{`include_owners=true`, "W0000000001 W0000000002"},
		{`include_owners=true&include_admins=true`, "W0000000001 W0000000002 W9"},
		{`only_guests=true`, ""},
		{`only_guests=true&include_admins=true`, "invalid_arguments"},
		{`only_guests=true&include_owners=true`, "invalid_arguments"},
		{`limit=101`, "invalid_arguments"},
		{`include_deactivated_user_workspaces=true&team_id=T7`, "include_deactivated_user_workspaces_invalid"},
		{`cursor=nonsense`, "invalid_cursor"},
		{`cursor=c2Vzc2lvbjox`, "invalid_cursor"}, // of sessions
		{`cursor=dXNlcjotMQ==`, "invalid_cursor"}, // -1
		{`cursor=dXNlcjo5OQ==`, ""},               // after the last
	} {
		_, _, answer := post(t, slack, slack.Token, "admin.users.list", mediaForm, test.args)
		got, _ := answer["error"].(string)
		users, _ := answer["users"].([]any)
		for _, user := range users {
			got = strings.TrimSpace(got + " " + user.(map[string]any)["id"].(string))
		}
		if got != test.want || (answer["users"] == nil) != (answer["ok"] == false) {
			t.Errorf("%s: got %q, want %q", test.args, got, test.want)
		}
	}
}

// TestDirectory has what is said of users, whole.
func TestDirectory(t *testing.T) {
	t.Parallel()
	const email, info = "users:read.email", "users:read"
	const zoe = `"team_id":"T7","name":"zoe","real_name":"Zoe Young","tz":"Etc/UTC","profile":{"real_name":"Zoe Young","display_name":"zoe","email":"Zoe@Example.com"},
		"enterprise_user":{"id":"W7","enterprise_id":"E0000000001","enterprise_name":"slacktest","teams":["T7","T0000000001"]}`
	for _, test := range []struct {
		name, method, args string
		scopes             []string // of Admin's, or every one
		restricted         bool
		want               string
	}{
		{
			"a list of the organization", "admin.users.list", "include_owners=true", nil, false,
			`{"ok":true,"users":[{"id":"W0000000001","email":"owner@example.com","username":"owner","full_name":"Olive Owner","is_active":true,"is_bot":false,"is_admin":true,"is_owner":true,
				"is_primary_owner":true,"is_restricted":false,"is_ultra_restricted":false,"has_2fa":false,"workspaces":["T0000000001"]},
				{"id":"W0000000002","email":"admin@example.com","username":"admin","full_name":"Adam Admin","is_active":true,"is_bot":false,"is_admin":true,"is_owner":true,
				"is_primary_owner":false,"is_restricted":false,"is_ultra_restricted":false,"has_2fa":false,"workspaces":["T0000000001"]}]}`,
		},
		{
			"a list of a workspace", "admin.users.list", "team_id=T7", nil, false,
			`{"ok":true,"users":[{"id":"W7","email":"Zoe@Example.com","username":"zoe","full_name":"Zoe Young","is_bot":false,"is_admin":false,"is_owner":false,
				"is_primary_owner":false,"is_restricted":false,"is_ultra_restricted":false}]}`,
		},
		{
			"a list of those who have left", "admin.users.list", "is_active=false&limit=1", nil, false,
			`{"ok":true,"users":[{"id":"W6","email":"zoe@example.com","username":"zoe","full_name":"Zoe Old","is_active":false,"is_bot":false,"is_admin":false,"is_owner":false,
				"is_primary_owner":false,"is_restricted":false,"is_ultra_restricted":false,"has_2fa":false}],"response_metadata":{"next_cursor":"dXNlcjo3"}}`,
		},
		{
			"a list of them with workspaces", "admin.users.list", "is_active=false&cursor=dXNlcjo3&include_deactivated_user_workspaces=true", nil, false,
			`{"ok":true,"users":[{"id":"W8","email":"gone@example.com","username":"gone","is_active":false,"is_bot":false,"is_admin":false,"is_owner":false,
				"is_primary_owner":false,"is_restricted":false,"is_ultra_restricted":false,"has_2fa":false,"workspaces":["T0000000001"]}]}`,
		},
		{
			"a list without the scope", "admin.users.list", "",
			[]string{email, info},
			false,
			`{"ok":false,"error":"missing_scope","needed":"admin.users:read","provided":"users:read.email,users:read"}`,
		},

		{"an address", "users.lookupByEmail", "email=zoe@example.com", nil, false, `{"ok":true,"user":{"id":"U7",` + zoe + `}}`},
		{"an address in capitals", "users.lookupByEmail", "email=ZOE@EXAMPLE.COM", []string{email}, false, `{"ok":true,"user":{"id":"U7",` + zoe + `}}`},
		{"an address of somebody who has left", "users.lookupByEmail", "email=gone@example.com", nil, false, `{"ok":false,"error":"users_not_found"}`},
		{"an address of nobody", "users.lookupByEmail", "email=zoe@example.org", nil, false, `{"ok":false,"error":"users_not_found"}`},
		{"an address where that is restricted", "users.lookupByEmail", "email=zoe@example.com", nil, true, `{"ok":false,"error":"enterprise_is_restricted"}`},
		{
			"an address without the scope", "users.lookupByEmail", "email=zoe@example.com",
			[]string{info},
			false,
			`{"ok":false,"error":"missing_scope","needed":"users:read.email","provided":"users:read"}`,
		},

		{"an ID in a workspace", "users.info", "user=U7", nil, false, `{"ok":true,"user":{"id":"U7",` + zoe + `}}`},
		{"an ID in the organization", "users.info", "user=W7&include_locale=true", nil, true, `{"ok":true,"user":{"id":"W7","locale":"en-US",` + zoe + `}}`},
		{
			"somebody without the scope for addresses", "users.info", "user=W0000000002",
			[]string{info},
			false,
			`{"ok":true,"user":{"id":"W0000000002","team_id":"T0000000001","name":"admin","real_name":"Adam Admin","is_admin":true,"is_owner":true,"tz":"Etc/UTC","profile":{"real_name":"Adam Admin","display_name":"admin"},
				"enterprise_user":{"id":"W0000000002","enterprise_id":"E0000000001","enterprise_name":"slacktest","teams":["T0000000001"],"is_admin":true,"is_owner":true}}}`,
		},
		{
			"the primary owner", "users.info", "user=W0000000001",
			[]string{info},
			false,
			`{"ok":true,"user":{"id":"W0000000001","team_id":"T0000000001","name":"owner","real_name":"Olive Owner","is_admin":true,"is_owner":true,"is_primary_owner":true,"tz":"Etc/UTC",
				"profile":{"real_name":"Olive Owner","display_name":"owner"},
				"enterprise_user":{"id":"W0000000001","enterprise_id":"E0000000001","enterprise_name":"slacktest","teams":["T0000000001"],"is_admin":true,"is_owner":true,"is_primary_owner":true}}}`,
		},
		{
			"a bot", "users.info", "user=W0000000005", nil, false,
			`{"ok":true,"user":{"id":"W0000000005","team_id":"T0000000001","name":"w0000000005","real_name":"Robot","is_bot":true,"tz":"Etc/UTC","profile":{"real_name":"Robot","display_name":"w0000000005"},
				"enterprise_user":{"id":"W0000000005","enterprise_id":"E0000000001","enterprise_name":"slacktest","teams":["T0000000001"]}}}`,
		},
		{
			"somebody who has left", "users.info", "user=W8", nil, false,
			`{"ok":true,"user":{"id":"W8","team_id":"T0000000001","name":"gone","deleted":true,"tz":"Etc/UTC","profile":{"display_name":"gone","email":"gone@example.com"},
				"enterprise_user":{"id":"W8","enterprise_id":"E0000000001","enterprise_name":"slacktest","teams":["T0000000001"]}}}`,
		},
		{"nobody", "users.info", "user=W9", nil, false, `{"ok":false,"error":"user_not_found"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var opts []slacktest.Option
			if test.restricted {
				opts = append(opts, slacktest.WithRestrictedLookup())
			}
			slack := newDirectory(t, opts...)
			token := slack.Token
			if test.scopes != nil {
				token = slack.AddToken(slacktest.Admin, test.scopes...)
			}
			_, _, got := post(t, slack, token, test.method, mediaForm, test.args)
			var want map[string]any
			if err := json.Unmarshal([]byte(test.want), &want); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("\n got %v\nwant %v", got, want)
			}
		})
	}
}

// TestUsersComeInPages of a hundred, through the client, while somebody is added.
func TestUsersComeInPages(t *testing.T) {
	t.Parallel()
	slack := slacktest.NewServer(slacktest.WithUsers(201, 0, 1))
	t.Cleanup(slack.Close)
	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL))
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int
	var got []string
	for page, err := range client.AdminUsersListPages(t.Context(), api.AdminUsersListRequest{}) {
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(page.Users))
		for _, user := range page.Users {
			got = append(got, user.ID)
		}
		slack.AddUser(slacktest.User{})
	}
	var want []string
	for _, user := range slack.Users()[:208] {
		want = append(want, user.ID)
	}
	if !slices.Equal(sizes, []int{100, 100, 8}) || !slices.Equal(got, want) {
		t.Errorf("pages of %v; each user once and in order: %v", sizes, slices.Equal(got, want))
	}
}

// TestAddressesComeWhole through the client.
func TestAddressesComeWhole(t *testing.T) {
	t.Parallel()
	slack := newServer(t)
	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL))
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"ada+1@example.com", "o'hara&co@example.com", "zoë%41@example.com", "a b@example.com"} {
		want := slack.AddUser(slacktest.User{Email: address})
		got, err := client.UsersLookupByEmail(t.Context(), api.UsersLookupByEmailRequest{Email: strings.ToUpper(address)})
		if err != nil || got.User.EnterpriseUser.ID != want.ID || got.User.Profile.Email != address {
			t.Errorf("%s: got %+v, %v", address, got, err)
		}
	}
}

// TestBothIDsAreOnePerson has a session under each, and calls with either.
func TestBothIDsAreOnePerson(t *testing.T) {
	t.Parallel()
	for _, id := range []string{slacktest.OtherMember, slacktest.OtherMemberOtherID} {
		for _, test := range []struct {
			method, args string
			left         int
			want         string // part of the response
		}{
			{"reset", "user_id=" + id, 0, ""},
			{"resetBulk", "user_ids=" + id, 0, ""},
			{"invalidate", "user_id=" + id + "&session_id=1", 2, ""},
			{"invalidate", "user_id=" + id + "&session_id=1112275520247", 2, ""},
			{"list", "team_id=T0000000002&user_id=" + id, 3, `"user_id":"U0000000004"`},
			{"list", "team_id=T0000000002&user_id=" + id, 3, `"user_id":"W0000000004"`},
			{"setSettings", "duration=28800&user_ids=" + slacktest.OtherMember, 3, ""},
			{"getSettings", "user_ids=" + id, 3, `"no_settings_applied":["` + id + `"]`},
		} {
			t.Run(id+" "+test.method, func(t *testing.T) {
				t.Parallel()
				slack := newServer(t)
				slack.AddSession(slacktest.Session{ID: 1, UserID: slacktest.OtherMemberOtherID})
				_, _, answer := post(t, slack, slack.Token, "admin.users.session."+test.method, mediaForm, test.args)
				slack.Settle()
				encoded, err := json.Marshal(answer)
				if err != nil {
					t.Fatal(err)
				}
				if answer["ok"] != true || !strings.Contains(string(encoded), test.want) {
					t.Errorf("got %s, want ok and %s", encoded, test.want)
				}
				if left := len(slack.Sessions(id)); left != test.left {
					t.Errorf("%d sessions are left, want %d", left, test.left)
				}
			})
		}
	}
}

// TestSettingsOfBothIDs are set by one and seen and cleared by the other.
func TestSettingsOfBothIDs(t *testing.T) {
	t.Parallel()
	slack := newServer(t)
	const one, other = slacktest.OtherMember, slacktest.OtherMemberOtherID
	for _, step := range []struct{ method, args, want string }{
		{"setSettings", "duration=28800&user_ids=" + one, ""},
		{"getSettings", "user_ids=" + other, `"session_settings":[{"desktop_app_browser_quit":null,"duration":28800,"user_id":"` + other + `"}]`},
		{"clearSettings", "user_ids=" + other, ""},
		{"getSettings", "user_ids=" + one, `"no_settings_applied":["` + one + `"]`},
	} {
		_, _, answer := post(t, slack, slack.Token, "admin.users.session."+step.method, mediaForm, step.args)
		if encoded, _ := json.Marshal(answer); answer["ok"] != true || !strings.Contains(string(encoded), step.want) {
			t.Errorf("%s %s: got %s, want ok and %s", step.method, step.args, encoded, step.want)
		}
	}
}

// TestSomebodyDeactivated can be reset but neither has sessions nor may call.
func TestSomebodyDeactivated(t *testing.T) {
	t.Parallel()
	slack := newDirectory(t)
	for method, args := range map[string]string{"reset": "user_id=W8", "resetBulk": "user_ids=W8"} {
		if _, _, got := post(t, slack, slack.Token, "admin.users.session."+method, mediaForm, args); got["ok"] != true {
			t.Errorf("%s: %v", method, got)
		}
	}
	if _, _, got := post(t, slack, slack.AddToken("W8"), "auth.test", "", ""); got["error"] != "account_inactive" {
		t.Errorf("a token of theirs: %v", got)
	}
	defer func() {
		if said := fmt.Sprint(recover()); !strings.Contains(said, "W8 is deactivated") {
			t.Errorf("a session of theirs: %s", said)
		}
	}()
	slack.AddSession(slacktest.Session{UserID: "W8"})
}

// TestWhoIsTakenAlready says which users cannot be added.
func TestWhoIsTakenAlready(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		user slacktest.User
		want string // part of the panic; none if empty
	}{
		{"an ID that is another's other ID", slacktest.User{ID: "U7"}, "a user U7 already"},
		{"another ID that is somebody's", slacktest.User{OtherID: slacktest.Member}, "a user W0000000003 already"},
		{"an address that differs in case", slacktest.User{Email: "MEMBER@example.com"}, "the address MEMBER@example.com already"},
		{"an address of somebody who has left", slacktest.User{Email: "gone@example.com"}, ""},
		{"an address, and has left", slacktest.User{Email: "member@example.com", Deactivated: true}, ""},
		{"no address, as others", slacktest.User{}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			slack := newDirectory(t)
			defer func() {
				said := recover()
				if test.want == "" && said != nil || !strings.Contains(fmt.Sprint(said), test.want) {
					t.Errorf("it says %v, want %q", said, test.want)
				}
			}()
			slack.AddUser(test.user)
		})
	}
}

// TestPeopleHaveNamesAndAddresses that are the same each time, and nobody else's.
func TestPeopleHaveNamesAndAddresses(t *testing.T) {
	t.Parallel()
	slack := slacktest.NewServer(slacktest.WithUsers(1000, 0, 1), slacktest.WithDeactivatedUsers(2), slacktest.WithUsers(1, 0, 1))
	t.Cleanup(slack.Close)
	users := slack.Users()
	addresses := map[string]bool{}
	for _, user := range users[5:] {
		addresses[user.Email] = true
	}
	if len(addresses) != 1003 {
		t.Errorf("%d addresses, want 1,003", len(addresses))
	}
	for at, want := range map[int]slacktest.User{
		5:    {ID: "W0000000006", TeamID: users[5].TeamID, Role: slacktest.RoleMember, Name: "Gwen Archer", Email: "gwen.archer.6@example.com"},
		1005: {ID: "W0000001006", TeamID: slacktest.Workspace, Role: slacktest.RoleMember, Name: "Gwen Archer", Email: "gwen.archer.1006@example.com", Deactivated: true},
	} {
		if !reflect.DeepEqual(users[at], want) {
			t.Errorf("user %d is %+v, want %+v", at, users[at], want)
		}
	}
}
