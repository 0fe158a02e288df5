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

// TestEachMistakeHasItsLine makes mistakes in the small spec. want is all that is
// printed of it, with the start of each line instead of its number.
func TestEachMistakeHasItsLine(t *testing.T) {
	t.Parallel()
	const (
		id   = "      operationId: test.list\n"
		part = "      properties: {name: {description: Its name., type: string}}\n"
		page = "          description: A page.\n"
	)
	for _, test := range []struct{ name, old, new, want string }{
		// Extensions.
		{"an unknown extension", id, id + "      x-slack-save: true\n", "s.yaml [x-slack-save: true]: GET /test.list: x-slack-save is unknown; want x-slack-safe, or none"},
		{"an unknown extension of a property", "x-slack-empty: true", "x-slack-emtpy: true", "s.yaml [properties: {file: {desc]: TestUploadRequest.note: x-slack-emtpy is unknown; want x-slack-empty, or none"}, //nolint:misspell // on purpose
		{"an unknown extension like none", id, id + "      x-slack-zzzzzzzzzzzzzzzzz: 1\n", "s.yaml [x-slack-zzzzzzzzzzzzzzzz]: GET /test.list: x-slack-zzzzzzzzzzzzzzzzz is unknown; want x-slack-callers, or none"},
		{"an extension with a slip before its name", id, id + "      x-salck-safe: true\n", "s.yaml [x-salck-safe: true]: GET /test.list: x-salck-safe is unknown; want x-slack-safe"},
		{"an extension without x-", id, id + "      slack-safe: true\n", "s.yaml [slack-safe: true]: GET /test.list: slack-safe is unknown; want x-slack-safe"},
		{"a name like another tool's of ours", part, part + "      x-go-typ: bool\n", "s.yaml [x-go-typ: bool]: Part: x-go-typ is unknown; want x-go-type"},
		{"a reason with a slip", part, part + "      x-depreciated-reason: Old.\n", "s.yaml [x-depreciated-reason: Ol]: Part: x-depreciated-reason is unknown; want x-deprecated-reason"},
		{"an extension of another tool", id, id + "      x-internal: true\n      x-logo: {url: x}\n      x-go-name: X\n", ""},
		{"a property's extension of an operation", id, id + "      x-slack-essential: true\n", "s.yaml [x-slack-essential: true]: GET /test.list: x-slack-essential means nothing in an operation; want it in a property, or left out"},
		{"an operation's extension of a schema", part, part + "      x-slack-tier: 2\n", "s.yaml [x-slack-tier: 2]: Part: x-slack-tier means nothing in a schema; want it in an operation, or left out"},
		{"an operation's extension at the top", "info: {title", "x-slack-scopes: []\ninfo: {title", "s.yaml [x-slack-scopes: []]: the document: x-slack-scopes means nothing in the document's top; want it in an operation, or left out"},
		{"a schema's extension of a response", page, page + "          x-go-type: X\n", "s.yaml [x-go-type: X]: GET /test.list: x-go-type means nothing in a response; want it in a property or a schema, or left out"},
		{"an extension among properties", "properties: {name: {description: Its name., type: string}}", "properties: {x-slack-essential: true}", "s.yaml [properties: {x-slack-ess]: Part: x-slack-essential means nothing in a map of names; want it in a property, or left out"},
		{"an essential argument", "note: {description: A note., type: string, x-slack-empty: true}", "note: {description: A note., type: string, x-slack-essential: true}", "s.yaml [properties: {file: {desc]: TestUploadRequest.note: x-slack-essential is only for responses; want the argument under required"},
		{"yes for true", "x-slack-empty: true", "x-slack-empty: yes", "s.yaml [properties: {file: {desc]: TestUploadRequest.note: x-slack-empty is yes; want true or false"},
		{"yes for a tier", "x-slack-tier: 3", "x-slack-tier: yes", "s.yaml [x-slack-tier: yes]: GET /test.list: x-slack-tier is yes; want 1 to 4, or special"},
		{"no tier", "      x-slack-tier: 3\n", "", "s.yaml [get:]: GET /test.list: x-slack-tier is missing; want 1 to 4, or special"},
		{"a code for a list of them", "x-slack-errors: [no_thing]", "x-slack-errors: no_thing", "s.yaml [x-slack-errors: no_thing]: GET /test.list: x-slack-errors is no_thing; want a list"},
		{"a number among codes", "x-slack-errors: [no_thing]", "x-slack-errors: [no_thing, 7]", "s.yaml [x-slack-errors: [no_thin]: GET /test.list: x-slack-errors[1] is 7; want text: '7'"},
		{"nothing said of repeats", "      x-slack-tier: 3\n      x-slack-idempotent: true\n", "      x-slack-tier: 3\n      x-slack-safe: true\n", "s.yaml [get:]: GET /test.list: x-slack-idempotent is missing; want true if a repeat has the effect of one call, else false"},

		// Keys and values of OpenAPI.
		{"a misspelled key", "required: [things]", "requried: [things]", "s.yaml [requried: [things]]: TestListResponse: allOf[1].requried is unknown; want required"}, //nolint:misspell // on purpose
		{"a key in capitals", id, id + "      Deprecated: true\n", "s.yaml [Deprecated: true]: GET /test.list: Deprecated is unknown; want deprecated"},
		{"a misspelled key that has to be there", page, "          desciption: A page.\n", "s.yaml [desciption: A page.]: GET /test.list: responses.200.desciption is unknown; want description"},
		{"a misspelled key of what is in a property", "things: {description: Things., type: array, items: {type: string}}", "things: {description: Things., type: array, items: {tpye: string}}", "s.yaml [things: {description: Th]: TestListResponse.things[]: tpye is unknown; want type"},
		{"a misspelled key of what is in a map", "additionalProperties: {type: string}", "additionalProperties: {typ: string}", "s.yaml [found: {description: Wha]: TestWordsResponse.found.words{}: typ is unknown; want type"},
		{"a key of no kind", part, part + "      frobnicate: 1\n", "s.yaml [frobnicate: 1]: Part: frobnicate is unknown; want it left out, for a schema has no such key in OpenAPI 3.0"},
		{"a key that stands twice", id, id + "      operationId: test.other\n", "s.yaml [operationId: test.other]: GET /test.list: operationId stands twice, first in line [operationId: test.list]; want one of them"},
		{"a key that stands twice in an example", "success: {value: {ok: true, things: [a]}}", "success: {value: {ok: true, things: [a], more: [{a: 1, a: 2}]}}", "s.yaml [success: {value: {ok: tr]: GET /test.list: responses.200.content.application/json.examples.success.value.more.a stands twice, first in line [success: {value: {ok: tr]; want one of them"},
		{"merged keys", "success: {value: {ok: true, things: [a]}}", "success: {value: {<<: {ok: true}, things: [a]}}", "s.yaml [success: {value: {<<: {o]: GET /test.list: << is not read; want what it merges written out, or allOf"},
		{"an alias", "success: {value: {ok: true, things: [a]}}", "success: {value: {ok: true, things: &x [a], others: *x}}", ""},
		{"an alias in itself", "success: {value: {ok: true, things: [a]}}", "success: {value: &x {ok: true, things: *x}}", "s.yaml [success: {value: &x {ok:]: *x stands in itself; want it written out"},
		{"true for a list", part, part + "      required: true\n", "s.yaml [required: true]: Part: required is true; want a list"},
		{"a list for a map", part, "      properties: [name]\n", "s.yaml [properties: [name]]: Part: properties is a list; want a map"},
		{"text for a map", part, part + "    Whole: Part\n", "s.yaml [Whole: Part]: Whole: it is Part; want a map"},
		{"a map for a list", "x-slack-together: [[id, ids]]", "x-slack-together: {id: ids}", "s.yaml [x-slack-together: {id: i]: TestSetIDRequest: x-slack-together is a map; want a list"},
		{"a number for text", "summary: Lists things.", "summary: 7", "s.yaml [summary: 7]: GET /test.list: summary is 7; want text: '7'"},
		{"nothing for text", "summary: Lists things.", "summary:", "s.yaml [summary:]: GET /test.list: summary is empty; want text"},
		{"a date for text", "summary: Lists things.", "summary: 2026-01-02", ""},
		{"text for a number", part, part + "      minimum: few\n", "s.yaml [minimum: few]: Part: minimum is few; want a number"},
		{"a fraction for a count", part, part + "      minLength: 1.5\n", "s.yaml [minLength: 1.5]: Part: minLength is 1.5; want a whole number"},
		{"text for a truth", part, part + "      nullable: 'true'\n", "s.yaml [nullable: 'true']: Part: nullable is 'true'; want true or false"},
		{"a type with a slip", "properties: {name: {description: Its name., type: string}}", "properties: {name: {description: Its name., type: strng}}", "s.yaml [properties: {name: {desc]: Part.name: type is strng; want string"},
		{"a type that there is not", "properties: {name: {description: Its name., type: string}}", "properties: {name: {description: Its name., type: float}}", "s.yaml [properties: {name: {desc]: Part.name: type is float; want one of array, boolean, integer, number, object, string"},
		{"a pattern that is none", part, part + "      pattern: '(['\n", "s.yaml [pattern: '([']: Part: pattern is none that Go reads: missing closing ]: `[`"},
		{"a pattern that is a list", part, part + "      pattern: [x]\n", "s.yaml [pattern: [x]]: Part: pattern is a list; want text"},
		{"an array of what is misspelled", "things: {description: Things., type: array, items: {type: string}}", "things: {description: Things., type: array, itmes: {type: string}}", "s.yaml [things: {description: Th]: TestListResponse.things: itmes is unknown; want items"},
		{"another version of OpenAPI", "openapi: 3.0.3", "openapi: 3.1.0", "s.yaml [openapi: 3.1.0]: the document: openapi is 3.1.0; want 3.0.3"},
		{"a scheme that there is not", "info: {title", "security: [{bearer: []}]\ninfo: {title", "s.yaml [security: [{bearer: []}]]: the document: security requirement /security/0/bearer refers to undefined security scheme \"bearer\""},
		{"a misspelled sort of codes", "  special: {no_thing", "  specail: {no_thing", "s.yaml [specail: {no_thing: Ther]: the document: x-slack-error-codes.specail is unknown; want special"},                                                    //nolint:misspell // on purpose
		{"a misspelled code", "x-slack-errors: [no_thing]", "x-slack-errors: [no_thnig]", "s.yaml [x-slack-errors: [no_thni]: GET /test.list: x-slack-errors has \"no_thnig\", which x-slack-error-codes.special does not explain; want no_thing"}, //nolint:misspell // on purpose
		{"a misspelled property", "    TestSetIDRequest:\n      type: object\n      required: [id]\n", "    TestSetIDRequest:\n      type: object\n      required: [id, prats]\n", "s.yaml [required: [id, prats]]: TestSetIDRequest: it requires \"prats\", which is no property; want parts"},
		{"a misspelled argument", "x-slack-together: [[id, ids]]", "x-slack-together: [[id, idds]]", "s.yaml [x-slack-together: [[id, ]: TestSetIDRequest: x-slack-together has \"idds\", which is no property; want ids"},
		{"an array of nothing", "things: {description: Things., type: array, items: {type: string}}", "things: {description: Things., type: array}", "s.yaml [things: {description: Th]: TestListResponse.things: it is an array without items; want items with a schema, or items: {} for any"},
		{"no description of a response", page, "", "s.yaml ['200':]: GET /test.list: responses.200.description is missing; want a sentence on what the answer is"},
		{"no title", "{title: Small, version: 1.0.0}", "{title: '', version: 1.0.0}", "s.yaml [info: {title: '', versio]: the document: info.title is missing; want it, for OpenAPI requires it in info"},
		{"no info", "info: {title: Small, version: 1.0.0}\n", "", "s.yaml [openapi: 3.0.3]: the document: info is missing; want it, for OpenAPI requires it in the document's top"},

		// Methods.
		{"no link", "      externalDocs: {url: 'https://example.com/test.list'}\n", "", "s.yaml [get:]: GET /test.list: externalDocs.url is missing; want the link to Slack's reference"},
		{"an empty link", "{url: 'https://example.com/test.list'}", "{url: ''}", "s.yaml [externalDocs: {url: ''}]: GET /test.list: externalDocs.url is missing; want the link to Slack's reference"},
		{"no operationId", id, "", `s.yaml [get:]: GET /test.list: operationId is missing; want "test.list", Slack's name of the method`},
		{"another's operationId", id, "      operationId: test.setId\n", `s.yaml [operationId: test.setId]: GET /test.list: operationId is "test.setId", which /test.setId has; want "test.list", Slack's name of the method`},
		{"nobody's operationId", id, "      operationId: testList\n", `s.yaml [operationId: testList]: GET /test.list: operationId is "testList"; want "test.list", Slack's name of the method`},
		{"two methods in one", "  /test.setId:\n", "  /test.setId:\n    get: {operationId: test.setId, responses: {}}\n", "s.yaml [post:]: /test.setId: it has get and post, all with one operationId; want one of them"},
		{"no answer of success", "        '200':\n          description: Done.\n", "        '201':\n          description: Done.\n", "s.yaml [responses:]: POST /test.setId: the answer 200 is missing; want what Slack says of success, as application/json"},
		{"a path without a slash", "  /test.list:\n", "  test.list:\n", "s.yaml [test.list:]: the document: paths.test.list has no leading slash; want /test.list"},
		{"an example that lacks something", "error: {value: {ok: false, error: no_thing}}", "error: {value: {ok: false}}", `s.yaml [error: {value: {ok: fals]: GET /test.list: the example error does not fit its schema: error: property "error" is missing`},
		{"an example that has something else", "success: {value: {ok: true, things: [a]}}", "success: {value: {ok: true, things: [a, 7], response_metadata: {next_cursor: 1}}}", "s.yaml [success: {value: {ok: tr]: GET /test.list: the example success does not fit its schema: response_metadata.next_cursor: value must be a string\ns.yaml [success: {value: {ok: tr]: GET /test.list: the example success does not fit its schema: things.1: value must be a string"},
		{"an example of an argument", "id: {description: The ID., type: string, example: W1}", "id: {description: The ID., type: string, example: [W1]}", "s.yaml [id: {description: The ID]: TestSetIDRequest.id: example does not fit: value must be a string"},
		{"an example of a parameter", "schema: {type: string, example: up}", "schema: {type: string, example: 7}", "s.yaml [{name: sort, in: query, ]: GET /test.list: example does not fit: value must be a string"},
		{"a default further in", "parts: {description: Parts., type: array, items: {$ref: '#/components/schemas/Part'}}", "parts: {description: Parts., type: array, items: {type: string, default: 7}}", "s.yaml [parts: {description: Par]: TestSetIDRequest.parts[]: default does not fit: value must be a string"},

		// References.
		{"a reference with a slip", "allOf: [{$ref: '#/components/schemas/Success'}]", "allOf: [{$ref: '#/components/schemas/Succes'}]", "s.yaml [allOf: [{$ref: '#/compon]: TestUploadResponse: $ref: '#/components/schemas/Succes' leads nowhere; want '#/components/schemas/Success', of line [Success:]"},
		{"a reference with a slip before the name", "allOf: [{$ref: '#/components/schemas/Success'}]", "allOf: [{$ref: '#/components/schema/Success'}]", "s.yaml [allOf: [{$ref: '#/compon]: TestUploadResponse: $ref: '#/components/schema/Success' leads nowhere; want '#/components/schemas/Success', of line [Success:]"},
		{"a reference to nothing like it", "allOf: [{$ref: '#/components/schemas/Success'}]", "allOf: [{$ref: '#/components/schemas/Zebra'}]", "s.yaml [allOf: [{$ref: '#/compon]: TestUploadResponse: $ref: '#/components/schemas/Zebra' leads nowhere, and nothing in components.schemas has a name like it"},
		{"a reference to another kind", "part: {$ref: '#/components/schemas/Part'}", "part: {$ref: '#/components/responses/Refused'}", "s.yaml [part: {$ref: '#/componen]: TestSetIDRequest.part: $ref: '#/components/responses/Refused' leads nowhere, and nothing in components.schemas has a name like it"},
		{"a reference where there is no section", "      parameters:\n        - {name: cursor, in: query, description: What comes next., schema: {type: string}}\n", "      parameters: [{$ref: '#/components/parameters/Cursor'}]\n", "s.yaml [parameters: [{$ref: '#/c]: GET /test.words: $ref: '#/components/parameters/Cursor' leads nowhere, and nothing in components.parameters has a name like it"},
		{"a reference where there is none", "info: {title: Small, version: 1.0.0}", "info: {$ref: '#/components/schemas/Part'}", "s.yaml [info: {$ref: '#/componen]: the document: info cannot be a $ref here; want it written out"},
		{"a reference that is a number", "part: {$ref: '#/components/schemas/Part'}", "part: {$ref: 7}", "s.yaml [part: {$ref: 7}]: TestSetIDRequest.part: $ref is 7; want text: '7'"},
		{"a reference to another document", "part: {$ref: '#/components/schemas/Part'}", "part: {$ref: 'other.yaml#/Part'}", "s.yaml [part: {$ref: 'other.yaml]: TestSetIDRequest.part: $ref: 'other.yaml#/Part' leads out of the document, which is all that is read; want #/components/schemas/…"},
		{"a reference to itself", part, part + "    Self: {$ref: '#/components/schemas/Self'}\n", "s.yaml [Self: {$ref: '#/componen]: Self: $ref: '#/components/schemas/Self' leads back here; want one on the way written out"},
		{"references to each other", part, part + "    A: {$ref: '#/components/schemas/B'}\n    B: {$ref: '#/components/schemas/A'}\n    C: {$ref: '#/components/schemas/A'}\n", "s.yaml [A: {$ref: '#/components/]: A: $ref: '#/components/schemas/B' leads back here; want one on the way written out\ns.yaml [B: {$ref: '#/components/]: B: $ref: '#/components/schemas/A' leads back here; want one on the way written out"},
		{"a reference to a reference", part, part + "    Other: {$ref: '#/components/schemas/Part'}\n    Third: {$ref: '#/components/schemas/Other'}\n", ""},
		{"something beside a reference", "part: {$ref: '#/components/schemas/Part'}", "part: {$ref: '#/components/schemas/Part', x-slack-empty: true}", "s.yaml [part: {$ref: '#/componen]: TestSetIDRequest.part: x-slack-empty stands beside $ref, where OpenAPI ignores it; want allOf: [$ref] instead"},

		// YAML.
		{"a list without an end", "x-slack-errors: [no_thing]", "x-slack-errors: [no_thing", "s.yaml [x-slack-errors: [no_thin]: from here on this is no YAML: did not find expected ',' or ']'"},
		{"a tab", "      operationId: test.list\n", "\toperationId: test.list\n", "s.yaml [	operationId: test.list]: from here on this is no YAML: found character that cannot start any token"},
		{"a key less far in", "      x-slack-tier: 3\n", "     x-slack-tier: 3\n", "s.yaml [x-slack-tier: 3]: from here on this is no YAML: did not find expected key"},
		{"a key further in", "      x-slack-tier: 3\n", "       x-slack-tier: 3\n", "s.yaml [x-slack-tier: 3]: from here on this is no YAML: did not find expected key"},
		{"a quotation without an end", "summary: Lists things.", "summary: 'Lists things.", "s.yaml [summary: 'Lists things.]: from here on this is no YAML: did not find expected key"},
		{"a mistake after a list of several lines", "summary: Sets an ID.", "tags: [\n        a,\n        b,\n        c,\n        d]\n      summary: Sets: an ID.", "s.yaml [summary: Sets: an ID.]: from here on this is no YAML: mapping values are not allowed in this context"},
		{"a second document", "paths:\n", "---\npaths:\n", "s.yaml [paths:]: a second document begins; want all in one"},
		{"a second document that is none", "      x-slack-together: [[id, ids]]\n", "---\n[\n", "s.yaml [[]: from here on this is no YAML: did not find expected ',' or ']'"},
		{"a comment alone", small, "# Nothing.\n", "s.yaml [# Nothing.]: the document is empty"},
		{"null", small, "~", "s.yaml [~]: the document: it is empty; want a map"},
		{"nothing at all", small, "", "s.yaml []: the document is empty"},
		{"a list", small, "[]", "s.yaml [[]]: the document: it is a list; want a map"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if strings.Count(small, test.old) != 1 {
				t.Fatalf("the spec has %d places like %q, want one", strings.Count(small, test.old), test.old)
			}
			broken, got := strings.Replace(small, test.old, test.new, 1), ""
			if _, err := speccheck.Load([]byte(broken)); err != nil {
				got = withLines(broken, speccheck.In("s.yaml", err).Error())
			}
			if got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// withLines returns text with the start of each line that it names by number.
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

func TestAtMostAScreenIsPrinted(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{20: "s.yaml:19: 19\ns.yaml:20: 20", 21: "s.yaml:20: 20\nand 1 more", 50: "s.yaml:20: 20\nand 30 more"} {
		var all speccheck.Error
		for i := range n {
			all = append(all, speccheck.Problem{Line: n - i, Text: strconv.Itoa(n - i)}, speccheck.Problem{Line: n - i, Text: strconv.Itoa(n - i)})
		}
		got := speccheck.In("s.yaml", all.Err()).Error()
		if !strings.HasPrefix(got, "s.yaml:1: 1\ns.yaml:2: 2\n") || !strings.HasSuffix(got, "\n"+want) {
			t.Errorf("of %d problems this is printed:\n%s", n, got)
		}
	}
	if err := (speccheck.Error{}).Err(); err != nil {
		t.Errorf("got %v, want nothing", err)
	}
	if got := speccheck.In("s.yaml", errors.New("other")).Error(); got != "s.yaml: other" {
		t.Errorf("got %q", got)
	}
}

func TestLineFindsWhatStandsInTheDocument(t *testing.T) {
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
