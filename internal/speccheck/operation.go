package speccheck

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// The media types that Slack reads.
const (
	MediaJSON = "application/json"
	MediaForm = "application/x-www-form-urlencoded"
)

const schemas = "#/components/schemas/"

// An Operation is one method of Slack's.
type Operation struct {
	*openapi3.Operation
	Name       string // of its schemas, which are Name+"Request" and Name+"Response"
	Path, Verb string
	Scopes     []string
	Tier       string   // "1" to "4", or "special"
	PerMinute  int      // about how many calls Slack allows; 0 if it does not say
	Callers    []string // whose tokens it takes, out of the constants below
	Idempotent bool
	Errors     []string         // the special codes
	Arguments  *openapi3.Schema // an object, whichever way they are sent
	Answer     *openapi3.Schema // of success
	Items      string           // the property of Answer that has a page's items, if there is a cursor
}

// Media returns the media types the arguments may be sent as, none for a query.
func (o *Operation) Media() []string {
	if o.RequestBody == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(o.RequestBody.Value.Content))
}

// Whose tokens a method may take.
const (
	CallerAdmin  = "admin"  // of an Org Owner or Org Admin
	CallerMember = "member" // of any user, admins included
	CallerBot    = "bot"
)

// Success returns the example of the answer that says yes.
func (o *Operation) Success() any {
	return o.Responses.Value("200").Value.Content.Get(MediaJSON).Examples["success"].Value.Value
}

func (c *checker) operation(path, verb string, op *openapi3.Operation) Operation {
	where := verb + " " + path
	if "/"+op.OperationID != path {
		c.failf("%s: operationId is %q; want %q, Slack's name of the method", where, op.OperationID, path[1:])
	}
	if op.Summary == "" || strings.Contains(strings.TrimSpace(op.Summary), "\n") {
		c.failf("%s: summary is missing or has several lines; it becomes the first sentence of the docs", where)
	}
	if op.ExternalDocs == nil || op.ExternalDocs.URL == "" {
		c.failf("%s: externalDocs.url is missing; want the link to Slack's reference", where)
	}
	o := Operation{
		Operation:  op,
		Path:       path,
		Verb:       verb,
		Scopes:     decode[[]string](c, where, op.Extensions, "x-slack-scopes"),
		Idempotent: decode[bool](c, where, op.Extensions, "x-slack-idempotent"),
		Errors:     decode[[]string](c, where, op.Extensions, "x-slack-errors"),
		Arguments:  openapi3.NewObjectSchema(),
	}
	c.rate(where, &o)
	c.callers(where, &o)
	if verb == http.MethodGet && !o.Idempotent {
		c.failf("%s: x-slack-idempotent is false, but net/http itself repeats a GET; want POST", where)
	}
	switch {
	case verb == http.MethodGet && op.RequestBody == nil:
		c.query(where, &o)
	case verb == http.MethodPost && len(op.Parameters) == 0:
		c.body(where, &o)
	default:
		c.failf("%s: want GET with parameters or POST with a requestBody", where)
	}
	if o.Arguments.Properties["token"] != nil {
		c.failf("%s: it has an argument named token, which belongs in the Authorization header alone", where)
	}
	c.answers(where, &o)
	c.cursor(where, &o)
	return o
}

// query gathers the parameters of o into one object.
func (c *checker) query(where string, o *Operation) {
	for _, ref := range o.Parameters {
		parameter := ref.Value
		if parameter.In != openapi3.ParameterInQuery || parameter.Schema == nil {
			c.failf("%s: parameter %q is in %s; want in: query, with a schema", where, parameter.Name, parameter.In)
			continue
		}
		schema := parameter.Schema.Value
		if schema.Type == nil {
			c.failf("%s: parameter %q is not typed", where, parameter.Name)
		}
		if parameter.Description == "" {
			c.failf("%s: parameter %q is not described", where, parameter.Name)
		}
		if parameter.Required {
			o.Arguments.Required = append(o.Arguments.Required, parameter.Name)
		}
		if parameter.Required && schema.Example == nil && parameter.Example == nil {
			c.failf("%s: parameter %q is required and has no example", where, parameter.Name)
		}
		explode := parameter.Explode == nil || *parameter.Explode
		switch {
		case schema.Type.Is("object"):
			c.failf("%s: parameter %q is an object, which a query cannot carry", where, parameter.Name)
		case schema.Type.Is("array") && (explode || !plain(schema.Items.Value)):
			c.failf("%s: parameter %q is an array that Slack does not read from a query; want plain items and explode: false", where, parameter.Name)
		}
		property := *schema // with what is said of the parameter instead of its schema
		property.Description = parameter.Description
		if parameter.Example != nil {
			property.Example = parameter.Example
		}
		o.Arguments.WithProperty(parameter.Name, &property)
	}
}

// body takes the arguments of o from its request body, if it has one.
func (c *checker) body(where string, o *Operation) {
	if o.RequestBody == nil {
		return
	}
	want := schemas + name(o.OperationID, "Request")
	for _, media := range o.Media() {
		content := o.RequestBody.Value.Content[media]
		if media != MediaJSON && media != MediaForm {
			c.failf("%s: requestBody has media type %q; want %s or %s", where, media, MediaJSON, MediaForm)
		}
		if content.Schema == nil || !strings.EqualFold(content.Schema.Ref, want) {
			c.failf("%s: the schema of requestBody's %s is not $ref: '%s'", where, media, want)
			continue
		}
		o.Arguments = content.Schema.Value
		if !o.Arguments.Type.Is("object") || len(o.Arguments.AllOf)+len(o.Arguments.OneOf)+len(o.Arguments.AnyOf) > 0 {
			c.failf("%s: %s is not type: object with properties of its own", where, RefName(content.Schema.Ref))
		}
		if media == MediaForm {
			c.form(where, content)
		}
	}
}

