package main

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/methods"
)

func TestArgument(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "value.json")
	if err := os.WriteFile(path, []byte(`{"a": 1e400}`), 0o600); err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(t.TempDir(), "list.json")
	if err := os.WriteFile(list, []byte(`["W1"]`), 0o600); err != nil {
		t.Fatal(err)
	}
	text, whole, number := &methods.Type{Kind: "string"}, &methods.Type{Kind: "integer", Format: "int64"}, &methods.Type{Kind: "number"}
	date := &methods.Type{Kind: "string", Format: "date"}
	texts, wholes := &methods.Type{Kind: "array", Items: text}, &methods.Type{Kind: "array", Items: whole}
	object, anything, flag := &methods.Type{Kind: "object"}, &methods.Type{}, &methods.Type{Kind: "boolean"}
	for _, test := range []struct {
		name  string
		typ   *methods.Type
		kind  string // as the help says
		given []string
		want  any
		fails string
	}{
		{"string", text, "string", []string{" a,b "}, " a,b ", ""},
		{"empty string", text, "string", []string{""}, "", ""},
		{"string twice", text, "string", []string{"a", "b"}, nil, "it is given twice"},
		{"date", date, "date", []string{"2026-01-02"}, "2026-01-02", ""},
		{"boolean", flag, "true|false", []string{"false"}, false, ""},
		{"no boolean", flag, "true|false", []string{"maybe"}, nil, "want true or false"},
		{"integer", whole, "integer", []string{"-9007199254740993"}, int64(-9007199254740993), ""},
		{"no integer", whole, "integer", []string{"1.5"}, nil, "want a whole number"},
		{"number", number, "number", []string{"1.50"}, json.Number("1.50"), ""},
		{"no number", number, "number", []string{"x"}, nil, "want a number"},
		{"no JSON number", number, "number", []string{"0x1p-2"}, nil, "want a number"},
		{"infinity", number, "number", []string{"Inf"}, nil, "want a number"},
		{"list", texts, "list", []string{"W1, W2", "W3"}, []any{"W1", "W2", "W3"}, ""},
		{"list as JSON", texts, "list", []string{`["W1","W2"]`}, []any{"W1", "W2"}, ""},
		{"list in a file", texts, "list", []string{"@" + list}, []any{"W1"}, ""},
		{"list in a file that is an object", texts, "list", []string{"@" + path}, nil, "want a JSON array, or @ and the path of a file with one"},
		{"list of numbers", wholes, "list", []string{"1,2"}, []any{int64(1), int64(2)}, ""},
		{"list of no numbers", wholes, "list", []string{"1,x"}, nil, `"x": want a whole number`},
		{"object", object, "JSON|@file", []string{`{"a":{"b":9007199254740993}}`}, map[string]any{"a": map[string]any{"b": json.Number("9007199254740993")}}, ""},
		{"object in a file", object, "JSON|@file", []string{"@" + path}, map[string]any{"a": json.Number("1e400")}, ""},
		{"no object", object, "JSON|@file", []string{"[]"}, nil, "want a JSON object, or @ and the path of a file with one"},
		{"no JSON", object, "JSON|@file", []string{"{"}, nil, "want JSON, or @ and the path of a file with JSON"},
		{"more than an object", object, "JSON|@file", []string{`{"a":1} {"b":2}`}, nil, "there is more after the JSON"},
		{"more than a list", texts, "list", []string{`["W1"],W2`}, nil, "there is more after the JSON"},
		{"white space around an object", object, "JSON|@file", []string{" {}\n"}, map[string]any{}, ""},
		{"anything", anything, "JSON|@file", []string{"[1]"}, []any{json.Number("1")}, ""},
		{"anything that is text", anything, "JSON|@file", []string{"hello"}, "hello", ""},
		{"anything that begins as JSON", anything, "JSON|@file", []string{"3 days"}, "3 days", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			argument := &argument{typ: test.typ}
			var err error
			for _, text := range test.given {
				if err = argument.Set(text); err != nil {
					break
				}
			}
			switch {
			case argument.Type() != test.kind:
				t.Errorf("the help says %s, want %s", argument.Type(), test.kind)
			case test.fails != "":
				if err == nil || err.Error() != test.fails {
					t.Errorf("got error %v, want %q", err, test.fails)
				}
			case err != nil:
				t.Error(err)
			case !reflect.DeepEqual(argument.value, test.want):
				t.Errorf("got %#v, want %#v", argument.value, test.want)
			}
		})
	}
}

func TestFileArgument(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "photo.png")
	if err := os.WriteFile(path, []byte("PNG"), 0o600); err != nil {
		t.Fatal(err)
	}
	photo := &argument{typ: &methods.Type{Kind: "string", Format: "binary"}}
	if got := photo.Type(); got != "@file" {
		t.Errorf("the help says %s", got)
	}
	if err := photo.Set(path); err == nil || err.Error() != "want @ and the path of a file" {
		t.Errorf("without an @: %v", err)
	}
	if err := photo.Set("@" + path + "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no such file: %v", err)
	}
	if err := photo.Set("@" + path); err != nil {
		t.Fatal(err)
	}
	file := photo.value.(api.File)
	if content, err := io.ReadAll(file.Content); file.Name != "photo.png" || string(content) != "PNG" || err != nil {
		t.Errorf("got %s with %q, %v", file.Name, content, err)
	}
}
