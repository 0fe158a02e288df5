package tests

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/seed-38c23bad/slackadmin/spec"
)

// TestReferenceNamesWhatTheSpecHas compares the reference page with the spec:
// every method, argument and error code, and no other.
func TestReferenceNamesWhatTheSpecHas(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(spec.YAML)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			want["methods"] = append(want["methods"], op.OperationID)
			if names := argumentNames(op); len(names) > 0 {
				want["Arguments of "+op.OperationID] = names
			}
			section := "Error codes of " + op.OperationID
			switch codes := op.Extensions["x-slack-errors"].(type) {
			case []any:
				for _, code := range codes {
					want[section] = append(want[section], code.(string))
				}
			case map[string]any:
				for code := range codes {
					want[section] = append(want[section], code)
				}
			}
		}
	}
	codes, _ := doc.Extensions["x-slack-error-codes"].(map[string]any)
	for code := range codes["common"].(map[string]any) {
		want["Error codes"] = append(want["Error codes"], code)
	}

	got := map[string][]string{}
	var section string
	row := regexp.MustCompile("^\\| `([^`]+)` \\|")
	for line := range strings.Lines(read(t, "../generated/REFERENCE.md")) {
		if title, ok := strings.CutPrefix(strings.TrimSpace(line), "## "); ok {
			section = title
			if title != "Objects" && title != "Error codes" {
				got["methods"] = append(got["methods"], title)
			}
		} else if title, ok := strings.CutPrefix(strings.TrimSpace(line), "### "); ok {
			section = title
		} else if m := row.FindStringSubmatch(line); m != nil && (strings.HasPrefix(section, "Arguments of ") || strings.HasPrefix(section, "Error codes")) {
			got[section] = append(got[section], m[1])
		}
	}
	for _, section := range slices.Sorted(maps.Keys(want)) {
		slices.Sort(want[section])
		slices.Sort(got[section])
		if !slices.Equal(got[section], want[section]) {
			t.Errorf("%s\n got %q\nwant %q", section, got[section], want[section])
		}
		delete(got, section)
	}
	if len(got) > 0 {
		t.Errorf("the page has sections that the spec does not: %v", got)
	}
}

func argumentNames(op *openapi3.Operation) []string {
	names := map[string]bool{}
	for _, parameter := range op.Parameters {
		names[parameter.Value.Name] = true
	}
	if op.RequestBody != nil {
		for _, media := range op.RequestBody.Value.Content {
			for name := range media.Schema.Value.Properties {
				names[name] = true
			}
		}
	}
	return slices.Collect(maps.Keys(names))
}
