package signout

import "time"

// CallsFor returns how many calls an action takes for so many users or sessions,
// if Slack refuses none.
func CallsFor(action Action, rows int) int {
	if action == ActionInvalidate {
		return rows
	}
	return (rows + maxChunk - 1) / maxChunk
}

// Estimate returns how long a client with [api.WithPacing] takes at least for so
// many calls, or for so many pages of a scan: their methods are of tier 2, which
// Slack allows about 20 times a minute.
func Estimate(calls int) time.Duration {
	const perMinute, window = 20, 61500 * time.Millisecond
	if calls <= 0 {
		return 0
	}
	full, rest := (calls-1)/perMinute, (calls-1)%perMinute
	return time.Duration(full)*window + time.Duration(rest)*time.Second
}
