package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/seed-38c23bad/slackadmin/internal/people"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// jsonLine returns JSON on one line. It escapes characters that could steer a terminal.
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
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String(), nil
}

func printJSON(out io.Writer, data []byte) error {
	line, err := jsonLine(data)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, line)
	return err
}

// printObjects prints a JSON object a line, for each item.
func printObjects[T any](out io.Writer, items []T, object func(T) any) error {
	encoder := json.NewEncoder(out)
	for _, item := range items {
		if err := encoder.Encode(object(item)); err != nil {
			return err
		}
	}
	return nil
}

// objectLine returns a line with a JSON object of one field.
func objectLine(name string, value any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(map[string]any{name: value}) // of strings and numbers
	line, _ := jsonLine(b.Bytes())
	return line + "\n"
}

// writeCSV writes rows. Unless raw, a value that a spreadsheet would run as a formula
// gets an apostrophe in front, as OWASP advises.
func writeCSV(out io.Writer, raw bool, rows [][]string) error {
	for _, row := range rows {
		for i := range row {
			row[i] = printable.Line(row[i])
			if !raw {
				row[i] = people.EscapeFormula(row[i])
			}
		}
	}
	return csv.NewWriter(out).WriteAll(rows)
}

// shellWord returns one word of a shell command, quoted if necessary.
func shellWord(word string) string {
	word = printable.Line(word)
	plain := "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+,="
	if runtime.GOOS == "windows" {
		plain += `\` // its shells do not escape with it
	}
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return shellQuote(word)
}

func shellQuote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
