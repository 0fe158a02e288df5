package main

import (
	"fmt"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

const testModels = `package p

var TestListRequest int

type (
	TestListRequest struct {
		Cursor string ` + "`json:\"cursor,omitempty\"`" + `
		Page   int    ` + "`json:\"page,omitempty\"`" + `
	}
	TestListResponse = Answer
	Answer struct {
		Meta   struct{ Next string ` + "`json:\"next\"`" + ` } ` + "`json:\"meta\"`" + `
		Maybe  *Maybe  ` + "`json:\"maybe\"`" + `
		Paging Paging  ` + "`json:\"paging\"`" + `
		Things []Thing ` + "`json:\"things\"`" + `
		Words  Words   ` + "`json:\"words\"`" + `
		Emoji  map[string]interface{} ` + "`json:\"emoji\"`" + `
		text   string
		Text   string  ` + "`json:\"text\"`" + `
	}
	Maybe struct {
		Next  *string  ` + "`json:\"next\"`" + `
		Inner *Maybe   ` + "`json:\"inner\"`" + `
		Names []string ` + "`json:\"names\"`" + `
	}
	Paging struct {
		Pages *int ` + "`json:\"pages\"`" + `
	}
	Words []string
)
`

func TestOperations(t *testing.T) {
	t.Parallel()
	all, err := parseModels([]byte(testModels))
	if err != nil {
		t.Fatal(err)
	}
	limited := func(limit *openapi3.Schema) *openapi3.Schema {
		return openapi3.NewObjectSchema().WithProperty("limit", limit)
	}
	number, digits := openapi3.NewObjectSchema().WithProperty("page", openapi3.NewIntegerSchema()), openapi3.NewObjectSchema().WithProperty("page", openapi3.NewStringSchema())
	most := limited(openapi3.NewIntegerSchema().WithMax(100))
	for _, test := range []struct {
		name string
		op   speccheck.Operation
		want string // the function for page numbers, the places of the next page and of the items, and their types
	}{
		{"by cursor", speccheck.Operation{CursorPath: "meta.next", ItemsPath: "things", Arguments: &openapi3.Schema{}}, `"" req.Cursor {resp.Meta.Next ""} {page.Things ""} []Thing Thing`},
		{"as many as there are", speccheck.Operation{CursorPath: "meta.next", ItemsPath: "things", Arguments: limited(openapi3.NewIntegerSchema())}, `"" req.Cursor {resp.Meta.Next ""} {page.Things ""} []Thing Thing`},
		{"at most some", speccheck.Operation{CursorPath: "meta.next", ItemsPath: "things", Arguments: most}, `"" req.Cursor {resp.Meta.Next ""} {page.Things ""} []Thing Thing, at most 100, with room`},
		{"a type of its own", speccheck.Operation{CursorPath: "meta.next", ItemsPath: "words", Arguments: most}, `"" req.Cursor {resp.Meta.Next ""} {page.Words ""} Words string, at most 100, with room`},
		{"in what may be null", speccheck.Operation{CursorPath: "maybe.inner.next", ItemsPath: "maybe.names", Arguments: most}, `"" req.Cursor {*resp.Maybe.Inner.Next "resp.Maybe == nil || resp.Maybe.Inner == nil || resp.Maybe.Inner.Next == nil"} {page.Maybe.Names "page.Maybe == nil"} []string string, at most 100`},
		{"a map", speccheck.Operation{CursorPath: "meta.next", ItemsPath: "emoji", Arguments: most}, `"" req.Cursor {resp.Meta.Next ""} {page.Emoji ""} map[string]any any, at most 100, by name`},
		{"by number", speccheck.Operation{PageCountPath: "paging.pages", ItemsPath: "things", Arguments: number}, `"advancePage" req.Page {*resp.Paging.Pages "resp.Paging.Pages == nil"} {page.Things ""} []Thing Thing`},
		{"by number in digits", speccheck.Operation{PageCountPath: "paging.pages", ItemsPath: "things", Arguments: digits}, `"advancePageString" req.Page {*resp.Paging.Pages "resp.Paging.Pages == nil"} {page.Things ""} []Thing Thing`},
		{"no next page", speccheck.Operation{CursorPath: "meta.last", ItemsPath: "things", Arguments: most}, `meta.last: the Go type struct{Next string} has no field for "last"`},
		{"no items", speccheck.Operation{CursorPath: "meta.next", ItemsPath: "maybe.things", Arguments: most}, `maybe.things: the Go type Maybe has no field for "things"`},
		{"items that are one", speccheck.Operation{CursorPath: "meta.next", ItemsPath: "text", Arguments: most}, "text is string in Go; it must be a slice or a map"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := test.op
			o.Operation, o.Response, o.Request, o.HTTPMethod = &openapi3.Operation{OperationID: "test.list"}, &openapi3.Schema{}, "TestListRequest", "POST"
			op, err := newOperation(&o, all)
			got := fmt.Sprint(err)
			if err == nil {
				got = fmt.Sprintf("%q %s {%s %q} {%s %q} %s %s", op.ByNumber(), op.Page.Path, op.Next.Path, op.Next.Guard, op.List.Path, op.List.Guard, op.ListType(), op.Item)
				if op.MaxItems != "" {
					got += ", at most " + op.MaxItems
				}
				if op.Preallocate {
					got += ", with room"
				}
				if op.IsMap {
					got += ", by name"
				}
			}
			if got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestEncoding(t *testing.T) {
	t.Parallel()
	query := openapi3.Parameters{{Value: openapi3.NewQueryParameter("name")}}
	for _, test := range []struct {
		verb       string
		media      []string
		parameters openapi3.Parameters
		want       string
	}{
		{"GET", nil, query, "encodingQuery TestDoRequest"},
		{"GET", nil, nil, "encodingQuery struct{}"},
		{"POST", []string{speccheck.MediaForm, speccheck.MediaJSON}, nil, "encodingJSON TestDoRequest"},
		{"POST", []string{speccheck.MediaMultipart}, nil, "encodingMultipart TestDoRequest"},
		{"POST", []string{speccheck.MediaForm}, nil, "encodingForm TestDoRequest"},
		{"POST", nil, nil, "encodingNone struct{}"},
	} {
		o := speccheck.Operation{Operation: &openapi3.Operation{OperationID: "test.do", Parameters: test.parameters}, Response: &openapi3.Schema{}, HTTPMethod: test.verb}
		if test.media != nil {
			o.Request = "TestDoRequest"
			o.RequestBody = &openapi3.RequestBodyRef{Value: openapi3.NewRequestBody().WithContent(openapi3.NewContentWithSchema(nil, test.media))}
		}
		op, err := newOperation(&o, &models{})
		if err != nil {
			t.Fatal(err)
		}
		if got := op.Encoding + " " + op.Request; got != test.want || op.Response != "TestDoResponse" {
			t.Errorf("%s of %q: got %s and %s, want %s", test.verb, test.media, got, op.Response, test.want)
		}
	}
}

// TestMissingField has required fields that are essential, and others.
func TestMissingField(t *testing.T) {
	t.Parallel()
	const source = `package p

type (
	TestListResponse struct {
		Things []Thing  ` + "`json:\"things\"`" + `
		Maybe  []Thing  ` + "`json:\"maybe\"`" + `
		Owner  Owner    ` + "`json:\"owner\"`" + `
		Guest  Owner    ` + "`json:\"guest\"`" + `
		Other  *Owner   ` + "`json:\"other\"`" + `
		Name   string   ` + "`json:\"name\"`" + `
		Size   *int     ` + "`json:\"size\"`" + `
		Inline struct {
			Parts []string ` + "`json:\"parts\"`" + `
		} ` + "`json:\"inline\"`" + `
	}
	Thing struct {
		ID    int64   ` + "`json:\"id\"`" + `
		Parts []Thing ` + "`json:\"parts\"`" + `
	}
	Owner struct {
		ID string ` + "`json:\"id\"`" + `
	}
)
`
	all, err := parseModels([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	essential := func(schema *openapi3.Schema) *openapi3.Schema {
		schema.Extensions = map[string]any{"x-slack-essential": true}
		return schema
	}
	object := func(required ...string) *openapi3.Schema {
		schema := openapi3.NewObjectSchema()
		schema.Required = required
		return schema
	}
	owner := object("id").WithProperty("id", essential(openapi3.NewStringSchema()))
	part := object("id").WithProperty("id", essential(openapi3.NewInt64Schema()))
	thing := object("id", "parts").WithProperty("id", essential(openapi3.NewInt64Schema())).
		WithProperty("parts", essential(openapi3.NewArraySchema().WithItems(part)))
	inline := object("parts").WithProperty("parts", essential(openapi3.NewArraySchema().WithItems(openapi3.NewStringSchema())))
	answer := object("things", "owner", "name", "size", "other", "inline").
		WithProperty("inline", inline).
		WithProperty("things", essential(openapi3.NewArraySchema().WithItems(thing))).
		WithProperty("maybe", essential(openapi3.NewArraySchema().WithItems(openapi3.NewStringSchema()))).
		WithProperty("owner", owner).WithProperty("guest", owner).WithProperty("other", owner).
		WithProperty("name", openapi3.NewStringSchema()).
		WithProperty("size", essential(openapi3.NewIntegerSchema()))
	op, err := newOperation(&speccheck.Operation{Operation: &openapi3.Operation{OperationID: "test.list"}, Response: answer, HTTPMethod: "POST"}, all)
	if err != nil {
		t.Fatal(err)
	}
	const want = `if len(resp.Inline.Parts) == 0 && !has("inline.parts") {
return "inline.parts"
}
if resp.Owner.ID == "" {
return "owner.id"
}
if len(resp.Things) == 0 && !has("things") {
return "things"
}
for i := range resp.Things {
item := &resp.Things[i]
if item.ID == 0 {
return "things[].id"
}
for i := range item.Parts {
item := &item.Parts[i]
if item.ID == 0 {
return "things[].parts[].id"
}
}
}
`
	if op.MissingField != want {
		t.Errorf("got\n%s\nwant\n%s", op.MissingField, want)
	}
}
