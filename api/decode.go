package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
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
	typed, err := unmarshal(op, a.body)
	isOfWrongType := err != nil && errors.As(err, new(*json.UnmarshalTypeError))
	if a.status/100 != 2 || err != nil && !isOfWrongType {
		return nil, a.failure(op.name, err)
	}

	// It is JSON. What it says is in the very keys that Slack documents.
	model := modelOf(reflect.TypeFor[Resp](), op.nextAt, op.itemsAt)
	fit := model.compare(a.body, isOfWrongType)
	switch {
	case fit.oks > 1:
		return nil, a.unreadable(op.name, errors.New("its ok is given twice"))
	case !fit.ok:
		return nil, a.failure(op.name, err)
	}

	// A field of another type than expected costs that field alone, for Slack has
	// done what was asked; encoding/json has decoded the rest. But not one that
	// says what Slack did it to, or where the next page is.
	if err := fit.vital(); err != nil {
		return nil, a.failure(op.name, err)
	}
	if fit.edited {
		typed, err = unmarshal(op, fit.body)
	}
	fields := fit.fields()
	switch {
	case err != nil && (len(fields) == 0 || model.decodesItself || !errors.As(err, new(*json.UnmarshalTypeError))):
		return nil, a.failure(op.name, err)
	case fit.stray != "" && !fit.next:
		return nil, a.failure(op.name, fmt.Errorf("it has the next page's cursor in %s, and nothing in %s", fit.stray, op.nextAt))
	}
	if op.missing != nil {
		if path := op.missing(typed, func(path string) bool { return has(a.body, path) }); path != "" {
			return nil, a.failure(op.name, fmt.Errorf("its %s is missing", path))
		}
	}
	for _, field := range fields[:min(len(fields), manyFields)] {
		c.logger.LogAttrs(ctx, slog.LevelWarn, "slack field of another type than expected is left out",
			slog.String("method", op.name), slog.String("field", field))
	}
	if fit.warned {
		refusal, _, _ := a.refusal() // its other fields are not of interest
		if warnings := a.warnings(refusal); len(warnings) > 0 {
			c.logger.LogAttrs(ctx, slog.LevelWarn, "slack warning",
				slog.String("method", op.name), slog.String("warnings", strings.Join(warnings, ",")))
		}
	}
	return typed, nil
}

func unmarshal[Req, Resp any](op *operation[Req, Resp], body []byte) (*Resp, error) {
	typed := new(Resp)
	if op.room != nil {
		op.room(typed, min(op.maxItems, len(body)/bytesPerItem))
	}
	return typed, json.Unmarshal(body, typed)
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
