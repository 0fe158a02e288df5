package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
	"github.com/seed-38c23bad/slackadmin/internal/signout"
)

func newList(c *caller) *cobra.Command {
	var req api.AdminUsersSessionListRequest
	var asCSV, rawCSV, raw bool
	choose := &filterFlags{}
	cmd := &cobra.Command{
		Use:   "list [--FILTER VALUE]...",
		Short: "List the active sessions of the organization, or some of them",
		Long: `list prints the active sessions of the organization, page by page as they come.
Slack allows about 20 pages a minute, of up to 1,000 sessions each; list waits as
long as that takes. If it is interrupted, it says how to go on.

Filters choose among all sessions. Only --user together with --team, each once and
without others, is a question that Slack answers itself. Slack gives sessions no time
stamp, so there is no filter for age.

With --csv, a value that a spreadsheet would run as a formula gets an apostrophe in
front; --csv-raw leaves it as it is.`,
		Example: `  slackadmin sessions list
  slackadmin sessions list --user W12345678
  slackadmin sessions list --ip 203.0.113.0/24 --os iOS
  slackadmin sessions list --csv > sessions.csv
  slackadmin sessions list --json | jq -r .user_id | sort | uniq -c`,
		Args: flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			filter, err := choose.parse(cmd)
			if err != nil {
				return err
			}
			if id, team, ok := choose.forSlack(); ok {
				req.UserID, req.TeamID, filter = id, team, nil
			}
			if raw && filter != nil {
				return errors.New("--raw prints whole responses, without filters; want --json")
			}
			if cmd.Flags().Changed("limit") && (req.Limit < 1 || req.Limit > 1000) {
				return fmt.Errorf("--limit is %d; want 1 to 1000", req.Limit)
			}
			client, opts, err := c.client(cmd)
			if err != nil {
				return err
			}
			var answer json.RawMessage
			opts = append(opts, api.WithBodyInto(&answer))
			var out printer
			switch {
			case asCSV || rawCSV:
				out = &csvPrinter{out: csv.NewWriter(cmd.OutOrStdout()), raw: rawCSV}
			case c.json:
				out = &jsonPrinter{out: cmd.OutOrStdout(), answer: &answer}
			case raw:
				out = &rawPrinter{out: cmd.OutOrStdout(), answer: &answer}
			default:
				out = &table{out: cmd.OutOrStdout()}
			}
			return list(cmd.Context(), client, req, filter, opts, out)
		},
	}
	choose.flags(cmd)
	cmd.Flags().IntVar(&req.Limit, "limit", 0, "sessions in a page, 1 to 1000 (default 1000)")
	cmd.Flags().StringVar(&req.Cursor, "cursor", "", "go on from here, as an interrupted list said")
	cmd.Flags().BoolVar(&asCSV, "csv", false, "print comma-separated values with a header")
	cmd.Flags().BoolVar(&rawCSV, "csv-raw", false, "as --csv, but leave formulas as they are")
	cmd.Flags().BoolVar(&raw, "raw", false, "print Slack's responses, one a line")
	cmd.PreRunE = func(*cobra.Command, []string) error {
		formats := 0
		for _, format := range []bool{asCSV, rawCSV, raw, c.json} {
			if format {
				formats++
			}
		}
		if formats > 1 {
			return errors.New("--csv, --csv-raw, --json and --raw exclude each other")
		}
		return nil
	}
	return cmd
}

func list(ctx context.Context, client *api.Client, req api.AdminUsersSessionListRequest, filter *signout.Filter, opts []api.CallOption, out printer) error {
	cursor := req.Cursor
	for page, err := range client.AdminUsersSessionListPages(ctx, req, opts...) {
		if errors.Is(err, api.ErrNoActiveSessions) {
			page, err = &api.AdminUsersSessionListResponse{}, nil // an empty list
		}
		if err != nil {
			return listFailure(err, &req, cursor)
		}
		chosen := page.ActiveSessions
		if filter != nil {
			chosen = slices.DeleteFunc(slices.Clone(chosen), func(s api.ActiveSession) bool { return !filter.Match(&s) })
		}
		if err := out.page(chosen); err != nil {
			return outputFailure(err)
		}
		cursor = page.ResponseMetadata.NextCursor
	}
	return nil
}

// listFailure says how to go on. Nothing was done but to read, whatever went wrong.
func listFailure(err error, req *api.AdminUsersSessionListRequest, cursor string) error {
	failed := &failure{err: err, about: req.UserID, more: "try again"}
	if cursor != "" {
		failed.more = "go on with --cursor " + cursor
	}
	var refused *api.Error
	switch {
	case errors.Is(err, context.Canceled):
		failed.next = "interrupted"
		if cursor == "" {
			failed.more = ""
		}
	case errors.Is(err, api.ErrInvalidCursor):
		failed.next, failed.more = "list again from the start, without --cursor", ""
	case errors.Is(err, api.ErrTeamNotFound):
		failed.about, failed.next, failed.more = req.TeamID, "check the workspace ID", ""
	case errors.Is(err, api.ErrRatelimited):
		failed.next = "wait as long, or give it more --timeout"
	case errors.Is(err, api.ErrInternalError), errors.Is(err, api.ErrFatalError), errors.Is(err, api.ErrServiceUnavailable):
		failed.next, failed.more = failed.more, ""
	case !errors.As(err, &refused):
		failed.next = "check the network, --api-url and SLACK_API_URL"
	case cursor == "":
		failed.more = ""
	}
	return failed
}

// A printer prints one page after the other.
type printer interface {
	page(sessions []api.ActiveSession) error
}

// table is for people. Its widths are fixed, so that no page waits for another.
type table struct {
	out    io.Writer
	header bool
}

func (p *table) page(sessions []api.ActiveSession) error {
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

// csvPrinter is for spreadsheets.
type csvPrinter struct {
	out    *csv.Writer
	raw    bool
	header bool
}

func (p *csvPrinter) page(sessions []api.ActiveSession) error {
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
		for i := range row {
			row[i] = cell(row[i], p.raw)
		}
		rows = append(rows, row)
	}
	return p.out.WriteAll(rows)
}

// jsonPrinter is for programs: a session a line, with all fields that Slack sent.
type jsonPrinter struct {
	out    io.Writer
	answer *json.RawMessage
}

func (p *jsonPrinter) page(sessions []api.ActiveSession) error {
	var page struct {
		ActiveSessions []json.RawMessage `json:"active_sessions"`
	}
	if len(sessions) == 0 {
		return nil // and the answer may be a refusal
	}
	if err := json.Unmarshal(*p.answer, &page); err != nil {
		return err
	}
	for _, session := range page.ActiveSessions {
		var of struct {
			SessionID int64 `json:"session_id"`
		}
		if err := json.Unmarshal(session, &of); err != nil {
			return err
		}
		if !slices.ContainsFunc(sessions, func(s api.ActiveSession) bool { return s.SessionID == of.SessionID }) {
			continue
		}
		if err := printJSON(p.out, session); err != nil {
			return err
		}
	}
	return nil
}

// rawPrinter prints Slack's own responses.
type rawPrinter struct {
	out    io.Writer
	answer *json.RawMessage
}

func (p *rawPrinter) page([]api.ActiveSession) error { return printJSON(p.out, *p.answer) }

func printJSON(out io.Writer, data []byte) error {
	line, err := jsonLine(data)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, line)
	return err
}
