package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seed-38c23bad/slackadmin/api/signout"
)

func plural(n int, thing string) string {
	switch {
	case n == 1:
		return "1 " + thing
	case thing == "person":
		return fmt.Sprintf("%d people", n)
	default:
		return fmt.Sprintf("%d %ss", n, thing)
	}
}

// firstOf returns the first texts, and if there are more, a last text with their number:
// more is its format.
func firstOf(texts []string, most int, more string) []string {
	if n := len(texts) - most; n > 0 {
		return append(slices.Clip(texts[:most]), fmt.Sprintf(more, n))
	}
	return texts
}

// firstLines writes the first lines, and counts the others.
type firstLines struct {
	out     io.Writer
	most, n int
}

func (f *firstLines) printf(format string, args ...any) {
	if f.n++; f.n <= f.most {
		fmt.Fprintf(f.out, format, args...)
	}
}

func (f *firstLines) dropped() int { return max(0, f.n-f.most) }

// truncate returns the first characters of text, with an ellipsis if there are more.
func truncate(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

func mostFrequent(counts map[string]int) []string {
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
}

// formatEstimate returns the estimated time of a number of calls.
func formatEstimate(calls int) string {
	if length := signout.Estimate(calls).Round(time.Second); length > time.Second {
		return "about " + length.String()
	}
	return "a second"
}

func formatExpiry(left time.Duration, at time.Time) string {
	return fmt.Sprintf("in %v, at %s", left.Round(time.Second), at.UTC().Format("2006-01-02 15:04 UTC"))
}

// formatInput counts the rows of an input by what they name. The counts add up.
func formatInput(in *signout.Input, people string) string {
	parts := []string{fmt.Sprintf("%d %s", in.People, people)}
	for _, part := range []struct {
		n    int
		name string
	}{{in.Duplicates, "named before"}, {in.Blank, "blank"}, {in.Invalid, "unreadable"}, {in.NotFound, "not found"}, {in.LeftOut, "left out"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.name))
		}
	}
	return plural(in.Rows, "row") + ": " + strings.Join(parts, ", ")
}
