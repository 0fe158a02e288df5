package people

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// parseUserID returns the user ID that a cell is, in capitals, or nothing. In lower case,
// an ID has a digit, which names such as walter have not.
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

// longID is how long Slack's IDs are at least. A column may be called W2, after a
// form.
const longID = 9

// looksLikeUser says whether a cell of what should be a header is of a person.
func looksLikeUser(cell string) bool {
	return len(cell) >= longID && parseUserID(cell) != "" || isAddress(cell)
}

// isAddress says whether a cell is an e-mail address, without asking too much.
func isAddress(cell string) bool {
	local, domain, ok := strings.Cut(cell, "@")
	return ok && local != "" && domain != "" && len(cell) <= 320 && utf8.ValidString(cell) &&
		!strings.ContainsAny(domain, "@#'") && !strings.ContainsFunc(cell, func(r rune) bool {
		return strings.ContainsRune(`,;:<>()[]"\|`, r) || !unicode.IsPrint(r) || unicode.IsSpace(r)
	})
}

// isEmpty says whether a character is nothing to see, such as the marks that come
// along with pasted text.
func isEmpty(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }

// trim returns a cell without what surrounds it.
func trim(cell string) string { return strings.TrimFunc(cell, isEmpty) }

// quote returns the beginning of a text, to show what was wrong.
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

// notUser says that a cell is neither.
func notUser(cell string) string {
	if !utf8.ValidString(cell) {
		return quote(cell) + " is not in UTF-8; save the file as CSV UTF-8"
	}
	return quote(cell) + " is not a user ID or an address; want one such as W12345678 or zoe@example.com"
}

// list returns names for a sentence, the first ten of them.
func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	const most = 10
	shown := make([]string, 0, most)
	for _, name := range names[:min(most, len(names))] {
		shown = append(shown, quote(name))
	}
	text := strings.Join(shown, ", ")
	if more := len(names) - len(shown); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
