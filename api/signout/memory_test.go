package signout

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

var eachSession = flag.Bool("each-session", false, "let TestMemory also end 300,000 sessions one by one, which takes a minute")

var crowdSize = flag.Int("crowd", 2_000, "how many users TestMemory signs out, and TestTheAuditLogIsFasterThanAScan has")

// crowd is a transport to an organization of so many users with three sessions
// each, which holds nothing of them.
type crowd int

func (c crowd) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "auth.test") {
		return identityOf(testCaller.userID, testCaller.organization), nil
	}
	if !strings.HasSuffix(r.URL.Path, ".list") {
		_, err := io.Copy(io.Discard, r.Body)
		return jsonResponse(`{"ok":true}`), err
	}
	var args arguments
	if err := json.NewDecoder(r.Body).Decode(&args); err != nil {
		return nil, err
	}
	from := 0
	_, _ = fmt.Sscan(args.Cursor, &from)
	var page []api.ActiveSession
	for n := from; n < min(from+pageSize, 3*int(c)); n++ {
		device := api.SessionDevice{OS: "OS X", OSVersion: "10.15.7", DeviceHardware: "Intel", SlackClientVersion: "4.36.140", IP: fmt.Sprintf("203.%d.%d.%d", n>>16&255, n>>8&255, n&255)}
		page = append(page, api.ActiveSession{UserID: fmt.Sprintf("W%09d", n%int(c)), TeamID: "T1", SessionID: 1112275520242 + int64(n), Created: device, Recent: device})
	}
	next := ""
	if from+pageSize < 3*int(c) {
		next = strconv.Itoa(from + pageSize)
	}
	encoded, err := json.Marshal(map[string]any{"ok": true, "active_sessions": page, "response_metadata": map[string]string{"next_cursor": next}})
	return jsonResponse(string(encoded)), err
}

// noSync writes events without waiting for the disk.
var noSync = disk{write: (*os.File).Write, sync: func(*os.File) error { return nil }}

// measure plans, applies and verifies signing out many users, and prints how
// long it took and how much memory the process has.
func measure(dir string, action Action) int {
	users, err := strconv.Atoi(os.Args[3])
	if err != nil {
		fmt.Println(err)
		return 1
	}
	run := func() error {
		c, err := api.New(testToken, api.WithHTTPClient(&http.Client{Transport: crowd(users)}))
		if err != nil {
			return err
		}
		start := time.Now()
		lap := func(what string) {
			var stats runtime.MemStats
			runtime.ReadMemStats(&stats)
			fmt.Printf("%s %s: %.1f s, %d MiB\n", action, what, time.Since(start).Seconds(), stats.Sys>>20)
			start = time.Now()
		}
		req := Request{All: true}
		if action == ActionInvalidate {
			req = Request{Filter: &Filter{}}
		}
		p, err := Make(context.Background(), c, req)
		if err != nil {
			return err
		}
		path := filepath.Join(dir, "plan.jsonl")
		if err := p.Write(path); err != nil {
			return err
		}
		lap("plan")
		if p, err = ReadPlan(path); err != nil {
			return err
		}
		sums, err := apply(context.Background(), c, p, ApplyOptions{}, noSync)
		if err != nil || !sums.Complete() {
			return fmt.Errorf("%+v: %w", sums, err)
		}
		lap("apply")
		if _, err := apply(context.Background(), c, p, ApplyOptions{}, noSync); err != nil {
			return err
		}
		lap("apply again")
		r, err := Verify(context.Background(), c, p, VerifyOptions{})
		if err != nil || r.Counts[StillThere] != p.Size() {
			return fmt.Errorf("%+v: %w", r, err)
		}
		lap("verify")
		return nil
	}
	if err := run(); err != nil {
		fmt.Println(err)
		return 1
	}
	var stats runtime.MemStats
	if runtime.ReadMemStats(&stats); stats.Sys > 256<<20 {
		fmt.Printf("the process has taken %d MiB, want 256 at most\n", stats.Sys>>20)
		return 1
	}
	return 0
}

// TestMemory signs out many users with three sessions each in a process of its own,
// which may take 256 MiB. make memory makes them 100,000.
func TestMemory(t *testing.T) {
	t.Parallel()
	actions := []Action{ActionReset}
	if *eachSession {
		actions = append(actions, ActionInvalidate)
	}
	for _, action := range actions {
		cmd := exec.CommandContext(t.Context(), os.Args[0], t.TempDir(), string(action), strconv.Itoa(*crowdSize)) //nolint:gosec // it is this test
		cmd.Env = append(os.Environ(), helper+"=memory")
		out, err := cmd.CombinedOutput()
		t.Logf("%s", out)
		if err != nil {
			t.Error(err)
		}
	}
}
