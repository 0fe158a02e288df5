package speccheck_test

import (
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
	"github.com/seed-38c23bad/slackadmin/spec"
)

func TestLoadSpec(t *testing.T) {
	t.Parallel()
	doc, err := speccheck.Load(spec.YAML)
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range doc.Operations {
		if op.Server == "" && "/"+op.OperationID != op.Path || op.Tier == "" || (op.Response.Properties["ok"] == nil) != op.NoOK {
			t.Errorf("%s is not loaded: %+v", op.Path, op)
		}
	}
}

// TestSpecErrors breaks the spec in one place at a time.
func TestSpecErrors(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, old, new, want string }{
		{"an operation ID that is not the path", "operationId: admin.users.session.reset\n", "operationId: adminUsersSessionReset\n", `POST /admin.users.session.reset: operationId is "adminUsersSessionReset"; it must be "admin.users.session.reset", Slack's name of the method`},
		{"no scope", "      x-slack-scopes: ['admin.users:write']\n", "", "x-slack-scopes is missing"},
		{"a scope that is no list", "x-slack-scopes: ['admin.users:write']", "x-slack-scopes: 7", "POST /admin.users.session.clearSettings: x-slack-scopes is 7; it must be a list of scopes, or [] if none is needed; or such a list for each kind of token"},
		{"no tier", "      x-slack-tier: 2\n", "", "x-slack-tier is missing"},
		{"a tier there is not", "x-slack-tier: 2", "x-slack-tier: 5", "POST /admin.users.session.invalidate: x-slack-tier is 5; it must be 1 to 4, or special"},
		{"a rate beside a tier that says it", "x-slack-tier: 2\n", "x-slack-tier: 2\n      x-slack-calls-per-minute: 5\n", "POST /admin.users.session.invalidate: x-slack-calls-per-minute is only for tier special; remove it, because tier 2 implies a rate"},
		{"a rate that is none", "x-slack-tier: special\n", "x-slack-tier: special\n      x-slack-calls-per-minute: 0\n", "POST /auth.test: x-slack-calls-per-minute is 0; it must be 1 or more"},
		{"a server without TLS", "url: https://api.slack.com/audit/v1", "url: http://api.slack.com/audit/v1", `/logs: the server is "http://api.slack.com/audit/v1"; it must be like https://api.slack.com/audit/v1, without a slash at the end`},
		{"two servers of a path", "      - url: https://api.slack.com/audit/v1\n", "      - url: https://api.slack.com/audit/v1\n      - url: https://api.example.com\n", "/logs: the path has 2 servers; it must have one, because the token goes there"},
		{"a server of the operation", "      operationId: audit.logs\n", "      operationId: audit.logs\n      servers: [{url: 'https://api.example.com'}]\n", "GET /logs: the operation has servers; move them to its path"},
		{"no word for the API", "operationId: audit.logs", "operationId: logs", `GET /logs: operationId is "logs"; it must be the API's name and ".logs", such as "audit.logs"`},
		{"a word for two servers", "operationId: audit.logs", "operationId: auth.logs", "GET /logs: its server differs from that of auth.test, whose name also begins with auth.; use one server, or another name"},
		{"success by status that nothing tells", "x-slack-essential: true\n          items: {$ref: '#/components/schemas/AuditEntry'}", "x-slack-essential: false\n          items: {$ref: '#/components/schemas/AuditEntry'}", "GET /logs: AuditLogsResponse must have a property that is required and x-slack-essential, because without ok nothing else identifies Slack's response"},
		{"success by status of something else", "schema: {$ref: '#/components/schemas/AuditLogsResponse'}", "schema: {$ref: '#/components/schemas/AuditUser'}", "GET /logs: the schema of response 200 is #/components/schemas/AuditUser; it must be $ref: '#/components/schemas/AuditLogsResponse'"},
		{"a caller there is not", "x-slack-callers: [admin, member, bot]", "x-slack-callers: [admin, Guests]", `POST /auth.test: x-slack-callers has "Guests"; it must be owner, admin, member, bot or another token type, in lower case`},
		{"a method that nobody may call", "x-slack-callers: [admin, member, bot]", "x-slack-callers: []", "POST /auth.test: x-slack-callers is empty; it must list one or more of owner, admin, member, bot"},
		{"a scope that is a number", "x-slack-scopes: ['admin.users:write']", "x-slack-scopes: [7]", "POST /admin.users.session.clearSettings: x-slack-scopes has 7; each item must be a scope, or a list of two or more scopes of which one is enough"},
		{"one scope of which any one will do", "x-slack-scopes: ['admin.users:write']", "x-slack-scopes: [['admin.users:write']]", "POST /admin.users.session.clearSettings: x-slack-scopes has [admin.users:write]; each item must be a scope, or a list of two or more scopes of which one is enough"},
		{"an empty scope", "x-slack-scopes: ['admin.users:write']", "x-slack-scopes: ['']", "x-slack-scopes has an empty scope"},
		{"a security of its own", "      operationId: auth.test\n", "      operationId: auth.test\n      security: [{}]\n", "POST /auth.test: the operation has its own security; it must be security: [] if the method takes no token, or left out"},
		{"callers without a token", "      operationId: auth.test\n", "      operationId: auth.test\n      security: []\n", "POST /auth.test: security: [] means that the method takes no token, but it has scopes or callers"},
		{"a cursor where none is", "operationId: admin.users.session.list\n", "operationId: admin.users.session.list\n      x-slack-cursor: next\n", `POST /admin.users.session.list: x-slack-cursor is "next", which the response does not have`},
		{"a cursor where every cursor is", "operationId: admin.users.session.list\n", "operationId: admin.users.session.list\n      x-slack-cursor: response_metadata.next_cursor\n", `POST /admin.users.session.list: x-slack-cursor is "response_metadata.next_cursor", which is the default; remove it`},
		{"a cursor that is an object", "operationId: admin.users.session.list\n", "operationId: admin.users.session.list\n      x-slack-cursor: response_metadata\n", "POST /admin.users.session.list: response_metadata, the next page's cursor, must have type: string, without format or enum"},
		{"a cursor that nothing reads", "          required: [active_sessions]\n          properties:\n", "          required: [active_sessions]\n          properties:\n            next_cursor:\n              description: Where to go on.\n              type: string\n", "POST /admin.users.session.list: nothing reads the cursor in the response; add x-slack-cursor: next_cursor"},
		{"a cursor further in that nothing reads", "          required: [active_sessions]\n          properties:\n", "          required: [active_sessions]\n          properties:\n            paging:\n              description: Where to go on.\n              type: object\n              properties:\n                next_cursor: {description: Where., type: string}\n", "POST /admin.users.session.list: nothing reads the cursor in the response; add x-slack-cursor: paging.next_cursor"},
		{"a cursor that nothing sends back", "operationId: admin.users.session.reset\n", "operationId: admin.users.session.reset\n      x-slack-cursor: warning\n", "POST /admin.users.session.reset: the method has x-slack-cursor, but no argument cursor"},
		{"pages that nothing asks for", "operationId: admin.users.session.reset\n", "operationId: admin.users.session.reset\n      x-slack-pages: warning\n", "POST /admin.users.session.reset: the method has x-slack-pages, but no argument page"},
		{"items of no page", "operationId: admin.users.session.reset\n", "operationId: admin.users.session.reset\n      x-slack-items: warning\n", "POST /admin.users.session.reset: x-slack-items is only for methods with pages, which have an argument cursor or x-slack-pages"},
		{"items where none are", "operationId: admin.users.session.list\n", "operationId: admin.users.session.list\n      x-slack-items: sessions\n", `POST /admin.users.session.list: x-slack-items is "sessions", which the response does not have`},
		{"items that are one", "operationId: admin.users.session.list\n", "operationId: admin.users.session.list\n      x-slack-items: warning\n", `POST /admin.users.session.list: "warning", the items of a page, must be an array or a map (an object with additionalProperties alone)`},
		{"items that may be null", "              description: The sessions of the page.\n              type: array\n", "              description: The sessions of the page.\n              type: array\n              nullable: true\n", `POST /admin.users.session.list: "active_sessions", the items of a page, must not be nullable, because Go reads null as no items`},
		{"a file in JSON", "        mobile_only:\n          description: End only sessions on mobile devices.\n          type: boolean\n", "        mobile_only:\n          description: A file.\n          type: string\n          format: binary\n", `POST /admin.users.session.reset: "mobile_only" is a file; the requestBody must have multipart/form-data alone`},
		{"a stream of objects", "          description: The session has ended, or the reason why not.\n          content:\n", "          description: The session has ended, or the reason why not.\n          content:\n            application/gzip: {schema: {type: object}}\n", "POST /admin.users.session.invalidate: the schema of response 200 for application/gzip must have type: string and format: binary"},
		{"a stream with pages", "          description: A page of sessions, or the reason why not.\n          content:\n", "          description: A page of sessions, or the reason why not.\n          content:\n            application/gzip: {schema: {type: string, format: binary}}\n", "POST /admin.users.session.list: the response is a stream, which has no pages; remove the argument cursor and x-slack-pages"},
		{"a body that is required and need not have anything", "      requestBody:\n        required: false\n", "      requestBody:\n        required: true\n", "POST /admin.users.list: requestBody.required must be false, because no argument is required"},
		{"a body that is not required but has to be there", "      requestBody:\n        required: true\n", "      requestBody:\n        required: false\n", "POST /admin.users.session.clearSettings: requestBody.required must be true, because an argument is required"},
		{"an empty value of a number", "          type: integer\n          minimum: 1\n          maximum: 1000\n", "          type: integer\n          minimum: 1\n          maximum: 1000\n          x-slack-empty: true\n", `POST /admin.users.session.list: "limit" has x-slack-empty, so it must be optional and have type: string, without format, enum, minLength or nullable`},
		{"an empty value of a response", "          description: The type of device.\n", "          description: The type of device.\n          x-slack-empty: true\n", "SessionDevice.device_hardware: x-slack-empty is only for arguments"},
		{"a guess at nothing", "      operationId: auth.test\n", "      operationId: auth.test\n      x-slack-guessed: {response: [team, nonsense.id]}\n", `POST /auth.test: x-slack-guessed has "nonsense.id", which is not in response`},
		{"a guess at something else", "      operationId: auth.test\n", "      operationId: auth.test\n      x-slack-guessed: {answer: [team]}\n", `POST /auth.test: x-slack-guessed has answer: ["team"]; it must have lists of paths under arguments and response`},
		{"scopes of one kind of token", "x-slack-scopes: []\n      x-slack-tier: special", "x-slack-scopes: {user: []}\n      x-slack-tier: special", "POST /auth.test: x-slack-scopes has 1 token types; it must have two or more, or be a list"},
		{"scopes of a kind with an odd name", "x-slack-scopes: []\n      x-slack-tier: special", "x-slack-scopes: {User: [], bot: []}\n      x-slack-tier: special", `POST /auth.test: x-slack-scopes has "User"; its keys must be token types, such as user or bot`},
		{"a meaning that is empty", "x-slack-errors: []", "x-slack-errors: {user_not_found: ''}", `POST /auth.test: x-slack-errors: the meaning of "user_not_found" must be one line, or null if the method uses the usual meaning`},
		{"a cursor that is none, of none", "      operationId: auth.test\n", "      operationId: auth.test\n      x-slack-cursor: false\n", "POST /auth.test: x-slack-cursor is false, but the method has no argument cursor; remove it"},
		{"a deprecation without a reason", "          x-deprecated-reason: Slack announced its removal for 15 January 2025; user_id and session_id name the session.\n", "", "AdminUsersSessionInvalidateRequest.team_id: it is deprecated, but has no x-deprecated-reason"},
		{"properties and a map in one", "          description: The version of Slack's client, if known.\n          type: string\n        ip:\n          description: The IP address.\n          type: string\n      additionalProperties: true\n", "          description: The version of Slack's client, if known.\n          type: string\n      additionalProperties: {type: string}\n", "SessionDevice: it has properties and additionalProperties with a schema, but a Go type can have only one of them"},
		{"values of a map not described", "        device_hardware:\n", "        parts:\n          description: Its parts by ID.\n          type: object\n          additionalProperties: {type: object, properties: {name: {type: string}}}\n        device_hardware:\n", "SessionDevice.parts{}.name: description is missing; the docs need it"},
		{"an object in itself by way of another", "        device_hardware:\n", "        session:\n          description: The session.\n          allOf: [{$ref: '#/components/schemas/ActiveSession'}]\n        device_hardware:\n", "ActiveSession: it contains itself through ActiveSession.created and SessionDevice.session; write nullable: true beside allOf: [$ref] at one of them, so that Go has a pointer"},
		{"an object in a part of itself", "        device_hardware:\n", "        part:\n          description: A part.\n          type: object\n          properties:\n            of:\n              description: The whole.\n              allOf: [{$ref: '#/components/schemas/SessionDevice'}]\n        device_hardware:\n", "SessionDevice: it contains itself through SessionDevice.part.of; write nullable: true beside allOf: [$ref] at one of them, so that Go has a pointer"},
		{"a method that only reads and is not idempotent", "      x-slack-idempotent: true\n      x-slack-safe: true\n", "      x-slack-idempotent: false\n      x-slack-safe: true\n", "POST /admin.users.list: x-slack-safe is true, so x-slack-idempotent must be true: a method that only reads is idempotent"},
		{"nothing on repeats", "      x-slack-idempotent: true\n", "", "x-slack-idempotent is missing"},
		{"no link", "url: https://docs.slack.dev/reference/methods/admin.users.session.reset", "url: ''", "POST /admin.users.session.reset: invalid external docs: url is required"},
		{"a code without a meaning", "x-slack-errors:\n", "x-slack-errors:\n        - cannot_reset_robot\n", `"cannot_reset_robot", which x-slack-error-codes.special does not explain`},
		{"a meaning without a use", "  special:\n", "  special:\n    never_answered: Never.\n", `no operation lists "never_answered"`},
		{"a code that is both", "    cannot_reset_bot: ", "    not_authed: Twice.\n    cannot_reset_bot: ", `x-slack-error-codes.special: "not_authed" is also in common; remove it here`},
		{"an example that does not fit", "value: {ok: false, error: cannot_reset_primary_owner}", "value: {ok: false}", `POST /admin.users.session.reset: the example error does not fit its schema: error: property "error" is missing`},
		{"no summary", "summary: Ends one session of a user, who must sign in again on that device.\n", "summary: ''\n", "POST /admin.users.session.invalidate: summary is missing"},
		{"an example missing", "                success:\n                  value: {ok: true}\n                error:\n                  value: {ok: false, error: session_not_found}", "                error:\n                  value: {ok: false, error: session_not_found}", "POST /admin.users.session.invalidate: response 200 has no example named success"},
		{"no 429", "        '429': {$ref: '#/components/responses/RateLimited'}\n", "", "POST /admin.users.list: response 429 must be $ref: '#/components/responses/RateLimited'"},
		{"a wrong Go type", "x-go-type: AdminUsersSessionResetResponse", "x-go-type: ResetResponse", "POST /admin.users.session.reset: the schema of response 200 must have x-go-type: AdminUsersSessionResetResponse"},
		{"an answer that cannot be a refusal", "                  - {$ref: '#/components/schemas/ErrorResponse'}\n              examples:\n                success:\n                  value: {ok: true}\n                error:\n                  value: {ok: false, error: session_not_found}", "              examples:\n                success:\n                  value: {ok: true}\n                error:\n                  value: {ok: true}", "POST /admin.users.session.invalidate: the schema of response 200 must be oneOf: [$ref: '#/components/schemas/AdminUsersSessionInvalidateResponse', $ref: '#/components/schemas/ErrorResponse']"},
		{"a body under another name", "schema: {$ref: '#/components/schemas/AdminUsersSessionInvalidateRequest'}", "schema: {$ref: '#/components/schemas/AdminUsersSessionResetRequest'}", "POST /admin.users.session.invalidate: the schema of the requestBody's application/json must be $ref: '#/components/schemas/AdminUsersSessionInvalidateRequest'"},
		{"a media type that Slack does not read", "          application/x-www-form-urlencoded:\n", "          text/plain:\n", `POST /admin.users.list: the requestBody has media type "text/plain"; it must be application/json, application/x-www-form-urlencoded or multipart/form-data`},
		{"a verb that Slack does not have", "    post:\n      operationId: admin.users.session.reset\n", "    put:\n      operationId: admin.users.session.reset\n", "PUT /admin.users.session.reset: the operation must be GET with parameters or POST with a requestBody"},
		{"an array in a form, not said how", "            encoding:\n              user_ids: {style: form, explode: false}\n", "", `POST /admin.users.session.clearSettings: a form cannot carry the array "user_ids"; add encoding.user_ids with style: form and explode: false`},
		{"an array of objects in a form", "          items: {type: string, minLength: 1}\n          example: [W12345678, W23456789]\n", "          items: {type: object}\n", `POST /admin.users.session.clearSettings: a form cannot carry "user_ids"; add encoding.user_ids with contentType: application/json`},
		{"a property not described", "          description: The session to end. It needs 64 bits.\n", "", "AdminUsersSessionInvalidateRequest.session_id: description is missing; the docs need it"},
		{"a property not typed", "          description: The operating system.\n          type: string\n", "          description: The operating system.\n          format: os\n", "SessionDevice.os: type is missing; a value of any type must have a description alone"},
		{"a required argument without an example", "          minLength: 1\n          example: W12345678\n", "          minLength: 1\n", "is required and has no example"},
		{"a pair that is none", "x-slack-together: [[user_id, team_id]]", "x-slack-together: [[user_id, teams]]", `AdminUsersSessionListRequest: x-slack-together has "teams", which is not a property`},
		{"pages of two things", "          properties:\n            active_sessions:\n", "          properties:\n            others:\n              description: Others.\n              type: array\n              items: {type: string}\n            active_sessions:\n", "POST /admin.users.session.list: the method has pages, and 2 arrays at the top of its response (active_sessions, others); add x-slack-items with the path of the items"},
		{"a query that has an array as Slack does not read it", "\npaths:\n", query("{name: ids, in: query, description: IDs., schema: {type: array, items: {type: string}}}"), `GET /test.query: parameter "ids" is an array that Slack cannot read from a query; it must have scalar items and explode: false`},
		{"a query that has an object", "\npaths:\n", query("{name: filter, in: query, description: Filter., schema: {type: object}}"), `parameter "filter" is an object, which a query cannot carry`},
		{"a parameter in a header", "\npaths:\n", query("{name: token, in: header, description: Token., schema: {type: string}}"), `GET /test.query: parameter "token" has in: header; it must have in: query`},
		{"a parameter not described", "\npaths:\n", query("{name: limit, in: query, schema: {type: integer}}"), `GET /test.query: parameter "limit" has no description`},
		{"a required parameter without an example", "\npaths:\n", query("{name: user, in: query, required: true, description: User., schema: {type: string}}"), `parameter "user" is required and has no example`},
		{"a GET that is not idempotent", "\npaths:\n", query("{name: limit, in: query, description: Limit., schema: {type: integer}}"), "GET /test.query: x-slack-idempotent is false, but net/http retries a GET; use POST"},
		{"a parameter not typed", "\npaths:\n", query("{name: day, in: query, description: Day., schema: {format: date}}"), `GET /test.query: parameter "day" has no type`},
		{"a token among the arguments", "        mobile_only:\n", "        token:\n          description: Token.\n          type: string\n        mobile_only:\n", "POST /admin.users.session.reset: remove the argument token, which is sent in the Authorization header alone"},
		{"a summary of several lines", "summary: Ends one session of a user, who must sign in again on that device.\n", "summary: |\n        One\n        two\n", "summary has several lines"},
		{"a name that Go has for something else", "    SessionDevice:\n", "    Option:\n      description: X.\n      type: object\n    SessionDevice:\n", "Option: package api uses this name for something else; choose another"},
		{"a required property that is none", "      required: [user_id]\n", "      required: [user_id, user]\n", `AdminUsersSessionResetRequest: required has "user", which is not a property`},
		{"arguments made of others", "      type: object\n      required: [user_id]\n", "      type: object\n      allOf: [{type: object}]\n      required: [user_id]\n", "POST /admin.users.session.reset: AdminUsersSessionResetRequest must have type: object, without allOf, oneOf or anyOf"},
		{"a cursor that may be null", "          description: The next_cursor of the previous page; left out for the first page.\n          type: string\n", "          description: Where to go on.\n          type: string\n          nullable: true\n", "POST /admin.users.list: the argument cursor must have type: string, without format, enum, nullable or x-slack-empty"},
		{"a file in an answer", "          description: The type of device.\n          type: string\n", "          description: The type of device.\n          type: string\n          format: binary\n", "SessionDevice.device_hardware: it is a file, which only an argument of a method can be"},
		{"a meaning of several lines", "    cannot_reset_bot: A bot user has no sessions to reset.\n", "    cannot_reset_bot: |\n      A bot user\n      has no sessions.\n", `x-slack-error-codes.special: the meaning of "cannot_reset_bot" must be one line, because the docs have it on one line`},
		{"a link with a space", "url: https://docs.slack.dev/reference/methods/admin.users.session.reset\n", "url: https://docs.slack.dev/reference methods\n", "POST /admin.users.session.reset: externalDocs.url must be the link to Slack's reference, without white space"},
		{"an object merged into a part of itself", "        device_hardware:\n", "        parts:\n          description: Its parts.\n          type: array\n          items: {allOf: [{$ref: '#/components/schemas/SessionDevice'}, {type: object}]}\n        device_hardware:\n", "SessionDevice: it contains itself through SessionDevice.parts[]; write nullable: true beside allOf: [$ref] at one of them, so that Go has a pointer"},
		{"no YAML", "openapi: 3.0.3", "openapi: [", "invalid YAML: did not find expected ',' or ']'"},
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

// TestPageNumberErrors gives admin.users.session.list an argument page.
func TestPageNumberErrors(t *testing.T) {
	t.Parallel()
	const argument = "type: integer"
	for name, test := range map[string]struct{ path, argument, want string }{
		"nothing":                        {"count", argument, ""},
		"a number of pages that is text": {"warning", argument, "POST /admin.users.session.list: warning, the number of pages, must have type: integer"},
		"a number that may be null":      {"count", argument + "\n          nullable: true", "POST /admin.users.session.list: the argument page must have type: integer or string, without format, enum, nullable or x-slack-empty"},
		"a number of an enum":            {"count", "type: string\n          enum: ['1']", "POST /admin.users.session.list: the argument page must have type: integer or string, without format, enum, nullable or x-slack-empty"},
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

// TestUnusualEntries has entries that are unusual and valid.
func TestUnusualEntries(t *testing.T) {
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

// query returns the start of the paths of a spec, with a GET that has a parameter.
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
