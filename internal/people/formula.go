package people

import (
	"regexp"
	"strings"
)

// isFormula says whether a spreadsheet would run a value, or would once an
// apostrophe is taken away.
func isFormula(value string) bool {
	first := strings.TrimLeft(value, " '")
	return first != "" && strings.IndexAny(first, "=+-@＝＋－＠") == 0
}

// inside is where a formula begins if a spreadsheet separates by something else than
// commas, as it does where a comma is the decimal sign.
var inside = regexp.MustCompile(`([;|\t] *)([=+\-@＝＋－＠])`)

// EscapeFormula returns a value of a CSV file with an apostrophe in front of what a
// spreadsheet would run as a formula, as OWASP advises.
func EscapeFormula(value string) string {
	value = inside.ReplaceAllString(value, "$1'$2")
	if isFormula(value) {
		return "'" + value
	}
	return value
}

// unescapeFormula takes the apostrophe of EscapeFormula in front away.
func unescapeFormula(value string) string {
	if strings.HasPrefix(value, "'") && isFormula(value) {
		return value[1:]
	}
	return value
}
