package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/methods"
)

// arguments are the arguments of a method, as flags.
type arguments struct {
	method *methods.Method
	byName map[string]*argument
}

// An argument is a flag's value, checked against the spec's type.
type argument struct {
	typ   *methods.Type
	value any // nil if it is not set
}

func newArguments(m *methods.Method) *arguments {
	args := &arguments{method: m, byName: map[string]*argument{}}
	for i := range m.Arguments {
		args.byName[m.Arguments[i].Name] = &argument{typ: &m.Arguments[i].Type}
	}
	return args
}

// reservedFlags are the flags of call itself.
var reservedFlags = []string{"all", "api-url", "attempts", "body", "curl", "form", "help", "json", "output", "quiet", "timeout", "verbose"}

// flagName returns the flag of an argument: --user-id for user_id, and --arg-json for json,
// because --json is reserved.
func flagName(name string) string {
	name = strings.ReplaceAll(name, "_", "-")
	if slices.Contains(reservedFlags, name) {
		return "arg-" + name
	}
	return name
}

func (a *arguments) flags(cmd *cobra.Command) {
	for _, argument := range a.method.Arguments {
		usage := strings.Join(strings.Fields(argument.Description), " ")
		if slices.Contains(a.method.Required, argument.Name) {
			usage += " (required)"
		}
		if argument.Deprecated {
			usage += " (deprecated)"
		}
		flag := cmd.Flags().VarPF(a.byName[argument.Name], flagName(argument.Name), "", usage)
		if argument.Kind == "boolean" {
			flag.NoOptDefVal = "true"
		}
		completeValues(cmd, flagName(argument.Name), argument.Enum)
	}
}

// values returns the arguments of a call: those of body, which is a file, replaced by those
// of the flags.
func (a *arguments) values(cmd *cobra.Command, body string) (map[string]any, error) {
	values := map[string]any{}
	if body != "" {
		if err := readBody(cmd.InOrStdin(), body, &values); err != nil {
			return nil, fmt.Errorf("--body: %w", err)
		}
		for name := range values {
			if a.byName[name] == nil {
				return nil, fmt.Errorf("--body: %s has no argument %q", a.method.Name, name)
			}
		}
	}
	for name, argument := range a.byName {
		if argument.value != nil {
			values[name] = argument.value
		}
	}
	for name, value := range values {
		if hasToken(fmt.Sprint(value)) {
			return nil, fmt.Errorf("the argument %s contains the token, or a part of it", name)
		}
	}
	var missing []string
	for _, name := range a.method.Required {
		if _, ok := values[name]; !ok {
			missing = append(missing, "--"+flagName(name))
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("%s is missing", strings.Join(missing, " and "))
	}
	return values, nil
}

func readBody(stdin io.Reader, path string, values *map[string]any) error {
	in, closeInput, err := openInput(stdin, path)
	if err != nil {
		return err
	}
	defer closeInput()
	data, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	switch err := decodeOne(data, values); {
	case errors.Is(err, errMore):
		return err
	case err != nil || *values == nil:
		return errors.New("want a JSON object with the arguments")
	}
	return nil
}

var errMore = errors.New("there is more after the JSON")

// decodeOne decodes exactly one JSON value.
func decodeOne(data []byte, value any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(value); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errMore
	}
	return nil
}

// String returns the default for pflag.
func (a *argument) String() string { return "" }

// Type returns the name of the type for the help.
func (a *argument) Type() string {
	switch {
	case a.typ.Kind == "boolean":
		return "true|false"
	case a.typ.Kind == "integer", a.typ.Kind == "number", a.typ.Kind == "string" && a.typ.Format == "":
		return a.typ.Kind
	case a.typ.Kind == "array":
		return "list"
	case isFile(a.typ):
		return "@file"
	case a.typ.Kind == "string":
		return a.typ.Format
	default:
		return "JSON|@file"
	}
}

// Set sets the value. A list is separated by commas, or JSON, or in several flags.
func (a *argument) Set(text string) error {
	value, err := parse(a.typ, text)
	if err != nil {
		return err
	}
	if more, ok := value.([]any); ok {
		list, _ := a.value.([]any)
		list = append(list, more...)
		a.value = list
		return nil
	}
	if a.value != nil {
		return errors.New("it is given twice")
	}
	a.value = value
	return nil
}

func parse(typ *methods.Type, text string) (any, error) {
	switch {
	case typ.Kind == "boolean":
		value, err := strconv.ParseBool(text)
		if err != nil {
			return nil, errors.New("want true or false")
		}
		return value, nil
	case typ.Kind == "integer":
		value, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, errors.New("want a whole number")
		}
		return value, nil
	case typ.Kind == "number":
		if _, err := strconv.ParseFloat(text, 64); err != nil || !json.Valid([]byte(text)) {
			return nil, errors.New("want a number")
		}
		return json.Number(text), nil
	case isFile(typ):
		path, ok := strings.CutPrefix(text, "@")
		if !ok {
			return nil, errors.New("want @ and the path of a file")
		}
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		return api.File{Name: filepath.Base(path), Content: file}, nil // open until the command ends
	case typ.Kind == "string":
		return text, nil
	case typ.Kind == "array" && (!strings.HasPrefix(text, "[") || quotedList.MatchString(text)) && !strings.HasPrefix(text, "@"):
		items, parts := []any{}, strings.Split(text, ",")
		if quotedList.MatchString(text) {
			parts = quotedItem.FindAllString(text, -1)
			for i := range parts {
				parts[i] = strings.Trim(parts[i], "'")
			}
		}
		for _, part := range parts {
			item, err := parse(typ.Items, strings.TrimSpace(part))
			if err != nil {
				return nil, fmt.Errorf("%q: %w", part, err)
			}
			items = append(items, item)
		}
		return items, nil
	default:
		return parseJSON(typ, text)
	}
}

var (
	quotedList = regexp.MustCompile(`^\['[^'"]*'( *, *'[^'"]*')*\] *$`)
	quotedItem = regexp.MustCompile(`'[^'"]*'`)
)

// parseJSON returns the JSON in text, or in the file whose path follows an @.
func parseJSON(typ *methods.Type, text string) (any, error) {
	data := []byte(text)
	if path, ok := strings.CutPrefix(text, "@"); ok {
		var err error
		if data, err = os.ReadFile(path); err != nil {
			return nil, err
		}
	}
	var value any
	err := decodeOne(data, &value)
	switch {
	case err != nil && typ.Kind == "":
		return strings.TrimSpace(string(data)), nil // any value is allowed, so also a string
	case errors.Is(err, errMore):
		return nil, err
	case err != nil:
		return nil, errors.New("want JSON, or @ and the path of a file with JSON")
	}
	_, isObject := value.(map[string]any)
	_, isArray := value.([]any)
	switch {
	case typ.Kind == "" && !isObject && !isArray:
		return strings.TrimSpace(string(data)), nil // Slack also reads digits in a string
	case typ.Kind == "object" && !isObject:
		return nil, errors.New("want a JSON object, or @ and the path of a file with one")
	case typ.Kind == "array" && !isArray:
		return nil, errors.New("want a JSON array, or @ and the path of a file with one")
	}
	return value, nil
}

func isFile(typ *methods.Type) bool { return typ.Kind == "string" && typ.Format == "binary" }
