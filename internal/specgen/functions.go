package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"

	"github.com/seed-38c23bad/slackadmin/internal/goname"
	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
	"github.com/seed-38c23bad/slackadmin/internal/words"
)

var functions = template.FuncMap{
	"allCodes":   allCodes,
	"anchor":     func(s string) string { return strings.ToLower(strings.ReplaceAll(s, ".", "")) },
	"callers":    words.Callers,
	"camelCase":  codegen.ToCamelCase,
	"cell":       cell,
	"comment":    codegen.StringToGoComment,
	"curl":       curl,
	"deprecated": deprecated,
	"goCall":     goCall,
	"goName":     goname.Of,
	"hasPages":   hasPages,
	"hasStream":  hasStream,
	"idempotent": words.Idempotent,
	"join":       strings.Join,
	"limits":     limits,
	"lowerFirst": codegen.LowercaseFirstCharacter,
	"objects":    objects,
	"oneLine":    func(s string) string { return strings.Join(strings.Fields(s), " ") },
	"properties": properties,
	"rate":       words.Rate,
	"scopes":     scopes,
	"ownCodes":   ownCodes,
	"meaning":    meaning,
	"said":       said,
	"means":      means,
	"guessed":    guessed,
	"together":   together,
	"typeOf":     typeOf,
}

// allCodes returns the meanings of all error codes.
func allCodes(doc *speccheck.Doc) map[string]string {
	codes := maps.Clone(doc.Common)
	maps.Copy(codes, doc.Special)
	return codes
}

// scopes returns the scopes of op, by the kind of token where they differ.
func scopes(op *speccheck.Operation, quote, separator string) string {
	if len(op.ByToken) == 0 {
		return words.Scopes(op.Scopes, quote, separator)
	}
	var all []string
	for _, token := range op.ByToken {
		all = append(all, token.Kind+" token: "+words.Scopes(token.Scopes, quote, ", "))
	}
	return strings.Join(all, "; ")
}

// guessed returns what of op has types that were inferred, each between quotes.
func guessed(op *speccheck.Operation, quote string) string {
	var all []string
	for what, paths := range map[string][]string{"arguments": op.GuessedIn, "response": op.Guessed} {
		if len(paths) > 0 {
			all = append(all, what+" "+quote+strings.Join(paths, quote+", "+quote)+quote)
		}
	}
	slices.Sort(all)
	return strings.Join(all, "; ")
}

// ownCodes returns the codes that op has beside those of every method, and those of
// every method by which it means something else.
func ownCodes(op *speccheck.Operation) []string {
	codes := slices.Concat(op.Errors, slices.Collect(maps.Keys(op.Meanings)))
	slices.Sort(codes)
	return slices.Compact(codes)
}

// meaning returns what op means by a code.
func meaning(doc *speccheck.Doc, op *speccheck.Operation, code string) string {
	return said(cmp.Or(op.Meanings[code], doc.Special[code], doc.Common[code]))
}

// means returns the comment on the constant of a code.
func means(doc *speccheck.Doc, name, code, usual string) string {
	text := name + " is Slack's code " + code + "."
	if usual = said(usual); usual != "" {
		text = name + ": " + usual
	}
	var own []string
	for i := range doc.Operations {
		if op := &doc.Operations[i]; op.Meanings[code] != "" {
			own = append(own, "  - "+op.OperationID+": "+op.Meanings[code])
		}
	}
	if len(own) > 0 {
		text += "\n\n" + strings.Join(own, "\n")
	}
	return "// " + strings.ReplaceAll(strings.ReplaceAll(text, "\n", "\n\t// "), "// \n", "//\n")
}

// said returns a description, but not one that says nothing.
func said(description string) string {
	if strings.TrimSpace(description) == speccheck.Undescribed {
		return ""
	}
	return description
}

// cell returns words as one cell of a table.
func cell(words ...string) string {
	joined := strings.Join(strings.Fields(strings.Join(words, " ")), " ")
	return strings.ReplaceAll(joined, "|", `\|`)
}

// A property is a field of an object, or an argument.
type property struct {
	Name     string
	Required bool
	*openapi3.SchemaRef
}

