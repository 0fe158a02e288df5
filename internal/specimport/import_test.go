package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/spec"
)

// TestImport imports every kind of method, from fake files.
func TestImport(t *testing.T) {
	t.Parallel()
	path := specCopy(t)
	status, out, errOut := command(t, "--from", "testdata/reference", "--spec", path, "--all")
	if status != 0 || errOut != "" {
		t.Fatalf("status %d\n%s%s", status, out, errOut)
	}
	for _, want := range []string{
		"written 11 of 11\n", "now run: go generate ./...\n", "things.search: guessed the types of found\n",
		"things.list: guessed the types of things.owner, things.weight\n", "things.list: guessed the types of the arguments limit\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not say %q:\n%s", want, out)
		}
	}

	got := read(t, path)
	if strings.Contains(got, "madeup") {
		t.Error("a token of an example is in the spec")
	}

	tests := []struct{ name, block, want string }{
		{"a summary and the rest", "/things.list", "summary: Lists things of a workspace.\n      description: Things without an owner come last."},
		{"the first paragraph alone", "/things.post", "summary: Posts a thing.\n      externalDocs"},
		{"a scope as text", "/things.list", "x-slack-scopes: ['things:read']\n      x-slack-tier: 2\n      x-slack-callers: [admin, member, bot]"},
		{"scopes of which any will do", "/things.search", "x-slack-scopes:\n        bot: ['things:read']\n        user: [['things:read', 'things:write']]"},
		{"a bot's scopes", "/things.names.list", "x-slack-scopes: ['things:read']\n      x-slack-tier: 3\n      x-slack-callers: [bot]"},
		{"a user's scopes", "/things.logs", "x-slack-callers: [admin, member]"},
		{"an admin's method", "/admin.things.owner", "x-slack-callers: [admin]"},
		{"a rate in words", "/things.search", "x-slack-tier: special\n      x-slack-calls-per-minute: 600"},
		{"a tier without a number", "/things.exchange", "x-slack-scopes: []\n      x-slack-tier: special\n      x-slack-idempotent"},
		{"a verb that reads", "/things.search", "x-slack-idempotent: true"},
		{"a verb that does not", "/things.post", "x-slack-idempotent: false"},
		{"codes of this method alone", "/things.list", "x-slack-errors:\n        no_things: There are no things.\n      x"},
		{"the first meaning of a code", "  special:", "no_things: Said otherwise here.\n"},
		{"no token", "/things.exchange", "security: []"},
		{"a redacted token", "/things.exchange", "access_token: xoxp-not-real"},
		{"a deprecated method", "/things.post", "deprecated: true\n      x-deprecated-reason: Use things.add."},
		{"a cursor at the default place", "/things.list", "x-slack-guessed:\n        arguments: [limit]\n        response: [things.owner, things.weight]\n      parameters:"},
		{"a cursor at the top, several arrays", "/things.search", "x-slack-cursor: next_cursor\n      x-slack-items: found"},
		{"items in a map", "/things.names.list", "x-slack-items: things\n      x-slack-guessed:\n        response: [things]"},
		{"pages", "/things.logs", "x-slack-pages: paging.pages\n      x-slack-guessed:\n        arguments: [page]"},
		{"pages rather than an odd cursor", "/things.matches", "x-slack-pages: things.paging.pages\n      x-slack-items: things.matches"},
		{"an answer that is no JSON", "/things.export", "            application/zip:\n              schema: {type: string, format: binary}"},
		{"a GET without arguments", "/things.mine", "    post:\n      operationId: things.mine"},
		{"a file", "/things.setImage", "          multipart/form-data:\n            schema: {$ref: '#/components/schemas/ThingsSetImageRequest'}\n            encoding:\n              tags: {style: form, explode: false}"},
		{"a file's type", "ThingsSetImageRequest", "image:\n          description: The image.\n          type: string\n          format: binary"},
		{"objects in a form", "/things.post", "view: {contentType: application/json}\n              parts: {contentType: application/json}"},

		{"a whole number", "/things.list", "- name: limit\n          in: query\n          description: 'Things in a page. Default: 100.'\n          schema: {type: integer, example: 20}"},
		{"a link out of sight", "/things.list", "description: Where to go on.\n"},
		{"an array in a query", "/things.list", "explode: false\n          schema:\n            type: array\n            items: {type: string}\n            example: [small, large]"},
		{"an enum without the empty value", "/things.list", "enum: [up, down]"},
		{"false by default", "/things.list", "description: Whether to list archived things.\n          schema: {type: boolean}"},
		{"no default", "/things.list", "schema: {type: boolean, nullable: true}"},
		{"a made-up example", "ThingsExportRequest", "type: string\n          example: '2020-09-01'"},
		{"a GET that may not only read", "/things.export", "    post:\n      operationId: things.export"},
		{"a required argument first", "ThingsPostRequest", "required: [channel, view, level]\n      properties:\n        channel:"},
		{"an example by what it is", "ThingsPostRequest", "example: C12345678"},
		{"an example that broke its limits", "ThingsPostRequest", "minimum: 3\n          maximum: 9\n          example: 3"},
		{"64 bits", "ThingsPostRequest", "format: int64\n          example: 1112275520242"},
		{"JSON in a string", "ThingsPostRequest", "description: JSON.\n          example:\n            - {type: section}\n"},
		{"a deprecated argument", "ThingsPostRequest", "deprecated: true\n          x-deprecated-reason: (Legacy) Post as the user."},
		{"an impossible limit", "ThingsPostRequest", "team:\n          description: Not described in Slack's reference.\n          type: string\n      additional"},
		{"a cursor that may be null", "ThingsSearchRequest", "cursor:\n          description: Not described in Slack's reference.\n          type: string\n        sort:"},
		{"a choice with and without an enum", "ThingsSearchRequest", "sort:\n          description: Not described in Slack's reference.\n          type: string\n          nullable: true\n        team_ids:"},
		{"a list of names", "ThingsSearchRequest", "minItems: 1\n          items: {type: string}\n          example: [T1, T2]"},

		{"an item with a name", "ThingsListResponse", "items: {$ref: '#/components/schemas/ThingsListItem'}"},
		{"a shared object", "ThingsListItem", "owner:\n          description: Who has it.\n          allOf: [{$ref: '#/components/schemas/User'}]"},
		{"null", "ThingsListItem", "type: integer\n          format: int64\n          nullable: true\n        shape:"},
		{"several types by the reference", "ThingsListItem", "shape:\n          description: Not described in Slack's reference.\n        label:"},
		{"several types by the example", "ThingsListItem", "label:\n          description: Not described in Slack's reference.\n        weight:"},
		{"a fraction", "ThingsListItem", "weight:\n          description: Not described in Slack's reference.\n          type: number"},
		{"only null", "    User:", "locked:\n          description: Not described in Slack's reference.\n        team:"},
		{"only empty", "    User:", "teams:\n          description: Not described in Slack's reference.\n        tz:"},
		{"both methods' examples", "    User:", "team:\n          description: Not described in Slack's reference.\n          type: object"},
		{"an object that no example shows", "AdminThingsOwnerResponse", "previous:\n              description: Not described in Slack's reference.\n          additional"},
		{"a map of typed values", "ThingsNamesListResponse", "colors:\n              description: Not described in Slack's reference.\n              type: object\n              additionalProperties: {type: string}"},
		{"a map by ID", "ThingsNamesListItem", "fields:\n          description: Not described in Slack's reference.\n          type: object\n          additionalProperties:\n            type: object"},
		{"an object of any kind", "ThingsPostResponse", "echo:\n              description: Not described in Slack's reference.\n              type: object\n              additionalProperties: {}"},
		{"a name that means several things", "ThingsPostResponse", "channel:\n              description: Not described in Slack's reference.\n              type: string"},
		{"an example of the last page", "/things.search", "- {id: Th1, created: 1583198954000200}\n                    next_cursor: ''"},
		{"an example made up", "/things.logs", "entries:\n                      - {date: 1}\n                    paging: {page: 1, pages: 1}"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if text := blockOf(t, got, test.block); !strings.Contains(text, test.want) {
				t.Errorf("want %q in\n%s", test.want, text)
			}
		})
	}
}

