// Package runtime is what generated code knows by that name, in the place of
// oapi-codegen's own: Slack has rules of its own for how arguments are written as
// forms and queries, and the rest is little.
package runtime

import (
	"encoding/json"
	"net/url"

	"github.com/seed-38c23bad/slackadmin/internal/form"
)

// StyleParamOptions is what the spec says of a parameter.
type StyleParamOptions struct {
	ParamLocation string
	Type, Format  string
}

// ParamLocationQuery is where Slack's methods have parameters.
const ParamLocationQuery = "query"

// MarshalForm returns body as a form that Slack reads. The spec's encodings are
// those that Slack has, and specgen checks that they are.
func MarshalForm(body, _ any) (url.Values, error) { return form.Values(body) }

// StyleParamWithOptions returns one parameter of a query as Slack reads it.
func StyleParamWithOptions(_ string, _ bool, name string, value any, _ StyleParamOptions) (string, error) {
	values, err := form.Values(map[string]any{name: value})
	return values.Encode(), err
}

// JSONMerge returns data with the members of patch on top if both are objects, and
// so on inside them; else patch. It is for unions.
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

// members returns the members of an object, nil of anything else.
func members(object []byte) (all map[string]json.RawMessage) {
	if json.Unmarshal(object, &all) != nil {
		return nil
	}
	return all
}
