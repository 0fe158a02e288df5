package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestManText(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"paragraphs": {"a\nb\n\nc", "a\nb\n.PP\nc\n"},
		"a list": {
			"One of\n  --users FILE  the users\n                of a file\n  --all         all\nAnd so on.",
			"One of\n.TP\n.B \\-\\-users FILE\nthe users\nof a file\n.TP\n.B \\-\\-all\nall\n.PP\nAnd so on.\n",
		},
		"flags":                      {"      --all      all\n  -h, --help     help\n", ".TP\n.B \\-\\-all\nall\n.TP\n.B \\-h, \\-\\-help\nhelp\n"},
		"examples":                   {"  run a\n  run  b\n\nc", ".EX\nrun a\nrun  b\n.EE\n.PP\nc\n"},
		"what troff would take":      {".a\n'b\n\\c", "\\&.a\n\\&'b\n\\ec\n"},
		"an item that troff would":   {"  .a  .b", ".TP\n.B \\&.a\n\\&.b\n"},
		"nothing":                    {"", ""},
		"two spaces in a paragraph":  {"a  b", "a  b\n"},
		"a list of one letter a row": {"  0    done\n  130  stopped", ".TP\n.B 0\ndone\n.TP\n.B 130\nstopped\n"},
	} {
		if got := manText(test.text); got != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, test.want)
		}
	}
}

// TestManPages looks for what each page must have, and that they can be made again.
func TestManPages(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1767225599") // the last second of 2025
	dir := t.TempDir()
	root := newRoot(&clientFlags{})
	root.SetArgs([]string{"man", dir})
	if err := root.Execute(); err != nil {
		t.Fatal(err)
	}
	for name, wanted := range map[string][]string{
		"slackadmin": {
			`.TH "SLACKADMIN" 1 "2025-12-31" "slackadmin ` + version() + `" ""`,
			"\n.TP\n.B SLACK_TOKEN\nthe token\n", "\n.TP\n.B 130\ninterrupted\n",
			"\n.SH COMMANDS\n.TP\n.B call\nCall any method", "\n.TP\n.B sessions\n", "\\fBslackadmin\\-sessions\\fP(1)",
		},
		"slackadmin-sessions":      {"\n.TP\n.B plan\n", "\\fBslackadmin\\fP(1),\n"},
		"slackadmin-sessions-plan": {"\n.TP\n.B \\-\\-remaining PLAN\n", "\n.TP\n.B \\-o, \\-\\-output string\n", "\n.TP\n.B \\-\\-json\n"},
		"slackadmin-call": {
			"\n.TP\n.B \\-\\-api\\-url string\n", "\n.SS admin.users.session.reset\n", "\n.TP\n.B \\-\\-user\\-id string\n",
			"\n.EX\nslackadmin call auth.test\n",
		},
	} {
		page, err := os.ReadFile(filepath.Join(dir, name+".1"))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range wanted {
			if !strings.Contains(string(page), want) {
				t.Errorf("%s lacks %q:\n%s", name, want, page)
			}
		}
	}
	if pages, err := filepath.Glob(filepath.Join(dir, "slackadmin-call*")); err != nil || len(pages) != 1 {
		t.Errorf("call has the pages %q, want one", pages)
	}
}

func TestManDate(t *testing.T) {
	t.Parallel()
	if got, err := manDate("x"); err == nil {
		t.Errorf("got %s for no number", got)
	}
}
