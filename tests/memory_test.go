package tests

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
)

var manyPages = flag.Int("pages", 40, "how many pages TestManySessions reads; make memory reads 1,000")

// TestManySessions reads pages of 1,000 sessions and looks at the heap, which has
// the server's, too, after each page.
func TestManySessions(t *testing.T) {
	if !runsAlone(t) {
		return
	}
	const perPage, most = 1000, 12 << 20
	pages := *manyPages
	const device = `{"device_hardware":"Intel","os":"OS X","os_version":"10.15.7","slack_client_version":"91.0.4472.77","ip":"192.0.2.1"}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var args struct {
			Cursor string `json:"cursor"`
		}
		if err := json.NewDecoder(r.Body).Decode(&args); err != nil {
			t.Error(err)
		}
		page, _ := strconv.Atoi(args.Cursor)
		body := []byte(`{"ok":true,"active_sessions":[`)
		for i := range perPage {
			body = append(body, `{"user_id":"W1","team_id":"T1","created":`+device+`,"recent":`+device+`,"session_id":`...)
			body = strconv.AppendInt(body, int64(1112275520242+page*perPage+i), 10)
			body = append(body, "},"...)
		}
		body[len(body)-1] = ']'
		if page+1 < pages {
			body = fmt.Appendf(body, `,"response_metadata":{"next_cursor":"%d"}`, page+1)
		}
		_, _ = w.Write(append(body, '}'))
	}))
	defer server.Close()
	client, err := api.New("xoxp-many", api.WithBaseURL(server.URL))
	if err != nil {
		t.Fatal(err)
	}

	var count int64
	var peak uint64
	for session, err := range client.AdminUsersSessionListAll(t.Context(), api.AdminUsersSessionListRequest{}) {
		if err != nil {
			t.Fatal(err)
		}
		if session.SessionID != 1112275520242+count || session.Recent.OS != "OS X" {
			t.Fatalf("session %d is %+v", count, session)
		}
		if count++; count%perPage == 0 {
			var stats runtime.MemStats
			runtime.ReadMemStats(&stats)
			peak = max(peak, stats.HeapAlloc)
		}
	}
	if count != int64(pages*perPage) || peak > most {
		t.Errorf("%d sessions with a heap of up to %d KiB; want %d with %d KiB at most", count, peak>>10, pages*perPage, most>>10)
	}
	t.Logf("the heap was up to %d KiB", peak>>10)
}
