package tests

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/slacktest"
	"github.com/seed-38c23bad/slackadmin/spec"
)

// contract is a server that holds both sides to the spec: it checks each
// request, and answers with the spec's own examples. It checks with
// kin-openapi's filter, which shares no code with package slacktest.
type contract struct {
	t      *testing.T
	router routers.Router
	answer string // "success", "error" or "429"

	mu   sync.Mutex
	seen map[string]bool // "operation media type"
}

func (c *contract) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		c.t.Error(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	route, params, err := c.router.FindRoute(r)
	if err != nil {
		c.t.Errorf("%s %s is not in the spec: %v", r.Method, r.URL, err)
		return
	}
	input := &openapi3filter.RequestValidationInput{
		Request: r, Route: route, PathParams: params,
		Options: &openapi3filter.Options{
			AuthenticationFunc: hasBearerToken, MultiError: true,
			// kin-openapi cannot read a form that has JSON in it.
			ExcludeRequestBody: r.Header.Get("Content-Type") == mediaForm && hasJSON(route.Operation),
		},
	}
	if err := openapi3filter.ValidateRequest(r.Context(), input); err != nil {
		c.t.Errorf("the request %s %q does not fit the spec: %v", route.Operation.OperationID, body, err)
	}
	if auth := r.Header.Get("Authorization"); isPublic(route.Operation) && auth != "" {
		c.t.Errorf("%s got the token, which it does not need", route.Operation.OperationID)
	}
	c.mu.Lock()
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	c.seen[route.Operation.OperationID+" "+media] = true
	c.mu.Unlock()

	if media := streamed(route.Operation); media != "" && c.answer == "success" {
		w.Header().Set("Content-Type", media)
		_, _ = w.Write([]byte("a stream"))
		return
	}
	status, example := 200, c.answer
	if c.answer == "429" {
		status, example = 429, "error"
		w.Header().Set("Retry-After", "30")
	}
	if c.answer == "error" && !saysOK(route.Operation) {
		status = http.StatusForbidden
	}
	response := route.Operation.Responses.Status(status)
	if response == nil {
		response = route.Operation.Responses.Default()
	}
	value := response.Value.Content.Get("application/json").Examples[example].Value.Value
	data, err := json.Marshal(value)
	if err != nil {
		c.t.Error(err)
	}
	output := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: status,
		Header: http.Header{"Content-Type": {mediaJSON}, "Retry-After": {"30"}},
	}
	if err := openapi3filter.ValidateResponse(r.Context(), output.SetBodyBytes(data)); err != nil {
		c.t.Errorf("the example %q of %s does not fit the spec: %v", example, route.Operation.OperationID, err)
	}
	w.Header().Set("Content-Type", mediaJSON)
	w.WriteHeader(status)
	_, _ = w.Write(data)
}

func isPublic(op *openapi3.Operation) bool { return op.Security != nil && len(*op.Security) == 0 }

// streamed returns the media type of a success that is no JSON.
func streamed(op *openapi3.Operation) string {
	for media := range op.Responses.Value("200").Value.Content {
		if media != "application/json" {
			return media
		}
	}
	return ""
}

func hasBearerToken(_ context.Context, in *openapi3filter.AuthenticationInput) error {
	if auth := in.RequestValidationInput.Request.Header.Get("Authorization"); auth != "Bearer xoxp-contract" {
		return errors.New("the Authorization header is not the bearer token")
	}
	return nil
}

func TestContract(t *testing.T) {
	t.Parallel()
	doc := atOneHost(t)
	router, err := legacy.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, answer := range []string{"success", "error", "429"} {
		t.Run(answer, func(t *testing.T) {
			t.Parallel()
			c := &contract{t: t, router: router, answer: answer, seen: map[string]bool{}}
			server := httptest.NewServer(c)
			defer server.Close()
			for _, item := range doc.Paths.Map() {
				for _, op := range item.Operations() {
					callByExamples(t, server.URL, op, answer)
				}
			}
			// Every operation was called in every way the spec has.
			for path, item := range doc.Paths.Map() {
				for _, op := range item.Operations() {
					if op.RequestBody == nil {
						continue
					}
					for media := range op.RequestBody.Value.Content {
						if !c.seen[op.OperationID+" "+media] {
							t.Errorf("no call of %s with %s", path, media)
						}
					}
				}
			}
		})
	}
}

// TestServers are those that Slack documents, and a client takes them.
func TestServers(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(spec.YAML)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, server := range doc.Servers {
		got = append(got, server.URL)
		if _, err := api.New("xoxp-servers", api.WithBaseURL(server.URL)); err != nil {
			t.Error(err)
		}
	}
	if want := []string{"https://slack.com/api", "https://slack-gov.com/api"}; !slices.Equal(got, want) {
		t.Errorf("the servers are %q, want %q", got, want)
	}
}

