package api

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// TestSchedulesAreDropped counts the schedules that are kept of many tokens once they are
// no longer needed.
func TestSchedulesAreDropped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var p pacer
		for i := range 1_000 {
			p.block(newScheduleKey("some.method", secret(fmt.Sprintf("xoxp-token-%d", i))), time.Second)
		}
		if got := len(p.schedules); got != 1_000 {
			t.Fatalf("the schedules of %d tokens, want 1,000", got)
		}
		time.Sleep(time.Hour)
		p.block(newScheduleKey("some.method", "xoxp-another"), time.Second)
		if got := len(p.schedules); got != 1 {
			t.Errorf("the schedules of %d tokens are kept, want that of 1", got)
		}
	})
}

// TestOldSlotsAreDropped counts the slots that are kept of one token.
func TestOldSlotsAreDropped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := pacer{always: true}
		key := newScheduleKey("some.method", "xoxp-one")
		for range 1_000 {
			_, wait, _ := p.reserve(key, 3*time.Second, time.Hour)
			time.Sleep(wait)
		}
		if got := len(p.schedules[key].slots); got > 25 {
			t.Errorf("%d slots are kept, want those of a minute", got)
		}
	})
}
