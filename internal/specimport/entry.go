package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// An entry is what the spec needs to have a method.
type entry struct {
	method     *method
	path       *yaml.Node
	request    *schema            // nil if it has no arguments, or has them in its query
	response   *schema            // beyond Success
	components map[string]*schema // that only this method has
	codes      map[string]string  // special error codes, with what this method alone means by one
	meanings   map[string]string  // what it alone means by a code of every method
	common     map[string]string  // those of every method
	guessed    []string           // paths of the response whose types were inferred
	guessedIn  []string           // and arguments
	notes      []string           // for whoever adds the method
}

// newEntry makes the entry of a method. The shared schemas in r are known by
// now, but for what is only in this method's examples.
func newEntry(m *method, r *responses, common, usual map[string]string) (*entry, error) {
	if !methodName.MatchString(m.name) {
		return nil, fmt.Errorf("%s: not a method's name; want words of letters and digits with dots between", m.name)
	}
	e := &entry{method: m, components: map[string]*schema{}, codes: map[string]string{}, meanings: map[string]string{}, common: common}
	for _, name := range slices.Sorted(maps.Keys(r.differ)) {
		e.notes = append(e.notes, fmt.Sprintf("%v; so the method has a type of its own in place of %s", r.differ[name], name))
	}
	e.notes = append(e.notes, m.notes...)
	e.request = arguments(m)
	for _, name := range m.args.keys {
		if e.request.properties[name] == nil {
			e.notes = append(e.notes, fmt.Sprintf("the argument %q is left out, for Go cannot tell its name from another's", name))
		}
	}
	e.response = r.response(m)
	for _, code := range m.errors.keys {
		own := sentence(m.errors.text(code))
		if own == undescribed || own == usual[code] {
			own = ""
		}
		_, isCommon := common[code]
		switch {
		case !isCommon:
			e.codes[code] = own
		case own != "":
			e.meanings[code] = own
		}
	}
	paging := e.paging()
	if e.request.properties["page"] != nil && len(paging) == 0 && e.request.properties["cursor"] == nil {
		e.notes = append(e.notes, "it has pages, and the reference does not say where their number stands; there is no iterator")
	}
	for _, name := range e.response.names {
		e.guesses(name, e.response.properties[name])
	}
	for _, name := range e.request.names {
		if e.request.properties[name].guessed {
			e.guessedIn = append(e.guessedIn, name)
		}
	}

	components := maps.Clone(r.known)
	maps.Copy(components, e.components)
	f := &fitter{components}
	e.path = e.pathNode(paging, f.success(m, e.response))
	return e, nil
}

// guesses notes the paths of what is inferred in s, without what is below.
func (e *entry) guesses(path string, s *schema) {
	if s.guessed {
		if !slices.Contains(e.guessed, path) {
			e.guessed = append(e.guessed, path)
		}
		return
	}
	switch {
	case s.items != nil:
		e.guesses(path, s.items)
	case s.values != nil:
		e.guesses(path, s.values)
	case e.components[s.ref] != nil:
		s = e.components[s.ref]
	}
	for _, name := range s.names {
		e.guesses(path+"."+name, s.properties[name])
	}
}

// arguments returns the arguments of m as one object, the required ones first.
func arguments(m *method) *schema {
	s := &schema{desc: "The request of " + m.name + ".", kind: "object", closed: true}
	for _, required := range []bool{true, false} {
		for _, name := range distinct(m.args.keys) {
			if slices.Contains(m.required, name) == required {
				s.add(name, argument(name, m.args.object(name), required))
			}
			if property := s.properties["cursor"]; name == "cursor" && property != nil && (property.kind != "string" || property.format != "" || property.enum != nil) {
				s.properties[name] = &schema{desc: property.desc, kind: "string", guessed: true}
			}
		}
	}
	for _, name := range s.names {
		if slices.Contains(m.required, name) {
			s.required = append(s.required, name)
		}
	}
	return s
}

// carriesQuery tells whether a query can carry the arguments.
func carriesQuery(args *schema) bool {
	for _, property := range args.properties {
		if property.format == "binary" || !property.isPlain() && (property.kind != "array" || !property.items.isPlain()) {
			return false
		}
	}
	return true
}