// blockOf returns the line that starts with name, and the more indented lines below
// it.
func blockOf(t *testing.T, text, name string) string {
	t.Helper()
	var block strings.Builder
	indent := -1
	for line := range strings.Lines(text) {
		in := len(line) - len(strings.TrimLeft(line, " "))
		switch {
		case indent < 0 && (strings.HasPrefix(strings.TrimLeft(line, " "), name+":") || strings.HasPrefix(line, name)):
			indent = in
		case indent >= 0 && in <= indent && strings.TrimSpace(line) != "":
			return block.String()
		}
		if indent >= 0 {
			block.WriteString(line)
		}
	}
	if indent < 0 {
		t.Fatalf("there is no %s", name)
	}
	return block.String()
}

// TestAgain imports methods one by one, which adds to shared schemas, and then again,
// which changes nothing.
func TestAgain(t *testing.T) {
	t.Parallel()
	path := specCopy(t)
	for _, name := range []string{"things.list", "admin.things.owner"} {
		if status, out, errOut := command(t, "--from", "testdata/reference", "--spec", path, name); status != 0 {
			t.Fatalf("%s: status %d\n%s%s", name, status, out, errOut)
		}
	}
	whole := read(t, path)
	if user := blockOf(t, whole, "    User:"); !strings.Contains(user, "        is_bot:\n") || !strings.Contains(user, "        locked:\n") {
		t.Errorf("User is not widened:\n%s", user)
	}
	for _, args := range [][]string{{"things.list", "admin.things.owner"}} {
		status, out, errOut := command(t, append([]string{"--from", "testdata/reference", "--spec", path}, args...)...)
		if status != 0 || read(t, path) != whole {
			t.Errorf("%v: status %d, the spec changed: %t\n%s%s", args, status, read(t, path) != whole, out, errOut)
		}
	}
}

// TestOneByOne imports in another order and all at once. The order of paths in the spec
// is the same.
func TestOneByOne(t *testing.T) {
	t.Parallel()
	path := specCopy(t)
	for _, name := range []string{"things.search", "admin.things.owner", "things.list", "things.export"} {
		if status, _, errOut := command(t, "--from", "testdata/reference", "--spec", path, name); status != 0 {
			t.Fatal(errOut)
		}
	}
	one := read(t, path)
	path = specCopy(t)
	if status, _, errOut := command(t, "--from", "testdata/reference", "--spec", path, "admin.things.owner", "things.search", "things.list", "things.export"); status != 0 {
		t.Fatal(errOut)
	}
	if one != read(t, path) {
		t.Error("the order of imports changes the spec")
	}
}

// TestRefused has imports that fail, with their errors.
func TestRefused(t *testing.T) {
	t.Parallel()
	const file = `{"desc": "Gets.", "http_method": "GET", "scope": {}, "rate_limits": "t2", "args": {"type": "object", "properties": {"token": {"type": "string"}%s}}, "output": {"type": "object", "properties": {%s}}, "examples": {%s}}`
	with := func(args, output, examples string) string {
		return strings.Replace(strings.Replace(strings.Replace(file, "%s", args, 1), "%s", output, 1), "%s", examples, 1)
	}
	tests := []struct {
		name, file string
		spec       func(string) string
		want       string
	}{
		{"no JSON", `{`, nil, "test.get: the reference is not JSON"},
		{"no object", `[]`, nil, "test.get: the reference is not a JSON object"},
		{
			"a name in other capitals", with(``, ``, ``),
			func(spec string) string {
				return spec + "\n    TESTGetResponse:\n      description: Another.\n      type: object\n"
			},
			"test.get: the spec already has a schema TESTGetResponse",
		},
		{"two values", `{} {}`, nil, "test.get: the reference is not JSON: data after the JSON value"},
		{"cut in a list", `{"a": [1,`, nil, "test.get: the reference is not JSON"},
		{"cut in a key", `{"a`, nil, "test.get: the reference is not JSON"},
		{"cut in a value", `{"a": `, nil, "test.get: the reference is not JSON"},
		{"cut in another", `{"a": {"b": 1`, nil, "test.get: the reference is not JSON"},
		{"no spec", with(``, ``, ``), func(string) string { return "" }, "slack.yaml: the spec is not a YAML mapping"},
		{"another spec", with(``, ``, ``), func(string) string { return "- a\n" }, "slack.yaml: the spec is not a YAML mapping"},
		{"no YAML", with(``, ``, ``), func(string) string { return "a: [\n" }, "slack.yaml: yaml: line"},
		{
			"no codes", with(``, ``, ``),
			func(spec string) string { return strings.Replace(spec, "  special:\n", "  other:\n", 1) },
			"the spec has no x-slack-error-codes.special in block style, one key per line",
		},
		{
			"no schemas", with(``, ``, ``),
			func(spec string) string { return strings.Replace(spec, "  schemas:\n", "  others:\n", 1) },
			"the spec has no components.schemas in block style, one key per line",
		},
		{
			"a spec on one line", with(``, ``, ``),
			func(string) string { return "paths: {}\n" },
			"the spec has no paths in block style, one key per line",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path, dir := specCopy(t), t.TempDir()
			write(t, filepath.Join(dir, "test.get.json"), test.file)
			write(t, filepath.Join(dir, "test.good.json"), with(``, ``, ``))
			if test.spec != nil {
				write(t, path, test.spec(read(t, path)))
			}
			before := read(t, path)
			status, out, errOut := command(t, "--from", dir, "--spec", path, "test.good", "test.get")
			if status != 1 || !strings.Contains(errOut, test.want) {
				t.Errorf("status %d, want 1 and %q:\n%s%s", status, test.want, out, errOut)
			}
			if read(t, path) != before {
				t.Error("something is written")
			}
		})
	}
}

