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
)

// filterFlags are the flags of plan and list that choose sessions.
type filterFlags struct {
	users, teams, ips, notIPs, systems, hardware, clients []string
	clientBelow, device                                   string
}

func (f *filterFlags) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.users, "user", nil, "only sessions of this user; several with commas, @FILE for a file of them")
	flags.StringArrayVar(&f.teams, "team", nil, "only sessions in this workspace, or the organization; can be repeated")
	flags.StringArrayVar(&f.ips, "ip", nil, "only sessions from this address or block, such as 203.0.113.0/24; several with commas, @FILE for a file of them")
	flags.StringArrayVar(&f.notIPs, "not-ip", nil, "only sessions whose address is outside this block, or not known; several with commas, @FILE for a file of them")
	flags.StringArrayVar(&f.systems, "os", nil, "only sessions on this operating system, such as iOS; macOS is also what Slack calls OS X; several with commas, @FILE for a file of them")
	flags.StringArrayVar(&f.hardware, "hardware", nil, "only sessions on this type of device, such as iPhone; can be repeated")
	flags.StringArrayVar(&f.clients, "client", nil, "only sessions of this version of Slack's client; 4.36 is also 4.36.140; several with commas, @FILE for a file of them")
	flags.StringVar(&f.clientBelow, "client-below", "", "only sessions of lower versions of Slack's client")
	flags.StringVar(&f.device, "device", "", "which device the filters look at: created, which started the session; recent, which used it last; or either (default either for --ip and --not-ip alone, else recent)")
	for name, values := range map[string][]string{"device": deviceNames, "os": systemNames} {
		if err := cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
			panic(err) // the flags are defined above
		}
	}
}

// deviceNames are the values of --device, and systemNames those of --os that completion
// offers. Slack does not say which names it has.
var (
	deviceNames = []string{string(signout.DeviceCreated), string(signout.DeviceRecent), string(signout.DeviceEither)}
	systemNames = []string{"Android", "iOS", "iPadOS", "Linux", "macOS", "Windows"}
)

// parse returns the filter, or nil if no flag is set.
func (f *filterFlags) parse(cmd *cobra.Command) (*signout.Filter, error) {
	for flag, values := range map[string]*[]string{
		"user": &f.users, "ip": &f.ips, "not-ip": &f.notIPs, "os": &f.systems, "client": &f.clients,
	} {
		if err := expand(values); err != nil {
			return nil, fmt.Errorf("--%s: %w", flag, err)
		}
	}
	filter := &signout.Filter{
		Users: f.users, Teams: f.teams, OS: f.systems, Hardware: f.hardware, Clients: f.clients, ClientBelow: f.clientBelow,
	}
	for flag, values := range map[string][]string{"os": f.systems, "hardware": f.hardware, "client": f.clients} {
		if slices.Contains(values, "") {
			return nil, fmt.Errorf("--%s is empty", flag)
		}
	}
	if f.clientBelow == "" && cmd.Flags().Changed("client-below") {
		return nil, errors.New("--client-below is empty")
	}
	for _, id := range f.users {
		if err := checkUser(id); err != nil {
			return nil, fmt.Errorf("--user: %w", err)
		}
	}
	for _, id := range f.teams {
		if err := checkTeam(id); err != nil {
			return nil, fmt.Errorf("--team: %w", err)
		}
	}
	for _, text := range f.ips {
		block, err := parseBlock(text)
		if err != nil {
			return nil, fmt.Errorf("--ip: %w", err)
		}
		filter.IPs = append(filter.IPs, block)
	}
	for _, text := range f.notIPs {
		block, err := parseBlock(text)
		if err != nil {
			return nil, fmt.Errorf("--not-ip: %w", err)
		}
		filter.NotIPs = append(filter.NotIPs, block)
	}
	filter.Device = signout.Device(f.device)
	if cmd.Flags().Changed("device") && !slices.Contains(deviceNames, f.device) {
		return nil, fmt.Errorf("--device is %q; want created, recent or either", f.device)
	}
	if f.device != "" && !f.ofDevices() {
		return nil, errors.New("--device goes with a filter by device, such as --ip")
	}
	if len(f.users) == 0 && len(f.teams) == 0 && !f.ofDevices() {
		return nil, nil //nolint:nilnil // no filter is no mistake
	}
	if err := filter.Check(); err != nil {
		return nil, err
	}
	return filter, nil
}

// expand puts in place of each value what it lists: values with commas between them,
// or if it begins with an @ the lines of a file.
func expand(values *[]string) error {
	var all []string
	for _, value := range *values {
		path, isFile := strings.CutPrefix(value, "@")
		if !isFile {
			all = append(all, strings.Split(value, ",")...)
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if strings.HasPrefix(string(text), "\xff\xfe") || strings.HasPrefix(string(text), "\xfe\xff") {
			return fmt.Errorf("%s is UTF-16; want it as UTF-8", path)
		}
		before := len(all)
		for line := range strings.Lines(strings.ReplaceAll(string(text), "\r", "\n")) {
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

// parseBlock returns an address block, of one address if there is no slash.
func parseBlock(text string) (netip.Prefix, error) {
	addr, err := netip.ParseAddr(text)
	if err == nil && addr.Zone() == "" {
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	block, err := netip.ParsePrefix(text)
	if err != nil || block.Addr().Is4In6() {
		return netip.Prefix{}, fmt.Errorf("%q is no address block; want one such as 203.0.113.0/24 or 2001:db8::/32", text)
	}
	return block.Masked(), nil
}

// forSlack returns the user and the workspace, if these are all that is asked for:
// that question Slack answers itself.
func (f *filterFlags) forSlack() (user, team string, ok bool) {
	if len(f.users) != 1 || len(f.teams) != 1 || f.ofDevices() {
		return "", "", false
	}
	return f.users[0], f.teams[0], true
}

// onlyUsers returns the users, if these are all that is asked for.
func (f *filterFlags) onlyUsers() ([]string, bool) {
	return f.users, len(f.users) > 0 && len(f.teams) == 0 && !f.ofDevices()
}

// ofDevices reports whether a flag is set that chooses by device or client.
func (f *filterFlags) ofDevices() bool {
	return f.clientBelow != "" || len(slices.Concat(f.ips, f.notIPs, f.systems, f.hardware, f.clients)) > 0
}
