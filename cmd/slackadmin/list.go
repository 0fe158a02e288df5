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
	"github.com/seed-38c23bad/slackadmin/api/signout"
)

func newList(c *caller) *cobra.Command {
	var req api.AdminUsersSessionListRequest
	var asCSV, rawCSV, raw, summed bool
	choose := &filterFlags{}
	cmd := &cobra.Command{
		Use:   "list [--FILTER VALUE]...",
		Short: "List the active sessions of the organization, or some of them",
		Long: `list prints the active sessions of the organization, page by page as they come.
Slack allows about 20 pages a minute, of up to 1,000 sessions each; list waits as
long as that takes. If it is interrupted, it says how to go on.

Usually list reads all sessions and filters them itself. Slack does that for one --user
with one --team and, if the token has the scope users:read, for up to five --user
without other filters. Slack gives sessions no time stamp, so there is no filter for
age. Of the two devices of a session, list shows the one used last, or the one that a
filter matched.

With --summary, it counts them by system, client version, network and workspace once
all have come: who has old clients, for example.

With --csv, a value that a spreadsheet would run as a formula gets an apostrophe in
front; --csv-raw leaves it as it is.`,
		Example: `  slackadmin sessions list
  slackadmin sessions list --user W12345678
  slackadmin sessions list --ip 203.0.113.0/24 --os iOS
  slackadmin sessions list --csv > sessions.csv
  slackadmin sessions list --summary --client-below 4.40
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
			var out printer
			sums := newSummary()
			switch {
			case summed:
				out = sums
			case asCSV || rawCSV:
				out = &csvPrinter{out: csv.NewWriter(cmd.OutOrStdout()), raw: rawCSV}
			case c.json:
				out = &jsonPrinter{out: cmd.OutOrStdout(), answer: &c.response}
			case raw:
				out = &rawPrinter{out: cmd.OutOrStdout(), answer: &c.response}
			default:
				out = c.sessionTable(cmd, choose.ofDevices())
			}
			reqs := []api.AdminUsersSessionListRequest{req}
			if ids, ok := choose.onlyUsers(); ok && req.Cursor == "" {
				if reqs, err = askFor(cmd.Context(), client, opts, ids, req, filter); err != nil {
					return err
				}
			}
			l := lister{client: client, opts: opts, filter: filter, out: out, seen: map[sessionKey]bool{}}
			if filter != nil {
				l.counted = &tally{filter: filter}
			}
			for _, one := range reqs {
				err := l.list(cmd.Context(), one)
				alone := len(reqs) > 1
				if alone && (errors.Is(err, api.ErrTeamNotFound) || errors.Is(err, api.ErrUserNotFound)) {
					alone, err = false, l.list(cmd.Context(), req) // of everybody
				}
				if err != nil {
					return c.listFailure(cmd, err)
				}
				if !alone {
					break
				}
			}
			if summed {
				if err := sums.print(c, cmd); err != nil {
					return outputFailure(err)
				}
			}
			if l.printed == 0 {
				c.say(cmd.ErrOrStderr(), l.nothing())
			}
			return nil
		},
	}
	choose.flags(cmd)
	cmd.Flags().IntVar(&req.Limit, "limit", 0, "sessions in a page, 1 to 1000 (default 1000)")
	cmd.Flags().StringVar(&req.Cursor, "cursor", "", "go on from here, as an interrupted list said")
	cmd.Flags().BoolVar(&asCSV, "csv", false, "print comma-separated values with a header")
	cmd.Flags().BoolVar(&rawCSV, "csv-raw", false, "as --csv, but leave formulas as they are")
	cmd.Flags().BoolVar(&raw, "raw", false, "print Slack's responses, one a line")
	cmd.Flags().BoolVar(&summed, "summary", false, "print how many sessions there are by system, client version, network (/24, or /64 of IPv6) and workspace, instead of the sessions")
	cmd.PreRunE = func(*cobra.Command, []string) error {
		if summed && (asCSV || rawCSV || raw) {
			return errors.New("--summary is a table, or JSON with --json; --csv, --csv-raw and --raw exclude it")
		}
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

// maxAsked is how many users list asks for alone, instead of listing everybody.
const maxAsked = 5

// askFor adds the other IDs of users to the filter, and returns the requests for the sessions of users alone, in each of their
// workspaces and in the organization, or one for everybody's if Slack does not say
// which these are.
func askFor(ctx context.Context, client *api.Client, opts []api.CallOption, ids []string, req api.AdminUsersSessionListRequest, filter *signout.Filter) ([]api.AdminUsersSessionListRequest, error) {
	everybody := []api.AdminUsersSessionListRequest{req}
	if len(ids) > maxAsked {
		return everybody, nil
	}
	me, err := client.AuthTest(ctx, opts...)
	if err != nil {
		return nil, &failure{err: err}
	}
	d, err := lookUp(ctx, client, opts, ids)
	if err != nil || d == nil || me.EnterpriseID == "" {
		return everybody, nil //nolint:nilerr // then everybody is listed
	}
	for i := range d.People {
		filter.Users = append(append(filter.Users, d.People[i].UserID), d.People[i].OtherIDs...)
	}
	var reqs []api.AdminUsersSessionListRequest
	for _, id := range ids {
		p := d.ByID(id)
		if p == nil || len(p.Workspaces) == 0 {
			return everybody, nil
		}
		for _, user := range append([]string{p.UserID}, p.OtherIDs...) {
			for _, team := range append([]string{me.EnterpriseID}, p.Workspaces...) {
				one := req
				one.UserID, one.TeamID = user, team
				reqs = append(reqs, one)
			}
		}
	}
	return reqs, nil
}

// A lister lists sessions page by page.
type lister struct {
	client  *api.Client
	opts    []api.CallOption
	filter  *signout.Filter // nil if Slack chooses
	out     printer
	seen    map[sessionKey]bool
	counted *tally // nil without a filter
	printed int
}

func (l *lister) list(ctx context.Context, req api.AdminUsersSessionListRequest) error {
	cursor := req.Cursor
	for page, err := range l.client.AdminUsersSessionListPages(ctx, req, l.opts...) {
		if errors.Is(err, api.ErrNoActiveSessions) && cursor == "" {
			page, err = &api.AdminUsersSessionListResponse{}, nil // an empty list
		}
		if err != nil {
			return &listError{err, req, cursor}
		}
		chosen := l.matching(page.ActiveSessions)
		l.printed += len(chosen)
		if err := l.out.page(chosen); err != nil {
			return outputFailure(err)
		}
		cursor = page.ResponseMetadata.NextCursor
	}
	return nil
}

// A listed is a session to print.
type listed struct {
	*api.ActiveSession
	index   int            // on its page
	matched signout.Device // by which device; empty without a filter
}

// device returns the device that matched, or the one that was used last.
func (l *listed) device() api.SessionDevice { return signout.DeviceOf(l.ActiveSession, l.matched) }

// A sessionKey tells sessions apart.
type sessionKey struct {
	user string
	id   int64
}

// nothing says why nothing is printed.
func (l *lister) nothing() string {
	if each := l.counted.String(); each != "" {
		return "no session matches: " + each
	}
	return "there is no session"
}

// matching returns the sessions of a page that the filter matches, all if it is nil,
// but not those that were seen when another question was asked.
func (l *lister) matching(page []api.ActiveSession) []listed {
	chosen := make([]listed, 0, len(page))
	for i := range page {
		one, ok := listed{ActiveSession: &page[i], index: i}, true
		if l.filter != nil {
			l.counted.add(one.ActiveSession)
			one.matched, ok = l.filter.Match(one.ActiveSession)
		}
		key := sessionKey{one.UserID, one.SessionID}
		if ok && (l.filter == nil || !l.seen[key]) {
			l.seen[key] = l.filter != nil
			chosen = append(chosen, one)
		}
	}
	return chosen
}

// A listError is one of a call.
type listError struct {
	error
	req    api.AdminUsersSessionListRequest
	cursor string // of the page that did not come
}

func (e *listError) Unwrap() error { return e.error }

// listFailure says how to go on.
func (c *caller) listFailure(cmd *cobra.Command, err error) error {
	var list *listError
	if !errors.As(err, &list) {
		return err
	}
	cursor := list.cursor
	err = list.error
	failed := c.failure(cmd, list.req.UserID, err)
	failed.more = "try again"
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
	case errors.Is(err, api.ErrCursorRepeats):
		failed.next, failed.more = "list again from the start", ""
	case errors.Is(err, api.ErrInvalidCursor):
		failed.next, failed.more = "list again from the start, without --cursor", ""
	case errors.Is(err, api.ErrTeamNotFound):
		failed.about, failed.next, failed.more = list.req.TeamID, "check the workspace ID", ""
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
	page(sessions []listed) error
}

// table is for people. Its widths are fixed, so that no page waits for another.
type table struct {
	*columns

	out    io.Writer
	headed bool
}

func (c *caller) sessionTable(cmd *cobra.Command, matched bool) *table {
	all := []column{
		{"USER", 12, 0}, {"TEAM", 12, 5}, {"SESSION", 14, 0}, {"SYSTEM", 16, 2}, {"DEVICE", 10, 6}, {"CLIENT", 14, 3}, {"IP", 15, 1}, {"MATCHED", 7, 4},
	}
	if !matched {
		all = all[:len(all)-1]
	}
	return &table{out: cmd.OutOrStdout(), columns: c.fit(cmd.OutOrStdout(), cmd.ErrOrStderr(), all, "--csv has them")}
}

func (p *table) page(sessions []listed) error {
	var b strings.Builder
	if !p.headed {
		p.headed = true
		b.WriteString(p.header())
	}
	for _, s := range sessions {
		d := s.device()
		b.WriteString(p.line(s.UserID, s.TeamID, strconv.FormatInt(s.SessionID, 10), d.OS+" "+d.OSVersion, d.DeviceHardware, d.SlackClientVersion, d.IP, string(s.matched)))
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

func (p *csvPrinter) page(sessions []listed) error {
	var rows [][]string
	if !p.header {
		p.header = true
		rows = append(rows, []string{
			"user_id", "team_id", "session_id",
			"created_device_hardware", "created_os", "created_os_version", "created_slack_client_version", "created_ip",
			"recent_device_hardware", "recent_os", "recent_os_version", "recent_slack_client_version", "recent_ip", "matched",
		})
	}
	for _, s := range sessions {
		row := []string{s.UserID, s.TeamID, strconv.FormatInt(s.SessionID, 10)}
		for _, d := range []api.SessionDevice{s.Created, s.Recent} {
			row = append(row, d.DeviceHardware, d.OS, d.OSVersion, d.SlackClientVersion, d.IP)
		}
		row = append(row, string(s.matched))
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

func (p *jsonPrinter) page(sessions []listed) error {
	var page struct {
		ActiveSessions []json.RawMessage `json:"active_sessions"`
	}
	if len(sessions) == 0 {
		return nil // and the answer may be a refusal
	}
	if err := json.Unmarshal(*p.answer, &page); err != nil {
		return err
	}
	for _, s := range sessions {
		if s.index >= len(page.ActiveSessions) {
			return errors.New("its sessions in JSON are fewer than in the response")
		}
		if err := printJSON(p.out, page.ActiveSessions[s.index]); err != nil {
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

func (p *rawPrinter) page([]listed) error { return printJSON(p.out, *p.answer) }

func printJSON(out io.Writer, data []byte) error {
	line, err := jsonLine(data)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, line)
	return err
}
