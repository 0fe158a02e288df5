package signout

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// The actions of Slack's audit log for ended sessions.
// https://docs.slack.dev/reference/audit-logs-api/methods-actions-reference
const (
	loggedBulk       = "bulk_session_reset_by_admin" // its details list the users for whom it succeeded and failed
	loggedReset      = "user_session_reset_by_admin"
	loggedInvalidate = "user_session_invalidated"
)

const (
	// clockSkew is how long before the first run events are read, because Slack's clock
	// may differ from this machine's.
	clockSkew = time.Minute

	logPage = 1000 // events in a page
)

// A LogOutcome is the result of a row in Slack's audit log. It is empty if the log has no
// event for the row, or not yet.
type LogOutcome string

// The outcomes.
const (
	LogSucceeded LogOutcome = "succeeded"
	LogFailed    LogOutcome = "failed"
)

// An Account is the entry of Slack's audit log about a row.
type Account struct {
	Outcome LogOutcome
	Time    time.Time // of the event, in UTC
	EventID string
}

// logStatus is the status of a row by the audit log alone.
var logStatus = map[LogOutcome]Status{LogSucceeded: ResetByLog, LogFailed: FailedByLog, "": NotInLog}

// A LogEvent is an event of Slack's audit log about people of a plan.
type LogEvent struct {
	ID        string    `json:"id"`
	Action    string    `json:"action"`
	By        string    `json:"by"` // ID of the user who acted
	Time      time.Time `json:"time"`
	Succeeded int       `json:"succeeded"` // number of users or sessions, in the plan or not
	Failed    int       `json:"failed"`    // likewise
	user      string    // ID of the user whose sessions ended, if there is only one
}

// An auditLog holds what the audit log says since a plan was first applied.
type auditLog struct {
	events   []LogEvent
	users    map[string]Account   // all sessions of a user, by user ID
	sessions map[rowKey]Account   // one session, by user and session ID
	unnamed  map[string][]Account // sessions that the log does not name, by user ID
}

func newAuditLog() *auditLog {
	return &auditLog{users: map[string]Account{}, sessions: map[rowKey]Account{}, unnamed: map[string][]Account{}}
}

// readAuditLog reads the events about sessions that the users who ran a plan have ended.
func readAuditLog(ctx context.Context, client *api.Client, runs []Run, opts []api.CallOption) (*auditLog, error) {
	log := newAuditLog()
	if len(runs) == 0 {
		return log, nil
	}
	req := api.AuditLogsRequest{
		Oldest: runs[0].Started.Add(-clockSkew).Unix(), Limit: logPage,
		Action: []string{loggedBulk, loggedReset, loggedInvalidate},
	}
	by := map[string]bool{}
	for _, run := range runs {
		by[run.By] = true
	}
	if len(by) == 1 {
		req.Actor = runs[0].By
	}
	for entry, err := range client.AuditLogsAll(ctx, req, opts...) {
		switch {
		case ctx.Err() != nil:
			return nil, interrupted(ctx)
		case err != nil:
			return nil, err
		}
		if by[entry.Actor.User.ID] {
			log.add(&entry)
		}
	}
	return log, nil
}

// add adds an entry. Entries come newest first.
func (l *auditLog) add(entry *api.AuditEntry) {
	event := LogEvent{
		ID: entry.ID, Action: entry.Action, By: entry.Actor.User.ID,
		Time: time.Unix(entry.DateCreate, 0).UTC(), user: entry.Entity.User.ID,
	}
	switch entry.Action {
	case loggedBulk:
		l.addBulk(&event, entry.Details)
	case loggedReset:
		event.Succeeded = 1
		record(l.users, event.user, LogSucceeded, &event)
	case loggedInvalidate:
		event.Succeeded = 1
		l.addInvalidate(&event, entry.Details)
	default:
		return
	}
	l.events = append(l.events, event)
}

func (l *auditLog) addBulk(event *LogEvent, data json.RawMessage) {
	var details struct {
		Succeeded idList `json:"succeeded_users"`
		Failed    idList `json:"failed_users"`
	}
	_ = json.Unmarshal(data, &details) // it keeps the fields that fit
	event.Succeeded, event.Failed = len(details.Succeeded), len(details.Failed)
	for _, id := range details.Failed { // first, because a user in both lists is not done
		record(l.users, id, LogFailed, event)
	}
	for _, id := range details.Succeeded {
		record(l.users, id, LogSucceeded, event)
	}
}

func (l *auditLog) addInvalidate(event *LogEvent, data json.RawMessage) {
	var details struct {
		Session json.RawMessage `json:"session_id"`
	}
	_ = json.Unmarshal(data, &details)
	if id, err := strconv.ParseInt(strings.Trim(string(details.Session), `"`), 10, 64); err == nil {
		record(l.sessions, rowKey{event.user, id}, LogSucceeded, event)
	} else {
		l.unnamed[event.user] = append(l.unnamed[event.user], Account{LogSucceeded, event.Time, event.ID})
	}
}

// record stores an account, unless a newer event has stored one.
func record[Key comparable](accounts map[Key]Account, key Key, outcome LogOutcome, event *LogEvent) {
	var none Key // as if a list had an empty ID
	if _, ok := accounts[key]; !ok && key != none {
		accounts[key] = Account{outcome, event.Time, event.ID}
	}
}

// An idList is a JSON list of IDs, or a string that holds one.
type idList []string

func (l *idList) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		data = []byte(text)
	}
	_ = json.Unmarshal(data, (*[]string)(l)) // it keeps the elements that fit
	return nil
}

// results returns the account of each row of a plan.
func (l *auditLog) results(p *Plan, states []rowState) []Account {
	accounts := make([]Account, len(p.Rows))
	wasSent := func(i int) bool { return states[i].state == StateDone || states[i].state == StateUnknown }
	sentRows := map[string]int{} // by user ID
	for i := range p.Rows {
		if wasSent(i) {
			sentRows[p.Rows[i].UserID]++
		}
	}
	for i := range p.Rows {
		row := &p.Rows[i]
		if row.LeftOut != "" {
			continue
		}
		for _, id := range row.ids() {
			account := l.users[id]
			if p.Action == ActionInvalidate {
				if session := l.sessions[rowKey{id, row.Sessions[0].ID}]; session.Outcome != "" {
					account = session
				} else if unnamed := l.unnamed[id]; account.Outcome == "" && wasSent(i) && len(unnamed) >= sentRows[row.UserID] {
					account = unnamed[0] // as many sessions ended as were sent, so this one did
				}
			}
			isLater := account.Time.After(accounts[i].Time) || account.Outcome == LogFailed && account.Time.Equal(accounts[i].Time)
			if account.Outcome != "" && (accounts[i].Outcome == "" || isLater) {
				accounts[i] = account
			}
		}
	}
	return accounts
}

// eventsFor returns the events of the accounts of a plan's rows, oldest first.
func (l *auditLog) eventsFor(p *Plan, accounts []Account) (events []LogEvent) {
	used, users := map[string]bool{}, map[string]bool{}
	for i := range accounts {
		used[accounts[i].EventID] = true
		for _, id := range p.Rows[i].ids() {
			users[id] = users[id] || accounts[i].Outcome != "" && p.Action == ActionInvalidate
		}
	}
	for _, event := range slices.Backward(l.events) {
		if used[event.ID] || event.Action == loggedInvalidate && users[event.user] {
			events = append(events, event)
		}
	}
	return events
}
