package main

import (
	"testing"
	"time"
)

func TestDays(t *testing.T) {
	t.Parallel()
	const hour = time.Hour
	for text, want := range map[string]time.Duration{
		"8h": 8 * hour, "1d": 24 * hour, "30d": 720 * hour, "1d12h": 36 * hour, "0d": 0, "1w": 168 * hour, "1w2d3h": 219 * hour, "2w12h": 348 * hour, "-1h": -hour, "0d1s": time.Second, "100000d": 2_400_000 * hour,
	} {
		var d days
		if err := d.Set(text); err != nil || time.Duration(d) != want {
			t.Errorf("%s: got %v, %v; want %v", text, time.Duration(d), err, want)
		}
	}
	for _, text := range []string{"", "d", "-1d", "100001d", "1d1", "1x", "1.5d", "1d2d", "1d1w", "1w-1h", "14286w", "1"} {
		var d days
		if err := d.Set(text); err == nil && text != "" || time.Duration(d) != 0 {
			t.Errorf("%q: got %v, %v; want an error", text, time.Duration(d), err)
		}
	}
	for length, want := range map[time.Duration]string{
		0: "", 8 * hour: "8h", 24*hour - 1: "23h59m59.999999999s", 24 * hour: "1d", 36 * hour: "1d12h", 720 * hour: "30d",
		168 * hour: "1w", 192 * hour: "8d", 336 * hour: "2w", 90 * time.Minute: "1h30m", time.Minute: "1m", 10*hour + time.Second: "10h0m1s", 20 * hour: "20h", -hour: "-1h",
	} {
		d := days(length)
		if got := d.String(); got != want {
			t.Errorf("%v: got %q, want %q", length, got, want)
		}
	}
}
