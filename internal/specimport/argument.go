package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// limitNames are OpenAPI's keywords of limits that the reference uses too.
var limitNames = []string{"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"}

// argument returns the schema of an argument.
func argument(name string, ref *object, required bool) *schema {
	if ref == nil {
		ref = newObject()
	}
	ref, null := argumentChoice(ref)
	s := &schema{desc: sentence(ref.text("desc"))}
	if ref.get("deprecated") == true || oldPattern.MatchString(ref.text("desc")) {
		s.deprecated = s.desc
	}
	s.setKind(name, ref)
	s.setLimits(ref)
	s.setDefault(ref)
	s.nullable = !required && !s.isUntyped() && name != "cursor" && s.format != "binary" && (null || s.kind == "boolean" && !falseByDefault(ref) || s.zeroDiffers(ref))
	s.setExample(name, ref, required)
	return s
}

// zeroDiffers reports whether 0 differs from leaving the number out, so that Go needs a
// pointer to send it.
func (s *schema) zeroDiffers(ref *object) bool {
	lowest, err := s.limits["minimum"].Float64()
	number, ok := asNumber(ref.get("default"), "number")
	byDefault, _ := number.Float64()
	return err == nil && lowest <= 0 && ok && byDefault != 0
}

var oldPattern = regexp.MustCompile(`(?i)^\W*(deprecated|legacy)\b`)

// argumentChoice picks one type for an argument that may have several: the most
// precise one that a form can carry.
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

// isWhole reports whether all values that the reference gives for a number are whole.
func isWhole(ref *object) bool {
	found := false
	for _, key := range []string{"default", "example", "minimum", "maximum"} {
		switch value := ref.get(key).(type) {
		case json.Number, string:
			if _, ok := asNumber(value, "integer"); !ok {
				return false
			}
			found = true
		}
	}
	return found
}

var wholeNumberPattern = regexp.MustCompile(`^(0|-?[1-9][0-9]{0,17})$`)

