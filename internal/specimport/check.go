package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// A change is what the reference says otherwise than the spec.
type change struct {
	Method  string `json:"method"`
	Section string `json:"section"` // access, arguments, response, errors or words
	Change  string `json:"change"`
}

// check prints what the reference says otherwise than the spec of the methods
// named, or of all. It is an error if there is something.
func (i *importer) check(ctx context.Context, names []string) error {
	data, _, err := i.readSpec()
	if err != nil {
		return err
	}
	if err := i.source.load(ctx); err != nil {
		return err
	}
	doc, err := speccheck.Load(data)
	if err != nil {
		return speccheck.WithFile(i.specPath, err)
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
		if op.Server != "" {
			continue // the reference is of the Web API alone
		}
		changes, err := i.changes(ctx, doc, &op)
		if err != nil {
			return err
		}
		for _, change := range changes {
			if i.json {
				err = json.NewEncoder(i.out).Encode(change)
			} else {
				_, err = fmt.Fprintf(i.out, "%s: %s\n", change.Method, change.Change)
			}
			if err != nil {
				return err
			}
		}
		found += len(changes)
	}
	if found > 0 {
		return fmt.Errorf("differences between the spec and the reference: %d; once an entry is as it should be, run: go run ./internal/specimport --reviewed METHOD", found)
	}
	return nil
}

// comparison finds what the reference says otherwise than an operation.
type comparison struct {
	op      *speccheck.Operation
	doc     *speccheck.Doc
	method  *method
	changed map[string]bool // sections whose fingerprints differ
	all     []change
}

func (c *comparison) addf(section, format string, args ...any) {
	found := change{c.op.OperationID, section, fmt.Sprintf(format, args...)}
	if !slices.Contains(c.all, found) {
		c.all = append(c.all, found)
	}
}

// changes returns what the reference says otherwise than an operation, each as
// a sentence. What only fingerprints can tell, for the spec may have it in words or with
// types of its own, is told of sections that have changed.
func (i *importer) changes(ctx context.Context, doc *speccheck.Doc, op *speccheck.Operation) ([]change, error) {
	data, err := i.source.read(ctx, op.OperationID)
	if errors.Is(err, errUnknown) {
		return []change{{op.OperationID, "access", "the reference no longer has it"}}, nil
	}
	if err != nil {
		return nil, err
	}
	m, err := readMethod(op.OperationID, data)
	if err != nil {
		return nil, err
	}
	c := &comparison{op: op, doc: doc, method: m, changed: map[string]bool{}}
	had, _ := op.Extensions[referenceName].(map[string]any)
	for _, section := range sections {
		c.changed[section] = had[section] != nil && had[section] != m.prints[section]
	}
	c.access()
	c.arguments()
	c.response()
	c.errors()
	if len(c.all) > 0 {
		c.changed["words"] = false // they are part of what is told already
	}
	for _, section := range sections {
		if c.changed[section] && !slices.ContainsFunc(c.all, func(found change) bool { return found.Section == section }) {
			c.addf(section, "%s", map[string]string{
				"access":    "what it says of tokens, scopes, rates or the HTTP method has changed",
				"arguments": "what it says of the arguments has changed",
				"response":  "what it says of the response, or its example, has changed",
				"errors":    "what it says of error codes has changed",
				"words":     "its descriptions have changed",
			}[section])
		}
	}
	return c.all, nil
}

