package signout

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-38c23bad/slackadmin/internal/slack"
)

// planVersion is the version of the file format.
const planVersion = 2

// An Action is what a plan does for each row.
type Action string

// The actions.
const (
	ActionReset      Action = "reset"      // end all sessions of the user
	ActionInvalidate Action = "invalidate" // end the one session of the row
)

// A Header is the first line of a plan file.
type Header struct {
	Version      int       `json:"slackadmin_plan"` // of the file format
	ID           string    `json:"id"`              // random, so that two plans always differ
	Organization string    `json:"organization"`    // ID
	PlannedBy    string    `json:"planned_by"`      // ID of the user whose token was used
	APIURL       string    `json:"api_url"`         // base URL of Slack's Web API
	Created      time.Time `json:"created"`
	Expires      time.Time `json:"expires"` // the plan cannot be started later
	Action       Action    `json:"action"`
	MobileOnly   bool      `json:"mobile_only,omitempty"` // end only sessions on mobile devices
	WebOnly      bool      `json:"web_only,omitempty"`    // end only the other sessions
	Own          bool      `json:"own,omitempty"`         // the planning user is not left out
	Reason       string    `json:"reason,omitempty"`
	SeenBy       SeenBy    `json:"seen_by,omitempty"`   // how the sessions were listed; empty if they were not
	Directory    string    `json:"directory,omitempty"` // where people were looked up, and its age
	Users        int       `json:"users"`               // in the rows that are not left out
	Sessions     int       `json:"sessions"`            // in these rows
	LeftOut      int       `json:"left_out"`            // rows that are left out
	Input        *Input    `json:"input,omitempty"`     // counts of the input rows, if people were given
}

// SeenBy is a way to list sessions.
type SeenBy string

// The ways to list sessions.
const (
	SeenByScan   SeenBy = "scan"   // all sessions of the organization
	SeenByPeople SeenBy = "people" // the sessions of the people in the plan, in each of their workspaces and the organization
)

// An Input counts the rows that a plan was made from, such as those of a file. Rows is
// the sum of the other counts.
type Input struct {
	Rows       int `json:"rows"`
	People     int `json:"people"`     // users to sign out, or sessions to end
	Duplicates int `json:"duplicates"` // rows that name somebody again
	Blank      int `json:"blank"`
	Invalid    int `json:"invalid"`   // rows that do not identify a person
	NotFound   int `json:"not_found"` // rows that identify nobody in Slack
	LeftOut    int `json:"left_out"`  // rows that are left out for another reason
}

// A Row is a user, or with [ActionInvalidate] a session of a user.
type Row struct {
	UserID     string    `json:"user_id"`              // ID; empty if the input row has none
	OtherIDs   []string  `json:"other_ids,omitempty"`  // of the same person
	Email      string    `json:"email,omitempty"`      // from the input or from Slack
	Name       string    `json:"name,omitempty"`       // from the input or from Slack
	Workspaces []string  `json:"workspaces,omitempty"` // where the sessions were listed, with SeenByPeople
	Sessions   []Session `json:"sessions,omitempty"`   // the sessions to end
	LeftOut    string    `json:"left_out,omitempty"`   // why the row is left out; empty if it is not
	Given      Given     `json:"given,omitempty"`      // with LeftOut: what is wrong with the input row
	Lines      []int     `json:"lines,omitempty"`      // input lines that name the row; all but the first are duplicates
}

// ids returns all IDs of the row's person.
func (r *Row) ids() []string { return append([]string{r.UserID}, r.OtherIDs...) }

// Given is what is wrong with an input row.
type Given string

// The kinds of wrong input rows.
const (
	GivenInvalid  Given = "invalid"   // it does not identify a person
	GivenNotFound Given = "not found" // it identifies nobody in Slack
)

// A Session describes a listed session.
type Session struct {
	ID      int64  `json:"id"`
	UserID  string `json:"user_id,omitempty"`  // under which Slack lists it, if it differs from the row's
	Unseen  bool   `json:"unseen,omitempty"`   // it was requested but not listed
	Device  Device `json:"device,omitempty"`   // the device of IP, OS and Client, if a filter chose it; else they are of the device used last
	IP      string `json:"ip,omitempty"`       // address
	OtherIP string `json:"other_ip,omitempty"` // of the other device, if it differs
	OS      string `json:"os,omitempty"`
	Client  string `json:"client,omitempty"` // version of Slack's client
}

// A Plan is a list of users to sign out, or of sessions to end. [Make] makes one, and
// [ReadPlan] reads one. It may be changed only before [Plan.Write]: [Apply] and [Verify]
// refuse a plan that differs from its file.
type Plan struct {
	Header
	Rows []Row

	path         string // empty if the plan has no file yet
	sha256       string // of the sealed part of the file
	loadedSHA256 string // of the header and rows when they were written or read
}

// Size returns the number of rows that are not left out.
func (p *Plan) Size() int { return len(p.Rows) - p.LeftOut }

// Path returns the path of the plan file. It is empty if the plan has no file yet.
func (p *Plan) Path() string { return p.path }

// SHA256 returns the SHA-256, in hex, of the header and rows that [Plan.Write] sealed.
// [Apply] does not change it. It is empty if the plan has no file yet.
func (p *Plan) SHA256() string { return p.sha256 }

