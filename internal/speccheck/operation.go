package speccheck

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// SchemaRefPrefix is the start of the $ref to a schema.
const SchemaRefPrefix = "#/components/schemas/"

// An Operation is one of Slack's methods.
type Operation struct {
	*openapi3.Operation
	SchemaPrefix     string // its schemas are SchemaPrefix+"Request" and SchemaPrefix+"Response"
	Request          string // the name of Arguments' schema, "" if it is not a component
	Path, HTTPMethod string
	Server           string     // the path's own, without a slash at the end; "" for the document's
	NoToken          bool       // the method takes no token
	Scopes           [][]string // one of each list is needed
	ByToken          []Token    // instead of Scopes, if they differ by token type
	Callers          []string   // CallerOwner, CallerAdmin, CallerMember, CallerBot or another token type
	Tier             string     // "1" to "4", or slack.TierSpecial
	CallsPerMinute   int        // about how many Slack allows; 0 if unknown
	Idempotent       bool
	Safe             bool              // only reads
	Errors           []string          // its special codes
	ErrorMeanings    map[string]string // its own meanings of codes
	Arguments        *openapi3.Schema  // an object, however they are sent
	Response         *openapi3.Schema  // of success
	NoOK             bool              // the response has no ok; the HTTP status reports success
	StreamType       string            // the media type of a successful response that is not JSON
	GuessedResponse  []string          // dotted paths in Response with inferred types
	GuessedArguments []string          // dotted paths in Arguments with inferred types

	// Dotted paths in Response, if the method has pages.
	CursorPath    string // the next page's cursor
	PageCountPath string // the number of pages, instead of a cursor
	ItemsPath     string // a page's items, an array or a map
}

// Route returns the path of o's URL on a server for all APIs, such as a fake Slack:
// the path of its own server, if any, and its own path.
func (o *Operation) Route() string {
	own, err := url.Parse(o.Server)
	if err != nil { // not after Load
		return o.Path
	}
	return own.Path + o.Path
}

// SuccessExample returns the example of a successful JSON response.
func (o *Operation) SuccessExample() any {
	return o.Responses.Value("200").Value.Content.Get(MediaJSON).Examples["success"].Value.Value
}

func (c *checker) operation(path, httpMethod string, op *openapi3.Operation) Operation {
	const idempotentName, safeName = "x-slack-idempotent", "x-slack-safe"
	at := c.method(path, httpMethod)
	o := Operation{Operation: op, Path: path, HTTPMethod: httpMethod, Arguments: openapi3.NewObjectSchema()}
	c.operationID(at, &o)
	switch {
	case op.Summary == "":
		c.failf(at.child("summary"), "summary is missing; it must be a sentence, the first of the docs")
	case strings.Contains(strings.TrimSpace(op.Summary), "\n"):
		c.failf(at.child("summary"), "summary has several lines; it must be one, the first sentence of the docs")
	}
	if op.ExternalDocs == nil || strings.ContainsAny(op.ExternalDocs.URL, " \n") {
		c.failf(at.child("externalDocs", "url"), "externalDocs.url must be the link to Slack's reference, without white space")
	}
	for _, name := range []string{scopesName, "x-slack-tier", idempotentName, errorsName} {
		if op.Extensions[name] == nil {
			c.failf(at, "%s is missing; it must be %s", name, extensions[name].want)
		}
	}
	c.methodErrors(at, &o)
	c.rate(at, &o)
	c.access(at, &o)
	o.Idempotent, o.Safe = op.Extensions[idempotentName] == true, op.Extensions[safeName] == true
	if op.Extensions[idempotentName] == false && o.Safe {
		c.failf(at.child(safeName), "%s is true, so %s must be true: a method that only reads is idempotent", safeName, idempotentName)
	}
	if op.Extensions[idempotentName] == false && httpMethod == http.MethodGet {
		c.failf(at.child(idempotentName), "%s is false, but net/http retries a GET; use POST", idempotentName)
	}
	switch {
	case httpMethod == http.MethodGet && op.RequestBody == nil:
		c.query(at, &o)
	case httpMethod == http.MethodPost && len(op.Parameters) == 0:
		c.body(at, &o)
	default:
		c.failf(at, "the operation must be GET with parameters or POST with a requestBody")
	}
	if op.Servers != nil {
		c.failf(at.child("servers"), "the operation has servers; move them to its path")
	}
	c.empty(at, &o)
	if o.Arguments.Properties["token"] != nil {
		c.failf(c.argument(at, &o, "token"), "remove the argument token, which is sent in the Authorization header alone")
	}
	if c.responses(at, &o) {
		c.pages(at, &o)
		c.guessed(at, &o)
	}
	return o
}

