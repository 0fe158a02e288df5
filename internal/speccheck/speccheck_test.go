package speccheck_test

import (
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
	"github.com/seed-38c23bad/slackadmin/spec"
)

func TestTheSpecIsInOrder(t *testing.T) {
	t.Parallel()
	doc, err := speccheck.Load(spec.YAML)
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range doc.Operations {
		if op.Server == "" && "/"+op.OperationID != op.Path || op.Tier == "" || (op.Answer.Properties["ok"] == nil) != op.ByStatus {
			t.Errorf("%s is not loaded: %+v", op.Path, op)
		}
	}
}

// TestWhatIsWrongIsSaid breaks the spec in one place at a time.
func TestWhatIsWrongIsSaid(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, old, new, want string }{
		{"an operation ID that is not the path", "operationId: admin.users.session.reset\n", "operationId: adminUsersSessionReset\n", `POST /admin.users.session.reset: operationId is "adminUsersSessionReset"; want "admin.users.session.reset"`},
		{"no scope", "      x-slack-scopes: ['admin.users:write']\n", "", "x-slack-scopes is missing"},
		{"a scope that is no list", "x-slack-scopes: ['admin.users:write']", "x-slack-scopes: 7", "x-slack-scopes is 7; want"},
		{"no tier", "      x-slack-tier: 2\n", "", "x-slack-tier is missing"},
		{"a tier there is not", "x-slack-tier: 2", "x-slack-tier: 5", "x-slack-tier is 5; want 1 to 4, or special"},
		{"a rate beside a tier that says it", "x-slack-tier: 2\n", "x-slack-tier: 2\n      x-slack-calls-per-minute: 5\n", "it has x-slack-calls-per-minute beside tier 2"},
		{"a rate that is none", "x-slack-tier: special\n", "x-slack-tier: special\n      x-slack-calls-per-minute: 0\n", "x-slack-calls-per-minute is 0; want 1 or more"},
		{"a server without TLS", "url: https://api.slack.com/audit/v1", "url: http://api.slack.com/audit/v1", `/logs: its server is "http://api.slack.com/audit/v1"; want one such as https://api.slack.com/audit/v1, without a slash at its end`},
		{"two servers of a path", "      - url: https://api.slack.com/audit/v1\n", "      - url: https://api.slack.com/audit/v1\n      - url: https://api.example.com\n", "/logs: it has 2 servers; want one, for the token goes there"},
		{"a server of the operation", "      operationId: audit.logs\n", "      operationId: audit.logs\n      servers: [{url: 'https://api.example.com'}]\n", "GET /logs: it has servers of the operation; want those of its path"},
		{"no word for the API", "operationId: audit.logs", "operationId: logs", `GET /logs: operationId is "logs"; want a word for the API of the path's server and ".logs", as in "audit.logs"`},
		{"a word for two servers", "operationId: audit.logs", "operationId: auth.logs", "its server is not that of auth.test, whose name begins with auth. as well; want one server, or another name"},
		{"success by status that nothing tells", "x-slack-essential: true\n          items: {$ref: '#/components/schemas/AuditEntry'}", "x-slack-essential: false\n          items: {$ref: '#/components/schemas/AuditEntry'}", "AuditLogsResponse has no property that is required and x-slack-essential; want one, for without ok nothing else tells Slack's answer from another's"},
		{"success by status of something else", "schema: {$ref: '#/components/schemas/AuditLogsResponse'}", "schema: {$ref: '#/components/schemas/AuditUser'}", "GET /logs: the schema of answer 200 is #/components/schemas/AuditUser; want $ref: '#/components/schemas/AuditLogsResponse'"},
		{"a caller there is not", "x-slack-callers: [admin, member, bot]", "x-slack-callers: [admin, Guests]", `x-slack-callers has "Guests"; want owner, admin, member, bot or another kind of token, in small letters`},
		{"a method that nobody may call", "x-slack-callers: [admin, member, bot]", "x-slack-callers: []", "x-slack-callers is empty; want one or more of"},
		{"a scope that is a number", "x-slack-scopes: ['admin.users:write']", "x-slack-scopes: [7]", "x-slack-scopes has 7; want a scope, or a list of scopes of which any one will do"},
		{"one scope of which any one will do", "x-slack-scopes: ['admin.users:write']", "x-slack-scopes: [['admin.users:write']]", "want a list of two scopes or more"},
		{"an empty scope", "x-slack-scopes: ['admin.users:write']", "x-slack-scopes: ['']", "x-slack-scopes has an empty scope"},
		{"a security of its own", "      operationId: auth.test\n", "      operationId: auth.test\n      security: [{}]\n", "it has a security of its own; want security: []"},
		{"callers without a token", "      operationId: auth.test\n", "      operationId: auth.test\n      security: []\n", "security: [] says that no token is sent"},
		{"a cursor where none is", "operationId: admin.users.session.list\n", "operationId: admin.users.session.list\n      x-slack-cursor: next\n", `x-slack-cursor is "next", which the answer does not have`},
		{"a cursor where every cursor is", "operationId: admin.users.session.list\n", "operationId: admin.users.session.list\n      x-slack-cursor: response_metadata.next_cursor\n", "where every cursor is looked for; want it left out"},
		{"a cursor that is an object", "operationId: admin.users.session.list\n", "operationId: admin.users.session.list\n      x-slack-cursor: response_metadata\n", "response_metadata, where the next cursor stands, is not type: string alone"},
		{"a cursor that nothing reads", "          required: [active_sessions]\n          properties:\n", "          required: [active_sessions]\n          properties:\n            next_cursor:\n              description: Where to go on.\n              type: string\n", "its answer has a cursor that nothing reads; want x-slack-cursor: next_cursor"},
		{"a cursor further in that nothing reads", "          required: [active_sessions]\n          properties:\n", "          required: [active_sessions]\n          properties:\n            paging:\n              description: Where to go on.\n              type: object\n              properties:\n                next_cursor: {description: Where., type: string}\n", "want x-slack-cursor: paging.next_cursor"},
		{"a cursor that nothing sends back", "operationId: admin.users.session.reset\n", "operationId: admin.users.session.reset\n      x-slack-cursor: warning\n", "it has x-slack-cursor, but no argument cursor to send it back in"},
		{"pages that nothing asks for", "operationId: admin.users.session.reset\n", "operationId: admin.users.session.reset\n      x-slack-pages: warning\n", "it has x-slack-pages, but no argument page"},
		{"items of no page", "operationId: admin.users.session.reset\n", "operationId: admin.users.session.reset\n      x-slack-items: warning\n", "it has x-slack-items, but no pages"},
		{"items where none are", "operationId: admin.users.session.list\n", "operationId: admin.users.session.list\n      x-slack-items: sessions\n", `x-slack-items is "sessions", which the answer does not have`},
		{"items that are one", "operationId: admin.users.session.list\n", "operationId: admin.users.session.list\n      x-slack-items: warning\n", `"warning", the items of a page, is neither an array nor a map`},
		{"items that may be null", "              description: The sessions of the page.\n              type: array\n", "              description: The sessions of the page.\n              type: array\n              nullable: true\n", `"active_sessions", the items of a page, may be null`},
		{"a file in JSON", "        mobile_only:\n          description: End only sessions on mobile devices.\n          type: boolean\n", "        mobile_only:\n          description: A file.\n          type: string\n          format: binary\n", `"mobile_only" is a file, which only multipart/form-data can carry`},
		{"a stream of objects", "          description: The session has ended, or the reason why not.\n          content:\n", "          description: The session has ended, or the reason why not.\n          content:\n            application/gzip: {schema: {type: object}}\n", "for application/gzip is not type: string with format: binary"},
		{"a stream with pages", "          description: A page of sessions, or the reason why not.\n          content:\n", "          description: A page of sessions, or the reason why not.\n          content:\n            application/gzip: {schema: {type: string, format: binary}}\n", "its answer is a stream, which has no pages"},
		{"a body that is required and need not have anything", "      requestBody:\n        required: false\n", "      requestBody:\n        required: true\n", "requestBody.required is true, but none of its arguments is; want false"},
		{"a body that is not required but has to be there", "      requestBody:\n        required: true\n", "      requestBody:\n        required: false\n", "requestBody.required is false, but it has required arguments; want true"},
		{"an empty value of a number", "          type: integer\n          minimum: 1\n          maximum: 1000\n", "          type: integer\n          minimum: 1\n          maximum: 1000\n          x-slack-empty: true\n", `"limit" has x-slack-empty, but is not an optional argument of type: string`},
		{"an empty value of a response", "          description: The type of device.\n", "          description: The type of device.\n          x-slack-empty: true\n", "SessionDevice.device_hardware: x-slack-empty is only for arguments"},
		{"a guess at nothing", "      operationId: auth.test\n", "      operationId: auth.test\n      x-slack-guessed: {response: [team, nonsense.id]}\n", `x-slack-guessed has "nonsense.id", which is not in its response`},
		{"a guess at something else", "      operationId: auth.test\n", "      operationId: auth.test\n      x-slack-guessed: {answer: [team]}\n", `x-slack-guessed has answer: ["team"]; want paths of arguments, or of the response`},
		{"scopes of one kind of token", "x-slack-scopes: []\n      x-slack-tier: special", "x-slack-scopes: {user: []}\n      x-slack-tier: special", "x-slack-scopes is by kinds of tokens, and has 1; want two or more, or a list"},
		{"scopes of a kind with an odd name", "x-slack-scopes: []\n      x-slack-tier: special", "x-slack-scopes: {User: [], bot: []}\n      x-slack-tier: special", "x-slack-scopes has User: []; want a kind of token, such as user or bot, with a list of scopes"},
		{"a meaning that is empty", "x-slack-errors: []", "x-slack-errors: {user_not_found: ''}", `the meaning of "user_not_found" is empty or has several lines; want null if it means the same as elsewhere`},
		{"a cursor that is none, of none", "      operationId: auth.test\n", "      operationId: auth.test\n      x-slack-cursor: false\n", "x-slack-cursor is false, but it has no argument cursor; want it left out"},
		{"a deprecation without a reason", "          x-deprecated-reason: Slack announced its removal for 15 January 2025; user_id and session_id name the session.\n", "", "AdminUsersSessionInvalidateRequest.team_id: it is deprecated, but x-deprecated-reason does not say why"},
		{"properties and a map in one", "          description: The version of Slack's client, if known.\n          type: string\n        ip:\n          description: The IP address.\n          type: string\n      additionalProperties: true\n", "          description: The version of Slack's client, if known.\n          type: string\n      additionalProperties: {type: string}\n", "SessionDevice: it has both properties and typed additionalProperties"},
		{"values of a map not described", "        device_hardware:\n", "        parts:\n          description: Its parts by ID.\n          type: object\n          additionalProperties: {type: object, properties: {name: {type: string}}}\n        device_hardware:\n", "SessionDevice.parts{}.name: it is not described"},
		{"an object in itself by way of another", "        device_hardware:\n", "        session:\n          description: The session.\n          allOf: [{$ref: '#/components/schemas/ActiveSession'}]\n        device_hardware:\n", "ActiveSession: it contains itself by way of ActiveSession.created and SessionDevice.session; want nullable: true beside allOf: [$ref] at one of them"},
		{"an object in a part of itself", "        device_hardware:\n", "        part:\n          description: A part.\n          type: object\n          properties:\n            of:\n              description: The whole.\n              allOf: [{$ref: '#/components/schemas/SessionDevice'}]\n        device_hardware:\n", "SessionDevice: it contains itself by way of SessionDevice.part.of; want"},
		{"a method that only reads and is not idempotent", "      x-slack-idempotent: true\n      x-slack-safe: true\n", "      x-slack-idempotent: false\n      x-slack-safe: true\n", "x-slack-safe is true and x-slack-idempotent is not; a method that only reads is idempotent"},
		{"nothing on repeats", "      x-slack-idempotent: true\n", "", "x-slack-idempotent is missing"},
		{"no link", "url: https://docs.slack.dev/reference/methods/admin.users.session.reset", "url: ''", "POST /admin.users.session.reset: externalDocs.url is missing; want the link to Slack's reference"},
		{"a code without a meaning", "x-slack-errors:\n", "x-slack-errors:\n        - cannot_reset_robot\n", `"cannot_reset_robot", which x-slack-error-codes.special does not explain`},
		{"a meaning without a use", "  special:\n", "  special:\n    never_answered: Never.\n", `no operation lists "never_answered"`},
		{"a code that is both", "    cannot_reset_bot: ", "    not_authed: Twice.\n    cannot_reset_bot: ", `"not_authed" is both common and special`},
		{"an example that does not fit", "value: {ok: false, error: cannot_reset_primary_owner}", "value: {ok: false}", `POST /admin.users.session.reset: the example error does not fit its schema: error: property "error" is missing`},
		{"no summary", "summary: Ends one session of a user, who must sign in again on that device.\n", "summary: ''\n", "POST /admin.users.session.invalidate: summary is missing"},
		{"an example missing", "                success:\n                  value: {ok: true}\n                error:\n                  value: {ok: false, error: session_not_found}", "                error:\n                  value: {ok: false, error: session_not_found}", "answer 200 has no example named success"},
		{"no 429", "        '429': {$ref: '#/components/responses/RateLimited'}\n", "", "the answer 429 is not $ref: '#/components/responses/RateLimited'"},
		{"a wrong Go type", "x-go-type: AdminUsersSessionResetResponse", "x-go-type: ResetResponse", "has not x-go-type: AdminUsersSessionResetResponse"},
		{"an answer that cannot be a refusal", "                  - {$ref: '#/components/schemas/ErrorResponse'}\n              examples:\n                success:\n                  value: {ok: true}\n                error:\n                  value: {ok: false, error: session_not_found}", "              examples:\n                success:\n                  value: {ok: true}\n                error:\n                  value: {ok: true}", "is not oneOf"},
		{"a body under another name", "schema: {$ref: '#/components/schemas/AdminUsersSessionInvalidateRequest'}", "schema: {$ref: '#/components/schemas/AdminUsersSessionResetRequest'}", "is not $ref: '#/components/schemas/AdminUsersSessionInvalidateRequest'"},
		{"a media type that Slack does not read", "          application/x-www-form-urlencoded:\n", "          text/plain:\n", `media type "text/plain"; want application/json,`},
		{"a verb that Slack does not have", "    post:\n      operationId: admin.users.session.reset\n", "    put:\n      operationId: admin.users.session.reset\n", "want GET with parameters or POST with a requestBody"},
		{"an array in a form, not said how", "            encoding:\n              user_ids: {style: form, explode: false}\n", "", `a form cannot carry the array "user_ids" as it stands; want encoding.user_ids with style: form and explode: false`},
		{"an array of objects in a form", "          items: {type: string, minLength: 1}\n          example: [W12345678, W23456789]\n", "          items: {type: object}\n", `a form cannot carry "user_ids" as it stands; want encoding.user_ids with contentType: application/json`},
		{"a property not described", "          description: The session to end. It needs 64 bits.\n", "", "AdminUsersSessionInvalidateRequest.session_id: it is not described"},
		{"a property not typed", "          description: The operating system.\n          type: string\n", "          description: The operating system.\n          format: os\n", "SessionDevice.os: it is not typed, but has limits"},
		{"a required argument without an example", "          minLength: 1\n          example: W12345678\n", "          minLength: 1\n", "is required and has no example"},
		{"a pair that is none", "x-slack-together: [[user_id, team_id]]", "x-slack-together: [[user_id, teams]]", `x-slack-together has "teams", which is no property`},
		{"pages of two things", "          properties:\n            active_sessions:\n", "          properties:\n            others:\n              description: Others.\n              type: array\n              items: {type: string}\n            active_sessions:\n", "it has pages, and its answer has 2 arrays at the top (active_sessions, others); want x-slack-items with the path of a page's items"},
		{"a query that has an array as Slack does not read it", "\npaths:\n", query("{name: ids, in: query, description: IDs., schema: {type: array, items: {type: string}}}"), `parameter "ids" is an array that Slack does not read from a query; want plain items and explode: false`},
		{"a query that has an object", "\npaths:\n", query("{name: filter, in: query, description: Filter., schema: {type: object}}"), `parameter "filter" is an object, which a query cannot carry`},
		{"a parameter in a header", "\npaths:\n", query("{name: token, in: header, description: Token., schema: {type: string}}"), `parameter "token" is in header; want in: query`},
		{"a parameter not described", "\npaths:\n", query("{name: limit, in: query, schema: {type: integer}}"), `parameter "limit" is not described`},
		{"a required parameter without an example", "\npaths:\n", query("{name: user, in: query, required: true, description: User., schema: {type: string}}"), `parameter "user" is required and has no example`},
		{"a GET that is not idempotent", "\npaths:\n", query("{name: limit, in: query, description: Limit., schema: {type: integer}}"), "net/http itself repeats a GET; want POST"},
		{"a parameter not typed", "\npaths:\n", query("{name: day, in: query, description: Day., schema: {format: date}}"), `parameter "day" is not typed`},
		{"a token among the arguments", "        mobile_only:\n", "        token:\n          description: Token.\n          type: string\n        mobile_only:\n", "it has an argument named token"},
		{"a summary of several lines", "summary: Ends one session of a user, who must sign in again on that device.\n", "summary: |\n        One\n        two\n", "summary has several lines"},
		{"a name that Go has for something else", "    SessionDevice:\n", "    Option:\n      description: X.\n      type: object\n    SessionDevice:\n", "Option: package api has something else of that name"},
		{"a required property that is none", "      required: [user_id]\n", "      required: [user_id, user]\n", `it requires "user", which is no property`},
		{"arguments made of others", "      type: object\n      required: [user_id]\n", "      type: object\n      allOf: [{type: object}]\n      required: [user_id]\n", "AdminUsersSessionResetRequest is not type: object with properties of its own"},
		{"a cursor that may be null", "          description: The next_cursor of the previous page; left out for the first page.\n          type: string\n", "          description: Where to go on.\n          type: string\n          nullable: true\n", "cursor is not type: string alone, or may be null"},
		{"a file in an answer", "          description: The type of device.\n          type: string\n", "          description: The type of device.\n          type: string\n          format: binary\n", "SessionDevice.device_hardware: it is a file, which only an argument of a method can be"},
		{"a meaning of several lines", "    cannot_reset_bot: A bot user has no sessions to reset.\n", "    cannot_reset_bot: |\n      A bot user\n      has no sessions.\n", `the meaning of "cannot_reset_bot" has several lines`},
		{"a link with a space", "url: https://docs.slack.dev/reference/methods/admin.users.session.reset\n", "url: https://docs.slack.dev/reference methods\n", `externalDocs.url is "https://docs.slack.dev/reference methods", which has white space; want the link`},
		{"an object merged into a part of itself", "        device_hardware:\n", "        parts:\n          description: Its parts.\n          type: array\n          items: {allOf: [{$ref: '#/components/schemas/SessionDevice'}, {type: object}]}\n        device_hardware:\n", "SessionDevice: it contains itself by way of SessionDevice.parts[]; want"},
		{"no YAML", "openapi: 3.0.3", "openapi: [", "this is no YAML: did not find expected ',' or ']'"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			broken := strings.Replace(string(spec.YAML), test.old, test.new, 1)
			if broken == string(spec.YAML) {
				t.Fatalf("the spec has no %q to break", test.old)
			}
			_, err := speccheck.Load([]byte(broken))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}

// TestWhatIsWrongWithPagesByNumberIsSaid gives admin.users.session.list an
// argument page.
func TestWhatIsWrongWithPagesByNumberIsSaid(t *testing.T) {
	t.Parallel()
	const argument = "type: integer"
	for name, test := range map[string]struct{ path, argument, want string }{
		"nothing":                        {"count", argument, ""},
		"a number of pages that is text": {"warning", argument, "warning, the number of pages, is not type: integer"},
		"a number that may be null":      {"count", argument + "\n          nullable: true", "page is neither type: integer nor type: string alone, or may be null"},
		"a number of an enum":            {"count", "type: string\n          enum: ['1']", "page is neither type: integer nor type: string alone"},
		"a number in digits":             {"count", "type: string", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			broken := strings.NewReplacer(
				"operationId: admin.users.session.list\n", "operationId: admin.users.session.list\n      x-slack-pages: "+test.path+"\n",
				"        cursor:\n          description: The next_cursor", "        page:\n          description: Which page.\n          "+test.argument+"\n        cursor:\n          description: The next_cursor",
				"          required: [active_sessions]\n          properties:\n", "          required: [active_sessions]\n          properties:\n            count: {description: How many pages., type: integer}\n",
			).Replace(string(spec.YAML))
			_, err := speccheck.Load([]byte(broken))
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}

// TestWhatAnEntryMaySay has what is unusual and in order.
func TestWhatAnEntryMaySay(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ old, new string }{
		"a value of any type":                       {"          description: The operating system.\n          type: string\n", "          description: The operating system.\n"},
		"an object in itself":                       {"        device_hardware:\n", "        before: {$ref: '#/components/schemas/SessionDevice'}\n        device_hardware:\n"},
		"objects in each other, of which one null":  {"        device_hardware:\n", "        session:\n          description: The session.\n          nullable: true\n          allOf: [{$ref: '#/components/schemas/ActiveSession'}]\n        device_hardware:\n"},
		"objects in each other's arrays":            {"        device_hardware:\n", "        sessions:\n          description: The sessions.\n          type: array\n          items: {$ref: '#/components/schemas/ActiveSession'}\n        device_hardware:\n"},
		"an object whose name ends in Request":      {"    SessionDevice:\n", "    AskRequest:\n      description: What somebody asked for.\n      type: object\n      required: [id]\n      properties:\n        id: {description: Its ID., type: string}\n    SessionDevice:\n"},
		"a guess at a field of an item in an array": {"operationId: admin.users.session.list\n", "operationId: admin.users.session.list\n      x-slack-guessed: {response: [active_sessions.created.os]}\n"},
		"what a method alone means by codes":        {"x-slack-errors: []", "x-slack-errors: {user_not_found: Nobody has the token.}"},
		"scopes by kind of token":                   {"x-slack-scopes: []\n      x-slack-tier: special", "x-slack-scopes: {user: [a, [b, c]], bot: []}\n      x-slack-tier: special"},
	} {
		broken := strings.Replace(string(spec.YAML), test.old, test.new, 1)
		if _, err := speccheck.Load([]byte(broken)); err != nil || broken == string(spec.YAML) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// query returns the start of a spec's paths with a GET that has a parameter.
func query(parameter string) string {
	return `
paths:
  /test.query:
    get:
      operationId: test.query
      summary: Tests.
      x-slack-idempotent: false
      parameters: [` + parameter + `]
      responses:
        default: {$ref: '#/components/responses/Refused'}
`
}
