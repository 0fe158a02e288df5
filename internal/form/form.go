// Package form encodes arguments as forms and queries for Slack.
package form

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// Values returns body, a struct with json tags, as the values of a form or a query.
// Fields that encoding/json omits or writes as null are left out. Booleans are true
// and false. An array of scalars is a comma-separated value, or a JSON array if an
// item contains a comma, is empty or looks like JSON. Other arrays and objects are
// JSON. Slack does not read arrays such as user_ids[0]=.
//
// It returns an error if body does not encode to a JSON object.
func Values(body any) (url.Values, error) {
	encoded, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("form: %w", err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(encoded, &fields); err != nil || fields == nil {
		return nil, fmt.Errorf("form: %T does not encode to a JSON object", body)
	}
	values := make(url.Values, len(fields))
	for name, raw := range fields {
		if string(raw) != "null" {
			values.Set(name, value(raw))
		}
	}
	return values, nil
}

// value returns the form value of raw, which is valid JSON.
func value(raw json.RawMessage) string {
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		return plain(raw)
	}
	parts := make([]string, len(items))
	for i, item := range items {
		parts[i] = plain(item)
		// Slack would split such an item, read it as JSON, or lose it.
		if parts[i] == "" || strings.ContainsAny(parts[i], ",[{") || string(item) == "null" {
			return string(raw)
		}
	}
	if len(parts) == 0 {
		return string(raw)
	}
	return strings.Join(parts, ",")
}

// plain returns a JSON string without quotes, and any other value unchanged.
func plain(raw json.RawMessage) string {
	var s string
	if raw[0] == '"' && json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}
