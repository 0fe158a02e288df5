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

// journalOf returns the records of a journal, without a last line that is torn.
func journalOf(t *testing.T, p *Plan) (records []record) {
	t.Helper()
	text, err := os.ReadFile(p.JournalPath())
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var r record
		if !strings.HasSuffix(line, "\n") {
			break
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		records = append(records, r)
	}
	return records
}

// wantJournalToTell checks that users were reset as often as the journal says:
// at least as often as there are results for them, at most as there are intents.
// Done users have no further intent.
func wantJournalToTell(t *testing.T, s *slack, p *Plan) {
	t.Helper()
	results, intents := map[string]int{}, map[string]int{}
	var last *record
	for _, r := range journalOf(t, p) {
		switch {
		case r.Event == intent:
			last = &r
			for _, id := range r.Users {
				if results[id] > 0 {
					t.Fatalf("attempt %d is for %s, which was done before", r.Attempt, id)
				}
				intents[id]++
			}
		case r.Event == result && r.Outcome == done:
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
			t.Fatalf("%s was reset %d times, the journal has %d intents and %d results", id, s.resets[id], intents[id], results[id])
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

// TestPowerFails lets the power fail at each write and each sync of the journal,
// with nothing, a part or all of it on the disk, and goes on.
func TestPowerFails(t *testing.T) {
	t.Parallel()
	const users = 3000
	steps := 2 * (1 + 3*2 + 1) // write and sync of begin, three times intent and result, and end
	for failAt := 1; failAt <= steps; failAt++ {
		for _, keep := range []int{0, 10, 1 << 20} {
			t.Run(fmt.Sprintf("step %d, %d bytes kept", failAt, keep), func(t *testing.T) {
				t.Parallel()
				s := newSlack()
				p := planned(t, s, userIDs(users))
				broken := &lossy{failAt: failAt, keep: keep}
				sums, err := apply(t.Context(), s.client(t), p, Options{Caller: testCaller}, broken.disk())
				if !errors.Is(err, errPower) {
					t.Fatalf("got %v, want no power", err)
				}
				if n := sums.Done + sums.Unknown + sums.Left; failAt > 2 && n != users {
					t.Errorf("the sums are %+v, want %d in all", sums, users)
				}
				if len(broken.steps) != failAt {
					t.Errorf("it went on for %d steps without power", len(broken.steps)-failAt)
				}
				whole := &lossy{}
				first := Progress{}
				sums, err = apply(t.Context(), s.client(t), p, Options{Caller: testCaller, Progress: func(p Progress) {
					if first.Total == 0 {
						first = p
					}
				}}, whole.disk())
				if records := journalOf(t, p); len(records) > 1 && first.Done+first.Unknown+first.Left != users {
					t.Errorf("it begins with %+v", first)
				}
				if err != nil {
					t.Fatal(err)
				}
				wantSums(t, sums, users, 0, 0, 0)
				wantJournalToTell(t, s, p)
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
	if _, err := apply(t.Context(), s.client(t), p, Options{Caller: testCaller, RetryFailed: true}, order.disk()); err != nil {
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
	if _, err := Apply(t.Context(), s.client(t), p, Options{Caller: testCaller}); err != nil {
		t.Fatal(err)
	}
	broken := &lossy{failAt: 1}
	sums, err := apply(t.Context(), s.client(t), p, Options{Caller: testCaller, RetryFailed: true}, broken.disk())
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
	sums, err := apply(t.Context(), s.client(t), p, Options{Caller: testCaller}, full)
	if !errors.Is(err, errFull) || len(s.calls) != 2 {
		t.Errorf("got %v after %d calls, want %v after 2", err, len(s.calls), errFull)
	}
	wantSums(t, sums, 1000, 0, 1000, 3000)
	if sums, err = Apply(t.Context(), s.client(t), p, Options{Caller: testCaller}); err != nil {
		t.Fatal(err)
	}
	wantSums(t, sums, 5000, 0, 0, 0)
	wantJournalToTell(t, s, p)
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
			_, _ = fmt.Println("go")
			_, err = Apply(context.Background(), c, p, Options{Caller: testCaller})
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
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
			p := planned(t, s, userIDs(5000))

			// The moments come later and later, for an apply that never gets to its
			// first call would never end.
			for most := 40 * time.Millisecond; ; most += 10 * time.Millisecond {
				cmd := exec.CommandContext(t.Context(), os.Args[0], p.Path, server.URL)     //nolint:gosec // it is this test
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
				if cmd.ProcessState.ExitCode() == 1 {
					t.Fatal("an apply failed")
				}
				mu.Lock()
				killed++
				if _, err := os.Stat(p.JournalPath()); err == nil {
					if records := journalOf(t, p); len(records) > 0 && records[len(records)-1].Event == intent {
						unknowns++
					}
				}
				mu.Unlock()
			}
			records := journalOf(t, p)
			wantSums(t, *records[len(records)-1].Sums, 5000, 0, 0, 0)
			wantJournalToTell(t, s, p)
			if files, err := filepath.Glob(filepath.Join(filepath.Dir(p.Path), "*")); err != nil || len(files) != 2 {
				t.Errorf("the files are %q, want plan and journal", files)
			}
		})
	}
}