// form checks that a form can carry the arguments and that the spec says how.
func (c *checker) form(where string, content *openapi3.MediaType) {
	for _, name := range slices.Sorted(maps.Keys(content.Schema.Value.Properties)) {
		schema, encoding := content.Schema.Value.Properties[name].Value, content.Encoding[name]
		isArray := schema.Type.Is("array")
		asJSON := encoding != nil && encoding.ContentType == MediaJSON
		joined := encoding != nil && encoding.Style == openapi3.SerializationForm && encoding.Explode != nil && !*encoding.Explode
		switch {
		case isArray && plain(schema.Items.Value) && !joined:
			c.failf("%s: a form cannot carry the array %q as it stands; want encoding.%s with style: form and explode: false", where, name, name)
		case (schema.Type.Is("object") || isArray && !plain(schema.Items.Value)) && !asJSON:
			c.failf("%s: a form cannot carry %q as it stands; want encoding.%s with contentType: %s", where, name, name, MediaJSON)
		}
	}
}

func plain(schema *openapi3.Schema) bool {
	return !schema.Type.Is("array") && !schema.Type.Is("object")
}

// answers checks the answers of o and takes the one of success.
func (c *checker) answers(where string, o *Operation) {
	for status, want := range map[string]string{"429": "RateLimited", "default": "Refused"} {
		if ref := o.Responses.Value(status); ref == nil || ref.Ref != "#/components/responses/"+want {
			c.failf("%s: the answer %s is not $ref: '#/components/responses/%s'", where, status, want)
		}
	}
	o.Answer = openapi3.NewObjectSchema()
	goType := name(o.OperationID, "Response")
	ok := o.Responses.Value("200")
	if ok == nil || ok.Value.Content.Get(MediaJSON) == nil || ok.Value.Content.Get(MediaJSON).Schema == nil {
		c.failf("%s: the answer 200 has no schema for %s", where, MediaJSON)
		return
	}
	content := ok.Value.Content.Get(MediaJSON)
	for _, example := range []string{"success", "error"} {
		if ref := content.Examples[example]; ref == nil || ref.Value == nil || ref.Value.Value == nil {
			c.failf("%s: the answer 200 has no example named %s", where, example)
		}
	}
	schema := content.Schema.Value
	if len(schema.OneOf) != 2 || !strings.EqualFold(schema.OneOf[0].Ref, schemas+goType) || schema.OneOf[1].Ref != schemas+"ErrorResponse" {
		c.failf("%s: the schema of answer 200 is not oneOf: [$ref: '%s', $ref: '%sErrorResponse']", where, schemas+goType, schemas)
		return
	}
	// The names in the spec rule, as in AdminUsersGetID for admin.users.getId.
	goType = RefName(schema.OneOf[0].Ref)
	o.Name = strings.TrimSuffix(goType, "Response")
	if schema.Extensions["x-go-type"] != goType {
		c.failf("%s: the schema of answer 200 has not x-go-type: %s", where, goType)
	}
	all := schema.OneOf[0].Value.AllOf
	if len(all) == 0 || all[0].Ref != schemas+"Success" {
		c.failf("%s: %s is not allOf: [$ref: '%sSuccess', …]", where, goType, schemas)
		return
	}
	for _, part := range all {
		maps.Copy(o.Answer.Properties, part.Value.Properties)
		o.Answer.Required = append(o.Answer.Required, part.Value.Required...)
	}
}

// cursor finds the items of a page, if o has pages.
func (c *checker) cursor(where string, o *Operation) {
	if o.Arguments.Properties["cursor"] == nil {
		return
	}
	if cursor := o.Arguments.Properties["cursor"].Value; !cursor.Type.Is("string") || cursor.Nullable {
		c.failf("%s: cursor is not type: string, or may be null", where)
	}
	var arrays []string
	for _, name := range slices.Sorted(maps.Keys(o.Answer.Properties)) {
		if o.Answer.Properties[name].Value.Type.Is("array") {
			arrays = append(arrays, name)
		}
	}
	if len(arrays) != 1 {
		c.failf("%s: it has a cursor, so its answer needs one array, the items of a page; it has %d", where, len(arrays))
		return
	}
	o.Items = arrays[0]
	array := o.Answer.Properties[o.Items].Value
	if items := array.Items; items == nil || items.Ref == "" && (!items.Value.Type.Is("string") || len(items.Value.Enum) > 0) {
		c.failf("%s: the items of %q are neither plain strings nor a $ref, so that Go has no name for them", where, o.Items)
	}
	if array.Nullable {
		c.failf("%s: %q, the items of a page, may be null; leave that out, for Go reads null as none", where, o.Items)
	}
}

// RefName returns the name of the schema that ref refers to.
func RefName(ref string) string { return strings.TrimPrefix(ref, schemas) }

// name returns the name, but for its capitals, that a method's schema has.
func name(operationID, suffix string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(operationID, ".") {
		if part != "" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String() + suffix
}
