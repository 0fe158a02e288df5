package tests

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// aThousandCallers lets a thousand callers share one client of a server that
// fails in every way in turn. Each call ends in one of the documented outcomes.
func aThousandCallers(t *testing.T) {
	t.Parallel()
	var turn atomic.Int64
	moods := []func(*tapped, int) bool{
		respondWith(answer(200, "", yes)),
		respondWith(answer(200, "", yes)),
		respondWith(answer(200, "", `{"ok":false,"error":"user_not_found"}`)),
		respondWith(answer(503, "", "down")),
		respondWith(answer(200, "", "<html>")),
		respondWith("HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{"),
		func(*tapped, int) bool { return false },
		func(c *tapped, _ int) bool { c.reset(); return false },
		hang,
	}
	s := newFaultServer(t, fault{respond: func(c *tapped, n int) bool {
		return moods[turn.Add(1)%int64(len(moods))](c, n)
	}})
	transport := &http.Transport{MaxIdleConnsPerHost: 100, MaxConnsPerHost: 200}
	client, err := api.New("xoxp-one-of-a-thousand", api.WithBaseURL(s.base), api.WithHTTPClient(&http.Client{Transport: transport}))
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	outcomes := map[outcome]int{}
	var group sync.WaitGroup
	for i := range 1000 {
		group.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
			defer cancel()
			var err error
			var answered bool
			if i%2 == 0 {
				answer, callErr := client.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{UserID: "W1"})
				answered, err = answer != nil, callErr
			} else {
				answer, callErr := client.AdminUsersSessionResetBulk(ctx, api.AdminUsersSessionResetBulkRequest{UserIDs: []string{"W1"}})
				answered, err = answer != nil, callErr
			}
			if answered == (err != nil) {
				t.Errorf("an answer and an error, or neither: %v", err)
			}
			mu.Lock()
			defer mu.Unlock()
			outcomes[outcomeOf(err)]++
		})
	}
	group.Wait()
	for _, want := range []outcome{success, refusal, garbled, noAnswer, deadline} {
		if outcomes[want] == 0 {
			t.Errorf("no call of 1,000 ended in %s: %v", want, outcomes)
		}
	}
	transport.CloseIdleConnections()
	s.waitClosed(t)
}

func respondWith(answer string) func(*tapped, int) bool {
	return func(c *tapped, _ int) bool {
		_, err := c.Write([]byte(answer))
		return err == nil
	}
}

// TestHugeAnswersTakeLittleMemory measures all that the rows of the fault table
// with huge answers allocate, garbage and the server's side included. A client
// that reads such an answer whole allocates twice its 100 MB and more.
func TestHugeAnswersTakeLittleMemory(t *testing.T) {
	if !runsAlone(t) {
		return
	}
	const most = 96 << 20
	for _, f := range faults {
		if f.contains != "larger than" {
			continue
		}
		s := newFaultServer(t, f)
		client, err := api.New("xoxp-little-memory", api.WithBaseURL(s.base))
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err = client.AdminUsersSessionReset(context.Background(), api.AdminUsersSessionResetRequest{UserID: "W1"})
		runtime.ReadMemStats(&after)
		if !errors.As(err, new(*api.ResponseError)) {
			t.Errorf("%s: %v", f.name, err)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > most {
			t.Errorf("%s: %d MiB allocated, want %d at most", f.name, took>>20, most>>20)
		}
	}
}
