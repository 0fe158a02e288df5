package tests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/spec"
)

// TestPageTwo turns the pages of every method that has any. The spec alone says
// which those are and where the next page is named, so that no method is here.
func TestPageTwo(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(spec.YAML)
	if err != nil {
		t.Fatal(err)
	}
	var turned int
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			way, ok := pagesOf(op)
			if !ok {
				continue
			}
			turned++
			t.Run(op.OperationID, func(t *testing.T) {
				t.Parallel()
				turnPages(t, op, way)
			})
		}
	}
	if turned == 0 {
		t.Error("no method has pages")
	}
}

// way is how a method goes on to its next page.
type way struct {
	argument   string // of the request
	next       string // path in the answer
	first, end any    // what stands there on page 1 and on page 2
	sent       string // what page 2 is asked for with
}

func pagesOf(op *openapi3.Operation) (way, bool) {
	if path, ok := op.Extensions["x-slack-pages"].(string); ok {
		return way{"page", path, 2, 2, "2"}, true
	}
	if slices.Contains(argumentNames(op), "cursor") && op.Extensions["x-slack-cursor"] != false {
		path, ok := op.Extensions["x-slack-cursor"].(string)
		if !ok {
			path = "response_metadata.next_cursor"
		}
		return way{"cursor", path, "dXNlcjo=", "", "dXNlcjo="}, true
	}
	return way{}, false
}

func turnPages(t *testing.T, op *openapi3.Operation, way way) {
	t.Helper()
	var mu sync.Mutex
	var asked []string // for which page each request was
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, argument(t, r, way.argument))
		next := way.end
		if len(asked) == 1 {
			next = way.first
		}
		w.Header().Set("Content-Type", mediaJSON)
		if err := json.NewEncoder(w).Encode(page(t, op, way.next, next)); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()

	client, err := api.New("xoxp-pages", append(reaching(t, server.URL), api.WithMaxAttempts(1))...)
	if err != nil {
		t.Fatal(err)
	}
	count := func(suffix string) (n int) {
		asked = nil
		method := reflect.ValueOf(client).MethodByName(clientMethod(op) + suffix)
		if !method.IsValid() {
			t.Fatalf("api.Client has no %s%s", clientMethod(op), suffix)
		}
		in := []reflect.Value{reflect.ValueOf(t.Context()), request(t, op, method.Type().In(1), false)}
		for _, err := range method.Call(in)[0].Seq2() {
			if !err.IsNil() {
				t.Fatal(err)
			}
			n++
		}
		if len(asked) != 2 || asked[0] == way.sent || asked[1] != way.sent {
			t.Errorf("%s: pages %q were asked for, want the first and %q", suffix, asked, way.sent)
		}
		return n
	}
	if pages := count("Pages"); pages != 2 {
		t.Errorf("%d pages, want 2", pages)
	}
	if items, want := count("All"), 2*itemsIn(page(t, op, way.next, way.first), op); items != want {
		t.Errorf("%d items, want those of the example twice, %d", items, want)
	}
}

// page returns the example of an answer, with next at path.
func page(t *testing.T, op *openapi3.Operation, path string, next any) map[string]any {
	t.Helper()
	encoded, err := json.Marshal(op.Responses.Value("200").Value.Content.Get("application/json").Examples["success"].Value.Value)
	if err != nil {
		t.Error(err)
	}
	var answer map[string]any
	if err := json.Unmarshal(encoded, &answer); err != nil {
		t.Error(err)
	}
	at, names := answer, strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		inner, ok := at[name].(map[string]any)
		if !ok {
			inner = map[string]any{}
			at[name] = inner
		}
		at = inner
	}
	at[names[len(names)-1]] = next
	return answer
}

// itemsIn returns how many items a page has: those where the spec says, or of its
// one array.
func itemsIn(page map[string]any, op *openapi3.Operation) int {
	path, _ := op.Extensions["x-slack-items"].(string)
	if path == "" {
		for name, value := range page {
			if _, ok := value.([]any); ok {
				path = name
			}
		}
	}
	var at any = page
	for name := range strings.SplitSeq(path, ".") {
		fields, _ := at.(map[string]any)
		at = fields[name]
	}
	switch at := at.(type) {
	case []any:
		return len(at)
	case map[string]any:
		return len(at)
	default:
		return 0
	}
}

// argument returns an argument of a request, whichever way it came.
func argument(t *testing.T, r *http.Request, name string) string {
	t.Helper()
	if r.Method == http.MethodGet {
		return r.URL.Query().Get(name)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	if r.Header.Get("Content-Type") == mediaForm {
		values, err := url.ParseQuery(string(body))
		if err != nil {
			t.Error(err)
		}
		return values.Get(name)
	}
	var args map[string]any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&args); err != nil {
		t.Error(err)
	}
	if args[name] == nil {
		return ""
	}
	return fmt.Sprint(args[name])
}
