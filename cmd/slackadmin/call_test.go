package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/seed-38c23bad/slackadmin/internal/methods"
)

func TestResponsePrinter(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, items string
		json        bool
		answer      string
		want        string
		fails       bool
	}{
		{name: "a control character", answer: "{\"text\": \"\x1b\"}", fails: true},
		{name: "for people", items: "list", answer: `{"list":[1],"text":"\u001b"}`, want: "{\n  \"list\": [\n    1\n  ],\n  \"text\": \"\\u001b\"\n}\n"},
		{name: "one line", json: true, answer: "{\n \"a\": 1}", want: "{\"a\":1}\n"},
		{name: "items", items: "list", json: true, answer: `{"list": [{"a": 1}, 2]}`, want: "{\"a\":1}\n2\n"},
		{name: "nested items", items: "a.b", json: true, answer: `{"b": [0], "a": {"b": [1]}}`, want: "1\n"},
		{name: "no items", items: "list", json: true, answer: `{"ok": true}`},
		{name: "null for items", items: "list", json: true, answer: `{"list": null}`},
		{name: "items by name", items: "map", json: true, answer: `{"map": {"b": {"x": 1}, "a": "t"}}`, want: "{\"name\":\"a\",\"value\":\"t\"}\n{\"name\":\"b\",\"value\":{\"x\":1}}\n"},
		{name: "items of another type", items: "list", json: true, answer: `{"list": 1}`, fails: true},
		{name: "a parent of another type", items: "a.b", json: true, answer: `{"a": 1}`, fails: true},
		{name: "no JSON", answer: `{`, fails: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			p := &responsePrinter{out: &out, items: test.items, json: test.json}
			if err := p.print([]byte(test.answer)); (err != nil) != test.fails || out.String() != test.want {
				t.Errorf("got %q, %v; want %q, failure %v", out.String(), err, test.want, test.fails)
			}
		})
	}
}

// stream is a response that ends with err.
type stream struct {
	io.Reader
	err    error
	closed bool
}

func (s *stream) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err == io.EOF {
		err = s.err
	}
	return n, err
}

func (s *stream) Close() error {
	s.closed = true
	return nil
}

func TestWriteStream(t *testing.T) {
	t.Parallel()
	cut := errors.New("cut off")
	dir := t.TempDir()
	there := filepath.Join(dir, "there")
	if err := os.WriteFile(there, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, path string
		err        error
		out        string
		file       string
		fails      string
	}{
		{name: "standard output", err: io.EOF, out: "data"},
		{name: "standard output, cut off", err: cut, out: "data", fails: "cut off"},
		{name: "a file", path: filepath.Join(dir, "new"), err: io.EOF, file: "data"},
		{name: "a file, cut off", path: filepath.Join(dir, "cut"), err: cut, file: "data", fails: "cut is incomplete"},
		{name: "a file that is there", path: there, err: io.EOF, file: "old", fails: "choose another file with --output"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in := &stream{Reader: strings.NewReader("data"), err: test.err}
			var out bytes.Buffer
			err := writeStream(in, &out, test.path)
			said := ""
			if err != nil {
				said = err.Error()
				var failed *failure
				if errors.As(err, &failed) {
					said += failed.hint
				}
			}
			if !strings.Contains(said, test.fails) || (err != nil) != (test.fails != "") || out.String() != test.out || !in.closed {
				t.Errorf("got %q, %q, closed %v", out.String(), said, in.closed)
			}
			if test.path == "" {
				return
			}
			if content, err := os.ReadFile(test.path); string(content) != test.file || err != nil {
				t.Errorf("the file has %q, %v", content, err)
			}
			if info, err := os.Stat(test.path); err != nil || info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
				t.Errorf("the file can be read by others: %v, %v", info.Mode(), err)
			}
		})
	}
}

// TestFlagsOfAMethod has a flag where the spec has something for it.
func TestFlagsOfAMethod(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		of   methods.Method
		want []string
	}{
		"a call":   {methods.Method{}, []string{"body", "curl", "user-id"}},
		"a list":   {methods.Method{Items: "things"}, []string{"all", "body", "curl", "user-id"}},
		"a stream": {methods.Method{IsStream: true}, []string{"body", "curl", "output", "user-id"}},
	} {
		test.of.Name, test.of.Arguments = "things.do", []methods.Argument{{Name: "user_id", Type: methods.Type{Kind: "string"}}}
		var got []string
		newMethod(&clientFlags{}, &test.of).Flags().VisitAll(func(flag *pflag.Flag) { got = append(got, flag.Name) })
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func TestMethodHelp(t *testing.T) {
	t.Parallel()
	of := &methods.Method{Summary: "Ends.", Docs: "https://a.example", Callers: "admin"}
	const plain = "Ends.\n\nTokens: admin. Scopes: none. Rate limit: not documented. Idempotent: not known.\nhttps://a.example"
	if got := methodHelp(of); got != plain {
		t.Errorf("got %q, want %q", got, plain)
	}
	of.Description, of.PerMinute, of.Idempotent = "All of it.\n", 20, true
	of.ScopesByToken = "user token: a; bot token: b"
	const full = "Ends.\n\nAll of it.\n\nTokens: admin. Scopes: user token: a; bot token: b. Rate limit: about 20 calls a minute. Idempotent: yes.\nhttps://a.example"
	if got := methodHelp(of); got != full {
		t.Errorf("got %q, want %q", got, full)
	}
}

// TestCurlOfAnotherServer has the URL in the command that the request would go to.
func TestCurlOfAnotherServer(t *testing.T) { //nolint:paralleltest // the URL is in the environment
	t.Setenv("SLACK_AUDIT_URL", "https://variable.example/audit")
	for want, flags := range map[string][]string{
		"'https://variable.example/audit/logs'": nil,
		"'https://flag.example/audit/logs'":     {"--audit-url", "https://flag.example/audit"},
	} {
		root := newRoot(&clientFlags{})
		var out bytes.Buffer
		root.SetArgs(append([]string{"call", "audit.logs", "--curl"}, flags...))
		root.SetOut(&out)
		if err := root.ExecuteContext(t.Context()); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("%v: got %s, %v; want %s", flags, &out, err, want)
		}
	}
}
