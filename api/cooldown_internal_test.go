package api

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// TestCooldownsAreForgotten counts what is kept of the cooldowns of many tokens
// once they are over.
func TestCooldownsAreForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c cooldowns
		for i := range 10_000 {
			c.start(keyOf("some.method", secret(fmt.Sprintf("xoxp-token-%d", i))), time.Second)
		}
		if got := len(c.all); got != 10_000 {
			t.Fatalf("%d cooldowns, want 10,000", got)
		}
		time.Sleep(time.Hour)
		c.start(keyOf("some.method", "xoxp-another"), time.Second)
		if got := len(c.all); got != 1 {
			t.Errorf("%d cooldowns are kept, want the 1 that is not over", got)
		}
	})
}