var apiPattern = regexp.MustCompile(`^[a-z][a-zA-Z0-9]*$`)

// operationID checks the name of a method: its path, after the API's name if the
// path has its own server.
func (c *checker) operationID(at place, o *Operation) {
	want, at := strings.TrimPrefix(o.Path, "/"), at.child("operationId")
	if _, hasServer := c.root.child("paths", o.Path).get("servers"); hasServer {
		api, path, _ := strings.Cut(o.OperationID, ".")
		if want = strings.ReplaceAll(want, "/", "."); !apiPattern.MatchString(api) || path != want {
			c.failf(at, "operationId is %q; it must be the API's name and %q, such as %q", o.OperationID, "."+want, "audit."+want)
		}
	} else if o.OperationID != want {
		c.failf(at, "operationId is %q; it must be %q, Slack's name of the method", o.OperationID, want)
		o.OperationID = want // for the names of its schemas
	}
}

// query sets the arguments of o from its parameters.
func (c *checker) query(at place, o *Operation) {
	for i, ref := range o.Parameters {
		parameter, at := ref.Value, at.child("parameters", index(i))
		if parameter.In != openapi3.ParameterInQuery {
			c.failf(at, "parameter %q has in: %s; it must have in: query", parameter.Name, parameter.In)
			continue
		}
		if parameter.Schema == nil {
			c.failf(at, "parameter %q must have a schema", parameter.Name)
			continue
		}
		schema := parameter.Schema.Value
		if schema.Type == nil {
			c.failf(at, "parameter %q has no type", parameter.Name)
		}
		if parameter.Description == "" {
			c.failf(at, "parameter %q has no description", parameter.Name)
		}
		if parameter.Required {
			o.Arguments.Required = append(o.Arguments.Required, parameter.Name)
		}
		if parameter.Required && schema.Example == nil && parameter.Example == nil {
			c.failf(at, "parameter %q is required and has no example", parameter.Name)
		}
		explode := parameter.Explode == nil || *parameter.Explode
		switch {
		case schema.Type.Is("object"):
			c.failf(at, "parameter %q is an object, which a query cannot carry", parameter.Name)
		case schema.Type.Is("array") && (explode || !isScalar(schema.Items.Value)):
			c.failf(at, "parameter %q is an array that Slack cannot read from a query; it must have scalar items and explode: false", parameter.Name)
		}
		property := *schema
		property.Description = parameter.Description
		if parameter.Example != nil {
			property.Example = parameter.Example
		}
		o.Arguments.WithProperty(parameter.Name, &property)
	}
}

