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
		if "/"+op.OperationID != op.Path || op.Tier == 0 || op.Answer.Properties["ok"] == nil {
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
		{"a tier there is not", "x-slack-tier: 2", "x-slack-tier: 5", "x-slack-tier is 5; want 1 to 4"},
		{"nothing on repeats", "      x-slack-safe-to-repeat: true\n", "", "x-slack-safe-to-repeat is missing"},
		{"no link", "url: https://docs.slack.dev/reference/methods/admin.users.session.reset", "url: ''", "url"},
		{"a code without a meaning", "x-slack-errors:\n", "x-slack-errors:\n        - cannot_reset_robot\n", `"cannot_reset_robot", which x-slack-error-codes.special does not explain`},
		{"a meaning without a use", "  special:\n", "  special:\n    never_answered: Never.\n", `no operation lists "never_answered"`},
		{"a code that is both", "    cannot_reset_bot: ", "    not_authed: Twice.\n    cannot_reset_bot: ", `"not_authed" is both common and special`},
		{"an example that does not fit", "value: {ok: false, error: cannot_reset_primary_owner}", "value: {ok: false}", "error"},
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
