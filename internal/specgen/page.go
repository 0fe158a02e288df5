package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
	"github.com/seed-38c23bad/slackadmin/internal/words"
)

// scopes returns the scopes of op, for each token type if they differ.
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

// guessed returns the paths of op with inferred types, in quotes.
func guessed(op *speccheck.Operation, quote string) string {
	var all []string
	for in, paths := range map[string][]string{"arguments": op.GuessedArguments, "response": op.GuessedResponse} {
		if len(paths) > 0 {
			all = append(all, in+" "+quote+strings.Join(paths, quote+", "+quote)+quote)
		}
	}
	slices.Sort(all)
	return strings.Join(all, "; ")
}

// cell returns words as a cell of a Markdown table.
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

// properties returns the properties of an object and of its allOf parts, the
// required ones first.
func properties(schema *openapi3.Schema) (all []property) {
	for _, part := range schema.AllOf {
		all = append(all, properties(part.Value)...)
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		all = append(all, property{name, slices.Contains(schema.Required, name), schema.Properties[name]})
	}
	slices.SortStableFunc(all, func(a, b property) int {
		rank := map[bool]int{true: 0, false: 1}
		return rank[a.Required] - rank[b.Required]
	})
	return all
}

// objects returns the names of the schemas that belong to no method.
func objects(doc *speccheck.Doc) (names []string) {
	own := map[string]bool{"Success": true}
	for _, op := range doc.Operations {
		own[op.SchemaPrefix+"Request"], own[op.SchemaPrefix+"Response"] = true, true
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Components.Schemas)) {
		if !own[name] {
			names = append(names, name)
		}
	}
	return names
}

// typeOf returns the type of a schema, in words.
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

// limits returns the limits of a value, in words.
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

// deprecated returns the paragraph of a deprecated symbol for Go's docs, or "".
func deprecated(is bool, extensions map[string]any) string {
	if !is {
		return ""
	}
	return fmt.Sprintf("Deprecated: %v", cmp.Or[any](extensions["x-deprecated-reason"], "Slack does not say why."))
}

// together returns the groups of arguments that need each other.
func together(schema *openapi3.Schema) (groups []string) {
	all, _ := schema.Extensions["x-slack-together"].([]any) // speccheck has checked the type
	for _, group := range all {
		var names []string
		for _, name := range group.([]any) {
			names = append(names, fmt.Sprintf("`%v`", name))
		}
		groups = append(groups, strings.Join(names, " and "))
	}
	return groups
}

// text returns a value as in JSON, but without quotes.
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