// properties returns the properties of an object and of what it is made of,
// the required ones first.
func properties(schema *openapi3.Schema) (all []property) {
	for _, part := range schema.AllOf {
		all = append(all, properties(part.Value)...)
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		all = append(all, property{name, slices.Contains(schema.Required, name), schema.Properties[name]})
	}
	slices.SortStableFunc(all, func(a, b property) int {
		switch {
		case a.Required == b.Required:
			return 0
		case a.Required:
			return -1
		default:
			return 1
		}
	})
	return all
}

// objects returns the names of the objects that are part of others.
func objects(doc *speccheck.Doc) (names []string) {
	whole := map[string]bool{"Success": true}
	for _, op := range doc.Operations {
		whole[op.Name+"Request"], whole[op.Name+"Response"] = true, true
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Components.Schemas)) {
		if !whole[name] {
			names = append(names, name)
		}
	}
	return names
}

// typeOf returns the type of a schema in words.
func typeOf(ref *openapi3.SchemaRef) string {
	schema := ref.Value
	switch {
	case ref.Ref != "" && (schema.Type.Is("object") || schema.Type.Is("array")):
		return fmt.Sprintf("[%s](#%s)", speccheck.RefName(ref.Ref), strings.ToLower(speccheck.RefName(ref.Ref)))
	case schema.Type.Is("array"):
		return "array of " + typeOf(schema.Items)
	case schema.Type.Is("object") && schema.AdditionalProperties.Schema != nil:
		return "map of " + typeOf(schema.AdditionalProperties.Schema)
	case speccheck.IsFile(schema):
		return "file"
	case schema.Format != "" && schema.Type != nil:
		return fmt.Sprintf("%s (%s)", schema.Type.Slice()[0], schema.Format)
	case len(schema.AllOf) == 1:
		return typeOf(schema.AllOf[0])
	case schema.Type == nil:
		return "any"
	default:
		return schema.Type.Slice()[0]
	}
}

// limits returns what a schema says of a value's limits, in words.
func limits(schema *openapi3.Schema) string {
	var words []string
	add := func(format string, args ...any) { words = append(words, fmt.Sprintf(format, args...)) }
	if schema.Min != nil {
		add("At least %s.", text(*schema.Min))
	}
	if schema.Max != nil {
		add("At most %s.", text(*schema.Max))
	}
	switch {
	case schema.MinItems > 0 && schema.MaxItems != nil:
		add("%d to %d items.", schema.MinItems, *schema.MaxItems)
	case schema.MinItems > 0:
		add("At least %d item.", schema.MinItems)
	case schema.MaxItems != nil:
		add("At most %d items.", *schema.MaxItems)
	}
	if len(schema.Enum) > 1 {
		var values []string
		for _, value := range schema.Enum {
			values = append(values, "`"+text(value)+"`")
		}
		add("Known values: %s.", strings.Join(values, ", "))
	}
	if schema.Nullable {
		add("May be null.")
	}
	if schema.Default != nil {
		add("Default: %s.", text(schema.Default))
	}
	if schema.Deprecated {
		add("**Deprecated.** %v", schema.Extensions["x-deprecated-reason"])
	}
	return strings.Join(words, " ")
}

// deprecated returns what Go's docs say of what is deprecated, "" if it is not.
func deprecated(is bool, extensions map[string]any) string {
	if !is {
		return ""
	}
	return fmt.Sprintf("Deprecated: %v", cmp.Or[any](extensions["x-deprecated-reason"], "Slack does not say why."))
}

// together returns the groups of arguments that go together.
func together(schema *openapi3.Schema) (groups []string) {
	all, _ := schema.Extensions["x-slack-together"].([]any) // speccheck has seen that they are
	for _, group := range all {
		var names []string
		for _, name := range group.([]any) {
			names = append(names, fmt.Sprintf("`%v`", name))
		}
		groups = append(groups, strings.Join(names, " and "))
	}
	return groups
}

// text returns a value of an example as it is written in JSON, but for quotes.
func text(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	default:
		return fmt.Sprint(value)
	}
}

// goCall returns the Go code of a call with the examples of the spec.
func goCall(op *speccheck.Operation) string {
	var vars, args string
	if len(op.Arguments.Properties) > 0 {
		vars, args = goLiteral("api."+op.Name+"Request", op.Arguments)
		args = ", " + args
	}
	args = "ctx" + args
	switch {
	case op.Stream != "":
		return vars + fmt.Sprintf("body, err := client.%s(%s)\nif err != nil {\n\treturn err\n}\ndefer body.Close()", op.Name, args)
	case op.Items != "":
		return vars + fmt.Sprintf("for item, err := range client.%sAll(%s) {\n\tif err != nil {\n\t\treturn err\n\t}\n\tfmt.Println(item)\n}", op.Name, args)
	}
	return vars + fmt.Sprintf("answer, err := client.%s(%s)", op.Name, args)
}

