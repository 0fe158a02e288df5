package slacktest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// arguments returns the arguments of a call as JSON has them, whatever way
// they came. Its error is an api.ErrorCode.
func arguments(op *speccheck.Operation, r *http.Request, body []byte) (map[string]any, error) {
	if op.RequestBody == nil {
		return formArguments(op, r.URL.Query()), nil
	}
	header := r.Header.Get("Content-Type")
	if header == "" && len(body) == 0 {
		return map[string]any{}, nil
	}
	if header == "" {
		return nil, api.ErrMissingPostType
	}
	media, params, err := mime.ParseMediaType(header)
	if err != nil || op.RequestBody.Value.Content[media] == nil {
		return nil, api.ErrInvalidPostType
	}
	if charset := strings.ToLower(params["charset"]); !slices.Contains([]string{"", "utf-8", "iso-8859-1"}, charset) {
		return nil, api.ErrInvalidCharset
	}
	if media == speccheck.MediaForm {
		values, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, api.ErrInvalidFormData
		}
		return formArguments(op, values), nil
	}
	args, err := decodeJSON(body)
	object, ok := args.(map[string]any)
	if err != nil || !ok {
		return nil, api.ErrInvalidArguments
	}
	return object, nil
}

func formArguments(op *speccheck.Operation, values url.Values) map[string]any {
	args := map[string]any{}
	for name := range values {
		var schema *openapi3.Schema
		if property := op.Arguments.Properties[name]; property != nil {
			schema = property.Value
		}
		args[name] = fromForm(schema, values.Get(name))
	}
	return args
}

// fromForm returns what a form value stands for under schema, or the value
// itself if it stands for nothing, which the check against the spec will say.
func fromForm(schema *openapi3.Schema, value string) any {
	switch {
	case schema == nil:
	case schema.Type.Is("boolean"):
		if b, err := strconv.ParseBool(value); err == nil {
			return b
		}
	case schema.Type.Is("integer"), schema.Type.Is("number"):
		if number, err := decodeJSON([]byte(value)); err == nil {
			return number // or what else it is, which the check will mind
		}
	case schema.Type.Is("array") && !strings.HasPrefix(value, "["):
		items := []any{}
		for item := range strings.SplitSeq(value, ",") {
			items = append(items, fromForm(schema.Items.Value, strings.TrimSpace(item)))
		}
		return items
	case schema.Type.Is("array"), schema.Type.Is("object"):
		if decoded, err := decodeJSON([]byte(value)); err == nil {
			return decoded
		}
	}
	return value
}

// decodeJSON decodes one JSON value and keeps its numbers as they are.
func decodeJSON(data []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more follows the value")
	}
	return value, nil
}

// check returns what is wrong with the arguments, in Slack's manner.
func check(op *speccheck.Operation, args map[string]any) (messages []string) {
	var wrong openapi3.MultiError // all errors are in one, as MultiErrors asks for
	errors.As(op.Arguments.VisitJSON(args, openapi3.VisitAsRequest(), openapi3.MultiErrors()), &wrong)
	for _, err := range wrong {
		messages = append(messages, message(err))
	}
	slices.Sort(messages)
	return messages
}

func message(err error) string {
	var wrong *openapi3.SchemaError
	ok := errors.As(err, &wrong)
	if !ok {
		return "[ERROR] " + err.Error()
	}
	pointer := strings.Join(wrong.JSONPointer(), "/")
	switch {
	case wrong.SchemaField == "required":
		return "[ERROR] missing required field: " + pointer
	case pointer == "":
		return "[ERROR] " + wrong.Reason
	}
	return fmt.Sprintf("[ERROR] %s [json-pointer:/%s]", wrong.Reason, pointer)
}
