package words_test

import (
	"testing"

	"github.com/seed-38c23bad/slackadmin/internal/words"
)

func TestScopes(t *testing.T) {
	t.Parallel()
	all := [][]string{{"a", "b"}, {"c"}}
	for _, test := range []struct{ got, want string }{
		{words.Scopes(nil, "`", "; "), "none"},
		{words.Scopes(all, "", ", "), "a or b, c"},
		{words.Scopes(all, "`", "; "), "`a` or `b`; `c`"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

func TestCallers(t *testing.T) {
	t.Parallel()
	if got, want := words.Callers(true, []string{"admin"}), "anyone; no token is sent"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := words.Callers(false, []string{"member", "bot"}), "member, bot"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRate(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		tier      string
		perMinute int
		want      string
	}{
		{"2", 20, "tier 2, about 20 calls a minute"},
		{"1", 1, "tier 1, about 1 call a minute"},
		{"special", 0, "special"},
		{"special", 2, "special, about 2 calls a minute"},
	} {
		if got := words.Rate(test.tier, test.perMinute); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func TestIdempotent(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		idempotent, safe bool
		want             string
	}{
		{false, false, "no"}, {true, false, "yes"}, {true, true, "yes, it only reads"},
	} {
		if got := words.Idempotent(test.idempotent, test.safe); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func TestJoinFirst(t *testing.T) {
	t.Parallel()
	for most, want := range map[int]string{0: " and 3 more", 2: "a, b and 1 more", 3: "a, b, c", 4: "a, b, c"} {
		if got := words.JoinFirst([]string{"a", "b", "c"}, most); got != want {
			t.Errorf("%d: got %q, want %q", most, got, want)
		}
	}
}
