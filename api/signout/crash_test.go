package signout

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

var kills = flag.Int("kills", 4, "how often TestKill kills an apply")

// eventsOf returns the events behind the seal of a plan's file, without a last line
// that is torn.
func eventsOf(t *testing.T, p *Plan) (events []event) {
	t.Helper()
	text, err := os.ReadFile(p.Path())
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var e event
		if !strings.HasPrefix(line, string(eventPrefix)) || !strings.HasSuffix(line, "\n") {
			continue
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if e.Event != eventSealed {
			events = append(events, e)
		}
	}
	return events
}

// wantFileToTell checks that the plan file records what was sent: each row has one
// successful result, and no intent after it. It was sent at least once, and not more often
// than the file has intents for it.
func wantFileToTell(t *testing.T, s *fakeSlack, p *Plan) {
	t.Helper()
	results, intents := map[string]int{}, map[string]int{}
	var last *event
	for _, e := range eventsOf(t, p) {
		switch {
		case e.Event == eventIntent:
			last = &e
			for _, id := range e.Users {
				if results[id] > 0 {
					t.Fatalf("attempt %d is for %s, which was done before", e.Attempt, id)
				}
				intents[id]++
			}
		case e.Event == eventResult && (e.Outcome == outcomeOK || e.Outcome == outcomeAbsent):
			for _, id := range last.Users {
				results[id]++
			}
		}
	}
	sent := s.sent()
	for _, row := range p.Rows {
		id := row.UserID
		if results[id] != 1 || sent[id] < 1 || sent[id] > intents[id] {
			t.Fatalf("%s was sent %d times, the file has %d intents and %d results", id, sent[id], intents[id], results[id])
		}
	}
	if len(sent) != len(p.Rows) {
		t.Errorf("%d users were sent, want the %d of the plan", len(sent), len(p.Rows))
	}
}

// A faultyDisk fails at a write or a sync, as if the power failed or the disk were full.
// Only a part of what was not synced is kept then.
type faultyDisk struct {
	failAt  int // step, from 1; 0 is never
	keep    int // bytes that are kept without a sync
	steps   []string
	pending []byte
}

var errPower = errors.New("no power")

func (d *faultyDisk) disk() disk {
	return disk{
		write: func(f *os.File, line []byte) (int, error) {
			d.steps = append(d.steps, "write")
			d.pending = append(d.pending, line...)
			return len(line), d.fail(f)
		},
		sync: func(f *os.File) error {
			d.steps = append(d.steps, "sync")
			if err := d.fail(f); err != nil {
				return err
			}
			_, err := f.Write(d.pending)
			d.pending = nil
			return err
		},
	}
}

func (d *faultyDisk) fail(f *os.File) error {
	if len(d.steps) != d.failAt {
		return nil
	}
	_, _ = f.Write(d.pending[:min(d.keep, len(d.pending))])
	return errPower
}

// TestApplyResumesAfterDiskFailures retries three refused sessions. The disk fails at each write and each
// sync, and keeps nothing, a part or all of the line. Apply then sends nothing more, and
// the next Apply completes the plan.
func TestApplyResumesAfterDiskFailures(t *testing.T) {
	t.Parallel()
	const sessions = 3
	steps := 2 * (2 + sessions*2 + 1) // write and sync of start, retry, each intent and result, and end
	for failAt := 1; failAt <= steps; failAt++ {
		for _, keep := range []int{0, 10, 1 << 20} {
			t.Run(fmt.Sprintf("step %d, %d bytes kept", failAt, keep), func(t *testing.T) {
				t.Parallel()
				s, p := plannedSessions(t, sessions)
				s.before = func(int) (*http.Response, error) { return jsonResponse(refusalJSON("a_new_code")), nil }
				sums, err := apply(t.Context(), s.client(t), p, ApplyOptions{}, noSync)
				if err != nil {
					t.Fatal(err)
				}
				wantSums(t, sums, 0, sessions, 0, 0)
				s.before = nil
				broken := &faultyDisk{failAt: failAt, keep: keep}
				sums, err = apply(t.Context(), s.client(t), p, ApplyOptions{RetryFailed: true}, broken.disk())
				if !errors.Is(err, errPower) {
					t.Fatalf("got %v, want no power", err)
				}
				if n := sums.Done + sums.refused() + sums.Unknown + sums.Left; n != sessions {
					t.Errorf("the sums are %+v, want %d in all", sums, sessions)
				}
				if sent, want := len(s.calls)-sessions, (failAt-3)/4; len(broken.steps) != failAt || sent != want {
					t.Errorf("it went on for %d steps without power and sent %d calls, want %d", len(broken.steps)-failAt, sent, want)
				}
				sums, err = apply(t.Context(), s.client(t), p, ApplyOptions{RetryFailed: true}, (&faultyDisk{}).disk())
				if err != nil || !sums.Complete() || sums.Done+sums.AlreadyEnded != sessions {
					t.Errorf("then: got %+v, %v, want all done", sums, err)
				}
				wantFileToTell(t, s, p)
			})
		}
	}
}

