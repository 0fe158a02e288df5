package speccheck

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
)

// Whose tokens a method may take.
const (
	CallerOwner  = "owner"  // of an Org Owner
	CallerAdmin  = "admin"  // of an Org Owner or Org Admin
	CallerMember = "member" // of any user, admins included
	CallerBot    = "bot"
)

// AllScopes returns every scope that o names, whether it needs all of them or
// not.
func (o *Operation) AllScopes() (all []string) {
	groups := slices.Clone(o.Scopes)
	for _, token := range o.ByToken {
		groups = append(groups, token.Scopes...)
	}
	for _, scope := range slices.Concat(groups...) {
		if !slices.Contains(all, scope) {
			all = append(all, scope)
		}
	}
	return all
}

// A Token is a kind of token with the scopes that it needs: one of each list.
type Token struct {
	Kind   string // user, bot or another of Slack's
	Scopes [][]string
}

// ScopesOf returns the scopes that a kind of token needs: one of each list.
func (o *Operation) ScopesOf(kind string) [][]string {
	for _, token := range o.ByToken {
		if token.Kind == kind {
			return token.Scopes
		}
	}
	return o.Scopes
}

// access takes who may call o.
func (c *checker) access(where place, o *Operation) {
	o.Scopes, o.ByToken = c.tokens(where, o)
	o.Callers = c.callers(where, o)
	if o.Security == nil {
		return
	}
	o.Public = len(*o.Security) == 0
	_, callers := o.Extensions["x-slack-callers"]
	switch {
	case !o.Public:
		c.failf(where.to("security"), "it has a security of its own; want security: [] if no token is sent, or none")
	case len(o.AllScopes()) > 0 || callers:
		c.failf(where.to("security"), "it has scopes or callers, but security: [] says that no token is sent")
	}
}

const scopesName = "x-slack-scopes"

// tokens returns the scopes of o, or its kinds of tokens with their scopes.
func (c *checker) tokens(where place, o *Operation) (scopes [][]string, all []Token) {
	byKind, ok := o.Extensions[scopesName].(map[string]any)
	if !ok {
		return c.scopes(where, decode[[]any](c, where, o.Extensions, scopesName)), nil
	}
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		entries, ok := byKind[kind].([]any)
		if !ok || !tokenKind.MatchString(kind) {
			c.failf(where.to(scopesName), "%s has %s: %v; want a kind of token, such as user or bot, with a list of scopes", scopesName, kind, byKind[kind])
		}
		all = append(all, Token{kind, c.scopes(where, entries)})
	}
	if len(all) < 2 {
		c.failf(where.to(scopesName), "%s is by kinds of tokens, and has %d; want two or more, or a list", scopesName, len(all))
	}
	return nil, all
}

var tokenKind = regexp.MustCompile(`^[a-z][a-z_]*$`)

// scopes returns scopes, those of which any one will do in one list.
func (c *checker) scopes(where place, entries []any) (all [][]string) {
	const name = scopesName
	for _, entry := range entries {
		var group []string
		switch entry := entry.(type) {
		case string:
			group = []string{entry}
		case []any:
			encoded, err := json.Marshal(entry)
			if err != nil || json.Unmarshal(encoded, &group) != nil || len(group) < 2 {
				c.failf(where.to(name), "%s has %v; want a list of two scopes or more, of which any one will do", name, entry)
				continue
			}
		default:
			c.failf(where.to(name), "%s has %v; want a scope, or a list of scopes of which any one will do", name, entry)
		}
		if slices.Contains(group, "") {
			c.failf(where.to(name), "%s has an empty scope; want [] if none is needed", name)
		}
		all = append(all, group)
	}
	return all
}

// callers returns whose tokens o takes.
func (c *checker) callers(where place, o *Operation) []string {
	const name = "x-slack-callers"
	if _, said := o.Extensions[name]; !said {
		return []string{CallerAdmin}
	}
	callers := decode[[]string](c, where, o.Extensions, name)
	if len(callers) == 0 {
		c.failf(where.to(name), "%s is empty; want one or more of %s, %s, %s and %s", name, CallerOwner, CallerAdmin, CallerMember, CallerBot)
	}
	for _, caller := range callers {
		if !tokenKind.MatchString(caller) {
			c.failf(where.to(name), "%s has %q; want %s, %s, %s, %s or another kind of token, in small letters", name, caller, CallerOwner, CallerAdmin, CallerMember, CallerBot)
		}
	}
	return callers
}
