package main

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/refusals"
)

// The statuses of a person besides signout's states done, refused, unknown and left.
const (
	statusSet        signout.State = "set"        // the person has settings
	statusNotSet     signout.State = "not set"    // the person has none
	statusNoSession  signout.State = "no session" // the response does not mention the person
	statusNotFound   signout.State = "not found"
	statusUnreadable signout.State = "unreadable"
)

// An outcome is the result for a person.
type outcome struct {
	status signout.State
	code   api.ErrorCode // of a refusal

	duration *int // in seconds, if set
	quit     *bool
}

// settingsCalls makes calls for many users. Slack refuses a whole call because of one user,
// and does not say which. settingsCalls halves the call until it finds that user, so that
// the others are done.
type settingsCalls struct {
	call     func(ctx context.Context, ids []string) (map[string]outcome, error)
	progress func(finished int)

	chunk    int // users of a call; lower if Slack takes fewer
	outcomes map[string]outcome
	refused  int           // users
	largest  int           // users of the largest call that Slack said ok to, for one chunk
	repeated int           // users in a row that were refused with lastCode
	lastCode api.ErrorCode // a code that may not be about the users
}

// maxRepeatedRefusals is the maximum number of users in a row that are refused with one
// code that is not known to be about users.
const maxRepeatedRefusals = 5

// run makes the calls. Its error is one that every other call would meet; users without an
// outcome are then left.
func (s *settingsCalls) run(ctx context.Context, ids []string) error {
	s.chunk, s.outcomes = maxUsers, map[string]outcome{}
	for len(ids) > 0 {
		n := min(s.chunk, len(ids))
		refused := s.refused
		s.largest = 0
		if err := s.send(ctx, ids[:n]); err != nil {
			return err
		}
		if s.largest < n && s.refused == refused {
			s.chunk = s.largest // no user was the cause, so there were too many
		}
		ids = ids[n:]
	}
	return nil
}

// send makes a call for users; if Slack refuses it, one for each half.
func (s *settingsCalls) send(ctx context.Context, ids []string) error {
	outcomes, err := s.call(ctx, ids)
	var refused *api.Error
	switch {
	case err == nil:
		maps.Copy(s.outcomes, outcomes)
		s.largest, s.repeated = max(s.largest, len(ids)), 0
		s.progress(len(s.outcomes))
		return nil
	case !errors.As(err, &refused) || affectsAllCalls(refused):
		if api.MayBeDone(err) {
			for _, id := range ids {
				s.outcomes[id] = outcome{status: signout.StateUnknown}
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

// refuse records a user whom Slack refuses alone.
func (s *settingsCalls) refuse(id string, refused *api.Error) error {
	s.outcomes[id] = outcome{status: signout.StateRefused, code: refused.Code}
	s.refused++
	s.progress(len(s.outcomes))
	if refusals.AboutTarget(refused.Code) {
		s.repeated = 0
		return nil
	}
	if s.repeated++; s.lastCode != refused.Code {
		s.lastCode, s.repeated = refused.Code, 1
	}
	if s.repeated >= maxRepeatedRefusals {
		return refused
	}
	return nil
}

// affectsAllCalls reports whether the users of the call are not the cause of a refusal, but
// the token, a rate limit, or a failure of Slack's.
func affectsAllCalls(e *api.Error) bool {
	codes := []api.ErrorCode{
		"", api.ErrRatelimited, "rate_limited", api.ErrRequestTimeout, api.ErrInternalError, api.ErrFatalError, api.ErrServiceUnavailable,
	}
	return slices.Contains(codes, e.Code) || refusals.AboutCaller(e.Code) || e.StatusCode == http.StatusTooManyRequests || e.StatusCode >= http.StatusInternalServerError
}
