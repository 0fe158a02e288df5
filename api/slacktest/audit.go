package slacktest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// auditLog is the organization's audit log.
type auditLog struct {
	delay   time.Duration // until an event can be read
	entries []logged      // oldest first
	last    int64
}

type logged struct {
	number int64 // in the order they were added, from 1
	from   time.Time
	api.AuditEntry
}

// WithAuditDelay makes what is done appear in the audit log only after that long, as
// Slack's lags by some minutes.
func WithAuditDelay(delay time.Duration) Option {
	return func(s *Server) { s.org.audit.delay = delay }
}

// Placeholders for an actor in the audit log, where no user did something, or Slack's
// own security did.
const (
	nobody   = "USLACKUSER"
	security = "USLACKSECURITY"
)

// WithAnomalies adds so many events of the action anomaly to the audit log, of the last
// hours, each of a session that there is by then, and some events of other actions and
// actors between them. The same seed chooses the same sessions.
func WithAnomalies(events int, seed uint64) Option {
	reasons := []string{"tor", "unexpected_client_fingerprint", "excessive_downloads", "ip_address", "session_fingerprint", "user_agent"}
	return func(s *Server) {
		random := rand.New(rand.NewPCG(seed, seed))
		for i := range events {
			session := s.org.sessions[random.IntN(len(s.org.sessions))]
			at := time.Now().Add(-time.Duration(events-i) * time.Minute)
			device := session.Created
			if session.Recent != nil {
				device = *session.Recent
			}
			user, _ := s.org.user(session.UserID)
			entry := api.AuditEntry{
				Action: "anomaly", DateCreate: at.Unix(),
				Actor:   actorOf(&user),
				Entity:  entityOf(&user),
				Context: api.AuditContext{SessionID: session.ID, IPAddress: device.IP, UA: "Slack/" + device.SlackClientVersion},
				Details: asJSON(map[string]any{"reason": []string{reasons[random.IntN(len(reasons))]}}),
			}
			s.AddAuditEntry(entry)
			switch i % 5 {
			case 1:
				entry.Action = "user_login"
				s.AddAuditEntry(entry)
			case 3: // at the same time, and by nobody
				entry.Actor = api.AuditActor{Type: "user", User: api.AuditUser{ID: []string{nobody, security}[i/5%2]}}
				entry.Action = []string{"anomaly", "action_of_tomorrow"}[i/5%2]
				entry.Context.SessionID = 0
				s.AddAuditEntry(entry)
			}
		}
	}
}

// AddAuditEntry adds an event to the audit log and returns it with its ID. Its time is
// now if DateCreate is 0, and its place the organization if Context.Location is empty. It
// can be read at once.
func (s *Server) AddAuditEntry(entry api.AuditEntry) api.AuditEntry {
	s.org.mu.Lock()
	defer s.org.mu.Unlock()
	return s.org.addEntry(entry, 0)
}

// addEntry adds an event that can be read after delay. The caller holds mu.
func (o *org) addEntry(entry api.AuditEntry, delay time.Duration) api.AuditEntry {
	now := time.Now()
	log := &o.audit
	log.last++
	if entry.ID == "" {
		entry.ID = fmt.Sprintf("%08x-0000-4000-8000-%012x", log.last, log.last)
	}
	if entry.DateCreate == 0 {
		entry.DateCreate = now.Unix()
	}
	if entry.Context.Location.ID == "" {
		entry.Context.Location = api.AuditLocation{Type: "enterprise", ID: Organization, Name: "Fake", Domain: "fake"}
	}
	at := len(log.entries)
	for at > 0 && log.entries[at-1].DateCreate > entry.DateCreate {
		at--
	}
	log.entries = slices.Insert(log.entries, at, logged{log.last, now.Add(delay), entry})
	return entry
}

