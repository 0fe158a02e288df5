package main

import "testing"

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
