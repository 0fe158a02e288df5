package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Bounds of what an answer decodes to, for a few bytes of JSON can be a large Go
// value. A page of 1,000 sessions has 13,000 values.
const (
	maxValues  = 1 << 18
	fewValues  = 1 << 15 // that need not be counted exactly
	manyFields = 20      // mismatches that are logged of one answer

	bytesPerItem = 128 // or more, as a guess at how many there are
)

// decode returns the answer as a success, or says why it is none.
func decode[Req, Resp any](ctx context.Context, c *Client, op *operation[Req, Resp], a *answer) (*Resp, error) {
	if err := checkSize(a.body, op.maxItems); err != nil {
		return nil, a.failure(op.name, err)
	}
	typed := new(Resp)
	if op.room != nil {
		op.room(typed, min(op.maxItems, len(a.body)/bytesPerItem))
	}
	err := json.Unmarshal(a.body, typed)
	if !op.ok(typed) || a.status/100 != 2 || !saysOK(a.body) {
		return nil, a.failure(op.name, err)
	}
	if op.missing != nil {
		if path := op.missing(typed, func(path string) bool { return has(a.body, path) }); path != "" {
			return nil, a.failure(op.name, fmt.Errorf("its %s is missing", path))
		}
	}
	if err == nil {
		return typed, nil
	}

	// A field of another type than expected costs that field alone, for Slack has
	// done what was asked; encoding/json has decoded the rest. But not one that
	// says what Slack did it to, or where the next page is.
	model := op.model
	if model == nil {
		model = reflect.TypeFor[Resp]()
	}
	fields, essential := mismatches(a.body, model)
	leads := slices.ContainsFunc(op.places, func(place string) bool { return slices.Contains(fields, place) })
	if !errors.As(err, new(*json.UnmarshalTypeError)) || len(fields) == 0 || essential || leads || stops(model) {
		return nil, a.failure(op.name, err)
	}
	for _, field := range fields[:min(len(fields), manyFields)] {
		c.logger.LogAttrs(ctx, slog.LevelWarn, "slack field of another type than expected is left out",
			slog.String("method", op.name), slog.String("field", field))
	}
	return typed, nil
}

// has reports whether the JSON in body has a value that is not null at a path.
func has(body []byte, path string) bool {
	for name := range strings.SplitSeq(path, ".") {
		var fields map[string]json.RawMessage
		if json.Unmarshal(body, &fields) != nil {
			return false
		}
		body = fields[name]
	}
	return len(body) > 0 && string(body) != "null"
}

// stops reports whether an error of a part of model stops encoding/json, so that
// what comes after it is not decoded: if a part decodes itself.
func stops(model reflect.Type) bool {
	seen := map[reflect.Type]bool{reflect.TypeFor[json.RawMessage](): true}
	var visit func(t reflect.Type) bool
	visit = func(t reflect.Type) bool {
		if seen[t] {
			return false
		}
		seen[t] = true
		if reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
			return true
		}
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
			return visit(t.Elem())
		case reflect.Struct:
			for i := range t.NumField() {
				if visit(t.Field(i).Type) {
					return true
				}
			}
			return false
		default:
			return false
		}
	}
	return visit(model)
}

// checkSize returns an error if body has more values than an answer can need,
// or an array has more items than a page can have. maxItems is 0 if there are
// no pages.
func checkSize(body []byte, maxItems int) error {
	if bytes.Count(body, []byte{','}) < fewValues {
		return nil // as nearly always
	}
	var values, depth int
	items := []int{0} // by depth
	inString := false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case c == '\\' && inString:
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '[' || c == '{':
			depth++
			if depth == len(items) {
				items = append(items, 0)
			}
			items[depth] = 1
			if c == '{' {
				items[depth] = -maxAnswer // its fields are no items
			}
		case (c == ']' || c == '}') && depth > 0:
			depth--
		case c == ',':
			values++
			items[depth]++
			if values > maxValues {
				return fmt.Errorf("it has more than %d values", maxValues)
			}
			if maxItems > 0 && items[depth] > maxItems {
				return fmt.Errorf("it has more than %d items, Slack's limit for a page", maxItems)
			}
		}
	}
	return nil
}

// saysOK reports whether ok is true in the very key that Slack documents.
// encoding/json, for which capitals make no difference, has seen that some key
// like it is true.
func saysOK(body []byte) bool {
	if rest, ok := bytes.CutPrefix(body, []byte(`{"ok":true`)); ok && !bytes.Contains(rest, []byte(`"ok"`)) {
		return true // as nearly always
	}
	var fields map[string]json.RawMessage
	return json.Unmarshal(body, &fields) == nil && string(fields["ok"]) == "true"
}

// mismatches returns the paths of the fields in body that do not fit model, and
// whether one of them is essential.
func mismatches(body []byte, model reflect.Type) (paths []string, essential bool) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return nil, true
	}
	found := map[string]bool{}
	compare(value, model, "", false, func(path string, tagged bool) {
		found[path] = true
		essential = essential || tagged
	})
	return slices.Sorted(maps.Keys(found)), essential
}

// compare calls report with each part of value that does not fit model.
func compare(value any, model reflect.Type, path string, essential bool, report func(path string, essential bool)) {
	for model.Kind() == reflect.Pointer {
		model = model.Elem()
	}
	switch value := value.(type) {
	case nil:
		return
	case map[string]any:
		switch model.Kind() {
		case reflect.Interface:
		case reflect.Map:
			for _, field := range value {
				compare(field, model.Elem(), path, essential, report)
			}
		case reflect.Struct:
			for i := range model.NumField() {
				field := model.Field(i)
				name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
				compare(value[name], field.Type, strings.TrimPrefix(path+"."+name, "."), field.Tag.Get("slack") == "essential", report)
			}
		default:
			report(path, essential)
		}
	case []any:
		switch model.Kind() {
		case reflect.Interface:
		case reflect.Slice:
			for _, item := range value {
				compare(item, model.Elem(), path, essential, report)
			}
		default:
			report(path, essential)
		}
	default: // a string, a number or a boolean
		encoded, err := json.Marshal(value)
		if err != nil || json.Unmarshal(encoded, reflect.New(model).Interface()) != nil {
			report(path, essential)
		}
	}
}
