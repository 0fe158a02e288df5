package main

import (
	"slices"
	"testing"
)

func TestUsers(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{
		0:    "it takes 1 to 1000 user IDs, such as W12345678, not 0",
		1:    "",
		1000: "",
		1001: "it takes 1 to 1000 user IDs, such as W12345678, not 1001; slackadmin sessions plan takes any number",
	} {
		got := ""
		if err := users(nil, slices.Repeat([]string{"W1"}, n)); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}