// log adds what caller did to user, or to the organization if that is nil. The caller
// holds mu.
func (o *org) log(caller token, action string, user *User, details any) {
	entry := api.AuditEntry{Action: action, Actor: actorOf(&caller.user), Entity: entityOf(user)}
	if details != nil {
		entry.Details = asJSON(details)
	}
	o.addEntry(entry, o.audit.delay)
}

func actorOf(user *User) api.AuditActor {
	return api.AuditActor{Type: "user", User: auditUser(user)}
}

func entityOf(user *User) api.AuditEntity {
	if user == nil {
		return api.AuditEntity{Type: "enterprise", Enterprise: api.AuditLocation{ID: Organization, Name: "Fake", Domain: "fake"}}
	}
	return api.AuditEntity{Type: "user", User: auditUser(user)}
}

func auditUser(user *User) api.AuditUser {
	return api.AuditUser{ID: user.ID, Name: user.Name, Email: user.Email, Team: user.TeamID}
}

func asJSON(value any) json.RawMessage {
	encoded, _ := json.Marshal(value) // maps, lists and texts
	return encoded
}

// eventCursor begins a cursor that names the last event of a page.
const eventCursor = "event:"

// logs returns what audit.logs does. Of the forms that Slack's answers have it takes
// each by turns: lists of IDs are arrays, or strings with an array in them.
func (o *org) logs() behavior {
	list := typed(o, o.readLog)
	return func(caller token, args map[string]any) (map[string]any, error) {
		answer, err := list(caller, args)
		entries, _ := answer["entries"].([]any) // none of a refusal
		for i := range entries {
			entry := entries[i].(map[string]any)
			context := entry["context"].(map[string]any)
			id, has := context["session_id"]
			context["session_id"] = nil
			if has {
				context["session_id"] = fmt.Sprint(id)
			}
			details, _ := entry["details"].(map[string]any)
			for name, value := range details {
				if ids, ok := value.([]any); ok && i%2 == 1 {
					details[name] = string(asJSON(ids))
				}
			}
		}
		return answer, err
	}
}

func (o *org) readLog(_ token, req *api.AuditLogsRequest) (*api.AuditLogsResponse, error) {
	after, err := decodeCursor(eventCursor, req.Cursor)
	switch {
	case err != nil:
		return nil, &refusal{api.ErrInvalidArguments, []string{"[ERROR] invalid cursor"}}
	case req.Limit > 9999:
		return nil, &refusal{api.ErrInvalidArguments, []string{"[ERROR] limit is over 9999 [json-pointer:/limit]"}}
	}
	limit := req.Limit
	if limit == 0 {
		limit = 1000
	}
	answer := &api.AuditLogsResponse{Entries: []api.AuditEntry{}}
	var last logged
	for _, entry := range slices.Backward(o.audit.entries) {
		switch {
		case after > 0:
			if entry.number == after {
				after = 0
			}
			continue
		case time.Now().Before(entry.from), !isMeant(&entry.AuditEntry, req):
			continue
		case len(answer.Entries) >= limit && entry.DateCreate != last.DateCreate:
			answer.ResponseMetadata.NextCursor = encodeCursor(eventCursor, last.number)
			return answer, nil
		}
		answer.Entries = append(answer.Entries, entry.AuditEntry)
		last = entry
	}
	return answer, nil
}

// isMeant reports whether a request asks for an event.
func isMeant(entry *api.AuditEntry, req *api.AuditLogsRequest) bool {
	id := entry.Entity.User.ID
	if entry.Entity.Type == "enterprise" {
		id = entry.Entity.Enterprise.ID
	}
	return (req.Oldest == 0 || entry.DateCreate >= req.Oldest) && (req.Latest == 0 || entry.DateCreate <= req.Latest) &&
		(len(req.Action) == 0 || slices.Contains(req.Action, entry.Action)) &&
		(req.Actor == "" || req.Actor == entry.Actor.User.ID) && (req.Entity == "" || req.Entity == id)
}
