package slacktest_test

import (
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

// TestHeadersThatNeverEnd cost the fake a connection for a while, and not for ever.
func TestHeadersThatNeverEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slack := slacktest.NewServer(slacktest.InMemory())
		defer slack.Close()
		here, err := slack.Client().Transport.(*http.Transport).DialContext(t.Context(), "tcp", "")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = here.Close() }()
		start := time.Now()
		if _, err := io.WriteString(here, "POST /auth.test HTTP/1.1\r\nHost: a.example\r\n"); err != nil {
			t.Fatal(err)
		}
		if err := here.SetReadDeadline(start.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if _, err := here.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("the connection is open after %v: %v", time.Since(start), err)
		}
		if waited := time.Since(start); waited != 10*time.Second {
			t.Errorf("it is closed after %v, want 10s", waited)
		}
	})
}
