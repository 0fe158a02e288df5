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

// decode returns the answer as a success, or says why it is none. Each method has
// its own copy of this, so that what needs no types is elsewhere.
func decode[Req, Resp any](ctx context.Context, c *Client, op *operation[Req, Resp], a *answer) (*Resp, error) {
	typed := new(Resp)
	if op.room != nil {
		op.room(typed, min(op.maxItems, len(a.body)/bytesPerItem))
	}
	fit, err := a.decode(&op.method, typed)
	if err != nil {
		return nil, err
	}
	if op.missing != nil {
		if path := op.missing(typed, a.has); path != "" {
			return nil, a.lacks(op.name, path)
		}
	}
	c.logOdd(ctx, op.name, a, fit)
	return typed, nil
}

// decode decodes the answer into typed, a pointer, and returns how it fits.
func (a *answer) decode(m *method, typed any) (*fit, error) {
	if err := checkSize(a.body, m.maxItems); err != nil {
		return nil, a.failure(m.name, err)
	}
	err := json.Unmarshal(a.body, typed)
	isOfWrongType := err != nil && errors.As(err, new(*json.UnmarshalTypeError))
	if a.status/100 != 2 || err != nil && !isOfWrongType {
		return nil, a.failure(m.name, err)
	}

	// It is JSON. What it says is in the very keys that Slack documents.
	value := reflect.ValueOf(typed).Elem()
	model := modelOf(value.Type(), m.nextAt, m.itemsAt)
	fit := model.compare(a.body, isOfWrongType)
	switch {
	case fit.oks > 1:
		return nil, a.unreadable(m.name, errors.New("its ok is given twice"))
	case !fit.ok && (!m.byStatus || fit.oks > 0):
		return nil, a.failure(m.name, err)
	}

	// A field of another type than expected costs that field alone, for Slack has
	// done what was asked; encoding/json has decoded the rest. But not one that
	// says what Slack did it to, or where the next page is.
	if err := fit.vital(); err != nil {
		return nil, a.failure(m.name, err)
	}
	if fit.edited {
		value.SetZero()
		err = json.Unmarshal(fit.body, typed)
	}
	switch {
	case err != nil && (len(fit.fields()) == 0 || model.decodesItself || !errors.As(err, new(*json.UnmarshalTypeError))):
		return nil, a.failure(m.name, err)
	case fit.stray != "" && !fit.next:
		return nil, a.failure(m.name, fmt.Errorf("it has the next page's cursor in %s, and nothing in %s", fit.stray, m.nextAt))
	}
	return fit, nil
}

// lacks returns the error of an answer without a field that it needs.
func (a *answer) lacks(method, path string) error {
	return a.failure(method, fmt.Errorf("its %s is missing", path))
}

// logOdd logs the fields that did not fit, and what Slack warns of.
func (c *Client) logOdd(ctx context.Context, method string, a *answer, fit *fit) {
	fields := fit.fields()
	for _, field := range fields[:min(len(fields), manyFields)] {
		c.logger.LogAttrs(ctx, slog.LevelWarn, "slack field of another type than expected is left out",
			slog.String("method", method), slog.String("field", field))
	}
	if !fit.warned {
		return
	}
	refusal, _, _ := a.refusal() // its other fields are not of interest
	if warnings := a.warnings(refusal); len(warnings) > 0 {
		c.logger.LogAttrs(ctx, slog.LevelWarn, "slack warning",
			slog.String("method", method), slog.String("warnings", strings.Join(warnings, ",")))
	}
}

// has reports whether the answer has a value that is not null at a path.
func (a *answer) has(path string) bool {
	body := a.body
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
