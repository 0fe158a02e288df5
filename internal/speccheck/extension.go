package speccheck

import (
	"maps"
	"slices"
	"strings"
)

// extensions are the names that this project gives a meaning, and those of
// oapi-codegen that it uses: what a value is, in the terms of grammar, and what
// may have it. The head of spec/slack.yaml says what each means.
var extensions = map[string]struct {
	value string
	of    []string
	want  string
}{
	"x-slack-scopes":           {"[any]/{[any]}", operations, "a list of scopes, or [] if none is needed; or such a list for each kind of token"},
	"x-slack-callers":          {"[text]", operations, "a list of owner, admin, member, bot or another kind of token"},
	"x-slack-tier":             {"any", operations, "1 to 4, or special"},
	"x-slack-calls-per-minute": {"count", operations, "how many calls"},
	"x-slack-idempotent":       {"bool", operations, "true if a repeat has the effect of one call, else false"},
	"x-slack-safe":             {"bool", operations, "true if the method only reads"},
	"x-slack-errors":           {"[text]/{any}", operations, "a list of the codes special to the method, or [] if there are none; or codes with what the method alone means by them"},
	"x-slack-reference":        {"{text}", operations, "what specimport has written"},
	"x-slack-cursor":           {"any", operations, "a path in the answer, or false if the argument cursor is none of pages"},
	"x-slack-pages":            {"text", operations, "a path in the answer"},
	"x-slack-items":            {"text", operations, "a path in the answer"},
	"x-slack-left-out":         {"[text]", operations, "a list of properties"},
	"x-slack-guessed":          {"{[text]}", operations, "paths, under arguments and response"},
	"x-slack-essential":        {"bool", properties, "true or false"},
	"x-slack-empty":            {"bool", properties, "true, or none"},
	"x-slack-together":         {"[[text]]", []string{"schema"}, "a list of lists of arguments"},
	"x-slack-error-codes":      {"codes", []string{"document"}, "the codes and their meanings, under common and special"},
	"x-deprecated-reason":      {"text", []string{"property", "schema", "operation"}, "a sentence"},
	"x-go-type":                {"text", []string{"property", "schema"}, "a type of Go's"},
}

var operations, properties = []string{"operation"}, []string{"property"}

// extension checks an extension of what is of a kind. Names that are not ours
// nor like them belong to other tools, which may read the document too.
func (c *checker) extension(kind, name string, at place) {
	e, ok := extensions[name]
	if ok && slices.Contains(e.of, kind) {
		c.is(e.value, at.inside(name))
		return
	}
	switch known := slices.Sorted(maps.Keys(extensions)); {
	case ok:
		c.failf(at, "%s means nothing in %s; want it in %s, or left out", name, kinds[kind], orList(e.of))
	case strings.HasPrefix(name, "x-slack-"):
		known = slices.DeleteFunc(known, func(name string) bool { return !strings.HasPrefix(name, "x-slack-") })
		c.failf(at, "%s is unknown; want %s, or none", name, nearest(name, known, len(name)))
	case nearest(name, known, slips(name)) != "":
		c.failf(at, "%s is unknown; want %s", name, nearest(name, known, slips(name)))
	}
}

// orList returns kinds as in "an operation or a schema".
func orList(names []string) string {
	var all []string
	for _, name := range names {
		all = append(all, kinds[name])
	}
	return strings.Join(all, " or ")
}
