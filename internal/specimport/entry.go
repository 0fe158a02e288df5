package main

import (
	"fmt"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/seed-38c23bad/slackadmin/internal/slack"
	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// An entry is the part of the spec for a method.
type entry struct {
	method           *method
	path             *yaml.Node
	request          *schema            // nil without arguments, or with arguments in the query
	response         *schema            // without the fields of Success
	components       map[string]*schema // the method's own, except its request and response
	codes            map[string]string  // special error codes, with the method's own meaning or ""
	meanings         map[string]string  // its own meanings of common error codes
	common           map[string]string  // all common error codes
	guessedArguments []string           // names with inferred types
	guessedResponse  []string           // paths with inferred types
	notes            []string           // for the person who adds the method
}

// newEntry returns the entry of a method. r knows the shared schemas.
func newEntry(m *method, r *responses, common, commonMeaning map[string]string) *entry {
	e := &entry{method: m, components: map[string]*schema{}, codes: map[string]string{}, meanings: map[string]string{}, common: common}
	for _, name := range slices.Sorted(maps.Keys(r.conflicts)) {
		e.notes = append(e.notes, fmt.Sprintf("%v; the method has its own type instead of %s", r.conflicts[name], name))
	}
	e.notes = append(e.notes, m.notes...)
	e.request = arguments(m)
	for _, name := range m.args.keys {
		if e.request.properties[name] == nil {
			e.notes = append(e.notes, fmt.Sprintf("the argument %q is left out, because its Go name is empty or taken", name))
		}
	}
	e.response = r.response(m)
	for _, code := range m.errors.keys {
		own := sentence(m.errors.text(code))
		if own == undescribed || own == commonMeaning[code] {
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
		e.notes = append(e.notes, "it has pages, but the reference does not say where their number is; there is no iterator")
	}
	for _, name := range e.response.names {
		e.addGuesses(name, e.response.properties[name])
	}
	for _, name := range e.request.names {
		if e.request.properties[name].guessed {
			e.guessedArguments = append(e.guessedArguments, name)
		}
	}

	components := maps.Clone(r.known)
	maps.Copy(components, e.components)
	e.path = e.pathNode(paging, (&pruner{components}).success(m, e.response))
	return e
}

// addGuesses adds the paths of the inferred schemas in s, without those inside them.
func (e *entry) addGuesses(path string, s *schema) {
	if s.guessed {
		if !slices.Contains(e.guessedResponse, path) {
			e.guessedResponse = append(e.guessedResponse, path)
		}
		return
	}
	switch {
	case s.items != nil:
		e.addGuesses(path, s.items)
	case s.values != nil:
		e.addGuesses(path, s.values)
	case e.components[s.ref] != nil:
		s = e.components[s.ref]
	}
	for _, name := range s.names {
		e.addGuesses(path+"."+name, s.properties[name])
	}
}

// arguments returns the arguments of m as an object, the required ones first.
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

// fitsQuery reports whether a query can carry the arguments.
func fitsQuery(args *schema) bool {
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
	query := m.usesQuery(e.request)
	tier := taggedScalar("!!str", slack.TierSpecial)
	var perMinute *yaml.Node
	switch {
	case m.tier != slack.TierSpecial:
		tier = taggedScalar("!!int", m.tier)
	case m.perMinute != "":
		perMinute = taggedScalar("!!int", m.perMinute)
	}
	callers, security := flowList(m.callers), (*yaml.Node)(nil)
	if !m.token {
		callers, security = nil, inline(sequence())
	}
	pairs := []pair{
		{"operationId", scalar(m.name)},
		{"tags", flowList([]string{m.tag()})},
		{"summary", scalar(first)},
		{"description", scalarOrNil(rest)},
		{"externalDocs", mapping(pair{"url", scalar("https://docs.slack.dev/reference/methods/" + m.name)})},
		{"deprecated", trueOrNil(m.deprecated != "")},
		{"x-deprecated-reason", scalarOrNil(m.deprecated)},
		{"security", security},
		{"x-slack-scopes", m.scopesNode()},
		{"x-slack-tier", tier},
		{"x-slack-calls-per-minute", perMinute},
		{"x-slack-callers", callers},
		{"x-slack-idempotent", toYAML(m.reads())},
		{"x-slack-safe", trueOrNil(m.reads())},
		{"x-slack-errors", e.errorCodes()},
		{referenceName, fingerprintsNode(m.prints)},
	}
	pairs = append(pairs, paging...)
	if len(e.guessedResponse)+len(e.guessedArguments) > 0 {
		pairs = append(pairs, pair{"x-slack-guessed", mapping(pair{"arguments", flowList(e.guessedArguments)}, pair{"response", flowList(e.guessedResponse)})})
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

// scopesNode returns the scopes, for each token type if they differ.
func (m *method) scopesNode() *yaml.Node {
	node := mapping()
	differ := false
	for _, kind := range slices.Sorted(slices.Values(m.tokenTypes)) {
		node.Content = append(node.Content, scalar(kind), oneOfScopes(m.scopesOf[kind]))
		differ = differ || !slices.Equal(slices.Sorted(slices.Values(m.scopesOf[kind])), slices.Sorted(slices.Values(m.scopesOf[m.tokenTypes[0]])))
	}
	switch {
	case differ:
		return node
	case len(m.tokenTypes) == 0:
		return oneOfScopes(nil)
	default:
		return oneOfScopes(m.scopesOf[m.tokenTypes[0]])
	}
}

// oneOfScopes returns scopes of which one is enough.
func oneOfScopes(scopes []string) *yaml.Node {
	node := inline(sequence())
	for _, scope := range scopes {
		quoted := scalar(scope)
		quoted.Style = yaml.SingleQuotedStyle
		node.Content = append(node.Content, quoted)
	}
	if len(scopes) > 1 {
		return inline(sequence(node))
	}
	return node
}

// errorCodes returns the method's codes: a list, or a map if it has its own meanings.
func (e *entry) errorCodes() *yaml.Node {
	all := maps.Clone(e.codes)
	maps.Copy(all, e.meanings)
	list, meanings, hasOwn := sequence(), mapping(), false
	for _, code := range slices.Sorted(maps.Keys(all)) {
		list.Content = append(list.Content, scalar(code))
		meaning := taggedScalar("!!null", "null")
		if all[code] != "" {
			hasOwn, meaning = true, scalar(all[code])
		}
		meanings.Content = append(meanings.Content, scalar(code), meaning)
	}
	switch {
	case hasOwn:
		return meanings
	case len(all) == 0:
		return inline(list)
	default:
		return list
	}
}

func (e *entry) parameters() *yaml.Node {
	parameters := sequence()
	for _, name := range e.request.names {
		s := *e.request.properties[name]
		var explode *yaml.Node
		if s.kind == "array" {
			explode = taggedScalar("!!bool", "false")
		}
		desc := s.desc
		s.desc = ""
		parameters.Content = append(parameters.Content, mapping(
			pair{"name", scalar(name)},
			pair{"in", scalar("query")},
			pair{"description", scalar(desc)},
			pair{"required", trueOrNil(slices.Contains(e.request.required, name))},
			pair{"deprecated", trueOrNil(s.deprecated != "")},
			pair{"explode", explode},
			pair{"schema", inlineIfScalar(s.node())},
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
				inline(mapping(pair{"style", scalar("form")}, pair{"explode", taggedScalar("!!bool", "false")})))
		case property.kind == "array" || property.kind == "object":
			encoding.Content = append(encoding.Content, scalar(name), inline(mapping(pair{"contentType", scalar(speccheck.MediaJSON)})))
		}
	}
	if len(encoding.Content) == 0 {
		encoding = nil
	}
	content := mapping()
	if e.method.json && !file {
		content.Content = append(content.Content, scalar(speccheck.MediaJSON), mapping(pair{"schema", ref()}))
	}
	media := speccheck.MediaForm
	if file {
		media = speccheck.MediaMultipart
	}
	content.Content = append(content.Content, scalar(media), mapping(pair{"schema", ref()}, pair{"encoding", encoding}))
	return mapping(pair{"required", toYAML(len(e.request.required) > 0)}, pair{"content", content})
}

func (e *entry) responses(success *object) *yaml.Node {
	name := e.method.goName() + "Response"
	failure := newObject()
	failure.set("ok", false)
	failure.set("error", e.exampleCode())
	content := mapping(pair{speccheck.MediaJSON, mapping(
		pair{"schema", mapping(
			pair{"x-go-type", scalar(name)},
			pair{"oneOf", sequence((&schema{ref: name}).node(), (&schema{ref: "ErrorResponse"}).node())},
		)},
		pair{"examples", mapping(
			pair{"success", mapping(pair{"value", toYAML(success)})},
			pair{"error", mapping(pair{"value", toYAML(failure)})},
		)},
	)})
	if e.method.binary != "" {
		binary := mapping(pair{"schema", inline(mapping(pair{"type", scalar("string")}, pair{"format", scalar("binary")}))})
		content.Content = append(content.Content, scalar(e.method.binary), binary)
	}
	reference := func(name string) *yaml.Node {
		return inline(mapping(pair{"$ref", scalar("#/components/responses/" + name)}))
	}
	return mapping(
		pair{"200", mapping(pair{"description", scalar("The result, or an error.")}, pair{"content", content})},
		pair{"429", reference("RateLimited")},
		pair{"default", reference("Refused")},
	)
}

// exampleCode returns the error code for the example of an error: the reference's, or
// a special one.
func (e *entry) exampleCode() string {
	own := slices.Sorted(maps.Keys(e.codes))
	_, common := e.common[e.method.errorCode]
	switch {
	case common || slices.Contains(own, e.method.errorCode):
		return e.method.errorCode
	case len(own) > 0:
		return own[0]
	default:
		return "internal_error"
	}
}

// component returns the schema of the response.
func (e *entry) component() *yaml.Node {
	all := sequence((&schema{ref: "Success"}).node())
	if len(e.response.names) > 0 {
		all.Content = append(all.Content, e.response.node())
	}
	return mapping(pair{"description", scalar("The response to " + e.method.name + ".")}, pair{"allOf", all})
}
