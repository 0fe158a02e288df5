package speccheck_test

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// TestLines breaks the small spec. want is the whole output, with the start of each
// line instead of its number.
func TestLines(t *testing.T) {
	t.Parallel()
	const (
		id   = "      operationId: test.list\n"
		part = "      properties: {name: {description: Its name., type: string}}\n"
		page = "          description: A page.\n"
	)
	for _, test := range []struct{ name, old, new, want string }{
		// Extensions.
		{"an unknown extension", id, id + "      x-slack-save: true\n", "s.yaml [x-slack-save: true]: GET /test.list: x-slack-save is unknown; did you mean x-slack-safe?"},
		{"an unknown extension of a property", "x-slack-empty: true", "x-slack-emtpy: true", "s.yaml [properties: {file: {desc]: TestUploadRequest.note: x-slack-emtpy is unknown; did you mean x-slack-empty?"}, //nolint:misspell // on purpose
		{"an unknown extension like none", id, id + "      x-slack-zzzzzzzzzzzzzzzzz: 1\n", "s.yaml [x-slack-zzzzzzzzzzzzzzzz]: GET /test.list: x-slack-zzzzzzzzzzzzzzzzz is unknown; did you mean x-slack-callers?"},
		{"an extension with a slip before its name", id, id + "      x-salck-safe: true\n", "s.yaml [x-salck-safe: true]: GET /test.list: x-salck-safe is unknown; did you mean x-slack-safe?"},
		{"an extension without x-", id, id + "      slack-safe: true\n", "s.yaml [slack-safe: true]: GET /test.list: slack-safe is not a key of OpenAPI 3.0 here; did you mean x-slack-safe?"},
		{"a name like another tool's of ours", part, part + "      x-go-typ: bool\n", "s.yaml [x-go-typ: bool]: Part: x-go-typ is unknown; did you mean x-go-type?"},
		{"a reason with a slip", part, part + "      x-depreciated-reason: Old.\n", "s.yaml [x-depreciated-reason: Ol]: Part: x-depreciated-reason is unknown; did you mean x-deprecated-reason?"},
		{"an extension of another tool", id, id + "      x-internal: true\n      x-logo: {url: x}\n      x-go-name: X\n", ""},
		{"a property's extension of an operation", id, id + "      x-slack-essential: true\n", "s.yaml [x-slack-essential: true]: GET /test.list: x-slack-essential does not belong here; move it to a property"},
		{"an operation's extension of a schema", part, part + "      x-slack-tier: 2\n", "s.yaml [x-slack-tier: 2]: Part: x-slack-tier does not belong here; move it to an operation"},
		{"an operation's extension at the top", "info: {title", "x-slack-scopes: []\ninfo: {title", "s.yaml [x-slack-scopes: []]: the document: x-slack-scopes does not belong here; move it to an operation"},
		{"a schema's extension of a response", page, page + "          x-go-type: X\n", "s.yaml [x-go-type: X]: GET /test.list: x-go-type does not belong here; move it to a property or a schema"},
		{"an extension among properties", "properties: {name: {description: Its name., type: string}}", "properties: {x-slack-essential: true}", "s.yaml [properties: {x-slack-ess]: Part.x-slack-essential: x-slack-essential does not belong here; move it to a property"},
		{"an essential argument", "note: {description: A note., type: string, x-slack-empty: true}", "note: {description: A note., type: string, x-slack-essential: true}", "s.yaml [properties: {file: {desc]: TestUploadRequest.note: x-slack-essential is only for responses; list the argument under required"},
		{"yes for true", "x-slack-empty: true", "x-slack-empty: yes", "s.yaml [properties: {file: {desc]: TestUploadRequest.note: x-slack-empty is yes; it must be true, or left out"},
		{"yes for a tier", "x-slack-tier: 3", "x-slack-tier: yes", "s.yaml [x-slack-tier: yes]: GET /test.list: x-slack-tier is yes; it must be 1 to 4, or special"},
		{"no tier", "      x-slack-tier: 3\n", "", "s.yaml [get:]: GET /test.list: x-slack-tier is missing; it must be 1 to 4, or special"},
		{"a code for a list of them", "x-slack-errors: [no_thing]", "x-slack-errors: no_thing", "s.yaml [x-slack-errors: no_thing]: GET /test.list: x-slack-errors is no_thing; it must be a list of the method's special codes, or [] if it has none; or a map from codes to the method's own meanings"},
		{"a number among codes", "x-slack-errors: [no_thing]", "x-slack-errors: [no_thing, 7]", "s.yaml [x-slack-errors: [no_thin]: GET /test.list: x-slack-errors is a list; it must be a list of the method's special codes, or [] if it has none; or a map from codes to the method's own meanings"},
		{"nothing said of repeats", "      x-slack-tier: 3\n      x-slack-idempotent: true\n", "      x-slack-tier: 3\n      x-slack-safe: true\n", "s.yaml [get:]: GET /test.list: x-slack-idempotent is missing; it must be true if a repeat has the effect of one call, else false"},

		// Keys and values of OpenAPI.
		{"a misspelled key", "required: [things]", "requried: [things]", "s.yaml [requried: [things]]: TestListResponse: requried is not a key of OpenAPI 3.0 here"}, //nolint:misspell // on purpose
		{"a key in capitals", id, id + "      Deprecated: true\n", "s.yaml [Deprecated: true]: GET /test.list: Deprecated is not a key of OpenAPI 3.0 here"},
		{"a misspelled key that has to be there", page, "          desciption: A page.\n", "s.yaml ['200':]: GET /test.list: a short description of the response is required"},
		{"a misspelled key of what is in a property", "things: {description: Things., type: array, items: {type: string}}", "things: {description: Things., type: array, items: {tpye: string}}", "s.yaml [things: {description: Th]: TestListResponse.things[]: tpye is not a key of OpenAPI 3.0 here"},
		{"a misspelled key of what is in a map", "additionalProperties: {type: string}", "additionalProperties: {typ: string}", "s.yaml [found: {description: Wha]: TestWordsResponse.found.words{}: typ is not a key of OpenAPI 3.0 here"},
		{"a key of no kind", part, part + "      frobnicate: 1\n", "s.yaml [frobnicate: 1]: Part: frobnicate is not a key of OpenAPI 3.0 here"},
		{"a key that stands twice", id, id + "      operationId: test.other\n", `s.yaml [operationId: test.other]: invalid YAML: mapping key "operationId" already defined at line [operationId: test.list]`},
		{"a key that stands twice in an example", "success: {value: {ok: true, things: [a]}}", "success: {value: {ok: true, things: [a], more: [{a: 1, a: 2}]}}", `s.yaml [success: {value: {ok: tr]: invalid YAML: mapping key "a" already defined at line [success: {value: {ok: tr]`},
		{"merged keys", part, "      <<: {properties: {name: {description: Its name., type: string}}}\n", "s.yaml [<<: {properties: {name: ]: Part: << is not supported; write out what it merges, or use allOf"},
		{"an alias", "success: {value: {ok: true, things: [a]}}", "success: {value: {ok: true, things: &x [a], others: *x}}", ""},
		{"an alias in itself", "success: {value: {ok: true, things: [a]}}", "success: {value: &x {ok: true, things: *x}}", "s.yaml [success: {value: &x {ok:]: alias *x contains itself; write it out"},
		{"a list for a type", "properties: {name: {description: Its name., type: string}}", "properties: {name: {description: Its name., type: [string]}}", "s.yaml [properties: {name: {desc]: Part.name: type is a list; it must be one type"},
		{"no code among codes", "x-slack-errors: [no_thing]", "x-slack-errors: [no_thing, null]", "s.yaml [x-slack-errors: [no_thin]: GET /test.list: x-slack-errors is a list; it must be a list of the method's special codes, or [] if it has none; or a map from codes to the method's own meanings"},
		{"true for a list", part, part + "      required: true\n", "s.yaml [required: true]: Part: required is true; it must be a list"},
		{"a list for a map", part, "      properties: [name]\n", "s.yaml [properties: [name]]: Part: properties is a list; it must be a map"},
		{"text for a map", part, part + "    Whole: Part\n", "s.yaml [Whole: Part]: Whole: Whole is Part; it must be a map"},
		{"a map for a list", "x-slack-together: [[id, ids]]", "x-slack-together: {id: ids}", "s.yaml [x-slack-together: {id: i]: TestSetIDRequest: x-slack-together is a map; it must be a list of lists of arguments"},
		{"a number for text", "summary: Lists things.", "summary: 7", "s.yaml [summary: 7]: GET /test.list: summary is 7; it must be a string in quotes"},
		{"nothing for text", "summary: Lists things.", "summary:", "s.yaml [summary:]: GET /test.list: summary is empty; give it a value or leave it out"},
		{"a date for text", "summary: Lists things.", "summary: 2026-01-02", ""},
		{"a date without quotes", "things: {description: Things., type: array, items: {type: string}}", "things: {description: Things., type: array, items: {type: string}}\n            day: {description: A day., type: string, format: date, example: 2026-01-02}", ""},
		{"text for a number", part, part + "      minimum: few\n", "s.yaml [minimum: few]: Part: minimum is few; it must be a number"},
		{"a fraction for a count", part, part + "      minLength: 1.5\n", "s.yaml [minLength: 1.5]: Part: minLength is 1.5; it must be a whole number"},
		{"text for a truth", part, part + "      nullable: 'true'\n", "s.yaml [nullable: 'true']: Part: nullable is 'true'; it must be true or false"},
		{"a type with a slip", "properties: {name: {description: Its name., type: string}}", "properties: {name: {description: Its name., type: strng}}", "s.yaml [properties: {name: {desc]: Part.name: type is strng; it must be array, boolean, integer, number, object or string"},
		{"a type that there is not", "properties: {name: {description: Its name., type: string}}", "properties: {name: {description: Its name., type: float}}", "s.yaml [properties: {name: {desc]: Part.name: type is float; it must be array, boolean, integer, number, object or string"},
		{"a pattern that is none", "name: {description: Its name., type: string}", "name: {description: Its name., type: string, pattern: '(['}", "s.yaml [properties: {name: {desc]: Part.name: error parsing regexp: cannot compile pattern \"([\": error parsing regexp: missing closing ]: `[`"},
		{"a pattern that is a list", part, part + "      pattern: [x]\n", "s.yaml [pattern: [x]]: Part: pattern is a list; it must be a string in quotes"},
		{"text for a schema", "properties: {name: {description: Its name., type: string}}", "properties: {name: string}", "s.yaml [properties: {name: strin]: Part.name: name is string; it must be a map"},
		{"a truth for items", "things: {description: Things., type: array, items: {type: string}}", "things: {description: Things., type: array, items: true}", "s.yaml [things: {description: Th]: TestListResponse.things[]: items is true; it must be a map"},
		{"text for a list", part, part + "      enum: x\n", "s.yaml [enum: x]: Part: enum is x; it must be a list"},
		{"a map for a list of schemas", part, part + "      allOf: {type: object}\n", "s.yaml [allOf: {type: object}]: Part: allOf is a map; it must be a list"},
		{"a schema or a truth", part, part + "      additionalProperties: yes\n", "s.yaml [additionalProperties: ye]: Part{}: cannot unmarshal: value must be either a schema object or a boolean"},
		{"a property named properties", part, "      properties: {properties: {description: P., type: object, additionalProperties: {type: string}}, responses: {description: R., type: string}}\n", ""},
		{"an array of what is misspelled", "things: {description: Things., type: array, items: {type: string}}", "things: {description: Things., type: array, itmes: {type: string}}", "s.yaml [things: {description: Th]: TestListResponse.things: when schema type is 'array', schema 'items' must be non-null"},
		{"another version of OpenAPI", "openapi: 3.0.3", "openapi: 3.1.0", "s.yaml [openapi: 3.1.0]: the document: openapi is 3.1.0; it must be 3.0.3"},
		{"a scheme that there is not", "info: {title", "security: [{bearer: []}]\ninfo: {title", `s.yaml [openapi: 3.0.3]: the document: invalid security: security requirement /security/0/bearer refers to undefined security scheme "bearer"`},
		{"a misspelled sort of codes", "  special: {no_thing", "  specail: {no_thing", "s.yaml [x-slack-error-codes:]: the document: x-slack-error-codes is a map; it must be maps from codes to meanings under common and special"},                      //nolint:misspell // on purpose
		{"a misspelled code", "x-slack-errors: [no_thing]", "x-slack-errors: [no_thnig]", `s.yaml [x-slack-errors: [no_thni]: GET /test.list: x-slack-errors has "no_thnig", which x-slack-error-codes.special does not explain; did you mean no_thing?`}, //nolint:misspell // on purpose
		{"a misspelled property", "    TestSetIDRequest:\n      type: object\n      required: [id]\n", "    TestSetIDRequest:\n      type: object\n      required: [id, prats]\n", `s.yaml [required: [id, prats]]: TestSetIDRequest: required has "prats", which is not a property; did you mean parts?`},
		{"a misspelled argument", "x-slack-together: [[id, ids]]", "x-slack-together: [[id, idds]]", `s.yaml [x-slack-together: [[id, ]: TestSetIDRequest: x-slack-together has "idds", which is not a property; did you mean ids?`},
		{"an array of nothing", "things: {description: Things., type: array, items: {type: string}}", "things: {description: Things., type: array}", "s.yaml [things: {description: Th]: TestListResponse.things: when schema type is 'array', schema 'items' must be non-null"},
		{"no description of a response", page, "", "s.yaml ['200':]: GET /test.list: a short description of the response is required"},
		{"no title", "{title: Small, version: 1.0.0}", "{title: '', version: 1.0.0}", "s.yaml [info: {title: '', versio]: the document: invalid info: value of title must be a non-empty string"},
		{"no info", "info: {title: Small, version: 1.0.0}\n", "", "s.yaml [openapi: 3.0.3]: the document: invalid info: must be an object"},

		// Methods.
		{"no link", "      externalDocs: {url: 'https://example.com/test.list'}\n", "", "s.yaml [get:]: GET /test.list: externalDocs.url must be the link to Slack's reference, without white space"},
		{"an empty link", "{url: 'https://example.com/test.list'}", "{url: ''}", "s.yaml [externalDocs: {url: ''}]: GET /test.list: invalid external docs: url is required"},
		{"no operationId", id, "", `s.yaml [get:]: GET /test.list: operationId is ""; it must be "test.list", Slack's name of the method`},
		{"another's operationId", id, "      operationId: test.setId\n", `s.yaml [post:]: POST /test.setId: operations "GET /test.list" and "POST /test.setId" have the same operation id "test.setId"`},
		{"nobody's operationId", id, "      operationId: testList\n", `s.yaml [operationId: testList]: GET /test.list: operationId is "testList"; it must be "test.list", Slack's name of the method`},
		{"two methods in one", "  /test.setId:\n", "  /test.setId:\n    get: {operationId: test.setId, responses: {}}\n", "s.yaml [get: {operationId: test.]: GET /test.setId: the responses object MUST contain at least one response code\ns.yaml [post:]: POST /test.setId: operations \"GET /test.setId\" and \"POST /test.setId\" have the same operation id \"test.setId\""},
		{"no answer of success", "        '200':\n          description: Done.\n", "        '201':\n          description: Done.\n", "s.yaml [responses:]: POST /test.setId: response 200 is missing; it must describe success, as application/json"},
		{"a path without a slash", "  /test.list:\n", "  test.list:\n", `s.yaml [paths:]: the document: path "test.list" does not start with a forward slash (/)`},
		{"an example that lacks something", "error: {value: {ok: false, error: no_thing}}", "error: {value: {ok: false}}", `s.yaml [error: {value: {ok: fals]: GET /test.list: the example error does not fit its schema: error: property "error" is missing`},
		{"an example that has something else", "success: {value: {ok: true, things: [a]}}", "success: {value: {ok: true, things: [a, 7], response_metadata: {next_cursor: 1}}}", "s.yaml [success: {value: {ok: tr]: GET /test.list: the example success does not fit its schema: response_metadata.next_cursor: value must be a string\ns.yaml [success: {value: {ok: tr]: GET /test.list: the example success does not fit its schema: things.1: value must be a string"},
		{"an example of an argument", "id: {description: The ID., type: string, example: W1}", "id: {description: The ID., type: string, example: [W1]}", "s.yaml [id: {description: The ID]: TestSetIDRequest.id: invalid example: value must be a string"},
		{"an example of a parameter", "schema: {type: string, example: up}", "schema: {type: string, example: 7}", "s.yaml [{name: sort, in: query, ]: GET /test.list: invalid example: value must be a string"},
		{"a default further in", "parts: {description: Parts., type: array, items: {$ref: '#/components/schemas/Part'}}", "parts: {description: Parts., type: array, items: {type: string, default: 7}}", "s.yaml [parts: {description: Par]: TestSetIDRequest.parts[]: invalid default: value must be a string"},

		// References.
		{"a reference with a slip", "allOf: [{$ref: '#/components/schemas/Success'}]", "allOf: [{$ref: '#/components/schemas/Succes'}]", "s.yaml [allOf: [{$ref: '#/compon]: TestUploadResponse: $ref: '#/components/schemas/Succes' is missing in components.schemas; did you mean #/components/schemas/Success (line [Success:])?"},
		{"a reference with a slip before the name", "allOf: [{$ref: '#/components/schemas/Success'}]", "allOf: [{$ref: '#/components/schema/Success'}]", "s.yaml [allOf: [{$ref: '#/compon]: TestUploadResponse: $ref: '#/components/schema/Success' is missing in components.schemas; did you mean #/components/schemas/Success (line [Success:])?"},
		{"a reference to nothing like it", "allOf: [{$ref: '#/components/schemas/Success'}]", "allOf: [{$ref: '#/components/schemas/Zebra'}]", "s.yaml [allOf: [{$ref: '#/compon]: TestUploadResponse: $ref: '#/components/schemas/Zebra' is missing in components.schemas; it must be #/components/schemas/NAME"},
		{"a reference to another kind", "part: {$ref: '#/components/schemas/Part'}", "part: {$ref: '#/components/responses/Refused'}", "s.yaml [part: {$ref: '#/componen]: TestSetIDRequest.part: $ref: '#/components/responses/Refused' is missing in components.schemas; it must be #/components/schemas/NAME"},
		{"a reference where there is no section", "      parameters:\n        - {name: cursor, in: query, description: What comes next., schema: {type: string}}\n", "      parameters: [{$ref: '#/components/parameters/Cursor'}]\n", "s.yaml [parameters: [{$ref: '#/c]: GET /test.words: $ref: '#/components/parameters/Cursor' is missing in components.parameters; it must be #/components/parameters/NAME"},
		{"a reference where there is none", "info: {title: Small, version: 1.0.0}", "info: {$ref: '#/components/schemas/Part'}", "s.yaml [info: {$ref: '#/componen]: the document: $ref is not a key of OpenAPI 3.0 here\ns.yaml [info: {$ref: '#/componen]: the document: invalid info: value of title must be a non-empty string\ns.yaml [info: {$ref: '#/componen]: the document: invalid info: value of version must be a non-empty string"},
		{"a reference that is a number", "part: {$ref: '#/components/schemas/Part'}", "part: {$ref: 7}", "s.yaml [part: {$ref: 7}]: TestSetIDRequest.part: $ref: '7' is missing in components.schemas; it must be #/components/schemas/NAME"},
		{"a reference to another document", "part: {$ref: '#/components/schemas/Part'}", "part: {$ref: 'other.yaml#/Part'}", "s.yaml [part: {$ref: 'other.yaml]: TestSetIDRequest.part: $ref: 'other.yaml#/Part' is missing in components.schemas; did you mean #/components/schemas/Part (line [Part:])?"},
		{"a reference to itself", part, part + "    Self: {$ref: '#/components/schemas/Self'}\n", "s.yaml [Self: {$ref: '#/componen]: Self: $ref: '#/components/schemas/Self' leads back to itself; write out one $ref of the cycle"},
		{"references to each other", part, part + "    A: {$ref: '#/components/schemas/B'}\n    B: {$ref: '#/components/schemas/A'}\n    C: {$ref: '#/components/schemas/A'}\n", "s.yaml [A: {$ref: '#/components/]: A: $ref: '#/components/schemas/B' leads back to itself; write out one $ref of the cycle\ns.yaml [B: {$ref: '#/components/]: B: $ref: '#/components/schemas/A' leads back to itself; write out one $ref of the cycle\ns.yaml [C: {$ref: '#/components/]: C: $ref: '#/components/schemas/A' leads back to itself; write out one $ref of the cycle"},
		{"a reference in a property with the name of a section", "things: {description: Things., type: array, items: {type: string}}", "things: {description: Things., type: array, items: {type: string}}\n            headers: {description: H., type: object, additionalProperties: {$ref: '#/components/schemas/Part'}}\n            parameters: {$ref: '#/components/schemas/Part'}", ""},
		{"a default response with a slip", "        default: {$ref: '#/components/responses/Refused'}\n  /test.setId", "        default: {$ref: '#/components/responses/Refusd'}\n  /test.setId", "s.yaml [default: {$ref: '#/compo]: GET /test.list: $ref: '#/components/responses/Refusd' is missing in components.responses; did you mean #/components/responses/Refused (line [Refused: {description: R])?"},
		{"a reference to a reference", part, part + "    Other: {$ref: '#/components/schemas/Part'}\n    Third: {$ref: '#/components/schemas/Other'}\n", ""},
		{"something beside a reference", "part: {$ref: '#/components/schemas/Part'}", "part: {$ref: '#/components/schemas/Part', x-slack-empty: true}", "s.yaml [part: {$ref: '#/componen]: TestSetIDRequest.part: OpenAPI ignores x-slack-empty beside $ref; use allOf: [$ref]"},

		// YAML.
		{"a list without an end", "x-slack-errors: [no_thing]", "x-slack-errors: [no_thing", "s.yaml [x-slack-idempotent: true]: invalid YAML: did not find expected ',' or ']'"},
		{"a tab", "      operationId: test.list\n", "\toperationId: test.list\n", "s.yaml [	operationId: test.list]: invalid YAML: found character that cannot start any token"},
		{"a key less far in", "      x-slack-tier: 3\n", "     x-slack-tier: 3\n", "s.yaml [/test.list:]: invalid YAML: did not find expected key"},
		{"a key further in", "      x-slack-tier: 3\n", "       x-slack-tier: 3\n", "s.yaml [get:]: invalid YAML: did not find expected key"},
		{"a quotation without an end", "summary: Lists things.", "summary: 'Lists things.", "s.yaml [get:]: invalid YAML: did not find expected key"},
		{"a mistake after a list of several lines", "summary: Sets an ID.", "tags: [\n        a,\n        b,\n        c,\n        d]\n      summary: Sets: an ID.", "s.yaml [summary: Sets: an ID.]: invalid YAML: mapping values are not allowed in this context"},
		{"a second document", "paths:\n", "---\npaths:\n", "s.yaml [paths:]: the file has a second YAML document; it must have one"},
		{"a second document that is none", "      x-slack-together: [[id, ids]]\n", "---\n[\n", "s.yaml []: invalid YAML: did not find expected ',' or ']'"},
		{"a comment alone", small, "# Nothing.\n", "s.yaml [# Nothing.]: the document is empty"},
		{"null", small, "~", "s.yaml [~]: the document is empty; it must be a map"},
		{"nothing at all", small, "", "s.yaml []: the document is empty"},
		{"a list", small, "[]", "s.yaml [[]]: the document is a list; it must be a map"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if strings.Count(small, test.old) != 1 {
				t.Fatalf("the spec has %d places like %q, want one", strings.Count(small, test.old), test.old)
			}
			broken, got := strings.Replace(small, test.old, test.new, 1), ""
			if _, err := speccheck.Load([]byte(broken)); err != nil {
				got = withLines(broken, speccheck.WithFile("s.yaml", err).Error())
			}
			if got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// withLines returns text with the start of each line instead of its number.
func withLines(doc, text string) string {
	lines := strings.Split(doc, "\n")
	return regexp.MustCompile(`(s\.yaml:|line )(\d+)`).ReplaceAllStringFunc(text, func(match string) string {
		name, number, _ := strings.Cut(strings.ReplaceAll(match, "line ", "line:"), ":")
		n, err := strconv.Atoi(number)
		if err != nil || n > len(lines) {
			return match
		}
		line := strings.TrimLeft(lines[n-1], " -")
		return fmt.Sprintf("%s [%s]", name, line[:min(len(line), 24)])
	})
}

func TestMaxPrinted(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{20: "s.yaml:19: 19\ns.yaml:20: 20", 21: "s.yaml:20: 20\nand 1 more", 50: "s.yaml:20: 20\nand 30 more"} {
		var all speccheck.Error
		for i := range n {
			all = append(all, speccheck.Problem{Line: n - i, Text: strconv.Itoa(n - i)}, speccheck.Problem{Line: n - i, Text: strconv.Itoa(n - i)})
		}
		got := speccheck.WithFile("s.yaml", all.Err()).Error()
		if !strings.HasPrefix(got, "s.yaml:1: 1\ns.yaml:2: 2\n") || !strings.HasSuffix(got, "\n"+want) {
			t.Errorf("of %d problems this is printed:\n%s", n, got)
		}
	}
	if err := (speccheck.Error{}).Err(); err != nil {
		t.Errorf("got %v, want nothing", err)
	}
	if got := speccheck.WithFile("s.yaml", errors.New("other")).Error(); got != "s.yaml: other" {
		t.Errorf("got %q", got)
	}
}

func TestLine(t *testing.T) {
	t.Parallel()
	doc, err := speccheck.Load([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(small, "\n")
	for want, keys := range map[string][]string{
		"openapi: 3.0.3":         nil,
		"  /test.list:":          {"paths", "/test.list"},
		"    get:":               {"paths", "/test.list", "get", "nowhere"},
		"        - {name: order": {"paths", "/test.list", "get", "parameters", "1"},
		"      parameters:":      {"paths", "/test.list", "get", "parameters", "4"},
	} {
		if line := doc.Line(keys...); !strings.HasPrefix(lines[line-1], want) {
			t.Errorf("%v is in line %d, %q; want %q", keys, line, lines[line-1], want)
		}
	}
}