// TestConflictingType leaves the spec's shared schema unchanged, and the method has its
// own.
func TestConflictingType(t *testing.T) {
	t.Parallel()
	path, dir := specCopy(t), t.TempDir()
	group := "\n    Usergroup:\n      description: A group.\n      type: object\n      properties:\n        age:\n          description: Years.\n          type: integer\n"
	write(t, path, read(t, path)+group)
	write(t, filepath.Join(dir, "groups.get.json"), groupMethod(`{"age": "seven", "name": "Zoe"}`))
	status, out, errOut := command(t, "--from", dir, "--spec", path, "groups.get")
	if status != 0 {
		t.Fatalf("status %d:\n%s", status, errOut)
	}
	const note = "groups.get: Usergroup.age has type integer in the spec, but string in the examples; the method has its own type instead of Usergroup\n"
	if !strings.Contains(out, note) {
		t.Errorf("want %q in\n%s", note, out)
	}
	got := read(t, path)
	if block := blockOf(t, got, "    Usergroup:"); block != group[1:] {
		t.Errorf("Usergroup is changed:\n%s", block)
	}
	own := blockOf(t, got, "    GroupsGetResponse:")
	if !strings.Contains(own, "age:\n                  description: Not described in Slack's reference.\n                  type: string\n") || strings.Contains(own, "schemas/Usergroup'") {
		t.Errorf("no type of its own:\n%s", own)
	}
	if status, _, errOut := command(t, "--from", dir, "--spec", path, "--check", "groups.get"); status != 0 {
		t.Errorf("checked: status %d\n%s", status, errOut)
	}
}

// groupMethod is a method with a group in its response and its example.
func groupMethod(group string) string {
	return `{"desc": "Gets.", "http_method": "GET", "scope": "none", "rate_limits": "t2", "args": {"properties": {"token": {}}},
		"output": {"type": "object", "properties": {"group": {"schema": "subteam"}}}, "examples": {"success": {"example": {"ok": true, "group": ` + group + `}}}}`
}

// importGroup imports a method with a group in its response into a spec, and returns the
// spec and the output.
func importGroup(t *testing.T, spec, group string) (got, out string) {
	t.Helper()
	path, dir := specCopy(t), t.TempDir()
	write(t, path, spec)
	write(t, filepath.Join(dir, "groups.get.json"), groupMethod(group))
	status, out, errOut := command(t, "--from", dir, "--spec", path, "groups.get")
	if status != 0 {
		t.Fatalf("status %d\n%s%s", status, out, errOut)
	}
	return read(t, path), out
}

// TestAddProperties adds the properties in an example to a shared schema of the spec, at
// any depth.
func TestAddProperties(t *testing.T) {
	t.Parallel()
	const has = `
    Usergroup:
      description: A group.
      type: object
      properties:
        any:
          description: Anything.
        # The comment stays above its field.
        byID:
          description: D.
          type: object
          additionalProperties:
            type: object
            properties:
              a: {description: D., type: string}
        flow: {description: D., type: object, properties: {a: {description: D., type: string}}}
        free: {description: D., type: object, additionalProperties: {}}
        groups:
          description: D.
          type: array
          items:
            type: object
            properties:
              a: {description: D., type: string}
        isBot: {description: D., type: boolean}
        other: {$ref: '#/components/schemas/Success'}
        size: {description: D., type: number}
        whole:
          description: D.
          allOf: [{$ref: '#/components/schemas/Success'}]
`
	const want = `
    Usergroup:
      description: A group.
      type: object
      properties:
        any:
          description: Anything.
        born:
          description: Not described in Slack's reference.
          type: string
        # The comment stays above its field.
        byID:
          description: D.
          type: object
          additionalProperties:
            type: object
            properties:
              a: {description: D., type: string}
              b:
                description: Not described in Slack's reference.
                type: boolean
        flow: {description: D., type: object, properties: {a: {description: D., type: string}}}
        free: {description: D., type: object, additionalProperties: {}}
        groups:
          description: D.
          type: array
          items:
            type: object
            properties:
              a: {description: D., type: string}
              c:
                description: Not described in Slack's reference.
                type: array
                items: {type: string}
        isBot: {description: D., type: boolean}
        other: {$ref: '#/components/schemas/Success'}
        size: {description: D., type: number}
        whole:
          description: D.
          allOf: [{$ref: '#/components/schemas/Success'}]
        zone:
          description: Not described in Slack's reference.
          type: object
          properties:
            name:
              description: Not described in Slack's reference.
              type: string
          additionalProperties: true
`
	got, out := importGroup(t, string(spec.YAML)+has, `{"any": 1, "born": "today", "byID": {"X12345": {"a": "x", "b": true}}, "flow": {"b": 1}, "free": {"a": "x", "b": 2},
		"groups": [{"a": "x"}, {"c": ["y"]}], "is_bot": true, "other": {"more": 1}, "size": 3, "whole": {"more": 1}, "zone": {"name": "UTC"}}`)
	if group := "\n" + blockOf(t, got, "    Usergroup:"); group != want || strings.Contains(out, "a type of its own") {
		t.Errorf("it says\n%sgot%s", out, group)
	}
}

// TestConflict has types in an example that conflict with the spec.
func TestConflict(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, has, shows, want string }{
		{"text where there is a number", "{type: number}", `"a"`, "Usergroup.x has type number in the spec, but string in the examples"},
		{"a fraction where there is an integer", "{type: integer}", `1.5`, ""},
		{"an integer where there is a number", "{type: number}", `1`, ""},
		{"null", "{type: number}", `null`, ""},
		{"in a list", "{type: array, items: {type: string}}", `[1]`, "Usergroup.x[] has type string in the spec, but integer in the examples"},
		{"in a map", "{type: object, additionalProperties: {type: string}}", `{"X12345": 1}`, "Usergroup.x[] has type string in the spec, but integer in the examples"},
		{"in an object", "{type: object, properties: {a: {type: string}}}", `{"a": 1}`, "Usergroup.x.a has type string in the spec, but integer in the examples"},
		{"an object where there is a map", "{type: object, additionalProperties: {type: string}}", `{"name": "a"}`, "Usergroup.x has type map in the spec, but object in the examples"},
		{"an object where there is a map of anything", "{type: object, additionalProperties: {}}", `{"name": "a"}`, ""},
		{"a map where there is an object", "{type: object, properties: {a: {type: string}}}", `{"X12345": "a"}`, "Usergroup.x has type object in the spec, but map in the examples"},
		{"a type of its own", "{$ref: '#/components/schemas/Success'}", `1`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, out := importGroup(t, string(spec.YAML)+"\n    Usergroup:\n      description: A group.\n      type: object\n      properties:\n        x: "+
				strings.ReplaceAll(test.has, "{type:", "{description: D., type:")+"\n", `{"x": `+test.shows+`}`)
			note := "groups.get: " + test.want + "; the method has its own type instead of Usergroup\n"
			if test.want != "" && !strings.Contains(out, note) || test.want == "" && strings.Contains(out, "instead of") {
				t.Errorf("want %q:\n%s", test.want, out)
			}
		})
	}
}

