// Package printable keeps text from the network from faking lines of a log or steering a
// terminal.
package printable

import (
	"strings"
	"unicode"
)

// Line returns s as one line of printable characters. White space becomes a
// space; control characters, those that change the direction of text, and bytes
// that are not UTF-8 become question marks.
func Line(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsPrint(r) && r != unicode.ReplacementChar:
			return r
		case unicode.IsSpace(r):
			return ' '
		default:
			return '?'
		}
	}, s)
}
