package people

import "strings"

// isFormula says whether a spreadsheet would run a value, or would once an
// apostrophe is taken away.
func isFormula(value string) bool {
	first := strings.TrimLeft(value, " '")
	return first != "" && strings.IndexAny(first, "=+-@＝＋－＠") == 0
}

// formula returns a value with an apostrophe in front where it needs one, as OWASP
// advises.
func formula(value string) string {
	if isFormula(value) {
		return "'" + value
	}
	return value
}

// unformula takes the apostrophe of formula away.
func unformula(value string) string {
	if strings.HasPrefix(value, "'") && isFormula(value) {
		return value[1:]
	}
	return value
}