// TestTags adds tags to a spec that has some.
func TestTags(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ tags, want string }{
		"a list":   {"tags:\n  - name: zoo\n    description: Animals.\n", "tags:\n  - name: groups\n    description: Methods of groups.\n  - name: zoo\n    description: Animals.\n"},
		"one line": {"tags: [{name: zoo}]\n", "tags: [{name: zoo}]\n"},
		"none":     {"tags: []\n", "tags: []\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole := string(spec.YAML)
			got, _ := importGroup(t, strings.Replace(whole, blockOf(t, whole, "tags"), test.tags, 1), `{"a": 1}`)
			if got = strings.TrimRight(blockOf(t, got, "tags"), "\n") + "\n"; got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, said, want string }{
		{"none", `"scope": "none"`, "x-slack-scopes: []\n      x-slack-tier: 2\n      x-slack-callers: [admin, member, bot]"},
		{"none needed", `"scope": {}, "no_scope_required": true`, "x-slack-scopes: []\n      x-slack-tier: 2\n      x-slack-callers: [admin, member, bot]"},
		{"a user's and a bot's", `"scope": {"bot": ["a:manage", "b"], "user": ["a:write", "b"]}`, "x-slack-scopes:\n        bot: [['a:manage', 'b']]\n        user: [['a:write', 'b']]\n      x-slack-tier: 2\n      x-slack-callers: [admin, member, bot]"},
		{"by kind of token", `"scope": "a:write", "scope_by_token_type": {"granular_bot": "a:join"}`, "x-slack-scopes:\n        bot: ['a:join']\n        user: ['a:write']\n"},
		{"a user's alone", `"scope": "a", "user_scope_only": true`, "x-slack-scopes: ['a']\n      x-slack-tier: 2\n      x-slack-callers: [admin, member]"},
		{"of another kind of token", `"scope": {"configuration": ["a"]}`, "x-slack-scopes: ['a']\n      x-slack-tier: 2\n      x-slack-callers: [configuration]"},
	}
	methods := map[string]string{}
	for i, test := range tests {
		methods[fmt.Sprintf("test.do%d", i)] = `{"desc": "Does.", "http_method": "POST", ` + test.said + `, "rate_limits": "t2", "args": {"properties": {"token": {}}}}`
	}
	spec := imported(t, methods)
	for i, test := range tests {
		block := blockOf(t, spec, fmt.Sprintf("/test.do%d", i))
		if !strings.Contains(block, test.want) || strings.Contains(block, "security: []") {
			t.Errorf("%s: want %q and a token in\n%s", test.name, test.want, block)
		}
	}
}

// imported returns the spec with the methods of files of the reference.
func imported(t *testing.T, methods map[string]string) string {
	t.Helper()
	path, dir := specCopy(t), t.TempDir()
	for name, file := range methods {
		write(t, filepath.Join(dir, name+".json"), file)
	}
	status, out, errOut := command(t, "--from", dir, "--spec", path, "--all")
	if want := fmt.Sprintf("written %[1]d of %[1]d\n", len(methods)); status != 0 || !strings.HasSuffix(out, want) {
		t.Fatalf("status %d, want %q:\n%s%s", status, want, out, errOut)
	}
	return read(t, path)
}

// TestIdempotent infers from a method's name whether it only reads. The reference has
// GET methods that write.
func TestIdempotent(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"test.list":           "get:true",
		"test.info":           "post:true", // without arguments
		"test.getOwners":      "get:true",
		"test.search.all":     "get:true",
		"test.teamInfo":       "get:true",
		"test.members":        "get:true",
		"test.inviteShared":   "post:false",
		"test.rename":         "post:false",
		"test.settings":       "post:false",
		"test.relist":         "post:false",
		"test.listen":         "post:false",
		"admin.test.addAlias": "post:false",
	}
	methods := map[string]string{}
	for name := range tests {
		methods[name] = `{"desc": "Does.", "http_method": "GET", "scope": "none", "rate_limits": "t2", "args": {"properties": {"token": {}, "name": {"type": "string"}}}}`
	}
	methods["test.info"] = `{"desc": "Does.", "http_method": "GET", "scope": "none", "rate_limits": "t2", "args": {"properties": {"token": {}}}}`
	spec := imported(t, methods)
	for name, want := range tests {
		block := blockOf(t, spec, "/"+name)
		verb, idempotent, _ := strings.Cut(want, ":")
		if !strings.Contains(block, "    "+verb+":\n") || !strings.Contains(block, "x-slack-idempotent: "+idempotent+"\n") ||
			strings.Contains(block, "x-slack-safe: true\n") != (idempotent == "true") {
			t.Errorf("%s: want %s in\n%s", name, want, block)
		}
	}
}

// TestNextCursor finds the next page's cursor by both of Slack's names.
func TestNextCursor(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ output, want, note string }{
		"at the usual place": {`"response_metadata": {"type": "object", "properties": {"next_cursor": {"type": "string"}}}`, "", ""},
		"at the top":         {`"next_cursor": {"type": "string"}`, "x-slack-cursor: next_cursor\n", ""},
		"by its other name":  {`"cursor_next": {"type": "string"}`, "x-slack-cursor: cursor_next\n", ""},
		"nowhere":            {`"more": {"type": "boolean"}`, "", "test.list: the reference does not say where the next cursor is; it is read from response_metadata.next_cursor\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, dir := specCopy(t), t.TempDir()
			write(t, filepath.Join(dir, "test.list.json"), `{"desc": "Lists.", "http_method": "POST", "scope": "none", "rate_limits": "t2", "args": {"properties": {"token": {}, "cursor": {"type": "string"}}},
				"output": {"type": "object", "properties": {`+test.output+`, "logs": {"type": "array", "items": {"type": "string"}}}}}`)
			status, out, errOut := command(t, "--from", dir, "--spec", path, "test.list")
			if status != 0 {
				t.Fatal(errOut)
			}
			block := blockOf(t, read(t, path), "/test.list")
			if !strings.Contains(block, test.want) || (test.want == "") == strings.Contains(block, "x-slack-cursor") {
				t.Errorf("want %q in\n%s", test.want, block)
			}
			if !strings.Contains(out, test.note) || (test.note == "") == strings.Contains(out, "next cursor is;") {
				t.Errorf("want %q in\n%s", test.note, out)
			}
		})
	}
}

// TestZeroDiffers has numbers that need a pointer in Go, so that 0 can be sent.
func TestZeroDiffers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		argument string
		nullable bool
	}{
		{`"type": "integer", "minimum": 0, "default": 1`, true},
		{`"type": "integer", "minimum": -5, "default": 10`, true},
		{`"type": "integer", "minimum": 0, "default": 0`, false},
		{`"type": "integer", "minimum": 1, "default": 100`, false},
		{`"type": "integer", "default": 100`, false},
		{`"type": "integer", "minimum": 0`, false},
		{`"type": "boolean", "desc": "Defaults to true if it is a bot's. Otherwise, defaults to false."`, true},
		{`"type": "boolean", "desc": "Defaults to false."`, false},
	}
	methods := map[string]string{}
	for i, test := range tests {
		methods[fmt.Sprintf("test.do%d", i)] = `{"desc": "Does.", "http_method": "POST", "scope": "none", "rate_limits": "t2", "args": {"properties": {"token": {}, "what": {` + test.argument + `}}}}`
	}
	spec := imported(t, methods)
	for i, test := range tests {
		if block := blockOf(t, spec, fmt.Sprintf("TestDo%dRequest", i)); strings.Contains(block, "nullable: true") != test.nullable {
			t.Errorf("%s: want nullable %t in\n%s", test.argument, test.nullable, block)
		}
	}
}

