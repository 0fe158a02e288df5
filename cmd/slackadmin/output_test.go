package main

import "testing"

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

// TestCell is what a spreadsheet gets of what a device calls itself.
func TestCell(t *testing.T) {
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
		if got := cell(value, false); got != want {
			t.Errorf("%q: got %q, want %q", value, got, want)
		}
	}
	if got := cell("=1+1\n", true); got != "=1+1 " {
		t.Errorf("raw: got %q", got)
	}
}
