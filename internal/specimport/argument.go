package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// limitNames are the keywords of limits that OpenAPI and the reference share.
var limitNames = []string{"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"}

// argument returns the schema of an argument from what the reference says of
// it.
func argument(name string, ref *object, required bool) *schema {
	if ref == nil {
		ref = newObject()
	}
	ref, null := argumentChoice(ref)
	s := &schema{desc: sentence(ref.text("desc"))}
	if ref.get("deprecated") == true || old.MatchString(ref.text("desc")) {
		s.deprecated = s.desc
	}
	s.setKind(name, ref)
	s.setLimits(ref)
	s.setDefault(ref)
	s.nullable = !required && !s.isUntyped() && name != "cursor" && s.format != "binary" && (null || s.kind == "boolean" && !falseByDefault(ref) || s.meansZero(ref))
	s.setExample(name, ref, required)
	return s
}

// meansZero tells whether 0 is something else than no number. Then Go needs a
// pointer to send it.
func (s *schema) meansZero(ref *object) bool {
	lowest, err := s.limits["minimum"].Float64()
	usual, ok := asNumber(ref.get("default"), "number")
	normally, _ := usual.Float64()
	return err == nil && lowest <= 0 && ok && normally != 0
}

var old = regexp.MustCompile(`(?i)^\W*(deprecated|legacy)\b`)

// argumentChoice picks the type of an argument that may be of several: what can
// be written in a form and says most.
func argumentChoice(ref *object) (one *object, null bool) {
	one, null = simplify(ref)
	if one.text("type") != severalTypes {
		return one, null
	}
	kinds := map[string]bool{}
	for _, choice := range choicesOf(ref) {
		kinds[choice.text("type")] = true
	}
	kind := "string"
	if (kinds["integer"] || kinds["number"]) && isWhole(ref) {
		kind = "integer"
	}
	one.set("type", kind)
	one.set("guessed", true)
	return one, null
}

// isWhole tells whether what the reference shows of a number has no fraction.
func isWhole(ref *object) bool {
	shown := false
	for _, key := range []string{"default", "example", "minimum", "maximum"} {
		switch value := ref.get(key).(type) {
		case json.Number, string:
			if _, ok := asNumber(value, "integer"); !ok {
				return false
			}
			shown = true
		}
	}
	return shown
}

var whole = regexp.MustCompile(`^(0|-?[1-9][0-9]{0,17})$`)

// asNumber reads a value of the reference, which may be a number in quotes.
func asNumber(value any, kind string) (json.Number, bool) {
	text, ok := value.(string)
	if number, isNumber := value.(json.Number); isNumber {
		text, ok = number.String(), true
	}
	if !ok {
		return "", false
	}
	if kind == "integer" {
		return json.Number(text), whole.MatchString(text)
	}
	_, err := json.Number(text).Float64()
	return json.Number(text), err == nil && json.Valid([]byte(text))
}

func (s *schema) setKind(name string, ref *object) {
	s.kind = ref.text("type")
	s.guessed = ref.get("guessed") == true
	if takesJSON(ref) {
		s.kind, s.guessed = "", false
		return
	}
	switch s.kind {
	case "string", "boolean", "integer":
	case "number":
		if isWhole(ref) {
			s.kind, s.guessed = "integer", true
		}
	case "array":
		s.setItems(name, ref)
	case "object":
		s.setProperties(ref)
	default:
		s.setNamed(name, ref)
	}
	if s.kind == "integer" && (tooLarge(ref.get("example")) || tooLarge(ref.get("maximum")) || tooLarge(ref.get("default"))) {
		s.format = "int64"
	}
	if s.kind == "string" {
		for _, value := range texts(ref.get("enum")) {
			if value != "" && !slices.Contains(s.enum, value) {
				s.enum = append(s.enum, value)
			}
		}
	}
}

var (
	ofJSON      = regexp.MustCompile(`\bJSON\b`)
	encodedJSON = regexp.MustCompile(`(?i)\bjson-encoded\b|\bJSON\b.*\b(encoded|string)\b`)
)

// takesJSON tells whether the reference describes an argument as JSON in a string. Then
// it takes both, JSON and a string.
func takesJSON(ref *object) bool {
	desc := ref.text("desc")
	switch ref.text("type") {
	case "string":
		_, isPlain := exampleOf(ref).(string)
		return !ref.has("enum") && (ofJSON.MatchString(desc) || exampleOf(ref) != nil && !isPlain)
	case "boolean", "integer", "number":
		return false
	default:
		return encodedJSON.MatchString(desc)
	}
}

// exampleOf returns the example of an argument: an object or an array if it is one,
// also in a string, a string, or nil.
func exampleOf(ref *object) any {
	switch example := ref.get("example").(type) {
	case string:
		if value, err := parse([]byte(example)); err == nil {
			switch value.(type) {
			case *object, []any:
				return value
			}
		}
		if strings.Trim(example, " .") == "" {
			return nil
		}
		return example
	case *object, []any:
		return example
	default:
		return nil
	}
}

