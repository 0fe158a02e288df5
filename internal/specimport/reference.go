package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-38c23bad/slackadmin/internal/goname"
)

// A method is what the reference says of one of Slack's methods.
type method struct {
	name       string
	desc       string
	get        bool
	json       bool                // reads JSON bodies
	kinds      []string            // of tokens that it takes: user, bot or another of Slack's
	scopesOf   map[string][]string // by kind; any one of them will do
	callers    []string
	tier       string // 1 to 4, or special
	perMinute  string // with special, if the reference says it
	token      bool   // takes a bearer token
	args       *object
	required   []string
	output     *object // nil if the reference has none
	successes  []*object
	refusal    string // the code of the example of a refusal
	binary     string // the media type of a success that is not JSON
	errors     *object
	deprecated string // why, if it is
	notes      []string
	prints     map[string]string // fingerprints by section
}

var methodName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)+$`)

// readMethod reads a file of the reference.
func readMethod(name string, data []byte) (*method, error) {
	value, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: the reference is not JSON: %w", name, err)
	}
	file, ok := value.(*object)
	if !ok {
		return nil, fmt.Errorf("%s: the reference is not a JSON object", name)
	}
	args := file.object("args")
	m := &method{
		name:     name,
		desc:     redact(file.text("desc")),
		get:      file.text("http_method") == "GET",
		json:     file.get("json_input_supported") == true,
		token:    args.object("properties").has("token"),
		args:     newObject(),
		required: texts(args.get("required")),
		output:   file.object("output"),
		errors:   newObject(),
		prints:   fingerprints(file),
	}
	for _, argument := range args.object("properties").all() {
		if argument != "token" {
			m.args.set(argument, args.object("properties").get(argument))
		}
	}
	m.required = slices.DeleteFunc(m.required, func(argument string) bool {
		if m.args.has(argument) || argument == "token" {
			return argument == "token"
		}
		m.notes = append(m.notes, fmt.Sprintf("the reference requires %q, which is none of its arguments", argument))
		return true
	})
	m.readScope(file)
	for _, scopes := range m.scopesOf {
		m.token = m.token || len(scopes) > 0
	}
	m.readRate(file.text("rate_limits"))
	m.readErrors(file)
	m.readExamples(file.object("examples"))
	return m, nil
}

// all returns the keys of o, which may be nil.
func (o *object) all() []string {
	if o == nil {
		return nil
	}
	return o.keys
}

// texts returns the strings of a list, or of one string.
func texts(value any) (all []string) {
	switch value := value.(type) {
	case string:
		return []string{value}
	case []any:
		for _, item := range value {
			if text, ok := item.(string); ok {
				all = append(all, text)
			}
		}
	}
	return all
}

// readScope takes the kinds of tokens that the method takes, and the scopes of each, any
// one of which will do. Without kinds, the reference means users and bots.
func (m *method) readScope(file *object) {
	m.scopesOf = map[string][]string{}
	for _, byKind := range []*object{file.object("scope"), file.object("scope_by_token_type")} {
		for _, key := range byKind.all() {
			kind := strings.TrimPrefix(key, "granular_") // as bots' new tokens were called
			if !kindOfToken.MatchString(kind) {
				continue
			}
			if !slices.Contains(m.kinds, kind) {
				m.kinds = append(m.kinds, kind)
			}
			m.addScopes(kind, byKind.get(key))
		}
	}
	if len(file.object("scope").all()) == 0 {
		usual := []string{"user"}
		if file.get("user_scope_only") != true {
			usual = append(usual, "bot")
		}
		for _, kind := range usual {
			if !slices.Contains(m.kinds, kind) {
				m.kinds = append(m.kinds, kind)
				m.addScopes(kind, texts(file.get("scope")))
			}
		}
	}
	for _, kind := range m.kinds {
		switch {
		case kind == "user" && strings.HasPrefix(m.name, "admin."):
			m.callers = append([]string{"admin"}, m.callers...)
		case kind == "user":
			m.callers = append([]string{"admin", "member"}, m.callers...)
		default:
			m.callers = append(m.callers, kind)
		}
	}
	if strings.HasPrefix(m.name, "admin.") && slices.Contains(m.kinds, "user") {
		m.callers = slices.DeleteFunc(m.callers, func(caller string) bool { return caller == "bot" })
	}
}

var kindOfToken = regexp.MustCompile(`^[a-z][a-z_]*$`)

// addScopes adds what is in a text or a list to the scopes of a kind of token.
func (m *method) addScopes(kind string, value any) {
	all, ok := value.([]string)
	if !ok {
		all = texts(value)
	}
	for _, scope := range all {
		if strings.TrimSpace(scope) != "" && scope != "none" && !slices.Contains(m.scopesOf[kind], scope) {
			m.scopesOf[kind] = append(m.scopesOf[kind], scope)
		}
	}
}

var perMinute = regexp.MustCompile(`([0-9][0-9,]*)[a-z ]*\bper minute`)

func (m *method) readRate(rate string) {
	m.tier = "special"
	if tier := strings.TrimPrefix(rate, "t"); slices.Contains([]string{"1", "2", "3", "4"}, tier) {
		m.tier = tier
	}
	if match := perMinute.FindStringSubmatch(rate); match != nil {
		if n, err := strconv.Atoi(strings.ReplaceAll(match[1], ",", "")); err == nil && n > 0 {
			m.perMinute = strconv.Itoa(n)
		}
	}
}

var code = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func (m *method) readErrors(file *object) {
	for _, name := range file.object("errors").all() {
		if code.MatchString(name) {
			m.errors.set(name, file.object("errors").object(name).text("desc"))
		}
	}
	why := isDeprecated.FindStringIndex(m.desc)
	switch warning := file.object("warnings").object("method_deprecated"); {
	case file.get("deprecated") == true || why != nil:
		reason := m.desc
		if why != nil {
			reason = m.desc[why[0]:]
		}
		m.deprecated = sentence(saysDeprecated.ReplaceAllString(reason, ""))
	case warning != nil:
		m.deprecated = sentence(saysDeprecated.ReplaceAllString(warning.text("desc"), ""))
	}
	if m.deprecated == undescribed {
		m.deprecated = "Slack has deprecated it."
	}
	m.desc = saysDeprecated.ReplaceAllString(m.desc, "")
}

var (
	isDeprecated   = regexp.MustCompile(`(?i)(^|[.!] )\W*deprecated\b`)
	saysDeprecated = regexp.MustCompile(`(?i)^\W*deprecated(\s+and\s+|\s*[:.!*_–—-]+\s*)`) // as whoever prints the reason says first
)

var mediaType = regexp.MustCompile(`\b(application|audio|image|text|video)/[a-z0-9][a-z0-9.+-]*`)

func (m *method) readExamples(examples *object) {
	for _, name := range examples.all() {
		example := examples.object(name)
		switch value := example.get("example").(type) {
		case *object:
			if value.get("ok") == false {
				if refusal := value.text("error"); m.refusal == "" && code.MatchString(refusal) {
					m.refusal = refusal
				}
				continue
			}
			if value.get("ok") == true || !value.has("ok") && strings.HasPrefix(name, "success") {
				m.successes = append(m.successes, redacted(value).(*object))
			}
		case string:
			media := mediaType.FindString(example.text("description"))
			if value == "" && m.output == nil && media != "" && media != mediaJSON {
				m.binary = media
			}
		}
	}
}

// token is what Slack's tokens look like.
var token = regexp.MustCompile(`xox[a-z](\.xox[a-z])?-[A-Za-z0-9.…-]*`)

// redact replaces what looks like a token.
func redact(text string) string { return token.ReplaceAllString(text, "xoxp-not-real") }

// redacted returns a copy of a value without tokens.
func redacted(value any) any {
	switch value := value.(type) {
	case string:
		return redact(value)
	case []any:
		list := make([]any, len(value))
		for i, item := range value {
			list[i] = redacted(item)
		}
		return list
	case *object:
		o := newObject()
		for _, key := range value.keys {
			o.set(key, redacted(value.get(key)))
		}
		return o
	default:
		return value
	}
}

// readingWords are the last words of methods that change nothing. Not GET, by which the
// reference also has methods that invite people.
var readingWords = regexp.MustCompile(`^(conversations|count|fetch|find|get|history|identity|info|list|lookup|members|replies|search|test)([A-Z].*)?$|(Info|Logs)$`)

// reads tells whether m only reads, as far as its name says. Of no other method is
// it known that a repeat has the effect of one call.
func (m *method) reads() bool {
	words := strings.Split(m.name, ".")
	return slices.Contains(words, "search") || readingWords.MatchString(words[len(words)-1])
}

// byQuery tells whether the arguments go into the query of a GET. Slack takes
// every method by POST, too, which nobody on the way repeats.
func (m *method) byQuery(args *schema) bool {
	return m.get && m.reads() && len(args.names) > 0 && carriesQuery(args)
}

// goName returns the start of the names of the schemas of a method.
func (m *method) goName() string { return goname.Of(m.name) }

// tag returns the name of the group of methods that m belongs to.
func (m *method) tag() string { return m.name[:strings.LastIndex(m.name, ".")] }