// TestPagesByNumber has methods whose examples lack the number of pages.
func TestPagesByNumber(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, paging, want, note string }{
		{"by Slack's name", `{"schema": "paging"}`, "x-slack-pages: paging.pages\n", ""},
		{"not at all", `{"schema": "other"}`, "", "test.list: it has pages, but the reference does not say where their number is; there is no iterator\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path, dir := specCopy(t), t.TempDir()
			write(t, filepath.Join(dir, "test.list.json"), `{"desc": "Lists.", "http_method": "GET", "scope": {}, "rate_limits": "t2",
				"args": {"properties": {"token": {}, "page": {"type": "string"}}},
				"output": {"type": "object", "properties": {"paging": `+test.paging+`, "logs": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}}}}}}`)
			status, out, errOut := command(t, "--from", dir, "--spec", path, "test.list")
			if status != 0 {
				t.Fatal(errOut)
			}
			block := blockOf(t, read(t, path), "/test.list")
			if !strings.Contains(block, test.want) || (test.want == "") != !strings.Contains(block, "x-slack-pages") {
				t.Errorf("want %q in\n%s", test.want, block)
			}
			if !strings.Contains(out, test.note) || (test.note == "") == strings.Contains(out, "no iterator") {
				t.Errorf("want %q in\n%s", test.note, out)
			}
		})
	}
}

// TestItemsAmongArrays prefers, as a page's items, objects to scalars, and required
// arrays to optional ones.
func TestItemsAmongArrays(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, output, want string }{
		{"objects, though names come first", `"properties": {"names": {"type": "array", "items": {"type": "string"}}, "rows": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}}}}`, "rows"},
		{"shared objects, though names come first", `"properties": {"names": {"type": "array", "items": {"type": "string"}}, "users": {"type": "array", "items": {"schema": "user"}}}}, "examples": {"success": {"example": {"ok": true, "users": [{"id": "W1"}]}}`, "users"},
		{"a map, though not one far in", `"properties": {"outer": {"type": "object", "properties": {"inner": {"type": "object", "properties": {"map": {"type": "object"}}}}}, "late": {"type": "object", "properties": {"map": {"type": "object"}}}}`, "late.map"},
		{"the first of two of names", `"properties": {"names": {"type": "array", "items": {"type": "string"}}, "others": {"type": "array", "items": {"type": "string"}}}`, "names"},
		{"names that must be there", `"required": ["names"], "properties": {"rows": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}}}, "names": {"type": "array", "items": {"type": "string"}}}`, "names"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			spec := imported(t, map[string]string{"test.list": `{"desc": "Lists.", "http_method": "GET", "scope": {}, "rate_limits": "t2",
				"args": {"properties": {"token": {}, "cursor": {"type": "string"}}}, "output": {"type": "object", ` + test.output + `}}`})
			if block := blockOf(t, spec, "/test.list"); !strings.Contains(block, "x-slack-items: "+test.want+"\n") {
				t.Errorf("want %s in\n%s", test.want, block)
			}
		})
	}
}

// TestAllButRefused writes all methods except one that fails.
func TestAllButRefused(t *testing.T) {
	t.Parallel()
	path, dir := specCopy(t), t.TempDir()
	write(t, filepath.Join(dir, "things.bad.json"), "no")
	write(t, filepath.Join(dir, "things.export.json"), read(t, "testdata/reference/things.export.json"))
	status, out, _ := command(t, "--from", dir, "--spec", path, "--all")
	if status != 0 || !strings.Contains(out, "refused: things.bad: the reference is not JSON") || !strings.Contains(out, "written 1 of 2\n") {
		t.Errorf("status %d:\n%s", status, out)
	}
	if !strings.Contains(read(t, path), "/things.export:") {
		t.Error("things.export is not written")
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	path := specCopy(t)
	tests := []struct {
		name   string
		args   []string
		status int
		want   string
	}{
		{"nothing", nil, 2, "usage:"},
		{"help", []string{"-h"}, 0, "usage:"},
		{"a list of one", []string{"--list", "things.list"}, 2, "usage:"},
		{"a list of all", []string{"--list", "--all"}, 2, "usage:"},
		{"a check of all", []string{"--check", "--all"}, 2, "usage:"},
		{"no spec", []string{"--spec", "none/slack.yaml", "--list"}, 1, "open none/slack.yaml"},
		{"a flag there is not", []string{"--what"}, 2, "usage:"},
		{"all, and one", []string{"--all", "things.list"}, 2, "usage:"},
		{"two commands", []string{"--list", "--check"}, 2, "usage:"},
		{"an unknown method", []string{"thing.list"}, 1, "thing.list: the reference has no such method; did you mean things.list, things.post?"},
		{"no method's name", []string{"../x"}, 1, "../x: the reference has no such method"},
		{"the list", []string{"--list"}, 0, "admin.things.owner\nthings.exchange\nthings.export\n"},
		{"no such directory", []string{"--from", "testdata/none", "--list"}, 1, "testdata/none is not a directory; it must be a clone of slack-ruby/slack-api-ref, or its folder docs.slack.dev/methods/"},
		{"no such directory to check", []string{"--from", "testdata/none", "--check"}, 1, "testdata/none is not a directory"},
		{"no such directory to add from", []string{"--from", "testdata/none", "things.list"}, 1, "testdata/none is not a directory"},
		{"a directory of something else", []string{"--from", "testdata", "--check"}, 1, "testdata has no file of a method, such as users.info.json; it must be a clone"},
		{"a clone", []string{"--from", clone(t), "--list"}, 0, "things.export\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			status, out, errOut := command(t, append([]string{"--from", "testdata/reference", "--spec", path}, test.args...)...)
			if status != test.status || !strings.Contains(out+errOut, test.want) {
				t.Errorf("status %d, want %d and %q:\n%s%s", status, test.status, test.want, out, errOut)
			}
		})
	}
	if read(t, path) != string(spec.YAML) {
		t.Error("something is written")
	}
}

// clone returns a directory with the layout of the reference's repository.
func clone(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, folder, "things.export.json"), read(t, "testdata/reference/things.export.json"))
	return dir
}

