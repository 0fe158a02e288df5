package api

import (
	"hash/maphash"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/seed-38c23bad/slackadmin/internal/slack"
)

const (
	// maxCooldown is the longest time that calls are blocked.
	maxCooldown = time.Hour

	// recoveryTime is how long calls are spaced evenly after they were blocked.
	recoveryTime = time.Minute

	// paceGap is the shortest time between two calls of a paced Client. Slack does not
	// document bursts.
	paceGap = time.Second
)

// A pacer assigns the calls of a method with a token their slots. After Slack has rate
// limited one call, it blocks all, and then spaces them evenly at the rate of the
// method's tier for a minute. If they were all sent at once, Slack would refuse them
// again. With always set, calls never exceed the tier's rate.
type pacer struct {
	always bool

	mu        sync.Mutex
	schedules map[scheduleKey]*schedule
}

type scheduleKey struct {
	method string
	token  uint64 // a hash, so that a dump does not show the token
}

// A schedule has the slots of one method and token.
type schedule struct {
	blockedUntil time.Time
	spacedUntil  time.Time
	slots        []time.Time // sorted: of the last slack.PaceWindow and of the future
}

var tokenSeed = maphash.MakeSeed()

func newScheduleKey(method string, token secret) scheduleKey {
	return scheduleKey{method, maphash.String(tokenSeed, string(token))}
}

// schedule returns the schedule of key, a new one if there is none. The caller holds mu.
func (p *pacer) schedule(key scheduleKey, now time.Time) *schedule {
	if s := p.schedules[key]; s != nil {
		return s
	}
	maps.DeleteFunc(p.schedules, func(_ scheduleKey, s *schedule) bool {
		return now.After(s.spacedUntil) && len(s.slotsAfter(now.Add(-slack.PaceWindow))) == 0
	})
	if p.schedules == nil {
		p.schedules = map[scheduleKey]*schedule{}
	}
	s := &schedule{}
	p.schedules[key] = s
	return s
}

func (s *schedule) slotsAfter(t time.Time) []time.Time {
	first, _ := slices.BinarySearchFunc(s.slots, t, func(slot, t time.Time) int {
		if slot.After(t) {
			return 1
		}
		return -1
	})
	return s.slots[first:]
}

// block blocks all calls of key for as long as wait, but not longer than maxCooldown.
func (p *pacer) block(key scheduleKey, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	s := p.schedule(key, now)
	until := now.Add(min(wait, maxCooldown))
	if until.After(s.blockedUntil) {
		s.blockedUntil, s.spacedUntil = until, until.Add(recoveryTime)
	}
	// Callers whose slots are within the block reserve others.
	s.slots = slices.DeleteFunc(s.slots, func(slot time.Time) bool { return slot.After(now) && slot.Before(s.blockedUntil) })
}

// reserve reserves the next free slot if it is at most limit away. It returns the slot,
// how far away it is, and why it is not now.
func (p *pacer) reserve(key scheduleKey, minInterval, limit time.Duration) (slot time.Time, wait time.Duration, reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if !p.always && (p.schedules[key] == nil || !now.Before(p.schedules[key].spacedUntil)) {
		return now, 0, "" // almost always
	}
	s := p.schedule(key, now)
	s.slots = slices.Delete(s.slots, 0, len(s.slots)-len(s.slotsAfter(now.Add(-slack.PaceWindow))))

	slot, reason = now, "pacing"
	gap := min(minInterval, paceGap)
	if now.Before(s.spacedUntil) {
		reason = "rate limit"
		gap = minInterval + minInterval/33 // a little more, because clocks differ
	}
	notBefore := func(t time.Time) {
		if t.After(slot) {
			slot = t
		}
	}
	notBefore(s.blockedUntil)
	if n := len(s.slots); n > 0 {
		notBefore(s.slots[n-1].Add(gap))
	}
	perMinute := max(1, int(time.Minute/max(1, minInterval)))
	if n := len(s.slots); p.always && n >= perMinute {
		notBefore(s.slots[n-perMinute].Add(slack.PaceWindow))
	}
	if wait = slot.Sub(now); wait <= limit {
		s.slots = append(s.slots, slot)
	}
	return slot, wait, reason
}

// cancel frees a slot that was not used.
func (p *pacer) cancel(key scheduleKey, slot time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.schedules[key]; s != nil {
		s.slots = slices.DeleteFunc(s.slots, slot.Equal)
	}
}

// blocked reports whether the calls of key are blocked now.
func (p *pacer) blocked(key scheduleKey) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.schedules[key]
	return s != nil && time.Now().Before(s.blockedUntil)
}
