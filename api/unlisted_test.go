package api_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
)

func TestCall(t *testing.T) {
	t.Parallel()
	type user struct {
		User struct {
			ID string `json:"id"`
		} `json:"user"`
	}
	tests := []struct {
		name, method, answer string
		args                 any
		sent                 string // content type and body
		want                 string // the user's ID
		err                  error
	}{
		{
			name: "with a map", method: "users.lookupByEmail", args: map[string]any{"email": "zoe@example.com", "ids": []string{"a", "b"}},
			sent: "application/x-www-form-urlencoded email=zoe%40example.com&ids=a%2Cb", answer: `{"ok":true,"user":{"id":"W1"}}`, want: "W1",
		},
		{
			name: "with a struct", method: "users.info", args: struct {
				User string `json:"user"`
			}{"W1"},
			sent: "application/x-www-form-urlencoded user=W1", answer: `{"ok":true,"user":{"id":"W1"}}`, want: "W1",
		},
		{name: "without arguments", method: "users.identity", sent: " ", answer: `{"ok":true,"user":{"id":"W1"}}`, want: "W1"},
		{name: "refused", method: "users.identity", sent: " ", answer: `{"ok":false,"error":"user_not_found"}`, err: api.ErrUserNotFound},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var sent, path string
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				sent, path = r.Header.Get("Content-Type")+" "+string(body), r.URL.Path
				fmt.Fprint(w, test.answer)
			})
			got, err := api.Call[user](t.Context(), c, test.method, test.args)
			if !errors.Is(err, test.err) || err == nil && got.User.ID != test.want || err != nil && got != nil {
				t.Errorf("got %+v, %v; want %q, %v", got, err, test.want, test.err)
			}
			if sent != test.sent || path != "/"+test.method {
				t.Errorf("sent %q to %s", sent, path)
			}
		})
	}
}

func TestCallRefusesWhatIsNoMethod(t *testing.T) {
	t.Parallel()
	c := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	for _, method := range []string{"", "../users.info", "users.info?x=y", "users..info", "a b", "users.info/"} {
		if _, err := api.Call[struct{}](t.Context(), c, method, nil); err == nil || !strings.Contains(err.Error(), "want Slack's name of one") {
			t.Errorf("%q: %v", method, err)
		}
	}
	if _, err := api.Call[struct{}](t.Context(), c, "users.info", "not an object"); err == nil || !strings.Contains(err.Error(), "JSON object") {
		t.Errorf("a string for arguments: %v", err)
	}
}
