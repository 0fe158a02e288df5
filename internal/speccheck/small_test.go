package speccheck_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// small is a spec with a method of each kind, to change in ways that Slack's methods do
// not allow.
const small = `
openapi: 3.0.3
info: {title: Small, version: 1.0.0}
x-slack-error-codes:
  common: {not_authed: There is no token.}
  special: {no_thing: There is no such thing.}
paths:
  /test.list:
    get:
      operationId: test.list
      summary: Lists things.
      externalDocs: {url: 'https://example.com/test.list'}
      x-slack-scopes: ['test:read', 'test:other']
      x-slack-tier: 3
      x-slack-idempotent: true
      x-slack-errors: [no_thing]
      parameters:
        - {name: kinds, in: query, description: Kinds., explode: false, schema: {type: array, items: {type: string}}}
        - {name: order, in: query, required: true, description: Order., example: down, schema: {type: string, description: Not said., example: up}}
        - {name: sort, in: query, required: true, description: Sort., schema: {type: string, example: up}}
        - {name: cursor, in: query, description: Where to go on., schema: {type: string}}
      responses:
        '200':
          description: A page.
          content:
            application/json:
              schema:
                x-go-type: TestListResponse
                oneOf: [{$ref: '#/components/schemas/TestListResponse'}, {$ref: '#/components/schemas/ErrorResponse'}]
              examples:
                success: {value: {ok: true, things: [a]}}
                error: {value: {ok: false, error: no_thing}}
        '429': {$ref: '#/components/responses/RateLimited'}
        default: {$ref: '#/components/responses/Refused'}
  /test.setId:
    post:
      operationId: test.setId
      summary: Sets an ID.
      externalDocs: {url: 'https://example.com/test.setId'}
      x-slack-scopes: []
      x-slack-tier: special
      x-slack-calls-per-minute: 1
      x-slack-callers: [member, bot]
      x-slack-idempotent: false
      x-slack-errors: []
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/TestSetIDRequest'}
          application/x-www-form-urlencoded:
            schema: {$ref: '#/components/schemas/TestSetIDRequest'}
            encoding:
              ids: {style: form, explode: false}
              part: {contentType: application/json}
              parts: {contentType: application/json}
      responses:
        '200':
          description: Done.
          content:
            application/json:
              schema:
                x-go-type: TestSetIDResponse
                oneOf: [{$ref: '#/components/schemas/TestSetIDResponse'}, {$ref: '#/components/schemas/ErrorResponse'}]
              examples:
                success: {value: {ok: true}}
                error: {value: {ok: false, error: not_authed}}
        '429': {$ref: '#/components/responses/RateLimited'}
        default: {$ref: '#/components/responses/Refused'}
  /test.upload:
    post:
      operationId: test.upload
      summary: Packs a file.
      externalDocs: {url: 'https://example.com/test.upload'}
      x-slack-scopes: [['files:write', 'files:all']]
      x-slack-tier: 4
      x-slack-idempotent: false
      x-slack-errors: []
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema: {$ref: '#/components/schemas/TestUploadRequest'}
      responses:
        '200':
          description: The file, packed.
          content:
            application/gzip:
              schema: {type: string, format: binary}
              example: packed
            application/json:
              schema:
                x-go-type: TestUploadResponse
                oneOf: [{$ref: '#/components/schemas/TestUploadResponse'}, {$ref: '#/components/schemas/ErrorResponse'}]
              examples:
                success: {value: {ok: true}}
                error: {value: {ok: false, error: not_authed}}
        '429': {$ref: '#/components/responses/RateLimited'}
        default: {$ref: '#/components/responses/Refused'}
  /test.words:
    get:
      operationId: test.words
      summary: Looks words up.
      externalDocs: {url: 'https://example.com/test.words'}
      x-slack-scopes: []
      x-slack-tier: 1
      x-slack-cursor: paging.next
      x-slack-items: found.words
      x-slack-idempotent: true
      x-slack-errors: []
      parameters:
        - {name: cursor, in: query, description: What comes next., schema: {type: string}}
      responses:
        '200':
          description: A page of words.
          content:
            application/json:
              schema:
                x-go-type: TestWordsResponse
                oneOf: [{$ref: '#/components/schemas/TestWordsResponse'}, {$ref: '#/components/schemas/ErrorResponse'}]
              examples:
                success: {value: {ok: true}}
                error: {value: {ok: false, error: not_authed}}
        '429': {$ref: '#/components/responses/RateLimited'}
        default: {$ref: '#/components/responses/Refused'}
components:
  responses:
    RateLimited: {description: Too many calls.}
    Refused: {description: Refused.}
  schemas:
    Success:
      type: object
      required: [ok]
      properties: {ok: {description: True., type: boolean, enum: [true]}}
    ErrorResponse:
      type: object
      required: [ok, error]
      properties: {ok: {description: False., type: boolean, enum: [false]}, error: {description: Why., type: string}}
    Part:
      type: object
      properties: {name: {description: Its name., type: string}}
    TestListResponse:
      allOf:
        - {$ref: '#/components/schemas/Success'}
        - type: object
          required: [things]
          properties:
            things: {description: Things., type: array, items: {type: string}}
            response_metadata: {description: The rest., type: object, properties: {next_cursor: {description: Where to go on., type: string}}}
    TestSetIDRequest:
      type: object
      required: [id]
      properties:
        id: {description: The ID., type: string, example: W1}
        ids: {description: More IDs., type: array, items: {type: string}}
        part: {$ref: '#/components/schemas/Part'}
        parts: {description: Parts., type: array, items: {$ref: '#/components/schemas/Part'}}
      x-slack-together: [[id, ids]]
    TestSetIDResponse:
      allOf:
        - {$ref: '#/components/schemas/Success'}
    TestUploadRequest:
      type: object
      required: [file]
      properties: {file: {description: The file., type: string, format: binary}, note: {description: A note., type: string, x-slack-empty: true}}
    TestUploadResponse:
      allOf: [{$ref: '#/components/schemas/Success'}]
    TestWordsResponse:
      allOf:
        - {$ref: '#/components/schemas/Success'}
        - type: object
          properties:
            found: {description: What was found., type: object, properties: {words: {description: Words by name., type: object, additionalProperties: {type: string}}}}
            paging: {description: Which page it is., type: object, properties: {next: {description: What comes next., type: string}}}
`