// TestCheck compares the spec with a reference that has changed since.
func TestCheck(t *testing.T) {
	t.Parallel()
	path, from := forCheck(t)
	tests := []struct{ name, method, old, new, want string }{
		{"nothing", "things.post", "", "", ""},
		{"a new argument", "things.post", `"big": {`, `"bigger": {"type": "string"}, "big": {`, "things.post: argument bigger is new\n"},
		{"an argument less", "things.search", `"sort": {`, `"token": {`, "things.search: argument sort is gone\n"},
		{"a deprecated argument", "things.post", `"desc": "Where"`, `"deprecated": true`, "things.post: argument channel is deprecated\n"},
		{"one that is required", "things.post", `"view", "level"`, `"view", "level", "big"`, "things.post: argument big is required\n"},
		{"one that is no longer", "things.post", `"view", "level"`, `"view"`, "things.post: argument level is no longer required\n"},
		{"a new code", "things.list", `"no_things": {`, `"too_many": {}, "no_things": {`, "things.list: error code too_many is new\n"},
		{"a code less", "things.list", `"no_things": {`, `"no things": {`, "things.list: error code no_things is gone\n"},
		{"an argument of another type", "things.post", `"big": {"type": "integer"`, `"big": {"type": "string"`, "things.post: argument big has type string; the spec has integer\n"},
		{"another limit", "things.post", `"maximum": 9`, `"maximum": 8`, "things.post: argument level has maximum 8; the spec has 9\n"},
		{"a lower limit", "odd.moreArguments", `"minimum": 1, "maximum": 5`, `"minimum": 0.5, "maximum": 5`, "odd.moreArguments: argument number2 has minimum 0.5; the spec has 1\n"},
		{"no limit", "odd.moreArguments", `"minimum": 1, "maximum": 5`, `"maximum": 5`, "odd.moreArguments: argument number2 has no minimum; the spec has 1\n"},
		{"a new limit", "odd.moreArguments", `"number": {"type"`, `"number": {"maximum": 9, "type"`, "odd.moreArguments: argument number has maximum 9; the spec has none\n"},
		{"a longer text", "odd.moreArguments", `"maxLength": 2`, `"maxLength": 4`, "odd.moreArguments: argument short has maxLength 4; the spec has 2\n"},
		{"a shorter text", "odd.moreArguments", `"minLength": 6`, `"minLength": 1`, "odd.moreArguments: argument long has minLength 1; the spec has 6\n"},
		{"a longer list", "odd.moreArguments", `"maxItems": 3, "items": {"type": "object"`, `"maxItems": 30, "items": {"type": "object"`, "odd.moreArguments: argument parts has maxItems 30; the spec has 3\n"},
		{"a shorter list", "odd.moreArguments", `"minItems": 4`, `"minItems": 2`, "odd.moreArguments: argument channels has minItems 2; the spec has 4\n"},
		{"a choice where there was none", "odd.moreArguments", `"user": {"type"`, `"user": {"enum": ["a"], "type"`, "odd.moreArguments: argument user may be a\n"},
		{"a type of a type guessed", "odd.moreArguments", `"choice3": {"type": ["number", "string"]`, `"choice3": {"type": ["integer", "string"]`, "odd.moreArguments: its arguments have changed\n"},
		{"a type that was guessed", "odd.moreArguments", `"what": {}`, `"what": {"type": "integer"}`, "odd.moreArguments: argument what has type integer; the spec has none\n"},
		{"a field less", "odd.answer", `"null": {"type": "null"}, `, ``, "odd.answer: its response or its example has changed\n"},
		{"a field that no example shows", "odd.made", `"big": {"type": "integer"}, `, ``, "odd.made: field big of the response is gone\n"},
		{
			"one field", "odd.made", `"properties": {"id": {"schema": "user_id"}, "any"`, `"properties": {"id": {"schema": "user_id"}}, "other": {"any"`,
			"odd.made: field any of the response is gone\nodd.made: field big of the response is gone\nodd.made: field choice of the response is gone\n" +
				"odd.made: field deep of the response is gone\nodd.made: field flag of the response is gone\nodd.made: field map of the response is gone\n" +
				"odd.made: field maps of the response is gone\nodd.made: field share of the response is gone\nodd.made: field user of the response is gone\n",
		},
		{"no fields at all", "odd.made", `"output"`, `"nothing"`, "odd.made: its response or its example has changed\n"},
		{"no rate any more", "odd.answer", `"1000 per minute"`, `"special"`, "odd.answer: the calls per minute are none; the spec has 1000\n"},
		{"a tier in place of a rate", "odd.answer", `"1000 per minute"`, `"t2"`, "odd.answer: the tier is 2; the spec has special\n"},
		{"a rate where there was none", "odd.moreArguments", `"Special"`, `"5 per minute"`, "odd.moreArguments: the calls per minute are 5; the spec has none\n"},
		{"no scope any more", "odd.objects.list", `"scope": {"user": ["odd:read"]}`, `"scope": "none"`, "odd.objects.list: the scopes are none; the spec has odd:read\nodd.objects.list: its callers are admin, bot, member; the spec has admin, member\n"},
		{"another choice", "things.list", `"up", "down"`, `"up", "down", "left"`, "things.list: argument order may be left\n"},
		{"no GET any more", "things.list", `"GET"`, `"POST"`, "things.list: the HTTP method is no longer GET\n"},
		{"no JSON any more", "things.post", `"json_input_supported": true`, `"json_input_supported": false`, "things.post: it no longer reads JSON\n"},
		{"a new field", "things.post", `"echo": {"type"`, `"said": {"type": "string"}, "echo": {"type"`, "things.post: field said of the response is new\n"},
		{"another field", "things.post", `"channel": {"schema": "channel"}, "echo"`, `"room": {"schema": "channel"}, "echo"`, "things.post: field room of the response is new\n"},
		{"a new tier", "things.list", `"t2"`, `"t3"`, "things.list: the tier is 3; the spec has 2\n"},
		{"a new rate", "things.search", `"600 `, `"900 `, "things.search: the calls per minute are 900; the spec has 600\n"},
		{"new scopes", "things.post", `"user": ["things:write"]`, `"user": ["things"]`, "things.post: the scopes are things; the spec has things:write\n"},
		{"a deprecated method", "things.list", `"desc": "List`, `"deprecated": true, "desc": "List`, "things.list: the method is deprecated\n"},
		{"a limit of an item", "things.post", `{"name": {"type": "string"}}`, `{"name": {"type": "string", "maxLength": 5}}`, "things.post: argument parts[].name has maxLength 5; the spec has none\n"},
		{"a new default", "things.list", `"default": 100`, `"default": 7`, "things.list: argument limit has the default 7; the spec has 100\n"},
		{"a nested property of an argument", "things.post", `"name": {"type": "string"}`, `"name": {"type": "string"}, "size": {"type": "integer"}`, "things.post: argument parts[].size is new\n"},
		{"a nested type of an argument", "things.post", `"name": {"type": "string"}`, `"name": {"type": "integer"}`, "things.post: argument parts[].name has type integer; the spec has string\n"},
		{"a nested one that is required", "things.post", `"required": ["name"]`, `"required": []`, "things.post: argument parts[].name is no longer required\n"},
		{"a type of items", "things.search", `"items": {"schema": "team_id"}`, `"items": {"type": "integer"}`, "things.search: argument team_ids[] has type integer; the spec has string\n"},
		{"bots no more", "things.post", `{"bot": ["things:write"], `, `{"configuration": ["things:write"], `, "things.post: its callers are admin, configuration, member; the spec has admin, bot, member\n"},
		{"JSON where there was none", "things.list", `"http_method": "GET"`, `"http_method": "GET", "json_input_supported": true`, "things.list: its tokens, scopes, rates or HTTP method have changed\n"},
		{"GET where there was none", "things.search", `"POST"`, `"GET"`, "things.search: the HTTP method is GET\n"},
		{"a choice less", "things.list", `"up", "down"`, `"up"`, "things.list: argument order may no longer be down\n"},
		{"a type of the response", "things.post", `"echo": {"type": "object"}`, `"echo": {"type": "boolean"}`, "things.post: response field echo has type none; the spec has object\n"},
		{"a nested field of the response", "things.list", `"weight"`, `"mass"`, "things.list: response field things[].mass is new\n"},
		{"an example of the response", "things.search", `"id": "Th1"`, `"id": 1`, "things.search: response field found[].id has type integer; the spec has string\n"},
		{"a meaning of a code", "things.list", `"no_things": {"desc": "`, `"no_things": {"desc": "Other. `, "things.list: error code no_things means: Other. there are no things.\n"},
		{"a description", "things.search", `"What to look for"`, `"What to look at"`, "things.search: its descriptions have changed\n"},
		{"a description of the method", "things.search", `"Searches for things"`, `"Looks for things"`, "things.search: its descriptions have changed\n"},
		{"the order of keys", "things.search", `"notes": {"type": "array", "items": {"type": "string"}},`, `"notes": {"items": {"type": "string"}, "type": "array"},`, ""},
		{"no method", "things.list", "", "gone", "things.list: the reference no longer has it\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file := read(t, filepath.Join(from, test.method+".json"))
			if !strings.Contains(file, test.old) {
				t.Fatalf("there is no %q", test.old)
			}
			write(t, filepath.Join(dir, "other.method.json"), "{}") // not empty
			if test.new != "gone" {
				write(t, filepath.Join(dir, test.method+".json"), strings.Replace(file, test.old, test.new, 1))
			}
			status, out, errOut := command(t, "--from", dir, "--spec", path, "--check", test.method)
			if out != test.want || (status == 1) != (test.want != "") {
				t.Errorf("status %d, want %q:\n%s%s", status, test.want, out, errOut)
			}
		})
	}
	if status, _, errOut := command(t, "--from", "testdata/reference", "--spec", path, "--check", "things.logs"); status != 1 || !strings.Contains(errOut, "things.logs: the spec does not have it") {
		t.Errorf("status %d: %s", status, errOut)
	}
}

