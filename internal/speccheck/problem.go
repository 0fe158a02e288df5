package speccheck

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Problem is one thing that is wrong, as a sentence that says where and what
// would be right.
type Problem struct {
	Line int // of the document
	Text string
}

// An Error is all that is wrong with a document, in the order of its lines.
type Error []Problem

// shown is how many problems are printed, about a screen; the others often come
// of the same mistake.
const shown = 20

func (e Error) Error() string { return e.text("line ") }

// Err returns e in order and without repetitions, nil if there is nothing.
func (e Error) Err() error {
	if len(e) == 0 {
		return nil
	}
	sorted := slices.Clone(e)
	slices.SortStableFunc(sorted, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return slices.Compact(sorted)
}

// In returns err with the name of the file that the document was read from, so
// that a terminal or an editor can follow each FILE:LINE.
func In(file string, err error) error {
	var all Error
	if errors.As(err, &all) {
		return errors.New(all.text(file + ":"))
	}
	return fmt.Errorf("%s: %w", file, err)
}

// text returns the first problems, the line of each after prefix.
func (e Error) text(prefix string) string {
	var lines []string
	for _, p := range e[:min(shown, len(e))] {
		lines = append(lines, fmt.Sprintf("%s%d: %s", prefix, p.Line, p.Text))
	}
	if more := len(e) - shown; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n")
}
