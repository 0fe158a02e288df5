package slacktest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// parseArguments returns the arguments of a call as decoded JSON, from the query and the
// body. Its error is an api.ErrorCode or a refusal.
func parseArguments(op *speccheck.Operation, r *http.Request, body []byte) (map[string]any, error) {
	args, err := formArguments(op, r.URL.Query())
	if err != nil || op.RequestBody == nil && len(body) == 0 {
		return args, err
	}
	header := r.Header.Get("Content-Type")
	if header == "" && len(body) == 0 {
		return args, nil
	}
	if header == "" {
		return nil, api.ErrMissingPostType
	}
	media, params, err := mime.ParseMediaType(header)
	if err != nil {
		return nil, api.ErrInvalidPostType
	}
	if charset := strings.ToLower(params["charset"]); !slices.Contains([]string{"", "utf-8", "iso-8859-1"}, charset) {
		return nil, api.ErrInvalidCharset
	}
	var inBody map[string]any
	switch {
	case media == speccheck.MediaForm || media == speccheck.MediaMultipart:
		values, valuesErr := formValues(media, params, body)
		if valuesErr != nil {
			return nil, api.ErrInvalidFormData
		}
		inBody, err = formArguments(op, values)
	case media == speccheck.MediaJSON && (op.RequestBody == nil || op.RequestBody.Value.Content[media] != nil):
		decoded, decodeErr := decodeJSON(body)
		object, ok := decoded.(map[string]any)
		if decodeErr != nil || !ok {
			return nil, api.ErrInvalidArguments
		}
		inBody = object
	default:
		return nil, api.ErrInvalidPostType
	}
	maps.Copy(args, inBody)
	return args, err
}

// formValues returns the values of a URL-encoded or multipart form. The value of a file is
// its content.
func formValues(media string, params map[string]string, body []byte) (url.Values, error) {
	if media != speccheck.MediaMultipart {
		return url.ParseQuery(string(body))
	}
	values := url.Values{}
	for reader := multipart.NewReader(bytes.NewReader(body), params["boundary"]); ; {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return values, nil
		}
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return nil, err
		}
		values.Add(part.FormName(), string(content))
	}
}

// formArguments converts form values to JSON values. Only an array may repeat its key:
// Slack does not document which of several other values it uses.
func formArguments(op *speccheck.Operation, values url.Values) (map[string]any, error) {
	args := map[string]any{}
	for name, all := range values {
		if name == "token" {
			continue // authenticate reads it
		}
		var schema *openapi3.Schema
		if property := op.Arguments.Properties[name]; property != nil {
			schema = property.Value
		}
		switch {
		case len(all) == 1:
			args[name] = parseFormValue(schema, all[0])
		case schema != nil && schema.Type.Is("array"):
			var items []any
			for _, value := range all {
				more, _ := parseFormValue(schema, value).([]any)
				items = append(items, more...)
			}
			args[name] = items
		default:
			return nil, invalidArguments("[ERROR] slacktest: %s is given %d times; want it once", name, len(all))
		}
	}
	return args, nil
}

// parseFormValue converts a form value to the type that schema wants. It returns the
// value itself if that fails; validateArguments then reports it.
func parseFormValue(schema *openapi3.Schema, value string) any {
	switch {
	case schema == nil:
	case schema.Type.Is("boolean"):
		if b, err := strconv.ParseBool(value); err == nil {
			return b
		}
	case schema.Type.Is("integer"), schema.Type.Is("number"):
		if number, err := decodeJSON([]byte(value)); err == nil {
			return number // or another type, which validateArguments reports
		}
	case schema.Type.Is("array") && !strings.HasPrefix(value, "["):
		items := []any{}
		for item := range strings.SplitSeq(value, ",") {
			items = append(items, parseFormValue(schema.Items.Value, strings.TrimSpace(item)))
		}
		return items
	case schema.Type.Is("array"), schema.Type.Is("object"):
		if decoded, err := decodeJSON([]byte(value)); err == nil {
			return decoded
		}
	}
	return value
}

// decodeJSON decodes one JSON value, with numbers as json.Number.
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

// validateArguments returns an error message per invalid argument, in Slack's format.
func validateArguments(op *speccheck.Operation, args map[string]any) (messages []string) {
	var errs openapi3.MultiError // with the option MultiErrors, VisitJSON returns all errors in one
	errors.As(op.Arguments.VisitJSON(args, openapi3.VisitAsRequest(), openapi3.MultiErrors()), &errs)
	for _, err := range errs {
		messages = append(messages, message(err))
	}
	slices.Sort(messages)
	return messages
}

func message(err error) string {
	var schemaErr *openapi3.SchemaError
	if !errors.As(err, &schemaErr) {
		return "[ERROR] " + err.Error()
	}
	pointer := strings.Join(schemaErr.JSONPointer(), "/")
	switch {
	case schemaErr.SchemaField == "required":
		return "[ERROR] missing required field: " + pointer
	case schemaErr.SchemaField == "properties":
		return "[ERROR] slacktest: " + schemaErr.Reason + "; Slack would ignore it"
	case pointer == "":
		return "[ERROR] " + schemaErr.Reason
	}
	return fmt.Sprintf("[ERROR] %s [json-pointer:/%s]", schemaErr.Reason, pointer)
}