func (e *entry) pathNode(paging []pair, success *object) *yaml.Node {
	m := e.method
	first, rest := summary(m.desc)
	query := m.byQuery(e.request)
	tier := literal("!!str", "special")
	var perMinute *yaml.Node
	switch {
	case m.tier != "special":
		tier = literal("!!int", m.tier)
	case m.perMinute != "":
		perMinute = literal("!!int", m.perMinute)
	}
	callers := list(m.callers)
	if !m.token {
		callers = nil
	}
	pairs := []pair{
		{"operationId", scalar(m.name)},
		{"tags", list([]string{m.tag()})},
		{"summary", scalar(first)},
		{"description", text(rest)},
		{"externalDocs", mapping(pair{"url", scalar("https://docs.slack.dev/reference/methods/" + m.name)})},
		{"deprecated", yes(m.deprecated != "")},
		{"x-deprecated-reason", text(m.deprecated)},
		{"security", noToken(m)},
		{"x-slack-scopes", m.scopesNode()},
		{"x-slack-tier", tier},
		{"x-slack-calls-per-minute", perMinute},
		{"x-slack-callers", callers},
		{"x-slack-idempotent", value(m.reads())},
		{"x-slack-safe", yes(m.reads())},
		{"x-slack-errors", e.errorCodes()},
		{referenceName, fingerprintsNode(m.prints)},
	}
	pairs = append(pairs, paging...)
	if len(e.guessed)+len(e.guessedIn) > 0 {
		pairs = append(pairs, pair{"x-slack-guessed", mapping(pair{"arguments", list(e.guessedIn)}, pair{"response", list(e.guessed)})})
	}
	verb := "post"
	switch {
	case query:
		verb = "get"
		pairs = append(pairs, pair{"parameters", e.parameters()})
	case len(e.request.names) > 0:
		pairs = append(pairs, pair{"requestBody", e.body()})
	}
	if query || len(e.request.names) == 0 {
		e.request = nil
	}
	pairs = append(pairs, pair{"responses", e.responses(success)})
	return mapping(pair{verb, mapping(pairs...)})
}

// scopesNode returns the scopes, by the kind of token where they differ.
func (m *method) scopesNode() *yaml.Node {
	anyOf := func(scopes []string) *yaml.Node {
		node := inline(sequence())
		switch len(scopes) {
		case 0:
		case 1:
			node = list(scopes)
		default:
			node = inline(sequence(list(scopes)))
		}
		quote(node)
		node.Style = yaml.FlowStyle
		return node
	}
	same := true
	for _, kind := range m.kinds {
		same = same && slices.Equal(slices.Sorted(slices.Values(m.scopesOf[kind])), slices.Sorted(slices.Values(m.scopesOf[m.kinds[0]])))
	}
	if same {
		if len(m.kinds) == 0 {
			return anyOf(nil)
		}
		return anyOf(m.scopesOf[m.kinds[0]])
	}
	node := mapping()
	for _, kind := range slices.Sorted(slices.Values(m.kinds)) {
		node.Content = append(node.Content, scalar(kind), anyOf(m.scopesOf[kind]))
	}
	return node
}

// errorCodes returns the method's codes: a list, or with what it alone means by some of
// them.
func (e *entry) errorCodes() *yaml.Node {
	all := maps.Clone(e.codes)
	maps.Copy(all, e.meanings)
	list, meanings := inline(sequence()), mapping()
	hasOwn := false
	for _, code := range slices.Sorted(maps.Keys(all)) {
		list.Style = 0
		list.Content = append(list.Content, scalar(code))
		meaning := literal("!!null", "null")
		if all[code] != "" {
			hasOwn, meaning = true, scalar(all[code])
		}
		meanings.Content = append(meanings.Content, scalar(code), meaning)
	}
	if hasOwn {
		return meanings
	}
	return list
}

func quote(node *yaml.Node) {
	for _, part := range node.Content {
		quote(part)
	}
	if node.Kind == yaml.ScalarNode {
		node.Style = yaml.SingleQuotedStyle
	}
}

func noToken(m *method) *yaml.Node {
	if m.token {
		return nil
	}
	return inline(sequence())
}

func (e *entry) parameters() *yaml.Node {
	parameters := sequence()
	for _, name := range e.request.names {
		s := *e.request.properties[name]
		var explode *yaml.Node
		if s.kind == "array" {
			explode = literal("!!bool", "false")
		}
		desc := s.desc
		s.desc = ""
		parameters.Content = append(parameters.Content, mapping(
			pair{"name", scalar(name)},
			pair{"in", scalar("query")},
			pair{"description", scalar(desc)},
			pair{"required", yes(slices.Contains(e.request.required, name))},
			pair{"deprecated", yes(s.deprecated != "")},
			pair{"explode", explode},
			pair{"schema", simple(s.node())},
		))
	}
	return parameters
}

