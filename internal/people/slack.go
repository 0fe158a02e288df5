package people

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// maxSingly is how many people are looked up one by one: as many as Slack allows in a
// minute. Listing everybody takes a minute for 10,000 people.
const maxSingly = 50

// A Lookup finds people in Slack.
type Lookup struct {
	Client      *api.Client // with api.WithPacing
	CallOptions []api.CallOption
	Say         func(string)          // is told beforehand what it does and how long that takes
	Progress    func(people, all int) // all is 0 if it is not known
}

// Find returns a directory in which the people of entries are, if Slack has them: of
// these alone where they are few and the token has the scopes, else of everybody.
func (l *Lookup) Find(ctx context.Context, entries []Entry) (*Directory, error) {
	var ids, emails []string
	for i := range entries {
		switch e := &entries[i]; {
		case e.Invalid != "" || e.LeftOut != "":
		default:
			if e.UserID != "" {
				ids = append(ids, e.UserID)
			}
			if e.Email != "" {
				emails = append(emails, strings.ToLower(e.Email))
			}
		}
	}
	ids, emails = unique(ids), unique(emails)
	if len(ids)+len(emails) <= maxSingly {
		able, err := l.hasScopes(ctx, "users:read.email", "users:read")
		if err != nil {
			return nil, err
		}
		if able {
			d, err := l.singly(ctx, ids, emails)
			if !errors.Is(err, api.ErrEnterpriseIsRestricted) {
				return d, err
			}
		}
	}
	d, err := l.Everybody(ctx, "")
	if err != nil {
		return nil, err
	}
	return d, l.addMissing(ctx, d, ids)
}

// addMissing looks up those of IDs whom d does not know: Slack lists people under one
// of their IDs. Whom it cannot look up may be there, so that d is not complete.
func (l *Lookup) addMissing(ctx context.Context, d *Directory, ids []string) error {
	ids = slices.DeleteFunc(ids, func(id string) bool { return d.ByID(id) != nil })
	if len(ids) == 0 {
		return nil
	}
	able, err := l.hasScopes(ctx, "users:read")
	if err != nil {
		return err
	}
	if !able || len(ids) > maxSingly {
		d.Complete = false
		return nil
	}
	return l.infos(ctx, d, ids, 0, len(ids))
}

func unique(texts []string) []string {
	slices.Sort(texts)
	return slices.Compact(texts)
}

// hasScopes reports whether the token has all of the scopes.
func (l *Lookup) hasScopes(ctx context.Context, scopes ...string) (bool, error) {
	var header http.Header
	opts := slices.Concat(l.CallOptions, []api.CallOption{api.WithHeaderInto(&header)})
	if _, err := l.Client.AuthTest(ctx, opts...); err != nil {
		return false, err
	}
	has := strings.FieldsFunc(header.Get("X-Oauth-Scopes"), func(r rune) bool { return r == ',' || r == ' ' })
	return !slices.ContainsFunc(scopes, func(scope string) bool { return !slices.Contains(has, scope) }), nil
}

// ByIDs returns a directory of people by their IDs, and nil if the token has not the
// scope.
func (l *Lookup) ByIDs(ctx context.Context, ids []string) (*Directory, error) {
	able, err := l.hasScopes(ctx, "users:read")
	if err != nil || !able {
		return nil, err
	}
	return l.singly(ctx, ids, nil)
}

// singly looks up people one by one. The directory is complete for these.
func (l *Lookup) singly(ctx context.Context, ids, emails []string) (*Directory, error) {
	all := len(ids) + len(emails)
	if takes := minutes(all, 50); takes > 3*time.Second {
		l.Say(fmt.Sprintf("looking up %d people one by one, about %v", all, takes))
	}
	d := &Directory{Source: "Slack", Time: time.Now().UTC(), Complete: true}
	for i, email := range emails {
		answer, err := l.Client.UsersLookupByEmail(ctx, api.UsersLookupByEmailRequest{Email: email}, l.CallOptions...)
		switch {
		case errors.Is(err, api.ErrUsersNotFound):
		case err != nil:
			return nil, err
		default:
			d.add(&answer.User, email)
		}
		l.Progress(i+1, all)
	}
	return d, l.infos(ctx, d, ids, len(emails), all)
}

