package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/seed-38c23bad/slackadmin/internal/goname"
	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
	"github.com/seed-38c23bad/slackadmin/spec"
)

// helper is an environment variable that makes this program run the command.
const helper = "SPECGEN_TEST_HELPER"

func TestMain(m *testing.M) {
	if os.Getenv(helper) != "" {
		main()
		return
	}
	// Before the parallel tests, because it sets global state of oapi-codegen.
	if err := goname.Configure("../../spec/generated.config.yaml"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// specgen runs the command in dir. It returns the exit status and standard error.
func specgen(t *testing.T, dir string, args ...string) (status int, stderr string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...) //nolint:gosec // it is this test
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), helper+"=1", "GORACE=atexit_sleep_ms=0") // otherwise the race detector adds a second to each
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), said.String()
}

// project returns a folder with the project's files in spec. changes are pairs of old
// and new text by file.
func project(t *testing.T, changes map[string][]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "spec"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"slack.yaml", "generated.config.yaml", "client.config.yaml"} {
		data, err := os.ReadFile("../../spec/" + name)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.NewReplacer(changes[name]...).Replace(string(data))
		if err := os.WriteFile(filepath.Join(dir, "spec", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestGeneratedFiles compares the output with the committed files.
func TestGeneratedFiles(t *testing.T) {
	t.Parallel()
	dir := project(t, nil)
	if status, stderr := specgen(t, dir); status != 0 || stderr != "" {
		t.Fatalf("status %d: %s", status, stderr)
	}
	for _, path := range []string{
		"api/codes.gen.go", "api/methods.gen.go", "api/types.gen.go", "generated/REFERENCE.md",
		"generated/models.gen.go", "generated/client/client.gen.go", "internal/methods/table.gen.go",
	} {
		got, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile("../../" + path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s is not current; run go generate ./...", path)
		}
		if info, err := os.Stat(filepath.Join(dir, path)); err != nil || info.Mode()&0o111 != 0 {
			t.Errorf("%s can be executed: %v, %v", path, info.Mode(), err)
		}
	}
}

// TestErrors checks that after an error nothing is written.
func TestErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		args    []string
		without string // a missing file in spec
		changes map[string][]string
		status  int
		want    string // part of it
	}{
		{"arguments", []string{"spec/slack.yaml"}, "", nil, 2, "usage: specgen, without arguments, in the project's root\n"},
		{"no spec", nil, "slack.yaml", nil, 1, "open spec/slack.yaml: "},
		{"no config of the models", nil, "generated.config.yaml", nil, 1, "spec/generated.config.yaml: open spec/generated.config.yaml: "},
		{"no config of the client", nil, "client.config.yaml", nil, 1, "open spec/client.config.yaml: "},
		{"a spec that is none", nil, "", map[string][]string{"slack.yaml": {"openapi: 3.0.3", "openapi: {}"}}, 1, ": the document: openapi is a map; it must be"},
		{"a config that is none", nil, "", map[string][]string{"client.config.yaml": {"package: client", "package: {}"}}, 1, "spec/client.config.yaml: yaml: "},
		{"a template that is none", nil, "", map[string][]string{"generated.config.yaml": {"{{ .PackageName }}", "{{ .Nothing }}"}}, 1, "spec/generated.config.yaml: "},
		{"a template of the client that is none", nil, "", map[string][]string{"client.config.yaml": {"{{ .PackageName }}", "{{ .Nothing }}"}}, 1, "spec/client.config.yaml: "},
		{"a name that Go writes otherwise", nil, "", map[string][]string{"slack.yaml": {"AdminUsersSessionList", "AdminUsersSessionLIST"}}, 1, ": POST /admin.users.session.list: its schema AdminUsersSessionLISTRequest must be named AdminUsersSessionListRequest, as in Go"},
		{"no model of an argument", nil, "", map[string][]string{"generated.config.yaml": {`json:"{{ .JsonFieldName }}`, `json:"x{{ .JsonFieldName }}`}}, 1, `has no field for "cursor"`},
		{"no server", nil, "", map[string][]string{"slack.yaml": {"servers:\n  - url: https://slack.com/api\n    description: Slack\n  - url: https://slack-gov.com/api\n    description: GovSlack\n", ""}}, 1, "template: reference.tmpl:"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := project(t, test.changes)
			if test.without != "" {
				if err := os.Remove(filepath.Join(dir, "spec", test.without)); err != nil {
					t.Fatal(err)
				}
			}
			status, stderr := specgen(t, dir, test.args...)
			if status != test.status || !strings.Contains(stderr, test.want) {
				t.Errorf("status %d: %s", status, stderr)
			}
			if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
				t.Errorf("it writes %v, %v", files, err)
			}
		})
	}
}

