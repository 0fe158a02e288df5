package slacktest_test

import (
	"context"
	"fmt"

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
