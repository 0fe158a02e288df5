package slacktest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

// FuzzRequest has any request be answered as Slack answers, which is never with
// a fault of the fake's own.
func FuzzRequest(f *testing.F) {
	slack := slacktest.NewServer()
	f.Cleanup(slack.Close)
	for _, method := range []string{"reset", "resetBulk", "invalidate", "list", "getSettings", "setSettings", "clearSettings", "nonsense"} {
		f.Add("POST", method, mediaJSON, `{"user_id":"W0000000003","session_id":1112275520244}`)
		f.Add("POST", method, mediaForm, `user_ids=W0000000003,W0000000004&duration=28800&desktop_app_browser_quit=false`)
	}
	f.Add("POST", "invalidate", mediaForm, "user_id=W0000000003&session_id=NaN")
	f.Add("POST", "invalidate", mediaForm, "user_id=W0000000003&session_id=1e12")
	f.Add("POST", "invalidate", mediaJSON, `{"user_id":"W0000000003","session_id":1112275520244.0}`)
	f.Add("POST", "invalidate", mediaJSON, `{"user_id":"W0000000003","session_id":9223372036854775808}`)
	f.Add("POST", "list", mediaForm, "limit=0x1&cursor=%zz")
	f.Add("POST", "resetBulk", mediaForm, `user_ids=["W1",{"a":[`)
	f.Add("GET", "list", "", "")
	f.Add("POST", "admin.users.list", mediaForm, "limit=2&cursor=dXNlcjo3&is_active=false&team_id=T0000000001")
	f.Add("POST", "users.info", mediaForm, "user=U0000000004&include_locale=1")
	f.Add("GET", "users.lookupByEmail?email=MEMBER@example.com", "", "")
	f.Add("POST", "list", "application/json; charset=x", "[]")
	f.Fuzz(func(t *testing.T, verb, method, media, body string) {
		if !strings.Contains(method, ".") {
			method = "admin.users.session." + method
		}
		req, err := http.NewRequestWithContext(t.Context(), verb, slack.URL+"/"+method, strings.NewReader(body))
		if err != nil {
			return // not HTTP
		}
		req.Header.Set("Authorization", "Bearer "+slack.Token)
		req.Header.Set("Content-Type", media)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			if strings.Contains(err.Error(), "EOF") {
				t.Fatalf("%s %s %q %q: the fake hung up", verb, method, media, body)
			}
			return // not HTTP
		}
		data, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		var answer struct {
			OK    *bool  `json:"ok"`
			Error string `json:"error"`
		}
		if verb == http.MethodHead || resp.StatusCode == http.StatusBadRequest || resp.StatusCode == http.StatusMovedPermanently {
			return // net/http's own answers
		}
		if jsonErr := json.Unmarshal(data, &answer); err != nil || jsonErr != nil || resp.StatusCode != http.StatusOK || answer.OK == nil || *answer.OK == (answer.Error != "") {
			t.Fatalf("%s %s %q %q: status %d, %q (%v, %v)", verb, method, media, body, resp.StatusCode, data, err, jsonErr)
		}
	})
}
