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

// secret is a token that has been sent, and so may come back in an answer.
type secret string

// shortest is the least length of a secret; anything shorter is no token of
// Slack's, and redacting it would tear up words that happen to have it.
const shortest = 8

const redacted = "[token redacted]"

// redact returns text without the token, as it is or with characters escaped as URLs,
// JSON and HTML do.
func (s secret) redact(text string) string {
	if len(s) < shortest {
		return text
	}
	text = strings.ReplaceAll(text, string(s), redacted)
	if !strings.ContainsAny(text, `%\&`) {
		return text
	}
	return s.escaped().ReplaceAllLiteralString(text, redacted)
}

// lastEscaped is the pattern of the last token that was looked for, for one refusal has
// many texts.
var lastEscaped atomic.Pointer[escapedToken]

type escapedToken struct {
	hash    uint64
	pattern *regexp.Regexp
}

// escaped returns a pattern of the token with any of its characters escaped.
func (s secret) escaped() *regexp.Regexp {
	hash := maphash.String(tokenSeed, string(s))
	if last := lastEscaped.Load(); last != nil && last.hash == hash {
		return last.pattern
	}
	var escaped strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&escaped, `(?:%[1]s|\\%[1]s|(?i:%%%02[2]x|\\(?:u00|x)%02[2]x|&#(?:%[2]d|x%[2]x);))`, regexp.QuoteMeta(string(c)), c)
	}
	pattern := regexp.MustCompile(escaped.String())
	lastEscaped.Store(&escapedToken{hash, pattern})
	return pattern
}

// clip returns the first bytes of a text without the token, and without a part of
// it or of a character.
func (s secret) clip(text string, most int) string {
	text = s.redact(text)
	if len(text) <= most {
		return text
	}
	for least := most - utf8.UTFMax; most > least && !utf8.RuneStart(text[most]); most-- {
	}
	return strings.Clone(text[:most])
}

// redactedError returns err, but with a text that does not show the token and
// fits on a line, of 2,000 bytes at most.
func (s secret) redactedError(err error) error {
	text := err.Error()
	line := printable.Line(s.clip(text, maxError))
	switch {
	case s.redact(text) != text:
		return errors.New(line) // what it wraps has the token too
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

// parseToken returns token without white space around it, or an error that does not
// show it unless it fits behind "Bearer " in a header (RFC 6750's b64token).
func parseToken(token string) (string, error) {
	token = strings.TrimSpace(token)
	return token, checkToken(token)
}

func checkToken(token string) error {
	if token == "" {
		return errors.New("token: it is empty; want a Slack token such as one that starts with xoxp-")
	}
	if scheme := "bearer "; strings.EqualFold(token[:min(len(token), len(scheme))], scheme) || strings.EqualFold(token+" ", scheme) {
		return errors.New(`token: it starts with "Bearer "; want the token alone`)
	}
	for i, r := range token {
		switch {
		case r == ' ' || r == '\t' || r == '\n' || r == '\r':
			return fmt.Errorf("token: it has white space at offset %d; want the token alone", i)
		case r < ' ' || r == 0x7f:
			return fmt.Errorf("token: it has a control character at offset %d", i)
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', strings.ContainsRune("-._~+/=", r):
		default:
			return fmt.Errorf("token: it has a character at offset %d that no bearer token has; want letters, digits and -._~+/=", i)
		}
	}
	return nil
}
