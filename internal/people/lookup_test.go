package people

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

// lookup returns a Lookup in a fake Slack with a token of some scopes.
func lookup(t *testing.T, slack *slacktest.Server, token string) *Lookup {
	t.Helper()
	client, err := api.New(token, api.WithBaseURL(slack.URL))
	if err != nil {
		t.Fatal(err)
	}
	return &Lookup{Client: client}
}

// TestFind looks up addresses and IDs in each way. Whoever is found is the same.
func TestFind(t *testing.T) {
	t.Parallel()
	entries := []Entry{
		{Line: 1, Email: "Member@Example.com"},
		{Line: 2, Email: "nobody@example.com"},
		{Line: 3, UserID: slacktest.OtherMemberOtherID},
		{Line: 4, UserID: "W7777777777"},
		{Line: 5, InvalidReason: "it is no row"},
	}
	for name, test := range map[string]struct {
		opts   []slacktest.Option
		scopes []string
		want   []string // methods
	}{
		"one by one":              {nil, []string{"users:read", "users:read.email", "admin.users:read"}, []string{"auth.test", "users.lookupByEmail", "users.lookupByEmail", "users.info", "users.info"}},
		"without the scope":       {nil, []string{"users:read", "admin.users:read"}, []string{"auth.test", "admin.users.list", "admin.users.list", "auth.test", "users.info", "users.info"}},
		"where it is not allowed": {[]slacktest.Option{slacktest.WithRestrictedLookup()}, []string{"users:read", "users:read.email", "admin.users:read"}, []string{"auth.test", "users.lookupByEmail", "admin.users.list", "admin.users.list", "auth.test", "users.info", "users.info"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			slack := slacktest.NewServer(test.opts...)
			defer slack.Close()
			d, err := lookup(t, slack, slack.AddToken(slacktest.Admin, test.scopes...)).Find(t.Context(), entries)
			if err != nil {
				t.Fatal(err)
			}
			var methods []string
			for _, r := range slack.Requests() {
				methods = append(methods, r.Method)
			}
			if !slices.Equal(methods, test.want) {
				t.Errorf("the calls are %q, want %q", methods, test.want)
			}
			member, nobody := d.ByEmail("member@example.com"), d.ByEmail("nobody@example.com")
			if member == nil || member.UserID != slacktest.Member || !member.Active || nobody != nil || !d.Complete || len(member.Workspaces) == 0 {
				t.Errorf("found %+v and %+v", member, nobody)
			}
			if d.ByID("W7777777777") != nil {
				t.Error("found somebody whom nobody is")
			}
			if other := d.ByID(slacktest.OtherMemberOtherID); other == nil || other.UserID != slacktest.OtherMember {
				t.Errorf("found %+v by the other ID", other)
			}
		})
	}
}

// TestManyAreListed all at once.
func TestManyAreListed(t *testing.T) {
	t.Parallel()
	slack := slacktest.NewServer(slacktest.WithUsers(250, 0, 1), slacktest.WithDeactivatedUsers(30))
	defer slack.Close()
	var entries []Entry
	for i := range 51 {
		entries = append(entries, Entry{Line: i + 1, Email: slack.Users()[10+i].Email})
	}
	d, err := lookup(t, slack, slack.Token).Find(t.Context(), entries)
	if err != nil || d.Size != len(slack.Users()) {
		t.Fatalf("%v, %+v", err, d)
	}
	inactive := 0
	for i := range d.People {
		if !d.People[i].Active {
			inactive++
		}
	}
	if inactive != 30 {
		t.Errorf("%d are deactivated, want 30", inactive)
	}
	for _, e := range entries {
		if d.ByEmail(e.Email) == nil {
			t.Errorf("%s is not found", e.Email)
		}
	}
}

// TestHowLongLookUpsTake is in virtual time, at the pace that Slack allows.
func TestHowLongLookUpsTake(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		people, organization int
		least, most          time.Duration
	}{
		{50, 5_000, 45 * time.Second, 2 * time.Minute},
		{51, 5_000, 30 * time.Second, time.Minute},
		{1_000, 5_000, 30 * time.Second, time.Minute},
		{1_000, 50_000, 4 * time.Minute, 7 * time.Minute},
	} {
		synctest.Test(t, func(t *testing.T) {
			client, err := api.New("xoxp-not-real", api.WithPacing(), api.WithHTTPClient(&http.Client{Transport: crowd(test.organization)}))
			if err != nil {
				t.Fatal(err)
			}
			var entries []Entry
			for i := range test.people {
				entries = append(entries, Entry{Line: i + 1, Email: fmt.Sprintf("p%d@example.com", i)})
			}
			l := &Lookup{Client: client}
			start := time.Now()
			d, err := l.Find(context.Background(), entries)
			if err != nil {
				t.Fatal(err)
			}
			took := time.Since(start)
			if len(d.People) < test.people || took < test.least || took > test.most {
				t.Errorf("%d people of %d take %v, want %v to %v", test.people, test.organization, took, test.least, test.most)
			}
			t.Logf("%d people of %d: %v", test.people, test.organization, took.Round(time.Second))
		})
	}
}

// crowd is a transport to an organization of so many people.
type crowd int

func (c crowd) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := map[string]any{"ok": true}
	switch method := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]; method {
	case "auth.test":
		answer["user_id"] = "W0"
	case "users.lookupByEmail":
		email := r.URL.Query().Get("email")
		answer["user"] = map[string]any{"id": "W" + strings.TrimSuffix(strings.TrimPrefix(email, "p"), "@example.com"), "profile": map[string]any{"email": email}}
	case "admin.users.list":
		var args struct {
			Cursor   string `json:"cursor"`
			IsActive bool   `json:"is_active"`
		}
		if err := json.NewDecoder(r.Body).Decode(&args); err != nil {
			return nil, err
		}
		from := 0
		_, _ = fmt.Sscan(args.Cursor, &from)
		users := []map[string]any{}
		for i := from; args.IsActive && i < min(from+100, int(c)); i++ {
			users = append(users, map[string]any{"id": fmt.Sprintf("W%d", i), "email": fmt.Sprintf("p%d@example.com", i)})
		}
		answer["users"] = users
		if args.IsActive && from+100 < int(c) {
			answer["response_metadata"] = map[string]any{"next_cursor": strconv.Itoa(from + 100)}
		}
	}
	body, err := json.Marshal(answer)
	header := http.Header{"Content-Type": {"application/json"}, "X-Oauth-Scopes": {"users:read,users:read.email,admin.users:read"}}
	return &http.Response{StatusCode: http.StatusOK, Header: header, Body: io.NopCloser(strings.NewReader(string(body)))}, err
}
