package slacktest

import (
	"testing"
	"time"
)

// TestWindows counts calls at some seconds, of which two are allowed a minute.
func TestWindows(t *testing.T) {
	t.Parallel()
	type call struct{ at, wait int } // in seconds
	for window, calls := range map[Window][]call{
		Fixed:   {{0, 0}, {10, 0}, {20, 40}, {59, 1}, {60, 0}, {61, 0}, {62, 58}, {119, 1}, {120, 0}},
		Sliding: {{0, 0}, {30, 0}, {40, 20}, {59, 1}, {60, 0}, {61, 29}, {89, 1}, {90, 0}, {91, 29}, {200, 0}, {200, 0}, {200, 60}},
		Strict:  {{0, 0}, {10, 0}, {20, 50}, {30, 50}, {79, 11}, {90, 0}, {91, 59}},
		Bucket:  {{0, 0}, {0, 0}, {0, 30}, {15, 15}, {30, 0}, {31, 29}, {200, 0}, {200, 0}, {200, 30}},
	} {
		start := time.Now()
		count := window.counter(2)
		for i, call := range calls {
			got := count(start.Add(time.Duration(call.at) * time.Second))
			if want := time.Duration(call.wait) * time.Second; got.Round(time.Millisecond) != want {
				t.Errorf("%s: call %d, after %d s, has to wait %v, want %v", window, i+1, call.at, got, want)
			}
		}
	}
}
