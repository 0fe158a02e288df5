package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
	"github.com/seed-38c23bad/slackadmin/spec"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// TestGolden imports methods of every kind, and odd ones, and compares the output and
// the additions to the spec. After a change, run it with -update and read git diff.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ from, want string }{
		{"testdata/reference", "testdata/reference.golden"},
		{splitUp(t, "testdata/odd.json"), "testdata/odd.golden"},
	} {
		t.Run(filepath.Base(test.want), func(t *testing.T) {
			t.Parallel()
			path := specCopy(t)
			status, out, errOut := command(t, "--from", test.from, "--spec", path, "--all")
			if status != 0 || errOut != "" {
				t.Fatalf("status %d\n%s%s", status, out, errOut)
			}
			got := read(t, path)
			if _, err := speccheck.Load([]byte(got)); err != nil {
				t.Error(err)
			}
			got = out + "\n" + added(t, got)
			if *update {
				if err := os.WriteFile(test.want, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want := slices.Collect(strings.Lines(read(t, test.want)))
			lines := slices.Collect(strings.Lines(got))
			for i, line := range lines {
				if i >= len(want) || line != want[i] {
					t.Fatalf("%s:%d: got %q", test.want, i+1, lines[max(0, i-8):min(len(lines), i+3)])
				}
			}
			if len(lines) != len(want) {
				t.Errorf("%s has %d lines more", test.want, len(want)-len(lines))
			}
		})
	}
}

// TestSummaries turns Slack's imperatives into the third person.
func TestSummaries(t *testing.T) {
	t.Parallel()
	tests := []struct{ desc, want string }{
		{"List things", "Lists things."},
		{"Lists things", "Lists things."},
		{"Lookup things", "Looks up things."},
		{"Watch things.", "Watches things."},
		{"Publish things", "Publishes things."},
		{"Fix things", "Fixes things."},
		{"Undo things", "Undoes things."},
		{"Copy things", "Copies things."},
		{"Play things", "Plays things."},
		{"Quickly done", "Quickly done."},
		{"Added things", "Added things."},
		{"All things", "All things."},
		{"Multi-step things", "Multi-step things."},
		{"`List` of things", "Lists of things."},
		{"it lists", "It lists."},
		{"", "Not described in Slack's reference."},
		{"Get e.g. this. And that", "Gets e.g. this.\n      description: And that."},
		{"Get i.e. this", "Gets i.e. this."},
		{"Get this. See that below.", "Gets this."},
		{"Get this.\n\nAnd that", "Gets this."},
	}
	for word := range strings.FieldsSeq("A After All An Before Deprecated For From If In It Legacy Not On The This To When With You") {
		tests = append(tests, struct{ desc, want string }{word + " thing", word + " thing."})
	}
	methods := map[string]string{}
	for i, test := range tests {
		methods[fmt.Sprintf("test.do%d", i)] = fmt.Sprintf(`{"desc": %q, "http_method": "POST", "scope": "none", "rate_limits": "t2", "args": {"properties": {"token": {}}}}`, test.desc)
	}
	spec := imported(t, methods)
	for i, test := range tests {
		if block := blockOf(t, spec, fmt.Sprintf("/test.do%d", i)); !strings.Contains(block, "      summary: "+test.want+"\n      externalDocs:") {
			t.Errorf("%q: want %q in\n%s", test.desc, test.want, block)
		}
	}
}

// added returns the lines of a spec that the project's spec lacks. It has all lines of
// the project's.
func added(t *testing.T, got string) string {
	t.Helper()
	kept := slices.Collect(strings.Lines(string(spec.YAML)))
	var more strings.Builder
	for line := range strings.Lines(got) {
		if len(kept) > 0 && line == kept[0] {
			kept = kept[1:]
			continue
		}
		more.WriteString(line)
	}
	if len(kept) > 0 {
		t.Errorf("it changes the line %q", kept[0])
	}
	return more.String()
}

// splitUp writes the methods of one file into a directory, one file each.
func splitUp(t *testing.T, path string) (dir string) {
	t.Helper()
	var methods map[string]json.RawMessage
	if err := json.Unmarshal([]byte(read(t, path)), &methods); err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	for name, file := range methods {
		write(t, filepath.Join(dir, name+".json"), string(file))
	}
	return dir
}
