package speccheck

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Problem is an error in the document.
type Problem struct {
	Line int    // in the document
	Text string // names the element, what is wrong and the remedy
}

// An Error is a list of problems, in the order of their lines.
type Error []Problem

// maxPrinted is how many problems are printed, about a screen. One mistake often
// causes several problems.
const maxPrinted = 20

// Error returns the problems without their lines, because the document may not be
// written yet. [WithFile] adds the lines.
func (e Error) Error() string {
	return e.text(func(Problem) string { return "" })
}

// Err returns e sorted and without repetitions, or nil if e is empty.
func (e Error) Err() error {
	if len(e) == 0 {
		return nil
	}
	sorted := slices.Clone(e)
	slices.SortStableFunc(sorted, func(a, b Problem) int { return cmp.Or(cmp.Compare(a.Line, b.Line), strings.Compare(a.Text, b.Text)) })
	return slices.Compact(sorted)
}

// WithFile adds FILE:LINE to each problem of err, which terminals and editors
// follow.
func WithFile(file string, err error) error {
	var all Error
	if errors.As(err, &all) {
		return errors.New(all.text(func(p Problem) string { return fmt.Sprintf("%s:%d: ", file, p.Line) }))
	}
	return fmt.Errorf("%s: %w", file, err)
}

// text returns the first problems, each after its prefix.
func (e Error) text(prefix func(Problem) string) string {
	var lines []string
	for _, p := range e[:min(maxPrinted, len(e))] {
		lines = append(lines, prefix(p)+p.Text)
	}
	if more := len(e) - maxPrinted; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n")
}
