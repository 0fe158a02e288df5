package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
)

type listOptions struct {
	*clientFlags

	filterFlags               filterFlags
	req                       api.AdminUsersSessionListRequest
	csv, rawCSV, raw, summary bool
}

func newList(c *clientFlags) *cobra.Command {
	o := &listOptions{clientFlags: c}
	cmd := &cobra.Command{
		Use:   "list [--FILTER VALUE]...",
		Short: "List the active sessions of the organization, or some of them",
		Long: `list prints the active sessions of the organization, page by page. Slack allows about
20 pages a minute, of up to 1,000 sessions each; list waits as long as necessary. If it
is interrupted, its error says how to continue.

Usually list reads all sessions and filters them itself. Slack filters only by one
--user with one --team or, if the token has the scope users:read, by up to five --user
without other filters. Slack gives sessions no time stamp, so there is no filter by
age. Of the two devices of a session, list shows the one that was used last, or the one
that a filter matched.

With --summary, list reads all sessions and then counts them by system, client version,
network and workspace: who has old clients, for example.

With --csv, a value that a spreadsheet would run as a formula gets an apostrophe in
front; with --csv-raw it does not.`,
		Example: `  slackadmin sessions list
  slackadmin sessions list --user W12345678
  slackadmin sessions list --ip 203.0.113.0/24 --os iOS
  slackadmin sessions list --csv > sessions.csv
  slackadmin sessions list --summary --client-below 4.40
  slackadmin sessions list --json | jq -r .user_id | sort | uniq -c`,
		Args:    noArgs,
		PreRunE: o.checkFormat,
		RunE:    o.run,
	}
	o.filterFlags.flags(cmd)
	flags := cmd.Flags()
	flags.IntVar(&o.req.Limit, "limit", 0, "sessions in a page, 1 to 1000 (default 1000)")
	flags.StringVar(&o.req.Cursor, "cursor", "", "continue at this cursor, from the error of an interrupted list")
	flags.BoolVar(&o.csv, "csv", false, "print comma-separated values with a header")
	flags.BoolVar(&o.rawCSV, "csv-raw", false, "like --csv, but do not escape formulas")
	flags.BoolVar(&o.raw, "raw", false, "print Slack's responses, one a line")
	flags.BoolVar(&o.summary, "summary", false, "print the number of sessions by system, client version, network (/24, or /64 of IPv6) and workspace, instead of the sessions")
	return cmd
}

func (o *listOptions) checkFormat(*cobra.Command, []string) error {
	if o.summary && (o.csv || o.rawCSV || o.raw) {
		return errors.New("--summary is a table, or JSON with --json; --csv, --csv-raw and --raw exclude it")
	}
	formats := 0
	for _, format := range []bool{o.csv, o.rawCSV, o.raw, o.json} {
		if format {
			formats++
		}
	}
	if formats > 1 {
		return errors.New("--csv, --csv-raw, --json and --raw exclude each other")
	}
	return nil
}

func (o *listOptions) run(cmd *cobra.Command, _ []string) error {
	filter, err := o.filterFlags.parse(cmd)
	if err != nil {
		return err
	}
	if id, team, ok := o.filterFlags.serverFilter(); ok {
		o.req.UserID, o.req.TeamID, filter = id, team, nil
	}
	if o.raw && filter != nil {
		return errors.New("--raw prints whole responses, without filters; want --json")
	}
	if cmd.Flags().Changed("limit") && (o.req.Limit < 1 || o.req.Limit > 1000) {
		return fmt.Errorf("--limit is %d; want 1 to 1000", o.req.Limit)
	}
	c, err := o.connect(cmd, false)
	if err != nil {
		return err
	}
	l := lister{c: c, filter: filter, seen: map[sessionKey]bool{}}
	if filter != nil {
		l.counts = &filterCounts{filter: filter}
	}
	sums := newSummary()
	out := cmd.OutOrStdout()
	switch {
	case o.summary:
		l.print = sums.add
	case o.csv || o.rawCSV:
		l.print = csvPrinter(out, o.rawCSV)
	case o.json:
		l.print = c.printSessionsJSON
	case o.raw:
		l.print = func([]listed) error { return printJSON(out, c.response) }
	default:
		l.print = o.tablePrinter(cmd)
	}
	reqs := []api.AdminUsersSessionListRequest{o.req}
	if ids, ok := o.filterFlags.usersOnly(); ok && o.req.Cursor == "" {
		if reqs, err = c.requestsForUsers(ids, o.req, filter); err != nil {
			return err
		}
	}
	for _, req := range reqs {
		cursor, err := l.list(cmd.Context(), req)
		perUser := len(reqs) > 1
		if perUser && (errors.Is(err, api.ErrTeamNotFound) || errors.Is(err, api.ErrUserNotFound)) {
			perUser, req = false, o.req // list everybody instead
			cursor, err = l.list(cmd.Context(), req)
		}
		if err != nil {
			return c.listFailure(req, cursor, err)
		}
		if !perUser {
			break
		}
	}
	if o.summary {
		if err := sums.print(cmd, &o.output); err != nil {
			return writeError(err)
		}
	}
	if l.printed == 0 {
		c.notify(l.emptyMessage())
	}
	return nil
}

