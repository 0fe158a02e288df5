package tests

import (
	"bytes"
	"encoding/json"
	"errors"
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
)

// everyMethod runs a test for each operation of the spec, with a server that
// answers with the spec's example of success.
func everyMethod(t *testing.T, test func(t *testing.T, op *openapi3.Operation, base string, example map[string]any)) {
	t.Helper()
	for path, item := range atOneHost(t).Paths.Map() {
		for _, op := range item.Operations() {
			t.Run(op.OperationID, func(t *testing.T) {
				t.Parallel()
				example, _ := op.Responses.Value("200").Value.Content.Get("application/json").Examples["success"].Value.Value.(map[string]any)
				data, err := json.Marshal(example)
				if err != nil {
					t.Fatal(err)
				}
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path != path {
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
		client, err := api.New("xoxp-contract", reaching(t, base)...)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := callMethod(t, client, op, true)
		if err != nil {
			t.Fatal(err)
		}
		encoded, err := json.Marshal(answer)
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal(encoded, &got); err != nil {
			t.Fatal(err)
		}
		compareTyped(t, "", successOf(op), example, got)
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

// TestPagesOfExamplesEnd turns the pages of a server that has nothing but the spec's
// examples, as a static mock has. A cursor that leads on would come up again, which
// is an error.
func TestPagesOfExamplesEnd(t *testing.T) {
	t.Parallel()
	everyMethod(t, func(t *testing.T, op *openapi3.Operation, base string, _ map[string]any) {
		if _, ok := pagesOf(op); !ok {
			return
		}
		client, err := api.New("xoxp-pages", reaching(t, base)...)
		if err != nil {
			t.Fatal(err)
		}
		method := reflect.ValueOf(client).MethodByName(clientMethod(op) + "Pages")
		in := []reflect.Value{reflect.ValueOf(t.Context()), request(t, op, method.Type().In(1), false)}
		for _, err := range method.Call(in)[0].Seq2() {
			if !err.IsNil() {
				t.Fatal(err)
			}
		}
	})
}

// TestMethodsThatAreSentAgain has the first answer to every method be lost.
func TestMethodsThatAreSentAgain(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	requests := map[string]int{}
	t.Cleanup(func() {
		// A repeat of both does the same to users: it ends what started since.
		if one, many := requests["admin.users.session.reset"], requests["admin.users.session.resetBulk"]; one != 2 || many != 2 {
			t.Errorf("reset was sent %d times and resetBulk %d times, want both twice", one, many)
		}
	})
	everyMethod(t, func(t *testing.T, op *openapi3.Operation, base string, _ map[string]any) {
		transport := roundTripper(func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			requests[op.OperationID]++
			first := requests[op.OperationID] == 1
			mu.Unlock()
			resp, err := http.DefaultTransport.RoundTrip(r)
			if err == nil && first {
				return nil, errors.Join(io.ErrUnexpectedEOF, resp.Body.Close())
			}
			return resp, err
		})
		client, err := api.New("xoxp-again", append(reaching(t, base), api.WithHTTPClient(&http.Client{Transport: transport}))...)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := callMethod(t, client, op, true)
		if stream, ok := answer.(io.ReadCloser); ok {
			_ = stream.Close()
		}
		want := 1
		if op.Extensions["x-slack-idempotent"] == true {
			want = 2
		}
		mu.Lock()
		defer mu.Unlock()
		if got := requests[op.OperationID]; got != want || (err == nil) != (want == 2) {
			t.Errorf("%d requests and the error %v, want %d requests", got, err, want)
		}
	})
}

// TestTheFakeTakesEveryMethodByPost posts JSON without a charset to the fake, by
// several clients at once, and then with one: the warning is not there for good.
func TestTheFakeTakesEveryMethodByPost(t *testing.T) {
	t.Parallel()
	slack := newSlack(t)
	everyMethod(t, func(t *testing.T, op *openapi3.Operation, _ string, _ map[string]any) {
		if !saysOK(op) {
			return // of another API
		}
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
		for name, server := range serversAt(t, base) {
			args = append(args, "--"+name+"-url", server)
		}
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

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
