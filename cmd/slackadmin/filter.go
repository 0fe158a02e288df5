package main

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/people"
)

// filterFlags are the flags of plan and list that filter sessions.
type filterFlags struct {
	users, teams, ips, notIPs, systems, hardware, clients []string
	clientBelow, device                                   string
}

func (f *filterFlags) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.users, "user", nil, "only sessions of this user; several with commas, @FILE for a file of them")
	flags.StringArrayVar(&f.teams, "team", nil, "only sessions in this workspace, or the organization; can be repeated")
	flags.StringArrayVar(&f.ips, "ip", nil, "only sessions from this address or block, such as 203.0.113.0/24; several with commas, @FILE for a file of them")
	flags.StringArrayVar(&f.notIPs, "not-ip", nil, "only sessions whose address is outside this block, or unknown; several with commas, @FILE for a file of them")
	flags.StringArrayVar(&f.systems, "os", nil, "only sessions on this operating system, such as iOS; macOS includes OS X; several with commas, @FILE for a file of them")
	flags.StringArrayVar(&f.hardware, "hardware", nil, "only sessions on this type of device, such as iPhone; can be repeated")
	flags.StringArrayVar(&f.clients, "client", nil, "only sessions of this version of Slack's client; 4.36 includes 4.36.140; several with commas, @FILE for a file of them")
	flags.StringVar(&f.clientBelow, "client-below", "", "only sessions of lower versions of Slack's client")
	flags.StringVar(&f.device, "device", "", "which device the filters match: created, which started the session; recent, which used it last; or either (default either for --ip and --not-ip alone, else recent)")
	completeValues(cmd, "device", deviceNames)
	completeValues(cmd, "os", systemNames)
}

// deviceNames are the values of --device, and systemNames those of --os that shells
// complete. Slack does not document its names of systems.
var (
	deviceNames = []string{string(signout.DeviceCreated), string(signout.DeviceRecent), string(signout.DeviceEither)}
	systemNames = []string{"Android", "iOS", "iPadOS", "Linux", "macOS", "Windows"}
)

func (f *filterFlags) parse(cmd *cobra.Command) (*signout.Filter, error) {
	filter := &signout.Filter{ClientBelow: f.clientBelow, Device: signout.Device(f.device)}
	addTo := func(blocks *[]netip.Prefix) func(string) error {
		return func(text string) error {
			block, err := parseBlock(text)
			*blocks = append(*blocks, block)
			return err
		}
	}
	accept := func(string) error { return nil }
	for _, list := range []struct {
		flag   string
		values *[]string
		check  func(string) error
	}{
		{"user", &f.users, checkUserID},
		{"team", &f.teams, checkTeamID},
		{"ip", &f.ips, addTo(&filter.IPs)},
		{"not-ip", &f.notIPs, addTo(&filter.NotIPs)},
		{"os", &f.systems, accept},
		{"hardware", &f.hardware, accept},
		{"client", &f.clients, accept},
		{"client-below", &[]string{f.clientBelow}, accept},
	} {
		if !cmd.Flags().Changed(list.flag) {
			continue
		}
		if !slices.Contains([]string{"team", "hardware", "client-below"}, list.flag) {
			if err := expand(list.values); err != nil {
				return nil, fmt.Errorf("--%s: %w", list.flag, err)
			}
		}
		for _, value := range *list.values {
			if err := list.check(value); err != nil {
				return nil, fmt.Errorf("--%s: %w", list.flag, err)
			}
			if value == "" {
				return nil, fmt.Errorf("--%s is empty", list.flag)
			}
		}
	}
	filter.Users, filter.Teams, filter.OS, filter.Hardware, filter.Clients = f.users, f.teams, f.systems, f.hardware, f.clients
	if cmd.Flags().Changed("device") && !slices.Contains(deviceNames, f.device) {
		return nil, fmt.Errorf("--device is %q; want created, recent or either", f.device)
	}
	if f.device != "" && !f.byDevice() {
		return nil, errors.New("--device goes with a filter by device, such as --ip")
	}
	if len(f.users) == 0 && len(f.teams) == 0 && !f.byDevice() {
		return nil, nil //nolint:nilnil // no filter is not an error
	}
	if err := filter.Check(); err != nil {
		return nil, err
	}
	return filter, nil
}

// expand replaces each value by those that it lists: values separated by commas, or if it
// begins with @, the lines of a file.
func expand(values *[]string) error {
	var all []string
	for _, value := range *values {
		path, isFile := strings.CutPrefix(value, "@")
		if !isFile {
			all = append(all, strings.Split(value, ",")...)
			continue
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		text, err := people.ReadText(file)
		_ = file.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		before := len(all)
		for line := range strings.Lines(text) {
			line, _, _ = strings.Cut(line, "#")
			if line = strings.Trim(line, " \t\r\n\ufeff"); line != "" {
				all = append(all, strings.Split(line, ",")...)
			}
		}
		if len(all) == before {
			return fmt.Errorf("%s has no value", path)
		}
	}
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	*values = all
	return nil
}

// parseBlock returns an address block; without a slash, that of one address.
func parseBlock(text string) (netip.Prefix, error) {
	addr, err := netip.ParseAddr(text)
	if err == nil && addr.Zone() == "" {
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	block, err := netip.ParsePrefix(text)
	if err != nil || block.Addr().Is4In6() {
		return netip.Prefix{}, fmt.Errorf("%q is not an address block; want one such as 203.0.113.0/24 or 2001:db8::/32", text)
	}
	return block.Masked(), nil
}

// serverFilter returns the user and the workspace if these are the whole filter: Slack
// filters by them itself.
func (f *filterFlags) serverFilter() (user, team string, ok bool) {
	if len(f.users) != 1 || len(f.teams) != 1 || f.byDevice() {
		return "", "", false
	}
	return f.users[0], f.teams[0], true
}

// usersOnly returns the users if these are the whole filter.
func (f *filterFlags) usersOnly() ([]string, bool) {
	return f.users, len(f.users) > 0 && len(f.teams) == 0 && !f.byDevice()
}

// byDevice reports whether a filter by device or client is set.
func (f *filterFlags) byDevice() bool {
	return f.clientBelow != "" || len(slices.Concat(f.ips, f.notIPs, f.systems, f.hardware, f.clients)) > 0
}
