package main

import (
	"slices"
	"testing"
)

func TestUserIDArgs(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{
		0:    "want 1 to 1000 user IDs, such as W12345678, not 0",
		1:    "",
		1000: "",
		1001: "want 1 to 1000 user IDs, such as W12345678, not 1001; slackadmin sessions plan takes any number",
	} {
		got := ""
		if err := userIDArgs(nil, slices.Repeat([]string{"W1"}, n)); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

func TestParseSessionID(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"1112275520242":       1112275520242,
		"9223372036854775807": 9223372036854775807, // the highest that 64 bits hold
		"9223372036854775808": 0,
		"0":                   0,
		"-1":                  0,
		"1e3":                 0,
		"":                    0,
	} {
		if got, err := parseSessionID(text); got != want || (err == nil) != (want > 0) {
			t.Errorf("%q: got %d, %v; want %d", text, got, err, want)
		}
	}
}