func TestLoadSmallSpec(t *testing.T) {
	t.Parallel()
	doc, err := speccheck.Load([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Operations) != 4 || doc.Common["not_authed"] == "" || doc.Special["no_thing"] == "" || len(doc.Common)+len(doc.Special) != 2 {
		t.Fatalf("got %d operations, codes %v and %v", len(doc.Operations), doc.Common, doc.Special)
	}
	list, set, upload, words := doc.Operations[0], doc.Operations[1], doc.Operations[2], doc.Operations[3]
	if list.SchemaPrefix != "TestList" || list.Path != "/test.list" || list.HTTPMethod != "GET" || list.Tier != "3" || list.CallsPerMinute != 50 || !list.Idempotent || list.ItemsPath != "things" || list.Media() != nil ||
		!reflect.DeepEqual(list.Scopes, [][]string{{"test:read"}, {"test:other"}}) || !slices.Equal(list.Callers, []string{speccheck.CallerAdmin}) || !slices.Equal(list.Errors, []string{"no_thing"}) {
		t.Errorf("test.list is %+v", list)
	}
	if set.SchemaPrefix != "TestSetID" || set.HTTPMethod != "POST" || set.Tier != "special" || set.CallsPerMinute != 1 || set.Idempotent || set.ItemsPath != "" ||
		!slices.Equal(set.Media(), []string{speccheck.MediaJSON, speccheck.MediaForm}) || !slices.Equal(set.Callers, []string{speccheck.CallerMember, speccheck.CallerBot}) {
		t.Errorf("test.setId is %+v", set)
	}
	if upload.StreamType != "application/gzip" || upload.StreamExample() != "packed" || list.StreamType != "" || !reflect.DeepEqual(upload.Scopes, [][]string{{"files:write", "files:all"}}) {
		t.Errorf("test.upload is %+v", upload)
	}
	if words.CursorPath != "paging.next" || words.ItemsPath != "found.words" || list.CursorPath != "response_metadata.next_cursor" || set.CursorPath != "" {
		t.Errorf("test.words is %+v", words)
	}
	order, sort := list.Arguments.Properties["order"].Value, list.Arguments.Properties["sort"].Value
	if len(list.Arguments.Properties) != 4 || !slices.Equal(list.Arguments.Required, []string{"order", "sort"}) ||
		order.Description != "Order." || order.Example != "down" || sort.Example != "up" {
		t.Errorf("the arguments of test.list are %+v", list.Arguments)
	}
	if len(set.Arguments.Properties) != 4 || len(set.Response.Properties) != 1 || len(list.Response.Properties) != 3 || !slices.Equal(list.Response.Required, []string{"ok", "things"}) {
		t.Errorf("got %+v, %+v and %+v", set.Arguments, set.Response, list.Response)
	}
	if success, ok := list.SuccessExample().(map[string]any); !ok || success["things"] == nil {
		t.Errorf("the example of success is %v", list.SuccessExample())
	}
}

func TestTiers(t *testing.T) {
	t.Parallel()
	for tier, want := range map[string]int{"1": 1, "2": 20, "3": 50, "4": 100, "special": 0} {
		doc, err := speccheck.Load([]byte(strings.Replace(small, "x-slack-tier: 3", "x-slack-tier: "+tier, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if got := doc.Operations[0]; got.CallsPerMinute != want || got.Tier != tier {
			t.Errorf("tier %s is %q, %d a minute; want %d", tier, got.Tier, got.CallsPerMinute, want)
		}
	}
}

// TestSmallSpecErrors changes the small spec in one place at a time. want is the whole
// error, or "".
func TestSmallSpecErrors(t *testing.T) {
	t.Parallel()
	const request = "schema: {$ref: '#/components/schemas/TestSetIDRequest'}"
	for _, test := range []struct{ name, old, new, want string }{
		{"parameters of the path", "  /test.list:\n", "  /test.list:\n    parameters: [{name: x, in: query, schema: {type: string}}]\n", "/test.list: the path has parameters; move them to its operation"},
		{"a summary that ends in a line break", "summary: Lists things.", "summary: \"Lists things.\\n\"", ""},
		{"a summary of two lines", "summary: Lists things.", "summary: \"Lists\\nthings.\"", "GET /test.list: summary has several lines; it must be one, the first sentence of the docs"},
		{"no link", "      externalDocs: {url: 'https://example.com/test.list'}\n", "", "GET /test.list: externalDocs.url must be the link to Slack's reference, without white space"},
		{"a special tier without a rate", "      x-slack-calls-per-minute: 1\n", "", ""},
		{"a tier of another kind", "x-slack-tier: 3", "x-slack-tier: [3]", "GET /test.list: x-slack-tier is a list; it must be 1 to 4, or special"},
		{"a rate of another kind", "x-slack-calls-per-minute: 1", "x-slack-calls-per-minute: few", "POST /test.setId: x-slack-calls-per-minute is few; it must be a whole number"},
		{"an array that explodes", "explode: false, schema", "schema", `GET /test.list: parameter "kinds" is an array that Slack cannot read from a query; it must have scalar items and explode: false`},
		{"an array that says it explodes", "explode: false, schema", "explode: true, schema", `GET /test.list: parameter "kinds" is an array that Slack cannot read from a query; it must have scalar items and explode: false`},
		{"an array of arrays in a query", "schema: {type: array, items: {type: string}}}\n", "schema: {type: array, items: {type: array, items: {type: string}}}}\n", `GET /test.list: parameter "kinds" is an array that Slack cannot read from a query; it must have scalar items and explode: false`},
		{"a parameter without a schema", "description: Sort., schema: {type: string, example: up}", "description: Sort., content: {text/plain: {schema: {type: string}}}", `GET /test.list: parameter "sort" must have a schema`},
		{"an example of the parameter alone", "description: Not said., example: up", "description: Not said.", ""},
		{"a token", "name: sort", "name: token", "GET /test.list: remove the argument token, which is sent in the Authorization header alone"},
		{"a body without one of the media types", "          application/json:\n            " + request + "\n", "", ""},
		{"a body without a schema", "          application/json:\n            " + request + "\n", "          application/json: {}\n", "POST /test.setId: the schema of the requestBody's application/json must be $ref: '#/components/schemas/TestSetIdRequest'"},
		{"a body without anything", "          application/json:\n            " + request + "\n", "          application/json:\n", "POST /test.setId: application/json is empty; give it a value or leave it out"},
		{"a form without anything", "          application/x-www-form-urlencoded:\n            " + request + "\n            encoding:\n              ids: {style: form, explode: false}\n              part: {contentType: application/json}\n              parts: {contentType: application/json}\n", "          application/x-www-form-urlencoded:\n", "POST /test.setId: application/x-www-form-urlencoded is empty; give it a value or leave it out"},
		{"a stream without anything", "            application/gzip:\n              schema: {type: string, format: binary}\n              example: packed\n", "            application/gzip:\n", "POST /test.upload: application/gzip is empty; give it a value or leave it out"},
		{"an answer without a schema", "            application/json:\n              schema:\n                x-go-type: TestSetIDResponse\n                oneOf: [{$ref: '#/components/schemas/TestSetIDResponse'}, {$ref: '#/components/schemas/ErrorResponse'}]\n              examples:\n                success: {value: {ok: true}}\n                error: {value: {ok: false, error: not_authed}}\n", "            application/json: {}\n", "POST /test.setId: response 200 has no schema for application/json; it must be oneOf: [$ref: '#/components/schemas/TestSetIdResponse', $ref: '#/components/schemas/ErrorResponse']"},
		{"no body", "      requestBody:\n        required: true\n        content:\n          application/json:\n            " + request + "\n          application/x-www-form-urlencoded:\n            " + request + "\n            encoding:\n              ids: {style: form, explode: false}\n              part: {contentType: application/json}\n              parts: {contentType: application/json}\n", "", ""},
		{"parameters of a POST", "      requestBody:\n        required: true\n        content:\n          application/json:\n            " + request + "\n          application/x-www-form-urlencoded:\n            " + request + "\n            encoding:\n              ids: {style: form, explode: false}\n              part: {contentType: application/json}\n              parts: {contentType: application/json}\n", "      parameters: [{name: x, in: query, description: X., schema: {type: string}}]\n", "POST /test.setId: the operation must be GET with parameters or POST with a requestBody"},
		{"a body of a GET", "      parameters:\n        - {name: kinds,", "      requestBody: {content: {application/json: {schema: {type: object}}}}\n      parameters:\n        - {name: kinds,", "GET /test.list: the operation must be GET with parameters or POST with a requestBody"},
		{"a form that says less of an array", "ids: {style: form, explode: false}", "ids: {style: form}", `POST /test.setId: a form cannot carry the array "ids"; add encoding.ids with style: form and explode: false`},
		{"a form that explodes an array", "ids: {style: form, explode: false}", "ids: {style: form, explode: true}", `POST /test.setId: a form cannot carry the array "ids"; add encoding.ids with style: form and explode: false`},
		{"a form with another style", "ids: {style: form, explode: false}", "ids: {style: spaceDelimited, explode: false}", `POST /test.setId: a form cannot carry the array "ids"; add encoding.ids with style: form and explode: false`},
		{"a form with an object", "              part: {contentType: application/json}\n", "", `POST /test.setId: a form cannot carry "part"; add encoding.part with contentType: application/json`},
		{"a form with an object of another type", "part: {contentType: application/json}", "part: {contentType: text/plain}", `POST /test.setId: a form cannot carry "part"; add encoding.part with contentType: application/json`},
		{"arguments that are any of two", "      x-slack-together: [[id, ids]]\n", "      x-slack-together: [[id, ids]]\n      anyOf: [{required: [id]}, {required: [ids]}]\n", "POST /test.setId: TestSetIDRequest must have type: object, without allOf, oneOf or anyOf"},
		{"arguments that are one of two", "      x-slack-together: [[id, ids]]\n", "      x-slack-together: [[id, ids]]\n      oneOf: [{required: [id]}]\n", "POST /test.setId: TestSetIDRequest must have type: object, without allOf, oneOf or anyOf"},
		{"arguments without a type", "    TestSetIDRequest:\n      type: object\n", "    TestSetIDRequest:\n", "POST /test.setId: TestSetIDRequest must have type: object, without allOf, oneOf or anyOf"},
		{"an answer without JSON", "            application/json:\n              schema:\n                x-go-type: TestListResponse\n", "            text/plain:\n              schema:\n                x-go-type: TestListResponse\n", "GET /test.list: response 200 has no schema for application/json; it must be oneOf: [$ref: '#/components/schemas/TestListResponse', $ref: '#/components/schemas/ErrorResponse']"},
		{"an answer without an example of a refusal", "                error: {value: {ok: false, error: no_thing}}\n", "", "GET /test.list: response 200 has no example named error"},
		{"an answer of three kinds", "{$ref: '#/components/schemas/TestSetIDResponse'}, {$ref: '#/components/schemas/ErrorResponse'}]", "{$ref: '#/components/schemas/TestSetIDResponse'}, {$ref: '#/components/schemas/ErrorResponse'}, {type: string}]", "POST /test.setId: the schema of response 200 must be oneOf: [$ref: '#/components/schemas/TestSetIdResponse', $ref: '#/components/schemas/ErrorResponse']"},
		{"a refusal that is none", "{$ref: '#/components/schemas/TestSetIDResponse'}, {$ref: '#/components/schemas/ErrorResponse'}]", "{$ref: '#/components/schemas/TestSetIDResponse'}, {type: object, required: [error]}]", "POST /test.setId: the schema of response 200 must be oneOf: [$ref: '#/components/schemas/TestSetIdResponse', $ref: '#/components/schemas/ErrorResponse']"},
		{"no refusal by default", "        default: {$ref: '#/components/responses/Refused'}\n  /test.setId", "        default: {$ref: '#/components/responses/RateLimited'}\n  /test.setId", "GET /test.list: response default must be $ref: '#/components/responses/Refused'"},
		{"a success that is not made of Success", "    TestSetIDResponse:\n      allOf:\n        - {$ref: '#/components/schemas/Success'}\n", "    TestSetIDResponse:\n      allOf:\n        - type: object\n          required: [ok]\n          properties: {ok: {description: True., type: boolean, enum: [true]}}\n", "POST /test.setId: TestSetIDResponse must be allOf: [$ref: '#/components/schemas/Success', …]"},
		{"a success that is made of nothing", "    TestSetIDResponse:\n      allOf:\n        - {$ref: '#/components/schemas/Success'}\n", "    TestSetIDResponse:\n      type: object\n      required: [ok]\n      properties: {ok: {description: True., type: boolean, enum: [true]}}\n", "POST /test.setId: TestSetIDResponse must be allOf: [$ref: '#/components/schemas/Success', …]"},
		{"a cursor that is a number", "description: Where to go on., schema: {type: string}", "description: Where to go on., schema: {type: integer}", "GET /test.list: the argument cursor must have type: string, without format, enum, nullable or x-slack-empty"},
		{"a cursor that may be null", "description: Where to go on., schema: {type: string}", "description: Where to go on., schema: {type: string, nullable: true}", "GET /test.list: the argument cursor must have type: string, without format, enum, nullable or x-slack-empty"},
		{"items of any type", "type: array, items: {type: string}}\n            response_metadata", "type: array, items: {}}\n            response_metadata", ""},
		{"items out of a list", "type: array, items: {type: string}}\n            response_metadata", "type: array, items: {type: string, enum: [a, b]}}\n            response_metadata", ""},
		{"items that may be null", "type: array, items: {type: string}}\n            response_metadata", "type: array, nullable: true, items: {type: string}}\n            response_metadata", `GET /test.list: "things", the items of a page, must not be nullable, because Go reads null as no items`},
		{"a property of a part of an answer", "things: {description: Things., type", "things: {type", "TestListResponse.things: description is missing; the docs need it"},
		{"a property of an item", "parts: {description: Parts., type: array, items: {$ref: '#/components/schemas/Part'}}", "parts: {description: Parts., type: array, items: {type: object, properties: {name: {type: string}}}}", "TestSetIDRequest.parts[].name: description is missing; the docs need it"},
		{"a property of any type", "parts: {description: Parts., type: array, items: {$ref: '#/components/schemas/Part'}}", "parts: {description: Parts., type: object, properties: {name: {description: Its name.}}}", ""},
		{"a property that is one of some, with a limit", "name: {description: Its name., type: string}", "name: {description: Its name., minLength: 1, oneOf: [{type: string}]}", ""},
		{"a property that is any of some, with a limit", "name: {description: Its name., type: string}", "name: {description: Its name., minLength: 1, anyOf: [{type: string}]}", ""},
		{"a property that is all of some, with a limit", "name: {description: Its name., type: string}", "name: {description: Its name., minLength: 1, allOf: [{type: string}]}", ""},
		{"a required property without an example that is not sent", "      properties: {name: {description: Its name., type: string}}", "      required: [name]\n      properties: {name: {description: Its name., type: string}}", ""},
		{"groups of another kind", "x-slack-together: [[id, ids]]", "x-slack-together: [id, ids]", "TestSetIDRequest: x-slack-together is a list; it must be a list of lists of arguments"},
		{"no codes", "x-slack-error-codes:\n  common: {not_authed: There is no token.}\n  special: {no_thing: There is no such thing.}\n", "", "the document: x-slack-error-codes is missing; it must be maps from codes to meanings under common and special"},
		{"no token", "      x-slack-callers: [member, bot]\n", "      security: []\n", ""},
		{"a scope without a token", "x-slack-scopes: ['test:read', 'test:other']", "x-slack-scopes: ['test:read']\n      security: []", "GET /test.list: security: [] means that the method takes no token, but it has scopes or callers"},
		{"any of a scope and a number", "x-slack-scopes: [['files:write', 'files:all']]", "x-slack-scopes: [['files:write', 7]]", "POST /test.upload: x-slack-scopes has [files:write 7]; each item must be a scope, or a list of two or more scopes of which one is enough"},
		{"a file that may be null", "The file., type: string,", "The file., type: string, nullable: true,", `POST /test.upload: "file" is a file and nullable; remove nullable, because a file without content is left out`},
		{"streams of two kinds", "            application/gzip:\n", "            application/a: {schema: {type: string, format: binary}}\n            application/gzip:\n", `POST /test.upload: response 200 has media types "application/a" and "application/gzip"; it must have one beside application/json`},
		{"a stream without a schema", "              schema: {type: string, format: binary}\n", "", "POST /test.upload: the schema of response 200 for application/gzip must have type: string and format: binary"},
		{"a cursor out of a list", "description: Where to go on., schema: {type: string}", "description: Where to go on., schema: {type: string, enum: [a]}", "GET /test.list: the argument cursor must have type: string, without format, enum, nullable or x-slack-empty"},
		{"a next cursor out of a list", "{next_cursor: {description: Where to go on., type: string}}", "{next_cursor: {description: Where to go on., type: string, enum: [a]}}", "GET /test.list: response_metadata.next_cursor, the next page's cursor, must have type: string, without format or enum"},
		{"a cursor where none is", "x-slack-cursor: paging.next", "x-slack-cursor: paging.last", `GET /test.words: x-slack-cursor is "paging.last", which the response does not have`},
		{"a cursor that nothing reads", "            things: {description: Things., type: array, items: {type: string}}\n", "            things: {description: Things., type: array, items: {type: string}}\n            paging: {description: Where to go on., type: object, properties: {next_cursor: {description: The cursor., type: string}}}\n", "GET /test.list: nothing reads the cursor in the response; add x-slack-cursor: paging.next_cursor"},
		{"a cursor of something further in", "            things: {description: Things., type: array, items: {type: string}}\n", "            things: {description: Things., type: array, items: {type: string}}\n            part: {description: A part., type: object, properties: {of: {description: Another., type: object, properties: {next_cursor: {description: Its own., type: string}}}}}\n", ""},
		{"items of many kinds", "            things: {description: Things., type: array, items: {type: string}}\n", "            things: {description: Things., type: array, items: {type: string}}\n            c: {description: More., type: array, items: {type: string}}\n            zones: {description: More., type: array, items: {type: string}}\n            a: {description: More., type: array, items: {type: string}}\n            tags: {description: More., type: array, items: {type: string}}\n            b: {description: More., type: array, items: {type: string}}\n", "GET /test.list: the method has pages, and 6 arrays at the top of its response (a, b, c, tags, things, zones); add x-slack-items with the path of the items"},
		{"items that are an object", "{description: Words by name., type: object, additionalProperties: {type: string}}", "{description: Words., type: object, properties: {a: {description: A word., type: string}}}", `GET /test.words: "found.words", the items of a page, must be an array or a map (an object with additionalProperties alone)`},
		{"items that are all of some", "{description: Words by name., type: object, additionalProperties: {type: string}}", "{description: Words., type: object, allOf: [{type: object}]}", `GET /test.words: "found.words", the items of a page, must be an array or a map (an object with additionalProperties alone)`},
		{"items that are all of some and one of others", "{description: Words by name., type: object, additionalProperties: {type: string}}", "{description: Words., type: object, allOf: [{type: object}], oneOf: [{type: object}]}", `GET /test.words: "found.words", the items of a page, must be an array or a map (an object with additionalProperties alone)`},
		{"items that are all of some and any of others", "{description: Words by name., type: object, additionalProperties: {type: string}}", "{description: Words., type: object, allOf: [{type: object}], anyOf: [{type: object}]}", `GET /test.words: "found.words", the items of a page, must be an array or a map (an object with additionalProperties alone)`},
		{"an object merged into itself", "      properties: {name: {description: Its name., type: string}}\n", "      allOf: [{$ref: '#/components/schemas/Part'}]\n", "Part: it contains itself through Part; write nullable: true beside allOf: [$ref] at one of them, so that Go has a pointer"},
		{"objects merged into each other", "      properties: {name: {description: Its name., type: string}}\n", "      allOf: [{$ref: '#/components/schemas/Whole'}]\n    Whole:\n      allOf: [{$ref: '#/components/schemas/Part'}]\n", "Part: it contains itself through Part and Whole; write nullable: true beside allOf: [$ref] at one of them, so that Go has a pointer"},
		{"an object in a part of itself that may be null", "      properties: {name: {description: Its name., type: string}}\n", "      properties: {inner: {description: A part., type: object, nullable: true, properties: {whole: {$ref: '#/components/schemas/Part'}}}}\n", ""},
		{"an object in a merged part of itself", "      properties: {name: {description: Its name., type: string}}\n", "      properties: {inner: {description: A part., allOf: [{type: object, properties: {whole: {$ref: '#/components/schemas/Part'}}}, {type: object}]}}\n", "Part: it contains itself through Part.inner.whole; write nullable: true beside allOf: [$ref] at one of them, so that Go has a pointer"},
		{"an object merged into the values of its map", "      properties: {name: {description: Its name., type: string}}\n", "      properties: {inner: {description: Parts., type: object, additionalProperties: {allOf: [{$ref: '#/components/schemas/Part'}, {type: object}]}}}\n", "Part: it contains itself through Part.inner{}; write nullable: true beside allOf: [$ref] at one of them, so that Go has a pointer"},
		{"an object in its own map", "      properties: {name: {description: Its name., type: string}}\n", "      properties: {inner: {description: Parts., type: object, additionalProperties: {$ref: '#/components/schemas/Part'}}}\n", ""},
		{"an object in itself, merged", "      properties: {name: {description: Its name., type: string}}\n", "      allOf: [{type: object, properties: {whole: {$ref: '#/components/schemas/Part'}}}]\n", ""},
		{"objects in each other, merged", "      properties: {name: {description: Its name., type: string}}\n", "      allOf: [{type: object, properties: {whole: {$ref: '#/components/schemas/Whole'}}}]\n    Whole:\n      type: object\n      properties: {part: {$ref: '#/components/schemas/Part'}}\n", "Part: it contains itself through Part.whole and Whole.part; write nullable: true beside allOf: [$ref] at one of them, so that Go has a pointer"},
		{"a required part of an argument without an example", "parts: {description: Parts., type: array, items: {$ref: '#/components/schemas/Part'}}", "parts: {description: Parts., type: object, required: [name], properties: {name: {description: Its name., type: string}}}", ""},
		{"one of an argument's items", "parts: {description: Parts., type: array, items: {$ref: '#/components/schemas/Part'}}", "parts: {description: Parts., type: array, items: {type: object, required: [name], properties: {name: {description: Its name., type: string}}}}", ""},
		{"one of an argument's map", "parts: {description: Parts., type: array, items: {$ref: '#/components/schemas/Part'}}", "parts: {description: Parts., type: object, additionalProperties: {type: object, required: [name], properties: {name: {description: Its name., type: string}}}}", ""},
		{"a map with a property", "parts: {description: Parts., type: array, items: {$ref: '#/components/schemas/Part'}}", "parts: {description: Parts., type: object, properties: {name: {description: Its name., type: string}}, additionalProperties: {type: string}}", "TestSetIDRequest.parts: it has properties and additionalProperties with a schema, but a Go type can have only one of them"},
		{"an empty value that means nothing", "x-slack-empty: true", "x-slack-empty: false", `POST /test.upload: x-slack-empty of "note" is false; it must be true or left out`},
		{"an empty value out of a list", "note: {description: A note., type: string, x-slack-empty: true}", "note: {description: A note., type: string, x-slack-empty: true, enum: [a]}", `POST /test.upload: "note" has x-slack-empty, so it must be optional and have type: string, without format, enum, minLength or nullable`},
		{"an empty value that is too short", "note: {description: A note., type: string, x-slack-empty: true}", "note: {description: A note., type: string, x-slack-empty: true, minLength: 1}", `POST /test.upload: "note" has x-slack-empty, so it must be optional and have type: string, without format, enum, minLength or nullable`},
		{"an empty value beside null", "note: {description: A note., type: string, x-slack-empty: true}", "note: {description: A note., type: string, x-slack-empty: true, nullable: true}", `POST /test.upload: "note" has x-slack-empty, so it must be optional and have type: string, without format, enum, minLength or nullable`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if strings.Count(small, test.old) != 1 {
				t.Fatalf("the spec has %d places like %q, want one", strings.Count(small, test.old), test.old)
			}
			got := ""
			if _, err := speccheck.Load([]byte(strings.Replace(small, test.old, test.new, 1))); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}
