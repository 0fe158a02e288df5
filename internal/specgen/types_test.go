package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// TestAliases has an alias for each model, with the descriptions of its fields.
func TestAliases(t *testing.T) {
	t.Parallel()
	const source = `package p

const (
	Asc  TestSort = "asc"
	Desc TestSort = "desc"
)

type File = string
type Success struct {
	OK bool ` + "`json:\"ok\"`" + `
}
type TestDoResponse = Success
type TestTree struct {
	Sort  TestSort            ` + "`json:\"sort\"`" + `
	Left  *TestTree           ` + "`json:\"left\"`" + `
	Any   interface{}         ` + "`json:\"any\"`" + `
	Rooms []TestTree_Rooms    ` + "`json:\"rooms\"`" + `
	ByID  map[string]TestByID ` + "`json:\"by_id\"`" + `
	Either TestTree_Either    ` + "`json:\"either\"`" + `
	Words []string            ` + "`json:\"words\"`" + `
	Other string
}
type Unknown int
type TestSort string
type TestTree_Rooms struct {
	Name string ` + "`json:\"name\"`" + `
}
type TestByID struct{}
type TestTree_Either struct {
	union json.RawMessage
}
type TestTree_Either_0 struct {
	Text string ` + "`json:\"text\"`" + `
}
type TestTreeEither0 = TestTree_Either_0
type TestListParams struct{}
type TestListJSONRequestBody = TestListRequest
type TestListRequest struct {
	Sort TestListParamsSort ` + "`json:\"sort\"`" + `
}
type TestListParamsSort string
`
	all, err := parseModels([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	described := func(schema *openapi3.Schema, description string) *openapi3.Schema {
		schema.Description = description
		return schema
	}
	success := openapi3.NewObjectSchema().WithProperty("ok", described(openapi3.NewBoolSchema(), "True."))
	success.Required = []string{"ok"}
	done := &openapi3.Schema{AllOf: openapi3.SchemaRefs{openapi3.NewSchemaRef("#/components/schemas/Success", success)}}
	rooms := described(openapi3.NewObjectSchema(), "A room.").WithProperty("name", openapi3.NewStringSchema())
	tree := described(openapi3.NewObjectSchema(), "A tree.").
		WithProperty("sort", described(openapi3.NewStringSchema(), "The order.")).
		WithProperty("any", described(&openapi3.Schema{}, "Whatever.")).
		WithProperty("rooms", described(openapi3.NewArraySchema().WithItems(rooms), "The rooms.")).
		WithProperty("by_id", openapi3.NewObjectSchema().WithAdditionalProperties(described(openapi3.NewObjectSchema(), "What has an ID.")))
	first := described(openapi3.NewObjectSchema(), "A text.").WithProperty("text", openapi3.NewStringSchema())
	tree.WithProperty("either", described(openapi3.NewOneOfSchema(first), "A text, or none.")).
		WithProperty("words", described(openapi3.NewStringSchema(), "Words, by x-go-type."))
	tree.Properties["left"] = openapi3.NewSchemaRef("#/components/schemas/TestTree", tree)
	tree.Required = []string{"sort"}
	doc := &speccheck.Doc{T: &openapi3.T{Components: &openapi3.Components{Schemas: openapi3.Schemas{
		"Success": success.NewRef(), "TestDoResponse": done.NewRef(), "TestTree": tree.NewRef(),
	}}}}
	list := &operation{Request: "TestListRequest", Operation: &speccheck.Operation{
		Operation: &openapi3.Operation{OperationID: "test.list", Parameters: openapi3.Parameters{{}}},
		Arguments: openapi3.NewObjectSchema().WithProperty("sort", described(openapi3.NewStringSchema(), "Up or down.")),
	}}
	named := all.aliases(doc, []*operation{list, {Operation: &speccheck.Operation{Operation: &openapi3.Operation{}}}})

	var got strings.Builder
	fmt.Fprintln(&got, named.Enums)
	for _, typ := range named.Types {
		fmt.Fprintf(&got, "%s: %s\n", typ.Name, typ.Schema.Description)
		for _, field := range typ.Fields {
			fmt.Fprintf(&got, "  %s %s %v: %s\n", field.Name, field.Type, field.Required, field.Schema.Description)
		}
	}
	const want = `[{TestSort [Asc Desc]}]
TestDoResponse: 
  OK bool false: True.
TestTree: A tree.
  Sort TestSort true: The order.
  Left *TestTree false: A tree.
  Any any false: Whatever.
  Rooms []TestTree_Rooms false: The rooms.
  ByID map[string]TestByID false: 
  Either TestTree_Either false: A text, or none.
  Words []string false: Words, by x-go-type.
Unknown: 
TestSort: The order.
TestTree_Rooms: A room.
  Name string false: 
TestByID: What has an ID.
TestTree_Either: A text, or none.
TestTree_Either_0: A text.
  Text string false: 
TestTreeEither0: A text.
  Text string false: 
TestListRequest: The request of test.list.
  Sort TestListParamsSort false: Up or down.
TestListParamsSort: Up or down.
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &got, want)
	}
}
