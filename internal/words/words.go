// Package words says for people what the spec says of a method.
package words

import (
	"fmt"
	"strings"
)

// Scopes returns the scopes that a token needs, each between quotes, with a
// separator between those of one list, of which any one will do, and the next.
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

// AnyOf returns scopes of which any one will do, each between quotes.
func AnyOf(scopes []string, quote string) string {
	return quote + strings.Join(scopes, quote+" or "+quote) + quote
}

// Callers returns whose tokens a method takes.
func Callers(isPublic bool, callers []string) string {
	if isPublic {
		return "anyone; no token is sent"
	}
	return strings.Join(callers, ", ")
}

// Rate returns how often a method of a tier may be called.
func Rate(tier string, perMinute int) string {
	if tier != "special" {
		tier = "tier " + tier
	}
	if perMinute == 0 {
		return tier // Slack does not say
	}
	return tier + ", " + PerMinute(perMinute)
}

// PerMinute returns how many calls Slack allows.
func PerMinute(calls int) string {
	if calls == 1 {
		return "about 1 call a minute"
	}
	return fmt.Sprintf("about %d calls a minute", calls)
}

// Idempotent returns whether a repeat has the effect of one call.
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
