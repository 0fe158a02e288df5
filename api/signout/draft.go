package signout

import (
	"slices"

	"github.com/seed-38c23bad/slackadmin/api"
)

// A draft collects the rows of a plan.
type draft struct {
	req    *Request
	caller identity
	intern interner
	number map[string]int32 // of the person with an ID, in people
	people []drafted
	byID   map[sessionKey]int // where named has a session that is named
	named  []Row              // sessions that are named, and what is left out by the request
	seen   map[sessionKey]bool
}

// A drafted is what is known of a person.
type drafted struct {
	user     string    // ID
	row      *Row      // if the person is named
	sessions []Session // that should end
	matched  bool      // a session matches the filter
}

// A sessionKey tells sessions apart: by the number of the person, which takes less
// room than the ID, and by their own ID.
type sessionKey struct {
	person int32
	id     int64
}

func newDraft(req *Request, caller identity) *draft {
	d := &draft{req: req, caller: caller, number: map[string]int32{}, byID: map[sessionKey]int{}, seen: map[sessionKey]bool{}}
	for _, p := range req.people() {
		row := Row{
			UserID: p.UserID, OtherIDs: p.OtherIDs, Email: p.Email, Name: p.Name, Workspaces: p.Workspaces,
			LeftOut: p.LeftOut, Given: p.Given, Lines: p.Lines,
		}
		if p.LeftOut != "" {
			d.named = append(d.named, row)
			continue
		}
		n := d.personOf(&row)
		if p.Session != 0 {
			d.nameSession(n, row, p.Session)
			continue
		}
		person := &d.people[n]
		if person.row != nil {
			person.row.Lines = append(person.row.Lines, p.Lines...)
			continue
		}
		person.user, person.row = row.UserID, &row
	}
	return d
}

// personOf returns the number of the person with one of the IDs of a row.
func (d *draft) personOf(row *Row) int32 {
	ids := append([]string{row.UserID}, row.OtherIDs...)
	n := int32(-1)
	for _, id := range ids {
		if known, ok := d.number[id]; ok {
			n = known
		}
	}
	if n < 0 {
		n = int32(len(d.people)) //nolint:gosec // an organization has not so many
		d.people = append(d.people, drafted{user: d.intern.text(row.UserID)})
	}
	for _, id := range ids {
		d.number[d.intern.text(id)] = n
	}
	return n
}

// nameSession adds a session that is named, or the lines of one that was before.
func (d *draft) nameSession(person int32, row Row, id int64) {
	key := sessionKey{person, id}
	if i, ok := d.byID[key]; ok {
		d.named[i].Lines = append(d.named[i].Lines, row.Lines...)
		return
	}
	row.Sessions = []Session{{ID: id, Unseen: !d.req.NoScan}}
	d.byID[key] = len(d.named)
	d.named = append(d.named, row)
}

// see adds a session, which may come up again if pages shift.
func (d *draft) see(s *api.ActiveSession) {
	id := cut(s.UserID, 100)
	n, known := d.number[id]
	switch {
	case !known && len(d.req.Users)+len(d.req.People) > 0:
		return
	case !known:
		n = d.personOf(&Row{UserID: id})
	}
	person := &d.people[n]
	key := sessionKey{n, s.SessionID}
	if d.seen[key] {
		return
	}
	device, matches := DeviceRecent, true
	if d.req.Filter != nil {
		device, matches = d.req.Filter.Match(s)
	}
	if i, ok := d.byID[key]; ok {
		d.seen[key] = true
		d.named[i].Sessions[0] = d.session(s, device, d.named[i].UserID)
		return
	}
	if len(d.byID) > 0 {
		return
	}
	person.matched = person.matched || matches
	switch {
	case d.req.action() == ActionInvalidate && matches:
		d.seen[key] = true
		person.sessions = append(person.sessions, d.session(s, device, person.user))
	case d.req.action() == ActionReset && coveredByReset(s, d.req.MobileOnly, d.req.WebOnly):
		d.seen[key] = true
		person.sessions = append(person.sessions, d.session(s, device, person.user))
	}
}

// session returns what to keep of a session, by the device that matched. The row is
// that of a user.
func (d *draft) session(s *api.ActiveSession, device Device, user string) Session {
	shown, other := DeviceOf(s, DeviceRecent), s.Created
	if device == DeviceCreated {
		shown, other = other, shown
	}
	seen := Session{ID: s.SessionID, IP: d.intern.text(cut(shown.IP, 100)), OS: d.intern.text(cut(shown.OS, 100)), Client: d.intern.text(cut(shown.SlackClientVersion, 100))}
	if d.req.Filter != nil {
		seen.Device = device
	}
	if s.UserID != user {
		seen.UserID = d.intern.text(cut(s.UserID, 100))
	}
	if other.IP != shown.IP {
		seen.OtherIP = d.intern.text(cut(other.IP, 100))
	}
	return seen
}

