package goname_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/internal/goname"
	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
	"github.com/seed-38c23bad/slackadmin/spec"
)

// TestCheckErrors breaks the spec in one place at a time.
func TestCheckErrors(t *testing.T) {
	t.Parallel()
	if err := goname.Configure("../../spec/generated.config.yaml"); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, old, new, want string }{
		{"a schema in other capitals", "AdminUsersSessionResetResponse", "AdminUsersSessionresetResponse", "POST /admin.users.session.reset: its schema AdminUsersSessionresetResponse must be named AdminUsersSessionResetResponse, as in Go"},
		{"arguments in other capitals", "AdminUsersSessionResetRequest", "AdminUsersSessionresetRequest", "its schema AdminUsersSessionresetRequest must be named AdminUsersSessionResetRequest"},
		{"two fields of one name", "        device_hardware:\n", "        deviceHardware: {description: Another., type: string}\n        device_hardware:\n", "are both named DeviceHardware in Go; rename one of them"},
		{"two fields of one name in a part", "        device_hardware:\n", "        part: {description: A part., type: object, properties: {a_b: {description: One., type: string}, aB: {description: Two., type: string}}}\n        device_hardware:\n", "are both named AB in Go"},
		{"two fields of one name in an array", "        device_hardware:\n", "        parts: {description: Parts., type: array, items: {type: object, properties: {a_b: {description: One., type: string}, aB: {description: Two., type: string}}}}\n        device_hardware:\n", "SessionDevice.parts[].aB and SessionDevice.parts[].a_b are both named AB in Go"},
		{"two fields of one name in a map", "        device_hardware:\n", "        parts: {description: Parts., type: object, additionalProperties: {type: object, properties: {a_b: {description: One., type: string}, aB: {description: Two., type: string}}}}\n        device_hardware:\n", "SessionDevice.parts{}.aB and SessionDevice.parts{}.a_b are both named AB in Go"},
		{"two schemas of one name", "    SessionDevice:\n", "    session_device: {description: Another., type: object}\n    SessionDevice:\n", "the schema SessionDevice and the schema session_device are both named SessionDevice in Go"},
		{"a schema that is a code", "    SessionDevice:\n", "    ErrNotAuthed: {description: Another., type: object}\n    SessionDevice:\n", "are both named ErrNotAuthed in Go"},
		{"a schema that is a part of a method", "    SessionDevice:\n", "    AuthTestParams: {description: Another., type: object}\n    SessionDevice:\n", "are both named AuthTestParams in Go"},
	} {
		broken := strings.ReplaceAll(string(spec.YAML), test.old, test.new)
		if strings.HasSuffix(test.old, ":\n") {
			broken = strings.Replace(string(spec.YAML), test.old, test.new, 1)
		}
		doc, err := speccheck.Load([]byte(broken))
		if err != nil || broken == string(spec.YAML) {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if err := goname.Check(doc); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want an error with %q", test.name, err, test.want)
		}
	}
}

// TestCheckLines adds an element in one place at a time.
func TestCheckLines(t *testing.T) {
	t.Parallel()
	if err := goname.Configure("../../spec/generated.config.yaml"); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ after, line, want string }{
		{"\n  schemas:\n", "    session_device: {description: Another., type: object}\n", "the schema SessionDevice and the schema session_device are both"},
		{"\n    SessionDevice:\n      description: A device and client that a session was used from.\n      type: object\n      properties:\n", "        osVersion: {description: Another., type: string}\n", "SessionDevice.osVersion and SessionDevice.os_version are both"},
		{"\n  schemas:\n", "    ErrNotAuthed: {description: Another., type: object}\n", "the schema ErrNotAuthed and the code not_authed are both"},
	} {
		before, rest, found := strings.Cut(string(spec.YAML), test.after)
		doc, err := speccheck.Load([]byte(before + test.after + test.line + rest))
		if err != nil || !found {
			t.Errorf("%s: %v", test.line, err)
			continue
		}
		got := speccheck.WithFile("s.yaml", goname.Check(doc)).Error()
		if strings.Contains(got, "\n") {
			t.Errorf("it is reported more than once:\n%s", got)
			continue
		}
		number, text, _ := strings.Cut(strings.TrimPrefix(got, "s.yaml:"), ": ")
		line, err := strconv.Atoi(number)
		if err != nil {
			t.Fatal(got)
		}
		// It is the later of the two names in alphabetical order.
		last := strings.Fields(test.want)[len(strings.Fields(test.want))-3]
		last = last[strings.LastIndex(last, ".")+1:]
		if there := strings.Split(before+test.after+test.line+rest, "\n")[line-1]; !strings.HasPrefix(strings.TrimSpace(there), last+":") || !strings.HasPrefix(text, test.want) {
			t.Errorf("got %s, where %q is; want the line of %s and %q", got, there, last, test.want)
		}
	}
}

// TestCheckMethods gives a method the name of another method's iterator.
func TestCheckMethods(t *testing.T) {
	t.Parallel()
	if err := goname.Configure("../../spec/generated.config.yaml"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"getSettings": "",
		"resetAll":    "",
		"resetPages":  "",
		"listAll":     "the items of admin.users.session.list and admin.users.session.listAll are both named AdminUsersSessionListAll in Go; rename one of them",
		"listPages":   "the pages of admin.users.session.list and admin.users.session.listPages are both named AdminUsersSessionListPages in Go; rename one of them",
	} {
		renamed := strings.ReplaceAll(string(spec.YAML), "admin.users.session.getSettings", "admin.users.session."+name)
		renamed = strings.ReplaceAll(renamed, "AdminUsersSessionGetSettings", "AdminUsersSession"+strings.ToUpper(name[:1])+name[1:])
		doc, err := speccheck.Load([]byte(renamed))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := ""
		if err := goname.Check(doc); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
