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

// The actions of Slack's audit log that tell of ended sessions.
const (
	loggedBulk       = "bulk_session_reset_by_admin" // its details name for whom it succeeded, and for whom it failed
	loggedReset      = "user_session_reset_by_admin"
	loggedInvalidate = "user_session_invalidated"
)

const (
	// clockSkew is how much earlier than the start of apply an event is asked for, for
	// Slack's clock is not this one.
	clockSkew = time.Minute

	// logPage is how many events are asked for at once.
	logPage = 1000
)

// A LogOutcome is what Slack's audit log says of a row.
type LogOutcome string

// The outcomes. The empty one is that the log says nothing, or nothing yet.
const (
	LogSucceeded LogOutcome = "succeeded"
	LogFailed    LogOutcome = "failed"
)

// An Account is what Slack's audit log says of a row.
type Account struct {
	Outcome LogOutcome
	Time    time.Time // of the event, in UTC
	EventID string
}

// A LogEvent is an event of Slack's audit log about people of a plan.
type LogEvent struct {
	ID        string    `json:"id"`
	Action    string    `json:"action"`
	By        string    `json:"by"` // ID of the user who did it
	Time      time.Time `json:"time"`
	Succeeded int       `json:"succeeded"` // how many people or sessions, of the plan or not
	Failed    int       `json:"failed"`
	user      string    // whom it is about, if that is one
}

// A witness is what the audit log says since a plan was applied.
type witness struct {
	events   []LogEvent
	accounts map[string]Account   // by user ID: of all sessions
	sessions map[string]Account   // by user ID and session ID: of one
	ended    map[string][]Account // by user ID: of sessions that the log does not name
}

// readLog reads the events of the sessions' ends by those who applied a plan.
// https://docs.slack.dev/reference/audit-logs-api/methods-actions-reference
func readLog(ctx context.Context, client *api.Client, runs []Run, opts []api.CallOption) (*witness, error) {
	w := &witness{accounts: map[string]Account{}, sessions: map[string]Account{}, ended: map[string][]Account{}}
	if len(runs) == 0 {
		return w, nil
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
			w.add(&entry)
		}
	}
	return w, nil
}

// add takes an event into account. The newest comes first, and is what counts.
func (w *witness) add(entry *api.AuditEntry) {
	at := Account{LogSucceeded, time.Unix(entry.DateCreate, 0).UTC(), entry.ID}
	event := LogEvent{ID: entry.ID, Action: entry.Action, By: entry.Actor.User.ID, Time: at.Time, user: entry.Entity.User.ID}
	note := func(in map[string]Account, key string, outcome LogOutcome) {
		if _, known := in[key]; !known && key != "" {
			in[key] = Account{outcome, at.Time, at.EventID}
		}
	}
	var details struct {
		Succeeded ids             `json:"succeeded_users"`
		Failed    ids             `json:"failed_users"`
		Session   json.RawMessage `json:"session_id"`
	}
	_ = json.Unmarshal(entry.Details, &details) // what cannot be read says nothing
	user := event.user
	switch entry.Action {
	case loggedBulk:
		// Who is in both lists is not done.
		for _, id := range details.Failed {
			note(w.accounts, id, LogFailed)
		}
		for _, id := range details.Succeeded {
			note(w.accounts, id, LogSucceeded)
		}
		event.Succeeded, event.Failed = len(details.Succeeded), len(details.Failed)
	case loggedReset:
		note(w.accounts, user, LogSucceeded)
		event.Succeeded = 1
	case loggedInvalidate:
		if id, err := strconv.ParseInt(strings.Trim(string(details.Session), `"`), 10, 64); err == nil {
			note(w.sessions, user+" "+strconv.FormatInt(id, 10), LogSucceeded)
		} else {
			w.ended[user] = append(w.ended[user], at)
		}
		event.Succeeded = 1
	default:
		return
	}
	w.events = append(w.events, event)
}

// ids are IDs in a list, or in a list in a string.
type ids []string

func (all *ids) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		data = []byte(text)
	}
	_ = json.Unmarshal(data, (*[]string)(all)) // what cannot be read says nothing
	return nil
}

// tell returns what the log says of the rows of a plan.
func (w *witness) tell(p *Plan, states []rowState) []Account {
	accounts := make([]Account, len(p.Rows))
	wasSent := func(i int) bool { return states[i].state == StateDone || states[i].state == StateUnknown }
	sent := map[string]int{} // sessions of a user that calls were sent for
	for i := range p.Rows {
		if wasSent(i) {
			sent[p.Rows[i].UserID]++
		}
	}
	for i := range p.Rows {
		row := &p.Rows[i]
		if row.LeftOut != "" {
			continue
		}
		for _, id := range append([]string{row.UserID}, row.OtherIDs...) {
			account := w.accounts[id]
			if p.Action == ActionInvalidate {
				if single := w.sessions[id+" "+strconv.FormatInt(row.Sessions[0].ID, 10)]; single.Outcome != "" {
					account = single
				} else if n := len(w.ended[id]); account.Outcome == "" && wasSent(i) && n >= sent[row.UserID] {
					// The log does not say which sessions of the user, but so many that it is all.
					account = w.ended[id][0]
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

// concerning returns the events that accounts of a plan's rows come from, oldest first.
func (w *witness) concerning(p *Plan, accounts []Account) (events []LogEvent) {
	used, users := map[string]bool{}, map[string]bool{}
	for i := range accounts {
		used[accounts[i].EventID] = true
		for _, id := range append([]string{p.Rows[i].UserID}, p.Rows[i].OtherIDs...) {
			users[id] = users[id] || accounts[i].Outcome != "" && p.Action == ActionInvalidate
		}
	}
	for _, event := range slices.Backward(w.events) {
		if used[event.ID] || event.Action == loggedInvalidate && users[event.user] {
			events = append(events, event)
		}
	}
	return events
}
