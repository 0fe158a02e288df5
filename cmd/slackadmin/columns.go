package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

type column struct {
	title string
	width int // of all but a few values; 0 for that of the widest value
	rank  int // a narrow terminal drops the highest ranks first, and never rank 0
}

// columns are the columns of a table that fit a terminal; all if there is none.
type columns struct {
	all    []column
	shown  []int
	width  int // of the terminal; 0 if there is none
	headed bool
}

const columnGap = 2

// printTable prints a table. hint says how to see columns that do not fit.
func (o *output) printTable(cmd *cobra.Command, all []column, rows [][]string, hint string) error {
	setWidths(all, rows)
	return o.fitColumns(cmd, all, hint).write(cmd.OutOrStdout(), rows)
}

// fitColumns returns the columns that fit the terminal, and notifies of the others.
func (o *output) fitColumns(cmd *cobra.Command, all []column, hint string) *columns {
	t := fitting(all, widthOf(cmd.OutOrStdout()))
	var dropped []string
	for i := range all {
		if !slices.Contains(t.shown, i) {
			dropped = append(dropped, all[i].title)
		}
	}
	if len(dropped) > 0 {
		o.notify(cmd, fmt.Sprintf("%d columns are too few for %s; %s", t.width, strings.Join(dropped, ", "), hint))
	}
	return t
}

// fitting returns the columns that fit a width, the lowest ranks first.
func fitting(all []column, width int) *columns {
	t := &columns{all: all, width: width}
	byRank := make([]int, len(all))
	for i := range byRank {
		byRank[i] = i
	}
	slices.SortStableFunc(byRank, func(a, b int) int { return all[a].rank - all[b].rank })
	used := -columnGap
	for _, i := range byRank {
		if width == 0 || all[i].rank == 0 || used+columnGap+all[i].width <= width {
			used += columnGap + all[i].width
			t.shown = append(t.shown, i)
		}
	}
	slices.Sort(t.shown)
	return t
}

// write writes rows; the first time, it writes the titles before them.
func (t *columns) write(out io.Writer, rows [][]string) error {
	var b strings.Builder
	if !t.headed {
		t.headed = true
		titles := make([]string, len(t.all))
		for i := range titles {
			titles[i] = t.all[i].title
		}
		b.WriteString(t.line(titles))
	}
	for _, row := range rows {
		b.WriteString(t.line(row))
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// line returns the line of a row, which has a value for each of all columns.
func (t *columns) line(row []string) string {
	cells := make([]string, len(t.shown))
	for at, i := range t.shown {
		cells[at] = fmt.Sprintf("%-*s", t.all[i].width, row[i])
	}
	line := strings.TrimRight(printable.Line(strings.Join(cells, strings.Repeat(" ", columnGap))), " ")
	if t.width > 0 && utf8.RuneCountInString(line) > t.width {
		line = truncate(line, t.width-1)
	}
	return line + "\n"
}

// setWidths makes columns without a width as wide as their widest value.
func setWidths(all []column, rows [][]string) {
	for i := range all {
		if all[i].width > 0 {
			continue
		}
		all[i].width = utf8.RuneCountInString(all[i].title)
		for _, row := range rows {
			all[i].width = max(all[i].width, utf8.RuneCountInString(row[i]))
		}
	}
}
