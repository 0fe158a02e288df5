package main

import "testing"

func TestWrap(t *testing.T) {
	t.Parallel()
	const line = "slackadmin: W9: user_not_found: check the user ID"
	for width, want := range map[int]string{
		0:  line,
		49: line,
		48: "slackadmin: W9: user_not_found: check the user\n  ID",
		20: "slackadmin: W9:\n  user_not_found:\n  check the user ID",
		12: "slackadmin:\n  W9:\n  user_not_found:\n  check the\n  user ID",
		2:  line,
	} {
		if got := wrap(line, width); got != want {
			t.Errorf("%d: got %q, want %q", width, got, want)
		}
	}
}
