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

	"github.com/seed-38c23bad/slackadmin/internal/slack"
	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// A change is a difference between the reference and the spec.
type change struct {
	Method  string `json:"method"`
	Section string `json:"section"` // access, arguments, response, errors or words
	Change  string `json:"change"`
}

// compare prints the differences between the reference and the spec in the named
// methods, or in all. It returns an error if there are any.
func (imp *importer) compare(ctx context.Context, names []string) error {
	data, _, err := imp.readSpec()
	if err != nil {
		return err
	}
	if err := imp.source.load(ctx); err != nil {
		return err
	}
	doc, err := speccheck.Load(data)
	if err != nil {
		return speccheck.WithFile(imp.specPath, err)
	}
	for _, name := range names {
		if !slices.ContainsFunc(doc.Operations, func(op speccheck.Operation) bool { return op.OperationID == name }) {
			return fmt.Errorf("%s: the spec does not have it", name)
		}
	}
	found := 0
	for _, op := range doc.Operations {
		if len(names) > 0 && !slices.Contains(names, op.OperationID) || op.Server != "" { // the reference has the Web API alone
			continue
		}
		changes, err := imp.changes(ctx, doc, &op)
		if err != nil {
			return err
		}
		for _, change := range changes {
			if imp.json {
				err = json.NewEncoder(imp.out).Encode(change)
			} else {
				_, err = fmt.Fprintf(imp.out, "%s: %s\n", change.Method, change.Change)
			}
			if err != nil {
				return err
			}
		}
		found += len(changes)
	}
	if found > 0 {
		return fmt.Errorf("differences between the spec and the reference: %d; when an entry is right, run: go run ./internal/specimport --reviewed METHOD", found)
	}
	return nil
}

// comparison collects the differences between the reference and an operation.
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

