package speccheck

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

const schemas = "#/components/schemas/"

// An Operation is one method of Slack's.
type Operation struct {
	*openapi3.Operation
	Name       string // of its schemas, which are Name+"Request" and Name+"Response"
	Request    string // the name of Arguments' schema, "" if they have none
	Path, Verb string
	Server     string     // of the path alone, without a slash at its end; "" if it is the document's
	Public     bool       // no token is sent
	Scopes     [][]string // of each list any one scope will do
	ByToken    []Token    // instead of Scopes, where they differ by the kind of token
	Callers    []string   // whose tokens it takes: CallerOwner, CallerAdmin, CallerMember, CallerBot, or another kind of token
	Tier       string     // "1" to "4", or TierSpecial
	PerMinute  int        // about how many calls Slack allows; 0 if it does not say
	Idempotent bool
	Safe       bool              // it only reads
	Errors     []string          // the special codes
	Meanings   map[string]string // what the method alone means by a code
	Arguments  *openapi3.Schema  // an object, whichever way they are sent
	Answer     *openapi3.Schema  // of success
	ByStatus   bool              // a success has no ok: the status says that it is one
	Stream     string            // the media type of a success that is no JSON, if it has one
	Guessed    []string          // dotted paths in Answer whose types were inferred
	GuessedIn  []string          // and in Arguments

	// Of a method that has pages, dotted paths in Answer.
	Cursor string // where the next page's cursor stands, if they go by cursor
	Pages  string // where the number of pages stands, if they go by number
	Items  string // where a page's items are: an array or a map
}

// Route returns the path of o's URL below a host that stands for all servers, as a
// fake Slack does: behind the document's servers its path alone.
func (o *Operation) Route() string {
	own, err := url.Parse(o.Server)
	if err != nil { // the check has seen that it parses
		return o.Path
	}
	return own.Path + o.Path
}

// Success returns the example of the answer that says yes.
func (o *Operation) Success() any {
	return o.Responses.Value("200").Value.Content.Get(MediaJSON).Examples["success"].Value.Value
}

func (c *checker) operation(path, verb string, op *openapi3.Operation) Operation {
	where := c.method(path, verb)
	switch {
	case op.Summary == "":
		c.failf(where.to("summary"), "summary is missing; want a sentence, the first of the docs")
	case strings.Contains(strings.TrimSpace(op.Summary), "\n"):
		c.failf(where.to("summary"), "summary has several lines; want one, for it becomes the first sentence of the docs")
	}
	switch {
	case op.ExternalDocs == nil:
		c.failf(where, "externalDocs.url is missing; want %s", wanted["docs.url"])
	case strings.ContainsAny(op.ExternalDocs.URL, " \n"):
		c.failf(where.to("externalDocs", "url"), "externalDocs.url is %q, which has white space; want %s", op.ExternalDocs.URL, wanted["docs.url"])
	}
	o := Operation{
		Operation:  op,
		Path:       path,
		Verb:       verb,
		Idempotent: decode[bool](c, where, op.Extensions, "x-slack-idempotent"),
		Arguments:  openapi3.NewObjectSchema(),
	}
	c.errors(where, &o)
	c.rate(where, &o)
	c.access(where, &o)
	if _, said := op.Extensions["x-slack-safe"]; said {
		o.Safe = decode[bool](c, where, op.Extensions, "x-slack-safe")
	}
	_, said := op.Extensions["x-slack-idempotent"] // else decode has said so
	if said && o.Safe && !o.Idempotent {
		c.failf(where.to("x-slack-safe"), "x-slack-safe is true and x-slack-idempotent is not; a method that only reads is idempotent")
	}
	if said && verb == http.MethodGet && !o.Idempotent {
		c.failf(where.to("x-slack-idempotent"), "x-slack-idempotent is false, but net/http itself repeats a GET; want POST")
	}
	switch {
	case verb == http.MethodGet && op.RequestBody == nil:
		c.query(where, &o)
	case verb == http.MethodPost && len(op.Parameters) == 0:
		c.body(where, &o)
	default:
		c.failf(where, "want GET with parameters or POST with a requestBody")
	}
	c.empty(where, &o)
	if o.Arguments.Properties["token"] != nil {
		c.failf(c.argument(where, &o, "token"), "it has an argument named token, which belongs in the Authorization header alone")
	}
	if c.answers(where, &o) {
		c.pages(where, &o)
		c.guessed(where, &o)
	}
	return o
}

// query gathers the parameters of o into one object.
func (c *checker) query(where place, o *Operation) {
	for i, ref := range o.Parameters {
		parameter, where := ref.Value, where.to("parameters", index(i))
		if parameter.In != openapi3.ParameterInQuery || parameter.Schema == nil {
			c.failf(where, "parameter %q is in %s; want in: query, with a schema", parameter.Name, parameter.In)
			continue
		}
		schema := parameter.Schema.Value
		if schema.Type == nil {
			c.failf(where, "parameter %q is not typed", parameter.Name)
		}
		if parameter.Description == "" {
			c.failf(where, "parameter %q is not described", parameter.Name)
		}
		if parameter.Required {
			o.Arguments.Required = append(o.Arguments.Required, parameter.Name)
		}
		if parameter.Required && schema.Example == nil && parameter.Example == nil {
			c.failf(where, "parameter %q is required and has no example", parameter.Name)
		}
		explode := parameter.Explode == nil || *parameter.Explode
		switch {
		case schema.Type.Is("object"):
			c.failf(where, "parameter %q is an object, which a query cannot carry", parameter.Name)
		case schema.Type.Is("array") && (explode || !plain(schema.Items.Value)):
			c.failf(where, "parameter %q is an array that Slack does not read from a query; want plain items and explode: false", parameter.Name)
		}
		property := *schema // with what is said of the parameter instead of its schema
		property.Description = parameter.Description
		if parameter.Example != nil {
			property.Example = parameter.Example
		}
		o.Arguments.WithProperty(parameter.Name, &property)
	}
}

