package main

import (
	"cmp"
	"encoding/json"
	"net/netip"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// A summary counts sessions by properties of their devices.
type summary []*counter

// A counter counts sessions by the value of one property.
type counter struct {
	by     string
	value  func(*listed) string
	counts map[string]int
}

func newSummary() summary {
	s := summary{
		{by: "system", value: func(s *listed) string { return strings.TrimSpace(s.device().OS) }},
		{by: "client", value: func(s *listed) string { return s.device().SlackClientVersion }},
		{by: "network", value: func(s *listed) string { return network(s.device().IP) }},
		{by: "workspace", value: func(s *listed) string { return s.TeamID }},
	}
	for _, c := range s {
		c.counts = map[string]int{}
	}
	return s
}

// network returns the network of an address: /24 of IPv4, and /64 of IPv6.
func network(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return "" // which counts as unknown
	}
	addr = addr.Unmap().WithZone("")
	bits := 64
	if addr.Is4() {
		bits = 24
	}
	block, _ := addr.Prefix(bits) // every address has that many
	return block.String()
}

func (s summary) add(sessions []listed) error {
	for i := range sessions {
		for _, c := range s {
			c.counts[cmp.Or(c.value(&sessions[i]), "unknown")]++
		}
	}
	return nil
}

// print prints the counts, the highest of each property first: as a table, or as one
// object a line.
func (s summary) print(cmd *cobra.Command, o *output) error {
	var rows [][]string
	for _, c := range s {
		for _, value := range mostFrequent(c.counts) {
			rows = append(rows, []string{c.by, value, strconv.Itoa(c.counts[value])})
		}
	}
	if o.json {
		return printObjects(cmd.OutOrStdout(), rows, func(row []string) any {
			return map[string]any{"by": row[0], "value": row[1], "sessions": json.Number(row[2])}
		})
	}
	return o.printTable(cmd, []column{{"BY", 0, 0}, {"VALUE", 0, 0}, {"SESSIONS", 0, 0}}, rows, "--json has them")
}
