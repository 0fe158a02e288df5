package main

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

const undescribed = speccheck.Undescribed

var (
	linkPattern     = regexp.MustCompile(`\[([^\]]+)\]\([^)]*\)`)
	emphasisPattern = regexp.MustCompile("\\*\\*|`+")
	seePattern      = regexp.MustCompile(`(^|[.!?] )See [^.]*(\.[a-z][^.]*)*\.( |$)`) // a link without its target
	stopPattern     = regexp.MustCompile(`\.\)\.`)
	asidePattern    = regexp.MustCompile(`(?i)[\s,;]*\(?\bsee (the )?[^.]*\bbelow\b[^.)]*\)?\.?`)
)

// paragraph returns the first paragraph of a text of the reference on one line,
// without Markdown.
func paragraph(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(redact(text)), "\n\n")
	if links := linkPattern.ReplaceAllString(text, "$1"); links != text {
		text = strings.TrimSpace(seePattern.ReplaceAllString(links+".", "$1"))
		text = strings.TrimSuffix(text, ".") // sentence adds one
	}
	text = emphasisPattern.ReplaceAllString(text, "")
	text = asidePattern.ReplaceAllString(text, "")
	text = stopPattern.ReplaceAllString(text, ".)")
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// sentence returns the first paragraph of a text as a sentence.
func sentence(text string) string {
	text = paragraph(text)
	if text == "" {
		return undescribed
	}
	first, size := utf8.DecodeRuneInString(text)
	if word, _, _ := strings.Cut(text, " "); !strings.ContainsAny(word, "_.=/") {
		text = string(unicode.ToUpper(first)) + text[size:]
	}
	if !strings.ContainsAny(text[len(text)-1:], ".!?:") && !strings.HasSuffix(text, ".)") {
		text += "."
	}
	return text
}

// secondVerbPattern matches the second verb of a summary, of those in the reference.
var secondVerbPattern = regexp.MustCompile(`\b(and|or) (define|delete|disable|downgrade|enable|include|remove|resume|revoke|unarchive|update)\b`)

var imperativePattern = regexp.MustCompile(`^[A-Z][a-z]*[a-rt-z]\b`)

// summary splits a method's description into the first sentence and the rest. Docs put
// the method's name before the sentence, so "List users" becomes "Lists users".
func summary(text string) (first, rest string) {
	first = sentence(text)
	for i := range len(first) - 1 {
		if first[i:i+2] == ". " && !strings.HasSuffix(first[:i], "e.g") && !strings.HasSuffix(first[:i], "i.e") {
			first, rest = first[:i+1], first[i+2:]
			break
		}
	}
	first = secondVerbPattern.ReplaceAllString(first, "$1 ${2}s")
	verb := imperativePattern.FindString(first)
	switch {
	case verb == "" || notVerbs[verb] || strings.HasSuffix(verb, "ly") || strings.HasSuffix(verb, "ed") || strings.HasPrefix(first[len(verb):], "-"):
		return first, rest
	case verb == "Lookup":
		return "Looks up" + first[len(verb):], rest
	case strings.HasSuffix(verb, "ch"), strings.HasSuffix(verb, "sh"), strings.HasSuffix(verb, "x"), strings.HasSuffix(verb, "o"):
		return verb + "es" + first[len(verb):], rest
	case strings.HasSuffix(verb, "y") && !strings.ContainsAny(verb[len(verb)-2:len(verb)-1], "aeiou"):
		return verb[:len(verb)-1] + "ies" + first[len(verb):], rest
	default:
		return verb + "s" + first[len(verb):], rest
	}
}

var notVerbs = map[string]bool{
	"A": true, "After": true, "All": true, "An": true, "Before": true, "Deprecated": true, "For": true, "From": true,
	"If": true, "In": true, "It": true, "Legacy": true, "Not": true, "On": true, "The": true, "This": true, "To": true, "When": true, "With": true, "You": true,
}
