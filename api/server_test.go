package api_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

// TestTheTokenGoesToNoOtherServer says where a method of another API is sent, by the
// base URL and WithServerURL.
func TestTheTokenGoesToNoOtherServer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		opts []api.Option
		want string // "" if nothing is sent
	}{
		"Slack's base URL":                {nil, "https://api.slack.com/audit/v1/logs"},
		"Slack's base URL, said":          {[]api.Option{api.WithBaseURL("https://slack.com/api/")}, "https://api.slack.com/audit/v1/logs"},
		"GovSlack's base URL":             {[]api.Option{api.WithBaseURL("https://slack-gov.com/api")}, ""},
		"a gateway":                       {[]api.Option{api.WithBaseURL("https://gateway.example.com/slack.com/api")}, ""},
		"Slack's host at another port":    {[]api.Option{api.WithBaseURL("https://slack.com:8443/api")}, ""},
		"a gateway, and where the API is": {[]api.Option{api.WithBaseURL("https://gateway.example.com/slack"), api.WithServerURL("audit", "https://gateway.example.com/audit")}, "https://gateway.example.com/audit/logs"},
		"the server alone":                {[]api.Option{api.WithServerURL("audit", "https://audit.example.com")}, "https://audit.example.com/logs"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ""
			transport := roundTripper(func(r *http.Request) (*http.Response, error) {
				got = r.URL.String()
				return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"entries":[]}`))}, nil
			})
			client, err := api.New("xoxp-server", append(test.opts, api.WithHTTPClient(&http.Client{Transport: transport}))...)
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.AuditLogs(t.Context(), api.AuditLogsRequest{})
			if got != test.want {
				t.Errorf("it was sent to %q, want %q", got, test.want)
			}
			if isUnsent := err != nil && api.NotSent(err) && strings.Contains(err.Error(), `want WithServerURL("audit", …)`); isUnsent != (test.want == "") {
				t.Errorf("the error is %v", err)
			}
		})
	}
	for name, opt := range map[string]api.Option{
		`WithServerURL: there is no API "audits" with a server of its own; want audit`:                                  api.WithServerURL("audits", "https://api.slack.com"),
		`server of "audit": base URL: plain http would send the token readable; want https (http is only for loopback)`: api.WithServerURL("audit", "http://api.slack.com"),
	} {
		if _, err := api.New("xoxp-server", opt); err == nil || err.Error() != name {
			t.Errorf("got %v, want %s", err, name)
		}
	}
}

// TestSuccessByStatus has responses of an API that says by the status whether it has
// done what was asked.
func TestSuccessByStatus(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		status int
		body   string
		want   string // a code, "" for success, or what a ResponseError says
	}{
		{"success", 200, `{"entries":[]}`, ""},
		{"success of PHP", 200, `{"entries":[{"id":"1","date_create":"5","action":"x","actor":[],"details":[]}],"response_metadata":[]}`, ""},
		{"a refusal", 401, `{"ok":false,"error":"invalid_auth"}`, "code invalid_auth"},
		{"a refusal without ok", 403, `{"error":"missing_scope","needed":"auditlogs:read"}`, "code missing_scope"},
		{"a refusal with status 200", 200, `{"ok":false,"error":"not_an_admin"}`, "code not_an_admin"},
		{"a refusal with entries", 200, `{"ok":false,"error":"not_an_admin","entries":[]}`, "code not_an_admin"},
		{"a refusal with status 200, without ok", 200, `{"error":"not_an_admin"}`, "code not_an_admin"},
		{"entries of another status", 404, `{"entries":[]}`, "its status is 404, and it has no error code"},
		{"another's JSON", 200, `{"message":"log in first"}`, "its entries is missing"},
		{"no list", 200, `{"entries":{"a":1}}`, "its entries is an object; want an array"},
		{"a page of HTML", 403, `<html>`, "invalid character '<' looking for beginning of value"},
		{"a rate limit", 429, ``, "code ratelimited"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.body)
			}))
			defer server.Close()
			client, err := api.New("xoxp-status", api.WithBaseURL(server.URL), api.WithServerURL("audit", server.URL), api.WithMaxAttempts(1))
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.AuditLogs(t.Context(), api.AuditLogsRequest{})
			got := ""
			var refused *api.Error
			var odd *api.ResponseError
			switch {
			case errors.As(err, &refused):
				got = "code " + string(refused.Code)
			case errors.As(err, &odd):
				got = odd.Err.Error()
			case err != nil:
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %q (%v), want %q", got, err, test.want)
			}
		})
	}
}

// TestSessionIDsOfTheLog are digits in strings, and null.
func TestSessionIDsOfTheLog(t *testing.T) {
	t.Parallel()
	slack := slacktest.NewServer()
	defer slack.Close()
	want := slack.AddAuditEntry(api.AuditEntry{Action: "anomaly", Context: api.AuditContext{SessionID: 1112275520242}})
	slack.AddAuditEntry(api.AuditEntry{Action: "anomaly", DateCreate: want.DateCreate - 1})
	client, err := api.New(slack.Token, slack.Options()...)
	if err != nil {
		t.Fatal(err)
	}
	page, err := client.AuditLogs(t.Context(), api.AuditLogsRequest{Action: []string{"anomaly"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Entries) != 2 || page.Entries[0].Context.SessionID != 1112275520242 || page.Entries[1].Context.SessionID != 0 {
		t.Errorf("got %+v", page.Entries)
	}
}