// TestOrder imports methods one by one, all at once, and in other orders. The resulting
// specs are equal byte for byte.
func TestOrder(t *testing.T) {
	t.Parallel()
	from := splitUp(t, "testdata/odd.json")
	if err := os.CopyFS(from, os.DirFS("testdata/reference")); err != nil {
		t.Fatal(err)
	}
	i := &importer{source: &source{dir: from}}
	l, err := i.learn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Sorted(maps.Keys(i.source.files))
	if len(names) < 8 {
		t.Fatalf("%d methods, want 8 or more", len(names))
	}
	names = names[:8]
	add := func(t *testing.T, data []byte, names ...string) []byte {
		t.Helper()
		var methods []*method
		for _, name := range names {
			m, err := i.method(t.Context(), name)
			if err != nil {
				t.Fatal(err)
			}
			methods = append(methods, m)
		}
		p, err := newPlan(data, methods, l) // the check may refuse a method
		if p == nil {
			t.Fatal(err)
		}
		return []byte(p.spec.String())
	}
	together := strings.SplitAfter(string(add(t, spec.YAML, names...)), "\n")
	backwards := slices.Clone(names)
	slices.Reverse(backwards)
	random := slices.Clone(names)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(random), func(i, j int) { random[i], random[j] = random[j], random[i] })
	for order, names := range map[string][]string{"forwards": names, "backwards": backwards, "at random": random} {
		data := spec.YAML
		for _, name := range names {
			data = add(t, data, name)
		}
		got := strings.SplitAfter(string(data), "\n")
		for i := range max(len(got), len(together)) {
			if i >= len(got) || i >= len(together) || got[i] != together[i] {
				t.Fatalf("%s: %d lines, and %d if they are imported together; the first to differ is line %d", order, len(got), len(together), i+1)
			}
		}
	}
}

// TestReviewed records a review after changes, words included.
func TestReviewed(t *testing.T) {
	t.Parallel()
	path, from := forCheck(t)
	method := filepath.Join(from, "things.search.json")
	change := func(old, next string) {
		write(t, method, strings.Replace(read(t, method), old, next, 1))
	}
	check := func(want string) {
		t.Helper()
		if _, out, errOut := command(t, "--from", from, "--spec", path, "--check", "--json", "things.search"); out != want {
			t.Errorf("got %s, want %s\n%s", out, want, errOut)
		}
	}
	change(`"id": "Th1"`, `"id": "Th1", "size": 1`)
	check(`{"method":"things.search","section":"response","change":"response field found[].size is new"}` + "\n")
	if status, out, errOut := command(t, "--from", from, "--spec", path, "--reviewed", "things.search"); status != 0 || out+errOut != "" {
		t.Fatalf("status %d: %s%s", status, out, errOut)
	}
	check("")
	change("What to look for", "What to find")
	check("")
	if status, _, errOut := command(t, "--from", from, "--spec", path, "--reviewed", "things.mine"); status != 1 || !strings.Contains(errOut, "things.mine: the spec does not have it") {
		t.Errorf("status %d: %s", status, errOut)
	}
	// With different layouts of the entry.
	const own = "      x-slack-reference: "
	good := read(t, path)
	at := strings.Index(good, own)
	line := good[at : at+strings.Index(good[at:], "\n")+1]
	block := "      x-slack-reference: # by hand\n        access: 'x'\n        arguments: 'y'\n"
	for name, bent := range map[string]string{
		"a block": strings.Replace(good, line, block, 1), "none": strings.Replace(good, line, "", 1),
		"a long first key":      strings.Replace(strings.Replace(good, line, "", 1), "    post:\n      operationId: admin.users.list\n", "    post:\n      x-deprecated-reason: >-\n        Long.\n        And longer.\n      operationId: admin.users.list\n", 1),
		"a summary of the path": strings.Replace(good, "  /admin.users.list:\n", "  /admin.users.list:\n    summary: Lists.\n", 1),
	} {
		write(t, path, bent)
		write(t, filepath.Join(from, "admin.users.list.json"), "{}")
		status, _, errOut := command(t, "--from", from, "--spec", path, "--reviewed", "admin.users.list", "admin.users.list")
		if got := read(t, path); status != 0 || strings.Count(blockOf(t, got, "/admin.users.list"), "x-slack-reference:") != 1 {
			t.Errorf("%s: status %d, %s:\n%s", name, status, errOut, blockOf(t, got, "/admin.users.list"))
		}
	}
	write(t, path, good)
	for _, args := range [][]string{{"--json", "things.search"}, {"--reviewed"}, {"--reviewed", "--all", "things.search"}} {
		if status, _, _ := command(t, append([]string{"--from", from, "--spec", path}, args...)...); status != 2 {
			t.Errorf("%q: status %d, want 2", args, status)
		}
	}
}

// forCheck returns a spec with methods, and their directory.
func forCheck(t *testing.T) (path, from string) {
	t.Helper()
	path, from = specCopy(t), splitUp(t, "testdata/odd.json")
	if err := os.CopyFS(from, os.DirFS("testdata/reference")); err != nil {
		t.Fatal(err)
	}
	if status, _, errOut := command(t, "--from", from, "--spec", path, "things.post", "things.search", "things.list", "odd.moreArguments", "odd.objects.list", "odd.answer", "odd.made"); status != 0 {
		t.Fatal(errOut)
	}
	return path, from
}

// TestCheckOfWhatIsLeftOut does not report x-slack-left-out as new.
func TestCheckOfWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	path, from := forCheck(t)
	method := filepath.Join(from, "things.post.json")
	write(t, method, strings.Replace(read(t, method), `"echo": {"type"`, `"said": {"type": "string"}, "meant": {"type": "string"}, "echo": {"type"`, 1))
	const id = "      operationId: things.post\n"
	write(t, path, strings.Replace(read(t, path), id, id+"      x-slack-left-out: [said]\n", 1))
	if _, out, errOut := command(t, "--from", from, "--spec", path, "--check", "things.post"); out != "things.post: field meant of the response is new\n" {
		t.Errorf("got %q, want the other field alone\n%s", out, errOut)
	}
}

