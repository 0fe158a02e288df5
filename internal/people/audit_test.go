package people

import (
	"io"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/unicode"
)

func TestAuditLogs(t *testing.T) {
	t.Parallel()
	const (
		zoe   = `{"date_create":1760000000,"action":"anomaly","actor":{"type":"user","user":{"id":"W1","name":"Zoe","email":"zoe@example.com"}},"context":{"location":{"type":"enterprise","id":"E1"},"session_id":"1112275520242"}}`
		ann   = `{"date_create":"1760000060","action":"user_login","actor":{"type":"user","user":{"id":"W2","name":"Ann"}},"context":{"location":[],"session_id":null}}`
		both  = "1 W1 zoe@example.com Zoe 1112275520242\n2 W2 Ann left out: " + noSession + "\n"
		event = `{"action":"x","actor":{"type":"user","user":{"id":"W3"}},"context":{"session_id":`
	)
	at := time.Unix(1760000000, 0)
	for _, test := range []struct {
		name, text string
		opts       AuditOptions
		want, err  string
	}{
		{name: "a line each", text: zoe + "\n" + ann + "\n", want: both},
		{name: "a line each, CRLF and a mark", text: "\ufeff" + zoe + "\r\n" + ann, want: both},
		{name: "an array", text: "[" + zoe + ",\n" + ann + "]\n", want: both},
		{name: "the API's object", text: `{"response_metadata":{"next_cursor":""},"entries":[` + zoe + ",\n" + ann + `],"x":1}`, want: both},
		{name: "pages", text: `{"entries":[` + zoe + "]}\n{\"entries\":[" + ann + `]}`, want: both},
		{name: "indented", text: "{\n \"entries\": [\n  {\n   \"a\": 1 }\n ] }", want: "3 invalid: it has no actor.user.id; want events of Slack's audit log\n"},
		{name: "gzip", text: zipped(zoe + "\n" + ann + "\n"), want: both},
		{name: "UTF-16", text: utf16(zoe+"\n"+ann, unicode.BigEndian, unicode.UseBOM), want: both},
		{name: "no events", text: " [ ]\n{\"entries\":[]}", want: ""},
		{name: "nothing", text: "", want: ""},
		{name: "whole users", text: zoe + "\n" + ann, opts: AuditOptions{WholeUsers: true}, want: "1 W1 zoe@example.com Zoe\n2 W2 Ann\n"},
		{name: "an action", text: zoe + "\n" + ann, opts: AuditOptions{Actions: []string{"x", "anomaly"}}, want: "1 W1 zoe@example.com Zoe 1112275520242\n2 W2 Ann left out: another action\n"},
		{name: "since", text: zoe + "\n" + ann, opts: AuditOptions{WholeUsers: true, Since: at.Add(time.Second)}, want: "1 W1 zoe@example.com Zoe left out: before the first time\n2 W2 Ann\n"},
		{name: "until", text: zoe + "\n" + ann, opts: AuditOptions{WholeUsers: true, Since: at, Until: at}, want: "1 W1 zoe@example.com Zoe\n2 W2 Ann left out: after the last time\n"},
		{name: "its organization", text: zoe, opts: AuditOptions{Organization: "E1"}, want: "1 W1 zoe@example.com Zoe 1112275520242\n"},
		{name: "another organization", text: zoe, opts: AuditOptions{Organization: "E2"}, want: "1 W1 zoe@example.com Zoe left out: another organization\n"},
		{name: "a workspace", text: strings.ReplaceAll(zoe, "enterprise", "workspace"), opts: AuditOptions{Organization: "E2"}, want: "1 W1 zoe@example.com Zoe 1112275520242\n"},
		{
			name: "not people", text: `{"actor":{"type":"user","user":{"id":"USLACKUSER"}}} {"actor":{"type":"user","user":{"id":"USLACKSECURITY"}}} {"actor":{"type":"app","app":{"id":"A1"}}} {"actor":{"type":"workflow"}}`,
			want: "1 USLACKUSER left out: done by Slack\n1 USLACKSECURITY left out: done by Slack\n1 left out: done by an app or workflow\n1 left out: done by an app or workflow\n",
		},
		{
			name: "sessions", text: event + `7}}` + event + `"7"}}` + event + `""}}` + event + `1.11228E+12}}` + event + `"x"}}` + event + `true}}`,
			want: "1 W3 7\n1 W3 7\n1 W3 left out: " + noSession + "\n1 W3 invalid: its context.session_id: \"1.11228E+12\" is not a session ID: Excel shows a long number like this, and saves it without the last digits; format the column as text before you open the file, or use the file of sessions list --csv itself\n" +
				"1 W3 invalid: its context.session_id: \"x\" is not a session ID; want digits such as 1112275520242\n1 W3 invalid: its context.session_id: \"true\" is not a session ID; want digits such as 1112275520242\n",
		},
		{
			name: "what is no event", text: "[1,\n\"x\",{},[],null,\n{\"actor\":7},{\"actor\":{\"user\":{\"id\":\"zoe\"}}},{\"action\":1}]",
			want: "1 invalid: \"1\" is not an event of Slack's audit log\n2 invalid: \"\\\"x\\\"\" is not an event of Slack's audit log\n2 invalid: it has no actor.user.id; want events of Slack's audit log\n2 invalid: \"[]\" is not an event of Slack's audit log\n" +
				"2 invalid: it has no actor.user.id; want events of Slack's audit log\n3 invalid: its actor has another format than in Slack's audit log: \"7\"\n3 invalid: its actor.user.id, \"zoe\", is not a user ID; want one such as W12345678\n3 invalid: \"{\\\"action\\\":1}\" is not an event of Slack's audit log\n",
		},
		{name: "no time", text: `{"date_create":1760000000000}` + "\n{}", opts: AuditOptions{Since: at}, want: "1 invalid: its date_create, \"1760000000000\", is not a time; want seconds such as 1760000000\n2 invalid: its date_create, \"\", is not a time; want seconds such as 1760000000\n"},

		{name: "cut off", text: zoe + "\n" + ann[:90], err: "line 2: the JSON ends too early; the file may be cut off"},
		{name: "cut off between", text: "[" + zoe + ",\n", err: "line 2: the JSON ends too early; the file may be cut off"},
		{name: "malformed in an array", text: "[\n" + zoe + ",\n\n{]", err: `line 4: malformed JSON: invalid character ']'`},
		{name: "a comma too many", text: "[\n" + zoe + ",]", err: `line 2: malformed JSON: invalid character ']'`},
		{name: "malformed", text: zoe + "\n{\"a\":nul}", err: `line 2: malformed JSON: invalid character '}' in literal null`},
		{name: "no colon", text: "{\"a\" 1}", err: `line 1: malformed JSON: expected colon after object key`},
		{name: "a name without quotes", text: "{a:1}", err: `line 1: malformed JSON: invalid character 'a'`},
		{name: "a CSV", text: "user_id,session_id\nW1,7\n", err: `line 1: there is no event; want Slack's audit log as JSON`},
		{name: "a workbook", text: "PK\x03\x04", err: "it is a workbook"},
		{name: "gzip that is cut off", text: zipped(zoe + "\n" + ann)[:60], err: "as gzip: unexpected EOF; the file may be cut off"},
		{name: "entries that are not an array", text: "{\"entries\":{\"a\":" + zoe + "}}", err: "line 1: entries is not an array"},
		{name: "lines of an event", text: "{\"entries\":\r\n[\r" + event + "7}},\n\n" + event + "8}}]}", want: "3 W3 7\n5 W3 8\n"},
		{name: "gzip in gzip", text: zipped(zipped(zoe)), err: "it is compressed (gzip)"},
		{name: "a large event", text: `{"a":"` + strings.Repeat("x", 5<<20) + `"}`, err: "line 1: the value that begins here is larger than 4 MiB, too large for an event"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in, err := ReadAuditLog(strings.NewReader(test.text), test.opts)
			compare(t, in, err, test.want, test.err)
		})
	}
}

// zeros never end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestGunzippingEnds(t *testing.T) {
	t.Parallel()
	n, err := io.Copy(io.Discard, &sizeLimit{in: zeros{}, left: maxUnzipped})
	if err == nil || !strings.Contains(err.Error(), "it is larger than 4 GiB") || n > maxUnzipped {
		t.Errorf("got %d bytes and %v", n, err)
	}
}
