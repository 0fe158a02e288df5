package signout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// An identity is the user and organization of a token, and the API it is used with.
type identity struct {
	userID       string
	organization string
	apiURL       string
	expires      time.Time // of the token; zero if Slack does not say
}

// identify asks Slack for the identity of the client's token.
func identify(ctx context.Context, client *api.Client, opts []api.CallOption) (identity, error) {
	me, err := client.AuthTest(ctx, opts...)
	if err != nil {
		if ctx.Err() != nil {
			err = interrupted(ctx)
		}
		return identity{}, err
	}
	if me.EnterpriseID == "" {
		return identity{}, &LocalError{errors.New("the token is not of an Enterprise organization; want one of an Org Owner or Org Admin")}
	}
	caller := identity{userID: me.UserID, organization: me.EnterpriseID, apiURL: strings.TrimSuffix(client.BaseURL(), "/")}
	if in := me.ExpiresIn; in != nil && *in > 0 && *in < 1<<32 { // a Duration of more seconds would overflow
		caller.expires = time.Now().Add(time.Duration(*in) * time.Second)
	}
	return caller, nil
}

// checkOrganization returns a LocalError if p is for another organization than the
// caller's, where no user of the plan would have a session.
func (p *Plan) checkOrganization(caller identity) error {
	switch {
	case p.Organization != caller.organization:
		return &LocalError{fmt.Errorf("the plan is for the organization %s; the token is of %s", p.Organization, caller.organization)}
	case strings.TrimSuffix(p.APIURL, "/") != caller.apiURL:
		return &LocalError{fmt.Errorf("the plan is for %s; the calls would go to %s", p.APIURL, caller.apiURL)}
	}
	return nil
}

// checkCaller returns a LocalError if the caller must not apply p.
func (p *Plan) checkCaller(caller identity) error {
	if err := p.checkOrganization(caller); err != nil {
		return nothingSent(err)
	}
	if !p.Own && slices.ContainsFunc(p.Rows, func(row Row) bool {
		return row.LeftOut == "" && (row.UserID == caller.userID || slices.Contains(row.OtherIDs, caller.userID))
	}) {
		return nothingSent(fmt.Errorf("the plan would sign out %s, the user of this token; make a new plan, or let the user who planned apply it", caller.userID))
	}
	return nil
}
