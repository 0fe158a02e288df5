// Package form writes arguments as the forms and queries that Slack reads.
package form

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// Values returns body, a struct with json tags, as the values of a form or a
// query. A field is left out where encoding/json leaves it out or writes null.
// Booleans are true and false. An array of plain values is one comma-separated
// value, or a JSON array where a value would not survive that; other arrays and
// objects are JSON. Slack reads all of these, and none of user_ids[0]=.
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
		// Slack would split such a value, take it for JSON, or lose it.
		if parts[i] == "" || strings.ContainsAny(parts[i], ",[{") || string(item) == "null" {
			return string(raw)
		}
	}
	if len(parts) == 0 {
		return string(raw)
	}
	return strings.Join(parts, ",")
}

// plain returns a JSON string without its quotes, anything else as it stands.
func plain(raw json.RawMessage) string {
	var s string
	if raw[0] == '"' && json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}
