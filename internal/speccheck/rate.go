package speccheck

import "fmt"

// TierSpecial is the tier of a method that has a rate limit of its own.
const TierSpecial = "special"

// perMinute is how many calls a minute each of Slack's tiers allows.
var perMinute = map[string]int{"1": 1, "2": 20, "3": 50, "4": 100}

// rate takes the tier of o and how many calls a minute that allows.
func (c *checker) rate(where place, o *Operation) {
	const number = "x-slack-calls-per-minute"
	o.Tier = fmt.Sprint(decode[any](c, where, o.Extensions, "x-slack-tier"))
	o.PerMinute = perMinute[o.Tier]
	_, has := o.Extensions["x-slack-tier"]
	_, said := o.Extensions[number]
	switch {
	case !has: // which decode says
	case o.Tier != TierSpecial && o.PerMinute == 0:
		c.failf(where.to("x-slack-tier"), "x-slack-tier is %s; want 1 to 4, or %s", o.Tier, TierSpecial)
	case o.Tier != TierSpecial && said:
		c.failf(where.to(number), "it has %s beside tier %s, which says it; want that only with tier %s", number, o.Tier, TierSpecial)
	case said:
		if o.PerMinute = decode[int](c, where, o.Extensions, number); o.PerMinute < 1 {
			c.failf(where.to(number), "%s is %d; want 1 or more", number, o.PerMinute)
		}
	}
}
