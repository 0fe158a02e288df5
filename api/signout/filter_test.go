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
			blocks = append(blocks, netip.MustParsePrefix(text))
		}
		return blocks
	}
	const none, created, recent = Device(""), DeviceCreated, DeviceRecent
	tests := []struct {
		name    string
		filter  Filter
		session api.ActiveSession
		want    Device
	}{
		{"the user", Filter{Users: []string{"W2", "W1"}, OS: []string{"iOS"}}, session, recent},
		{"another user", Filter{Users: []string{"W2"}}, session, none},
		{"the team", Filter{Teams: []string{"T1"}, OS: []string{"iOS"}}, session, recent},
		{"another team", Filter{Teams: []string{"T2"}}, session, none},
		{"the created ip", Filter{IPs: ips("203.0.113.0/24")}, session, created},
		{"the created ip, of recent", Filter{IPs: ips("203.0.113.0/24"), Device: recent}, session, none},
		{"the created ip, of recent that is absent", Filter{IPs: ips("203.0.113.0/24"), Device: recent}, unchanged, recent},
		{"the recent ip", Filter{IPs: ips("2001:db8::/32")}, session, recent},
		{"the recent ip, of created", Filter{IPs: ips("2001:db8::/32"), Device: created}, session, none},
		{"both ips", Filter{IPs: ips("0.0.0.0/0", "::/0")}, session, recent},
		{"one of two", Filter{IPs: ips("192.0.2.0/24", "203.0.113.7/32")}, session, created},
		{"another ip", Filter{IPs: ips("203.0.113.8/32", "::1/128")}, session, none},
		{"an address that is mapped", Filter{IPs: ips("203.0.113.0/24")}, mapped, recent},
		{"not in either", Filter{NotIPs: ips("203.0.113.0/24", "2001:db8::/32")}, session, none},
		{"not in one", Filter{NotIPs: ips("203.0.113.0/24")}, session, recent},
		{"not in one, of created", Filter{NotIPs: ips("203.0.113.0/24"), Device: created}, session, none},
		{"an ip that is not known", Filter{IPs: ips("0.0.0.0/0", "::/0")}, nameless, none},
		{"not an ip that is not known", Filter{NotIPs: ips("0.0.0.0/0")}, nameless, recent},
		{"in but not in a part", Filter{IPs: ips("203.0.0.0/16"), NotIPs: ips("203.0.113.0/24")}, session, none},
		{"the system", Filter{OS: []string{"ios"}}, session, recent},
		{"the system that it was started on", Filter{OS: []string{"OS X"}}, session, none},
		{"the system that it was started on, of either", Filter{OS: []string{"OS X"}, Device: DeviceEither}, session, created},
		{"a system under the name that it had", Filter{OS: []string{"macos"}, Device: DeviceEither}, session, created},
		{"a system under the name that it has now", Filter{OS: []string{"OS X"}}, api.ActiveSession{Created: api.SessionDevice{OS: "macOS"}}, none},
		{"another system", Filter{OS: []string{"Windows"}}, session, none},
		{"the hardware", Filter{Hardware: []string{"iphone"}}, session, recent},
		{"the hardware that it was started on", Filter{Hardware: []string{"intel"}}, session, none},
		{"another hardware", Filter{Hardware: []string{"iPad"}}, session, none},
		{"the client", Filter{Clients: []string{"25.5.10"}}, session, recent},
		{"a part of the client", Filter{Clients: []string{"25.5"}}, session, recent},
		{"the start of a number of the client", Filter{Clients: []string{"25.5.1"}}, session, none},
		{"a client below", Filter{ClientBelow: "25.100"}, session, recent},
		{"the client that it was started with is below", Filter{ClientBelow: "4.100"}, session, none},
		{"no client below", Filter{ClientBelow: "25.5.10"}, session, none},
		{"a client below a longer one", Filter{ClientBelow: "25.5.10.1"}, session, recent},
		{"no client below the same with a zero", Filter{ClientBelow: "25.5.10.0"}, session, none},
		{"no client below a shorter one", Filter{ClientBelow: "25.5"}, session, none},
		{"more than the client", Filter{Clients: []string{"25.5.10.1"}}, session, none},
		{"a client that is not known", Filter{ClientBelow: "99"}, nameless, none},
		{"an ip and a system, of the device used last", Filter{OS: []string{"OS X"}, IPs: ips("203.0.113.0/24")}, session, none},
		{"both of one device", Filter{OS: []string{"OS X"}, IPs: ips("203.0.113.0/24"), Device: DeviceEither}, session, created},
		{"both of two devices", Filter{OS: []string{"iOS"}, IPs: ips("203.0.113.0/24"), Device: DeviceEither}, session, none},
	}
	for _, test := range tests {
		if got, ok := test.filter.Match(&test.session); got != test.want || ok != (got != none) {
			t.Errorf("%s: %q, %v; want %q", test.name, got, ok, test.want)
		}
		if err := test.filter.Check(); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// TestFiltersWithoutDeviceFields has filters that match whatever the devices are.
func TestFiltersWithoutDeviceFields(t *testing.T) {
	t.Parallel()
	session := &api.ActiveSession{UserID: "W1", TeamID: "T1"}
	for _, filter := range []Filter{{}, {Users: []string{"W1"}}, {Teams: []string{"T1"}, Device: DeviceCreated}} {
		if device, ok := filter.Match(session); device != "" || !ok {
			t.Errorf("%+v: got %q, %v", filter, device, ok)
		}
	}
}

func TestInvalidFilters(t *testing.T) {
	t.Parallel()
	for _, filter := range []Filter{{Clients: []string{"new"}}, {ClientBelow: "v4"}, {ClientBelow: "4..1"}, {Users: []string{"zoe"}}, {Device: "old"}, {Clients: []string{""}}, {OS: []string{"iOS", ""}}, {Hardware: []string{""}}, {IPs: []netip.Prefix{{}}}, {NotIPs: []netip.Prefix{netip.MustParsePrefix("::ffff:203.0.113.0/120")}}} {
		if err := filter.Check(); err == nil {
			t.Errorf("%+v is taken", filter)
		}
	}
}
