package main

import (
	"bytes"
	"log/slog"
	"reflect"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// TestWaits is what people see on a terminal of what the client logs.
func TestWaits(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(&noticeHandler{output: &output{}, out: &out, showWaits: true})
	log.Warn("slack retry", "method", "m", "wait", 27400*time.Millisecond, "why", "rate limited")
	log.Info("slack wait", "wait", 27399*time.Millisecond, "why", "rate limit")
	log.Warn("slack retry", "method", "m", "wait", 300*time.Millisecond, "why", "connection failed")
	log.Info("slack wait", "wait", 3*time.Second, "why", "rate limit")
	log.Warn("slack retry", "method", "m", "wait", 2*time.Second, "why", "rate limited")
	log.Info("slack wait", "wait", 1999*time.Millisecond, "why", "rate limit")
	log.Info("slack wait", "wait", 3*time.Second, "why", "pacing")
	log.Info("slack wait", "wait", 3*time.Second, "why", "pacing")
	log.Debug("slack attempt", "wait", time.Minute)
	log.Warn("slack field of another type than expected is left out", "field", "x")
	log.Warn("slack warning", "method", "m", "warnings", "a,b\x1b")
	log.Warn("slack warning", "method", "m", "warnings", "a,b\x1b")
	if got, want := out.String(), "slackadmin: waiting 27s: rate limited\nslackadmin: waiting 2s: rate limited\nslackadmin: waiting 3s: pacing\nslackadmin: m: Slack warns: a,b?\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestWaitsOfAPacedClient are those of its retries, in place of the status line.
func TestWaitsOfAPacedClient(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(&noticeHandler{output: &output{}, out: &out, showWaits: true, hasStatusLine: true})
	log.Info("slack wait", "wait", 3*time.Second, "why", "pacing")
	log.Warn("slack retry", "method", "m", "wait", 2*time.Second, "why", "rate limited")
	log.Info("slack wait", "wait", 4*time.Second, "why", "rate limit")
	if got, want := out.String(), "\r\x1b[Kslackadmin: waiting 2s: rate limited\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestTimeoutOfAnAttempt is that of the whole call if somebody has chosen it. A client
// shows it to nobody, and a test of what it does would take half a minute.
func TestTimeoutOfAnAttempt(t *testing.T) {
	t.Setenv("SLACK_TOKEN", "xoxp-not-real")
	for _, test := range []struct {
		args []string
		want time.Duration
	}{{nil, 0}, {[]string{"--timeout", "2m"}, 2 * time.Minute}} {
		c := &clientFlags{}
		cmd := &cobra.Command{}
		c.flags(cmd)
		if err := cmd.ParseFlags(test.args); err != nil {
			t.Fatal(err)
		}
		conn, err := c.connect(cmd, false)
		if err != nil {
			t.Fatal(err)
		}
		if got := time.Duration(reflect.ValueOf(conn.client).Elem().FieldByName("timeout").Int()); got != test.want {
			t.Errorf("%v: an attempt has %v, want %v", test.args, got, test.want)
		}
	}
}
