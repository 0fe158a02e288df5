package signout

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-38c23bad/slackadmin/api"
)

// A Device says which of the two devices of a session is meant. Slack remembers
// two, with no time stamp.
type Device string

// The devices of a session.
const (
	DeviceCreated Device = "created" // that the session was started on
	DeviceRecent  Device = "recent"  // that it was used on last
	DeviceEither  Device = "either"  // one of the two
)

// A Filter matches sessions. Each field that is set has to match, by one of its
// values, and those about the device by the same device. An empty Filter matches
// every session.
type Filter struct {
	Users       []string       // IDs
	Teams       []string       // IDs of workspaces, or the organization's
	IPs         []netip.Prefix // the address is in one of these
	NotIPs      []netip.Prefix // the address is in none of these, or is not known
	OS          []string       // names of operating systems, such as iOS; capitals make no difference, and macOS is also OS X
	Hardware    []string       // types of devices, such as iPhone; capitals make no difference
	Clients     []string       // versions of Slack's client; 4.36 also matches 4.36.140
	ClientBelow string         // the version is known and lower

	// Device is which device to look at. If it is empty, that is either of the two
	// where only addresses are asked for, since a stolen session may have moved on,
	// and else the one used last, since people update.
	Device Device
}

// Check returns an error if a field has a value that can only be a mistake.
func (f *Filter) Check() error {
	for _, version := range append(slices.Clone(f.Clients), f.ClientBelow) {
		if version != "" && versionOf(version) == nil {
			return fmt.Errorf("%q is no version; want one such as 4.36.140", version)
		}
	}
	if slices.Contains(f.Clients, "") || slices.Contains(f.OS, "") || slices.Contains(f.Hardware, "") {
		return errors.New("a client, system or hardware is empty")
	}
	for _, block := range slices.Concat(f.IPs, f.NotIPs) {
		if !block.IsValid() || block.Addr().Is4In6() {
			return fmt.Errorf("%v is no block of addresses; want one such as 203.0.113.0/24", block)
		}
	}
	for _, id := range f.Users {
		if !userID.MatchString(id) {
			return notUserID(id)
		}
	}
	switch f.Device {
	case "", DeviceCreated, DeviceRecent, DeviceEither:
		return nil
	default:
		return fmt.Errorf("the device is %q; want %s, %s or %s", f.Device, DeviceCreated, DeviceRecent, DeviceEither)
	}
}

// Match reports whether f matches a session, and by which device: DeviceRecent if
// by both, none if f says nothing about devices.
func (f *Filter) Match(s *api.ActiveSession) (Device, bool) {
	if len(f.Users) > 0 && !slices.Contains(f.Users, s.UserID) || len(f.Teams) > 0 && !slices.Contains(f.Teams, s.TeamID) {
		return "", false
	}
	if len(f.IPs)+len(f.NotIPs)+len(f.OS)+len(f.Hardware)+len(f.Clients) == 0 && f.ClientBelow == "" {
		return "", true
	}
	which := f.Looks()
	if which != DeviceCreated && f.matchDevice(DeviceOf(s, DeviceRecent)) {
		return DeviceRecent, true
	}
	if which != DeviceRecent && f.matchDevice(s.Created) {
		return DeviceCreated, true
	}
	return "", false
}

// Looks returns which device f looks at, also where its field Device is empty.
func (f *Filter) Looks() Device {
	switch {
	case f.Device != "":
		return f.Device
	case f.ClientBelow == "" && len(f.OS)+len(f.Hardware)+len(f.Clients) == 0:
		return DeviceEither
	default:
		return DeviceRecent
	}
}

// DeviceOf returns a device of a session: with [DeviceCreated] the one that it was
// started on, else the one that it was used on last.
func DeviceOf(s *api.ActiveSession, which Device) api.SessionDevice {
	if which == DeviceCreated || s.Recent == (api.SessionDevice{}) {
		return s.Created // nothing changed since
	}
	return s.Recent
}

func (f *Filter) matchDevice(d api.SessionDevice) bool {
	addr, err := netip.ParseAddr(d.IP)
	addr = addr.Unmap().WithZone("")
	in := func(block netip.Prefix) bool { return err == nil && block.Contains(addr) }
	is := func(value string) func(string) bool {
		return func(want string) bool { return strings.EqualFold(want, value) }
	}
	runs := func(want string) bool { return isSystem(want, d.OS) }
	switch {
	case len(f.IPs) > 0 && !slices.ContainsFunc(f.IPs, in), slices.ContainsFunc(f.NotIPs, in):
		return false
	case len(f.OS) > 0 && !slices.ContainsFunc(f.OS, runs), len(f.Hardware) > 0 && !slices.ContainsFunc(f.Hardware, is(d.DeviceHardware)):
		return false
	}
	version := versionOf(d.SlackClientVersion)
	if len(f.Clients) > 0 && !slices.ContainsFunc(f.Clients, func(want string) bool {
		prefix := versionOf(want)
		return len(version) >= len(prefix) && slices.Equal(version[:len(prefix)], prefix)
	}) {
		return false
	}
	return f.ClientBelow == "" || version != nil && below(version, versionOf(f.ClientBelow))
}

// isSystem reports whether an operating system has the name that is wanted. Slack
// calls macOS by the names that it had before, too.
func isSystem(want, os string) bool {
	return strings.EqualFold(want, os) ||
		strings.EqualFold(want, "macOS") && (strings.EqualFold(os, "OS X") || strings.EqualFold(os, "Mac OS X"))
}

// versionOf returns the numbers of a version, or nil if it is none.
func versionOf(version string) (numbers []int) {
	for part := range strings.SplitSeq(version, ".") {
		digits := part[:len(part)-len(strings.TrimLeft(part, "0123456789"))]
		number, err := strconv.Atoi(digits)
		if err != nil {
			return nil
		}
		numbers = append(numbers, number)
	}
	return numbers
}

// below compares versions, of which 4.0 and 4 are the same.
func below(a, b []int) bool {
	for i := range max(len(a), len(b)) {
		var x, y int
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if c := cmp.Compare(x, y); c != 0 {
			return c < 0
		}
	}
	return false
}
