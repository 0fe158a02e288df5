package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-38c23bad/slackadmin/internal/goname"
	"github.com/seed-38c23bad/slackadmin/internal/slack"
	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// A method is one of Slack's methods as the reference describes it.
type method struct {
	name       string
	desc       string
	get        bool
	json       bool                // reads JSON bodies
	tokenTypes []string            // user, bot or another of Slack's
	scopesOf   map[string][]string // by token type; one is enough
	callers    []string
	tier       string // 1 to 4, or slack.TierSpecial
	perMinute  string // the rate of a special tier, if known
	token      bool   // takes a bearer token
	args       *object
	required   []string
	output     *object // may be nil
	successes  []*object
	errorCode  string // of the example of an error
	binary     string // the media type of a successful response that is not JSON
	errors     *object
	deprecated string // the reason, if it is deprecated
	notes      []string
	prints     map[string]string // fingerprints by section
}

var methodNamePattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)+$`)

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
		m.notes = append(m.notes, fmt.Sprintf("the reference requires %q, which is not an argument", argument))
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

// all returns the keys of o. o may be nil.
func (o *object) all() []string {
	if o == nil {
		return nil
	}
	return o.keys
}

// texts returns the strings of a list, or a single string.
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

// readScope sets the token types and the scopes of each. If the reference names no
// token types, it means user and bot.
func (m *method) readScope(file *object) {
	m.scopesOf = map[string][]string{}
	for _, byKind := range []*object{file.object("scope"), file.object("scope_by_token_type")} {
		for _, key := range byKind.all() {
			kind := strings.TrimPrefix(key, "granular_") // Slack's former name for new bot tokens
			if !speccheck.TokenTypePattern.MatchString(kind) {
				continue
			}
			if !slices.Contains(m.tokenTypes, kind) {
				m.tokenTypes = append(m.tokenTypes, kind)
			}
			m.addScopes(kind, byKind.get(key))
		}
	}
	if len(file.object("scope").all()) == 0 {
		kinds := []string{"user"}
		if file.get("user_scope_only") != true {
			kinds = append(kinds, "bot")
		}
		for _, kind := range kinds {
			if !slices.Contains(m.tokenTypes, kind) {
				m.tokenTypes = append(m.tokenTypes, kind)
				m.addScopes(kind, texts(file.get("scope")))
			}
		}
	}
	for _, kind := range m.tokenTypes {
		switch {
		case kind == "user" && strings.HasPrefix(m.name, "admin."):
			m.callers = append([]string{"admin"}, m.callers...)
		case kind == "user":
			m.callers = append([]string{"admin", "member"}, m.callers...)
		default:
			m.callers = append(m.callers, kind)
		}
	}
	if strings.HasPrefix(m.name, "admin.") && slices.Contains(m.tokenTypes, "user") {
		m.callers = slices.DeleteFunc(m.callers, func(caller string) bool { return caller == "bot" })
	}
}

// addScopes adds a scope or a list of them to those of a token type.
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

var perMinutePattern = regexp.MustCompile(`([0-9][0-9,]*)[a-z ]*\bper minute`)

func (m *method) readRate(rate string) {
	m.tier = slack.TierSpecial
	if tier := strings.TrimPrefix(rate, "t"); slack.CallsPerMinute[tier] > 0 {
		m.tier = tier
	}
	if match := perMinutePattern.FindStringSubmatch(rate); match != nil {
		if n, err := strconv.Atoi(strings.ReplaceAll(match[1], ",", "")); err == nil && n > 0 {
			m.perMinute = strconv.Itoa(n)
		}
	}
}

var codePattern = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func (m *method) readErrors(file *object) {
	for _, name := range file.object("errors").all() {
		if codePattern.MatchString(name) {
			m.errors.set(name, file.object("errors").object(name).text("desc"))
		}
	}
	notice := deprecatedPattern.FindStringIndex(m.desc)
	switch warning := file.object("warnings").object("method_deprecated"); {
	case file.get("deprecated") == true || notice != nil:
		reason := m.desc
		if notice != nil {
			reason = m.desc[notice[0]:]
		}
		m.deprecated = sentence(deprecatedPrefixPattern.ReplaceAllString(reason, ""))
	case warning != nil:
		m.deprecated = sentence(deprecatedPrefixPattern.ReplaceAllString(warning.text("desc"), ""))
	}
	if m.deprecated == undescribed {
		m.deprecated = "Slack has deprecated it."
	}
	m.desc = deprecatedPrefixPattern.ReplaceAllString(m.desc, "")
}

var (
	deprecatedPattern       = regexp.MustCompile(`(?i)(^|[.!] )\W*deprecated\b`)
	deprecatedPrefixPattern = regexp.MustCompile(`(?i)^\W*deprecated(\s+and\s+|\s*[:.!*_–—-]+\s*)`) // printed before the reason anyway
)

var mediaTypePattern = regexp.MustCompile(`\b(application|audio|image|text|video)/[a-z0-9][a-z0-9.+-]*`)

func (m *method) readExamples(examples *object) {
	for _, name := range examples.all() {
		example := examples.object(name)
		switch value := example.get("example").(type) {
		case *object:
			if value.get("ok") == false {
				if code := value.text("error"); m.errorCode == "" && codePattern.MatchString(code) {
					m.errorCode = code
				}
				continue
			}
			if value.get("ok") == true || !value.has("ok") && strings.HasPrefix(name, "success") {
				m.successes = append(m.successes, redacted(value).(*object))
			}
		case string:
			media := mediaTypePattern.FindString(example.text("description"))
			if value == "" && m.output == nil && media != "" && media != speccheck.MediaJSON {
				m.binary = media
			}
		}
	}
}

// tokenPattern matches Slack's tokens.
var tokenPattern = regexp.MustCompile(`xox[a-z](\.xox[a-z])?-[A-Za-z0-9.…-]*`)

// redact replaces tokens.
func redact(text string) string { return tokenPattern.ReplaceAllString(text, "xoxp-not-real") }

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

// readingPattern matches the last words of methods that only read. In the reference,
// GET does not mean that: it has GET methods that invite people.
var readingPattern = regexp.MustCompile(`^(conversations|count|fetch|find|get|history|identity|info|list|lookup|members|replies|search|test)([A-Z].*)?$|(Info|Logs)$`)

// reads reports whether m only reads, according to its name. Whether another method is
// idempotent is unknown.
func (m *method) reads() bool {
	words := strings.Split(m.name, ".")
	return slices.Contains(words, "search") || readingPattern.MatchString(words[len(words)-1])
}

// usesQuery reports whether the arguments go into the query of a GET. Slack also
// accepts POST for every method, which no proxy retries.
func (m *method) usesQuery(args *schema) bool {
	return m.get && m.reads() && len(args.names) > 0 && fitsQuery(args)
}

// goName returns the prefix of the names of m's schemas.
func (m *method) goName() string { return goname.Of(m.name) }

// tag returns the name of the group of methods of m.
func (m *method) tag() string { return m.name[:strings.LastIndex(m.name, ".")] }
