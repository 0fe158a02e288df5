// Package slack has facts about Slack that several packages need.
package slack

import (
	"regexp"
	"time"
)

// Patterns of names that Slack gives.
var (
	UserID = regexp.MustCompile(`^[UW][A-Z0-9]+$`)
	Method = regexp.MustCompile(`^\w+(\.\w+)+$`)
)

// TierSpecial is the tier of a method that has a rate limit of its own.
const TierSpecial = "special"

// CallsPerMinute is about how many calls each of Slack's tiers allows:
// https://docs.slack.dev/apis/web-api/rate-limits.
var CallsPerMinute = map[string]int{"1": 1, "2": 20, "3": 50, "4": 100}

// PaceWindow is the time in which a paced client sends at most a minute's calls. It is
// longer than a minute because requests do not all travel equally long.
const PaceWindow = 61500 * time.Millisecond

// DefaultRetryAfter is the wait after status 429 without Retry-After.
const DefaultRetryAfter = 30 * time.Second