// rows returns the rows of the plan, with the reasons for those to leave out.
func (d *draft) rows(seenBy SeenBy) []Row {
	rows := slices.Grow(d.named, len(d.people))
	for i := range d.people {
		p := &d.people[i]
		row := Row{UserID: p.user}
		if p.row != nil {
			row = *p.row
		}
		switch {
		case len(d.byID) > 0: // only sessions that are named
		case d.req.action() == ActionInvalidate && len(p.sessions) > 0:
			rows = append(rows, p.singles(row)...)
		case p.row != nil && d.req.Filter != nil && !p.matched:
			row.LeftOut = "none of the user's sessions matches"
			rows = append(rows, row)
		case p.row != nil || d.req.action() == ActionReset && p.matched:
			row.Sessions = p.sessions
			rows = append(rows, row)
		}
	}
	d.people, d.seen, d.number = nil, nil, nil // they take room
	for i := range rows {
		row := &rows[i]
		if seenBy != SeenByPeople {
			row.Workspaces = nil
		}
		if row.LeftOut == "" {
			row.LeftOut = d.reasonToLeaveOut(row)
		}
	}
	slices.SortStableFunc(rows, byFirstLine)
	return slices.Clip(rows)
}

// byFirstLine compares rows by their place in the input, if both have one.
func byFirstLine(a, b Row) int {
	if len(a.Lines) == 0 || len(b.Lines) == 0 {
		return 0
	}
	return a.Lines[0] - b.Lines[0]
}

// singles returns a row for each session that matches. The first has the lines of
// the input.
func (p *drafted) singles(of Row) (rows []Row) {
	for _, s := range p.sessions {
		row := of
		if s.UserID != "" { // the session is ended under the ID that Slack lists it under
			row.OtherIDs = append([]string{row.UserID}, slices.DeleteFunc(slices.Clone(row.OtherIDs), func(id string) bool { return id == s.UserID })...)
			row.UserID, s.UserID = s.UserID, ""
		}
		row.Sessions = []Session{s}
		if len(rows) > 0 {
			row.Lines = nil
		}
		rows = append(rows, row)
	}
	return rows
}

func (d *draft) reasonToLeaveOut(row *Row) string {
	for _, id := range append([]string{row.UserID}, row.OtherIDs...) {
		switch {
		case !userID.MatchString(id):
			return "its user ID is none that Slack takes"
		case id == d.caller.userID && !d.req.Own:
			return "it is the user who plans this"
		case slices.Contains(d.req.Except, id):
			return "it is excepted"
		}
	}
	return ""
}

const (
	// maxAsks is how many calls asking for people alone may take where the size of the
	// organization is not known.
	maxAsks = 20

	// pageSize is how many sessions Slack lists in a page, and sessionsEach how many
	// people have, at a guess.
	pageSize     = 1000
	sessionsEach = 2
)

// An ask is a question for the sessions of a user in a workspace, or in the
// organization.
type ask struct{ user, team string }

// asks returns what to ask for the people alone, or nothing if a scan of all
// sessions takes fewer calls or somebody's workspaces are not known.
func (d *draft) asks() (asks []ask) {
	if d.req.Scan {
		return nil
	}
	var rows []Row
	for i := range d.people {
		if row := d.people[i].row; row != nil && len(d.byID) == 0 {
			rows = append(rows, *row)
		}
	}
	for i := range d.named {
		if d.named[i].LeftOut == "" {
			rows = append(rows, d.named[i])
		}
	}
	asks = asksFor(rows, d.caller.organization)
	most := maxAsks
	if d.req.Size > 0 {
		most = sessionsEach * d.req.Size / pageSize
	}
	if len(asks) > most {
		return nil
	}
	return asks
}

// asksFor returns what to ask for the users of rows, or nothing if the workspaces of
// one of them are not known.
func asksFor(rows []Row, organization string) (asks []ask) {
	seen := map[ask]bool{}
	for i := range rows {
		row := &rows[i]
		if len(row.Workspaces) == 0 {
			return nil
		}
		for _, team := range append([]string{organization}, row.Workspaces...) {
			if a := (ask{row.UserID, team}); !seen[a] {
				seen[a] = true
				asks = append(asks, a)
			}
		}
	}
	return asks
}
