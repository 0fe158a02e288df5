package speccheck

import (
	"fmt"

	"github.com/seed-38c23bad/slackadmin/internal/slack"
)

// rate sets the tier of o and how many calls a minute it allows.
func (c *checker) rate(at place, o *Operation) {
	const tierName, rateName = "x-slack-tier", "x-slack-calls-per-minute"
	if o.Extensions[tierName] == nil {
		return // reported as missing
	}
	o.Tier = fmt.Sprint(o.Extensions[tierName])
	o.CallsPerMinute = slack.CallsPerMinute[o.Tier]
	rate, hasRate := as[int](o.Extensions[rateName])
	switch {
	case o.Tier != slack.TierSpecial && o.CallsPerMinute == 0:
		c.failf(at.child(tierName), "%s is %s; it must be 1 to 4, or %s", tierName, o.Tier, slack.TierSpecial)
	case o.Tier != slack.TierSpecial && hasRate:
		c.failf(at.child(rateName), "%s is only for tier %s; remove it, because tier %s implies a rate", rateName, slack.TierSpecial, o.Tier)
	case hasRate && rate < 1:
		c.failf(at.child(rateName), "%s is %d; it must be 1 or more", rateName, rate)
	case hasRate:
		o.CallsPerMinute = rate
	}
}