// asNumber returns a number of the reference, which may be in quotes.
func asNumber(value any, kind string) (json.Number, bool) {
	text, ok := value.(string)
	if number, isNumber := value.(json.Number); isNumber {
		text, ok = number.String(), true
	}
	if !ok {
		return "", false
	}
	if kind == "integer" {
		return json.Number(text), wholeNumberPattern.MatchString(text)
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
	if s.kind == "integer" && (needs64Bits(ref.get("example")) || needs64Bits(ref.get("maximum")) || needs64Bits(ref.get("default"))) {
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
	jsonPattern        = regexp.MustCompile(`\bJSON\b`)
	encodedJSONPattern = regexp.MustCompile(`(?i)\bjson-encoded\b|\bJSON\b.*\b(encoded|string)\b`)
)

// takesJSON reports whether the reference describes an argument as JSON in a string.
// Its type is then any.
func takesJSON(ref *object) bool {
	desc := ref.text("desc")
	switch ref.text("type") {
	case "string":
		_, isPlain := exampleOf(ref).(string)
		return !ref.has("enum") && (jsonPattern.MatchString(desc) || exampleOf(ref) != nil && !isPlain)
	case "boolean", "integer", "number":
		return false
	default:
		return encodedJSONPattern.MatchString(desc)
	}
}

// exampleOf returns the example of an argument, like [decodeExample].
func exampleOf(ref *object) any { return decodeExample(ref.get("example")) }

// decodeExample returns an object or an array, which may be encoded in a string, another
// string, or nil.
func decodeExample(example any) any {
	switch example := example.(type) {
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

// setItems makes s an array. Items without a type in the reference have that of its
// example.
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

// setNamed sets the type of an argument for which the reference names a schema instead
// of a type. It infers the type from the example or the name, or leaves it out.
func (s *schema) setNamed(name string, ref *object) {
	schemaName := ref.text("schema")
	if schemaName == "post_file" {
		s.kind, s.format = "string", "binary"
		return
	}
	if shared[schemaName] == "View" || ref.has("properties") {
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
		s.kind, s.guessed = "string", !isID(schemaName)
	default:
		if isID(schemaName) || isID(strings.TrimSuffix(name, "s")) {
			s.kind, s.guessed = "string", !isID(schemaName)
		}
	}
}

// isID reports whether a schema or an argument of this name is a plain string.
func isID(name string) bool {
	return strings.HasSuffix(name, "_id") || plainNames[name] || name == "channel"
}

// setProperties makes s an object with the properties of ref, or with any if it has
// none.
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

// needs64Bits reports whether a value is an integer of more than 32 bits.
func needs64Bits(value any) bool {
	number, ok := asNumber(value, "integer")
	if !ok {
		return false
	}
	n, err := number.Int64()
	return err == nil && (n > 1<<31-1 || n < -1<<31)
}

// setLimits sets the possible limits. Some files have impossible ones, such as a
// maximum of 0.
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

// setDefault adds the default to the description. With OpenAPI's default, other
// generators would always send the argument.
func (s *schema) setDefault(ref *object) {
	value := ref.get("default")
	if value == nil || value == "" || defaultWordPattern.MatchString(s.desc) {
		return
	}
	switch value.(type) {
	case string, json.Number, bool:
	default:
		return
	}
	text := paragraph(fmt.Sprint(value))
	switch {
	case s.kind == "boolean" && falseByDefault(ref):
		return
	case s.kind == "boolean" && text == "1":
		text = "true"
	}
	if s.desc == undescribed {
		s.desc = ""
	}
	s.desc = strings.TrimSpace(s.desc + " Default: " + text + ".")
}

var (
	defaultWordPattern = regexp.MustCompile(`(?i)\bdefault`)
	falsePattern       = regexp.MustCompile(`(?i)default(s|ed)?( value)?( is| to|:)* *.?false`)
	truePattern        = regexp.MustCompile(`(?i)default(s|ed)?( value)?( is| to|:)* *.?true`)
)

// falseByDefault reports whether leaving a boolean out means false. Otherwise Go needs
// a pointer to send false.
func falseByDefault(ref *object) bool {
	switch value := ref.get("default"); value {
	case false, "false", "0", json.Number("0"):
		return true
	default:
		desc := ref.text("desc")
		return value == nil && falsePattern.MatchString(desc) && !truePattern.MatchString(desc)
	}
}

// setExample sets the reference's example if it fits. Otherwise a required argument
// gets a sample.
func (s *schema) setExample(name string, ref *object, required bool) {
	if s.format == "binary" {
		return
	}
	s.example = s.readExample(ref.get("example"))
	if s.example != nil && !s.allows(s.example) {
		s.example = nil
	}
	if s.example == nil && required {
		s.example = s.sample(name, ref.text("subtype")+" "+ref.text("schema"))
	}
}

// readExample returns an example of the reference in the type of s, or nil. The
// reference may have it as a string.
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
		return redacted(decodeExample(value))
	case "object":
		if o, ok := decodeExample(value).(*object); ok && s.properties == nil {
			return redacted(o)
		}
	case "array":
		list, ok := decodeExample(value).([]any)
		if text, isText := decodeExample(value).(string); isText && s.items.isPlain() {
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

// allows reports whether a value or a list is within the enum and the limits.
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

// sample returns a value for an argument. schemaName is the reference's name for the
// type of value.
func (s *schema) sample(name, schemaName string) any {
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
		item := s.items.sample(strings.TrimSuffix(name, "s"), schemaName)
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
			o.set(name, s.properties[name].sample(name, ""))
		}
		return o
	case len(s.enum) > 0:
		return s.enum[0]
	}
	text := "text"
	for _, id := range ids {
		if strings.Contains(schemaName, id.of) || name == id.of || name == id.of+"_id" {
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
