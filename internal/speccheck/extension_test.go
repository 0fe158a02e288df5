package speccheck

import (
	"maps"
	"regexp"
	"slices"
	"testing"

	"github.com/seed-38c23bad/slackadmin/spec"
)

// TestHeadOfSpec compares the extensions that the head of the spec explains with those
// that Load knows.
func TestHeadOfSpec(t *testing.T) {
	t.Parallel()
	explained := []string{"x-slack-error-codes"} // explained by its comments
	for _, match := range regexp.MustCompile(`(?m)^#   (x-[a-z-]+)`).FindAllSubmatch(spec.YAML, -1) {
		explained = append(explained, string(match[1]))
	}
	slices.Sort(explained)
	if known := slices.Sorted(maps.Keys(extensions)); !slices.Equal(explained, known) {
		t.Errorf("the head of the spec explains\n%q\nwant\n%q", explained, known)
	}
}

func TestEditDistance(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "ab", 2},
		{"ab", "", 2},
		{"abc", "abc", 0},
		{"abc", "abd", 1},
		{"abc", "ab", 1},
		{"ab", "abc", 1},
		{"abc", "bac", 1},
		{"abc", "acb", 1},
		{"requried", "required", 1}, //nolint:misspell // on purpose
		{"kitten", "sitting", 3},
	} {
		if got := EditDistance(test.a, test.b); got != test.want {
			t.Errorf("%q to %q: got %d, want %d", test.a, test.b, got, test.want)
		}
	}
	for most, want := range map[int]string{0: "", 1: "", 2: "items"} {
		if got := nearest("itmse", []string{"info", "items", "tiems"}, most); got != want {
			t.Errorf("nearest with %d edits: got %q, want %q", most, got, want)
		}
	}
}
