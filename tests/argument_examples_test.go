package tests

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/seed-38c23bad/slackadmin/api/slacktest"
	"github.com/seed-38c23bad/slackadmin/spec"
)

var reference = flag.String("reference", "", "a folder of files of Slack's reference, whose examples of arguments TestArgumentExamples sends")

// TestArgumentExamples sends the examples that the reference has of arguments, as they
// are there, and the spec's of other required arguments, to the fake Slack. It says how
// many it sent, and which were refused. tests/import-all runs it, with every method.
func TestArgumentExamples(t *testing.T) {
	t.Parallel()
	if *reference == "" {
		return // TestGenerate gives it the importer's own
	}
	doc, err := openapi3.NewLoader().LoadFromData(spec.YAML)
	if err != nil {
		t.Fatal(err)
	}
	slack := newSlack(t)
	sent, refused := 0, 0
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			examples := argumentExamples(t, op.OperationID)
			sent += len(examples)
			if len(examples) == 0 || accepts(t, slack, op, examples) == "" {
				continue
			}
			for name, example := range examples {
				if why := accepts(t, slack, op, map[string]string{name: example}); why != "" {
					refused++
					fmt.Fprintf(os.Stdout, "refused: %s: %s %q: %s\n", op.OperationID, name, example, why)
				}
			}
		}
	}
	fmt.Fprintf(os.Stdout, "argument examples accepted: %d of %d\n", sent-refused, sent)
	if refused > 1 { // one is a slip of the reference
		t.Errorf("%d argument examples are refused", refused)
	}
}

// argumentExamples returns the reference's examples of a method's arguments.
func argumentExamples(t *testing.T, method string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(*reference, method+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the reference here has not all methods
	}
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Args struct {
			Properties map[string]struct {
				Example any `json:"example"`
			} `json:"properties"`
		} `json:"args"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	examples := map[string]string{}
	for name, argument := range file.Args.Properties {
		text, isText := argument.Example.(string)
		if !isText && argument.Example != nil {
			encoded, err := json.Marshal(argument.Example)
			if err != nil {
				t.Fatal(err)
			}
			text = string(encoded)
		}
		if name != "token" && strings.Trim(text, ".") != "" {
			examples[name] = text
		}
	}
	return examples
}

var aboutArguments = regexp.MustCompile(`invalid_arguments|--[a-z-]+`)

// accepts returns why arguments of a method are refused, "" if they are not.
func accepts(t *testing.T, slack *slacktest.Server, op *openapi3.Operation, arguments map[string]string) string {
	t.Helper()
	others := map[string]any{}
	for _, parameter := range op.Parameters {
		if p := parameter.Value; p.Required && arguments[p.Name] == "" {
			others[p.Name] = p.Schema.Value.Example
		}
	}
	if op.RequestBody != nil {
		for _, content := range op.RequestBody.Value.Content {
			for _, name := range content.Schema.Value.Required {
				if property := content.Schema.Value.Properties[name].Value; arguments[name] == "" && property.Format != "binary" {
					others[name] = property.Example
				}
			}
		}
	}
	args := []string{"call", op.OperationID}
	if len(others) > 0 {
		body := filepath.Join(t.TempDir(), "body.json")
		encoded, err := json.Marshal(others)
		if err != nil {
			t.Fatal(err)
		}
		write(t, body, string(encoded))
		args = append(args, "--body", body)
	}
	for name, example := range arguments {
		flag := strings.ReplaceAll(name, "_", "-")
		if slices.Contains([]string{"json", "form", "all", "output", "body"}, flag) {
			flag = "arg-" + flag
		}
		args = append(args, "--"+flag+"="+example)
	}
	cmd := exec.CommandContext(t.Context(), command(t), args...)
	cmd.Env = environment("SLACK_TOKEN="+slack.Token, "SLACK_API_URL="+slack.URL)
	out, err := cmd.CombinedOutput()
	if err != nil && aboutArguments.Match(out) {
		return string(out)
	}
	return ""
}