// TestWhatSlackMayLeaveOut has a session that nothing has changed, and settings
// that are not set, of an organization whose ID is the team's.
func TestWhatSlackMayLeaveOut(t *testing.T) {
	t.Parallel()
	slack := newSlack(t)
	client := newClient(t, slack)
	added := slack.AddSession(slacktest.Session{UserID: slacktest.Member, TeamID: slacktest.Organization, Created: api.SessionDevice{IP: "192.0.2.7"}})
	list := api.AdminUsersSessionListRequest{UserID: slacktest.Member, TeamID: slacktest.Organization}
	sessions, err := client.AdminUsersSessionList(t.Context(), list)
	if err != nil {
		t.Fatal(err)
	}
	want := []api.ActiveSession{{SessionID: added.ID, UserID: slacktest.Member, TeamID: slacktest.Organization, Created: api.SessionDevice{IP: "192.0.2.7"}}}
	if !reflect.DeepEqual(sessions.ActiveSessions, want) {
		t.Errorf("the sessions are %+v, want %+v", sessions.ActiveSessions, want)
	}
	users := []string{slacktest.Member}
	if _, err := client.AdminUsersSessionSetSettings(t.Context(), api.AdminUsersSessionSetSettingsRequest{UserIDs: users, Duration: 28800}); err != nil {
		t.Fatal(err)
	}
	answer, err := client.AdminUsersSessionGetSettings(t.Context(), api.AdminUsersSessionGetSettingsRequest{UserIDs: users})
	if err != nil {
		t.Fatal(err)
	}
	if len(answer.SessionSettings) != 1 || answer.SessionSettings[0].DesktopAppBrowserQuit != nil || *answer.SessionSettings[0].Duration != 28800 {
		t.Errorf("the settings are %+v, want the duration alone", answer.SessionSettings)
	}
}

// callByExamples calls the method of op with the spec's examples as arguments,
// all of them and just those required, in each encoding. No method is named.
func callByExamples(t *testing.T, base string, op *openapi3.Operation, answer string) {
	t.Helper()
	for encoding, opts := range encodings {
		if encoding == "form" && !takesForm(op) {
			continue
		}
		for _, all := range []bool{true, false} {
			// A new client each time: one that was told to wait sends nothing.
			client, err := api.New("xoxp-contract", append(reaching(t, base), api.WithMaxAttempts(1))...)
			if err != nil {
				t.Fatal(err)
			}
			answered, failure := callMethod(t, client, op, all, opts...)
			if stream, ok := answered.(io.ReadCloser); ok {
				if got, err := io.ReadAll(stream); err != nil || string(got) != "a stream" || stream.Close() != nil {
					t.Errorf("%s: the stream has %q, %v", op.OperationID, got, err)
				}
			}
			checkOutcome(t, op.OperationID+" as "+encoding, answer, failure)
		}
	}
}

// callMethod calls the method of client for op with the spec's examples as
// arguments, all of them or just those required.
func callMethod(t *testing.T, client *api.Client, op *openapi3.Operation, all bool, opts ...api.CallOption) (answer any, err error) {
	t.Helper()
	method := reflect.ValueOf(client).MethodByName(clientMethod(op))
	if !method.IsValid() {
		t.Fatalf("api.Client has no method for %s", op.OperationID)
	}
	in := []reflect.Value{reflect.ValueOf(t.Context())}
	if method.Type().NumIn() == 3 {
		in = append(in, request(t, op, method.Type().In(1), all))
	}
	for _, opt := range opts {
		in = append(in, reflect.ValueOf(opt))
	}
	out := method.Call(in)
	err, _ = reflect.TypeAssert[error](out[1])
	return out[0].Interface(), err
}

// clientMethod returns the name of the method of api.Client for op.
func clientMethod(op *openapi3.Operation) string {
	schema := op.Responses.Value("200").Value.Content.Get("application/json").Schema
	goType, ok := schema.Value.Extensions["x-go-type"].(string)
	if !ok {
		goType = schema.Ref[strings.LastIndex(schema.Ref, "/")+1:]
	}
	return strings.TrimSuffix(goType, "Response")
}

// request returns a request with the spec's examples of op's arguments.
func request(t *testing.T, op *openapi3.Operation, goType reflect.Type, all bool) reflect.Value {
	t.Helper()
	req := reflect.New(goType)
	data, err := json.Marshal(examples(op, all))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, req.Interface()); err != nil {
		t.Fatal(err)
	}
	for i := range goType.NumField() {
		if goType.Field(i).Type == reflect.TypeFor[api.File]() {
			req.Elem().Field(i).Set(reflect.ValueOf(api.File{Name: "a.png", Content: strings.NewReader("a file")}))
		}
	}
	return req.Elem()
}

func takesForm(op *openapi3.Operation) bool {
	return op.RequestBody != nil && op.RequestBody.Value.Content[mediaForm] != nil
}

// hasJSON tells whether a form of op may have JSON in it.
func hasJSON(op *openapi3.Operation) bool {
	mayBe := func(s *openapi3.Schema) bool { return s.Type == nil || s.Type.Is("object") }
	for _, property := range op.RequestBody.Value.Content[mediaForm].Schema.Value.Properties {
		if s := property.Value; mayBe(s) || s.Type.Is("array") && mayBe(s.Items.Value) {
			return true
		}
	}
	return false
}

// examples returns the spec's examples of op's arguments.
func examples(op *openapi3.Operation, all bool) map[string]any {
	args := map[string]any{}
	add := func(name string, required bool, example any) {
		if (all || required) && example != nil {
			args[name] = example
		}
	}
	for _, parameter := range op.Parameters {
		add(parameter.Value.Name, parameter.Value.Required, cmp.Or(parameter.Value.Example, parameter.Value.Schema.Value.Example))
	}
	if op.RequestBody != nil {
		for _, media := range op.RequestBody.Value.Content {
			for name, property := range media.Schema.Value.Properties {
				add(name, slices.Contains(media.Schema.Value.Required, name), property.Value.Example)
			}
		}
	}
	return args
}

func checkOutcome(t *testing.T, name, answer string, err error) {
	t.Helper()
	isRefusal := errors.As(err, new(*api.Error))
	switch answer {
	case "success":
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	case "error":
		if !isRefusal {
			t.Errorf("%s: got %v, want a refusal", name, err)
		}
	case "429":
		if !errors.Is(err, api.ErrRatelimited) {
			t.Errorf("%s: got %v, want ratelimited", name, err)
		}
	}
	seen.note(err)
}