// answers checks the answers of o and takes the one of success. It tells whether
// there is one.
func (c *checker) answers(where place, o *Operation) bool {
	for status, want := range map[string]string{"429": "RateLimited", "default": "Refused"} {
		if ref := o.Responses.Value(status); ref == nil || ref.Ref != "#/components/responses/"+want {
			c.failf(where.to("responses", status), "the answer %s is not $ref: '#/components/responses/%s'", status, want)
		}
	}
	o.Answer = openapi3.NewObjectSchema()
	goType := name(o.OperationID, "Response")
	ok := o.Responses.Value("200")
	switch {
	case ok == nil:
		c.failf(where.to("responses"), "the answer 200 is missing; want what Slack says of success, as %s", MediaJSON)
		return false
	case ok.Value.Content[MediaJSON] == nil || ok.Value.Content[MediaJSON].Schema == nil:
		c.failf(where.to("responses", "200"), "the answer 200 has no schema for %s; want oneOf: [$ref: '%s', $ref: '%sErrorResponse']", MediaJSON, schemas+goType, schemas)
		return false
	}
	c.stream(where, o, ok.Value.Content)
	content, json := ok.Value.Content[MediaJSON], where.to("responses", "200", "content", MediaJSON)
	if o.ByStatus = content.Schema.Ref != ""; o.ByStatus {
		return c.byStatus(where, o, content)
	}
	for _, example := range []string{"success", "error"} {
		if ref := content.Examples[example]; ref == nil || ref.Value.Value == nil {
			c.failf(json.to("examples"), "the answer 200 has no example named %s", example)
		}
	}
	schema := content.Schema.Value
	if len(schema.OneOf) != 2 || !strings.EqualFold(schema.OneOf[0].Ref, schemas+goType) || schema.OneOf[1].Ref != schemas+"ErrorResponse" {
		c.failf(json.to("schema", "oneOf"), "the schema of answer 200 is not oneOf: [$ref: '%s', $ref: '%sErrorResponse']", schemas+goType, schemas)
		return false
	}
	// The names in the spec rule, as in AdminUsersGetID for admin.users.getId.
	goType = RefName(schema.OneOf[0].Ref)
	o.Name = strings.TrimSuffix(goType, "Response")
	if schema.Extensions["x-go-type"] != goType {
		c.failf(json.to("schema", "x-go-type"), "the schema of answer 200 has not x-go-type: %s", goType)
	}
	all := schema.OneOf[0].Value.AllOf
	if len(all) == 0 || all[0].Ref != schemas+"Success" {
		c.failf(c.component(goType).called(where.name), "%s is not allOf: [$ref: '%sSuccess', …]", goType, schemas)
		return false
	}
	for _, part := range all {
		maps.Copy(o.Answer.Properties, part.Value.Properties)
		o.Answer.Required = append(o.Answer.Required, part.Value.Required...)
	}
	return true
}

// byStatus takes the answer of success of a method that says so by its status alone.
func (c *checker) byStatus(where place, o *Operation, content *openapi3.MediaType) bool {
	json := where.to("responses", "200", "content", MediaJSON)
	if ref := content.Examples["success"]; ref == nil || ref.Value.Value == nil {
		c.failf(json.to("examples"), "the answer 200 has no example named success")
	}
	if want := name(o.OperationID, "Response"); !strings.EqualFold(content.Schema.Ref, schemas+want) {
		c.failf(json.to("schema"), "the schema of answer 200 is %s; want $ref: '%s'", content.Schema.Ref, schemas+want)
		return false
	}
	goType := RefName(content.Schema.Ref)
	o.Name, o.Answer = strings.TrimSuffix(goType, "Response"), content.Schema.Value
	isMark := func(name string) bool {
		property := o.Answer.Properties[name]
		return property != nil && property.Value.Extensions["x-slack-essential"] == true
	}
	switch {
	case !o.Answer.Type.Is("object") || len(o.Answer.AllOf)+len(o.Answer.OneOf)+len(o.Answer.AnyOf) > 0:
		c.failf(c.component(goType).called(where.name), "%s is not type: object with properties of its own", goType)
		return false
	case o.Answer.Properties["ok"] != nil:
		c.failf(json.to("schema"), "the answer 200 has ok and says success by its status alone; want oneOf: [$ref: '%s', $ref: '%sErrorResponse']", schemas+goType, schemas)
	case !slices.ContainsFunc(o.Answer.Required, isMark):
		c.failf(c.component(goType).called(where.name), "%s has no property that is required and x-slack-essential; want one, for without ok nothing else tells Slack's answer from another's", goType)
	}
	return true
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
