package tests

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/slacktest"
	"github.com/seed-38c23bad/slackadmin/generated"
	"github.com/seed-38c23bad/slackadmin/generated/client"
)

const (
	mediaJSON = "application/json; charset=utf-8"
	mediaForm = "application/x-www-form-urlencoded"
)

// newClient returns a client of slack whose log is seen.
func newClient(t *testing.T, slack *slacktest.Server) *api.Client {
	t.Helper()
	log := &bytes.Buffer{}
	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL), api.WithLogger(textLogger(log)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { seen.note(client, log.String()) })
	return client
}

func textLogger(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// newGenerated returns the stock client with the token added as its users would.
func newGenerated(t *testing.T, slack *slacktest.Server) *client.ClientWithResponses {
	t.Helper()
	stock, err := client.NewClientWithResponses(slack.URL, client.WithRequestEditorFn(
		func(_ context.Context, req *http.Request) error {
			req.Header.Set("Authorization", "Bearer "+slack.Token)
			return nil
		}))
	if err != nil {
		t.Fatal(err)
	}
	return stock
}

// TestTheWire pins down what each way to call a method sends.
func TestTheWire(t *testing.T) {
	t.Parallel()
	const (
		reset       = "admin.users.session.reset"
		invalidate  = "admin.users.session.invalidate"
		setSettings = "admin.users.session.setSettings"
	)
	both := []string{slacktest.Member, slacktest.OtherMember}
	ctx := context.Background()
	tests := []struct {
		name, method, media, body string
		call                      func(*api.Client, *client.ClientWithResponses) error
	}{
		{
			"reset", reset, mediaJSON, `{"user_id":"W0000000003"}`,
			func(c *api.Client, _ *client.ClientWithResponses) error {
				_, err := c.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{UserID: slacktest.Member})
				return err
			},
		},
		{
			"reset of mobile sessions", reset, mediaJSON, `{"mobile_only":true,"user_id":"W0000000003"}`,
			func(c *api.Client, _ *client.ClientWithResponses) error {
				_, err := c.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{UserID: slacktest.Member, MobileOnly: true})
				return err
			},
		},
		{
			"invalidate", invalidate, mediaJSON, `{"session_id":1112275520244,"user_id":"W0000000003"}`,
			func(c *api.Client, _ *client.ClientWithResponses) error {
				_, err := c.AdminUsersSessionInvalidate(ctx, api.AdminUsersSessionInvalidateRequest{UserID: slacktest.Member, SessionID: 1112275520244})
				return err
			},
		},
		{
			"invalidate with a workspace", invalidate, mediaJSON, `{"session_id":1112275520244,"team_id":"T0000000001","user_id":"W0000000003"}`,
			func(c *api.Client, _ *client.ClientWithResponses) error {
				_, err := c.AdminUsersSessionInvalidate(ctx, api.AdminUsersSessionInvalidateRequest{UserID: slacktest.Member, SessionID: 1112275520244, TeamID: slacktest.Workspace})
				return err
			},
		},
		{
			"reset as a form", reset, mediaForm, `mobile_only=true&user_id=W0000000003`,
			func(c *api.Client, _ *client.ClientWithResponses) error {
				_, err := c.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{UserID: slacktest.Member, MobileOnly: true}, api.WithForm())
				return err
			},
		},
		{
			"setSettings to true", setSettings, mediaJSON, `{"desktop_app_browser_quit":true,"duration":28800,"user_ids":["W0000000003","W0000000004"]}`,
			func(c *api.Client, _ *client.ClientWithResponses) error {
				_, err := c.AdminUsersSessionSetSettings(ctx, api.AdminUsersSessionSetSettingsRequest{UserIDs: both, Duration: 28800, DesktopAppBrowserQuit: ptr(true)})
				return err
			},
		},
		{
			"setSettings to false", setSettings, mediaJSON, `{"desktop_app_browser_quit":false,"duration":28800,"user_ids":["W0000000003","W0000000004"]}`,
			func(c *api.Client, _ *client.ClientWithResponses) error {
				_, err := c.AdminUsersSessionSetSettings(ctx, api.AdminUsersSessionSetSettingsRequest{UserIDs: both, Duration: 28800, DesktopAppBrowserQuit: ptr(false)})
				return err
			},
		},
		{
			"setSettings with one left out", setSettings, mediaJSON, `{"duration":28800,"user_ids":["W0000000003","W0000000004"]}`,
			func(c *api.Client, _ *client.ClientWithResponses) error {
				_, err := c.AdminUsersSessionSetSettings(ctx, api.AdminUsersSessionSetSettingsRequest{UserIDs: both, Duration: 28800})
				return err
			},
		},
		{
			"setSettings to false as a form", setSettings, mediaForm, `desktop_app_browser_quit=false&user_ids=W0000000003%2CW0000000004`,
			func(c *api.Client, _ *client.ClientWithResponses) error {
				_, err := c.AdminUsersSessionSetSettings(ctx, api.AdminUsersSessionSetSettingsRequest{UserIDs: both, DesktopAppBrowserQuit: ptr(false)}, api.WithForm())
				return err
			},
		},
		{
			"the stock client's setSettings as a form", setSettings, mediaForm, `desktop_app_browser_quit=false&user_ids=W0000000003%2CW0000000004`,
			func(_ *api.Client, g *client.ClientWithResponses) error {
				_, err := g.AdminUsersSessionSetSettingsWithFormdataBodyWithResponse(ctx, generated.AdminUsersSessionSetSettingsRequest{UserIDs: both, DesktopAppBrowserQuit: ptr(false)})
				return err
			},
		},
		{
			"the stock client's reset", reset, "application/json", `{"user_id":"W0000000003","web_only":true}`,
			func(_ *api.Client, g *client.ClientWithResponses) error {
				_, err := g.AdminUsersSessionResetWithResponse(ctx, generated.AdminUsersSessionResetRequest{UserID: slacktest.Member, WebOnly: true})
				return err
			},
		},
		{
			"the stock client's reset as a form", reset, mediaForm, `user_id=W0000000003&web_only=true`,
			func(_ *api.Client, g *client.ClientWithResponses) error {
				_, err := g.AdminUsersSessionResetWithFormdataBodyWithResponse(ctx, generated.AdminUsersSessionResetRequest{UserID: slacktest.Member, WebOnly: true})
				return err
			},
		},
		{
			"the stock client's invalidate as a form", invalidate, mediaForm, `session_id=1112275520244&user_id=W0000000003`,
			func(_ *api.Client, g *client.ClientWithResponses) error {
				_, err := g.AdminUsersSessionInvalidateWithFormdataBodyWithResponse(ctx, generated.AdminUsersSessionInvalidateRequest{UserID: slacktest.Member, SessionID: 1112275520244})
				return err
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			slack := newSlack(t)
			if err := test.call(newClient(t, slack), newGenerated(t, slack)); err != nil {
				t.Fatal(err)
			}
			requests := slack.Requests()
			if len(requests) != 1 {
				t.Fatalf("%d requests, want 1", len(requests))
			}
			got := requests[0]
			if got.Verb != http.MethodPost || got.URL != "/"+test.method {
				t.Errorf("got %s %s, want POST /%s", got.Verb, got.URL, test.method)
			}
			if string(got.Body) != test.body {
				t.Errorf("body\n got %s\nwant %s", got.Body, test.body)
			}
			if media := got.Header.Values("Content-Type"); !slices.Equal(media, []string{test.media}) {
				t.Errorf("Content-Type %q, want %q", media, test.media)
			}
			if auth := got.Header.Values("Authorization"); !slices.Equal(auth, []string{"Bearer " + slack.Token}) {
				t.Error("the Authorization header is not the bearer token alone")
			}
		})
	}
}

