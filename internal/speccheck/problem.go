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

// Error leaves the lines out, for the document may be one that is yet to be
// written; [In] has them.
func (e Error) Error() string {
	return e.text(func(Problem) string { return "" })
}

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
		return errors.New(all.text(func(p Problem) string { return fmt.Sprintf("%s:%d: ", file, p.Line) }))
	}
	return fmt.Errorf("%s: %w", file, err)
}

// text returns the first problems, each after what prefix returns for it.
func (e Error) text(prefix func(Problem) string) string {
	var lines []string
	for _, p := range e[:min(shown, len(e))] {
		lines = append(lines, prefix(p)+p.Text)
	}
	if more := len(e) - shown; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n")
}
