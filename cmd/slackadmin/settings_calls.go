package main

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/refusals"
)

// What came of a person.
const (
	statusDone       = "done"       // Slack said ok to a call with the person
	statusSet        = "set"        // the person has settings
	statusNotSet     = "not set"    // the person has none
	statusNoSession  = "no session" // Slack says nothing of who has none
	statusRefused    = "refused"
	statusUnknown    = "unknown" // sent, but Slack did not say what it did
	statusLeft       = "left"    // not sent, or sent in a call that came to nothing
	statusNotFound   = "not found"
	statusUnreadable = "unreadable"
)

// An outcome is what came of a person.
type outcome struct {
	status string
	code   api.ErrorCode // with statusRefused

	duration *int // in seconds, with statusSet
	quit     *bool
}

// Slack refuses a call whole for one user in it, and does not say whom. settingsCalls
// finds out by halving, so that the others are done.
type settingsCalls struct {
	call     func(ctx context.Context, ids []string) (map[string]outcome, error)
	progress func(finished int)

	most     int // users a call; lower once Slack shows that it takes fewer
	outcomes map[string]outcome
	refused  int           // users
	largest  int           // call that Slack said ok to, of those for one chunk
	repeated int           // users in a row that were refused with
	code     api.ErrorCode // this one, which may not be about them
}

// maxRepeatedRefusals is how many users in a row may be refused with one code that is
// not known to be about them.
const maxRepeatedRefusals = 5

// run makes the calls. Its error is one that every other call would meet; users without
// an outcome are left then.
func (s *settingsCalls) run(ctx context.Context, ids []string) error {
	s.most, s.outcomes = maxUsers, map[string]outcome{}
	for len(ids) > 0 {
		n := min(s.most, len(ids))
		refused := s.refused
		s.largest = 0
		if err := s.send(ctx, ids[:n]); err != nil {
			return err
		}
		if s.largest < n && s.refused == refused {
			s.most = s.largest // nobody was at fault, so there were too many
		}
		ids = ids[n:]
	}
	return nil
}

// send makes a call for users, and if Slack refuses it, one for each half.
func (s *settingsCalls) send(ctx context.Context, ids []string) error {
	answered, err := s.call(ctx, ids)
	var refused *api.Error
	switch {
	case err == nil:
		maps.Copy(s.outcomes, answered)
		s.largest, s.repeated = max(s.largest, len(ids)), 0
		s.progress(len(s.outcomes))
		return nil
	case !errors.As(err, &refused) || isOfCall(refused):
		if api.MayBeDone(err) {
			for _, id := range ids {
				s.outcomes[id] = outcome{status: statusUnknown}
			}
		}
		return err
	case len(ids) == 1:
		return s.refuse(ids[0], refused)
	}
	half := len(ids) / 2
	if err := s.send(ctx, ids[:half]); err != nil {
		return err
	}
	return s.send(ctx, ids[half:])
}

// refuse takes note of a user whom Slack refuses alone.
func (s *settingsCalls) refuse(id string, refused *api.Error) error {
	s.outcomes[id] = outcome{status: statusRefused, code: refused.Code}
	s.refused++
	s.progress(len(s.outcomes))
	if refusals.AboutTarget(refused.Code) {
		s.repeated = 0
		return nil
	}
	if s.repeated++; s.code != refused.Code {
		s.code, s.repeated = refused.Code, 1
	}
	if s.repeated >= maxRepeatedRefusals {
		return refused
	}
	return nil
}

// isOfCall reports whether a refusal is not for the sake of who is named: the token, a
// rate limit, or a failure of Slack's.
func isOfCall(e *api.Error) bool {
	ofSlack := []api.ErrorCode{
		"", api.ErrRatelimited, "rate_limited", api.ErrRequestTimeout, api.ErrInternalError, api.ErrFatalError, api.ErrServiceUnavailable,
	}
	return slices.Contains(ofSlack, e.Code) || refusals.AboutCaller(e.Code) || e.StatusCode == http.StatusTooManyRequests || e.StatusCode >= http.StatusInternalServerError
}
