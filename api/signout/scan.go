package signout

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// ScanProgress describes the state of a running listing of sessions.
type ScanProgress struct {
	Sessions int           // listed so far
	Wait     time.Duration // the wait that begins now, or 0
	Why      string        // the reason to wait, to show to a person
	Err      error         // of the call that caused the wait
}

const (
	// maxRestarts is how often a listing restarts because its cursor became invalid.
	maxRestarts = 5

	// maxQueries is how many queries for single people replace a listing of all sessions
	// if the size of the organization is not known.
	maxQueries = 20

	pageSize        = 1000 // sessions in one of Slack's pages
	sessionsPerUser = 2    // an estimate
)

// A sessionQuery selects the sessions of a user in a workspace, or in the organization.
// The zero value selects all sessions.
type sessionQuery struct{ user, team string }

// queries returns the queries for the requested people. It returns none if listing all
// sessions takes fewer calls or somebody's workspaces are not known.
func (b *planBuilder) queries() []sessionQuery {
	if b.req.Scan {
		return nil
	}
	rows := slices.Clone(b.fixedRows)
	if len(b.sessionRow) == 0 {
		for i := range b.people {
			if row := b.people[i].row; row != nil {
				rows = append(rows, *row)
			}
		}
	}
	limit := maxQueries
	if b.req.Size > 0 {
		limit = sessionsPerUser * b.req.Size / pageSize
	}
	queries := queriesFor(rows, b.caller.organization)
	if len(queries) > limit {
		return nil
	}
	return queries
}

// queriesFor returns the queries for the rows that are not left out. It returns none if
// the workspaces of one of them are not known.
func queriesFor(rows []Row, organization string) (queries []sessionQuery) {
	added := map[sessionQuery]bool{}
	for i := range rows {
		row := &rows[i]
		switch {
		case row.LeftOut != "":
			continue
		case len(row.Workspaces) == 0:
			return nil
		}
		for _, team := range append([]string{organization}, row.Workspaces...) {
			if q := (sessionQuery{row.UserID, team}); !added[q] {
				added[q] = true
				queries = append(queries, q)
			}
		}
	}
	return queries
}

// A scanner lists sessions.
type scanner struct {
	client      *api.Client
	callOptions []api.CallOption
	progress    func(ScanProgress)       // may be nil
	add         func(*api.ActiveSession) // receives each session, some more than once

	query      sessionQuery
	listed     int
	cursor     string          // of the next page
	cursors    map[string]bool // since the first page
	failures   int             // consecutive
	unreadable int             // consecutive failures with an unreadable response or an internal error
	restarts   int
}

// list lists the sessions that queries select. It lists all sessions if there is no
// query, or if Slack does not know the user or the workspace of one.
func (s *scanner) list(ctx context.Context, queries []sessionQuery) (SeenBy, error) {
	for _, s.query = range queries {
		err := s.scan(ctx)
		if errors.Is(err, api.ErrTeamNotFound) || errors.Is(err, api.ErrUserNotFound) {
			queries = nil
			break
		}
		if err != nil {
			return "", err
		}
	}
	if len(queries) > 0 {
		return SeenByPeople, nil
	}
	s.query, s.listed = sessionQuery{}, 0
	return SeenByScan, s.scan(ctx)
}

// scan lists the sessions that the query selects. It waits during rate limits and
// outages, and restarts if Slack refuses its cursor. Its error is one that another
// attempt would meet too.
func (s *scanner) scan(ctx context.Context) error {
	s.cursor, s.cursors = "", map[string]bool{}
	for {
		err := s.readPages(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return interrupted(ctx)
		}
		wait, why := s.classifyError(err)
		if why == "" {
			return err
		}
		s.report(ScanProgress{Wait: wait, Why: why, Err: err})
		if pause(ctx, wait); ctx.Err() != nil {
			return interrupted(ctx)
		}
	}
}

// readPages reads the pages from the cursor on.
func (s *scanner) readPages(ctx context.Context) error {
	req := api.AdminUsersSessionListRequest{UserID: s.query.user, TeamID: s.query.team, Cursor: s.cursor}
	for page, err := range s.client.AdminUsersSessionListPages(ctx, req, s.callOptions...) {
		if errors.Is(err, api.ErrNoActiveSessions) && s.cursor == "" {
			return nil // on a later page it would end an incomplete list
		}
		if err != nil {
			return err
		}
		for i := range page.ActiveSessions {
			s.add(&page.ActiveSessions[i])
		}
		s.listed += len(page.ActiveSessions)
		cursor := page.ResponseMetadata.NextCursor
		if s.cursors[cursor] { // not after a retry, which starts at the cursor of the last page read
			return errRepeatedCursor
		}
		s.cursors[cursor] = cursor != ""
		s.cursor, s.failures, s.unreadable = cursor, 0, 0
		s.report(ScanProgress{})
	}
	return nil
}

// classifyError returns how long to wait after err, and why. The reason is empty if
// another attempt would fail too.
func (s *scanner) classifyError(err error) (wait time.Duration, why string) {
	s.failures++
	var refused *api.Error
	var unreadable *api.ResponseError
	switch {
	case errors.As(err, &refused) && isRateLimit(refused):
		return rateLimitWait(refused), whyRateLimit
	case errors.Is(err, api.ErrInvalidCursor) && s.cursor != "" && s.restarts < maxRestarts:
		s.restarts++
		s.cursor, s.cursors = "", map[string]bool{}
		return backoff(s.restarts), whyRestart
	case refused != nil && isInternal(refused.Code) && refused.StatusCode < http.StatusInternalServerError && !isDeferral(refused):
		return s.retryUnreadable(whyFailed)
	case refused != nil && (isDeferral(refused) || isFailure(refused)):
		return max(backoff(s.failures), min(refused.RetryAfter, maxWait)), whyUnavailable
	case refused != nil:
		return 0, ""
	case errors.As(err, &unreadable) && (unreadable.StatusCode >= http.StatusInternalServerError || isDeferredStatus(unreadable.StatusCode)):
		return backoff(s.failures), whyUnavailable
	case unreadable != nil && unreadable.StatusCode/100 == 2:
		return s.retryUnreadable(whyUnreadable)
	case unreadable != nil || permanent(err) || errors.Is(err, errRepeatedCursor):
		return 0, ""
	default:
		return backoff(s.failures), whyUnreachable
	}
}

// retryUnreadable allows two more attempts, because every response may be the same.
func (s *scanner) retryUnreadable(why string) (time.Duration, string) {
	if s.unreadable++; s.unreadable >= maxUnanswered {
		return 0, ""
	}
	return retryWait(s.unreadable - 1), why
}

func (s *scanner) report(p ScanProgress) {
	if s.progress != nil {
		p.Sessions = s.listed
		s.progress(p)
	}
}
