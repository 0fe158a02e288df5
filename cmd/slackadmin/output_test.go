package main

import (
	"bytes"
	"encoding/csv"
	"testing"
)

// TestJSONLine escapes what could steer a terminal, and keeps the value.
func TestJSONLine(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		"{\n  \"a\": [1, \"b c\"]\n}": `{"a":[1,"b c"]}`,
		"\"\u009b31mé😀\"":             `"\u009b31mé😀"`,
		"\"\u202e\uffff\"":            `"\u202e\uffff"`,
		"\"\U00010000\U000e0001\"":    "\"\U00010000\\udb40\\udc01\"",
		"{":                           "",
	} {
		got, err := jsonLine([]byte(data))
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q: got %s, %v; want %s", data, got, err, want)
		}
	}
}

// TestWriteCSV gives a spreadsheet no formula and no control character.
func TestWriteCSV(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"":         "",
		"iPhone":   "iPhone",
		"1+1":      "1+1",
		"=1+1":     "'=1+1",
		"+1":       "'+1",
		"-1":       "'-1",
		"@SUM(A1)": "'@SUM(A1)",
		"a":        "a",
		"\t=1+1":   "' =1+1",
		"\r=1+1":   "' =1+1",
		"＝1+1":     "'＝1+1",
		"a;=1+1":   "a;'=1+1",
		"a; @x|-1": "a; '@x|'-1",
		"a;b=c":    "a;b=c",
		"\x1b[31m": "?[31m",
	} {
		if got := written(t, value, false); got != want {
			t.Errorf("%q: got %q, want %q", value, got, want)
		}
	}
	if got := written(t, "=1+1\n", true); got != "=1+1 " {
		t.Errorf("raw: got %q", got)
	}
}

// written returns a value as a reader of the CSV gets it.
func written(t *testing.T, value string, raw bool) string {
	t.Helper()
	var out bytes.Buffer
	if err := writeCSV(&out, raw, [][]string{{"x", value}}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[0][1]
}
