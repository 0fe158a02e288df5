package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"runtime"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf16"

	"github.com/seed-38c23bad/slackadmin/internal/people"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// jsonLine returns JSON on one line, with characters escaped that could steer a
// terminal.
func jsonLine(data []byte) (string, error) {
	var compact bytes.Buffer
	if err := json.Compact(&compact, data); err != nil {
		return "", err
	}
	var b strings.Builder
	for _, r := range compact.String() { // outside strings, compact JSON is printable
		switch {
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			escape(&b, high)
			escape(&b, low)
		default:
			escape(&b, r)
		}
	}
	return b.String(), nil
}

func escape(b *strings.Builder, r rune) {
	const digits = "0123456789abcdef"
	b.WriteString(`\u`)
	for shift := 12; shift >= 0; shift -= 4 {
		b.WriteByte(digits[r>>shift&15])
	}
}

// shellWord returns a word of a command as a shell takes it: quoted if it has to be.
func shellWord(word string) string {
	word = printable.Line(word)
	plain := "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+,="
	if runtime.GOOS == "windows" {
		plain += `\` // which escapes nothing there
	}
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return quote(word)
}

// cell returns a value of a CSV file. Unless raw, one that a spreadsheet would run
// as a formula gets an apostrophe in front, as OWASP advises.
func cell(value string, raw bool) string {
	if value = printable.Line(value); raw {
		return value
	}
	return people.Harmless(value)
}

// isClosedPipe tells whether nobody reads the output any more.
func isClosedPipe(err error) bool {
	const brokenPipe, noData = syscall.Errno(109), syscall.Errno(232) // Windows's
	return errors.Is(err, syscall.EPIPE) || runtime.GOOS == "windows" && (errors.Is(err, brokenPipe) || errors.Is(err, noData))
}
