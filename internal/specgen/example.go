package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"

	"github.com/seed-38c23bad/slackadmin/internal/form"
	"github.com/seed-38c23bad/slackadmin/internal/goname"
	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// goCall returns a Go call with the spec's examples.
func goCall(op *speccheck.Operation) string {
	var vars, args string
	if len(op.Arguments.Properties) > 0 {
		vars, args = goLiteral("api."+op.SchemaPrefix+"Request", op.Arguments)
		args = ", " + args
	}
	args = "ctx" + args
	switch {
	case op.StreamType != "":
		return vars + fmt.Sprintf("body, err := client.%s(%s)\nif err != nil {\n\treturn err\n}\ndefer body.Close()", op.SchemaPrefix, args)
	case op.ItemsPath != "":
		return vars + fmt.Sprintf("for item, err := range client.%sAll(%s) {\n\tif err != nil {\n\t\treturn err\n\t}\n\tfmt.Println(item)\n}", op.SchemaPrefix, args)
	}
	return vars + fmt.Sprintf("resp, err := client.%s(%s)", op.SchemaPrefix, args)
}

// goLiteral returns a Go struct with the examples of its properties, and the
// declarations of the variables that it points to.
func goLiteral(goType string, schema *openapi3.Schema) (vars, literal string) {
	var declarations, fields strings.Builder
	for _, p := range properties(schema) {
		if p.Name == "cursor" || p.Name == "page" || p.Value.Deprecated {
			continue
		}
		value := goValue(p)
		if value != "" && !p.Required && (p.Value.Nullable && p.Value.Min == nil || p.Value.Extensions["x-slack-empty"] == true) {
			name := codegen.LowercaseFirstCharacter(goname.Of(p.Name)) + "Value"
			fmt.Fprintf(&declarations, "%s := %s\n", name, value)
			value = "&" + name
		}
		if value != "" {
			fmt.Fprintf(&fields, "\t%s: %s,\n", goname.Of(p.Name), value)
		}
	}
	if fields.Len() == 0 {
		return declarations.String(), goType + "{}"
	}
	return declarations.String(), goType + "{\n" + fields.String() + "}"
}

// goValue returns a property's example in Go, or "".
func goValue(p property) string {
	if speccheck.IsFile(p.Value) {
		return fmt.Sprintf("api.File{Name: %q, Content: content}", p.Name)
	}
	if p.Value.Example == nil {
		if p.Required && p.Value.Type.Is("object") && p.Ref != "" {
			return "api." + goname.Of(speccheck.RefName(p.Ref)) + "{}"
		}
		return ""
	}
	items := p.Value.Items
	switch {
	case p.Value.Type.Is("string") && (p.Value.Format != "" || p.Value.Nullable && len(p.Value.Enum) > 0):
		return "" // its Go type is not string
	case p.Value.Type.Is("string"):
		return strconv.Quote(text(p.Value.Example))
	case p.Value.Type.Is("integer"), p.Value.Type.Is("number"), p.Value.Type.Is("boolean"):
		return text(p.Value.Example)
	case p.Value.Type.Is("array") && !p.Value.Nullable && items.Value.Type.Is("string") && items.Value.Format == "" && len(items.Value.Enum) == 0:
		items, _ := p.Value.Example.([]any) // speccheck has checked the type
		var literals []string
		for _, item := range items {
			literals = append(literals, strconv.Quote(text(item)))
		}
		return "[]string{" + strings.Join(literals, ", ") + "}"
	default:
		return "" // too long for an example
	}
}

// curl returns a curl command with the spec's examples. The token goes through a
// pipe, because all users of the machine can see a command line.
func curl(op *speccheck.Operation, server string) string {
	args := map[string]any{}
	for _, p := range properties(op.Arguments) {
		if (p.Value.Example != nil || speccheck.IsFile(p.Value)) && p.Name != "cursor" && p.Name != "page" && !p.Value.Deprecated {
			args[p.Name] = p.Value.Example
		}
	}
	command := `printf 'Authorization: Bearer %s' "$SLACK_TOKEN" | curl -H @- `
	if op.NoToken {
		command = "curl "
	}
	if op.StreamType != "" {
		command += "-o FILE "
	}
	url := server + op.Path
	switch {
	case len(args) == 0 && op.HTTPMethod == "GET":
		return command + url
	case slices.Contains(op.Media(), speccheck.MediaJSON):
		return fmt.Sprintf("%s\\\n  -H 'Content-Type: application/json; charset=utf-8' \\\n  -d %s %s", command, quoted(inJSON(args)), url)
	case len(args) == 0:
		return command + "-X POST " + url
	}
	var fields strings.Builder
	if op.HTTPMethod == "GET" {
		fields.WriteString("-G ")
	}
	flag := "--data-urlencode"
	if slices.Contains(op.Media(), speccheck.MediaMultipart) {
		flag = "--form-string"
	}
	values, _ := form.Values(args) // they are from JSON
	for _, name := range slices.Sorted(maps.Keys(args)) {
		if speccheck.IsFile(op.Arguments.Properties[name].Value) {
			fmt.Fprintf(&fields, "\\\n  -F %s ", quoted(name+"=@FILE"))
			continue
		}
		fmt.Fprintf(&fields, "\\\n  %s %s ", flag, quoted(name+"="+values.Get(name)))
	}
	return command + fields.String() + "\\\n  " + url
}

func inJSON(example any) string {
	encoded, _ := json.Marshal(example) // it is from JSON
	return string(encoded)
}

// quoted returns text as a word of a shell command.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
