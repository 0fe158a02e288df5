package signout

import (
	"slices"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/slack"
)

// A planBuilder collects the rows of a plan.
type planBuilder struct {
	req         *Request
	caller      identity
	texts       interner
	personIndex map[string]int32 // in people, by ID
	people      []personDraft
	fixedRows   []Row              // the requested single sessions, and the people that the request leaves out
	sessionRow  map[sessionKey]int // index of a requested session in fixedRows
	seen        map[sessionKey]bool
}

// A personDraft collects the sessions of a person.
type personDraft struct {
	userID   string
	row      *Row      // nil unless the request names the person
	sessions []Session // that should end
	matched  bool      // a session matches the filter
}

// A sessionKey identifies a session. The index of the person in planBuilder.people
// takes less memory than the ID.
type sessionKey struct {
	person int32
	id     int64
}

func newPlanBuilder(req *Request, caller identity) *planBuilder {
	b := &planBuilder{req: req, caller: caller, personIndex: map[string]int32{}, sessionRow: map[sessionKey]int{}, seen: map[sessionKey]bool{}}
	for _, p := range req.people() {
		row := Row{
			UserID: p.UserID, OtherIDs: p.OtherIDs, Email: p.Email, Name: p.Name, Workspaces: p.Workspaces,
			LeftOut: p.LeftOut, Given: p.Given, Lines: p.Lines,
		}
		if p.LeftOut != "" {
			b.fixedRows = append(b.fixedRows, row)
			continue
		}
		n := b.findOrAddPerson(&row)
		person := &b.people[n]
		switch {
		case p.Session != 0:
			b.requestSession(n, row, p.Session)
		case person.row != nil:
			person.row.Lines = append(person.row.Lines, p.Lines...)
		default:
			person.userID, person.row = row.UserID, &row
		}
	}
	return b
}

// findOrAddPerson returns the index of the person with one of the IDs of a row.
func (b *planBuilder) findOrAddPerson(row *Row) int32 {
	n := int32(-1)
	for _, id := range row.ids() {
		if i, ok := b.personIndex[id]; ok {
			n = i
		}
	}
	if n < 0 {
		n = int32(len(b.people)) //nolint:gosec // no organization has 2 billion people
		b.people = append(b.people, personDraft{userID: b.texts.intern(row.UserID)})
	}
	for _, id := range row.ids() {
		b.personIndex[b.texts.intern(id)] = n
	}
	return n
}

// requestSession adds a row for a requested session, or its lines to the row that the
// session has already.
func (b *planBuilder) requestSession(person int32, row Row, id int64) {
	key := sessionKey{person, id}
	if i, ok := b.sessionRow[key]; ok {
		b.fixedRows[i].Lines = append(b.fixedRows[i].Lines, row.Lines...)
		return
	}
	row.Sessions = []Session{{ID: id, Unseen: !b.req.NoScan}}
	b.sessionRow[key] = len(b.fixedRows)
	b.fixedRows = append(b.fixedRows, row)
}

// addSession adds a listed session if it should end. Slack may list a session twice if
// pages shift.
func (b *planBuilder) addSession(s *api.ActiveSession) {
	id := cut(s.UserID, 100)
	n, ok := b.personIndex[id]
	if !ok {
		if b.req.namesPeople() {
			return
		}
		n = b.findOrAddPerson(&Row{UserID: id})
	}
	key := sessionKey{n, s.SessionID}
	if b.seen[key] {
		return
	}
	device, matches := DeviceRecent, true
	if b.req.Filter != nil {
		device, matches = b.req.Filter.Match(s)
	}
	if len(b.sessionRow) > 0 {
		if i, ok := b.sessionRow[key]; ok {
			b.seen[key] = true
			b.fixedRows[i].Sessions[0] = b.newSession(s, device, b.fixedRows[i].UserID)
		}
		return
	}
	person := &b.people[n]
	person.matched = person.matched || matches
	ends := matches
	if b.req.action() == ActionReset {
		ends = coveredByReset(s, b.req.MobileOnly, b.req.WebOnly)
	}
	if ends {
		b.seen[key] = true
		person.sessions = append(person.sessions, b.newSession(s, device, person.userID))
	}
}

// newSession returns the description of a session in the row of a user. It describes
// the device that matched.
func (b *planBuilder) newSession(s *api.ActiveSession, device Device, userID string) Session {
	text := func(value string) string { return b.texts.intern(cut(value, 100)) }
	shown, other := DeviceOf(s, DeviceRecent), s.Created
	if device == DeviceCreated {
		shown, other = other, shown
	}
	session := Session{ID: s.SessionID, IP: text(shown.IP), OS: text(shown.OS), Client: text(shown.SlackClientVersion)}
	if b.req.Filter != nil {
		session.Device = device
	}
	if s.UserID != userID {
		session.UserID = text(s.UserID)
	}
	if other.IP != shown.IP {
		session.OtherIP = text(other.IP)
	}
	return session
}

// rows returns the rows of the plan, with the reasons to leave rows out.
func (b *planBuilder) rows(seenBy SeenBy) []Row {
	rows := slices.Grow(b.fixedRows, len(b.people))
	if len(b.sessionRow) == 0 {
		for i := range b.people {
			rows = b.appendRows(rows, &b.people[i])
		}
	}
	b.people, b.seen, b.personIndex = nil, nil, nil // to free memory
	for i := range rows {
		row := &rows[i]
		if seenBy != SeenByPeople {
			row.Workspaces = nil
		}
		if row.LeftOut == "" {
			row.LeftOut = b.reasonToLeaveOut(row)
		}
	}
	slices.SortStableFunc(rows, byFirstLine)
	return slices.Clip(rows)
}

func (b *planBuilder) appendRows(rows []Row, p *personDraft) []Row {
	row := Row{UserID: p.userID}
	if p.row != nil {
		row = *p.row
	}
	switch {
	case b.req.action() == ActionInvalidate && len(p.sessions) > 0:
		return append(rows, p.sessionRows(row)...)
	case p.row != nil && b.req.Filter != nil && !p.matched:
		row.LeftOut = "none of the user's sessions matches"
	case p.row != nil || b.req.action() == ActionReset && p.matched:
		row.Sessions = p.sessions
	default:
		return rows
	}
	return append(rows, row)
}

// sessionRows returns a row for each session. Only the first has the lines of the input.
func (p *personDraft) sessionRows(row Row) (rows []Row) {
	for _, s := range p.sessions {
		r := row
		if s.UserID != "" { // end the session under the ID that Slack lists it under
			r.UserID, r.OtherIDs = s.UserID, slices.DeleteFunc(row.ids(), func(id string) bool { return id == s.UserID })
			s.UserID = ""
		}
		r.Sessions = []Session{s}
		if len(rows) > 0 {
			r.Lines = nil
		}
		rows = append(rows, r)
	}
	return rows
}

// byFirstLine compares two rows by their lines in the input, if both have any.
func byFirstLine(a, b Row) int {
	if len(a.Lines) == 0 || len(b.Lines) == 0 {
		return 0
	}
	return a.Lines[0] - b.Lines[0]
}

func (b *planBuilder) reasonToLeaveOut(row *Row) string {
	for _, id := range row.ids() {
		switch {
		case !slack.UserID.MatchString(id):
			return "its user ID is none that Slack takes"
		case id == b.caller.userID && !b.req.Own:
			return "it is the user who plans this"
		case slices.Contains(b.req.Except, id):
			return "it is excepted"
		}
	}
	return ""
}
