package people

import (
	"fmt"
	"strings"

	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/words"
)

// The reasons why a row names nobody.
const (
	noAddress = "nobody in Slack has this address"
	noID      = "nobody in Slack has this ID"
)

// Resolve returns the person of each entry of an input. The directory may be nil if every
// entry has an ID. The warnings name the people whom Slack may refuse; only Slack decides
// whether it does.
func Resolve(in *Input, d *Directory) (people []signout.Person, warnings []string) {
	found := map[string][]string{} // names by the warning
	for i := range in.Entries {
		e := &in.Entries[i]
		p := signout.Person{UserID: e.UserID, Email: e.Email, Name: e.Name, Session: e.Session, Lines: []int{e.Line}}
		switch {
		case e.InvalidReason != "":
			p.LeftOut, p.Given = e.InvalidReason, signout.GivenInvalid
		case e.SkipReason != "":
			p.LeftOut = e.SkipReason
		case d != nil:
			d.resolve(&p, found)
		}
		people = append(people, p)
	}
	for _, why := range []string{deactivated, bot, primaryOwner, notInFile} {
		if ids := found[why]; len(ids) > 0 {
			warnings = append(warnings, fmt.Sprintf("%s: %s", why, words.JoinFirst(ids, 10)))
		}
	}
	return people, warnings
}

// The warnings.
const (
	deactivated  = "deactivated in the directory, so Slack may refuse them"
	bot          = "bots in the directory, which Slack refuses"
	primaryOwner = "the primary owner in the directory, whom Slack signs out only with that person's token"
	notInFile    = "not in the directory, which may be old or partial"
)

// resolve fills in the fields of p from the directory, and adds p to found if Slack may
// refuse it.
func (d *Directory) resolve(p *signout.Person, found map[string][]string) {
	var byID, byEmail *Person
	if p.UserID != "" {
		byID = d.ByID(p.UserID)
	}
	if p.Email != "" {
		byEmail = d.ByEmail(p.Email)
	}
	known := byID
	switch {
	case byID != nil && byEmail != nil && byID != byEmail:
		p.LeftOut = fmt.Sprintf("the ID is that of %s, and the address that of %s", byID.UserID, byEmail.UserID)
		p.Given = signout.GivenInvalid
		return
	case byID == nil && p.UserID != "" && d.Complete:
		p.LeftOut, p.Given = noID, signout.GivenNotFound
		return
	case byID == nil && p.UserID != "":
		found[notInFile] = append(found[notInFile], p.UserID)
		return
	case byID == nil && byEmail == nil:
		p.LeftOut, p.Given = noAddress, signout.GivenNotFound
		if !d.Complete {
			p.LeftOut = strings.TrimRight("nobody has this address in the directory "+d.Source, " ")
		}
		return
	case byID == nil:
		known = byEmail
	}
	p.UserID, p.OtherIDs, p.Workspaces = known.UserID, known.OtherIDs, known.Workspaces
	if p.Email == "" {
		p.Email = known.Email
	}
	if p.Name == "" {
		p.Name = known.Name
	}
	switch name := strings.TrimSpace(known.UserID + " " + known.Email); {
	case known.Bot:
		found[bot] = append(found[bot], name)
	case known.PrimaryOwner:
		found[primaryOwner] = append(found[primaryOwner], name)
	case !known.Active:
		found[deactivated] = append(found[deactivated], name)
	}
}
