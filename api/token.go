package api

import (
	"errors"
	"fmt"
	"hash/maphash"
	"regexp"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// A secret is a token that a response may contain, because it was sent.
type secret string

// minSecretLen is the shortest secret that is redacted. Slack's tokens are longer, and a
// shorter text may be part of ordinary words.
const minSecretLen = 8

const redactedMark = "[token redacted]"

// redact replaces the token in text, also where its characters are escaped as in URLs,
// JSON or HTML.
func (s secret) redact(text string) string {
	if len(s) < minSecretLen {
		return text
	}
	text = strings.ReplaceAll(text, string(s), redactedMark)
	if !strings.ContainsAny(text, `%\&`) {
		return text
	}
	return s.escaped().ReplaceAllLiteralString(text, redactedMark)
}

// lastPattern caches the pattern of one token, because one error has many texts.
var lastPattern atomic.Pointer[tokenPattern]

type tokenPattern struct {
	hash    uint64
	pattern *regexp.Regexp
}

// escaped returns a pattern that matches the token with any of its characters escaped.
func (s secret) escaped() *regexp.Regexp {
	hash := maphash.String(tokenSeed, string(s))
	if last := lastPattern.Load(); last != nil && last.hash == hash {
		return last.pattern
	}
	var expr strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&expr, `(?:%[1]s|\\%[1]s|(?i:%%%02[2]x|\\(?:u00|x)%02[2]x|&#(?:%[2]d|x%[2]x);))`, regexp.QuoteMeta(string(c)), c)
	}
	pattern := regexp.MustCompile(expr.String())
	lastPattern.Store(&tokenPattern{hash, pattern})
	return pattern
}

// clip returns at most the first maxBytes of text, redacted, without cutting a character.
func (s secret) clip(text string, maxBytes int) string {
	text = s.redact(text)
	if len(text) <= maxBytes {
		return text
	}
	for minCut := maxBytes - utf8.UTFMax; maxBytes > minCut && !utf8.RuneStart(text[maxBytes]); maxBytes-- {
	}
	return strings.Clone(text[:maxBytes])
}

// redactedError returns err with a text of one line without the token, of maxError bytes
// at most.
func (s secret) redactedError(err error) error {
	text := err.Error()
	line := printable.Line(s.clip(text, maxError))
	switch {
	case s.redact(text) != text:
		return errors.New(line) // err and what it wraps show the token
	case line != text:
		return &printableError{line, err}
	default:
		return err
	}
}

const maxError = 2000

type printableError struct {
	text string
	err  error
}

func (e *printableError) Error() string { return e.text }

func (e *printableError) Unwrap() error { return e.err }

// parseToken returns token without white space around it, or an error if the result is
// not a bearer token (RFC 6750's b64token). The error does not show the token.
func parseToken(token string) (string, error) {
	token = strings.TrimSpace(token)
	if token == "" {
		return "", errors.New("token: it is empty; want a Slack token such as one that starts with xoxp-")
	}
	if scheme := "bearer "; strings.EqualFold(token[:min(len(token), len(scheme))], scheme) || strings.EqualFold(token+" ", scheme) {
		return "", errors.New(`token: it starts with "Bearer "; want the token alone`)
	}
	for i, r := range token {
		switch {
		case r == ' ' || r == '\t' || r == '\n' || r == '\r':
			return "", fmt.Errorf("token: it has white space at offset %d; want the token alone", i)
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', strings.ContainsRune("-._~+/=", r):
		default:
			return "", fmt.Errorf("token: it has a character at offset %d that no bearer token has; want letters, digits and -._~+/=", i)
		}
	}
	return token, nil
}
