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

// Media returns the media types the arguments may be sent as, none for a query.
func (o *Operation) Media() []string {
	if o.RequestBody == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(o.RequestBody.Value.Content))
}

// StreamExample returns the example of a success that is no JSON, "" if the spec
// has none.
func (o *Operation) StreamExample() string {
	example, _ := o.Responses.Value("200").Value.Content[o.Stream].Example.(string)
	return example
}

// IsFile reports whether schema is a file to upload.
func IsFile(schema *openapi3.Schema) bool {
	return schema.Type.Is("string") && schema.Format == "binary"
}

// body takes the arguments of o from its request body, if it has one.
func (c *checker) body(where place, o *Operation) {
	if o.RequestBody == nil {
		return
	}
	want := schemas + name(o.OperationID, "Request")
	for _, media := range o.Media() {
		content := o.RequestBody.Value.Content[media]
		if !slices.Contains([]string{MediaJSON, MediaForm, MediaMultipart}, media) {
			c.failf(where.to("requestBody", "content", media), "requestBody has media type %q; want %s, %s or %s", media, MediaJSON, MediaForm, MediaMultipart)
		}
		if content == nil || content.Schema == nil || !strings.EqualFold(content.Schema.Ref, want) {
			c.failf(where.to("requestBody", "content", media), "the schema of requestBody's %s is not $ref: '%s'", media, want)
			continue
		}
		o.Arguments, o.Request = content.Schema.Value, RefName(content.Schema.Ref)
		if !o.Arguments.Type.Is("object") || len(o.Arguments.AllOf)+len(o.Arguments.OneOf)+len(o.Arguments.AnyOf) > 0 {
			c.failf(c.component(o.Request).called(where.name), "%s is not type: object with properties of its own", RefName(content.Schema.Ref))
		}
		if media != MediaJSON {
			c.form(where.to("requestBody", "content", media), content)
		}
	}
	if o.Request == "" {
		return
	}
	if required := len(o.Arguments.Required) > 0; required != o.RequestBody.Value.Required {
		c.failf(where.to("requestBody", "required"), "requestBody.required is %t, but %s; want %t", o.RequestBody.Value.Required, map[bool]string{true: "it has required arguments", false: "none of its arguments is"}[required], required)
	}
	c.files(where, o)
}

// files checks that only multipart bodies have files, which have to be arguments
// of their own there.
func (c *checker) files(where place, o *Operation) {
	for _, name := range slices.Sorted(maps.Keys(o.Arguments.Properties)) {
		schema := o.Arguments.Properties[name].Value
		if IsFile(schema) && !slices.Equal(o.Media(), []string{MediaMultipart}) {
			c.failf(c.argument(where, o, name), "%q is a file, which only %s can carry; want that media type alone", name, MediaMultipart)
		}
		if IsFile(schema) && schema.Nullable {
			c.failf(c.argument(where, o, name), "%q is a file and may be null; a file without content is left out already", name)
		}
	}
}

// form checks that a form can carry the arguments and that the spec says how.
func (c *checker) form(where place, content *openapi3.MediaType) {
	for _, name := range slices.Sorted(maps.Keys(content.Schema.Value.Properties)) {
		schema, encoding := content.Schema.Value.Properties[name].Value, content.Encoding[name]
		isArray := schema.Type.Is("array")
		asJSON := encoding != nil && encoding.ContentType == MediaJSON
		joined := encoding != nil && encoding.Style == openapi3.SerializationForm && encoding.Explode != nil && !*encoding.Explode
		switch {
		case isArray && plain(schema.Items.Value) && !joined:
			c.failf(where.to("encoding", name), "a form cannot carry the array %q as it stands; want encoding.%s with style: form and explode: false", name, name)
		case (schema.Type.Is("object") || isArray && !plain(schema.Items.Value)) && !asJSON:
			c.failf(where.to("encoding", name), "a form cannot carry %q as it stands; want encoding.%s with contentType: %s", name, name, MediaJSON)
		}
	}
}

func plain(schema *openapi3.Schema) bool {
	return !schema.Type.Is("array") && !schema.Type.Is("object")
}

// stream takes the media type of a success that is no JSON.
func (c *checker) stream(where place, o *Operation, content openapi3.Content) {
	for _, media := range slices.Sorted(maps.Keys(content)) {
		if media == MediaJSON {
			continue
		}
		if o.Stream != "" {
			c.failf(where.to("responses", "200", "content", media), "the answer 200 has media types %q and %q; want one beside %s", o.Stream, media, MediaJSON)
		}
		o.Stream = media
		if content[media] == nil || content[media].Schema == nil || !IsFile(content[media].Schema.Value) {
			c.failf(where.to("responses", "200", "content", media), "the schema of answer 200 for %s is not type: string with format: binary", media)
		}
	}
	if o.Stream != "" && (o.Arguments.Properties["cursor"] != nil || o.Extensions["x-slack-pages"] != nil) {
		c.failf(where.to("responses", "200", "content", o.Stream), "its answer is a stream, which has no pages, but it has a cursor or x-slack-pages")
	}
}