// responses checks the responses of o and sets the one of success. It reports
// whether there is one.
func (c *checker) responses(at place, o *Operation) bool {
	for status, want := range map[string]string{"429": "RateLimited", "default": "Refused"} {
		if ref := o.Responses.Value(status); ref == nil || ref.Ref != "#/components/responses/"+want {
			c.failf(at.child("responses", status), "response %s must be $ref: '#/components/responses/%s'", status, want)
		}
	}
	o.Response = openapi3.NewObjectSchema()
	goType := schemaName(o.OperationID, "Response")
	oneOf := func() string {
		return "oneOf: [$ref: '" + SchemaRefPrefix + goType + "', $ref: '" + SchemaRefPrefix + "ErrorResponse']"
	}
	ok := o.Responses.Value("200")
	switch {
	case ok == nil:
		c.failf(at.child("responses"), "response 200 is missing; it must describe success, as %s", MediaJSON)
		return false
	case ok.Value.Content[MediaJSON] == nil || ok.Value.Content[MediaJSON].Schema == nil:
		c.failf(at.child("responses", "200"), "response 200 has no schema for %s; it must be %s", MediaJSON, oneOf())
		return false
	}
	c.stream(at, o, ok.Value.Content)
	content, json := ok.Value.Content[MediaJSON], at.child("responses", "200", "content", MediaJSON)
	examples := []string{"success", "error"}
	if o.NoOK = content.Schema.Ref != ""; o.NoOK {
		examples = examples[:1]
	}
	for _, example := range examples {
		if ref := content.Examples[example]; ref == nil || ref.Value.Value == nil {
			c.failf(json.child("examples"), "response 200 has no example named %s", example)
		}
	}
	if o.NoOK {
		return c.noOK(at, json, o, content.Schema)
	}
	schema := content.Schema.Value
	if len(schema.OneOf) != 2 || !strings.EqualFold(schema.OneOf[0].Ref, SchemaRefPrefix+goType) || schema.OneOf[1].Ref != SchemaRefPrefix+"ErrorResponse" {
		c.failf(json.child("schema", "oneOf"), "the schema of response 200 must be %s", oneOf())
		return false
	}
	// The spec decides the capitals, as in AdminUsersGetID for admin.users.getId.
	goType = RefName(schema.OneOf[0].Ref)
	o.SchemaPrefix = strings.TrimSuffix(goType, "Response")
	if schema.Extensions["x-go-type"] != goType {
		c.failf(json.child("schema", "x-go-type"), "the schema of response 200 must have x-go-type: %s", goType)
	}
	all := schema.OneOf[0].Value.AllOf
	if len(all) == 0 || all[0].Ref != SchemaRefPrefix+"Success" {
		c.failf(c.component(goType).withName(at.name), "%s must be allOf: [$ref: '%sSuccess', …]", goType, SchemaRefPrefix)
		return false
	}
	for _, part := range all {
		maps.Copy(o.Response.Properties, part.Value.Properties)
		o.Response.Required = append(o.Response.Required, part.Value.Required...)
	}
	return true
}

// noOK sets the response of a method that reports success by its status alone.
func (c *checker) noOK(at, json place, o *Operation, schema *openapi3.SchemaRef) bool {
	if want := schemaName(o.OperationID, "Response"); !strings.EqualFold(schema.Ref, SchemaRefPrefix+want) {
		c.failf(json.child("schema"), "the schema of response 200 is %s; it must be $ref: '%s'", schema.Ref, SchemaRefPrefix+want)
		return false
	}
	goType := RefName(schema.Ref)
	o.SchemaPrefix, o.Response = strings.TrimSuffix(goType, "Response"), schema.Value
	isEssential := func(name string) bool {
		property := o.Response.Properties[name]
		return property != nil && property.Value.Extensions["x-slack-essential"] == true
	}
	switch component := c.component(goType).withName(at.name); {
	case !isPlainObject(o.Response):
		c.failf(component, "%s must have type: object, without allOf, oneOf or anyOf", goType)
		return false
	case o.Response.Properties["ok"] != nil:
		c.failf(json.child("schema"), "response 200 has ok; its schema must be oneOf: [$ref: '%s', $ref: '%sErrorResponse']", schema.Ref, SchemaRefPrefix)
	case !slices.ContainsFunc(o.Response.Required, isEssential):
		c.failf(component, "%s must have a property that is required and x-slack-essential, because without ok nothing else identifies Slack's response", goType)
	}
	return true
}

// RefName returns the name of the schema that ref refers to.
func RefName(ref string) string { return strings.TrimPrefix(ref, SchemaRefPrefix) }

// schemaName returns the name of a method's schema, which may differ in capitals.
func schemaName(operationID, suffix string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(operationID, ".") {
		if part != "" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String() + suffix
}
