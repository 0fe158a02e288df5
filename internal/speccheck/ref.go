package speccheck

import (
	"slices"
	"strings"
)

// ref checks a $ref, if at is one: that it leads to what is of that kind, and
// that nothing stands beside it.
func (c *checker) ref(kind string, at place) bool {
	ref, ok := at.get("$ref")
	if !ok {
		return false
	}
	section := sections[kind]
	if section == "" {
		c.failf(ref, "%s cannot be a $ref here; want it written out", kinds[kind])
		return true
	}
	for _, key := range at.keys() {
		if key != "$ref" {
			c.failf(at.to(key), "%s stands beside $ref, where OpenAPI ignores it; want allOf: [$ref] instead", at.inside(key).path)
		}
	}
	if c.is("text", ref.inside("$ref")); ref.node.ShortTag() != "!!str" {
		return true
	}
	target, where := ref.node.Value, c.root.to("components")
	var names []string
	if where.has(section) {
		where = where.to(section)
		names = where.keys()
	}
	prefix := "#/components/" + section + "/"
	name := strings.TrimPrefix(target, prefix)
	switch isLocal := strings.HasPrefix(target, "#"); {
	case name != target && slices.Contains(names, name):
		c.circle(prefix, where, ref)
		return true
	case !isLocal:
		c.failf(ref, "$ref: '%s' leads out of the document, which is all that is read; want %s…", target, prefix)
		return true
	}
	name = target[strings.LastIndex(target, "/")+1:]
	if near := nearest(name, names, max(slips(name), len(name)/3)); near != "" {
		c.failf(ref, "$ref: '%s' leads nowhere; want '%s%s', of line %d", target, prefix, near, where.to(near).line)
	} else {
		c.failf(ref, "$ref: '%s' leads nowhere, and nothing in components.%s has a name like it", target, section)
	}
	return true
}

// circle checks that a $ref does not lead back to itself by way of others.
func (c *checker) circle(prefix string, section, ref place) {
	for start, next, ways := ref, ref, 0; ways <= len(section.keys()); ways++ {
		target, ok := section.to(strings.TrimPrefix(next.node.Value, prefix)).get("$ref")
		if !ok {
			return
		}
		if target.node == start.node {
			c.failf(ref, "$ref: '%s' leads back here; want one on the way written out", ref.node.Value)
			return
		}
		next = target
	}
}