func (p *Plan) setCounts() {
	p.Sessions, p.LeftOut = 0, 0
	if p.Input != nil {
		*p.Input = Input{Rows: p.Input.Blank, Blank: p.Input.Blank}
	}
	users := make(map[string]bool, len(p.Rows))
	for i := range p.Rows {
		row := &p.Rows[i]
		p.Input.add(row)
		if row.LeftOut != "" {
			p.LeftOut++
			continue
		}
		users[row.UserID] = true
		p.Sessions += len(row.Sessions)
	}
	p.Users = len(users)
}

// add counts the input lines of a row.
func (in *Input) add(row *Row) {
	if in == nil || len(row.Lines) == 0 {
		return
	}
	in.Rows += len(row.Lines)
	in.Duplicates += len(row.Lines) - 1
	switch {
	case row.Given == GivenInvalid:
		in.Invalid++
	case row.Given == GivenNotFound:
		in.NotFound++
	case row.LeftOut != "":
		in.LeftOut++
	default:
		in.People++
	}
}

// check returns an error if p is a plan that Make never makes.
func (p *Plan) check() error {
	if p.Action != ActionReset && p.Action != ActionInvalidate {
		return fmt.Errorf("its action is %q; want %q or %q", p.Action, ActionReset, ActionInvalidate)
	}
	if p.ID == "" {
		return errors.New("it has no ID; want a plan that Make made")
	}
	for i := range p.Rows {
		row, line := &p.Rows[i], i+2
		if row.LeftOut != "" {
			continue
		}
		if err := checkUserIDs(row.UserID); err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
		if p.Action == ActionInvalidate && len(row.Sessions) != 1 {
			return fmt.Errorf("line %d has %d sessions; want one", line, len(row.Sessions))
		}
	}
	sorted := p.rowsByKey()
	for n := 1; n < len(sorted); n++ {
		if key := p.key(sorted[n]); key == p.key(sorted[n-1]) {
			return fmt.Errorf("lines %d and %d are both for %s; want one", sorted[n-1]+2, sorted[n]+2, key)
		}
	}
	if n := len(p.Rows) - len(sorted); n != p.LeftOut {
		return fmt.Errorf("%d rows are left out; the header says %d", n, p.LeftOut)
	}
	return nil
}

func checkUserIDs(ids ...string) error {
	for _, id := range ids {
		if !slack.UserID.MatchString(id) {
			return fmt.Errorf("%q is not a user ID; want one such as W12345678", cut(id, 100))
		}
	}
	return nil
}

// cut returns at most limit bytes of text. If it shortens text, it appends an ellipsis.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + "…"
}

// A rowKey identifies a row by user, or by user and session.
type rowKey struct {
	user    string
	session int64
}

func (k rowKey) String() string {
	if k.session == 0 {
		return k.user
	}
	return fmt.Sprintf("session %d of %s", k.session, k.user)
}

func (k rowKey) compare(other rowKey) int {
	return cmp.Or(cmp.Compare(k.session, other.session), strings.Compare(k.user, other.user))
}

// rowsByKey returns the indexes of the rows that are not left out, sorted by their keys.
// It takes less memory than a map.
func (p *Plan) rowsByKey() []int32 {
	sorted := make([]int32, 0, len(p.Rows))
	for i := range p.Rows {
		if p.Rows[i].LeftOut == "" {
			sorted = append(sorted, int32(i))
		}
	}
	slices.SortFunc(sorted, func(a, b int32) int { return cmp.Or(p.key(a).compare(p.key(b)), cmp.Compare(a, b)) })
	return sorted
}

// findRow returns the index of the row with a key. sorted is the result of rowsByKey.
func (p *Plan) findRow(sorted []int32, key rowKey) (row int, ok bool) {
	n, ok := slices.BinarySearchFunc(sorted, key, func(i int32, key rowKey) int { return p.key(i).compare(key) })
	if !ok {
		return 0, false
	}
	return int(sorted[n]), true
}

func (p *Plan) key(i int32) rowKey {
	row := &p.Rows[i]
	if p.Action == ActionInvalidate && len(row.Sessions) == 1 {
		return rowKey{row.UserID, row.Sessions[0].ID}
	}
	return rowKey{user: row.UserID}
}

// An interner keeps one copy of each text.
type interner map[string]string

func (t *interner) intern(text string) string {
	if *t == nil {
		*t = interner{}
	}
	if same, ok := (*t)[text]; ok {
		return same
	}
	text = strings.Clone(text)
	(*t)[text] = text
	return text
}

// internRow interns the texts that many rows have in common.
func (t *interner) internRow(row *Row) {
	row.UserID, row.LeftOut = t.intern(row.UserID), t.intern(row.LeftOut)
	row.Sessions = slices.Clone(row.Sessions) // decoding leaves room for more
	for i := range row.Sessions {
		s := &row.Sessions[i]
		s.IP, s.OtherIP, s.OS, s.Client = t.intern(s.IP), t.intern(s.OtherIP), t.intern(s.OS), t.intern(s.Client)
		s.Device, s.UserID = Device(t.intern(string(s.Device))), t.intern(s.UserID)
	}
}
