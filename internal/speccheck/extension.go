package speccheck

import (
	"encoding/json"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A kind is a part of OpenAPI that extensions belong to.
type kind struct {
	name     string
	pointers *regexp.Regexp // JSON pointers to such parts
}

var (
	document  = kind{"the top of the document", regexp.MustCompile(`^$`)}
	operation = kind{"an operation", regexp.MustCompile(`^/paths/[^/]+/[a-z]+$`)}
	property  = kind{"a property", regexp.MustCompile(`/properties/[^/]+$|/parameters/\d+/schema$`)}
	schema    = kind{"a schema", regexp.MustCompile(`/schemas/[^/]+$|/(schema|items|additionalProperties)$|/(allOf|oneOf|anyOf)/\d+$`)}
)

// extensions are those of this project, and those of oapi-codegen that it uses.
// The head of spec/slack.yaml explains them.
var extensions = map[string]struct {
	in    []kind
	types []any // values of the types that it may have
	want  string
}{
	"x-slack-scopes":           {[]kind{operation}, []any{[]any{}, map[string][]any{}}, "a list of scopes, or [] if none is needed; or such a list for each kind of token"},
	"x-slack-callers":          {[]kind{operation}, []any{[]string{}}, "a list of owner, admin, member, bot or another kind of token"},
	"x-slack-tier":             {[]kind{operation}, []any{0, ""}, "1 to 4, or special"},
	"x-slack-calls-per-minute": {[]kind{operation}, []any{0}, "a whole number"},
	"x-slack-idempotent":       {[]kind{operation}, []any{true}, "true if a repeat has the effect of one call, else false"},
	"x-slack-safe":             {[]kind{operation}, []any{true}, "true if the method only reads, else false"},
	"x-slack-errors":           {[]kind{operation}, []any{[]string{}, map[string]*string{}}, "a list of the method's special codes, or [] if it has none; or a map from codes to the method's own meanings"},
	"x-slack-reference":        {[]kind{operation}, []any{map[string]string{}}, "the fingerprints that specimport wrote"},
	"x-slack-cursor":           {[]kind{operation}, []any{"", true}, "a path in the response, or false if the argument cursor does not page"},
	"x-slack-pages":            {[]kind{operation}, []any{""}, "a path in the response"},
	"x-slack-items":            {[]kind{operation}, []any{""}, "a path in the response"},
	"x-slack-left-out":         {[]kind{operation}, []any{[]string{}}, "a list of properties"},
	"x-slack-guessed":          {[]kind{operation}, []any{map[string][]string{}}, "lists of paths under arguments and response"},
	"x-slack-essential":        {[]kind{property}, []any{true}, "true or false"},
	"x-slack-empty":            {[]kind{property}, []any{true}, "true, or left out"},
	"x-slack-together":         {[]kind{schema}, []any{[][]string{}}, "a list of lists of arguments"},
	"x-slack-error-codes":      {[]kind{document}, []any{codes{}}, "maps from codes to meanings under common and special"},
	"x-deprecated-reason":      {[]kind{property, schema, operation}, []any{""}, "a sentence"},
	"x-go-type":                {[]kind{property, schema}, []any{""}, "a Go type"},
}

// extension checks the place and the type of an extension. Other tools may have
// extensions of their own, unless the name looks like a misspelled one of ours.
func (c *checker) extension(at place, pointer string) {
	e, ok := extensions[at.key]
	known := slices.Sorted(maps.Keys(extensions))
	switch {
	case ok && !slices.ContainsFunc(e.in, func(k kind) bool { return k.pointers.MatchString(pointer) }):
		var names []string
		for _, k := range e.in {
			names = append(names, k.name)
		}
		c.failf(at, "%s does not belong here; move it to %s", at.key, strings.Join(names, " or "))
	case ok && !fits(at, e.types):
		c.failf(at, "%s is %s; it must be %s", at.key, at.describe(), e.want)
	case ok:
	case strings.HasPrefix(at.key, "x-slack-"):
		c.failf(at, "%s is unknown%s", at.key, didYouMean(at.key, known, len(at.key)))
	default:
		if suggestion := didYouMean(at.key, known, maxTypos(at.key)); suggestion != "" {
			c.failf(at, "%s is unknown%s", at.key, suggestion)
		}
	}
}

// fits reports whether the value of at is of one of the types of samples.
func fits(at place, samples []any) bool {
	var value any
	if at.isNull() || hasNullItem(at.node) || at.node.Decode(&value) != nil {
		return false
	}
	encoded, err := json.Marshal(value)
	return err == nil && slices.ContainsFunc(samples, func(sample any) bool {
		decoder := json.NewDecoder(strings.NewReader(string(encoded)))
		decoder.DisallowUnknownFields()
		return decoder.Decode(reflect.New(reflect.TypeOf(sample)).Interface()) == nil
	})
}

// hasNullItem reports whether a list in node has an item without a value, which
// encoding/json takes for an empty one.
func hasNullItem(node *yaml.Node) bool {
	return slices.ContainsFunc(node.Content, func(part *yaml.Node) bool {
		return node.Kind == yaml.SequenceNode && part.ShortTag() == "!!null" || hasNullItem(part)
	})
}

// as returns the value of an extension as a T. It reports whether there is one.
func as[T any](extension any) (value T, ok bool) {
	encoded, err := json.Marshal(extension)
	return value, extension != nil && err == nil && json.Unmarshal(encoded, &value) == nil
}