// TestWritesAreSyncedBeforeSending checks the order of writes, syncs and calls.
func TestWritesAreSyncedBeforeSending(t *testing.T) {
	t.Parallel()
	s, p := plannedSessions(t, 3)
	order := &faultyDisk{}
	s.before = func(int) (*http.Response, error) {
		order.steps = append(order.steps, "send")
		return nil, nil
	}
	// There is nothing to retry, so no retry event is written.
	if _, err := apply(t.Context(), s.client(t), p, ApplyOptions{RetryFailed: true}, order.disk()); err != nil {
		t.Fatal(err)
	}
	chunk := []string{"write", "sync", "send", "write", "sync"}
	want := slices.Concat([]string{"write", "sync"}, chunk, chunk, chunk, []string{"write", "sync"})
	if !slices.Equal(order.steps, want) {
		t.Errorf("got %q, want %q", order.steps, want)
	}
}

// helper is set in the environment of a process that runs no tests.
const helper = "SIGNOUT_TEST_HELPER"

func TestMain(m *testing.M) {
	switch os.Getenv(helper) {
	case "apply":
		os.Exit(help())
	case "memory":
		os.Exit(measure(os.Args[1], Action(os.Args[2])))
	}
	os.Exit(m.Run())
}

// help applies the plan in the first argument against the URL in the second.
func help() int {
	p, err := ReadPlan(os.Args[1])
	if err == nil {
		var c *api.Client
		if c, err = api.New(testToken, api.WithBaseURL(os.Args[2])); err == nil {
			said := sync.OnceFunc(func() { fmt.Println("go") })
			_, err = Apply(context.Background(), c, p, ApplyOptions{Progress: func(Progress) { said() }})
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return helperFailed
	}
	return 0
}

// helperFailed is the exit status of an apply that failed. On Windows, one that was
// killed has 1.
const helperFailed = 3

// plannedFor writes a plan for a server on loopback.
func plannedFor(t *testing.T, url string, users []string) *Plan {
	t.Helper()
	c, err := api.New(testToken, api.WithBaseURL(url))
	if err != nil {
		t.Fatal(err)
	}
	p, err := Make(t.Context(), c, Request{Users: users, NoScan: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Write(filepath.Join(t.TempDir(), "plan.jsonl")); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestKill kills applies of 3,000 users with SIGKILL at random moments, and repeats them
// until one completes. The plan file then records what was sent.
func TestKill(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var unknowns, killed int
	t.Cleanup(func() {
		t.Logf("%d applies were killed, %d of them with a chunk on the way", killed, unknowns)
		if killed == 0 {
			t.Error("no apply was killed before its end")
		}
	})
	turns := make(chan struct{}, 2)
	for n := range *kills {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			t.Parallel()
			turns <- struct{}{}
			defer func() { <-turns }()
			s := newSlack()
			s.before = func(int) (*http.Response, error) {
				s.mu.Unlock()
				time.Sleep(rand.N(3 * time.Millisecond)) // Slack takes its time
				s.mu.Lock()
				return nil, nil
			}
			s.after = s.before
			server := httptest.NewServer(s)
			defer server.Close()
			p := plannedFor(t, server.URL, userIDs(3000))

			// The moments come later and later, for an apply that never gets to its
			// first call would never end.
			for most := 40 * time.Millisecond; ; most += 10 * time.Millisecond {
				cmd := exec.CommandContext(t.Context(), os.Args[0], p.Path(), server.URL)   //nolint:gosec // it is this test
				cmd.Env = append(os.Environ(), helper+"=apply", "GORACE=atexit_sleep_ms=0") // else it could be killed once it is done
				cmd.Stderr = os.Stderr
				stdout, err := cmd.StdoutPipe()
				if err != nil {
					t.Fatal(err)
				}
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				_, _ = bufio.NewReader(stdout).ReadString('\n')
				kill := time.AfterFunc(rand.N(most), func() { _ = cmd.Process.Kill() })
				err = cmd.Wait()
				kill.Stop()
				if err == nil {
					break
				}
				if cmd.ProcessState.ExitCode() == helperFailed {
					t.Fatal("an apply failed")
				}
				mu.Lock()
				killed++
				if events := eventsOf(t, p); len(events) > 0 && events[len(events)-1].Event == eventIntent {
					unknowns++
				}
				mu.Unlock()
			}
			h, err := p.History()
			if err != nil {
				t.Fatal(err)
			}
			wantSums(t, h.Sums, 3000, 0, 0, 0)
			wantFileToTell(t, s, p)
			if files, err := filepath.Glob(filepath.Join(filepath.Dir(p.Path()), "*")); err != nil || len(files) != 1 {
				t.Errorf("the files are %q, want the plan alone", files)
			}
		})
	}
}
