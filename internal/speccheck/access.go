package speccheck

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// Who may call a method.
const (
	CallerOwner  = "owner"  // an Org Owner
	CallerAdmin  = "admin"  // an Org Owner or Org Admin
	CallerMember = "member" // any user, admins included
	CallerBot    = "bot"
)

const (
	scopesName  = "x-slack-scopes"
	callersName = "x-slack-callers"
)

// TokenTypePattern matches Slack's names of token types.
var TokenTypePattern = regexp.MustCompile(`^[a-z][a-z_]*$`)

// AllScopes returns every scope that o names.
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

// A Token is a token type with the scopes that it needs: one of each list.
type Token struct {
	Kind   string // user, bot or another of Slack's
	Scopes [][]string
}

// ScopesOf returns the scopes that a token type needs: one of each list.
func (o *Operation) ScopesOf(kind string) [][]string {
	for _, token := range o.ByToken {
		if token.Kind == kind {
			return token.Scopes
		}
	}
	return o.Scopes
}

// access sets the scopes and callers of o.
func (c *checker) access(at place, o *Operation) {
	c.tokens(at, o)
	callers, hasCallers := as[[]string](o.Extensions[callersName])
	if o.Callers = callers; !hasCallers {
		o.Callers = []string{CallerAdmin}
	}
	known := fmt.Sprintf("%s, %s, %s, %s", CallerOwner, CallerAdmin, CallerMember, CallerBot)
	if len(o.Callers) == 0 {
		c.failf(at.child(callersName), "%s is empty; it must list one or more of %s", callersName, known)
	}
	for _, caller := range o.Callers {
		if !TokenTypePattern.MatchString(caller) {
			c.failf(at.child(callersName), "%s has %q; it must be %s or another token type, in lower case", callersName, caller, known)
		}
	}
	if o.Security == nil {
		return
	}
	o.NoToken = len(*o.Security) == 0
	switch {
	case !o.NoToken:
		c.failf(at.child("security"), "the operation has its own security; it must be security: [] if the method takes no token, or left out")
	case len(o.AllScopes()) > 0 || hasCallers:
		c.failf(at.child("security"), "security: [] means that the method takes no token, but it has scopes or callers")
	}
}

// tokens sets the scopes of o, or its token types with their scopes.
func (c *checker) tokens(at place, o *Operation) {
	if list, ok := as[[]any](o.Extensions[scopesName]); ok {
		o.Scopes = c.scopes(at, list)
		return
	}
	byType, ok := as[map[string][]any](o.Extensions[scopesName])
	if !ok {
		return // reported as missing
	}
	for _, kind := range slices.Sorted(maps.Keys(byType)) {
		if !TokenTypePattern.MatchString(kind) {
			c.failf(at.child(scopesName), "%s has %q; its keys must be token types, such as user or bot", scopesName, kind)
		}
		if byType[kind] == nil {
			c.failf(at.child(scopesName), "%s has no list for %s; write [] if it needs no scope", scopesName, kind)
		}
		o.ByToken = append(o.ByToken, Token{kind, c.scopes(at, byType[kind])})
	}
	if len(o.ByToken) < 2 {
		c.failf(at.child(scopesName), "%s has %d token types; it must have two or more, or be a list", scopesName, len(o.ByToken))
	}
}

// scopes returns scopes as lists of alternatives.
func (c *checker) scopes(at place, entries []any) (all [][]string) {
	for _, entry := range entries {
		group, isGroup := as[[]string](entry)
		scope, isScope := entry.(string)
		if isScope {
			group = []string{scope}
		}
		switch {
		case !isScope && (!isGroup || len(group) < 2):
			c.failf(at.child(scopesName), "%s has %v; each item must be a scope, or a list of two or more scopes of which one is enough", scopesName, entry)
		case slices.Contains(group, ""):
			c.failf(at.child(scopesName), "%s has an empty scope; write [] if none is needed", scopesName)
		}
		all = append(all, group)
	}
	return all
}
