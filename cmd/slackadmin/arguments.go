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

// arguments are those of a method, as flags.
type arguments struct {
	of     *methods.Method
	byName map[string]*argument
}

// An argument is a flag's value, checked against the spec's type.
type argument struct {
	typ   *methods.Type
	value any // nil if it is not given
}

func newArguments(of *methods.Method) *arguments {
	args := &arguments{of: of, byName: map[string]*argument{}}
	for i := range of.Arguments {
		args.byName[of.Arguments[i].Name] = &argument{typ: &of.Arguments[i].Type}
	}
	return args
}

// ownFlags are those that call has for itself.
var ownFlags = []string{"all", "api-url", "attempts", "body", "curl", "form", "help", "json", "output", "quiet", "timeout", "verbose"}

// flagName returns the flag of an argument: user_id is --user-id. One that is called as
// a flag of call's own is --arg-json.
func flagName(name string) string {
	name = strings.ReplaceAll(name, "_", "-")
	if slices.Contains(ownFlags, name) {
		return "arg-" + name
	}
	return name
}

func (a *arguments) flags(cmd *cobra.Command) {
	for _, argument := range a.of.Arguments {
		usage := strings.Join(strings.Fields(argument.Description), " ")
		if slices.Contains(a.of.Required, argument.Name) {
			usage += " (required)"
		}
		if argument.Deprecated {
			usage += " (deprecated)"
		}
		flag := cmd.Flags().VarPF(a.byName[argument.Name], flagName(argument.Name), "", usage)
		if argument.Kind == "boolean" {
			flag.NoOptDefVal = "true"
		}
		complete := cobra.FixedCompletions(argument.Enum, cobra.ShellCompDirectiveNoFileComp)
		if err := cmd.RegisterFlagCompletionFunc(flagName(argument.Name), complete); err != nil {
			panic(err) // the flag is defined above
		}
	}
}

// values returns the arguments of a call: those of body, a file, and on top those
// of the flags.
func (a *arguments) values(cmd *cobra.Command, body string) (map[string]any, error) {
	values := map[string]any{}
	if body != "" {
		if err := readBody(cmd.InOrStdin(), body, &values); err != nil {
			return nil, fmt.Errorf("--body: %w", err)
		}
		for name := range values {
			if a.byName[name] == nil {
				return nil, fmt.Errorf("--body: %s has no argument %q", a.of.Name, name)
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
			return nil, fmt.Errorf("the argument %s has the token, or a part of it, in it", name)
		}
	}
	var missing []string
	for _, name := range a.of.Required {
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
	data, err := readFile(stdin, path)
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

// decodeOne decodes data, which is one JSON value.
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

func readFile(stdin io.Reader, path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(stdin)
	}
	return os.ReadFile(path)
}

// String is for pflag, which prints it as the default.
func (a *argument) String() string { return "" }

// Type is what the help calls the value.
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

// Set takes a value. A list may be given by commas, as JSON, or in several flags.
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

// parse returns text as a value of a type.
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

// quotedList is a list as Slack's reference writes it: ['a', 'b'].
var (
	quotedList = regexp.MustCompile(`^\['[^'"]*'( *, *'[^'"]*')*\] *$`)
	quotedItem = regexp.MustCompile(`'[^'"]*'`)
)

// parseJSON returns the JSON in text, or in the file that it names behind an @.
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
		return strings.TrimSpace(string(data)), nil // any value, and so a string
	case errors.Is(err, errMore):
		return nil, err
	case err != nil:
		return nil, errors.New("want JSON, or @ and the path of a file with JSON")
	}
	_, isObject := value.(map[string]any)
	_, isArray := value.([]any)
	switch {
	case typ.Kind == "" && !isObject && !isArray:
		return strings.TrimSpace(string(data)), nil // Slack reads digits in a string, too
	case typ.Kind == "object" && !isObject:
		return nil, errors.New("want a JSON object, or @ and the path of a file with one")
	case typ.Kind == "array" && !isArray:
		return nil, errors.New("want a JSON array, or @ and the path of a file with one")
	}
	return value, nil
}

func isFile(typ *methods.Type) bool { return typ.Kind == "string" && typ.Format == "binary" }
