package main

import (
	"testing"
	"time"
)

func TestDays(t *testing.T) {
	t.Parallel()
	const hour = time.Hour
	for text, want := range map[string]time.Duration{
		"8h": 8 * hour, "1d": 24 * hour, "30d": 720 * hour, "1d12h": 36 * hour, "0d": 0, "0d1s": time.Second, "100000d": 2_400_000 * hour,
	} {
		var d days
		if err := d.Set(text); err != nil || time.Duration(d) != want {
			t.Errorf("%s: got %v, %v; want %v", text, time.Duration(d), err, want)
		}
	}
	for _, text := range []string{"", "d", "-1d", "100001d", "1d1", "1x", "1.5d", "1d2d"} {
		var d days
		if err := d.Set(text); err == nil && text != "" || time.Duration(d) != 0 {
			t.Errorf("%q: got %v, %v; want an error", text, time.Duration(d), err)
		}
	}
	for length, want := range map[time.Duration]string{
		0: "", 8 * hour: "8h0m0s", 24*hour - 1: "23h59m59.999999999s", 24 * hour: "1d", 36 * hour: "1d12h0m0s", 720 * hour: "30d",
	} {
		d := days(length)
		if got := d.String(); got != want {
			t.Errorf("%v: got %q, want %q", length, got, want)
		}
	}
}
