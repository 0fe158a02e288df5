package tests

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/spec"
)

// TestWrongTypesEndNoList puts a value of each wrong type wherever the spec says
// that something essential stands, or leads to the next page, and into all that it
// stands in. The call is an error, or goes on to the next page.
func TestWrongTypesEndNoList(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(spec.YAML)
	if err != nil {
		t.Fatal(err)
	}
	var tried atomic.Int64
	t.Cleanup(func() {
		if tried.Load() < 100 {
			t.Errorf("only %d values were tried", tried.Load())
		}
	})
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			if streamed(op) != "" {
				continue
			}
			t.Run(op.OperationID, func(t *testing.T) {
				t.Parallel()
				schema := successOf(op)
				way, hasPages := pagesOf(op)
				first := func() map[string]any { return page(t, op, "ok", true) }
				vital := map[string]*openapi3.Schema{}
				if hasPages {
					first = func() map[string]any { return page(t, op, way.next, way.first) }
					for _, path := range []string{way.next, itemsAt(first(), op)} {
						addVital(vital, schema, path)
					}
				}
				addEssential(vital, schema, schema, "", 6)
				if len(vital) == 0 {
					return
				}

				call := calling(t, op, hasPages)
				if requests, err := call(t, first()); err != nil || hasPages && requests != 2 {
					t.Fatalf("as it should be: %d requests and %v", requests, err)
				}
				for path, schema := range vital {
					for _, value := range wrongFor(schema) {
						tried.Add(1)
						requests, err := call(t, put(first(), path, value))
						if err == nil && (!hasPages || requests < 2) {
							t.Errorf("%s is %v: %d requests and no error", path, value, requests)
						}
					}
				}
			})
		}
	}
}

// calling returns a function that calls the method of op, and turns its pages, with
// a server whose first page is as given. It returns how many requests there were.
func calling(t *testing.T, op *openapi3.Operation, hasPages bool) func(t *testing.T, first any) (int, error) {
	t.Helper()
	var bodies [][]byte
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests++
		_, _ = w.Write(bodies[min(requests, len(bodies))-1])
	}))
	t.Cleanup(server.Close)
	client, err := api.New("xoxp-types", append(reaching(t, server.URL), api.WithMaxAttempts(1))...)
	if err != nil {
		t.Fatal(err)
	}
	return func(t *testing.T, first any) (int, error) {
		t.Helper()
		pages := []any{first}
		if way, ok := pagesOf(op); ok {
			pages = append(pages, page(t, op, way.next, way.end))
		}
		bodies, requests = nil, 0
		for _, page := range pages {
			encoded, err := json.Marshal(page)
			if err != nil {
				t.Fatal(err)
			}
			bodies = append(bodies, encoded)
		}
		if !hasPages {
			_, err := callMethod(t, client, op, true)
			return requests, err
		}
		method := reflect.ValueOf(client).MethodByName(clientMethod(op) + "Pages")
		in := []reflect.Value{reflect.ValueOf(t.Context()), request(t, op, method.Type().In(1), false)}
		for _, failure := range method.Call(in)[0].Seq2() {
			if err, _ := reflect.TypeAssert[error](failure); err != nil {
				return requests, err
			}
		}
		return requests, nil
	}
}

// itemsAt returns where the items of a page are: where the spec says, or in its
// one array.
func itemsAt(page map[string]any, op *openapi3.Operation) string {
	if path, ok := op.Extensions["x-slack-items"].(string); ok {
		return path
	}
	for name, value := range page {
		if _, ok := value.([]any); ok {
			return name
		}
	}
	return ""
}

// addVital adds a path and all that it leads through.
func addVital(vital map[string]*openapi3.Schema, schema *openapi3.Schema, path string) {
	at := ""
	for name := range strings.SplitSeq(path, ".") {
		if schema = step(schema, name); schema == nil {
			return
		}
		at = strings.TrimPrefix(at+"."+name, ".")
		vital[at] = schema
	}
}

// addEssential adds the paths of what is essential, and all that they lead through,
// where [] is an item of an array and {} one of a map.
func addEssential(vital map[string]*openapi3.Schema, root, schema *openapi3.Schema, path string, depth int) {
	if schema.Extensions["x-slack-essential"] == true {
		addVital(vital, root, path)
	}
	if depth == 0 {
		return
	}
	for name, property := range properties(schema) {
		addEssential(vital, root, property, strings.TrimPrefix(path+"."+name, "."), depth-1)
	}
	for _, name := range []string{"[]", "{}"} {
		if item := step(schema, name); item != nil {
			addEssential(vital, root, item, path+"."+name, depth-1)
		}
	}
}

// properties returns the properties of a schema and of its parts.
func properties(schema *openapi3.Schema) map[string]*openapi3.Schema {
	all := map[string]*openapi3.Schema{}
	for _, part := range schema.AllOf {
		maps.Copy(all, properties(part.Value))
	}
	for name, property := range schema.Properties {
		all[name] = property.Value
	}
	return all
}

// step returns the schema of what is directly in another, nil if it is not there.
func step(schema *openapi3.Schema, name string) *openapi3.Schema {
	switch {
	case name == "[]" && schema.Items != nil:
		return schema.Items.Value
	case name == "{}" && len(properties(schema)) == 0 && schema.AdditionalProperties.Schema != nil:
		return schema.AdditionalProperties.Schema.Value
	default:
		return properties(schema)[name]
	}
}

// wrongFor returns values of all types that a schema does not have. An empty array
// is how PHP writes an empty object.
func wrongFor(schema *openapi3.Schema) (wrong []any) {
	isObject := schema.Type.Is("object") || len(schema.AllOf) > 0
	if schema.Type == nil && !isObject {
		return nil // a value of any type
	}
	for kind, values := range map[string][]any{
		"boolean": {false, true},
		"number":  {0, 7, 2.5},
		"string":  {"", "x", "7x"},
		"array":   {[]any{}, []any{"x"}, []any{map[string]any{"next_cursor": "x"}}},
		"object":  {map[string]any{}, map[string]any{"x": "y"}},
	} {
		switch {
		case schema.Type.Is(kind), kind == "object" && isObject:
		case kind == "number" && schema.Type.Is("integer"):
			wrong = append(wrong, 2.5)
		case kind == "array" && isObject:
			wrong = append(wrong, values[1:]...)
		default:
			wrong = append(wrong, values...)
		}
	}
	if !schema.Nullable {
		wrong = append(wrong, nil)
	}
	return wrong
}

// put returns an answer with a value at a path, in a list or a map in the first
// item. What it leads through is made if it is not there.
func put(at any, path string, value any) any {
	if path == "" {
		return value
	}
	name, rest, _ := strings.Cut(path, ".")
	if name == "[]" {
		list, _ := at.([]any)
		if len(list) == 0 {
			list = []any{nil}
		}
		list[0] = put(list[0], rest, value)
		return list
	}
	fields, ok := at.(map[string]any)
	if !ok {
		fields = map[string]any{}
	}
	if name == "{}" {
		name = "first"
		if names := slices.Sorted(maps.Keys(fields)); len(names) > 0 {
			name = names[0]
		}
	}
	fields[name] = put(fields[name], rest, value)
	return fields
}
