// Package runtime replaces oapi-codegen's package of that name in generated code,
// because Slack has its own rules for forms and queries.
package runtime

import (
	"encoding/json"
	"net/url"

	"github.com/seed-38c23bad/slackadmin/internal/form"
)

// StyleParamOptions describes a parameter.
type StyleParamOptions struct {
	ParamLocation string
	Type, Format  string
}

// ParamLocationQuery is the location of all parameters.
const ParamLocationQuery = "query"

// MarshalForm returns body as a form for Slack. It ignores the spec's encodings, because
// specgen has checked that they match [form.Values].
func MarshalForm(body, _ any) (url.Values, error) { return form.Values(body) }

// StyleParamWithOptions returns a parameter of a query for Slack.
func StyleParamWithOptions(_ string, _ bool, name string, value any, _ StyleParamOptions) (string, error) {
	values, err := form.Values(map[string]any{name: value})
	return values.Encode(), err
}

// JSONMerge returns data with the members of patch merged into it, recursively, if both
// are objects, and patch otherwise. Union types use it.
func JSONMerge(data, patch []byte) ([]byte, error) {
	merged, onTop := members(data), members(patch)
	if merged == nil || onTop == nil {
		return patch, nil
	}
	for name, value := range onTop {
		member, err := JSONMerge(merged[name], value)
		if err != nil {
			return nil, err
		}
		merged[name] = member
	}
	return json.Marshal(merged)
}

// members returns the members of an object, or nil.
func members(object []byte) (all map[string]json.RawMessage) {
	if json.Unmarshal(object, &all) != nil {
		return nil
	}
	return all
}