// TestCheckAll compares every method of the spec, and has errors.
func TestCheckAll(t *testing.T) {
	t.Parallel()
	path, from := forCheck(t)
	// This reference has none of the project's own methods. No reference has those with
	// their own server.
	status, out, errOut := command(t, "--from", from, "--spec", path, "--check")
	own := strings.Count(string(spec.YAML), "\n      operationId:") - strings.Count(string(spec.YAML), "\n    servers:")
	if status != 1 || strings.Count(out, ": the reference no longer has it\n") != own || strings.Count(out, "\n") != own || !strings.HasPrefix(errOut, fmt.Sprintf("differences between the spec and the reference: %d; ", own)) {
		t.Errorf("status %d, want %d methods to be gone:\n%s%s", status, own, out, errOut)
	}
	good := read(t, path)
	write(t, path, strings.Replace(good, "x-slack-tier: 2\n", "x-slack-tier: 9\n", 1))
	if status, _, errOut := command(t, "--from", from, "--spec", path, "--check"); status != 1 || !strings.HasPrefix(errOut, path+":") || !strings.Contains(errOut, "x-slack-tier") {
		t.Errorf("status %d: %s", status, errOut)
	}
	write(t, path, good)
	write(t, filepath.Join(from, "things.post.json"), "no")
	if status, _, errOut := command(t, "--from", from, "--spec", path, "--check", "things.post"); status != 1 || !strings.Contains(errOut, "things.post: the reference is not JSON") {
		t.Errorf("status %d: %s", status, errOut)
	}
	write(t, path, "no\n")
	if status, _, errOut := command(t, "--from", from, "--spec", path, "--check"); status != 1 || !strings.Contains(errOut, "the spec is not a YAML mapping") {
		t.Errorf("status %d: %s", status, errOut)
	}
}

// TestNetwork reads the reference at a commit over HTTP.
func TestNetwork(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file := read(t, "testdata/reference/things.export.json")
		switch r.URL.RequestURI() {
		case "/slack-ruby/slack-api-ref/tar.gz/c0ffee":
			writeArchive(t, w, map[string]string{"README.md": "Hello", folder + "things.export.json": file, folder + "methods.json": "[]"})
		case "/slack-ruby/slack-api-ref/tar.gz/busy":
			http.Error(w, "busy", http.StatusServiceUnavailable)
		case "/slack-ruby/slack-api-ref/tar.gz/html":
			fmt.Fprint(w, "<html>")
		case "/slack-ruby/slack-api-ref/tar.gz/empty":
			writeArchive(t, w, map[string]string{"README.md": "Hello"})
		case "/slack-ruby/slack-api-ref/tar.gz/large":
			writeArchive(t, w, map[string]string{folder + "things.export.json": file + strings.Repeat(" ", maxFile)})
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	tests := []struct {
		name   string
		args   []string
		status int
		want   string
	}{
		{"a method", []string{"things.export"}, 0, "now run: go generate ./..."},
		{"an unknown method", []string{"things.exports"}, 1, "things.exports: the reference has no such method; did you mean things.export?"},
		{"the list", []string{"--list"}, 0, "things.export\n"},
		{"a failure", []string{"--ref", "busy", "things.list"}, 1, "returned 503"},
		{"no archive", []string{"--ref", "html", "things.list"}, 1, "unexpected EOF"},
		{"an archive of something else", []string{"--ref", "empty", "things.list"}, 1, "it has no file of a method in docs.slack.dev/methods/"},
		{"a large file", []string{"--ref", "large", "--list"}, 1, "things.export.json has more than 4194304 bytes"},
		{"another commit", []string{"--ref", "bad", "--list"}, 1, "slack-ruby/slack-api-ref has no commit bad"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			from := newSource("c0ffee")
			from.baseURL, from.client = server.URL, server.Client()
			var out, errOut bytes.Buffer
			status := run(t.Context(), append([]string{"--spec", specCopy(t)}, test.args...), &out, &errOut, from)
			if status != test.status || !strings.Contains(out.String()+errOut.String(), test.want) {
				t.Errorf("status %d, want %d and %q:\n%s%s", status, test.status, test.want, &out, &errOut)
			}
		})
	}
}

// TestCheckOfScopesInAnyOrder finds no changes in an imported method.
func TestCheckOfScopesInAnyOrder(t *testing.T) {
	t.Parallel()
	path, dir := specCopy(t), t.TempDir()
	write(t, filepath.Join(dir, "test.do.json"), `{"desc": "Does.", "http_method": "POST", "scope": {"user": ["b:read", "a:read"]}, "rate_limits": "t2", "args": {"properties": {"token": {}}}}`)
	for _, what := range [][]string{{"test.do"}, {"--check", "test.do"}} {
		if status, out, errOut := command(t, append([]string{"--from", dir, "--spec", path}, what...)...); status != 0 {
			t.Fatalf("%q: status %d\n%s%s", what, status, out, errOut)
		}
	}
}

// TestNearest has names and similar ones.
func TestNearest(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		names []string
		want  []string
	}{
		{"api.test", []string{"api.tabc", "api.abcd"}, []string{"api.tabc"}}, // 3 letters differ, and 4
		{"admin.users.list", []string{"admin.users.abcde", "admin.users.abcdef"}, []string{"admin.users.abcde"}},
		{"a.list", []string{"a.lits", "a.list2", "b.list", "a.lis", "A.List"}, []string{"A.List", "a.lits", "a.list2"}},
		{"List", []string{"users.profile.list", "users.get"}, []string{"users.profile.list"}},
	} {
		if got := nearest(test.name, test.names); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// writeArchive writes files as a GitHub archive.
func writeArchive(t *testing.T, w io.Writer, files map[string]string) {
	t.Helper()
	zipped := gzip.NewWriter(w)
	archive := tar.NewWriter(zipped)
	for name, text := range files {
		err := archive.WriteHeader(&tar.Header{Name: "slack-api-ref-c0ffee/" + name, Size: int64(len(text)), Mode: 0o600})
		if err == nil {
			_, err = io.WriteString(archive, text)
		}
		if err != nil {
			t.Error(err)
		}
	}
	_, _ = archive.Close(), zipped.Close() // the client may have gone
}

// TestWithoutNetwork has an error with a remedy.
func TestWithoutNetwork(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	for _, args := range [][]string{{"things.export"}, {"--list"}} {
		from := newSource("c0ffee")
		from.baseURL = server.URL
		var out, errOut bytes.Buffer
		status := run(t.Context(), append([]string{"--spec", specCopy(t)}, args...), &out, &errOut, from)
		if status != 1 || !strings.Contains(errOut.String(), "; without network, use a clone of slack-ruby/slack-api-ref: --from DIR, or FROM=DIR for make") {
			t.Errorf("%q: status %d, said %q", args, status, &errOut)
		}
	}
}

func command(t *testing.T, args ...string) (status int, out, errOut string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status = run(t.Context(), args, &stdout, &stderr, newSource(pinned))
	return status, stdout.String(), stderr.String()
}

func specCopy(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "slack.yaml")
	write(t, path, string(spec.YAML))
	write(t, filepath.Join(filepath.Dir(path), "generated.config.yaml"), read(t, "../../spec/generated.config.yaml"))
	return path
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
