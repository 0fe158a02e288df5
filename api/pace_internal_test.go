package api

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// TestTurnsAreForgotten counts what is kept of the turns of many tokens once they
// count no more.
func TestTurnsAreForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var p pace
		for i := range 1_000 {
			p.hold(keyOf("some.method", secret(fmt.Sprintf("xoxp-token-%d", i))), time.Second)
		}
		if got := len(p.all); got != 1_000 {
			t.Fatalf("the turns of %d tokens, want 1,000", got)
		}
		time.Sleep(time.Hour)
		p.hold(keyOf("some.method", "xoxp-another"), time.Second)
		if got := len(p.all); got != 1 {
			t.Errorf("the turns of %d tokens are kept, want those of 1", got)
		}
	})
}

// TestOldTurnsAreForgotten counts what is kept of the turns of one token.
func TestOldTurnsAreForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := pace{always: true}
		key := keyOf("some.method", "xoxp-one")
		for range 1_000 {
			_, wait, _ := p.take(key, 3*time.Second, time.Hour)
			time.Sleep(wait)
		}
		if got := len(p.all[key].given); got > 25 {
			t.Errorf("%d turns are kept, want those of a minute", got)
		}
	})
}
