package people

import (
	"regexp"
	"strings"
)

// isFormula reports whether a spreadsheet would run a value, or would without its
// apostrophe.
func isFormula(value string) bool {
	first := strings.TrimLeft(value, " '")
	return first != "" && strings.IndexAny(first, "=+-@＝＋－＠") == 0
}

// innerFormula matches the start of a formula in a spreadsheet that separates by another
// character than the comma, such as where the comma is the decimal sign.
var innerFormula = regexp.MustCompile(`([;|\t] *)([=+\-@＝＋－＠])`)

// EscapeFormula returns a value of a CSV file with an apostrophe in front of a formula, as
// OWASP advises.
func EscapeFormula(value string) string {
	value = innerFormula.ReplaceAllString(value, "$1'$2")
	if isFormula(value) {
		return "'" + value
	}
	return value
}

// unescapeFormula removes the first apostrophe of EscapeFormula.
func unescapeFormula(value string) string {
	if strings.HasPrefix(value, "'") && isFormula(value) {
		return value[1:]
	}
	return value
}
