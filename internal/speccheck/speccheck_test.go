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
		if "/"+op.OperationID != op.Path || op.Tier == "" || op.Answer.Properties["ok"] == nil {
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
		{"a caller there is not", "x-slack-callers: [admin, member, bot]", "x-slack-callers: [admin, guest]", `x-slack-callers has "guest"; want admin, member or bot`},
		{"a method that nobody may call", "x-slack-callers: [admin, member, bot]", "x-slack-callers: []", "x-slack-callers is empty; want one or more of"},
		{"nothing on repeats", "      x-slack-idempotent: true\n", "", "x-slack-idempotent is missing"},
		{"no link", "url: https://docs.slack.dev/reference/methods/admin.users.session.reset", "url: ''", "url"},
		{"a code without a meaning", "x-slack-errors:\n", "x-slack-errors:\n        - cannot_reset_robot\n", `"cannot_reset_robot", which x-slack-error-codes.special does not explain`},
		{"a meaning without a use", "  special:\n", "  special:\n    never_answered: Never.\n", `no operation lists "never_answered"`},
		{"a code that is both", "    cannot_reset_bot: ", "    not_authed: Twice.\n    cannot_reset_bot: ", `"not_authed" is both common and special`},
		{"an example that does not fit", "value: {ok: false, error: cannot_reset_primary_owner}", "value: {ok: false}", "error"},
		{"no summary", "summary: Ends one session of a user, who must sign in again on that device.\n", "summary: ''\n", "POST /admin.users.session.invalidate: summary is missing"},
		{"an example missing", "                success:\n                  value: {ok: true}\n                error:\n                  value: {ok: false, error: session_not_found}", "                error:\n                  value: {ok: false, error: session_not_found}", "answer 200 has no example named success"},
		{"no 429", "        '429': {$ref: '#/components/responses/RateLimited'}\n", "", "the answer 429 is not $ref: '#/components/responses/RateLimited'"},
		{"a wrong Go type", "x-go-type: AdminUsersSessionResetResponse", "x-go-type: ResetResponse", "has not x-go-type: AdminUsersSessionResetResponse"},
		{"an answer that cannot be a refusal", "                  - {$ref: '#/components/schemas/ErrorResponse'}\n              examples:\n                success:\n                  value: {ok: true}\n                error:\n                  value: {ok: false, error: session_not_found}", "              examples:\n                success:\n                  value: {ok: true}\n                error:\n                  value: {ok: true}", "is not oneOf"},
		{"a body under another name", "schema: {$ref: '#/components/schemas/AdminUsersSessionInvalidateRequest'}", "schema: {$ref: '#/components/schemas/AdminUsersSessionResetRequest'}", "is not $ref: '#/components/schemas/AdminUsersSessionInvalidateRequest'"},
		{"a media type that Slack does not read", "          application/x-www-form-urlencoded:\n", "          multipart/form-data:\n", `media type "multipart/form-data"; want application/json or`},
		{"a verb that Slack does not have", "    post:\n      operationId: admin.users.session.reset\n", "    put:\n      operationId: admin.users.session.reset\n", "want GET with parameters or POST with a requestBody"},
		{"an array in a form, not said how", "            encoding:\n              user_ids: {style: form, explode: false}\n", "", `a form cannot carry the array "user_ids" as it stands; want encoding.user_ids with style: form and explode: false`},
		{"an array of objects in a form", "          items: {type: string, minLength: 1}\n          example: [W12345678, W23456789]\n", "          items: {type: object}\n", `a form cannot carry "user_ids" as it stands; want encoding.user_ids with contentType: application/json`},
		{"a property not described", "          description: The session to end. It needs 64 bits.\n", "", "AdminUsersSessionInvalidateRequest.session_id is not described"},
		{"a property not typed", "          description: The operating system.\n          type: string\n", "          description: The operating system.\n", "SessionDevice.os is not typed"},
		{"a required argument without an example", "          minLength: 1\n          example: W12345678\n", "          minLength: 1\n", "is required and has no example"},
		{"a pair that is none", "x-slack-together: [[user_id, team_id]]", "x-slack-together: [[user_id, teams]]", `x-slack-together has "teams", which is no property`},
		{"pages of two things", "          properties:\n            active_sessions:\n", "          properties:\n            others:\n              description: Others.\n              type: array\n              items: {type: string}\n            active_sessions:\n", "it has a cursor, so its answer needs one array, the items of a page; it has 2"},
		{"items without a name", "              items: {$ref: '#/components/schemas/ActiveSession'}", "              items: {type: object}", "neither plain strings nor a $ref"},
		{"a query that has an array as Slack does not read it", "\npaths:\n", query("{name: ids, in: query, description: IDs., schema: {type: array, items: {type: string}}}"), `parameter "ids" is an array that Slack does not read from a query; want plain items and explode: false`},
		{"a query that has an object", "\npaths:\n", query("{name: filter, in: query, description: Filter., schema: {type: object}}"), `parameter "filter" is an object, which a query cannot carry`},
		{"a parameter in a header", "\npaths:\n", query("{name: token, in: header, description: Token., schema: {type: string}}"), `parameter "token" is in header; want in: query`},
		{"a parameter not described", "\npaths:\n", query("{name: limit, in: query, schema: {type: integer}}"), `parameter "limit" is not described`},
		{"a required parameter without an example", "\npaths:\n", query("{name: user, in: query, required: true, description: User., schema: {type: string}}"), `parameter "user" is required and has no example`},
		{"a GET that is not idempotent", "\npaths:\n", query("{name: limit, in: query, description: Limit., schema: {type: integer}}"), "net/http itself repeats a GET; want POST"},
		{"a parameter not typed", "\npaths:\n", query("{name: day, in: query, description: Day., schema: {format: date}}"), `parameter "day" is not typed`},
		{"a token among the arguments", "        mobile_only:\n", "        token:\n          description: Token.\n          type: string\n        mobile_only:\n", "it has an argument named token"},
		{"a summary of several lines", "summary: Ends one session of a user, who must sign in again on that device.\n", "summary: |\n        One\n        two\n", "summary is missing or has several lines"},
		{"a name that Go has for something else", "    SessionDevice:\n", "    Option:\n      description: X.\n      type: object\n    SessionDevice:\n", "Option: package api has something else of that name"},
		{"a required property that is none", "      required: [user_id]\n", "      required: [user_id, user]\n", `it requires "user", which is no property`},
		{"arguments made of others", "      type: object\n      required: [user_id]\n", "      type: object\n      allOf: [{type: object}]\n      required: [user_id]\n", "AdminUsersSessionResetRequest is not type: object with properties of its own"},
		{"a cursor that may be null", "          description: The next_cursor of the previous page; left out for the first page.\n          type: string\n", "          description: Where to go on.\n          type: string\n          nullable: true\n", "cursor is not type: string, or may be null"},
		{"no YAML", "openapi: 3.0.3", "openapi: [", "yaml"},
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

// query returns the start of a spec's paths with a GET that has a parameter.
func query(parameter string) string {
	return `
paths:
  /test.query:
    get:
      operationId: test.query
      summary: Tests.
      parameters: [` + parameter + `]
      responses:
        default: {$ref: '#/components/responses/Refused'}
`
}
