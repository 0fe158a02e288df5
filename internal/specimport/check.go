package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// check prints what the reference says otherwise than the spec of the methods
// named, or of all. It is an error if there is something.
func (i *importer) check(ctx context.Context, names []string) error {
	data, _, err := i.readSpec()
	if err != nil {
		return err
	}
	doc, err := speccheck.Load(data)
	if err != nil {
		return fmt.Errorf("%s:\n%w", i.specPath, err)
	}
	for _, name := range names {
		if !slices.ContainsFunc(doc.Operations, func(op speccheck.Operation) bool { return op.OperationID == name }) {
			return fmt.Errorf("%s: the spec does not have it", name)
		}
	}
	found := 0
	for _, op := range doc.Operations {
		if len(names) > 0 && !slices.Contains(names, op.OperationID) {
			continue
		}
		changes, err := i.changes(ctx, doc, &op)
		if err != nil {
			return err
		}
		for _, change := range changes {
			fmt.Fprintf(i.out, "%s: %s\n", op.OperationID, change)
		}
		found += len(changes)
	}
	if found > 0 {
		return fmt.Errorf("differences between the spec and the reference: %d", found)
	}
	return nil
}

// changes returns what the reference says otherwise than an operation, each as
// a sentence.
func (i *importer) changes(ctx context.Context, doc *speccheck.Doc, op *speccheck.Operation) (changes []string, err error) {
	data, err := i.source.read(ctx, op.OperationID)
	if errors.Is(err, errUnknown) {
		return []string{"the reference no longer has it"}, nil
	}
	if err != nil {
		return nil, err
	}
	m, err := readMethod(op.OperationID, data)
	if err != nil {
		return nil, err
	}
	add := func(format string, args ...any) { changes = append(changes, fmt.Sprintf(format, args...)) }

	in := arguments(m)
	for _, name := range in.names {
		argument := op.Arguments.Properties[name]
		if argument == nil {
			add("argument %s is new", name)
			continue
		}
		if in.properties[name].deprecated != "" && !argument.Value.Deprecated {
			add("argument %s is deprecated", name)
		}
		if kind := in.properties[name].kind; !in.properties[name].guessed && !argument.Value.Type.Is(kind) {
			add("argument %s is of type %s; the spec has %s", name, kind, orNone(strings.Join(argument.Value.Type.Slice(), "")))
		}
		for _, limit := range limitNames {
			if want, has := in.properties[name].limits[limit], limitOf(argument.Value, limit); want != "" && has != "" && want.String() != has {
				add("argument %s has %s %s; the spec has %s", name, limit, want, has)
			}
		}
		for _, value := range in.properties[name].enum {
			if len(argument.Value.Enum) > 0 && !slices.Contains(argument.Value.Enum, any(value)) {
				add("argument %s may be %s", name, value)
			}
		}
		switch required := slices.Contains(op.Arguments.Required, name); {
		case required && !slices.Contains(in.required, name):
			add("argument %s is no longer required", name)
		case !required && slices.Contains(in.required, name):
			add("argument %s is required", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(op.Arguments.Properties)) {
		if in.properties[name] == nil && !op.Arguments.Properties[name].Value.Deprecated {
			add("argument %s is gone", name)
		}
	}
	for _, code := range m.errors.keys {
		if doc.Common[code] == "" && !slices.Contains(op.Errors, code) {
			add("error code %s is new", code)
		}
	}
	for _, code := range op.Errors {
		if !m.errors.has(code) {
			add("error code %s is gone", code)
		}
	}
	if op.Verb == http.MethodGet && !m.get {
		add("the method is no longer called by GET")
	}
	if slices.Contains(op.Media(), mediaJSON) && !m.json {
		add("it no longer reads JSON")
	}
	out := (&responses{known: map[string]*schema{}, samples: map[string][]any{}}).response(m)
	has, leftOut := speccheck.Fields(op.Answer), flat(op.Extensions["x-slack-left-out"])
	for _, name := range out.names {
		if !slices.Contains(has, name) && !slices.Contains(leftOut, name) {
			add("field %s of the response is new", name)
		}
	}
	for _, name := range has {
		if len(out.names) > 0 && out.properties[name] == nil && !ofSuccess[name] {
			add("field %s of the response is gone", name)
		}
	}
	if m.deprecated != "" && !op.Deprecated {
		add("the method is deprecated")
	}
	if tier := fmt.Sprint(op.Extensions["x-slack-tier"]); tier != m.tier {
		add("the tier is %s; the spec has %s", m.tier, tier)
	}
	rate := ""
	if value, ok := op.Extensions["x-slack-calls-per-minute"]; ok {
		rate = fmt.Sprint(value)
	}
	if m.tier == "special" && rate != m.perMinute {
		add("the calls per minute are %s; the spec has %s", orNone(m.perMinute), orNone(rate))
	}
	had, want := flat(op.Extensions["x-slack-scopes"]), slices.Clone(m.scopes)
	slices.Sort(had)
	slices.Sort(want)
	if !slices.Equal(had, want) {
		add("the scopes are %s; the spec has %s", orNone(strings.Join(want, ", ")), orNone(strings.Join(had, ", ")))
	}
	return changes, nil
}

// limitOf returns a limit of schema by its keyword, "" if there is none.
func limitOf(schema *openapi3.Schema, keyword string) string {
	number := func(n *float64) string {
		if n == nil {
			return ""
		}
		return strconv.FormatFloat(*n, 'f', -1, 64)
	}
	count := func(n *uint64) string {
		if n == nil || *n == 0 {
			return ""
		}
		return strconv.FormatUint(*n, 10)
	}
	return map[string]string{
		"minimum": number(schema.Min), "maximum": number(schema.Max),
		"minLength": count(&schema.MinLength), "maxLength": count(schema.MaxLength),
		"minItems": count(&schema.MinItems), "maxItems": count(schema.MaxItems),
	}[keyword]
}

// flat returns the strings of a list and of the lists in it.
func flat(value any) (all []string) {
	switch value := value.(type) {
	case string:
		return []string{value}
	case []any:
		for _, item := range value {
			all = append(all, flat(item)...)
		}
	}
	return all
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}
