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

// An identity is who calls Slack, and where.
type identity struct {
	userID       string
	organization string
	apiURL       string
	expires      time.Time // of the token; zero if Slack does not say
}

// identify asks Slack whom the token belongs to.
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
	who := identity{userID: me.UserID, organization: me.EnterpriseID, apiURL: strings.TrimSuffix(client.BaseURL(), "/")}
	if in := me.ExpiresIn; in != nil && *in > 0 && *in < 1<<32 { // else a Duration would overflow
		who.expires = time.Now().Add(time.Duration(*in) * time.Second)
	}
	return who, nil
}

// checkOrganization returns an error if p is for another organization than the
// caller's: there, everybody would seem to be gone.
func (p *Plan) checkOrganization(caller identity) error {
	switch {
	case p.Organization != caller.organization:
		return fmt.Errorf("the plan is for the organization %s; the token is of %s", p.Organization, caller.organization)
	case strings.TrimSuffix(p.APIURL, "/") != caller.apiURL:
		return fmt.Errorf("the plan is for %s; the calls would go to %s", p.APIURL, caller.apiURL)
	}
	return nil
}

// checkCaller returns an error if p is not for the caller to apply.
func (p *Plan) checkCaller(caller identity) error {
	if err := p.checkOrganization(caller); err != nil {
		return err
	}
	if !p.Own && slices.ContainsFunc(p.Rows, func(row Row) bool {
		return row.LeftOut == "" && (row.UserID == caller.userID || slices.Contains(row.OtherIDs, caller.userID))
	}) {
		return fmt.Errorf("the plan would sign out %s, whose token this is; make a new one, or let who planned it apply it", caller.userID)
	}
	return nil
}
