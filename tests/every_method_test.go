package tests

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/spec"
)

// everyMethod runs a test for each operation of the spec, with a server that
// answers with the spec's example of success.
func everyMethod(t *testing.T, test func(t *testing.T, op *openapi3.Operation, base string, example map[string]any)) {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(spec.YAML)
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			t.Run(op.OperationID, func(t *testing.T) {
				t.Parallel()
				example, _ := op.Responses.Value("200").Value.Content.Get("application/json").Examples["success"].Value.Value.(map[string]any)
				data, err := json.Marshal(example)
				if err != nil {
					t.Fatal(err)
				}
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path != "/"+op.OperationID {
						t.Errorf("%s was called", r.URL.Path)
					}
					if media := streamed(op); media != "" {
						w.Header().Set("Content-Type", media)
						_, _ = fmt.Fprint(w, "a stream")
						return
					}
					_, _ = w.Write(data)
				}))
				defer server.Close()
				test(t, op, server.URL, example)
			})
		}
	}
}

// TestExamplesAreTyped has every field that the spec types be in the typed
// answer, if the example has it.
func TestExamplesAreTyped(t *testing.T) {
	t.Parallel()
	everyMethod(t, func(t *testing.T, op *openapi3.Operation, base string, example map[string]any) {
		if streamed(op) != "" {
			return
		}
		client, err := api.New("xoxp-contract", api.WithBaseURL(base))
		if err != nil {
			t.Fatal(err)
		}
		method := reflect.ValueOf(client).MethodByName(clientMethod(op))
		in := []reflect.Value{reflect.ValueOf(context.Background())}
		if method.Type().NumIn() == 3 {
			in = append(in, request(t, op, method.Type().In(1), true))
		}
		out := method.Call(in)
		if failure, ok := reflect.TypeAssert[error](out[1]); ok && failure != nil {
			t.Fatal(failure)
		}
		encoded, err := json.Marshal(out[0].Interface())
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal(encoded, &got); err != nil {
			t.Fatal(err)
		}
		schema := op.Responses.Value("200").Value.Content.Get("application/json").Schema.Value.OneOf[0].Value
		compareTyped(t, "", schema, example, got)
	})
}

// compareTyped looks in got for what example has of schema's properties. What is
// empty may be left out.
func compareTyped(t *testing.T, path string, schema *openapi3.Schema, example, got map[string]any) {
	t.Helper()
	for _, part := range schema.AllOf {
		compareTyped(t, path, part.Value, example, got)
	}
	for name, property := range schema.Properties {
		want, at := example[name], path+"."+name
		wanted := reflect.ValueOf(want)
		if !wanted.IsValid() || wanted.IsZero() || (wanted.Kind() == reflect.Map || wanted.Kind() == reflect.Slice) && wanted.Len() == 0 {
			continue
		}
		if object, ok := want.(map[string]any); ok && (len(property.Value.Properties) > 0 || len(property.Value.AllOf) > 0) {
			inner, _ := got[name].(map[string]any)
			compareTyped(t, at, property.Value, object, inner)
			continue
		}
		if got[name] == nil {
			t.Errorf("%s is not in the typed answer; the example has %v", at, want)
		}
	}
}

// TestTheFakeTakesEveryMethodByPost posts JSON without a charset to the fake, by
// several clients at once, and then with one: the warning is not there for good.
func TestTheFakeTakesEveryMethodByPost(t *testing.T) {
	t.Parallel()
	slack := newSlack(t)
	everyMethod(t, func(t *testing.T, op *openapi3.Operation, _ string, _ map[string]any) {
		body, err := json.Marshal(examples(op, true))
		if err != nil {
			t.Fatal(err)
		}
		post := func(media string) string {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, slack.URL+"/"+op.OperationID, bytes.NewReader(body))
			if err != nil {
				return err.Error()
			}
			req.Header.Set("Content-Type", media)
			req.Header.Set("Authorization", "Bearer "+slack.Token)
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				return err.Error()
			}
			defer resp.Body.Close()
			said, err := io.ReadAll(resp.Body)
			return fmt.Sprint(string(said), err)
		}
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() { post("application/json") })
		}
		group.Wait()
		if said := post("application/json; charset=utf-8"); strings.Contains(said, "missing_charset") || strings.Contains(said, "unknown_method") || !strings.HasSuffix(said, "<nil>") {
			t.Errorf("the fake says %s", said)
		}
	})
}

// TestEveryMethodByCommand calls every operation of the spec through slackadmin
// call, with the examples of its arguments as flags.
func TestEveryMethodByCommand(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file.png")
	write(t, file, "a file")
	everyMethod(t, func(t *testing.T, op *openapi3.Operation, base string, example map[string]any) {
		args := []string{"call", op.OperationID, "--api-url", base, "--timeout", "1m"}
		values := examples(op, true)
		if op.RequestBody != nil {
			for _, media := range op.RequestBody.Value.Content {
				for _, name := range media.Schema.Value.Required {
					if values[name] == nil && media.Schema.Value.Properties[name].Value.Format != "binary" {
						values[name] = map[string]any{} // a required argument without an example is an object
					}
				}
			}
		}
		for name, value := range values {
			args = append(args, "--"+strings.ReplaceAll(name, "_", "-")+"="+flagValue(t, value))
		}
		if op.RequestBody != nil {
			for _, media := range op.RequestBody.Value.Content {
				for name, property := range media.Schema.Value.Properties {
					if property.Value.Format == "binary" {
						args = append(args, "--"+strings.ReplaceAll(name, "_", "-"), "@"+file)
					}
				}
			}
		}
		var stdout, stderr bytes.Buffer
		cmd := exec.CommandContext(t.Context(), command(t), args...)
		cmd.Env = environment("SLACK_TOKEN=xoxp-contract")
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); err != nil {
			t.Fatalf("%v\n%q\n%s", err, args, &stderr)
		}
		if streamed(op) != "" {
			if stdout.String() != "a stream" {
				t.Errorf("printed %q", &stdout)
			}
			return
		}
		var got map[string]any
		if err := json.Unmarshal(stdout.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(example)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := json.Marshal(got); err != nil || !bytes.Equal(again, want) {
			t.Errorf("printed %s, want %s", again, want)
		}
	})
}

// flagValue returns an example as a flag has it.
func flagValue(t *testing.T, value any) string {
	t.Helper()
	if text, ok := value.(string); ok {
		return text
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}