func (e *entry) body() *yaml.Node {
	ref := func() *yaml.Node { return (&schema{ref: e.method.goName() + "Request"}).node() }
	encoding, file := mapping(), false
	for _, name := range e.request.names {
		switch property := e.request.properties[name]; {
		case property.format == "binary":
			file = true
		case property.kind == "array" && (property.items.isPlain() || property.items.isUntyped()):
			encoding.Content = append(encoding.Content, scalar(name),
				inline(mapping(pair{"style", scalar("form")}, pair{"explode", literal("!!bool", "false")})))
		case property.kind == "array" || property.kind == "object":
			encoding.Content = append(encoding.Content, scalar(name), inline(mapping(pair{"contentType", scalar(mediaJSON)})))
		}
	}
	if len(encoding.Content) == 0 {
		encoding = nil
	}
	content := mapping()
	if e.method.json && !file {
		content.Content = append(content.Content, scalar(mediaJSON), mapping(pair{"schema", ref()}))
	}
	media := mediaForm
	if file {
		media = mediaFile
	}
	content.Content = append(content.Content, scalar(media), mapping(pair{"schema", ref()}, pair{"encoding", encoding}))
	return mapping(pair{"required", value(len(e.request.required) > 0)}, pair{"content", content})
}

func (e *entry) responses(success *object) *yaml.Node {
	name := e.method.goName() + "Response"
	refusal := newObject()
	refusal.set("ok", false)
	refusal.set("error", e.refusal())
	content := mapping(pair{mediaJSON, mapping(
		pair{"schema", mapping(
			pair{"x-go-type", scalar(name)},
			pair{"oneOf", sequence((&schema{ref: name}).node(), (&schema{ref: "ErrorResponse"}).node())},
		)},
		pair{"examples", mapping(
			pair{"success", mapping(pair{"value", value(success)})},
			pair{"error", mapping(pair{"value", value(refusal)})},
		)},
	)})
	if e.method.binary != "" {
		binary := mapping(pair{"schema", inline(mapping(pair{"type", scalar("string")}, pair{"format", scalar("binary")}))})
		content.Content = append(content.Content, scalar(e.method.binary), binary)
	}
	reference := func(name string) *yaml.Node {
		ref := inline(mapping(pair{"$ref", scalar("#/components/responses/" + name)}))
		ref.Content[1].Style = yaml.SingleQuotedStyle
		return ref
	}
	return mapping(
		pair{"200", mapping(pair{"description", scalar("What was asked for, or the reason why not.")}, pair{"content", content})},
		pair{"429", reference("RateLimited")},
		pair{"default", reference("Refused")},
	)
}

// refusal returns the error code of the example of a refusal: the reference's,
// or one that only this method has.
func (e *entry) refusal() string {
	own := slices.Sorted(maps.Keys(e.codes))
	_, common := e.common[e.method.refusal]
	switch {
	case common || slices.Contains(own, e.method.refusal):
		return e.method.refusal
	case len(own) > 0:
		return own[0]
	default:
		return "internal_error"
	}
}

// whole returns the response as the component that it becomes.
func (e *entry) whole() *yaml.Node {
	all := sequence((&schema{ref: "Success"}).node())
	if len(e.response.names) > 0 {
		all.Content = append(all.Content, e.response.node())
	}
	return mapping(pair{"description", scalar("The response to " + e.method.name + ".")}, pair{"allOf", all})
}

// paging finds where the next page and a page's items are, and gives the items
// a name. A success's example ends there: whoever goes through its pages would
// not.
func (e *entry) paging() (pairs []pair) {
	args := e.request.properties
	cursor, pages := e.findCursor(), ""
	if args["page"] != nil && (args["cursor"] == nil || cursor != speccheck.NextCursor) {
		pages = e.find("", e.response, 3, func(name string, s *schema) bool { return name == "pages" && s.kind == "integer" })
	}
	switch {
	case pages != "":
		pairs = append(pairs, pair{"x-slack-pages", scalar(pages)})
	case args["cursor"] == nil:
		return nil
	case cursor == "" && e.findItems() == "":
		e.notes = append(e.notes, "its cursor is none of pages, for the response has neither a next one nor a list; there is no iterator")
		return []pair{{"x-slack-cursor", value(false)}}
	case cursor == "":
		e.notes = append(e.notes, "the reference does not say where the next cursor stands; it is read from "+speccheck.NextCursor+", as elsewhere")
	case cursor != speccheck.NextCursor:
		pairs = append(pairs, pair{"x-slack-cursor", scalar(cursor)})
	}
	if pages == "" {
		for i, success := range e.method.successes {
			e.method.successes[i] = withoutCursor(success).(*object)
		}
	}
	path := e.findItems()
	if path == "" {
		return pairs
	}
	if other := e.otherItems(path); other != "" {
		e.notes = append(e.notes, fmt.Sprintf("its pages have two lists, %s and %s; there is no iterator, which would leave out one", path, other))
		if args["cursor"] == nil {
			return nil
		}
		return []pair{{"x-slack-cursor", value(false)}}
	}
	parent, last := e.response, path
	for {
		name, rest, nested := strings.Cut(last, ".")
		if !nested {
			break
		}
		parent, last = parent.properties[name], rest
	}
	items := parent.properties[last]
	items.nullable = false
	part := &items.items
	if items.kind == "object" {
		part = &items.values
	}
	if (*part).isObject() {
		name := e.method.goName() + "Item"
		component := *(*part)
		component.desc = "An item of a page of " + e.method.name + "."
		e.components[name] = &component
		*part = &schema{ref: name, guessed: component.guessed}
	}
	if arrays := e.arrays(); len(arrays) != 1 || arrays[0] != path {
		pairs = append(pairs, pair{"x-slack-items", scalar(path)})
	}
	return pairs
}

