// Package runtime is what generated code knows by that name: oapi-codegen's
// runtime, but for how arguments are written as forms and queries, for which
// Slack has rules of its own.
package runtime

import (
	"net/url"

	"github.com/oapi-codegen/runtime"

	"github.com/seed-38c23bad/slackadmin/internal/form"
)

// RequestBodyEncoding is the real runtime's.
type RequestBodyEncoding = runtime.RequestBodyEncoding

// StyleParamOptions is the real runtime's.
type StyleParamOptions = runtime.StyleParamOptions

// ParamLocationQuery is where a parameter is sent.
const ParamLocationQuery = runtime.ParamLocationQuery

// JSONMerge merges two JSON objects, for unions.
func JSONMerge(data, patch []byte) ([]byte, error) { return runtime.JSONMerge(data, patch) }

// MarshalForm returns body as a form that Slack reads. The spec's encodings are
// those that Slack has, and specgen checks that they are.
func MarshalForm(body any, _ map[string]RequestBodyEncoding) (url.Values, error) {
	return form.Values(body)
}

// StyleParamWithOptions returns one parameter of a query as Slack reads it.
func StyleParamWithOptions(_ string, _ bool, name string, value any, _ StyleParamOptions) (string, error) {
	values, err := form.Values(map[string]any{name: value})
	return values.Encode(), err
}