// setItems makes s an array. Items of which the reference does not say the type are like
// those of its example.
func (s *schema) setItems(name string, ref *object) {
	items := newObject()
	if of := ref.object("items"); of != nil {
		items = with(of, of)
	}
	list, _ := exampleOf(ref).([]any)
	if _, plain := exampleOf(ref).(string); plain && !items.has("type") {
		items.set("type", "string")
	}
	for _, item := range list {
		if !items.has("example") {
			items.set("example", item)
		}
	}
	s.items = argument(name, items, true)
	s.guessed = s.guessed || s.items.guessed
	s.items.asPart()
	s.items.example = nil
	if s.items.format == "binary" {
		s.items = &schema{kind: "string"}
	}
}

// setNamed takes the type of an argument that has a name of Slack's in its place from its
// example, or from the name. Where neither says it, it has none.
func (s *schema) setNamed(name string, ref *object) {
	called := ref.text("schema")
	if called == "post_file" {
		s.kind, s.format = "string", "binary"
		return
	}
	if shared[called] == "View" || ref.has("properties") {
		s.setProperties(ref)
		return
	}
	s.guessed = true
	switch exampleOf(ref).(type) {
	case *object:
		s.kind, s.values = "object", untyped()
	case []any:
		s.kind = "array"
		s.setItems(name, ref)
		s.guessed = true
	case string:
		s.kind, s.guessed = "string", !isID(called)
	default:
		if isID(called) || isID(strings.TrimSuffix(name, "s")) {
			s.kind, s.guessed = "string", !isID(called)
		}
	}
}

// isID tells whether a name of Slack's, or an argument's, is that of a plain string.
func isID(name string) bool {
	return strings.HasSuffix(name, "_id") || plainNames[name] || name == "channel"
}

// setProperties makes s an object with the properties that ref has, or with any.
func (s *schema) setProperties(ref *object) {
	s.kind = "object"
	properties := ref.object("properties")
	for _, name := range distinct(properties.all()) {
		property := argument(name, properties.object(name), slices.Contains(texts(ref.get("required")), name))
		property.example = nil
		if property.format == "binary" {
			property = &schema{desc: property.desc, kind: "string"}
		}
		s.add(name, property)
	}
	if s.properties == nil {
		s.values = untyped()
		return
	}
	s.required = slices.DeleteFunc(texts(ref.get("required")), func(name string) bool { return s.properties[name] == nil })
	s.open = true
}

// tooLarge tells whether a number needs more than 32 bits.
func tooLarge(value any) bool {
	number, ok := asNumber(value, "integer")
	if !ok {
		return false
	}
	n, err := number.Int64()
	return err == nil && (n > 1<<31-1 || n < -1<<31)
}

// setLimits takes the limits that can be: some files have a maximum of 0.
func (s *schema) setLimits(ref *object) {
	for _, name := range limitNames {
		suits := map[string]bool{"integer": true, "number": true}
		switch {
		case strings.HasSuffix(name, "Length"):
			suits = map[string]bool{"string": len(s.enum) == 0 && s.format == ""}
		case strings.HasSuffix(name, "Items"):
			suits = map[string]bool{"array": true}
		}
		kind := "integer"
		if s.kind == "number" {
			kind = "number"
		}
		number, ok := asNumber(ref.get(name), kind)
		if !suits[s.kind] || !ok || number == "0" && name != "minimum" {
			continue
		}
		if s.limits == nil {
			s.limits = map[string]json.Number{}
		}
		s.limits[name] = number
	}
	for _, pair := range [][2]string{{"minimum", "maximum"}, {"minLength", "maxLength"}, {"minItems", "maxItems"}} {
		low, _ := s.limits[pair[0]].Float64()
		high, err := s.limits[pair[1]].Float64()
		if err == nil && low > high {
			delete(s.limits, pair[0])
			delete(s.limits, pair[1])
		}
	}
}

// setDefault says the default in the description: as OpenAPI's default it would
// make other generators send the argument always.
func (s *schema) setDefault(ref *object) {
	value := ref.get("default")
	if value == nil || value == "" || regexp.MustCompile(`(?i)\bdefault`).MatchString(s.desc) {
		return
	}
	switch value.(type) {
	case string, json.Number, bool:
	default:
		return
	}
	said := paragraph(fmt.Sprint(value))
	switch {
	case s.kind == "boolean" && falseByDefault(ref):
		return
	case s.kind == "boolean" && said == "1":
		said = "true"
	}
	if s.desc == undescribed {
		s.desc = ""
	}
	s.desc = strings.TrimSpace(s.desc + " Default: " + said + ".")
}

var (
	byDefault   = regexp.MustCompile(`(?i)default(s|ed)?( value)?( is| to|:)* *.?false`)
	trueAtTimes = regexp.MustCompile(`(?i)default(s|ed)?( value)?( is| to|:)* *.?true`)
)

