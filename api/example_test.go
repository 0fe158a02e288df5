package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

func Example() {
	slack := slacktest.NewServer() // in earnest: no server, and a real token
	defer slack.Close()

	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.AdminUsersSessionReset(context.Background(), api.AdminUsersSessionResetRequest{
		UserID: slacktest.Member,
	})
	fmt.Println("signed out:", err == nil)
	// Output: signed out: true
}

// metrics is a slog.Handler that counts what a Client logs.
type metrics struct {
	attempts int
	retries  map[string]int // by their reason
	waited   time.Duration  // before them
}

func (m *metrics) Enabled(context.Context, slog.Level) bool { return true }

func (m *metrics) Handle(_ context.Context, record slog.Record) error {
	switch record.Message {
	case "slack attempt": // with method, attempt, duration, status, request_id and err
		m.attempts++
	case "slack retry": // with method, attempt, wait and why
		record.Attrs(func(attr slog.Attr) bool {
			switch attr.Key {
			case "wait":
				m.waited += attr.Value.Duration()
			case "why":
				m.retries[attr.Value.String()]++
			}
			return true
		})
	}
	return nil
}

func (m *metrics) WithAttrs([]slog.Attr) slog.Handler { return m }

func (m *metrics) WithGroup(string) slog.Handler { return m }

// Metrics come from the log, which has the waits and retries that a transport does
// not see.
func ExampleWithLogger_metrics() {
	slack := slacktest.NewServer()
	defer slack.Close()
	m := &metrics{retries: map[string]int{}}
	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL), api.WithLogger(slog.New(m)))
	if err != nil {
		fmt.Println(err)
		return
	}
	slack.Script(slacktest.HangUp(), slacktest.HangUp()) // the first two attempts
	_, err = client.AuthTest(context.Background())
	fmt.Println(err, m.attempts, m.retries, m.waited > 0)
	// Output: <nil> 3 map[connection failed:2] true
}

func ExampleClient_AdminUsersSessionInvalidate() {
	slack := slacktest.NewServer()
	defer slack.Close()
	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.AdminUsersSessionInvalidate(context.Background(), api.AdminUsersSessionInvalidateRequest{
		UserID:    slacktest.Member,
		SessionID: 1112275520244,
	})
	fmt.Println(err, len(slack.Sessions(slacktest.Member)))
	// Output: <nil> 2
}

func ExampleClient_AdminUsersSessionReset() {
	slack := slacktest.NewServer()
	defer slack.Close()
	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.AdminUsersSessionReset(context.Background(), api.AdminUsersSessionResetRequest{
		UserID:     slacktest.Member,
		MobileOnly: true,
	})
	fmt.Println(err, len(slack.Sessions(slacktest.Member)))
	// Output: <nil> 2
}

// A refusal is an error, though it comes with status 200.
func ExampleError() {
	slack := slacktest.NewServer()
	defer slack.Close()
	client, err := api.New(slack.AddToken(slacktest.Admin, "admin.users:read"), api.WithBaseURL(slack.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.AdminUsersSessionReset(context.Background(), api.AdminUsersSessionResetRequest{UserID: "W9"})

	var refused *api.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.Code, "needed", refused.Needed, "provided", refused.Provided)
	}
	fmt.Println(errors.Is(err, api.ErrMissingScope), errors.Is(err, api.ErrUserNotFound))
	// Output:
	// missing_scope needed admin.users:write provided admin.users:read
	// true false
}

// What is unusable response is told apart from Slack's no.
func ExampleResponseError() {
	slack := slacktest.NewServer()
	defer slack.Close()
	slack.Script(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		fmt.Fprint(w, "<h1>Bad gateway</h1>")
	})
	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL), api.WithMaxAttempts(1))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.AdminUsersSessionReset(context.Background(), api.AdminUsersSessionResetRequest{UserID: "W9"})

	var garbled *api.ResponseError
	if errors.As(err, &garbled) {
		fmt.Println(garbled.StatusCode, garbled.ContentType, string(garbled.Body))
	}
	// Output: 502 text/html <h1>Bad gateway</h1>
}

func ExampleWithToken() {
	slack := slacktest.NewServer()
	defer slack.Close()
	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	// Only the primary owner can sign the primary owner out.
	owner := slack.AddToken(slacktest.PrimaryOwner, "admin.users:write")
	_, err = client.AdminUsersSessionReset(context.Background(),
		api.AdminUsersSessionResetRequest{UserID: slacktest.PrimaryOwner}, api.WithToken(owner))
	fmt.Println(err)
	// Output: <nil>
}

// A field that Slack added since is in the response's JSON.
func ExampleWithBodyInto() {
	slack := slacktest.NewServer()
	defer slack.Close()
	slack.Script(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"ok":true,"ended":3}`) })
	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	var body json.RawMessage
	_, err = client.AdminUsersSessionReset(context.Background(),
		api.AdminUsersSessionResetRequest{UserID: slacktest.Member}, api.WithBodyInto(&body))
	fmt.Println(err, string(body))
	// Output: <nil> {"ok":true,"ended":3}
}

// How long to wait when Slack says ratelimited.
func ExampleError_retryAfter() {
	slack := slacktest.NewServer()
	defer slack.Close()
	slack.Script(slacktest.RateLimit(30 * time.Second))
	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL), api.WithMaxAttempts(1))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.AdminUsersSessionReset(context.Background(), api.AdminUsersSessionResetRequest{UserID: slacktest.Member})
	var refused *api.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.Code, refused.RetryAfter)
	}
	// Output: ratelimited 30s
}

// Sign a user out everywhere but on one device: end the sessions one by one.
func ExampleClient_AdminUsersSessionListAll() {
	slack := slacktest.NewServer()
	defer slack.Close()
	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	req := api.AdminUsersSessionListRequest{UserID: slacktest.Member, TeamID: slacktest.Workspace}
	for session, err := range client.AdminUsersSessionListAll(ctx, req) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if session.Created.OS == "iOS" {
			continue
		}
		_, err := client.AdminUsersSessionInvalidate(ctx, api.AdminUsersSessionInvalidateRequest{
			UserID:    session.UserID,
			SessionID: session.SessionID,
		})
		fmt.Println("ended", session.SessionID, err)
	}
	// Output:
	// ended 1112275520244 <nil>
	// ended 1112275520245 <nil>
}

// False and left out are different requests, so the field is a pointer.
func ExampleClient_AdminUsersSessionSetSettings() {
	slack := slacktest.NewServer()
	defer slack.Close()
	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	endsWithTheApp := false
	_, err = client.AdminUsersSessionSetSettings(context.Background(), api.AdminUsersSessionSetSettingsRequest{
		UserIDs:               []string{slacktest.Member, slacktest.OtherMember},
		DesktopAppBrowserQuit: &endsWithTheApp,
	})
	fmt.Println(err, string(slack.Requests()[0].Body))
	// Output: <nil> {"desktop_app_browser_quit":false,"user_ids":["W0000000003","W0000000004"]}
}

// A response of ok means that the work is accepted, not that it is done.
func ExampleClient_AdminUsersSessionResetBulk() {
	slack := slacktest.NewServer()
	defer slack.Close()
	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.AdminUsersSessionResetBulk(context.Background(), api.AdminUsersSessionResetBulkRequest{
		UserIDs: []string{slacktest.Member, slacktest.OtherMember},
	})
	slack.Settle() // the fake's way to wait until it is done
	fmt.Println(err, len(slack.Sessions(slacktest.Member, slacktest.OtherMember)))
	// Output: <nil> 0
}
