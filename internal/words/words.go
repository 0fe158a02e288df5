// Package words returns texts for people: about methods of the spec, and lists.
package words

import (
	"fmt"
	"strings"

	"github.com/seed-38c23bad/slackadmin/internal/slack"
)

// JoinFirst joins the first texts, and says how many more there are.
func JoinFirst(texts []string, most int) string {
	if n := len(texts) - most; n > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(texts[:most], ", "), n)
	}
	return strings.Join(texts, ", ")
}

// Scopes returns the scopes that a token needs, each in quotes. Any one scope of a list is
// enough; separator is between the lists.
func Scopes(all [][]string, quote, separator string) string {
	if len(all) == 0 {
		return "none"
	}
	needed := make([]string, len(all))
	for i, anyOf := range all {
		needed[i] = AnyOf(anyOf, quote)
	}
	return strings.Join(needed, separator)
}

// AnyOf returns scopes of which any one is enough, each in quotes.
func AnyOf(scopes []string, quote string) string {
	return quote + strings.Join(scopes, quote+" or "+quote) + quote
}

// Callers returns who may call a method.
func Callers(isPublic bool, callers []string) string {
	if isPublic {
		return "anyone; no token is sent"
	}
	return strings.Join(callers, ", ")
}

// Rate returns the rate limit of a method.
func Rate(tier string, perMinute int) string {
	if tier != slack.TierSpecial {
		tier = "tier " + tier
	}
	if perMinute == 0 {
		return tier // the rate is not documented
	}
	return tier + ", " + PerMinute(perMinute)
}

// PerMinute returns a number of calls a minute.
func PerMinute(calls int) string {
	if calls == 1 {
		return "about 1 call a minute"
	}
	return fmt.Sprintf("about %d calls a minute", calls)
}

// Idempotent returns whether a method is idempotent.
func Idempotent(isIdempotent, isSafe bool) string {
	switch {
	case isSafe:
		return "yes, it only reads"
	case isIdempotent:
		return "yes"
	default:
		return "no"
	}
}