// infos adds the people with IDs to d. So many of all were looked up before.
func (l *Lookup) infos(ctx context.Context, d *Directory, ids []string, before, all int) error {
	for i, id := range ids {
		answer, err := l.Client.UsersInfo(ctx, api.UsersInfoRequest{User: id}, l.CallOptions...)
		switch {
		case errors.Is(err, api.ErrUserNotFound):
		case errors.Is(err, api.ErrUserNotVisible):
			d.People = append(d.People, Person{UserID: id, Active: true}) // there is somebody
		case err != nil:
			return err
		default:
			d.add(&answer.User, "")
		}
		l.Progress(before+i+1, all)
	}
	return nil
}

// add adds a user, found by an address if that is not empty, or another ID of one who
// is there.
func (d *Directory) add(u *api.User, email string) {
	p := Person{
		UserID: u.ID, Email: cmp.Or(u.Profile.Email, email), Name: cmp.Or(u.Profile.RealName, u.RealName), Active: !u.Deleted,
		Bot: u.IsBot || u.IsAppUser, PrimaryOwner: u.IsPrimaryOwner || u.EnterpriseUser.IsPrimaryOwner,
		Workspaces: u.EnterpriseUser.Teams,
	}
	if id := u.EnterpriseUser.ID; id != "" && id != u.ID {
		p.UserID, p.OtherIDs = id, []string{u.ID}
	}
	for i := range d.People {
		if d.People[i].UserID == p.UserID {
			d.People = slices.Clone(d.People) // the index is of the old ones
			d.People[i].OtherIDs = unique(slices.Concat(d.People[i].OtherIDs, p.OtherIDs))
			return
		}
	}
	d.People = append(d.People, p)
}

// Everybody returns all people of the organization, or of one workspace: the active
// ones, and then the others, since Slack lists these only if asked.
func (l *Lookup) Everybody(ctx context.Context, workspace string) (*Directory, error) {
	l.Say("listing the people of the organization, about a minute for 10,000")
	d := &Directory{Source: "Slack", Time: time.Now().UTC(), Complete: workspace == ""}
	seen := map[string]bool{}
	for _, active := range []bool{true, false} {
		req := api.AdminUsersListRequest{TeamID: workspace, IsActive: &active, Limit: 100}
		for page, err := range l.Client.AdminUsersListPages(ctx, req, l.CallOptions...) {
			if err != nil {
				return nil, err
			}
			for i := range page.Users {
				u := &page.Users[i]
				isActive := active
				if u.IsActive != nil {
					isActive = *u.IsActive
				}
				p := Person{
					UserID: u.ID, Email: u.Email, Name: u.FullName, Workspaces: u.Workspaces,
					Active: isActive, Bot: u.IsBot, PrimaryOwner: u.IsPrimaryOwner,
				}
				if len(p.Workspaces) == 0 && workspace != "" {
					p.Workspaces = []string{workspace}
				}
				if !seen[p.UserID] { // pages can shift
					seen[p.UserID] = true
					d.People = append(d.People, p)
				}
			}
			l.Progress(len(d.People), 0)
		}
	}
	if workspace == "" {
		d.Size = len(d.People)
	}
	return d, nil
}

// minutes returns how long so many calls take, if so many are allowed in a minute.
func minutes(calls, perMinute int) time.Duration {
	return max(time.Second, (time.Duration(calls) * time.Minute / time.Duration(perMinute)).Round(time.Second))
}

// Only returns the people of d that keep wants.
func (d *Directory) Only(keep func(*Person) bool) *Directory {
	some := &Directory{Source: d.Source, Time: d.Time}
	for i := range d.People {
		if keep(&d.People[i]) {
			some.People = append(some.People, d.People[i])
		}
	}
	return some
}
