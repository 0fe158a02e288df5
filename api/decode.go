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

// Limits of a decoded response, because a few bytes of JSON can become a large Go
// value. A page of 1,000 sessions has 13,000 values.
const (
	maxValues       = 1 << 18
	uncountedValues = 1 << 15 // are never too many
	maxLoggedFields = 20      // mismatches logged per response

	minItemBytes = 128 // estimate, to allocate the items of a page
)

// decode decodes r as a success, or returns its error. It is generic and therefore
// compiled per method, so everything that needs no types is in other functions.
func decode[Req, Resp any](ctx context.Context, c *Client, op *operation[Req, Resp], r *response) (*Resp, error) {
	resp := new(Resp)
	if op.allocItems != nil {
		op.allocItems(resp, min(op.maxItems, len(r.body)/minItemBytes))
	}
	comparison, err := r.decode(resp)
	if err != nil {
		return nil, err
	}
	if op.missingField != nil {
		if path := op.missingField(resp, r.has); path != "" {
			return nil, r.missingFieldError(path)
		}
	}
	c.logWarnings(ctx, r, comparison)
	return resp, nil
}

// decode decodes r into resp, a pointer, and compares r with resp's type.
func (r *response) decode(resp any) (*comparison, error) {
	if err := checkSize(r.body, r.method.maxItems); err != nil {
		return nil, r.failure(err)
	}
	err := json.Unmarshal(r.body, resp)
	typeMismatch := err != nil && errors.As(err, new(*json.UnmarshalTypeError))
	if r.status/100 != 2 || err != nil && !typeMismatch {
		return nil, r.failure(err)
	}

	value := reflect.ValueOf(resp).Elem()
	model := modelOf(value.Type(), r.method.nextAt, r.method.itemsAt)
	c := model.compare(r.body, typeMismatch)
	switch {
	case c.okCount > 1:
		return nil, r.responseError(errors.New("its ok is given twice"))
	case !c.ok && (!r.method.successByStatus || c.okCount > 0):
		return nil, r.failure(err)
	}

	// A field of the wrong type is left out, because Slack has done the work and
	// encoding/json has decoded the other fields. Only an essential field fails the call.
	if err := c.essentialError(); err != nil {
		return nil, r.failure(err)
	}
	if c.edited {
		value.SetZero()
		err = json.Unmarshal(c.body, resp)
	}
	switch {
	case err != nil && (len(c.fields()) == 0 || model.hasUnmarshalJSON || !errors.As(err, new(*json.UnmarshalTypeError))):
		return nil, r.failure(err)
	case c.strayCursor != "" && !c.hasNext:
		return nil, r.failure(fmt.Errorf("it has the next page's cursor in %s, and nothing in %s", c.strayCursor, r.method.nextAt))
	}
	return c, nil
}

func (r *response) missingFieldError(path string) error {
	return r.failure(fmt.Errorf("its %s is missing", path))
}

// logWarnings logs the fields of the wrong type, and Slack's warnings.
func (c *Client) logWarnings(ctx context.Context, r *response, comparison *comparison) {
	method := slog.String("method", r.method.name)
	fields := comparison.fields()
	for _, field := range fields[:min(len(fields), maxLoggedFields)] {
		c.logger.LogAttrs(ctx, slog.LevelWarn, "slack field of another type than expected is left out",
			method, slog.String("field", field))
	}
	if !comparison.hasWarnings {
		return
	}
	if warnings := r.warnings(r.asError()); len(warnings) > 0 {
		c.logger.LogAttrs(ctx, slog.LevelWarn, "slack warning",
			method, slog.String("warnings", strings.Join(warnings, ",")))
	}
}

// has reports whether the response has a value other than null at a path.
func (r *response) has(path string) bool {
	value := r.body
	for name := range strings.SplitSeq(path, ".") {
		var fields map[string]json.RawMessage
		if json.Unmarshal(value, &fields) != nil {
			return false
		}
		value = fields[name]
	}
	return len(value) > 0 && string(value) != "null"
}

// checkSize returns an error if body has more than maxValues values, or an array of
// more than maxItems items. maxItems is 0 if arrays are not limited.
func checkSize(body []byte, maxItems int) error {
	if bytes.Count(body, []byte{','}) < uncountedValues {
		return nil // almost always
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
				items[depth] = -maxResponseBytes // fields are not items
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
