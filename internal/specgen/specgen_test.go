package main

import (
	"go/format"
	"os"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/seed-38c23bad/slackadmin/internal/goname"
	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
	"github.com/seed-38c23bad/slackadmin/spec"
)

// TestWhatIsWrittenIsCurrent renders what is committed, without the rest of go
// generate.
func TestWhatIsWrittenIsCurrent(t *testing.T) {
	t.Parallel()
	doc, err := speccheck.Load(spec.YAML)
	if err != nil {
		t.Fatal(err)
	}
	if err := goname.Adopt("../../spec/generated.config.yaml"); err != nil {
		t.Fatal(err)
	}
	models, err := parseModels("../../generated/client.gen.go")
	if err != nil {
		t.Fatal(err)
	}
	ops, err := operations(doc, models)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []struct {
		path, template string
		data           any
	}{
		{"../../api/codes.gen.go", "codes.tmpl", doc},
		{"../../api/operations.gen.go", "operations.tmpl", ops},
		{"../../generated/REFERENCE.md", "reference.tmpl", doc},
	} {
		got, err := render(file.template, file.data)
		if err == nil && strings.HasSuffix(file.path, ".go") {
			got, err = format.Source(got)
		}
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(file.path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s is not what the spec says; run go generate ./...", file.path)
		}
	}
}

func TestRunSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	if err := run("nowhere.yaml", "../../spec/generated.config.yaml", nil); err == nil {
		t.Error("no error without a spec")
	}
	if err := run("codes.tmpl", "../../spec/generated.config.yaml", nil); err == nil || !strings.HasPrefix(err.Error(), "codes.tmpl:\n") {
		t.Errorf("a spec that is none: %v", err)
	}
	if err := run("../../spec/slack.yaml", "../../spec/generated.config.yaml", []string{"nowhere.go"}); err == nil {
		t.Error("no error without models")
	}
	if _, err := render("nowhere.tmpl", nil); err == nil {
		t.Error("no error without a template")
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

func TestRate(t *testing.T) {
	t.Parallel()
	for want, op := range map[string]speccheck.Operation{
		"tier 2, about 20 calls a minute": {Tier: "2", PerMinute: 20},
		"tier 1, about 1 call a minute":   {Tier: "1", PerMinute: 1},
		"special":                         {Tier: "special"},
		"special, about 2 calls a minute": {Tier: "special", PerMinute: 2},
	} {
		if got := rate(&op); got != want {
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
			"kind":    {Value: &openapi3.Schema{Type: &openapi3.Types{"string"}, Nullable: true, Enum: []any{"a", "b"}, Example: "a"}},
			"names":   example(openapi3.NewArraySchema().WithItems(openapi3.NewStringSchema()), []any{"a", "b"}),
			"numbers": example(openapi3.NewArraySchema().WithItems(openapi3.NewInt64Schema()), []any{1.0}),
			"silent":  openapi3.NewStringSchema().NewRef(),
		},
	}
	args.Properties["least"].Value.Example = 5.0
	op := &speccheck.Operation{Name: "TestDo", Arguments: args}
	want := `quitValue := false
answer, err := client.TestDo(ctx, api.TestDoRequest{
	Name: "a \"b\"",
	Part: api.SessionPart{},
	Least: 5,
	Names: []string{"a", "b"},
	Number: 1112275520242,
	Quit: &quitValue,
})`
	if got := goCall(op); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	op.Items = "things"
	op.Arguments = &openapi3.Schema{Properties: openapi3.Schemas{"cursor": args.Properties["cursor"]}}
	want = "for item, err := range client.TestDoAll(ctx, api.TestDoRequest{}) {\n\tif err != nil {\n\t\treturn err\n\t}\n\tfmt.Println(item)\n}"
	if got := goCall(op); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	op.Items, op.Arguments = "", &openapi3.Schema{}
	if got, want := goCall(op), "answer, err := client.TestDo(ctx)"; got != want {
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
		{"a GET without arguments", speccheck.Operation{Operation: &openapi3.Operation{}, Verb: "GET", Arguments: &openapi3.Schema{}}, start + "https://x/m"},
		{"a POST without arguments", speccheck.Operation{Operation: &openapi3.Operation{}, Verb: "POST", Arguments: &openapi3.Schema{}}, start + "-X POST https://x/m"},
		{"a GET", speccheck.Operation{Operation: &openapi3.Operation{}, Verb: "GET", Arguments: args}, start + "-G " + fields},
		{"a form", speccheck.Operation{Operation: body(speccheck.MediaForm), Verb: "POST", Arguments: args}, start + fields},
		{"JSON", speccheck.Operation{Operation: body(speccheck.MediaForm, speccheck.MediaJSON), Verb: "POST", Arguments: args}, start + `\
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
