package slacktest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
	"github.com/seed-38c23bad/slackadmin/internal/strictserver"
)

type (
	callerKey    struct{}
	operationKey struct{}
)

// serve answers a request as the organization would.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, body []byte) {
	// Is there such a method?
	op, ok := s.methods[r.URL.Path]
	if !ok || op.Verb != r.Method {
		refuse(w, api.ErrUnknownMethod, nil)
		return
	}

	// Who calls?
	caller, err := s.authenticate(r)
	if err != nil {
		refuse(w, err, nil)
		return
	}
	if wait := s.limits.take(caller, op); wait > 0 {
		RateLimit(wait)(w, r)
		return
	}
	w.Header().Set("X-Oauth-Scopes", strings.Join(caller.scopes, ","))
	w.Header().Set("X-Accepted-Oauth-Scopes", strings.Join(op.Scopes, ","))
	if err := authorize(caller, op); err != nil {
		var fields map[string]any
		if errors.Is(err, api.ErrMissingScope) {
			fields = map[string]any{"needed": strings.Join(op.Scopes, ","), "provided": strings.Join(caller.scopes, ",")}
		}
		refuse(w, err, fields)
		return
	}

	// With which arguments?
	args, err := arguments(op, r, body)
	if err != nil {
		refuse(w, err, nil)
		return
	}
	if messages := check(op, args); len(messages) > 0 {
		refuse(w, api.ErrInvalidArguments, map[string]any{"response_metadata": map[string]any{"messages": messages}})
		return
	}
	warn := r.Header.Get("Content-Type") == speccheck.MediaJSON // Slack minds the missing charset
	bind(r, op, args)

	// The strict server decodes them once more, into Go types, and asks behavior.
	ctx := context.WithValue(r.Context(), callerKey{}, caller)
	ctx = context.WithValue(ctx, operationKey{}, op)
	recorder := httptest.NewRecorder()
	s.strict.ServeHTTP(recorder, r.WithContext(ctx))

	// What it answers has to be in the spec.
	if err := conforms(op, s.doc, recorder); err != nil {
		fault(w, err)
		return
	}
	respond(w, recorder, warn)
}

func (s *Server) authenticate(r *http.Request) (token, error) {
	name, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || name == "" {
		return token{}, api.ErrNotAuthed
	}
	s.org.mu.Lock()
	defer s.org.mu.Unlock()
	caller, ok := s.org.tokens[name]
	if !ok {
		return token{}, api.ErrInvalidAuth
	}
	return caller, nil
}

func authorize(caller token, op *speccheck.Operation) error {
	if caller.user.Role == RoleBot {
		return api.ErrNotAllowedTokenType
	}
	for _, scope := range op.Scopes {
		if !slices.Contains(caller.scopes, scope) {
			return api.ErrMissingScope
		}
	}
	if caller.user.Role != RoleAdmin && caller.user.Role != RolePrimaryOwner {
		return api.ErrNotAnAdmin
	}
	return nil
}

// unanswered answers for behavior where it returned an error: its refusal, or
// the spec's example where there is no behavior yet.
func unanswered(w http.ResponseWriter, r *http.Request, err error) {
	var code api.ErrorCode
	switch {
	case errors.Is(err, strictserver.ErrUnimplemented):
		op := r.Context().Value(operationKey{}).(*speccheck.Operation)
		writeJSON(w, op.Success())
	case errors.As(err, &code):
		refuse(w, code, nil)
	default:
		fault(w, err)
	}
}

// refuse says no as Slack does: with status 200.
func refuse(w http.ResponseWriter, code error, fields map[string]any) {
	body := map[string]any{"ok": false, "error": code.Error()}
	maps.Copy(body, fields)
	writeJSON(w, body)
}

func writeJSON(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(body) // the client may have gone
}

// fault says that the fake itself is wrong, in a way no client takes for Slack.
func fault(w http.ResponseWriter, err error) {
	http.Error(w, "slacktest: "+err.Error(), http.StatusInternalServerError)
}

// conforms checks an answer against the spec.
func conforms(op *speccheck.Operation, doc *speccheck.Doc, recorder *httptest.ResponseRecorder) error {
	response := op.Responses.Status(recorder.Code)
	if response == nil {
		response = op.Responses.Default()
	}
	var body any
	if err := json.Unmarshal(recorder.Body.Bytes(), &body); err != nil {
		return fmt.Errorf("the answer %q is not JSON: %w", recorder.Body, err)
	}
	schema := response.Value.Content.Get(speccheck.MediaJSON).Schema.Value
	if err := schema.VisitJSON(body, openapi3.VisitAsResponse()); err != nil {
		return fmt.Errorf("the answer does not fit the spec: %w", err)
	}
	code, refused := body.(map[string]any)["error"].(string)
	if refused && doc.Common[code] == "" && !slices.Contains(op.Errors, code) {
		return fmt.Errorf("the spec has no error code %q for %s", code, op.OperationID)
	}
	return nil
}

// respond sends the recorded answer, with a warning if there is one to give.
func respond(w http.ResponseWriter, recorder *httptest.ResponseRecorder, warn bool) {
	body := recorder.Body.Bytes()
	if warn {
		var object map[string]any
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.UseNumber()
		if decoder.Decode(&object) == nil {
			object["warning"] = "missing_charset"
			metadata, _ := object["response_metadata"].(map[string]any)
			if metadata == nil {
				metadata = map[string]any{}
			}
			metadata["warnings"] = []string{"missing_charset"}
			object["response_metadata"] = metadata
			body, _ = json.Marshal(object) // it was JSON before
		}
	}
	maps.Copy(w.Header(), recorder.Header())
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(recorder.Code)
	_, _ = io.Copy(w, bytes.NewReader(body)) // the client may have gone
}
