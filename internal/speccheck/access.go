package speccheck

import (
	"encoding/json"
	"slices"
)

// Whose tokens a method may take.
const (
	CallerAdmin  = "admin"  // of an Org Owner or Org Admin
	CallerMember = "member" // of any user, admins included
	CallerBot    = "bot"
)

// AllScopes returns every scope that o names, whether it needs all of them or
// not.
func (o *Operation) AllScopes() []string { return slices.Concat(o.Scopes...) }

// access takes who may call o.
func (c *checker) access(where place, o *Operation) {
	o.Scopes = c.scopes(where, o)
	o.Callers = c.callers(where, o)
	if o.Security == nil {
		return
	}
	o.Public = len(*o.Security) == 0
	_, callers := o.Extensions["x-slack-callers"]
	switch {
	case !o.Public:
		c.failf(where.to("security"), "it has a security of its own; want security: [] if no token is sent, or none")
	case len(o.Scopes) > 0 || callers:
		c.failf(where.to("security"), "it has scopes or callers, but security: [] says that no token is sent")
	}
}

// scopes returns the scopes of o, those of which any one will do in one list.
func (c *checker) scopes(where place, o *Operation) (all [][]string) {
	const name = "x-slack-scopes"
	for _, entry := range decode[[]any](c, where, o.Extensions, name) {
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
		c.failf(where.to(name), "%s is empty; want one or more of %s, %s and %s", name, CallerAdmin, CallerMember, CallerBot)
	}
	for _, caller := range callers {
		if !slices.Contains([]string{CallerAdmin, CallerMember, CallerBot}, caller) {
			c.failf(where.to(name), "%s has %q; want %s, %s or %s", name, caller, CallerAdmin, CallerMember, CallerBot)
		}
	}
	return callers
}