// TestValuesThatTheSpecExcludesAreLeftOut sends requests without what is
// required, so that Slack says what is missing.
func TestValuesThatTheSpecExcludesAreLeftOut(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, test := range map[string]struct {
		call       func(*api.Client, ...api.CallOption) error
		body, form string
	}{
		"no session": {
			func(c *api.Client, opts ...api.CallOption) error {
				_, err := c.AdminUsersSessionInvalidate(ctx, api.AdminUsersSessionInvalidateRequest{}, opts...)
				return err
			}, `{}`, ``,
		},
		"invalidate as before 2025": {
			func(c *api.Client, opts ...api.CallOption) error {
				_, err := c.AdminUsersSessionInvalidate(ctx, api.AdminUsersSessionInvalidateRequest{TeamID: "T1", SessionID: 1}, opts...)
				return err
			}, `{"session_id":1,"team_id":"T1"}`, `session_id=1&team_id=T1`,
		},
		"nil users": {
			func(c *api.Client, opts ...api.CallOption) error {
				_, err := c.AdminUsersSessionResetBulk(ctx, api.AdminUsersSessionResetBulkRequest{WebOnly: true}, opts...)
				return err
			}, `{"web_only":true}`, `web_only=true`,
		},
		"no users": {
			func(c *api.Client, opts ...api.CallOption) error {
				_, err := c.AdminUsersSessionGetSettings(ctx, api.AdminUsersSessionGetSettingsRequest{UserIDs: []string{}}, opts...)
				return err
			}, `{}`, ``,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			slack := newSlack(t)
			client := newClient(t, slack)
			for encoding, want := range map[string]string{"JSON": test.body, "form": test.form} {
				if err := test.call(client, encodings[encoding]...); !errors.Is(err, api.ErrInvalidArguments) {
					t.Errorf("as %s: %v, want invalid_arguments", encoding, err)
				}
				requests := slack.Requests()
				if got := string(requests[len(requests)-1].Body); got != want {
					t.Errorf("as %s: sent %q, want %q", encoding, got, want)
				}
			}
		})
	}
}

