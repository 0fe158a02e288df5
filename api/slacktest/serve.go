package slacktest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// serve answers a request as the organization would, if the spec allows that
// answer.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, body []byte) {
	op := s.methods[r.URL.Path]
	if op != nil && op.HTTPMethod != r.Method && (r.Method != http.MethodPost || op.Server != "") {
		op = nil // the Web API takes every method by POST
	}
	status, answer := s.answer(w.Header(), r, op, body)
	if op != nil && op.NoOK && status == http.StatusOK && answer["ok"] == false {
		status = statusOf(answer["error"])
	}
	if r.Header.Get("Content-Type") == speccheck.MediaJSON && (op == nil || !op.NoOK) {
		warn(answer, "missing_charset")
	}
	encoded, err := s.encode(op, status, answer)
	if err == nil && op != nil && op.StreamType != "" && answer["ok"] == true {
		w.Header().Set("Content-Type", op.StreamType)
		_, _ = w.Write([]byte(op.StreamExample())) // the client may have gone
		return
	}
	if err != nil {
		// No client takes this for Slack.
		http.Error(w, "slacktest: "+err.Error(), http.StatusInternalServerError)
		return
	}
	send(w, status, encoded)
}

func send(w http.ResponseWriter, status int, encoded []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(encoded) // the client may have gone
}

// answer is the life of one request.
func (s *Server) answer(header http.Header, r *http.Request, op *speccheck.Operation, body []byte) (status int, answer map[string]any) {
	// Is there such a method?
	if op == nil {
		return refuse(api.ErrUnknownMethod)
	}

	// Who calls, how often, and may they?
	caller, err := s.authenticate(r, op, body)
	if err != nil {
		return refuse(err)
	}
	if wait := s.limits.take(op); wait > 0 {
		return limit(header, wait)
	}
	header.Set("X-Oauth-Scopes", strings.Join(caller.scopes, ","))
	header.Set("X-Accepted-Oauth-Scopes", strings.Join(op.AllScopes(), ","))
	if err := authorize(caller, op); err != nil {
		status, answer := refuse(err)
		if errors.Is(err, api.ErrMissingScope) {
			answer["needed"], answer["provided"] = strings.Join(op.AllScopes(), ","), strings.Join(caller.scopes, ",")
		}
		return status, answer
	}

	// With which arguments?
	args, err := arguments(op, r, body)
	if err != nil {
		return refuse(err)
	}
	if messages := check(op, args); len(messages) > 0 {
		return refuse(&refusal{api.ErrInvalidArguments, messages})
	}

	// What comes of it?
	do := s.behave[op.OperationID]
	if do == nil {
		example, _ := op.SuccessExample().(map[string]any) // the spec's check has seen that it is
		return http.StatusOK, maps.Clone(example)
	}
	if answer, err = do(caller, args); err != nil {
		return refuse(err)
	}
	return http.StatusOK, answer
}

// authenticate finds out whose token a request has, nobody's if the method needs
// none. Slack takes the token in a form, too, but no longer in a query.
func (s *Server) authenticate(r *http.Request, op *speccheck.Operation, body []byte) (token, error) {
	if op.NoToken {
		return token{}, nil
	}
	name, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !isBearer {
		name = ""
		media, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if values, err := formValues(media, params, body); err == nil {
			name = values.Get("token")
		}
	}
	if name == "" {
		return token{}, api.ErrNotAuthed
	}
	s.org.mu.Lock()
	defer s.org.mu.Unlock()
	caller, ok := s.org.tokens[name]
	if !ok {
		return token{}, api.ErrInvalidAuth
	}
	if caller.user.Deactivated {
		return token{}, api.ErrAccountInactive
	}
	return caller, nil
}

// authorize refuses those whom the spec does not let call a method.
func authorize(caller token, op *speccheck.Operation) error {
	if op.NoToken {
		return nil
	}
	isBot := caller.user.Role == RoleBot
	forMembers, forAdmins := slices.Contains(op.Callers, speccheck.CallerMember), slices.Contains(op.Callers, speccheck.CallerAdmin)
	forUsers := forMembers || forAdmins || slices.Contains(op.Callers, speccheck.CallerOwner)
	if isBot && !slices.Contains(op.Callers, speccheck.CallerBot) || !isBot && !forUsers {
		return api.ErrNotAllowedTokenType
	}
	kind := "user"
	if isBot {
		kind = "bot"
	}
	for _, anyOf := range op.ScopesOf(kind) {
		if !slices.ContainsFunc(anyOf, func(scope string) bool { return slices.Contains(caller.scopes, scope) }) {
			return api.ErrMissingScope
		}
	}
	if !isBot && !forMembers && !caller.user.isOwner() && (!forAdmins || caller.user.Role != RoleAdmin) {
		return api.ErrNotAnAdmin
	}
	return nil
}

// refuse says no as Slack does: with status 200.
func refuse(err error) (status int, answer map[string]any) {
	answer = map[string]any{"ok": false, "error": err.Error()}
	var r *refusal
	if errors.As(err, &r) {
		answer["response_metadata"] = map[string]any{"messages": anys(r.messages)}
	}
	return http.StatusOK, answer
}

// statusOf returns the status that goes with a code where the status says no.
func statusOf(code any) int {
	switch code {
	case string(api.ErrNotAuthed), string(api.ErrInvalidAuth), string(api.ErrAccountInactive):
		return http.StatusUnauthorized
	case string(api.ErrMissingScope), string(api.ErrNotAnAdmin), string(api.ErrNotAllowedTokenType):
		return http.StatusForbidden
	case string(api.ErrInternalError):
		return http.StatusInternalServerError
	default:
		return http.StatusBadRequest
	}
}

// anys returns texts as a decoded JSON array has them.
func anys(texts []string) []any {
	all := make([]any, len(texts))
	for i, text := range texts {
		all[i] = text
	}
	return all
}

// warn adds a warning to an answer, in both places that Slack has for it.
func warn(answer map[string]any, code string) {
	answer["warning"] = code
	metadata := map[string]any{} // not that of an example, which all answers share
	if said, ok := answer["response_metadata"].(map[string]any); ok {
		maps.Copy(metadata, said)
	}
	metadata["warnings"] = []any{code}
	answer["response_metadata"] = metadata
}

// encode returns an answer as JSON. Its error says that the spec does not allow
// the answer.
func (s *Server) encode(op *speccheck.Operation, status int, answer map[string]any) ([]byte, error) {
	schema, special := s.doc.Components.Schemas["ErrorResponse"].Value, []string(nil)
	if op != nil {
		special = op.Errors
		response := op.Responses.Status(status)
		if response == nil {
			response = op.Responses.Default()
		}
		schema = response.Value.Content.Get(speccheck.MediaJSON).Schema.Value
	}
	encoded, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	if err := schema.VisitJSON(answer, openapi3.VisitAsResponse()); err != nil {
		return nil, fmt.Errorf("the answer %s does not fit the spec: %w", encoded, err)
	}
	if code, refused := answer["error"].(string); refused && s.doc.Common[code] == "" && !slices.Contains(special, code) {
		return nil, fmt.Errorf("the spec has no error code %q for %s", code, op.OperationID)
	}
	return encoded, nil
}
