package signout

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// section returns what is under a heading of FORMAT.md.
func section(t *testing.T, heading string) string {
	t.Helper()
	page, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(page), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("FORMAT.md has no section %s", heading)
	}
	rest, _, _ = strings.Cut(rest, "\n## ")
	return rest
}

// quoted returns what is in backquotes in a text.
func quoted(text string) (words []string) {
	for _, match := range regexp.MustCompile("`([a-z_0-9]+)`").FindAllStringSubmatch(text, -1) {
		words = append(words, match[1])
	}
	return words
}

// firstCells returns what is in backquotes in the first cell of each row of tables.
func firstCells(text string) (words []string) {
	for line := range strings.Lines(text) {
		if cells := strings.Split(line, "|"); len(cells) > 2 {
			words = append(words, quoted(cells[1])...)
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// jsonNames returns the JSON names of the fields of a struct.
func jsonNames(value any) (names []string) {
	typ := reflect.TypeOf(value)
	for i := range typ.NumField() {
		name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// TestFormatMatchesTheCode compares FORMAT.md with the code.
func TestFormatMatchesTheCode(t *testing.T) {
	t.Parallel()
	for heading, want := range map[string][]string{
		"Header": jsonNames(Header{}),
		"Rows":   append(jsonNames(Row{}), jsonNames(Session{})...),
	} {
		slices.Sort(want)
		want = slices.Compact(want)
		if got := firstCells(section(t, heading)); !slices.Equal(got, want) {
			t.Errorf("%s: FORMAT.md has the fields %q, the code %q", heading, got, want)
		}
	}
	for _, field := range jsonNames(Input{}) {
		if !slices.Contains(quoted(section(t, "Header")), field) {
			t.Errorf("FORMAT.md does not describe the field %q of input", field)
		}
	}
	events := section(t, "Events")
	said := append(quoted(events), quoted(section(t, "Seal"))...)
	for _, field := range append(jsonNames(event{}), jsonNames(Sums{})...) {
		if !slices.Contains(said, field) {
			t.Errorf("FORMAT.md does not describe the field %q of an event", field)
		}
	}
	want := []string{
		eventStart, eventIntent, eventResult, eventRetry, eventEnd, string(outcomeOK), string(outcomePartial), string(outcomeRejected),
		string(outcomeAbsent), string(outcomeSplit), string(outcomeDeferred), string(outcomeUnanswered),
	}
	slices.Sort(want)
	if got := firstCells(events); !slices.Equal(got, want) {
		t.Errorf("FORMAT.md has the events and outcomes %q, the code %q", got, want)
	}
}

// TestNoWordHasTwoMeanings compares outcomes of attempts, states of rows and statuses.
func TestNoWordHasTwoMeanings(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, word := range []string{
		string(outcomeOK), string(outcomePartial), string(outcomeRejected), string(outcomeAbsent), string(outcomeSplit), string(outcomeDeferred), string(outcomeUnanswered),
		string(StateLeft), string(StateDone), string(StateAlreadyEnded), string(StateRefused), string(StateUnknown), string(StateLeftOut),
		string(Gone), string(SignedInAgain), string(StillThere), string(MayBeThere), string(NotSeen), string(NotChecked),
	} {
		if seen[word] {
			t.Errorf("%q means two things", word)
		}
		seen[word] = true
	}
}
