package speccheck

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"
)

var (
	linePattern    = regexp.MustCompile(`^(?:yaml: )?line (\d+): `)
	anchorPattern  = regexp.MustCompile(`anchor '(.+)' value contains itself`)
	typePattern    = regexp.MustCompile(`cannot unmarshal .* of type (.+)$`)
	listPattern    = regexp.MustCompile(`^\[\]|(Refs|Parameters|Servers|Tags|SecurityRequirements)$`)
	typesInMessage = map[string]string{"string": "a string in quotes", "bool": "true or false", "float64": "a number", "uint64": "a whole number"}
)

// parse reads data as YAML and checks the syntax. It also returns the document as JSON,
// which kin-openapi reads in half the time.
func parse(data []byte) (place, []byte, error) {
	var doc, second yaml.Node
	var value any
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	err := decoder.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return place{}, nil, Error{{1, "the document is empty"}}
	}
	if err == nil {
		keepDates(&doc)
		err = doc.Decode(&value) // which finds repeated keys
	}
	if err != nil {
		return place{}, nil, syntaxError(data, err)
	}
	root := place{name: "the document", node: doc.Content[0], line: doc.Content[0].Line}
	if root.node.Kind != yaml.MappingNode {
		return place{}, nil, Error{{root.line, "the document is " + root.describe() + "; it must be a map"}}
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		return place{}, nil, Error{{second.Content[0].Line, "the file has a second YAML document; it must have one"}}
	case !errors.Is(err, io.EOF):
		return place{}, nil, syntaxError(data, err)
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return root, data, nil //nolint:nilerr // a key is not a string; kin-openapi reports it
	}
	return root, encoded, nil
}

// keepDates has dates without quotes stay as they are written, as kin-openapi reads them.
func keepDates(node *yaml.Node) {
	if node.Kind == yaml.ScalarNode && node.ShortTag() == "!!timestamp" {
		node.Tag = "!!str"
	}
	for _, part := range node.Content {
		keepDates(part)
	}
}

// syntaxError returns an error of package yaml as an [Error].
func syntaxError(data []byte, err error) error {
	if match := anchorPattern.FindStringSubmatch(err.Error()); match != nil {
		before, _, _ := bytes.Cut(data, []byte("*"+match[1]))
		return Error{{1 + bytes.Count(before, []byte("\n")), "alias *" + match[1] + " contains itself; write it out"}}
	}
	messages := []string{err.Error()}
	if several := new(yaml.TypeError); errors.As(err, &several) {
		messages = several.Errors
	}
	var all Error
	for _, message := range messages {
		line := 1
		if match := linePattern.FindStringSubmatch(message); match != nil {
			line, _ = strconv.Atoi(match[1]) // digits
		}
		all = append(all, Problem{line, "invalid YAML: " + linePattern.ReplaceAllString(message, "")})
	}
	return all.Err()
}

// load reads the document with kin-openapi, with the origin of each element if its
// errors need one.
func (c *checker) load(data []byte, origins bool) *openapi3.T {
	loader := openapi3.NewLoader()
	loader.IncludeOrigin = origins
	t, err := loader.LoadFromData(data)
	if err == nil {
		return t
	}
	message := err.Error()
	for _, prefix := range []string{"decoding JSON: ", "json: "} {
		message = message[max(0, strings.LastIndex(message, prefix)):]
		message = strings.TrimPrefix(message, prefix)
	}
	at, _ := c.mistyped(c.root, message)
	match := typePattern.FindStringSubmatch(message)
	if match == nil {
		c.failf(at, "%s", message)
		return nil
	}
	want := typesInMessage[match[1]]
	switch {
	case want != "":
	case listPattern.MatchString(match[1]):
		want = "a list"
	default:
		want = "a map"
	}
	c.failf(at, "%s is %s; it must be %s", at.key, at.describe(), want)
	return nil
}

// jsonTypes are the types in the messages of encoding/json by the tags of YAML.
var jsonTypes = map[string]string{
	"!!map": "object", "!!seq": "array", "!!str": "string", "!!timestamp": "string", "!!int": "number", "!!float": "number", "!!bool": "bool",
}

// mistyped returns the element in at that kin-openapi reports without a line: the
// deepest one of the type in message that still fails without its siblings. It
// reports whether there is one.
func (c *checker) mistyped(at place, message string) (place, bool) {
	content, step := at.node.Content, 1
	if at.node.Kind == yaml.MappingNode {
		step = 2
	}
	defer func() { at.node.Content = content }()
	for i, child := range at.children() {
		at.node.Content = content[i*step : (i+1)*step]
		alone, err := yaml.Marshal(c.root.node)
		if err == nil {
			_, err = openapi3.NewLoader().LoadFromData(alone)
		}
		if err != nil && strings.HasSuffix(err.Error(), message) {
			if found, ok := c.mistyped(child.withName(c.nameOf(child.line)), message); ok {
				return found, true
			}
		}
	}
	return at, strings.Contains(message, "unmarshal "+jsonTypes[at.node.ShortTag()]) || !typePattern.MatchString(message)
}
