package main

import (
	"testing"
	"time"

	"github.com/seed-38c23bad/slackadmin/api/signout"
)

func TestRedactParts(t *testing.T) {
	t.Parallel()
	const token = "made-1234567890123-abcdefghijkl"
	for text, want := range map[string]string{
		"":                   "",
		"a " + token + " b":  "a [token redacted] b",
		token + token:        "[token redacted][token redacted]",
		token[:12]:           "[token redacted]",
		"y" + token[3:16]:    "y[token redacted]",
		token[:11]:           token[:11],
		"abcdefghijk":        "abcdefghijk",
		"id 1234567890123 .": "id 1234567890123 .",
		"23-abcdefghijkl":    "[token redacted]",
		"ä" + token + "ä":    "ä[token redacted]ä",
	} {
		if got := redactParts(text, token); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	for _, none := range []string{"", "short"} {
		if got := redactParts("a short text of some length", none); got != "a short text of some length" {
			t.Errorf("with the token %q: got %q", none, got)
		}
	}
}

// TestTokenExpiry says when a token expires, and whether that is too early.
func TestTokenExpiry(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 22, 30, 0, 0, time.UTC)
	for want, p := range map[string]signout.Progress{
		"": {Calls: 1000},
		"the token expires in 2h0m0s, at 2026-03-02 00:30 UTC":                                                                        {Calls: 1000, Expires: now.Add(2 * time.Hour)},
		"the token expires in 30m0s, at 2026-03-01 23:00 UTC, and 1000 calls take about 50m33s: continue afterwards with a new token": {Calls: 1000, Expires: now.Add(30 * time.Minute)},
	} {
		if got := tokenExpiry(p, now); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
