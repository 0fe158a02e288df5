package main

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
)

// A tally counts what each of several filters matches alone, to say it if all
// together match nothing.
type tally struct {
	filter   *signout.Filter
	people   []signout.Person // of --users; none if everybody is meant
	parts    []tallied
	sessions map[sessionKey]bool // that were counted, for pages shift
	matched  bool                // by all together
	systems  map[string]int      // of the devices that are looked at
}

// tallied is what one flag asks for.
type tallied struct {
	flag  string
	match func(*api.ActiveSession) bool
	n     int
}

// begin makes the parts, once the filter and the people are known.
func (t *tally) begin() {
	t.sessions, t.systems = map[sessionKey]bool{}, map[string]int{}
	if len(t.people) > 0 {
		ids := map[string]bool{}
		for i := range t.people {
			for _, id := range append([]string{t.people[i].UserID}, t.people[i].OtherIDs...) {
				ids[id] = true
			}
		}
		t.parts = append(t.parts, tallied{flag: "--users", match: func(s *api.ActiveSession) bool { return ids[s.UserID] }})
	}
	f, device := t.filter, t.filter.Looks()
	for _, part := range []struct {
		flag   string
		values []string
		filter signout.Filter
	}{
		{"--user", f.Users, signout.Filter{Users: f.Users}},
		{"--team", f.Teams, signout.Filter{Teams: f.Teams}},
		{"--ip", blocks(f.IPs), signout.Filter{IPs: f.IPs}},
		{"--not-ip", blocks(f.NotIPs), signout.Filter{NotIPs: f.NotIPs}},
		{"--os", f.OS, signout.Filter{OS: f.OS}},
		{"--hardware", f.Hardware, signout.Filter{Hardware: f.Hardware}},
		{"--client", f.Clients, signout.Filter{Clients: f.Clients}},
		{"--client-below", strings.Fields(f.ClientBelow), signout.Filter{ClientBelow: f.ClientBelow}},
	} {
		if len(part.values) == 0 {
			continue
		}
		part.filter.Device = device
		t.parts = append(t.parts, tallied{flag: part.flag + " " + firstOf(part.values, 3), match: func(s *api.ActiveSession) bool {
			_, ok := part.filter.Match(s)
			return ok
		}})
	}
}

func blocks(all []netip.Prefix) (texts []string) {
	for _, block := range all {
		if block.IsSingleIP() {
			texts = append(texts, block.Addr().String())
		} else {
			texts = append(texts, block.String())
		}
	}
	return texts
}

// add counts a session.
func (t *tally) add(s *api.ActiveSession) {
	if t.sessions == nil {
		t.begin()
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
	created, recent := s.Created.OS, signout.DeviceOf(s, signout.DeviceRecent).OS
	if which := t.filter.Looks(); which != signout.DeviceCreated {
		t.systems[recent]++
	}
	if which := t.filter.Looks(); which == signout.DeviceCreated || which == signout.DeviceEither && created != recent {
		t.systems[created]++
	}
}

// String says what each filter matched; nothing if there was no session, or all
// together matched one.
func (t *tally) String() string {
	if t == nil || t.matched || len(t.sessions) == 0 {
		return ""
	}
	var all []string
	for _, part := range t.parts {
		text := fmt.Sprintf("%s: %d of %s", part.flag, part.n, count(len(t.sessions), "session"))
		if len(all) > 0 {
			text = fmt.Sprintf("%s: %d of %d", part.flag, part.n, len(t.sessions))
		}
		if part.n == 0 && strings.HasPrefix(part.flag, "--os ") {
			text += " (there are " + firstOf(mostFrequent(t.systems), 10) + ")"
		}
		all = append(all, text)
	}
	return strings.Join(all, "; ")
}
