package slacktest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// auditLog is the organization's audit log.
type auditLog struct {
	delay   time.Duration // until an event is visible
	events  []auditEvent  // oldest first
	lastSeq int64
}

type auditEvent struct {
	seq          int64 // in the order of addition, from 1
	visibleSince time.Time
	api.AuditEntry
}

// WithAuditDelay delays the audit log: an event is visible that long after the call, as
// Slack's are after some minutes.
func WithAuditDelay(delay time.Duration) Option {
	return func(s *Server) { s.org.audit.delay = delay }
}

// Slack's placeholders for an actor in the audit log that is not a user, and for Slack's
// own security.
const (
	nobody   = "USLACKUSER"
	security = "USLACKSECURITY"
)

// WithAnomalies adds events of the action anomaly to the audit log, one a minute until
// now, each of a session that earlier options have added, and some events of other
// actions and actors. The same seed chooses the same sessions.
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
				Details: toJSON(map[string]any{"reason": []string{reasons[random.IntN(len(reasons))]}}),
			}
			s.AddAuditEntry(entry)
			switch i % 5 {
			case 1:
				entry.Action = "user_login"
				s.AddAuditEntry(entry)
			case 3: // at the same time, by a placeholder
				entry.Actor = api.AuditActor{Type: "user", User: api.AuditUser{ID: []string{nobody, security}[i/5%2]}}
				entry.Action = []string{"anomaly", "action_of_tomorrow"}[i/5%2]
				entry.Context.SessionID = 0
				s.AddAuditEntry(entry)
			}
		}
	}
}

// AddAuditEntry adds an event to the audit log and returns it with its ID. Defaults are
// the current time for DateCreate, and the organization for Context.Location. The event
// is visible at once.
func (s *Server) AddAuditEntry(entry api.AuditEntry) api.AuditEntry {
	s.org.mu.Lock()
	defer s.org.mu.Unlock()
	return s.org.addEntry(entry, 0)
}

// addEntry adds an event that is visible after delay. The caller holds mu.
func (o *org) addEntry(entry api.AuditEntry, delay time.Duration) api.AuditEntry {
	now := time.Now()
	log := &o.audit
	log.lastSeq++
	if entry.ID == "" {
		entry.ID = fmt.Sprintf("%08x-0000-4000-8000-%012x", log.lastSeq, log.lastSeq)
	}
	if entry.DateCreate == 0 {
		entry.DateCreate = now.Unix()
	}
	if entry.Context.Location.ID == "" {
		entry.Context.Location = auditOrganization
		entry.Context.Location.Type = "enterprise"
	}
	i := len(log.events)
	for i > 0 && log.events[i-1].DateCreate > entry.DateCreate {
		i--
	}
	log.events = slices.Insert(log.events, i, auditEvent{log.lastSeq, now.Add(delay), entry})
	return entry
}

// logEvent adds an event: caller did action to user, or to the organization if user is
// nil. The caller of logEvent holds mu.
func (o *org) logEvent(caller token, action string, user *User, details any) {
	entry := api.AuditEntry{Action: action, Actor: actorOf(&caller.user), Entity: entityOf(user)}
	if details != nil {
		entry.Details = toJSON(details)
	}
	o.addEntry(entry, o.audit.delay)
}

// auditOrganization is the organization in the audit log.
var auditOrganization = api.AuditLocation{ID: Organization, Name: organizationName, Domain: organizationName}

func actorOf(user *User) api.AuditActor {
	return api.AuditActor{Type: "user", User: auditUser(user)}
}

func entityOf(user *User) api.AuditEntity {
	if user == nil {
		return api.AuditEntity{Type: "enterprise", Enterprise: auditOrganization}
	}
	return api.AuditEntity{Type: "user", User: auditUser(user)}
}

func auditUser(user *User) api.AuditUser {
	return api.AuditUser{ID: user.ID, Name: user.Name, Email: user.Email, Team: user.TeamID}
}

func toJSON(value any) json.RawMessage {
	encoded, _ := json.Marshal(value) // maps, slices and strings
	return encoded
}

// eventCursor is the prefix of a cursor with the number of a page's last event.
const eventCursor = "event:"

// auditLogs is the behavior of audit.logs. Slack returns arrays in details as arrays or as
// strings that contain JSON; auditLogs alternates.
func (o *org) auditLogs() behavior {
	readLog := typed(o, o.readLog)
	return func(caller token, args map[string]any) (map[string]any, error) {
		resp, err := readLog(caller, args)
		entries, _ := resp["entries"].([]any) // nil if err is not
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
					details[name] = string(toJSON(ids))
				}
			}
		}
		return resp, err
	}
}

func (o *org) readLog(_ token, req *api.AuditLogsRequest) (*api.AuditLogsResponse, error) {
	after, err := decodeCursor(eventCursor, req.Cursor)
	switch {
	case err != nil:
		return nil, invalidArguments("[ERROR] invalid cursor")
	case req.Limit > 9999:
		return nil, invalidArguments("[ERROR] limit is over 9999 [json-pointer:/limit]")
	}
	resp := &api.AuditLogsResponse{Entries: []api.AuditEntry{}}
	var last auditEvent
	for _, entry := range slices.Backward(o.audit.events) {
		switch {
		case after > 0:
			if entry.seq == after {
				after = 0
			}
			continue
		case time.Now().Before(entry.visibleSince), !matches(&entry.AuditEntry, req):
			continue
		case len(resp.Entries) >= cmp.Or(req.Limit, 1000) && entry.DateCreate != last.DateCreate:
			resp.ResponseMetadata.NextCursor = encodeCursor(eventCursor, last.seq)
			return resp, nil
		}
		resp.Entries = append(resp.Entries, entry.AuditEntry)
		last = entry
	}
	return resp, nil
}

// matches reports whether an event matches the filters of a request.
func matches(entry *api.AuditEntry, req *api.AuditLogsRequest) bool {
	id := entry.Entity.User.ID
	if entry.Entity.Type == "enterprise" {
		id = entry.Entity.Enterprise.ID
	}
	return (req.Oldest == 0 || entry.DateCreate >= req.Oldest) && (req.Latest == 0 || entry.DateCreate <= req.Latest) &&
		(len(req.Action) == 0 || slices.Contains(req.Action, entry.Action)) &&
		(req.Actor == "" || req.Actor == entry.Actor.User.ID) && (req.Entity == "" || req.Entity == id)
}