// TestPathIsTaken has a file where a folder must be, and a folder where a file must be.
func TestPathIsTaken(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"api", "api/methods.gen.go/"} {
		dir := project(t, nil)
		file := filepath.Join(dir, path)
		err := os.WriteFile(file, nil, 0o600)
		if strings.HasSuffix(path, "/") {
			err = os.MkdirAll(file, 0o755)
		}
		if err != nil {
			t.Fatal(err)
		}
		if status, stderr := specgen(t, dir); status != 1 || !strings.Contains(stderr, " "+strings.TrimSuffix(path, "/")+": ") {
			t.Errorf("%s: status %d: %s", path, status, stderr)
		}
	}
}

// TestRenderGoErrors renders a missing template and one that is not Go.
func TestRenderGoErrors(t *testing.T) {
	t.Parallel()
	doc, err := speccheck.Load(spec.YAML)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"nowhere.tmpl", "reference.tmpl"} {
		if _, err := renderGo(name, doc); err == nil {
			t.Errorf("no error from %s", name)
		}
	}
}

// part returns a reference to an object.
func part() *openapi3.SchemaRef {
	return openapi3.NewSchemaRef("#/components/schemas/SessionPart", openapi3.NewObjectSchema())
}

func TestTypeOf(t *testing.T) {
	t.Parallel()
	for want, schema := range map[string]*openapi3.SchemaRef{
		"string":                               openapi3.NewStringSchema().NewRef(),
		"integer (int64)":                      openapi3.NewInt64Schema().NewRef(),
		"array of string":                      openapi3.NewArraySchema().WithItems(openapi3.NewStringSchema()).NewRef(),
		"[SessionPart](#sessionpart)":          part(),
		"array of [SessionPart](#sessionpart)": {Value: &openapi3.Schema{Type: &openapi3.Types{"array"}, Items: part()}},
		"boolean":                              {Value: &openapi3.Schema{AllOf: openapi3.SchemaRefs{openapi3.NewBoolSchema().NewRef()}}},
		"any":                                  {Value: &openapi3.Schema{AllOf: openapi3.SchemaRefs{part(), part()}}},
		"object":                               openapi3.NewObjectSchema().NewRef(),
		"map of boolean":                       openapi3.NewObjectSchema().WithAdditionalProperties(openapi3.NewBoolSchema()).NewRef(),
		"file":                                 openapi3.NewStringSchema().WithFormat("binary").NewRef(),
		"number":                               openapi3.NewSchemaRef("#/components/schemas/Number", openapi3.NewFloat64Schema()),
	} {
		if got := typeOf(schema); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	one, two := uint64(1), uint64(2)
	for _, test := range []struct {
		want   string
		schema openapi3.Schema
	}{
		{"", openapi3.Schema{}},
		{"At least 1. At most 1000.", *openapi3.NewIntegerSchema().WithMin(1).WithMax(1000)},
		{"At least 0.5.", *openapi3.NewFloat64Schema().WithMin(0.5)},
		{"At most 315569520.", *openapi3.NewIntegerSchema().WithMax(315569520)},
		{"1 to 2 items.", openapi3.Schema{MinItems: 1, MaxItems: &two}},
		{"At least 1 item.", openapi3.Schema{MinItems: 1}},
		{"At most 1 items.", openapi3.Schema{MaxItems: &one}},
		{"", openapi3.Schema{Enum: []any{"web"}}},
		{"Known values: `web`, `2`.", openapi3.Schema{Enum: []any{"web", 2.0}}},
		{"May be null. Default: true. **Deprecated.** Gone.", openapi3.Schema{Nullable: true, Default: true, Deprecated: true, Extensions: map[string]any{"x-deprecated-reason": "Gone."}}},
	} {
		if got := limits(&test.schema); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func TestDeprecated(t *testing.T) {
	t.Parallel()
	reason := map[string]any{"x-deprecated-reason": "Gone."}
	for want, got := range map[string]string{
		"":                                    deprecated(false, reason),
		"Deprecated: Gone.":                   deprecated(true, reason),
		"Deprecated: Slack does not say why.": deprecated(true, nil),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestTogether(t *testing.T) {
	t.Parallel()
	got := together(&openapi3.Schema{Extensions: map[string]any{"x-slack-together": []any{[]any{"a", "b"}, []any{"c"}}}})
	if len(got) != 2 || got[0] != "`a` and `b`" || got[1] != "`c`" {
		t.Errorf("got %q", got)
	}
	if got := together(&openapi3.Schema{}); got != nil {
		t.Errorf("got %q without groups", got)
	}
}

func TestCell(t *testing.T) {
	t.Parallel()
	if got, want := cell(" a\n b ", "", "c|d"), `a b c\|d`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// example returns a property with an example.
func example(schema *openapi3.Schema, value any) *openapi3.SchemaRef {
	schema.Example = value
	return schema.NewRef()
}

func TestGoCall(t *testing.T) {
	t.Parallel()
	args := &openapi3.Schema{
		Type:     &openapi3.Types{"object"},
		Required: []string{"name", "part"},
		Properties: openapi3.Schemas{
			"name":    example(openapi3.NewStringSchema(), `a "b"`),
			"part":    part(),
			"cursor":  example(openapi3.NewStringSchema(), "next"),
			"old":     {Value: &openapi3.Schema{Type: &openapi3.Types{"string"}, Example: "x", Deprecated: true}},
			"number":  example(openapi3.NewInt64Schema(), 1112275520242.0),
			"quit":    {Value: &openapi3.Schema{Type: &openapi3.Types{"boolean"}, Example: false, Nullable: true}},
			"least":   {Value: openapi3.NewIntegerSchema().WithMin(1).WithNullable()},
			"day":     {Value: &openapi3.Schema{Type: &openapi3.Types{"string"}, Format: "date", Example: "2026-01-01"}},
			"kind":    {Value: &openapi3.Schema{Type: &openapi3.Types{"string"}, Nullable: true, Enum: []any{"a"}, Example: "a"}},
			"order":   {Value: &openapi3.Schema{Type: &openapi3.Types{"string"}, Enum: []any{"up"}, Example: "up"}},
			"topic":   {Value: &openapi3.Schema{Type: &openapi3.Types{"string"}, Nullable: true, Example: "t"}},
			"status":  {Value: &openapi3.Schema{Type: &openapi3.Types{"string"}, Extensions: map[string]any{"x-slack-empty": true}, Example: "away"}},
			"file":    openapi3.NewStringSchema().WithFormat("binary").NewRef(),
			"other":   part(),
			"days":    example(openapi3.NewArraySchema().WithItems(openapi3.NewStringSchema().WithFormat("date")), []any{"2026-01-01"}),
			"names":   example(openapi3.NewArraySchema().WithItems(openapi3.NewStringSchema()), []any{"a", "b"}),
			"numbers": example(openapi3.NewArraySchema().WithItems(openapi3.NewInt64Schema()), []any{1.0}),
			"silent":  openapi3.NewStringSchema().NewRef(),
		},
	}
	args.Properties["least"].Value.Example = 5.0
	op := &speccheck.Operation{SchemaPrefix: "TestDo", Arguments: args}
	want := `quitValue := false
statusValue := "away"
topicValue := "t"
resp, err := client.TestDo(ctx, api.TestDoRequest{
	Name: "a \"b\"",
	Part: api.SessionPart{},
	File: api.File{Name: "file", Content: content},
	Least: 5,
	Names: []string{"a", "b"},
	Number: 1112275520242,
	Order: "up",
	Quit: &quitValue,
	Status: &statusValue,
	Topic: &topicValue,
})`
	if got := goCall(op); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	op.ItemsPath = "things"
	op.Arguments = &openapi3.Schema{Properties: openapi3.Schemas{"cursor": args.Properties["cursor"]}}
	want = "for item, err := range client.TestDoAll(ctx, api.TestDoRequest{}) {\n\tif err != nil {\n\t\treturn err\n\t}\n\tfmt.Println(item)\n}"
	if got := goCall(op); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	op.ItemsPath, op.StreamType, op.Arguments = "", "text/csv", &openapi3.Schema{}
	if got, want := goCall(op), "body, err := client.TestDo(ctx)\nif err != nil {\n\treturn err\n}\ndefer body.Close()"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	op.StreamType = ""
	if got, want := goCall(op), "resp, err := client.TestDo(ctx)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestCurl(t *testing.T) {
	t.Parallel()
	const start = `printf 'Authorization: Bearer %s' "$SLACK_TOKEN" | curl -H @- `
	args := &openapi3.Schema{Properties: openapi3.Schemas{
		"name":   example(openapi3.NewStringSchema(), "it's"),
		"ids":    example(openapi3.NewArraySchema(), []any{"a", 2.0}),
		"parts":  example(openapi3.NewArraySchema(), []any{map[string]any{"a": 1.0}}),
		"lists":  example(openapi3.NewArraySchema(), []any{[]any{"a"}}),
		"part":   example(openapi3.NewObjectSchema(), map[string]any{"a": "b"}),
		"cursor": example(openapi3.NewStringSchema(), "next"),
		"silent": openapi3.NewStringSchema().NewRef(),
		"old":    {Value: &openapi3.Schema{Example: "x", Deprecated: true}},
	}}
	body := func(media ...string) *openapi3.Operation {
		content := openapi3.Content{}
		for _, m := range media {
			content[m] = &openapi3.MediaType{}
		}
		return &openapi3.Operation{RequestBody: &openapi3.RequestBodyRef{Value: &openapi3.RequestBody{Content: content}}}
	}
	fields := `\
  --data-urlencode 'ids=a,2' \
  --data-urlencode 'lists=[["a"]]' \
  --data-urlencode 'name=it'\''s' \
  --data-urlencode 'part={"a":"b"}' \
  --data-urlencode 'parts=[{"a":1}]' \
  https://x/m`
	for _, test := range []struct {
		name string
		op   speccheck.Operation
		want string
	}{
		{"a GET without arguments", speccheck.Operation{Operation: &openapi3.Operation{}, HTTPMethod: "GET", Arguments: &openapi3.Schema{}}, start + "https://x/m"},
		{"a POST without arguments", speccheck.Operation{Operation: &openapi3.Operation{}, HTTPMethod: "POST", Arguments: &openapi3.Schema{}}, start + "-X POST https://x/m"},
		{"a GET", speccheck.Operation{Operation: &openapi3.Operation{}, HTTPMethod: "GET", Arguments: args}, start + "-G " + fields},
		{"a form", speccheck.Operation{Operation: body(speccheck.MediaForm), HTTPMethod: "POST", Arguments: args}, start + fields},
		{"files", speccheck.Operation{Operation: body(speccheck.MediaMultipart), HTTPMethod: "POST", NoToken: true, StreamType: "image/png", Arguments: &openapi3.Schema{Properties: openapi3.Schemas{
			"image": openapi3.NewStringSchema().WithFormat("binary").NewRef(),
			"name":  args.Properties["name"],
		}}}, `curl -o FILE \
  -F 'image=@FILE' \
  --form-string 'name=it'\''s' \
  https://x/m`},
		{"JSON", speccheck.Operation{Operation: body(speccheck.MediaForm, speccheck.MediaJSON), HTTPMethod: "POST", Arguments: args}, start + `\
  -H 'Content-Type: application/json; charset=utf-8' \
  -d '{"ids":["a",2],"lists":[["a"]],"name":"it'\''s","part":{"a":"b"},"parts":[{"a":1}]}' https://x/m`},
	} {
		op := test.op
		op.Path = "/m"
		if got := curl(&op, "https://x"); got != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
}