// goLiteral returns a struct with the examples of its properties as Go code, and
// the declarations of the variables that it points to.
func goLiteral(goType string, schema *openapi3.Schema) (vars, literal string) {
	var declarations, fields strings.Builder
	for _, p := range properties(schema) {
		if p.Name == "cursor" || p.Name == "page" || p.Value.Deprecated {
			continue
		}
		value := goValue(p)
		if value != "" && !p.Required && (p.Value.Nullable && p.Value.Min == nil || p.Value.Extensions["x-slack-empty"] == true) {
			name := strings.ToLower(goname.Of(p.Name)[:1]) + goname.Of(p.Name)[1:] + "Value"
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

// goValue returns a property's example as Go code, or "" if it has none.
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
		return "" // Go has a type of its own for it
	case p.Value.Type.Is("string"):
		return strconv.Quote(text(p.Value.Example))
	case p.Value.Type.Is("integer"), p.Value.Type.Is("number"), p.Value.Type.Is("boolean"):
		return text(p.Value.Example)
	case p.Value.Type.Is("array") && !p.Value.Nullable && items.Value.Type.Is("string") && items.Value.Format == "" && len(items.Value.Enum) == 0:
		items, _ := p.Value.Example.([]any) // the spec's validation has seen that it is
		var literals []string
		for _, item := range items {
			literals = append(literals, strconv.Quote(text(item)))
		}
		return "[]string{" + strings.Join(literals, ", ") + "}"
	default:
		return "" // an object of many parts would hide the call
	}
}

// curl returns the command of a call with the examples of the spec. The token
// goes through a pipe: on the command line, everybody on the machine sees it.
func curl(op *speccheck.Operation, server string) string {
	args := map[string]any{}
	for _, p := range properties(op.Arguments) {
		if (p.Value.Example != nil || speccheck.IsFile(p.Value)) && p.Name != "cursor" && p.Name != "page" && !p.Value.Deprecated {
			args[p.Name] = p.Value.Example
		}
	}
	command := `printf 'Authorization: Bearer %s' "$SLACK_TOKEN" | curl -H @- `
	if op.Public {
		command = "curl "
	}
	if op.Stream != "" {
		command += "-o FILE "
	}
	url := server + op.Path
	switch {
	case len(args) == 0 && op.Verb == "GET":
		return command + url
	case slices.Contains(op.Media(), speccheck.MediaJSON):
		return fmt.Sprintf("%s\\\n  -H 'Content-Type: application/json; charset=utf-8' \\\n  -d %s %s", command, quoted(inJSON(args)), url)
	case len(args) == 0:
		return command + "-X POST " + url
	}
	var fields strings.Builder
	if op.Verb == "GET" {
		fields.WriteString("-G ")
	}
	flag := "--data-urlencode"
	if slices.Contains(op.Media(), speccheck.MediaMultipart) {
		flag = "--form-string"
	}
	for _, name := range slices.Sorted(maps.Keys(args)) {
		if speccheck.IsFile(op.Arguments.Properties[name].Value) {
			fmt.Fprintf(&fields, "\\\n  -F %s ", quoted(name+"=@FILE"))
			continue
		}
		fmt.Fprintf(&fields, "\\\n  %s %s ", flag, quoted(name+"="+formValue(args[name])))
	}
	return command + fields.String() + "\\\n  " + url
}

// formValue returns an example as a form or a query has it.
func formValue(example any) string {
	switch example := example.(type) {
	case map[string]any:
		return inJSON(example)
	case []any:
		var values []string
		for _, item := range example {
			switch item.(type) {
			case map[string]any, []any:
				return inJSON(example)
			}
			values = append(values, text(item))
		}
		return strings.Join(values, ",")
	default:
		return text(example)
	}
}

func inJSON(example any) string {
	encoded, _ := json.Marshal(example) // it came from JSON
	return string(encoded)
}

// quoted returns text as one word of a shell command.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