// maxPerUser is the number of users whose sessions list requests one user at a time.
const maxPerUser = 5

// requestsForUsers adds the users' other IDs to the filter, and returns the requests for
// their sessions in the organization and in each of their workspaces. If it cannot find
// out the workspaces, it returns one request for the sessions of everybody.
func (c *connection) requestsForUsers(ids []string, req api.AdminUsersSessionListRequest, filter *signout.Filter) ([]api.AdminUsersSessionListRequest, error) {
	everybody := []api.AdminUsersSessionListRequest{req}
	if len(ids) > maxPerUser {
		return everybody, nil
	}
	me, err := c.client.AuthTest(c.cmd.Context(), c.opts...)
	if err != nil {
		return nil, &failure{err: err}
	}
	d, err := c.lookUp(ids)
	if err != nil || d == nil || me.EnterpriseID == "" {
		return everybody, nil //nolint:nilerr // everybody is listed
	}
	for i := range d.People {
		filter.Users = append(filter.Users, d.People[i].IDs()...)
	}
	var reqs []api.AdminUsersSessionListRequest
	for _, id := range ids {
		p := d.ByID(id)
		if p == nil || len(p.Workspaces) == 0 {
			return everybody, nil
		}
		for _, user := range p.IDs() {
			for _, team := range append([]string{me.EnterpriseID}, p.Workspaces...) {
				req.UserID, req.TeamID = user, team
				reqs = append(reqs, req)
			}
		}
	}
	return reqs, nil
}

type lister struct {
	c       *connection
	filter  *signout.Filter // nil if Slack filters
	print   func([]listed) error
	seen    map[sessionKey]bool
	counts  *filterCounts // nil without a filter
	printed int
}

// list prints the sessions of a request. With an error, it returns the cursor of the page
// that failed.
func (l *lister) list(ctx context.Context, req api.AdminUsersSessionListRequest) (cursor string, err error) {
	cursor = req.Cursor
	for page, err := range l.c.client.AdminUsersSessionListPages(ctx, req, l.c.opts...) {
		if errors.Is(err, api.ErrNoActiveSessions) && cursor == "" {
			page, err = &api.AdminUsersSessionListResponse{}, nil // an empty list
		}
		if err != nil {
			return cursor, err
		}
		matched := l.filterPage(page.ActiveSessions)
		l.printed += len(matched)
		if err := l.print(matched); err != nil {
			return cursor, writeError(err)
		}
		cursor = page.ResponseMetadata.NextCursor
	}
	return "", nil
}

type listed struct {
	*api.ActiveSession
	index   int            // on its page
	matched signout.Device // the device that the filter matched; empty without a filter
}

// device returns the device that the filter matched, or the one that was used last.
func (s *listed) device() api.SessionDevice { return signout.DeviceOf(s.ActiveSession, s.matched) }

type sessionKey struct {
	user string
	id   int64
}

func (l *lister) emptyMessage() string {
	if counts := l.counts.String(); counts != "" {
		return "no session matches: " + counts
	}
	return "there is no session"
}

// filterPage returns the sessions of a page that match the filter, except those of
// earlier requests; all without a filter.
func (l *lister) filterPage(page []api.ActiveSession) []listed {
	matched := make([]listed, 0, len(page))
	for i := range page {
		s, ok := listed{ActiveSession: &page[i], index: i}, true
		if l.filter != nil {
			l.counts.add(s.ActiveSession)
			s.matched, ok = l.filter.Match(s.ActiveSession)
		}
		key := sessionKey{s.UserID, s.SessionID}
		if ok && (l.filter == nil || !l.seen[key]) {
			l.seen[key] = l.filter != nil
			matched = append(matched, s)
		}
	}
	return matched
}

