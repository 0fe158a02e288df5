package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// A column of a table for people.
type column struct {
	title string
	width int // of all but a few values
	rank  int // how soon it is left out of a narrow terminal; 0 is never
}

// columns are those of a table that a terminal has room for; all if it goes elsewhere.
type columns struct {
	all   []column
	shown []int
	width int // of the terminal, 0 if there is none
}

// gap is between two columns.
const gap = 2

// fit chooses the columns, and tells s which are left out, and where they are.
func (s *speech) fit(out, stderr io.Writer, all []column, elsewhere string) *columns {
	t := fitting(all, widthOf(out))
	var without []string
	for i := range all {
		if !slices.Contains(t.shown, i) {
			without = append(without, all[i].title)
		}
	}
	if len(without) > 0 {
		s.say(stderr, fmt.Sprintf("%d columns are too few for %s; %s", t.width, strings.Join(without, ", "), elsewhere))
	}
	return t
}

// fitting returns the columns that a width has room for, those of the least rank first.
func fitting(all []column, width int) *columns {
	t := &columns{all: all, width: width}
	byRank := make([]int, len(all))
	for i := range byRank {
		byRank[i] = i
	}
	slices.SortStableFunc(byRank, func(a, b int) int { return all[a].rank - all[b].rank })
	taken := -gap
	for _, i := range byRank {
		if width == 0 || all[i].rank == 0 || taken+gap+all[i].width <= width {
			taken += gap + all[i].width
			t.shown = append(t.shown, i)
		}
	}
	slices.Sort(t.shown)
	return t
}

// header returns the line of the titles.
func (t *columns) header() string {
	titles := make([]string, len(t.all))
	for i := range titles {
		titles[i] = t.all[i].title
	}
	return t.line(titles...)
}

// line returns a line of values, one for each of all columns.
func (t *columns) line(values ...string) string {
	cells := make([]string, len(t.shown))
	for at, i := range t.shown {
		cells[at] = fmt.Sprintf("%-*s", t.all[i].width, values[i])
	}
	line := strings.TrimRight(printable.Line(strings.Join(cells, strings.Repeat(" ", gap))), " ")
	if t.width > 0 && utf8.RuneCountInString(line) > t.width {
		line = string([]rune(line)[:t.width-1]) + "…"
	}
	return line + "\n"
}

// widen makes columns as wide as their widest value.
func widen(all []column, rows [][]string) {
	for i := range all {
		all[i].width = utf8.RuneCountInString(all[i].title)
		for _, row := range rows {
			all[i].width = max(all[i].width, utf8.RuneCountInString(row[i]))
		}
	}
}
