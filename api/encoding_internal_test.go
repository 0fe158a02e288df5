package api

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/internal/form"
)

// encodingArgs are the arguments of a method that no spec has.
type encodingArgs struct {
	Name  string    `json:"name,omitempty"`
	Count int       `json:"count,omitempty"`
	File  form.File `json:"file,omitzero"`
}

// TestEncodings sends the same arguments in each way that a method may take them,
// once to a server that is down.
func TestEncodings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments encoding
		public    bool
		verb, uri string
		media     string
		body      string // or a part of it
		length    int64  // of the body, if not of a multipart form
	}{
		"nothing":   {encodingNone, false, "POST", "/test.call", "", "", 0},
		"query":     {encodingQuery, false, "GET", "/test.call?count=7&name=a+b", "", "", 0},
		"form":      {encodingForm, false, "POST", "/test.call", "application/x-www-form-urlencoded", "count=7&name=a+b", 16},
		"JSON":      {encodingJSON, false, "POST", "/test.call", "application/json; charset=utf-8", `{"name":"a b","count":7,"file":null}`, 36},
		"multipart": {encodingMultipart, false, "POST", "/test.call", "multipart/form-data; boundary=", "filename=\"notes.txt\"\r\nContent-Type: application/octet-stream\r\n\r\nsome text\r\n", 0},
		"public":    {encodingForm, true, "POST", "/test.call", "application/x-www-form-urlencoded", "count=7&name=a+b", 16},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			attempts := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				if attempts++; attempts == 1 {
					http.Error(w, "down", http.StatusServiceUnavailable)
					return
				}
				media := r.Header.Get("Content-Type")
				if err != nil || r.Method != test.verb || r.RequestURI != test.uri || !strings.HasPrefix(media, test.media) || test.media == "" && media != "" {
					t.Errorf("got %s %s %q, %v", r.Method, r.RequestURI, media, err)
				}
				if !strings.Contains(string(body), test.body) || r.ContentLength != int64(len(body)) || test.arguments != encodingMultipart && r.ContentLength != test.length {
					t.Errorf("got %q, of length %d", body, r.ContentLength)
				}
				if auth := r.Header.Get("Authorization"); auth != map[bool]string{false: "Bearer xoxp-not-real"}[test.public] {
					t.Errorf("the Authorization header has %d bytes", len(auth))
				}
				fmt.Fprint(w, `{"ok":true,"user_id":"W1"}`)
			}))
			t.Cleanup(server.Close)
			c, err := New("xoxp-not-real", WithBaseURL(server.URL))
			if err != nil {
				t.Fatal(err)
			}
			op := operation[encodingArgs, AuthTestResponse]{
				method: method{name: "test.call", arguments: test.arguments, public: test.public, idempotent: true},
			}
			args := encodingArgs{Name: "a b", Count: 7, File: form.File{Name: "notes.txt", Content: strings.NewReader("some text")}}
			if got, err := call(t.Context(), c, &op, args, nil); err != nil || got.UserID != "W1" || attempts != 2 {
				t.Errorf("got %+v, %v after %d attempts", got, err, attempts)
			}
		})
	}
}

// TestArgumentsThatCannotBeEncoded has each way refuse what it cannot carry.
func TestArgumentsThatCannotBeEncoded(t *testing.T) {
	t.Parallel()
	c, err := New("xoxp-not-real")
	if err != nil {
		t.Fatal(err)
	}
	for _, arguments := range []encoding{encodingQuery, encodingForm, encodingJSON, encodingMultipart} {
		op := operation[any, AuthTestResponse]{method: method{name: "test.call", arguments: arguments}}
		if _, err := call(t.Context(), c, &op, any(func() {}), nil); err == nil || !strings.HasPrefix(err.Error(), "test.call: ") {
			t.Errorf("encoding %d: got %v, want an error of the method", arguments, err)
		}
	}
}
