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

// maxLookUps is the maximum number of people to look up one by one: as many as Slack allows
// in a minute. To list everybody takes a minute for 10,000 people.
const maxLookUps = 50

// A Lookup finds people in Slack.
type Lookup struct {
	Client      *api.Client // with api.WithPacing
	CallOptions []api.CallOption
	Notify      func(string)          // called with what comes next and how long it takes; may be nil
	Progress    func(people, all int) // all is 0 if it is not known; may be nil
}

func (l *Lookup) notify(text string) {
	if l.Notify != nil {
		l.Notify(text)
	}
}

func (l *Lookup) progress(people, all int) {
	if l.Progress != nil {
		l.Progress(people, all)
	}
}

// Find returns a directory that has the people of entries, if Slack has them. It looks them
// up one by one if they are few and the token has the scopes; else it lists everybody.
func (l *Lookup) Find(ctx context.Context, entries []Entry) (*Directory, error) {
	var ids, emails []string
	for i := range entries {
		e := &entries[i]
		if e.InvalidReason != "" || e.SkipReason != "" {
			continue
		}
		if e.UserID != "" {
			ids = append(ids, e.UserID)
		}
		if e.Email != "" {
			emails = append(emails, strings.ToLower(e.Email))
		}
	}
	ids, emails = unique(ids), unique(emails)
	if len(ids)+len(emails) <= maxLookUps {
		able, err := l.hasScopes(ctx, "users:read.email", "users:read")
		if err != nil {
			return nil, err
		}
		if able {
			d, err := l.lookUpEach(ctx, ids, emails)
			if !errors.Is(err, api.ErrEnterpriseIsRestricted) {
				return d, err
			}
		}
	}
	d, err := l.ListAll(ctx)
	if err != nil {
		return nil, err
	}
	return d, l.addMissing(ctx, d, ids)
}

// addMissing looks up the IDs that d lacks, because Slack lists a person under one ID only.
// If it cannot look them up, d is not complete.
func (l *Lookup) addMissing(ctx context.Context, d *Directory, ids []string) error {
	ids = slices.DeleteFunc(ids, func(id string) bool { return d.ByID(id) != nil })
	if len(ids) == 0 {
		return nil
	}
	able, err := l.hasScopes(ctx, "users:read")
	if err != nil {
		return err
	}
	if !able || len(ids) > maxLookUps {
		d.Complete = false
		return nil
	}
	return l.addByIDs(ctx, d, ids, 0, len(ids))
}

func unique(texts []string) []string {
	slices.Sort(texts)
	return slices.Compact(texts)
}

// ScopesOf returns the token's scopes from the header of a response.
func ScopesOf(header http.Header) []string {
	return strings.FieldsFunc(header.Get("X-Oauth-Scopes"), func(r rune) bool { return r == ',' || r == ' ' })
}

func (l *Lookup) hasScopes(ctx context.Context, scopes ...string) (bool, error) {
	var header http.Header
	opts := slices.Concat(l.CallOptions, []api.CallOption{api.WithHeaderInto(&header)})
	if _, err := l.Client.AuthTest(ctx, opts...); err != nil {
		return false, err
	}
	granted := ScopesOf(header)
	return !slices.ContainsFunc(scopes, func(scope string) bool { return !slices.Contains(granted, scope) }), nil
}

// ByIDs returns a directory of people by their IDs, or nil if the token lacks the scope
// users:read.
func (l *Lookup) ByIDs(ctx context.Context, ids []string) (*Directory, error) {
	able, err := l.hasScopes(ctx, "users:read")
	if err != nil || !able {
		return nil, err
	}
	return l.lookUpEach(ctx, ids, nil)
}

// lookUpEach looks up people one by one. The directory is complete for these.
func (l *Lookup) lookUpEach(ctx context.Context, ids, emails []string) (*Directory, error) {
	all := len(ids) + len(emails)
	if takes := time.Duration(all) * time.Minute / maxLookUps; takes > 3*time.Second {
		l.notify(fmt.Sprintf("looking up %d people one by one, about %v", all, takes.Round(time.Second)))
	}
	d := &Directory{Source: "Slack", Time: time.Now().UTC(), Complete: true}
	for i, email := range emails {
		response, err := l.Client.UsersLookupByEmail(ctx, api.UsersLookupByEmailRequest{Email: email}, l.CallOptions...)
		switch {
		case errors.Is(err, api.ErrUsersNotFound):
		case err != nil:
			return nil, err
		default:
			d.add(&response.User, email)
		}
		l.progress(i+1, all)
	}
	return d, l.addByIDs(ctx, d, ids, len(emails), all)
}

// addByIDs adds the people with the IDs to d. done of all people were looked up before.
func (l *Lookup) addByIDs(ctx context.Context, d *Directory, ids []string, done, all int) error {
	for i, id := range ids {
		response, err := l.Client.UsersInfo(ctx, api.UsersInfoRequest{User: id}, l.CallOptions...)
		switch {
		case errors.Is(err, api.ErrUserNotFound):
		case errors.Is(err, api.ErrUserNotVisible):
			d.People = append(d.People, Person{UserID: id, Active: true}) // the user exists
		case err != nil:
			return err
		default:
			d.add(&response.User, "")
		}
		l.progress(done+i+1, all)
	}
	return nil
}

// add adds a user, or the user's ID if the person is there under another ID. email is the
// address of the look-up, if there was one.
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
			d.People = slices.Clone(d.People) // the index is of the old slice
			d.People[i].OtherIDs = unique(slices.Concat(d.People[i].OtherIDs, p.OtherIDs))
			return
		}
	}
	d.People = append(d.People, p)
}

// ListAll returns all people of the organization: the active ones, and then the others,
// because Slack lists these only in a request of their own.
func (l *Lookup) ListAll(ctx context.Context) (*Directory, error) {
	l.notify("listing the people of the organization, about a minute for 10,000")
	d := &Directory{Source: "Slack", Time: time.Now().UTC(), Complete: true}
	seen := map[string]bool{}
	for _, active := range []bool{true, false} {
		req := api.AdminUsersListRequest{IsActive: &active, Limit: 100}
		for page, err := range l.Client.AdminUsersListPages(ctx, req, l.CallOptions...) {
			if err != nil {
				return nil, err
			}
			for i := range page.Users {
				u := &page.Users[i]
				p := Person{
					UserID: u.ID, Email: u.Email, Name: u.FullName, Workspaces: u.Workspaces,
					Active: active, Bot: u.IsBot, PrimaryOwner: u.IsPrimaryOwner,
				}
				if u.IsActive != nil {
					p.Active = *u.IsActive
				}
				if !seen[p.UserID] { // pages can shift
					seen[p.UserID] = true
					d.People = append(d.People, p)
				}
			}
			l.progress(len(d.People), 0)
		}
	}
	d.Size = len(d.People)
	return d, nil
}
