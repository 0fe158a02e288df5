package slacktest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// serve sends the organization's response to a request, or status 500 if the spec does not
// allow the response.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, body []byte) {
	op := s.methods[r.URL.Path]
	if op != nil && op.HTTPMethod != r.Method && (r.Method != http.MethodPost || op.Server != "") {
		op = nil // the Web API accepts POST for every method
	}
	status, resp := s.respond(w.Header(), r, op, body)
	if op != nil && op.NoOK && status == http.StatusOK && resp["ok"] == false {
		status = statusOf(resp["error"])
	}
	if r.Header.Get("Content-Type") == speccheck.MediaJSON && (op == nil || !op.NoOK) {
		addWarning(resp, "missing_charset")
	}
	encoded, err := s.encode(op, status, resp)
	if err == nil && op != nil && op.StreamType != "" && resp["ok"] == true {
		w.Header().Set("Content-Type", op.StreamType)
		_, _ = w.Write([]byte(op.StreamExample())) // the client may have gone
		return
	}
	if err != nil {
		// It is not JSON, so that no client reads it as Slack's.
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

// respond returns the response to a request, and sets its header. op is nil if there is no
// such method.
func (s *Server) respond(header http.Header, r *http.Request, op *speccheck.Operation, body []byte) (status int, resp map[string]any) {
	if op == nil {
		return errorResponse(api.ErrUnknownMethod)
	}
	caller, err := s.authenticate(r, op, body)
	if err != nil {
		return errorResponse(err)
	}
	if wait := s.limits.reserve(op); wait > 0 {
		return rateLimitResponse(header, wait)
	}
	header.Set("X-Oauth-Scopes", strings.Join(caller.scopes, ","))
	header.Set("X-Accepted-Oauth-Scopes", strings.Join(op.AllScopes(), ","))
	if err := authorize(caller, op); err != nil {
		status, resp := errorResponse(err)
		if errors.Is(err, api.ErrMissingScope) {
			resp["needed"], resp["provided"] = strings.Join(op.AllScopes(), ","), strings.Join(caller.scopes, ",")
		}
		return status, resp
	}
	args, err := parseArguments(op, r, body)
	if err != nil {
		return errorResponse(err)
	}
	if messages := validateArguments(op, args); len(messages) > 0 {
		return errorResponse(&refusal{api.ErrInvalidArguments, messages})
	}
	do := s.behaviors[op.OperationID]
	if do == nil {
		example, _ := op.SuccessExample().(map[string]any) // speccheck has checked that it is an object
		return http.StatusOK, maps.Clone(example)
	}
	if resp, err = do(caller, args); err != nil {
		return errorResponse(err)
	}
	return http.StatusOK, resp
}

// authenticate returns the token of a request, or a zero token if the method is public.
// Slack also accepts the token in a form, but no longer in a query.
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

// authorize returns an error if the spec does not allow caller to call a method.
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

// errorResponse returns Slack's error response, with status 200. err is an api.ErrorCode
// or a refusal.
func errorResponse(err error) (status int, resp map[string]any) {
	resp = map[string]any{"ok": false, "error": err.Error()}
	var r *refusal
	if errors.As(err, &r) {
		resp["response_metadata"] = map[string]any{"messages": toAny(r.messages)}
	}
	return http.StatusOK, resp
}

// rateLimitResponse returns Slack's response to a call beyond a rate limit, and sets
// Retry-After.
func rateLimitResponse(header http.Header, wait time.Duration) (status int, resp map[string]any) {
	header.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	_, resp = errorResponse(api.ErrRatelimited)
	return http.StatusTooManyRequests, resp
}

// statusOf returns the status of a code, for methods that report errors by status.
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

// toAny returns texts with the type of a decoded JSON array.
func toAny(texts []string) []any {
	all := make([]any, len(texts))
	for i, text := range texts {
		all[i] = text
	}
	return all
}

// addWarning adds a warning to both fields that Slack has for warnings.
func addWarning(resp map[string]any, code string) {
	resp["warning"] = code
	metadata := map[string]any{} // a copy, because an example is shared
	if shared, ok := resp["response_metadata"].(map[string]any); ok {
		maps.Copy(metadata, shared)
	}
	metadata["warnings"] = []any{code}
	resp["response_metadata"] = metadata
}

// encode returns a response as JSON, or an error if the spec does not allow the response.
func (s *Server) encode(op *speccheck.Operation, status int, resp map[string]any) ([]byte, error) {
	schema, ownCodes := s.spec.Components.Schemas["ErrorResponse"].Value, []string(nil)
	if op != nil {
		ownCodes = op.Errors
		response := op.Responses.Status(status)
		if response == nil {
			response = op.Responses.Default()
		}
		schema = response.Value.Content.Get(speccheck.MediaJSON).Schema.Value
	}
	encoded, err := json.Marshal(resp)
	if err != nil {
		return nil, err
	}
	if err := schema.VisitJSON(resp, openapi3.VisitAsResponse()); err != nil {
		return nil, fmt.Errorf("the response %s does not fit the spec: %w", encoded, err)
	}
	if code, ok := resp["error"].(string); ok && s.spec.Common[code] == "" && !slices.Contains(ownCodes, code) {
		return nil, fmt.Errorf("the spec has no error code %q for %s", code, op.OperationID)
	}
	return encoded, nil
}
