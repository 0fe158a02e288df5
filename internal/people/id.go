package people

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-38c23bad/slackadmin/internal/printable"
	"github.com/seed-38c23bad/slackadmin/internal/words"
)

// parseUserID returns the user ID in a cell, in capitals, or "". In lower case, an ID must
// have a digit, unlike names such as walter.
func parseUserID(cell string) string {
	if len(cell) < 2 || !strings.ContainsRune("UWuw", rune(cell[0])) {
		return ""
	}
	var digit, upper, lower bool
	for i := range len(cell) {
		switch c := cell[i]; {
		case c >= '0' && c <= '9':
			digit = true
		case c >= 'A' && c <= 'Z':
			upper = true
		case c >= 'a' && c <= 'z':
			lower = true
		default:
			return ""
		}
	}
	if lower && (upper || !digit) {
		return ""
	}
	return strings.ToUpper(cell)
}

// longID is the minimum length of Slack's IDs. A column may have the name W2, after a form.
const longID = 9

// looksLikeUser reports whether a cell of a header is an ID or an address.
func looksLikeUser(cell string) bool {
	return len(cell) >= longID && parseUserID(cell) != "" || isAddress(cell)
}

// isAddress reports whether a cell looks like an e-mail address.
func isAddress(cell string) bool {
	local, domain, ok := strings.Cut(cell, "@")
	return ok && local != "" && domain != "" && len(cell) <= 320 && utf8.ValidString(cell) &&
		!strings.ContainsAny(domain, "@#'") && !strings.ContainsFunc(cell, func(r rune) bool {
		return strings.ContainsRune(`,;:<>()[]"\|`, r) || !unicode.IsPrint(r) || unicode.IsSpace(r)
	})
}

// isEmpty reports whether a character is invisible, such as the marks in pasted text.
func isEmpty(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }

// trim removes invisible characters around a cell.
func trim(cell string) string { return strings.TrimFunc(cell, isEmpty) }

// quote returns the beginning of a text in quotes, for an error.
func quote(s string) string {
	const most = 40
	for i, n := 0, 0; i < len(s); n++ {
		if n == most {
			s = s[:i] + "…"
			break
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return `"` + strings.ReplaceAll(printable.Line(s), `"`, `\"`) + `"`
}

// notUser returns the reason why a cell is not a user.
func notUser(cell string) string {
	if !utf8.ValidString(cell) {
		return quote(cell) + " is not in UTF-8; save the file as CSV UTF-8"
	}
	return quote(cell) + " is not a user ID or an address; want one such as W12345678 or zoe@example.com"
}

// list quotes and joins the first names.
func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quote(name)
	}
	return words.JoinFirst(quoted, 10)
}