// listFailure adds to the error of a list how to continue.
func (c *connection) listFailure(req api.AdminUsersSessionListRequest, cursor string, err error) error {
	var failed *failure
	if errors.As(err, &failed) { // of the output
		return err
	}
	failed = c.failure(req.UserID, err)
	failed.also = "try again"
	if cursor != "" {
		failed.also = "continue with --cursor " + cursor
	}
	switch {
	case errors.Is(err, context.Canceled):
		failed.hint = "interrupted"
		if cursor == "" {
			failed.also = ""
		}
	case errors.Is(err, api.ErrCursorRepeats):
		failed.hint, failed.also = "list again from the start", ""
	case errors.Is(err, api.ErrInvalidCursor):
		failed.hint, failed.also = "list again from the start, without --cursor", ""
	case errors.Is(err, api.ErrTeamNotFound):
		failed.subject, failed.hint, failed.also = req.TeamID, "check the workspace ID", ""
	case errors.Is(err, api.ErrRatelimited):
		failed.hint = "wait as long, or set a longer --timeout"
	case errors.Is(err, api.ErrInternalError), errors.Is(err, api.ErrFatalError), errors.Is(err, api.ErrServiceUnavailable):
		failed.hint, failed.also = failed.also, ""
	case !errors.As(err, new(*api.Error)):
		failed.hint = "check the network, --api-url and SLACK_API_URL"
	case cursor == "":
		failed.also = ""
	}
	return failed
}

// tablePrinter returns a printer of a table with fixed widths, so that no page waits for
// another.
func (o *listOptions) tablePrinter(cmd *cobra.Command) func([]listed) error {
	all := []column{
		{"USER", 12, 0}, {"TEAM", 12, 5}, {"SESSION", 14, 0}, {"SYSTEM", 16, 2}, {"DEVICE", 10, 6}, {"CLIENT", 14, 3}, {"IP", 15, 1}, {"MATCHED", 7, 4},
	}
	if !o.filterFlags.byDevice() {
		all = all[:len(all)-1]
	}
	columns := o.fitColumns(cmd, all, "--csv has them")
	return func(sessions []listed) error {
		rows := make([][]string, len(sessions))
		for i, s := range sessions {
			d := s.device()
			rows[i] = []string{s.UserID, s.TeamID, strconv.FormatInt(s.SessionID, 10), d.OS + " " + d.OSVersion, d.DeviceHardware, d.SlackClientVersion, d.IP, string(s.matched)}
		}
		return columns.write(cmd.OutOrStdout(), rows)
	}
}

func csvPrinter(out io.Writer, raw bool) func([]listed) error {
	rows := [][]string{{
		"user_id", "team_id", "session_id",
		"created_device_hardware", "created_os", "created_os_version", "created_slack_client_version", "created_ip",
		"recent_device_hardware", "recent_os", "recent_os_version", "recent_slack_client_version", "recent_ip", "matched",
	}}
	return func(sessions []listed) error {
		for _, s := range sessions {
			row := []string{s.UserID, s.TeamID, strconv.FormatInt(s.SessionID, 10)}
			for _, d := range []api.SessionDevice{s.Created, s.Recent} {
				row = append(row, d.DeviceHardware, d.OS, d.OSVersion, d.SlackClientVersion, d.IP)
			}
			rows = append(rows, append(row, string(s.matched)))
		}
		err := writeCSV(out, raw, rows)
		rows = slices.Delete(rows, 0, len(rows))
		return err
	}
}

// printSessionsJSON prints a session a line, with all fields of Slack's response.
func (c *connection) printSessionsJSON(sessions []listed) error {
	if len(sessions) == 0 {
		return nil // the response may be a refusal
	}
	var page struct {
		ActiveSessions []json.RawMessage `json:"active_sessions"`
	}
	if err := json.Unmarshal(c.response, &page); err != nil {
		return err
	}
	for _, s := range sessions {
		if s.index >= len(page.ActiveSessions) {
			return errors.New("the response has fewer sessions in JSON than were decoded")
		}
		if err := printJSON(c.cmd.OutOrStdout(), page.ActiveSessions[s.index]); err != nil {
			return err
		}
	}
	return nil
}
