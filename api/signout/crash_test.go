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

// wantFileToTell checks that users were reset as often as the file of the plan
// says: at least as often as there are results for them, at most as there are
// intents. Done users have no further intent.
func wantFileToTell(t *testing.T, s *slack, p *Plan) {
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
		case e.Event == eventResult && e.Outcome == outcomeOK:
			for _, id := range last.Users {
				results[id]++
			}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, row := range p.Rows {
		id := row.UserID
		if results[id] != 1 || s.resets[id] < 1 || s.resets[id] > intents[id] {
			t.Fatalf("%s was reset %d times, the file has %d intents and %d results", id, s.resets[id], intents[id], results[id])
		}
	}
	if len(s.resets) != len(p.Rows) {
		t.Errorf("%d users were reset, want the %d of the plan", len(s.resets), len(p.Rows))
	}
}

// lossy is a disk whose power fails at a write or a sync. What was written and
// not synced is lost then, but for a part.
type lossy struct {
	failAt  int // from 1; 0 is never
	keep    int // bytes of what is not synced that get to the disk
	steps   []string
	pending []byte
}

var errPower = errors.New("no power")

func (l *lossy) disk() disk {
	return disk{
		write: func(f *os.File, line []byte) (int, error) {
			l.steps = append(l.steps, "write")
			l.pending = append(l.pending, line...)
			return len(line), l.fail(f)
		},
		sync: func(f *os.File) error {
			l.steps = append(l.steps, "sync")
			if err := l.fail(f); err != nil {
				return err
			}
			_, err := f.Write(l.pending)
			l.pending = nil
			return err
		},
	}
}

func (l *lossy) fail(f *os.File) error {
	if len(l.steps) != l.failAt {
		return nil
	}
	_, _ = f.Write(l.pending[:min(l.keep, len(l.pending))])
	return errPower
}

// TestPowerFails lets the power fail at each write and each sync of the file,
// with nothing, a part or all of it on the disk, and goes on.
func TestPowerFails(t *testing.T) {
	t.Parallel()
	const users = 3000
	steps := 2 * (1 + 3*2 + 1) // write and sync of start, three times intent and result, and end
	for failAt := 1; failAt <= steps; failAt++ {
		for _, keep := range []int{0, 10, 1 << 20} {
			t.Run(fmt.Sprintf("step %d, %d bytes kept", failAt, keep), func(t *testing.T) {
				t.Parallel()
				s := newSlack()
				p := planned(t, s, userIDs(users))
				broken := &lossy{failAt: failAt, keep: keep}
				sums, err := apply(t.Context(), s.client(t), p, ApplyOptions{}, broken.disk())
				if !errors.Is(err, errPower) {
					t.Fatalf("got %v, want no power", err)
				}
				if n := sums.Done + sums.Unknown + sums.Left; n != users {
					t.Errorf("the sums are %+v, want %d in all", sums, users)
				}
				if len(broken.steps) != failAt {
					t.Errorf("it went on for %d steps without power", len(broken.steps)-failAt)
				}
				whole := &lossy{}
				first := Progress{}
				sums, err = apply(t.Context(), s.client(t), p, ApplyOptions{Progress: func(p Progress) {
					if first.Total == 0 {
						first = p
					}
				}}, whole.disk())
				if first.Total > 0 && first.Done+first.Unknown+first.Left != users {
					t.Errorf("it begins with %+v", first)
				}
				if err != nil {
					t.Fatal(err)
				}
				wantSums(t, sums, users, 0, 0, 0)
				wantFileToTell(t, s, p)
			})
		}
	}
}

// TestWritesAreSyncedBeforeSending looks at the order of things.
func TestWritesAreSyncedBeforeSending(t *testing.T) {
	t.Parallel()
	s := newSlack()
	p := planned(t, s, userIDs(3000))
	order := &lossy{}
	s.before = func(int) (*http.Response, error) {
		order.steps = append(order.steps, "send")
		return nil, nil
	}
	// There is nothing to retry, so nothing is written about it.
	if _, err := apply(t.Context(), s.client(t), p, ApplyOptions{RetryFailed: true}, order.disk()); err != nil {
		t.Fatal(err)
	}
	chunk := []string{"write", "sync", "send", "write", "sync"}
	want := slices.Concat([]string{"write", "sync"}, chunk, chunk, chunk, []string{"write", "sync"})
	if !slices.Equal(order.steps, want) {
		t.Errorf("got %q, want %q", order.steps, want)
	}
}

// TestPowerFailsAtARetry lets the power fail before anything is sent.
func TestPowerFailsAtARetry(t *testing.T) {
	t.Parallel()
	s := newSlack()
	s.bad["W0000000"] = "user_not_found"
	p := planned(t, s, userIDs(1))
	if _, err := Apply(t.Context(), s.client(t), p, ApplyOptions{}); err != nil {
		t.Fatal(err)
	}
	broken := &lossy{failAt: 1}
	sums, err := apply(t.Context(), s.client(t), p, ApplyOptions{RetryFailed: true}, broken.disk())
	if !errors.Is(err, errPower) || len(broken.steps) != 1 || len(s.calls) != 1 {
		t.Errorf("got %v after %q and %d calls, want no power at the first write", err, broken.steps, len(s.calls))
	}
	wantSums(t, sums, 0, 1, 0, 0)
}

// TestDiskFull has the disk take a part of a line.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	s := newSlack()
	p := planned(t, s, userIDs(5000))
	errFull := errors.New("no space left on device")
	written := 0
	full := disk{
		write: func(f *os.File, line []byte) (int, error) {
			if written++; written >= 5 { // the result of the second chunk
				n, _ := f.Write(line[:len(line)/2])
				return n, errFull
			}
			return f.Write(line)
		},
		sync: (*os.File).Sync,
	}
	sums, err := apply(t.Context(), s.client(t), p, ApplyOptions{}, full)
	if !errors.Is(err, errFull) || len(s.calls) != 2 {
		t.Errorf("got %v after %d calls, want %v after 2", err, len(s.calls), errFull)
	}
	wantSums(t, sums, 1000, 0, 1000, 3000)
	if sums, err = Apply(t.Context(), s.client(t), p, ApplyOptions{}); err != nil {
		t.Fatal(err)
	}
	wantSums(t, sums, 5000, 0, 0, 0)
	wantFileToTell(t, s, p)
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

// TestKill kills applies of 5,000 users with SIGKILL at random moments, and runs
// them again to the end.
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
			p := plannedFor(t, server.URL, userIDs(5000))

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
			wantSums(t, h.Sums, 5000, 0, 0, 0)
			wantFileToTell(t, s, p)
			if files, err := filepath.Glob(filepath.Join(filepath.Dir(p.Path()), "*")); err != nil || len(files) != 1 {
				t.Errorf("the files are %q, want the plan alone", files)
			}
		})
	}
}
