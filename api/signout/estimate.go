package signout

import "time"

// CallsFor returns how many calls an action needs for a number of users or sessions
// if Slack refuses none.
func CallsFor(action Action, rows int) int {
	if action == ActionInvalidate {
		return rows
	}
	return (rows + maxChunk - 1) / maxChunk
}

// Estimate returns the shortest time that a client with [api.WithPacing] needs for a
// number of calls, or pages of sessions. Slack allows about 20 a minute.
func Estimate(calls int) time.Duration {
	const perMinute, window = 20, 61500 * time.Millisecond
	if calls <= 0 {
		return 0
	}
	full, rest := (calls-1)/perMinute, (calls-1)%perMinute
	return time.Duration(full)*window + time.Duration(rest)*time.Second
}
