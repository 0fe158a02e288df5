package slacktest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

// serve answers a request as the organization would, if the spec allows that
// answer.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, body []byte) {
	op := s.methods[r.URL.Path]
	if op != nil && op.Verb != r.Method {
		op = nil
	}
	missingCharset := r.Header.Get("Content-Type") == speccheck.MediaJSON
	recorder := httptest.NewRecorder()
	s.answer(recorder, r, op, body)

	answer, err := s.checked(op, recorder, missingCharset)
	if err != nil {
		// No client takes this for Slack.
		http.Error(w, "slacktest: "+err.Error(), http.StatusInternalServerError)
		return
	}
	maps.Copy(w.Header(), recorder.Header())
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(recorder.Code)
	_, _ = w.Write(answer) // the client may have gone
}

// answer is the life of one request.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, op *speccheck.Operation, body []byte) {
	// Is there such a method?
	if op == nil {
		refuse(w, api.ErrUnknownMethod, nil)
		return
	}

	// Who calls, how often, and may they?
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
		refuse(w, api.ErrInvalidArguments, metadata(messages...))
		return
	}

	// The strict server decodes them once more, into Go types, and asks behavior.
	bind(r, op, args)
	ctx := context.WithValue(r.Context(), callerKey{}, caller)
	ctx = context.WithValue(ctx, operationKey{}, op)
	s.strict.ServeHTTP(w, r.WithContext(ctx))
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

// undecoded answers for the strict server where the arguments fit the spec but
// not Go's types, as 1.0 fits an integer.
func undecoded(w http.ResponseWriter, _ *http.Request, err error) {
	refuse(w, api.ErrInvalidArguments, metadata("[ERROR] "+err.Error()))
}

// unanswered answers for behavior where it returned an error: its refusal, or
// the spec's example where there is no behavior yet.
func unanswered(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, strictserver.ErrUnimplemented) {
		writeJSON(w, r.Context().Value(operationKey{}).(*speccheck.Operation).Success())
		return
	}
	var fields map[string]any
	if r, ok := errors.AsType[*refusal](err); ok {
		fields = metadata(r.messages...)
	}
	refuse(w, err, fields)
}

// refuse says no as Slack does: with status 200.
func refuse(w http.ResponseWriter, code error, fields map[string]any) {
	body := map[string]any{"ok": false, "error": code.Error()}
	maps.Copy(body, fields)
	writeJSON(w, body)
}

func metadata(messages ...string) map[string]any {
	return map[string]any{"response_metadata": map[string]any{"messages": messages}}
}

func writeJSON(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(body) // the client may have gone
}

// checked returns the recorded answer, with a warning if the request earned
// one. Its error says that the spec does not allow the answer.
func (s *Server) checked(op *speccheck.Operation, recorder *httptest.ResponseRecorder, missingCharset bool) ([]byte, error) {
	decoded, err := decodeJSON(recorder.Body.Bytes())
	body, ok := decoded.(map[string]any)
	if err != nil || !ok {
		return nil, fmt.Errorf("the answer %q is no JSON object", recorder.Body)
	}
	if missingCharset {
		body["warning"] = "missing_charset"
		metadata, _ := body["response_metadata"].(map[string]any)
		if metadata == nil {
			metadata = map[string]any{}
		}
		metadata["warnings"] = []any{"missing_charset"}
		body["response_metadata"] = metadata
	}

	schema, special := s.doc.Components.Schemas["ErrorResponse"].Value, []string(nil)
	if op != nil {
		special = op.Errors
		response := op.Responses.Status(recorder.Code)
		if response == nil {
			response = op.Responses.Default()
		}
		schema = response.Value.Content.Get(speccheck.MediaJSON).Schema.Value
	}
	if err := schema.VisitJSON(body, openapi3.VisitAsResponse()); err != nil {
		return nil, fmt.Errorf("the answer %q does not fit the spec: %w", recorder.Body, err)
	}
	if code, refused := body["error"].(string); refused && s.doc.Common[code] == "" && !slices.Contains(special, code) {
		return nil, fmt.Errorf("the spec has no error code %q for %s", code, op.OperationID)
	}
	return json.Marshal(body)
}