// TestTheFakeSaysYes makes every kind of call in every encoding.
func TestTheFakeSaysYes(t *testing.T) {
	t.Parallel()
	for encoding, opts := range encodings {
		t.Run(encoding, func(t *testing.T) {
			t.Parallel()
			slack := newSlack(t)
			client := newClient(t, slack)
			for _, call := range calls {
				if err := call.do(t.Context(), client, opts...); err != nil {
					t.Errorf("%s: %v", call.name, err)
				}
			}
		})
	}
}

// TestHeaders pins down every header, so that none comes in unseen.
func TestHeaders(t *testing.T) {
	t.Parallel()
	slack := newSlack(t)
	client := newClient(t, slack)
	if _, err := client.AdminUsersSessionReset(context.Background(), api.AdminUsersSessionResetRequest{UserID: slacktest.Member}); err != nil {
		t.Fatal(err)
	}
	header := slack.Requests()[0].Header
	want := []string{"Accept-Encoding", "Authorization", "Content-Length", "Content-Type", "User-Agent"}
	if got := slices.Sorted(maps.Keys(header)); !slices.Equal(got, want) {
		t.Errorf("headers %q, want %q", got, want)
	}
	if ua := header.Get("User-Agent"); !regexp.MustCompile(`^slackadmin/\S+ \(\+https://`).MatchString(ua) {
		t.Errorf("User-Agent %q does not name the library and its version", ua)
	}
}

// TestTheTapSees makes sure that the search for leaked tokens can find one.
func TestTheTapSees(t *testing.T) {
	t.Parallel()
	const planted = "xoxp-planted"
	var e evidence
	e.token(planted)
	for _, test := range []struct {
		sent, other string
		leaks       int
	}{
		{"POST / HTTP/1.1\r\nAuthorization: Bearer " + planted + "\r\n\r\n", "", 0},
		{"POST /?token=" + planted + " HTTP/1.1\r\n\r\n", "", 1},
		{"POST / HTTP/1.1\r\n\r\ntoken=" + planted, "", 1},
		{"POST / HTTP/1.1\r\nToken: " + planted + "\r\n\r\n", "", 1},
		{"x", `{"token":"` + planted + `"}`, 1},
	} {
		e.sent, e.other = [][]byte{[]byte(test.sent)}, [][]byte{[]byte(test.other)}
		if got := e.leaks(); len(got) != test.leaks {
			t.Errorf("%q, %q: %d leaks, want %d", test.sent, test.other, len(got), test.leaks)
		}
	}
}
