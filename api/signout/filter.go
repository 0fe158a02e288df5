package signout

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-38c23bad/slackadmin/api"
)

// A Device selects one of the two devices that Slack stores for a session, without
// their times.
type Device string

// The devices of a session.
const (
	DeviceCreated Device = "created" // the device that started the session
	DeviceRecent  Device = "recent"  // the device that used the session last
	DeviceEither  Device = "either"  // either of the two
)

// A Filter matches sessions. Each field that is set must match by one of its values, and
// all fields about the device must match the same device. An empty Filter matches every
// session.
type Filter struct {
	Users       []string       // IDs
	Teams       []string       // IDs of workspaces, or the organization's
	IPs         []netip.Prefix // the address is in one of these
	NotIPs      []netip.Prefix // the address is in none of these, or is not known
	OS          []string       // names of operating systems, such as iOS, in any case; macOS also matches OS X
	Hardware    []string       // types of devices, such as iPhone, in any case
	Clients     []string       // versions of Slack's client; 4.36 also matches 4.36.140
	ClientBelow string         // the version of the client is known and lower

	// Device is the device to match. If it is empty, a filter by addresses alone matches
	// either device, because a stolen session may have moved. Every other filter matches
	// the device used last, because people update their clients.
	Device Device
}

// Check returns an error if a field has an invalid value.
func (f *Filter) Check() error {
	for _, version := range append(slices.Clone(f.Clients), f.ClientBelow) {
		if version != "" && parseVersion(version) == nil {
			return fmt.Errorf("%q is not a version; want one such as 4.36.140", version)
		}
	}
	if slices.Contains(f.Clients, "") || slices.Contains(f.OS, "") || slices.Contains(f.Hardware, "") {
		return errors.New("a client, operating system or hardware is empty")
	}
	for _, block := range slices.Concat(f.IPs, f.NotIPs) {
		if !block.IsValid() || block.Addr().Is4In6() {
			return fmt.Errorf("%v is not an address block; want one such as 203.0.113.0/24", block)
		}
	}
	if !slices.Contains([]Device{"", DeviceCreated, DeviceRecent, DeviceEither}, f.Device) {
		return fmt.Errorf("the device is %q; want %s, %s or %s", f.Device, DeviceCreated, DeviceRecent, DeviceEither)
	}
	return checkUserIDs(f.Users...)
}

// Match reports whether f matches a session, and by which device. The device is
// DeviceRecent if both match, and empty if f does not filter by device.
func (f *Filter) Match(s *api.ActiveSession) (Device, bool) {
	if len(f.Users) > 0 && !slices.Contains(f.Users, s.UserID) || len(f.Teams) > 0 && !slices.Contains(f.Teams, s.TeamID) {
		return "", false
	}
	if len(f.IPs)+len(f.NotIPs)+len(f.OS)+len(f.Hardware)+len(f.Clients) == 0 && f.ClientBelow == "" {
		return "", true
	}
	device := f.Looks()
	if device != DeviceCreated && f.matchesDevice(DeviceOf(s, DeviceRecent)) {
		return DeviceRecent, true
	}
	if device != DeviceRecent && f.matchesDevice(s.Created) {
		return DeviceCreated, true
	}
	return "", false
}

// Looks returns the device that f matches, also if its field Device is empty.
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

// DeviceOf returns a device of a session: with [DeviceCreated] the one that started it,
// else the one that used it last.
func DeviceOf(s *api.ActiveSession, device Device) api.SessionDevice {
	if device == DeviceCreated || s.Recent == (api.SessionDevice{}) {
		return s.Created // also if the device has not changed
	}
	return s.Recent
}

// coveredByReset reports whether a reset with these arguments should end s. Slack does
// not say which sessions are mobile, but their operating systems do.
func coveredByReset(s *api.ActiveSession, mobileOnly, webOnly bool) bool {
	mobile := slices.ContainsFunc([]string{"iOS", "iPadOS", "iPhone OS", "Android"}, func(os string) bool {
		return strings.EqualFold(os, DeviceOf(s, DeviceRecent).OS)
	})
	return mobileOnly == webOnly || mobileOnly == mobile
}

func (f *Filter) matchesDevice(d api.SessionDevice) bool {
	addr, err := netip.ParseAddr(d.IP)
	addr = addr.Unmap().WithZone("")
	contains := func(block netip.Prefix) bool { return err == nil && block.Contains(addr) }
	return anyMatches(f.IPs, contains) && !slices.ContainsFunc(f.NotIPs, contains) &&
		anyMatches(f.OS, func(os string) bool { return matchesOS(os, d.OS) }) &&
		anyMatches(f.Hardware, func(hardware string) bool { return strings.EqualFold(hardware, d.DeviceHardware) }) &&
		anyMatches(f.Clients, func(client string) bool {
			version, prefix := parseVersion(d.SlackClientVersion), parseVersion(client)
			return len(version) >= len(prefix) && slices.Equal(version[:len(prefix)], prefix)
		}) &&
		(f.ClientBelow == "" || isBelow(d.SlackClientVersion, f.ClientBelow))
}

// anyMatches reports whether a value matches, or whether there are no values.
func anyMatches[T any](values []T, match func(T) bool) bool {
	return len(values) == 0 || slices.ContainsFunc(values, match)
}

// matchesOS reports whether an operating system has the wanted name. Slack also uses the
// former names of macOS.
func matchesOS(want, os string) bool {
	return strings.EqualFold(want, os) ||
		strings.EqualFold(want, "macOS") && (strings.EqualFold(os, "OS X") || strings.EqualFold(os, "Mac OS X"))
}

// isBelow reports whether a version is valid and lower than limit.
func isBelow(version, limit string) bool {
	numbers := parseVersion(version)
	return numbers != nil && versionLess(numbers, parseVersion(limit))
}

// parseVersion returns the numbers of a version, or nil if it is invalid.
func parseVersion(version string) (numbers []int) {
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

// versionLess compares versions. 4.0 and 4 are equal.
func versionLess(a, b []int) bool { return slices.Compare(trimZeros(a), trimZeros(b)) < 0 }

func trimZeros(version []int) []int {
	for len(version) > 0 && version[len(version)-1] == 0 {
		version = version[:len(version)-1]
	}
	return version
}
