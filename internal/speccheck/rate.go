package speccheck

import (
	"fmt"
	"slices"
)

const special = "special"

// perMinute is how many calls a minute each of Slack's tiers allows.
var perMinute = map[string]int{"1": 1, "2": 20, "3": 50, "4": 100}

// rate takes the tier of o and how many calls a minute that allows.
func (c *checker) rate(where string, o *Operation) {
	const number = "x-slack-calls-per-minute"
	o.Tier = fmt.Sprint(decode[any](c, where, o.Extensions, "x-slack-tier"))
	o.PerMinute = perMinute[o.Tier]
	_, said := o.Extensions[number]
	switch {
	case o.Tier != special && o.PerMinute == 0:
		c.failf("%s: x-slack-tier is %s; want 1 to 4, or %s", where, o.Tier, special)
	case o.Tier != special && said:
		c.failf("%s: it has %s beside tier %s, which says it; want that only with tier %s", where, number, o.Tier, special)
	case said:
		if o.PerMinute = decode[int](c, where, o.Extensions, number); o.PerMinute < 1 {
			c.failf("%s: %s is %d; want 1 or more", where, number, o.PerMinute)
		}
	}
}

// callers takes whose tokens o accepts.
func (c *checker) callers(where string, o *Operation) {
	const name = "x-slack-callers"
	o.Callers = []string{CallerAdmin}
	if _, said := o.Extensions[name]; !said {
		return
	}
	o.Callers = decode[[]string](c, where, o.Extensions, name)
	if len(o.Callers) == 0 {
		c.failf("%s: %s is empty; want one or more of %s, %s and %s", where, name, CallerAdmin, CallerMember, CallerBot)
	}
	for _, caller := range o.Callers {
		if !slices.Contains([]string{CallerAdmin, CallerMember, CallerBot}, caller) {
			c.failf("%s: %s has %q; want %s, %s or %s", where, name, caller, CallerAdmin, CallerMember, CallerBot)
		}
	}
}