func (c *comparison) access() {
	op, m := c.op, c.method
	const section = "access"
	changed := c.changed[section]
	switch {
	case op.HTTPMethod == http.MethodGet && !m.get:
		c.addf(section, "the method is no longer called by GET")
	case changed && op.HTTPMethod != http.MethodGet && m.byQuery(arguments(m)):
		c.addf(section, "the method is called by GET")
	}
	switch reads := slices.Contains(op.Media(), mediaJSON); {
	case reads && !m.json:
		c.addf(section, "it no longer reads JSON")
	case changed && !reads && m.json && op.RequestBody != nil:
		c.addf(section, "it reads JSON")
	}
	switch {
	case m.deprecated != "" && !op.Deprecated:
		c.addf(section, "the method is deprecated")
	case changed && m.deprecated == "" && op.Deprecated:
		c.addf(section, "the method is no longer deprecated")
	}
	if tier := fmt.Sprint(op.Extensions["x-slack-tier"]); tier != m.tier {
		c.addf(section, "the tier is %s; the spec has %s", m.tier, tier)
	}
	rate := ""
	if value, ok := op.Extensions["x-slack-calls-per-minute"]; ok {
		rate = fmt.Sprint(value)
	}
	if m.tier == "special" && rate != m.perMinute {
		c.addf(section, "the calls per minute are %s; the spec has %s", orNone(m.perMinute), orNone(rate))
	}
	for _, kind := range m.kinds {
		var had []string
		for _, anyOf := range op.ScopesOf(kind) {
			had = append(had, anyOf...)
		}
		want := slices.Clone(m.scopesOf[kind])
		slices.Sort(had)
		slices.Sort(want)
		if slices.Equal(had, want) || m.name == op.OperationID && kind == "bot" && !slices.Contains(m.callers, "bot") {
			continue
		}
		of := ""
		if len(op.ByToken) > 0 || kind != "user" && !slices.Equal(m.scopesOf[kind], m.scopesOf["user"]) {
			of = " of a " + kind + " token"
		}
		c.addf(section, "the scopes%s are %s; the spec has %s", of, orNone(strings.Join(want, ", ")), orNone(strings.Join(had, ", ")))
	}
	if had, want := slices.Sorted(slices.Values(op.Callers)), slices.Sorted(slices.Values(m.callers)); changed && !op.NoToken && !slices.Equal(had, want) {
		c.addf(section, "its callers are %s; the spec has %s", strings.Join(want, ", "), strings.Join(had, ", "))
	}
}

func (c *comparison) arguments() {
	const section = "arguments"
	op, in := c.op, arguments(c.method)
	for _, name := range in.names {
		argument := op.Arguments.Properties[name]
		if argument == nil {
			c.addf(section, "argument %s is new", name)
			continue
		}
		c.schema(section, "argument "+name, in.properties[name], argument.Value)
	}
	c.required(section, "argument ", in, op.Arguments)
	for _, name := range slices.Sorted(maps.Keys(op.Arguments.Properties)) {
		if in.properties[name] == nil && !op.Arguments.Properties[name].Value.Deprecated {
			c.addf(section, "argument %s is gone", name)
		}
	}
}

// required compares which properties have to be there.
func (c *comparison) required(section, what string, want *schema, has *openapi3.Schema) {
	for _, name := range want.names {
		if has.Properties[name] == nil {
			continue
		}
		switch required := slices.Contains(has.Required, name); {
		case required && !slices.Contains(want.required, name):
			c.addf(section, "%s%s is no longer required", what, name)
		case !required && slices.Contains(want.required, name):
			c.addf(section, "%s%s is required", what, name)
		}
	}
}

// schema compares a part of the arguments or of the response. The types that the
// reference does not say, and all that is further in, count where the section has changed.
func (c *comparison) schema(section, what string, want *schema, has *openapi3.Schema) {
	changed := c.changed[section]
	switch {
	case want.deprecated != "" && !has.Deprecated:
		c.addf(section, "%s is deprecated", what)
	case changed && want.deprecated == "" && has.Deprecated:
		c.addf(section, "%s is no longer deprecated", what)
	}
	kind := strings.Join(has.Type.Slice(), "")
	isNumber := (kind == "integer" || kind == "number") && want.isNumber()
	if section == "arguments" && !want.guessed && !want.isUntyped() && kind != want.kind && !isNumber || changed && want.ref == "" && kind != want.kind && !isNumber && len(has.AllOf) == 0 {
		c.addf(section, "%s is of type %s; the spec has %s", what, orNone(want.kind), orNone(kind))
		return
	}
	for _, limit := range limitNames {
		switch want, has := want.limits[limit].String(), limitOf(has, limit); {
		case want != "" && has != "" && want != has:
			c.addf(section, "%s has %s %s; the spec has %s", what, limit, want, has)
		case changed && want == "" && has != "":
			c.addf(section, "%s has no %s; the spec has %s", what, limit, has)
		case changed && has == "" && want != "":
			c.addf(section, "%s has %s %s; the spec has none", what, limit, want)
		}
	}
	c.enum(section, what, want, has)
	if !changed {
		return
	}
	if said, was := defaultOf(want.desc), defaultOf(has.Description); said != was && (said == "" || !strings.Contains(has.Description, said)) {
		c.addf(section, "%s has the default %s; the spec has %s", what, orNone(said), orNone(was))
	}
	switch {
	case want.items != nil && has.Items != nil:
		c.schema(section, what+"[]", want.items, has.Items.Value)
	case want.values != nil && has.AdditionalProperties.Schema != nil:
		c.schema(section, what+"{}", want.values, has.AdditionalProperties.Schema.Value)
	case want.isObject():
		for _, name := range want.names {
			if has.Properties[name] == nil {
				c.addf(section, "%s.%s is new", what, name)
				continue
			}
			c.schema(section, what+"."+name, want.properties[name], has.Properties[name].Value)
		}
		for _, name := range slices.Sorted(maps.Keys(has.Properties)) {
			if want.properties[name] == nil {
				c.addf(section, "%s.%s is gone", what, name)
			}
		}
		c.required(section, what+".", want, has)
	}
}

