package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

func newList(c *caller) *cobra.Command {
	var req api.AdminUsersSessionListRequest
	var asCSV bool
	cmd := &cobra.Command{
		Use:   "list [--user USER_ID --team TEAM_ID]",
		Short: "List active sessions of the organization or of one user",
		Long: `list prints the active sessions of the organization, or of one user in one
workspace, page by page as they come. With --json each page is a line.`,
		Example: `  slackadmin sessions list
  slackadmin sessions list --user W12345678 --team T12345678
  slackadmin sessions list --csv > sessions.csv`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, id := range []string{req.UserID, req.TeamID} {
				if id == "" && !cmd.Flags().Changed("user") {
					continue
				}
				if err := checkID(id); err != nil {
					return err
				}
			}
			client, opts, err := c.client(cmd)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), c.timeout)
			defer cancel()
			var answer json.RawMessage
			var out printer = &columns{out: cmd.OutOrStdout()}
			switch {
			case asCSV:
				out = &commas{out: csv.NewWriter(cmd.OutOrStdout())}
			case c.json:
				out = &lines{out: cmd.OutOrStdout(), answer: &answer}
			}
			pages := client.AdminUsersSessionListPages(ctx, req, append(opts, api.WithBodyInto(&answer))...)
			for page, err := range pages {
				if errors.Is(err, api.ErrNoActiveSessions) {
					page, err = &api.AdminUsersSessionListResponse{}, nil // none is a list too
				}
				if err != nil {
					return &failure{err}
				}
				if err := out.page(page.ActiveSessions); err != nil {
					return &failure{outputError{err}}
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&req.UserID, "user", "", "only this user's sessions; needs --team")
	cmd.Flags().StringVar(&req.TeamID, "team", "", "only sessions in this workspace; needs --user")
	cmd.Flags().BoolVar(&asCSV, "csv", false, "print comma-separated values with a header")
	cmd.MarkFlagsRequiredTogether("user", "team")
	cmd.PreRunE = func(*cobra.Command, []string) error {
		if asCSV && c.json {
			return errors.New("--csv and --json exclude each other")
		}
		return nil
	}
	return cmd
}

// A printer prints one page after the other.
type printer interface {
	page(sessions []api.ActiveSession) error
}

// columns are for people. Their widths are fixed, so that no page waits for
// another.
type columns struct {
	out    io.Writer
	header bool
}

func (p *columns) page(sessions []api.ActiveSession) error {
	var b strings.Builder
	row := func(user, team, session, system, hardware, client, ip string) {
		line := fmt.Sprintf("%-12s  %-12s  %-14s  %-16s  %-10s  %-14s  %s", user, team, session, system, hardware, client, ip)
		b.WriteString(strings.TrimRight(printable.Line(line), " ") + "\n")
	}
	if !p.header {
		p.header = true
		row("USER", "TEAM", "SESSION", "SYSTEM", "DEVICE", "CLIENT", "IP")
	}
	for _, s := range sessions {
		last := s.Recent
		if last == (api.SessionDevice{}) {
			last = s.Created
		}
		row(s.UserID, s.TeamID, strconv.FormatInt(s.SessionID, 10), last.OS+" "+last.OSVersion, last.DeviceHardware, last.SlackClientVersion, last.IP)
	}
	_, err := io.WriteString(p.out, b.String())
	return err
}

// commas are for spreadsheets.
type commas struct {
	out    *csv.Writer
	header bool
}

func (p *commas) page(sessions []api.ActiveSession) error {
	var rows [][]string
	if !p.header {
		p.header = true
		rows = append(rows, []string{
			"user_id", "team_id", "session_id",
			"created_device_hardware", "created_os", "created_os_version", "created_slack_client_version", "created_ip",
			"recent_device_hardware", "recent_os", "recent_os_version", "recent_slack_client_version", "recent_ip",
		})
	}
	for _, s := range sessions {
		row := []string{s.UserID, s.TeamID, strconv.FormatInt(s.SessionID, 10)}
		for _, d := range []api.SessionDevice{s.Created, s.Recent} {
			row = append(row, d.DeviceHardware, d.OS, d.OSVersion, d.SlackClientVersion, d.IP)
		}
		rows = append(rows, row)
	}
	return p.out.WriteAll(rows)
}

// lines are for programs: Slack's own answers.
type lines struct {
	out    io.Writer
	answer *json.RawMessage
}

func (p *lines) page([]api.ActiveSession) error {
	_, err := fmt.Fprintln(p.out, string(*p.answer))
	return err
}
