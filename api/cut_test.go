package api_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-38c23bad/slackadmin/api"
)

// TestTextsAreCut has every text of a response be of many lengths, around its
// limit, with characters of several bytes and with the token across the cut.
func TestTextsAreCut(t *testing.T) {
	t.Parallel()
	for name, fill := range map[string]func(n int) string{
		"letters": func(n int) string { return strings.Repeat("x", n) },
		"two":     func(n int) string { return "x" + strings.Repeat("ä", n/2) },
		"four":    func(n int) string { return "x" + strings.Repeat("😀", n/4) },
		"token":   func(n int) string { return strings.Repeat("x", max(0, n-12)) + secret + "xxx" },
	} {
		for _, size := range []int{1, 99, 100, 101, 199, 200, 201, 499, 500, 501, 9000} {
			text := fill(size)
			c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-Slack-Req-Id", text)
				fmt.Fprintf(w, `{"ok":false,"error":%[1]q,"needed":%[1]q,"provided":%[1]q,"warning":%[1]q,"response_metadata":{"messages":[%[1]q],"warnings":["w%[1]s"]}}`, text)
			})
			var refused *api.Error
			if err := firstErr(reset(c)); !errors.As(err, &refused) || len(refused.Messages) != 1 || len(refused.Warnings) != 2 {
				t.Fatalf("%s of %d: %v", name, size, err)
			}
			texts := map[string]cut{
				"the code": {string(refused.Code), 100}, "a warning": {refused.Warnings[0], 100}, "another": {strings.TrimPrefix(refused.Warnings[1], "w"), 99},
				"needed": {refused.Needed, 500}, "provided": {refused.Provided, 500}, "a message": {refused.Messages[0], 500}, "the ID": {refused.RequestID, 200},
			}

			c = serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-Slack-Req-Id", text)
				w.Header().Set("Content-Type", text)
				w.Header().Set("Location", "https://example.com/"+text)
				w.WriteHeader(http.StatusFound)
			})
			var garbled *api.ResponseError
			if err := firstErr(reset(c)); !errors.As(err, &garbled) {
				t.Fatalf("%s of %d: %v", name, size, err)
			}
			_, location, _ := strings.Cut(garbled.Err.Error(), "example.com/")
			location, _, _ = strings.Cut(location, `"`)
			texts["the type"], texts["the other ID"], texts["the location"] = cut{garbled.ContentType, 200}, cut{garbled.RequestID, 200}, cut{location, 480}

			whole := strings.ReplaceAll(text, secret, "[token redacted]")
			for what, got := range texts {
				if !strings.HasPrefix(whole, got.text) || !utf8.ValidString(got.text) || len(got.text) > got.most || len(got.text) < min(got.most-3, len(whole)) {
					t.Errorf("%s of %d: %s has %d bytes: %q", name, size, what, len(got.text), got.text)
				}
			}
		}
	}
}

// cut is what became of a text, and how long it can be.
type cut struct {
	text string
	most int
}

// TestReasonsAreCut has encoding/json and net/http quote what is long.
func TestReasonsAreCut(t *testing.T) {
	t.Parallel()
	for _, body := range []string{strings.Repeat("1", 1<<20), `{"ok":` + strings.Repeat("1", 1<<20) + `}`} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
		if err := firstErr(reset(c)); err == nil || len(err.Error()) > 3000 {
			t.Errorf("%.40s: got %.200v", body, err)
		}
	}
	c, err := api.New(secret, api.WithMaxAttempts(1), api.WithBaseURL(rawServer(t, "HTTP/1.1 200 OK\r\n"+strings.Repeat("x", 100_000)+"\r\n\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	if err := firstErr(reset(c)); err == nil || len(err.Error()) > 3000 || !strings.Contains(err.Error(), "malformed") {
		t.Errorf("a header line that is none: got %.200v", err)
	}
}
