package speccheck

import "fmt"

// TierSpecial is the tier of a method that has a rate limit of its own.
const TierSpecial = "special"

// callsPerMinute is about how many calls each of Slack's tiers allows:
// https://docs.slack.dev/apis/web-api/rate-limits.
var callsPerMinute = map[string]int{"1": 1, "2": 20, "3": 50, "4": 100}

// rate sets the tier of o and how many calls a minute it allows.
func (c *checker) rate(at place, o *Operation) {
	const tierName, rateName = "x-slack-tier", "x-slack-calls-per-minute"
	if o.Extensions[tierName] == nil {
		return // reported as missing
	}
	o.Tier = fmt.Sprint(o.Extensions[tierName])
	o.CallsPerMinute = callsPerMinute[o.Tier]
	rate, hasRate := as[int](o.Extensions[rateName])
	switch {
	case o.Tier != TierSpecial && o.CallsPerMinute == 0:
		c.failf(at.child(tierName), "%s is %s; it must be 1 to 4, or %s", tierName, o.Tier, TierSpecial)
	case o.Tier != TierSpecial && hasRate:
		c.failf(at.child(rateName), "%s is only for tier %s; remove it, because tier %s implies a rate", rateName, TierSpecial, o.Tier)
	case hasRate && rate < 1:
		c.failf(at.child(rateName), "%s is %d; it must be 1 or more", rateName, rate)
	case hasRate:
		o.CallsPerMinute = rate
	}
}