func (c *comparison) enum(section, what string, want *schema, has *openapi3.Schema) {
	for _, value := range want.enum {
		if (len(has.Enum) > 0 || c.changed[section]) && !slices.Contains(has.Enum, any(value)) {
			c.addf(section, "%s may be %s", what, value)
		}
	}
	if !c.changed[section] {
		return
	}
	for _, value := range has.Enum {
		if text := fmt.Sprint(value); !slices.Contains(want.enum, text) {
			c.addf(section, "%s may no longer be %s", what, text)
		}
	}
}

var saidDefault = regexp.MustCompile(`Default: (.*)\.$`)

// defaultOf returns the default that a description says as setDefault does.
func defaultOf(desc string) string {
	if match := saidDefault.FindStringSubmatch(strings.TrimSpace(desc)); match != nil {
		return match[1]
	}
	return ""
}

func (c *comparison) response() {
	const section = "response"
	known := map[string]*schema{}
	for _, name := range shared {
		known[name] = freeMap() // what it has is compared nowhere, for it is of many methods
	}
	out := (&responses{known: known, samples: map[string][]any{}}).response(c.method)
	has, leftOut := speccheck.Fields(c.op.Response), flat(c.op.Extensions["x-slack-left-out"])
	for _, name := range out.names {
		if !slices.Contains(has, name) {
			if !slices.Contains(leftOut, name) {
				c.addf(section, "field %s of the response is new", name)
			}
			continue
		}
		if field := speccheck.Field(c.op.Response, name); c.changed[section] && field != nil && out.properties[name].ref == "" {
			c.schema(section, "response field "+name, out.properties[name], field)
		}
	}
	for _, name := range has {
		if len(out.names) > 0 && out.properties[name] == nil && !ofSuccess[name] {
			c.addf(section, "field %s of the response is gone", name)
		}
	}
}

func (c *comparison) errors() {
	const section = "errors"
	for _, code := range c.method.errors.keys {
		_, isCommon := c.doc.Common[code]
		if !isCommon && !slices.Contains(c.op.Errors, code) {
			c.addf(section, "error code %s is new", code)
			continue
		}
		means := cmp.Or(c.op.ErrorMeanings[code], c.doc.Special[code], c.doc.Common[code])
		if said := sentence(c.method.errors.text(code)); c.changed[section] && said != means && said != undescribed && !isCommon {
			c.addf(section, "error code %s means: %s", code, said)
		}
	}
	for _, code := range c.op.Errors {
		if !c.method.errors.has(code) {
			c.addf(section, "error code %s is gone", code)
		}
	}
}

// review notes that the methods named were compared with the reference as it is.
func (i *importer) review(ctx context.Context, names []string) error {
	_, spec, err := i.readSpec()
	if err != nil {
		return err
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		m, err := i.method(ctx, name)
		if err != nil {
			return err
		}
		if err := spec.review(name, m.prints); err != nil {
			return err
		}
	}
	if _, err := speccheck.Load([]byte(spec.String())); err != nil {
		return fmt.Errorf("nothing is written, for the spec would be wrong: %w", err)
	}
	return os.WriteFile(i.specPath, []byte(spec.String()), 0o644)
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
