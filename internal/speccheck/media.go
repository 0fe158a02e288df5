package speccheck

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// The media types that Slack reads.
const (
	MediaJSON      = "application/json"
	MediaForm      = "application/x-www-form-urlencoded"
	MediaMultipart = "multipart/form-data"
)

// Media returns the media types that the arguments may be sent as, nil for a query.
func (o *Operation) Media() []string {
	if o.RequestBody == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(o.RequestBody.Value.Content))
}

// StreamExample returns the example of the stream, or "".
func (o *Operation) StreamExample() string {
	example, _ := o.Responses.Value("200").Value.Content[o.StreamType].Example.(string)
	return example
}

// IsFile reports whether schema is a file to upload.
func IsFile(schema *openapi3.Schema) bool {
	return schema.Type.Is("string") && schema.Format == "binary"
}

// body sets the arguments of o from its request body.
func (c *checker) body(at place, o *Operation) {
	if o.RequestBody == nil {
		return
	}
	want := SchemaRefPrefix + schemaName(o.OperationID, "Request")
	for _, media := range o.Media() {
		content, at := o.RequestBody.Value.Content[media], at.child("requestBody", "content", media)
		if !slices.Contains([]string{MediaJSON, MediaForm, MediaMultipart}, media) {
			c.failf(at, "the requestBody has media type %q; it must be %s, %s or %s", media, MediaJSON, MediaForm, MediaMultipart)
		}
		if content.Schema == nil || !strings.EqualFold(content.Schema.Ref, want) {
			c.failf(at, "the schema of the requestBody's %s must be $ref: '%s'", media, want)
			continue
		}
		o.Arguments, o.Request = content.Schema.Value, RefName(content.Schema.Ref)
		if !isPlainObject(o.Arguments) {
			c.failf(c.component(o.Request).withName(at.name), "%s must have type: object, without allOf, oneOf or anyOf", o.Request)
		}
		if media != MediaJSON {
			c.form(at, content)
		}
	}
	if o.Request == "" {
		return
	}
	if required := len(o.Arguments.Required) > 0; required != o.RequestBody.Value.Required {
		reason := map[bool]string{true: "an argument is required", false: "no argument is required"}[required]
		c.failf(at.child("requestBody", "required"), "requestBody.required must be %t, because %s", required, reason)
	}
	c.files(at, o)
}

// isPlainObject reports whether schema is an object with properties of its own.
func isPlainObject(schema *openapi3.Schema) bool {
	return schema.Type.Is("object") && len(schema.AllOf)+len(schema.OneOf)+len(schema.AnyOf) == 0
}

// files checks that only multipart bodies have files.
func (c *checker) files(at place, o *Operation) {
	for _, name := range slices.Sorted(maps.Keys(o.Arguments.Properties)) {
		schema := o.Arguments.Properties[name].Value
		if IsFile(schema) && !slices.Equal(o.Media(), []string{MediaMultipart}) {
			c.failf(c.argument(at, o, name), "%q is a file; the requestBody must have %s alone", name, MediaMultipart)
		}
		if IsFile(schema) && schema.Nullable {
			c.failf(c.argument(at, o, name), "%q is a file and nullable; remove nullable, because a file without content is left out", name)
		}
	}
}

// form checks that a form can carry the arguments.
func (c *checker) form(at place, content *openapi3.MediaType) {
	for _, name := range slices.Sorted(maps.Keys(content.Schema.Value.Properties)) {
		schema, encoding := content.Schema.Value.Properties[name].Value, content.Encoding[name]
		isArray := schema.Type.Is("array")
		asJSON := encoding != nil && encoding.ContentType == MediaJSON
		joined := encoding != nil && encoding.Style == openapi3.SerializationForm && encoding.Explode != nil && !*encoding.Explode
		switch {
		case isArray && isScalar(schema.Items.Value) && !joined:
			c.failf(at.child("encoding", name), "a form cannot carry the array %q; add encoding.%s with style: form and explode: false", name, name)
		case (schema.Type.Is("object") || isArray && !isScalar(schema.Items.Value)) && !asJSON:
			c.failf(at.child("encoding", name), "a form cannot carry %q; add encoding.%s with contentType: %s", name, name, MediaJSON)
		}
	}
}

func isScalar(schema *openapi3.Schema) bool {
	return !schema.Type.Is("array") && !schema.Type.Is("object")
}

// stream sets the media type of a successful response that is not JSON.
func (c *checker) stream(at place, o *Operation, content openapi3.Content) {
	for _, media := range slices.Sorted(maps.Keys(content)) {
		if media == MediaJSON {
			continue
		}
		at := at.child("responses", "200", "content", media)
		if o.StreamType != "" {
			c.failf(at, "response 200 has media types %q and %q; it must have one beside %s", o.StreamType, media, MediaJSON)
		}
		o.StreamType = media
		if content[media].Schema == nil || !IsFile(content[media].Schema.Value) {
			c.failf(at, "the schema of response 200 for %s must have type: string and format: binary", media)
		}
	}
	if o.StreamType != "" && (o.Arguments.Properties["cursor"] != nil || o.Extensions[pageCountName] != nil) {
		c.failf(at.child("responses", "200", "content", o.StreamType), "the response is a stream, which has no pages; remove the argument cursor and %s", pageCountName)
	}
}
