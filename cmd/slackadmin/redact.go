package main

import (
	"io"
	"os"
	"regexp"
	"strings"
)

// leastPart is how long a part of a token is at least that is not to be shown.
const leastPart = 12

// anyToken is what a token of Slack's looks like, whosever it is.
var anyToken = regexp.MustCompile(`\b(xox[a-z](\.xox[a-z])?|xapp)-[A-Za-z0-9-]{10,}`)

const redacted = "[token redacted]"

// redact returns text without SLACK_TOKEN, parts of it, and what looks like another
// token. Digits alone are no part of it, for IDs are of digits, too.
func redact(text string) string {
	return anyToken.ReplaceAllString(redactParts(text, strings.TrimSpace(os.Getenv("SLACK_TOKEN"))), redacted)
}

func redactParts(text, token string) string {
	var b strings.Builder
	rest := 0 // what is not yet in b begins here
	for at := 0; at+leastPart <= len(text) && len(token) >= leastPart; {
		end := at + leastPart
		if !strings.Contains(token, text[at:end]) {
			at++
			continue
		}
		for end < len(text) && strings.Contains(token, text[at:end+1]) {
			end++
		}
		if strings.Trim(text[at:end], "0123456789") != "" {
			b.WriteString(text[rest:at] + redacted)
			rest = end
		}
		at = end
	}
	return b.String() + text[rest:]
}

// hasToken reports whether SLACK_TOKEN or a part of it is in text.
func hasToken(text string) bool {
	return redactParts(text, strings.TrimSpace(os.Getenv("SLACK_TOKEN"))) != text
}

// A redactor redacts tokens in everything that is written to its Writer.
type redactor struct{ io.Writer }

func (r redactor) Write(p []byte) (int, error) {
	if _, err := io.WriteString(r.Writer, redact(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}
