package main

import (
	"io"
	"os"
	"regexp"
	"strings"
)

// minPart is the minimum length of a part of a token that is redacted.
const minPart = 12

// anyToken matches every token of Slack's.
var anyToken = regexp.MustCompile(`\b(xox[a-z](\.xox[a-z])?|xapp)-[A-Za-z0-9-]{10,}`)

const redacted = "[token redacted]"

// redact returns text without SLACK_TOKEN, parts of it, and other tokens. It keeps digits
// alone, because IDs consist of digits too.
func redact(text string) string {
	return anyToken.ReplaceAllString(redactParts(text, strings.TrimSpace(os.Getenv("SLACK_TOKEN"))), redacted)
}

func redactParts(text, token string) string {
	var b strings.Builder
	rest := 0 // where the text begins that is not yet in b
	for at := 0; at+minPart <= len(text) && len(token) >= minPart; {
		end := at + minPart
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

// hasToken reports whether text contains SLACK_TOKEN or a part of it.
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
