package signout

import (
	"net/netip"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
)

func TestFilter(t *testing.T) {
	t.Parallel()
	// The session was started in the office and is used on the road.
	session := api.ActiveSession{
		UserID: "W1", TeamID: "T1",
		Created: api.SessionDevice{IP: "203.0.113.7", OS: "OS X", DeviceHardware: "Intel", SlackClientVersion: "4.36.140"},
		Recent:  api.SessionDevice{IP: "2001:db8:1::5", OS: "iOS", DeviceHardware: "iPhone", SlackClientVersion: "25.5.10"},
	}
	unchanged := session
	unchanged.Recent = api.SessionDevice{}
	nameless := session
	nameless.Created = api.SessionDevice{}
	nameless.Recent = api.SessionDevice{OS: "iOS"}
	mapped := session
	mapped.Created.IP, mapped.Recent = "::ffff:203.0.113.7", api.SessionDevice{}

	ips := func(texts ...string) (blocks []netip.Prefix) {
		for _, text := range texts {
			block, err := ParseIPs(text)
			if err != nil {
				t.Fatal(err)
			}
			blocks = append(blocks, block)
		}
		return blocks
	}
	tests := []struct {
		name    string
		filter  Filter
		session api.ActiveSession
		want    bool
	}{
		{"nothing", Filter{}, session, true},
		{"the user", Filter{Users: []string{"W2", "W1"}}, session, true},
		{"another user", Filter{Users: []string{"W2"}}, session, false},
		{"the team", Filter{Teams: []string{"T1"}}, session, true},
		{"another team", Filter{Teams: []string{"T2"}}, session, false},
		{"the created ip", Filter{IPs: ips("203.0.113.0/24")}, session, true},
		{"the created ip, of recent", Filter{IPs: ips("203.0.113.0/24"), Device: Recent}, session, false},
		{"the created ip, of recent that is absent", Filter{IPs: ips("203.0.113.0/24"), Device: Recent}, unchanged, true},
		{"the recent ip", Filter{IPs: ips("2001:db8::/32")}, session, true},
		{"the recent ip, of created", Filter{IPs: ips("2001:db8::/32"), Device: Created}, session, false},
		{"one of two", Filter{IPs: ips("192.0.2.0/24", "203.0.113.7")}, session, true},
		{"another ip", Filter{IPs: ips("203.0.113.8", "::1")}, session, false},
		{"an address that is mapped", Filter{IPs: ips("203.0.113.0/24")}, mapped, true},
		{"not in either", Filter{NotIPs: ips("203.0.113.0/24", "2001:db8::/32")}, session, false},
		{"not in one", Filter{NotIPs: ips("203.0.113.0/24")}, session, true},
		{"not in one, of created", Filter{NotIPs: ips("203.0.113.0/24"), Device: Created}, session, false},
		{"an ip that is not known", Filter{IPs: ips("0.0.0.0/0", "::/0")}, nameless, false},
		{"not an ip that is not known", Filter{NotIPs: ips("0.0.0.0/0")}, nameless, true},
		{"in but not in a part", Filter{IPs: ips("203.0.0.0/16"), NotIPs: ips("203.0.113.0/24")}, session, false},
		{"the system", Filter{OS: []string{"ios"}}, session, true},
		{"another system", Filter{OS: []string{"Windows"}}, session, false},
		{"the hardware", Filter{Hardware: []string{"intel"}}, session, true},
		{"another hardware", Filter{Hardware: []string{"iPad"}}, session, false},
		{"the client", Filter{Clients: []string{"4.36.140"}}, session, true},
		{"a part of the client", Filter{Clients: []string{"4.36"}}, session, true},
		{"the start of a number of the client", Filter{Clients: []string{"4.3"}}, session, false},
		{"a client below", Filter{ClientBelow: "4.100"}, session, true},
		{"no client below", Filter{ClientBelow: "4.36.140"}, session, false},
		{"a client below a longer one", Filter{ClientBelow: "4.36.140.1"}, session, true},
		{"no client below the same with a zero", Filter{ClientBelow: "4.36.140.0"}, session, false},
		{"no client below a shorter one", Filter{ClientBelow: "4.36"}, session, false},
		{"no client below an old one", Filter{ClientBelow: "3.99"}, session, false},
		{"more than the client", Filter{Clients: []string{"4.36.140.1"}}, session, false},
		{"a client that is not known", Filter{ClientBelow: "99"}, nameless, false},
		{"both of one device", Filter{OS: []string{"OS X"}, IPs: ips("203.0.113.0/24")}, session, true},
		{"both of two devices", Filter{OS: []string{"iOS"}, IPs: ips("203.0.113.0/24")}, session, false},
	}
	for _, test := range tests {
		if got := test.filter.Match(&test.session); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
		if err := test.filter.Check(); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func TestWrongFilters(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "office", "203.0.113.0/33", "203.0.113", "fe80::1%eth0", "::ffff:10.0.0.0/104"} {
		if block, err := ParseIPs(text); err == nil {
			t.Errorf("%q is taken for %v", text, block)
		}
	}
	if block, err := ParseIPs("203.0.113.7/24"); err != nil || block.String() != "203.0.113.0/24" {
		t.Errorf("got %v, %v", block, err)
	}
	for _, filter := range []Filter{{Clients: []string{"new"}}, {ClientBelow: "v4"}, {ClientBelow: "4..1"}, {Users: []string{"zoe"}}} {
		if err := filter.Check(); err == nil {
			t.Errorf("%+v is taken", filter)
		}
	}
}