// falseByDefault tells whether leaving out a boolean means false. If it does not,
// Go needs a pointer to send false.
func falseByDefault(ref *object) bool {
	switch value := ref.get("default"); value {
	case false, "false", "0", json.Number("0"):
		return true
	default:
		desc := ref.text("desc")
		return value == nil && byDefault.MatchString(desc) && !trueAtTimes.MatchString(desc)
	}
}

// setExample takes the reference's example if it fits, and makes one up where
// one is needed.
func (s *schema) setExample(name string, ref *object, required bool) {
	if s.format == "binary" {
		return
	}
	s.example = s.readExample(ref.get("example"))
	if s.example != nil && !s.allows(s.example) {
		s.example = nil
	}
	if s.example == nil && required {
		s.example = s.madeUp(name, ref.text("subtype")+" "+ref.text("schema"))
	}
}

// readExample returns an example of the reference, which may be a string where
// the type is another.
func (s *schema) readExample(value any) any {
	switch s.kind {
	case "string":
		text, _ := value.(string)
		if text = redact(text); strings.Trim(text, " .") != "" {
			return text
		}
	case "boolean":
		switch value {
		case true, "true", "1":
			return true
		case false, "false", "0":
			return false
		}
	case "integer", "number":
		if number, ok := asNumber(value, s.kind); ok {
			return number
		}
	case "":
		ref := newObject()
		ref.set("example", value)
		return redacted(exampleOf(ref))
	case "object":
		ref := newObject()
		ref.set("example", value)
		if o, ok := exampleOf(ref).(*object); ok && s.properties == nil {
			return redacted(o)
		}
	case "array":
		ref := newObject()
		ref.set("example", value)
		list, ok := exampleOf(ref).([]any)
		if text, isText := exampleOf(ref).(string); isText && s.items.isPlain() {
			for part := range strings.SplitSeq(strings.Trim(strings.TrimSpace(text), "[]"), ",") {
				list, ok = append(list, strings.Trim(part, ` '"`)), true
			}
		}
		if !ok {
			return nil
		}
		var items []any
		for _, item := range list {
			if item = s.items.readExample(item); item == nil || !s.items.allows(item) {
				return nil
			}
			items = append(items, item)
		}
		if len(items) > 0 {
			return items
		}
	}
	return nil
}

// allows tells whether a plain value or a list is within the enum and limits.
func (s *schema) allows(value any) bool {
	within := func(low, high string, n float64) bool {
		lowest, lowErr := s.limits[low].Float64()
		highest, highErr := s.limits[high].Float64()
		return (lowErr != nil || n >= lowest) && (highErr != nil || n <= highest)
	}
	switch value := value.(type) {
	case string:
		return (len(s.enum) == 0 || slices.Contains(s.enum, value)) && within("minLength", "maxLength", float64(len([]rune(value))))
	case json.Number:
		n, err := value.Float64()
		return err == nil && within("minimum", "maximum", n)
	case []any:
		return within("minItems", "maxItems", float64(len(value)))
	default:
		return true
	}
}

// madeUp returns an example of an argument by its type, and by what the
// reference calls the value.
func (s *schema) madeUp(name, called string) any {
	switch {
	case s.kind == "boolean":
		return true
	case s.kind == "integer" || s.kind == "number":
		for _, limit := range []string{"minimum", "maximum"} {
			if number, ok := s.limits[limit]; ok {
				return number
			}
		}
		return json.Number("1")
	case s.kind == "array":
		item := s.items.madeUp(strings.TrimSuffix(name, "s"), called)
		items := []any{item}
		if n, err := s.limits["minItems"].Int64(); err == nil && n < 100 {
			for int64(len(items)) < n {
				items = append(items, item)
			}
		}
		return items
	case s.kind == "":
		return "text"
	case s.kind == "object":
		o := newObject()
		for _, name := range s.required {
			o.set(name, s.properties[name].madeUp(name, ""))
		}
		return o
	case len(s.enum) > 0:
		return s.enum[0]
	}
	text := "text"
	for _, id := range ids {
		if strings.Contains(called, id.of) || name == id.of || name == id.of+"_id" {
			text = id.example
			break
		}
	}
	if n, err := s.limits["maxLength"].Int64(); err == nil && n >= 0 && n < int64(len(text)) {
		return text[:n]
	}
	if n, err := s.limits["minLength"].Int64(); err == nil && n < 10_000 && int(n) > len(text) {
		return text + strings.Repeat("x", int(n)-len(text))
	}
	return text
}

var ids = []struct{ of, example string }{
	{"channel", "C12345678"},
	{"conversation", "C12345678"},
	{"user", "W12345678"},
	{"team", "T12345678"},
	{"workspace", "T12345678"},
	{"enterprise", "E12345678"},
	{"app", "A12345678"},
	{"bot", "B12345678"},
	{"file", "F12345678"},
	{"timestamp", "1503435956.000247"},
	{"ts", "1503435956.000247"},
	{"date", "2020-09-01"},
	{"email", "zoe@example.com"},
}