// changes returns the differences between the reference and an operation. The spec may
// have its own words and types, so some of them count only in sections whose
// fingerprints differ.
func (imp *importer) changes(ctx context.Context, doc *speccheck.Doc, op *speccheck.Operation) ([]change, error) {
	data, err := imp.source.read(ctx, op.OperationID)
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
		c.changed["words"] = false // probably part of the other changes
	}
	for _, section := range sections {
		if c.changed[section] && !slices.ContainsFunc(c.all, func(found change) bool { return found.Section == section }) {
			c.addf(section, "%s", map[string]string{
				"access":    "its tokens, scopes, rates or HTTP method have changed",
				"arguments": "its arguments have changed",
				"response":  "its response or its example has changed",
				"errors":    "its error codes have changed",
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
		c.addf(section, "the HTTP method is no longer GET")
	case changed && op.HTTPMethod != http.MethodGet && m.usesQuery(arguments(m)):
		c.addf(section, "the HTTP method is GET")
	}
	switch reads := slices.Contains(op.Media(), speccheck.MediaJSON); {
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
	if m.tier == slack.TierSpecial && rate != m.perMinute {
		c.addf(section, "the calls per minute are %s; the spec has %s", orNone(m.perMinute), orNone(rate))
	}
	for _, kind := range m.tokenTypes {
		var had []string
		for _, anyOf := range op.ScopesOf(kind) {
			had = append(had, anyOf...)
		}
		want := slices.Clone(m.scopesOf[kind])
		slices.Sort(had)
		slices.Sort(want)
		if slices.Equal(had, want) || kind == "bot" && !slices.Contains(m.callers, "bot") {
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
	op, args := c.op, arguments(c.method)
	for _, name := range args.names {
		argument := op.Arguments.Properties[name]
		if argument == nil {
			c.addf(section, "argument %s is new", name)
			continue
		}
		c.schema(section, "argument "+name, args.properties[name], argument.Value)
	}
	c.required(section, "argument ", args, op.Arguments)
	for _, name := range slices.Sorted(maps.Keys(op.Arguments.Properties)) {
		if args.properties[name] == nil && !op.Arguments.Properties[name].Value.Deprecated {
			c.addf(section, "argument %s is gone", name)
		}
	}
}

// required compares the required properties.
func (c *comparison) required(section, element string, want *schema, has *openapi3.Schema) {
	for _, name := range want.names {
		if has.Properties[name] == nil {
			continue
		}
		switch required := slices.Contains(has.Required, name); {
		case required && !slices.Contains(want.required, name):
			c.addf(section, "%s%s is no longer required", element, name)
		case !required && slices.Contains(want.required, name):
			c.addf(section, "%s%s is required", element, name)
		}
	}
}

// schema compares an argument or a field of the response. Inferred types, and the
// schemas inside, count only if the section has changed.
func (c *comparison) schema(section, element string, want *schema, has *openapi3.Schema) {
	changed := c.changed[section]
	switch {
	case want.deprecated != "" && !has.Deprecated:
		c.addf(section, "%s is deprecated", element)
	case changed && want.deprecated == "" && has.Deprecated:
		c.addf(section, "%s is no longer deprecated", element)
	}
	kind := strings.Join(has.Type.Slice(), "")
	isNumber := (kind == "integer" || kind == "number") && want.isNumber()
	if section == "arguments" && !want.guessed && !want.isUntyped() && kind != want.kind && !isNumber || changed && want.ref == "" && kind != want.kind && !isNumber && len(has.AllOf) == 0 {
		c.addf(section, "%s has type %s; the spec has %s", element, orNone(want.kind), orNone(kind))
		return
	}
	for _, limit := range limitNames {
		switch want, has := want.limits[limit].String(), limitOf(has, limit); {
		case want != "" && has != "" && want != has:
			c.addf(section, "%s has %s %s; the spec has %s", element, limit, want, has)
		case changed && want == "" && has != "":
			c.addf(section, "%s has no %s; the spec has %s", element, limit, has)
		case changed && has == "" && want != "":
			c.addf(section, "%s has %s %s; the spec has none", element, limit, want)
		}
	}
	c.enum(section, element, want, has)
	if !changed {
		return
	}
	if now, before := defaultOf(want.desc), defaultOf(has.Description); now != before && (now == "" || !strings.Contains(has.Description, now)) {
		c.addf(section, "%s has the default %s; the spec has %s", element, orNone(now), orNone(before))
	}
	switch {
	case want.items != nil && has.Items != nil:
		c.schema(section, element+"[]", want.items, has.Items.Value)
	case want.values != nil && has.AdditionalProperties.Schema != nil:
		c.schema(section, element+"{}", want.values, has.AdditionalProperties.Schema.Value)
	case want.isObject():
		for _, name := range want.names {
			if has.Properties[name] == nil {
				c.addf(section, "%s.%s is new", element, name)
				continue
			}
			c.schema(section, element+"."+name, want.properties[name], has.Properties[name].Value)
		}
		for _, name := range slices.Sorted(maps.Keys(has.Properties)) {
			if want.properties[name] == nil {
				c.addf(section, "%s.%s is gone", element, name)
			}
		}
		c.required(section, element+".", want, has)
	}
}

func (c *comparison) enum(section, element string, want *schema, has *openapi3.Schema) {
	for _, value := range want.enum {
		if (len(has.Enum) > 0 || c.changed[section]) && !slices.Contains(has.Enum, any(value)) {
			c.addf(section, "%s may be %s", element, value)
		}
	}
	if !c.changed[section] {
		return
	}
	for _, value := range has.Enum {
		if text := fmt.Sprint(value); !slices.Contains(want.enum, text) {
			c.addf(section, "%s may no longer be %s", element, text)
		}
	}
}

var defaultPattern = regexp.MustCompile(`Default: (.*)\.$`)

// defaultOf returns the default that setDefault added to a description, or "".
func defaultOf(desc string) string {
	if match := defaultPattern.FindStringSubmatch(strings.TrimSpace(desc)); match != nil {
		return match[1]
	}
	return ""
}

func (c *comparison) response() {
	const section = "response"
	known := map[string]*schema{}
	for _, name := range shared {
		known[name] = freeMap() // shared by many methods, and not compared
	}
	want := (&responses{known: known, samples: map[string][]any{}}).response(c.method)
	has, leftOut := speccheck.Fields(c.op.Response), texts(c.op.Extensions["x-slack-left-out"])
	for _, name := range want.names {
		if !slices.Contains(has, name) {
			if !slices.Contains(leftOut, name) {
				c.addf(section, "field %s of the response is new", name)
			}
			continue
		}
		if field := speccheck.Field(c.op.Response, name); c.changed[section] && field != nil && want.properties[name].ref == "" {
			c.schema(section, "response field "+name, want.properties[name], field)
		}
	}
	for _, name := range has {
		if len(want.names) > 0 && want.properties[name] == nil && !successFields[name] {
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
		meaning := cmp.Or(c.op.ErrorMeanings[code], c.doc.Special[code], c.doc.Common[code])
		if now := sentence(c.method.errors.text(code)); c.changed[section] && now != meaning && now != undescribed && !isCommon {
			c.addf(section, "error code %s means: %s", code, now)
		}
	}
	for _, code := range c.op.Errors {
		if !c.method.errors.has(code) {
			c.addf(section, "error code %s is gone", code)
		}
	}
}

// review records that a person compared the named methods with the reference.
func (imp *importer) review(ctx context.Context, names []string) error {
	_, spec, err := imp.readSpec()
	if err != nil {
		return err
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		m, err := imp.method(ctx, name)
		if err != nil {
			return err
		}
		if err := spec.review(name, m.prints); err != nil {
			return err
		}
	}
	if _, err := speccheck.Load([]byte(spec.String())); err != nil {
		return fmt.Errorf("nothing is written, because the spec would be invalid: %w", err)
	}
	return os.WriteFile(imp.specPath, []byte(spec.String()), 0o644)
}

// limitOf returns a limit of schema by its keyword, or "".
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

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}
