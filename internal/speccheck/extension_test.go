package speccheck

import (
	"maps"
	"regexp"
	"slices"
	"testing"

	"github.com/seed-38c23bad/slackadmin/spec"
)

// TestTheHeadOfTheSpecNamesEachExtension compares what is explained there with
// what is known.
func TestTheHeadOfTheSpecNamesEachExtension(t *testing.T) {
	t.Parallel()
	explained := []string{"x-slack-error-codes"} // at its own place
	for _, match := range regexp.MustCompile(`(?m)^#   (x-[a-z-]+)`).FindAllSubmatch(spec.YAML, -1) {
		explained = append(explained, string(match[1]))
	}
	slices.Sort(explained)
	if known := slices.Sorted(maps.Keys(extensions)); !slices.Equal(explained, known) {
		t.Errorf("the head of the spec explains\n%q\nwant\n%q", explained, known)
	}
}

// TestTheGrammarIsWhole looks for kinds that it names and does not have.
func TestTheGrammarIsWhole(t *testing.T) {
	t.Parallel()
	words := regexp.MustCompile(`[a-z]+`)
	var values []string
	for kind, o := range grammar() {
		if kinds[kind] == "" {
			t.Errorf("%s has no name for messages", kind)
		}
		values = slices.AppendSeq(values, maps.Values(o.keys))
	}
	for name, e := range extensions {
		values = append(values, e.value)
		for _, kind := range e.of {
			if kinds[kind] == "" {
				t.Errorf("%s belongs in %s, which is no kind", name, kind)
			}
		}
	}
	for _, value := range values {
		for _, word := range words.FindAllString(value, -1) {
			if _, isKind := grammar()[word]; !isKind && !slices.Contains([]string{"any", "text", "bool", "number", "count", "type", "version", "pattern"}, word) {
				t.Errorf("%s is no kind", word)
			}
		}
	}
}

func TestDistance(t *testing.T) {
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
		if got := Distance(test.a, test.b); got != test.want {
			t.Errorf("%q to %q: got %d, want %d", test.a, test.b, got, test.want)
		}
	}
	for most, want := range map[int]string{0: "", 1: "", 2: "items"} {
		if got := nearest("itmse", []string{"info", "items", "tiems"}, most); got != want {
			t.Errorf("nearest with %d edits: got %q, want %q", most, got, want)
		}
	}
}
