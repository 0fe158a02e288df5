package signout

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// ScanProgress is how far listing the sessions of the organization is.
type ScanProgress struct {
	Sessions int           // seen
	Wait     time.Duration // that begins now, or 0
	Why      string        // the reason to wait, to show to a person
	Err      error         // of the call after which to wait
}

// maxRestarts is how often a scan begins anew because its cursor became invalid.
const maxRestarts = 5

// A scanner lists all sessions of the organization.
type scanner struct {
	client      *api.Client
	callOptions []api.CallOption
	progress    func(ScanProgress) // may be nil
	see         func(*api.ActiveSession)

	ask        ask // what to ask for; empty for all sessions
	seen       int
	cursor     string          // of the page to ask for next
	cursors    map[string]bool // all that Slack gave, since the first page
	failures   int             // in a row
	unreadable int             // of these, answers that cannot be read, or say that Slack failed
	restarts   int
}

// scanFor calls see with the sessions of the people that asks are for, or of
// everybody if there are none, or if Slack knows not how to answer one.
func (s *scanner) scanFor(ctx context.Context, asks []ask) (SeenBy, error) {
	for _, a := range asks {
		s.ask, s.cursor, s.cursors = a, "", nil
		err := s.scan(ctx)
		if errors.Is(err, api.ErrTeamNotFound) || errors.Is(err, api.ErrUserNotFound) {
			asks = nil
			break
		}
		if err != nil {
			return "", err
		}
	}
	if len(asks) > 0 {
		return SeenByPeople, nil
	}
	s.ask, s.cursor, s.cursors, s.seen = ask{}, "", nil, 0
	return SeenByScan, s.scan(ctx)
}

// scan calls see with each session of the organization, with some of them more
// than once. It waits out rate limits and outages, and begins anew if Slack has
// forgotten its cursor. Its error is one that another attempt would meet as well.
func (s *scanner) scan(ctx context.Context) error {
	for {
		err := s.pages(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return interrupted(ctx)
		}
		wait, why := s.retry(err)
		if why == "" {
			return err
		}
		s.report(ScanProgress{Wait: wait, Why: why, Err: err})
		if pause(ctx, wait); ctx.Err() != nil {
			return interrupted(ctx)
		}
	}
}

// pages reads pages from the cursor on, until there is none left or an error.
func (s *scanner) pages(ctx context.Context) error {
	req := api.AdminUsersSessionListRequest{UserID: s.ask.user, TeamID: s.ask.team, Cursor: s.cursor}
	for page, err := range s.client.AdminUsersSessionListPages(ctx, req, s.callOptions...) {
		if errors.Is(err, api.ErrNoActiveSessions) && s.cursor == "" {
			return nil // on a later page it would be the end of a list that is not over
		}
		if err != nil {
			return err
		}
		for i := range page.ActiveSessions {
			s.see(&page.ActiveSessions[i])
		}
		s.seen += len(page.ActiveSessions)
		next := page.ResponseMetadata.NextCursor
		if s.cursors[next] {
			return errCursorAgain
		}
		if s.cursors == nil {
			s.cursors = map[string]bool{}
		}
		s.cursors[next] = next != ""
		s.cursor, s.failures, s.unreadable = next, 0, 0
		s.report(ScanProgress{})
	}
	return nil
}

// errCursorAgain cannot come of a retry, for a retry starts at the cursor after the last
// page that was read.
var errCursorAgain = errors.New("admin.users.session.list: a cursor came again, so that the pages would not end")

// retry returns how long to wait after err, and no reason if waiting is no use.
func (s *scanner) retry(err error) (wait time.Duration, why string) {
	s.failures++
	var refused *api.Error
	var unreadable *api.ResponseError
	switch {
	case errors.As(err, &refused) && isRateLimit(refused):
		return rateLimitWait(refused), whyRateLimit
	case errors.Is(err, api.ErrInvalidCursor) && s.cursor != "" && s.restarts < maxRestarts:
		s.restarts++
		s.cursor, s.cursors = "", nil
		return backoff(s.restarts), "Slack has forgotten the list; it begins anew"
	case refused != nil && (isUnavailable(refused.StatusCode) || refused.Code == api.ErrServiceUnavailable || refused.Code == api.ErrRequestTimeout):
		return max(backoff(s.failures), min(refused.RetryAfter, longestWait)), whyUnavailable
	case refused != nil && isFailure(refused):
		return s.twice(whyFailed)
	case refused != nil:
		return 0, ""
	case errors.As(err, &unreadable) && isUnavailable(unreadable.StatusCode):
		return backoff(s.failures), whyUnavailable
	case unreadable != nil && unreadable.StatusCode/100 == 2:
		return s.twice(whyUnreadable)
	case unreadable != nil || permanent(err) || errors.Is(err, errCursorAgain):
		return 0, ""
	default:
		return backoff(s.failures), whyUnreachable
	}
}

// isUnavailable reports whether a status says that a request to read may fare better later.
func isUnavailable(status int) bool {
	return status >= http.StatusInternalServerError || isNotActedOn(status)
}

// twice allows two more attempts at what may be the same every time.
func (s *scanner) twice(why string) (time.Duration, string) {
	if s.unreadable++; s.unreadable >= maxUnanswered {
		return 0, ""
	}
	return 2 * time.Second << (2 * (s.unreadable - 1)), why
}

func (s *scanner) report(p ScanProgress) {
	if s.progress != nil {
		p.Sessions = s.seen
		s.progress(p)
	}
}
