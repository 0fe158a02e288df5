// Package form writes request bodies as the forms that Slack reads.
package form

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// Encode returns body, a struct with json tags, as a URL-encoded form. A field
// is left out where encoding/json leaves it out or writes null. Booleans are
// true and false. An array of plain values is one comma-separated value, or a
// JSON array where a comma inside a value would split it; other arrays and
// objects are JSON. Slack reads all of these, and none of user_ids[0]=.
//
// It returns an error if body does not encode to a JSON object.
func Encode(body any) (string, error) {
	encoded, err := json.Marshal(body)
	if err != nil {
		return "", fmt.Errorf("form: %w", err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(encoded, &fields); err != nil {
		return "", fmt.Errorf("form: %T is not an object: %w", body, err)
	}
	values := make(url.Values, len(fields))
	for name, raw := range fields {
		if string(raw) != "null" {
			values.Set(name, value(raw))
		}
	}
	return values.Encode(), nil
}

// value returns the form value of raw, which is valid JSON.
func value(raw json.RawMessage) string {
	if raw[0] != '[' {
		return plain(raw)
	}
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil || len(items) == 0 {
		return string(raw)
	}
	parts := make([]string, len(items))
	for i, item := range items {
		parts[i] = plain(item)
		if bytes.ContainsRune([]byte("[{n"), rune(item[0])) || parts[i] == "" || strings.Contains(parts[i], ",") {
			return string(raw)
		}
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
