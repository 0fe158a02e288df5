package speccheck

import (
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
	target, all := ref.node.Value, c.root.to("components", section)
	name, fits := strings.CutPrefix(target, "#/components/"+section+"/")
	if fits && c.root.to("components").has(section) && all.has(name) {
		return true
	}
	name = target[strings.LastIndex(target, "/")+1:]
	var names []string
	if c.root.to("components").has(section) {
		names = all.keys()
	}
	if near := nearest(name, names, max(slips, len(name)/3)); near != "" {
		c.failf(ref, "$ref: '%s' leads nowhere; want '#/components/%s/%s', of line %d", target, section, near, all.to(near).line)
	} else {
		c.failf(ref, "$ref: '%s' leads nowhere, and nothing in components.%s has a name like it", target, section)
	}
	return true
}
