package slacktest_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

// SignOut stands for code of your own.
func SignOut(ctx context.Context, client *api.Client, userIDs ...string) error {
	for _, id := range userIDs {
		if _, err := client.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{UserID: id}); err != nil {
			return err
		}
	}
	return nil
}

func ExampleNewServer() {
	slack := slacktest.NewServer()
	defer slack.Close()
	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL))
	if err != nil {
		fmt.Println(err)
		return
	}

	leaver := slack.AddUser(slacktest.User{})
	slack.AddSession(slacktest.Session{UserID: leaver.ID, Platform: slacktest.Mobile})
	err = SignOut(context.Background(), client, leaver.ID)

	fmt.Println(err, len(slack.Sessions(leaver.ID)), slack.Requests()[0].Method)
	// Output: <nil> 0 admin.users.session.reset
}

func ExampleServer_ScriptMethod() {
	slack := slacktest.NewServer()
	defer slack.Close()
	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL))
	if err != nil {
		fmt.Println(err)
		return
	}

	slack.ScriptMethod("admin.users.session.reset", nil, slacktest.Refuse(api.ErrUserNotFound)) // the second one
	fmt.Println(SignOut(context.Background(), client, slacktest.Member, slacktest.OtherMember))
	// Output: admin.users.session.reset: user_not_found (request fake-2)
}

func ExampleServer_Handle() {
	slack := slacktest.NewServer()
	defer slack.Close()
	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL))
	if err != nil {
		fmt.Println(err)
		return
	}

	slack.Handle("team.info", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"ok": true, "team": {"name": "Lighthouse"}}`)
	})
	info, err := api.Call[struct {
		Team struct{ Name string } `json:"team"`
	}](context.Background(), client, "team.info", map[string]string{"team": "T1"})
	fmt.Println(info.Team.Name, err)
	// Output: Lighthouse <nil>
}

// TestSignOutWaits shows how a test of your own waits out a rate limit in no time. It
// is no Example, for testing/synctest wants a testing.T.
func TestSignOutWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slack := slacktest.NewServer(slacktest.InMemory())
		defer slack.Close()
		client, err := api.New(slack.Token, api.WithBaseURL(slack.URL), api.WithHTTPClient(slack.Client()))
		if err != nil {
			t.Fatal(err)
		}

		slack.Script(slacktest.RateLimit(time.Minute))
		start := time.Now()
		if err := SignOut(t.Context(), client, slacktest.Member); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(start); waited < time.Minute || waited > 2*time.Minute {
			t.Errorf("it waited %v, want a minute", waited)
		}
	})
}

func ExampleServer_Script() {
	slack := slacktest.NewServer()
	defer slack.Close()
	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL))
	if err != nil {
		fmt.Println(err)
		return
	}

	slack.Script(slacktest.Refuse(api.ErrTokenRevoked))
	fmt.Println(SignOut(context.Background(), client, slacktest.Member))
	// Output: admin.users.session.reset: token_revoked (request fake-1)
}