// findCursor returns where the next cursor stands, "" if the reference does not
// say.
func (e *entry) findCursor() string {
	if e.request.properties["cursor"] == nil {
		return ""
	}
	// A cursor that is documented elsewhere is there for a reason.
	other := e.find("", e.response, 2, func(name string, s *schema) bool { return speccheck.IsNextCursor(name) && s.kind == "string" })
	if other != "" {
		return other
	}
	output := e.method.output.object("properties")
	if output.object("response_metadata").object("properties").has("next_cursor") {
		return speccheck.NextCursor
	}
	for _, success := range e.method.successes {
		if success.object("response_metadata").has("next_cursor") {
			return speccheck.NextCursor
		}
	}
	return ""
}

// find returns the path to a property, the one that is least deep.
func (e *entry) find(path string, s *schema, depth int, is func(string, *schema) bool) string {
	for _, name := range s.names {
		if is(name, s.properties[name]) {
			return path + name
		}
	}
	if depth == 0 {
		return ""
	}
	for _, name := range s.names {
		if found := e.find(path+name+".", s.properties[name], depth-1, is); found != "" {
			return found
		}
	}
	return ""
}

// arrays returns the names of the arrays at the top of the response.
func (e *entry) arrays() (names []string) {
	for _, name := range e.response.names {
		if e.response.properties[name].kind == "array" {
			names = append(names, name)
		}
	}
	return names
}

// findItems returns the path of a page's items. Of several arrays it is the one
// that must be there, that has objects, or that comes first.
func (e *entry) findItems() string {
	var best string
	most := -1
	consider := func(path string, s *schema, required bool) {
		points := 0
		if required {
			points += 2
		}
		if s.items.isObject() || s.items.ref != "" {
			points++
		}
		if points > most {
			best, most = path, points
		}
	}
	for _, name := range e.arrays() {
		consider(name, e.response.properties[name], slices.Contains(e.method.requiredOutput(), name))
	}
	if best != "" {
		return best
	}
	for _, name := range e.response.names {
		inner := e.response.properties[name]
		for _, array := range inner.names {
			if inner.properties[array].kind == "array" {
				consider(name+"."+array, inner.properties[array], slices.Contains(inner.required, array))
			}
		}
	}
	if best != "" {
		return best
	}
	typed := e.find("", e.response, 1, func(_ string, s *schema) bool { return s.values != nil && s.values.kind+s.values.ref != "" })
	if typed != "" {
		return typed
	}
	return e.find("", e.response, 1, func(_ string, s *schema) bool { return s.values != nil })
}

// otherItems returns the path of another list that has as good a right to be a page's
// items as the one at path: it is beside it, or in its own object, with objects, and as
// surely there.
func (e *entry) otherItems(path string) string {
	isList := func(s *schema) bool {
		return s != nil && s.kind == "array" && (s.items.isObject() || s.items.ref != "")
	}
	required := e.method.requiredOutput()
	parent, last, nested := strings.Cut(path, ".")
	if !nested && slices.Contains(required, path) {
		return ""
	}
	if inner := e.response.properties[parent]; nested && isList(inner.properties[last]) && !slices.Contains(inner.required, last) {
		for _, name := range inner.names {
			if name != last && isList(inner.properties[name]) {
				return parent + "." + name
			}
		}
	}
	for _, name := range e.response.names {
		other := e.response.properties[name]
		switch {
		case name == parent:
		case !nested && isList(other) && isList(e.response.properties[path]) && !slices.Contains(required, name):
			return name
		case nested && other.properties[last] != nil && isList(other.properties[last]):
			return name + "." + last
		}
	}
	return ""
}

// requiredOutput returns what a response always has by the reference.
func (m *method) requiredOutput() []string { return texts(m.output.get("required")) }

// withoutCursor returns a copy of an example whose cursors are those of a last
// page.
func withoutCursor(value any) any {
	o, ok := value.(*object)
	if !ok {
		return value
	}
	last := newObject()
	for _, key := range o.keys {
		if _, isText := o.get(key).(string); speccheck.IsNextCursor(key) && isText {
			last.set(key, "")
			continue
		}
		last.set(key, withoutCursor(o.get(key)))
	}
	return last
}
