package main

import (
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// terminalOf returns the terminal behind a stream, or nil.
func terminalOf(stream any) *os.File {
	if r, redacts := stream.(redactor); redacts {
		stream = r.Writer
	}
	file, ok := stream.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return nil
	}
	return file
}

// widthOf returns the number of columns of a terminal; 0 if out is not a terminal, or
// its width is unknown.
func widthOf(out io.Writer) int {
	file := terminalOf(out)
	if file == nil {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// wrap breaks a line between words, so that only a long word is wider than width; 0 is
// no limit.
func wrap(line string, width int) string {
	const indent = "  "
	if width <= len(indent) {
		return line
	}
	var b strings.Builder
	column := 0
	for i, word := range strings.Split(line, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case column+1+n > width:
			b.WriteString("\n" + indent)
			column = len(indent)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	return b.String()
}
