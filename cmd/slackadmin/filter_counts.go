package main

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/words"
)

// filterCounts counts the sessions that each part of a filter matches alone, for the error
// that the whole filter matches none.
type filterCounts struct {
	filter   *signout.Filter
	people   []signout.Person // of --users; none if the filter is for everybody
	parts    []filterPart
	sessions map[sessionKey]bool // that were counted, because pages can shift
	matched  bool                // whether the whole filter matched a session
	systems  map[string]int      // of the devices that the filter looks at
}

// A filterPart is the part of a filter that one flag sets.
type filterPart struct {
	flag  string
	match func(*api.ActiveSession) bool
	n     int
}

// init makes the parts, when the filter and the people are known.
func (t *filterCounts) init() {
	t.sessions, t.systems = map[sessionKey]bool{}, map[string]int{}
	if len(t.people) > 0 {
		ids := map[string]bool{}
		for i := range t.people {
			for _, id := range allIDs(t.people[i].UserID, t.people[i].OtherIDs) {
				ids[id] = true
			}
		}
		t.parts = append(t.parts, filterPart{flag: "--users", match: func(s *api.ActiveSession) bool { return ids[s.UserID] }})
	}
	f, device := t.filter, t.filter.Looks()
	for _, part := range []struct {
		flag   string
		values []string
		filter signout.Filter
	}{
		{"--user", f.Users, signout.Filter{Users: f.Users}},
		{"--team", f.Teams, signout.Filter{Teams: f.Teams}},
		{"--ip", formatBlocks(f.IPs), signout.Filter{IPs: f.IPs}},
		{"--not-ip", formatBlocks(f.NotIPs), signout.Filter{NotIPs: f.NotIPs}},
		{"--os", f.OS, signout.Filter{OS: f.OS}},
		{"--hardware", f.Hardware, signout.Filter{Hardware: f.Hardware}},
		{"--client", f.Clients, signout.Filter{Clients: f.Clients}},
		{"--client-below", strings.Fields(f.ClientBelow), signout.Filter{ClientBelow: f.ClientBelow}},
	} {
		if len(part.values) == 0 {
			continue
		}
		part.filter.Device = device
		t.parts = append(t.parts, filterPart{flag: part.flag + " " + words.JoinFirst(part.values, 3), match: func(s *api.ActiveSession) bool {
			_, ok := part.filter.Match(s)
			return ok
		}})
	}
}

func formatBlocks(blocks []netip.Prefix) (texts []string) {
	for _, block := range blocks {
		if block.IsSingleIP() {
			texts = append(texts, block.Addr().String())
		} else {
			texts = append(texts, block.String())
		}
	}
	return texts
}

func (t *filterCounts) add(s *api.ActiveSession) {
	if t.sessions == nil {
		t.init()
	}
	key := sessionKey{s.UserID, s.SessionID}
	if t.sessions[key] {
		return
	}
	t.sessions[key] = true
	all := true
	for i := range t.parts {
		if t.parts[i].match(s) {
			t.parts[i].n++
		} else {
			all = false
		}
	}
	t.matched = t.matched || all
	created, recent, device := s.Created.OS, signout.DeviceOf(s, signout.DeviceRecent).OS, t.filter.Looks()
	if device != signout.DeviceCreated {
		t.systems[recent]++
	}
	if device == signout.DeviceCreated || device == signout.DeviceEither && created != recent {
		t.systems[created]++
	}
}

// String returns the counts of the parts; "" if there was no session, or the whole filter
// matched one.
func (t *filterCounts) String() string {
	if t == nil || t.matched || len(t.sessions) == 0 {
		return ""
	}
	var all []string
	for i, part := range t.parts {
		sessions := strconv.Itoa(len(t.sessions))
		if i == 0 {
			sessions = plural(len(t.sessions), "session")
		}
		text := fmt.Sprintf("%s: %d of %s", part.flag, part.n, sessions)
		if part.n == 0 && strings.HasPrefix(part.flag, "--os ") {
			text += " (there are " + words.JoinFirst(mostFrequent(t.systems), 10) + ")"
		}
		all = append(all, text)
	}
	return strings.Join(all, "; ")
}
