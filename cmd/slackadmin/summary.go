package main

import (
	"cmp"
	"encoding/json"
	"io"
	"net/netip"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// A summary counts sessions by what their devices have in common, instead of printing
// them. It is a printer.
type summary struct {
	groups []*group
}

// A group is what sessions are counted by.
type group struct {
	by     string
	of     func(*listed) string
	counts map[string]int
}

func newSummary() *summary {
	s := &summary{}
	for _, g := range []*group{
		{by: "system", of: func(l *listed) string { return strings.TrimSpace(l.device().OS) }},
		{by: "client", of: func(l *listed) string { return l.device().SlackClientVersion }},
		{by: "network", of: func(l *listed) string { return network(l.device().IP) }},
		{by: "workspace", of: func(l *listed) string { return l.TeamID }},
	} {
		g.counts = map[string]int{}
		s.groups = append(s.groups, g)
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
	block, _ := addr.Prefix(bits) // it has as many
	return block.String()
}

func (s *summary) page(sessions []listed) error {
	for i := range sessions {
		for _, g := range s.groups {
			g.counts[cmp.Or(g.of(&sessions[i]), "unknown")]++
		}
	}
	return nil
}

// print prints the counts, of each group the largest first: as a table, or one object a
// line.
func (s *summary) print(c *caller, cmd *cobra.Command) error {
	if c.json {
		encoder := json.NewEncoder(cmd.OutOrStdout())
		for _, g := range s.groups {
			for _, value := range mostFrequent(g.counts) {
				if err := encoder.Encode(map[string]any{"by": g.by, "value": value, "sessions": g.counts[value]}); err != nil {
					return err
				}
			}
		}
		return nil
	}
	all := []column{{"BY", 0, 0}, {"VALUE", 0, 0}, {"SESSIONS", 0, 0}}
	var rows [][]string
	for _, g := range s.groups {
		for _, value := range mostFrequent(g.counts) {
			rows = append(rows, []string{g.by, value, strconv.Itoa(g.counts[value])})
		}
	}
	widen(all, rows)
	table := c.fit(cmd.OutOrStdout(), cmd.ErrOrStderr(), all, "--json has them")
	var b strings.Builder
	b.WriteString(table.header())
	for _, row := range rows {
		b.WriteString(table.line(row...))
	}
	_, err := io.WriteString(cmd.OutOrStdout(), b.String())
	return err
}
