package signout

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
)

// planVersion changes with the format of the file.
const planVersion = 2

// An Action is what is done for each row of a plan.
type Action string

// The actions.
const (
	ActionReset      Action = "reset"      // all sessions of the user end
	ActionInvalidate Action = "invalidate" // the one session of the row ends
)

// A Header is the first line of a plan's file.
type Header struct {
	Version      int       `json:"slackadmin_plan"` // of the format
	ID           string    `json:"id"`              // random, so that no two plans are the same
	Organization string    `json:"organization"`    // ID
	PlannedBy    string    `json:"planned_by"`      // ID of the user whose token was used
	APIURL       string    `json:"api_url"`         // base URL of Slack's Web API
	Created      time.Time `json:"created"`
	Expires      time.Time `json:"expires"` // the plan cannot be started later
	Action       Action    `json:"action"`
	MobileOnly   bool      `json:"mobile_only,omitempty"` // only sessions on mobile devices end
	WebOnly      bool      `json:"web_only,omitempty"`    // only the others end
	Own          bool      `json:"own,omitempty"`         // the user who planned is not left out
	Reason       string    `json:"reason,omitempty"`
	SeenBy       SeenBy    `json:"seen_by,omitempty"`   // how the sessions of the users were looked up; empty if they were not
	Directory    string    `json:"directory,omitempty"` // where people were looked up, and how old that is
	Users        int       `json:"users"`               // in the rows that are not left out
	Sessions     int       `json:"sessions"`            // in these rows
	LeftOut      int       `json:"left_out"`            // rows
	Input        *Input    `json:"input,omitempty"`     // what came of each row that was given, if people were
}

// SeenBy is a way to look up sessions.
type SeenBy string

// The ways to look up sessions.
const (
	SeenByScan   SeenBy = "scan"   // all sessions of the organization were listed
	SeenByPeople SeenBy = "people" // only those of the people in the plan, in each of their workspaces and the organization
)

// An Input counts the rows that a plan was made from, such as those of a file. The
// other counts add up to Rows.
type Input struct {
	Rows       int `json:"rows"`
	People     int `json:"people"`     // that are signed out, or sessions that are ended
	Duplicates int `json:"duplicates"` // that name somebody again
	Blank      int `json:"blank"`
	Invalid    int `json:"invalid"`   // that cannot be read as somebody
	NotFound   int `json:"not_found"` // that name nobody in Slack
	LeftOut    int `json:"left_out"`  // for another reason
}

// A Row is a user, or with [ActionInvalidate] a session of a user.
type Row struct {
	UserID     string    `json:"user_id"`              // ID; empty if the row of the input has none
	OtherIDs   []string  `json:"other_ids,omitempty"`  // of the same person
	Email      string    `json:"email,omitempty"`      // as it came in, or as Slack has it
	Name       string    `json:"name,omitempty"`       // likewise
	Workspaces []string  `json:"workspaces,omitempty"` // where the sessions were looked up, with SeenByPeople
	Sessions   []Session `json:"sessions,omitempty"`   // that should end
	LeftOut    string    `json:"left_out,omitempty"`   // why nothing is done for the row
	Given      Given     `json:"given,omitempty"`      // what kind of row of the input it is, if it is left out for that
	Lines      []int     `json:"lines,omitempty"`      // of the input that name it; the first counts, the others are duplicates
}

// Given is what kind of row of the input cannot be signed out.
type Given string

// The kinds of rows that cannot be signed out.
const (
	GivenInvalid  Given = "invalid"   // it cannot be read as somebody
	GivenNotFound Given = "not found" // it names nobody in Slack
)

// A Session is what was seen of a session.
type Session struct {
	ID      int64  `json:"id"`
	UserID  string `json:"user_id,omitempty"`  // under which Slack lists it, if that is not the row's
	Unseen  bool   `json:"unseen,omitempty"`   // it was asked for, but was not seen
	Device  Device `json:"device,omitempty"`   // which IP, OS and Client are of: that which the filter matched, else the one used last
	IP      string `json:"ip,omitempty"`       // address
	OtherIP string `json:"other_ip,omitempty"` // of the other device, if it differs
	OS      string `json:"os,omitempty"`
	Client  string `json:"client,omitempty"` // version of Slack's client
}

// A Plan says whom to sign out. [Make] makes one, [ReadPlan] reads one. Change it
// before [Plan.Write] only: afterwards the file counts, and [Apply] and [Verify]
// refuse a plan that differs from it.
type Plan struct {
	Header
	Rows []Row

	path   string // of its file; empty if it has none yet
	sha256 string // of the sealed part of the file
	memory string // SHA-256 of the header and rows, as they were written or read
}

// Size returns how many rows are not left out.
func (p *Plan) Size() int { return len(p.Rows) - p.LeftOut }

// Path returns the path of the plan's file, empty if it has none yet.
func (p *Plan) Path() string { return p.path }

// SHA256 returns the SHA-256, in hex, of what [Plan.Write] sealed: the header and
// the rows. It stays the same while the plan is applied. It is empty if the plan
// has no file yet.
func (p *Plan) SHA256() string { return p.sha256 }

// tally counts the rows, and what they say of the input.
func (p *Plan) tally() {
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

// add counts the lines of the input that a row is for.
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

// encode writes the header and the rows.
func (p *Plan) encode(out io.Writer) error {
	encoder := json.NewEncoder(out)
	if err := encoder.Encode(p.Header); err != nil {
		return err
	}
	for i := range p.Rows {
		if err := encoder.Encode(&p.Rows[i]); err != nil {
			return err
		}
	}
	return nil
}

// writeTo writes the header, the rows and the seal.
func (p *Plan) writeTo(file io.Writer) (seal string, err error) {
	sum := sha256.New()
	out := bufio.NewWriter(file)
	if err := p.encode(io.MultiWriter(sum, out)); err != nil {
		return "", err
	}
	seal = hex.EncodeToString(sum.Sum(nil))
	err = json.NewEncoder(out).Encode(&event{Event: eventSealed, Rows: len(p.Rows), SHA256: seal, Time: time.Now().UTC()})
	return seal, errors.Join(err, out.Flush())
}

// sum returns the SHA-256 of the header and the rows as they are now.
func (p *Plan) sum() (string, error) {
	sum := sha256.New()
	err := p.encode(sum)
	return hex.EncodeToString(sum.Sum(nil)), err
}

var errChanged = errors.New("it was changed after it was written; make a new plan")

// read reads the file of a plan: the sealed part into p, unless p has that already,
// and the events into the state that it returns. whole is where the last whole line
// ends, for a crash can have torn the line behind it.
func (p *Plan) read(file io.Reader) (s *state, whole int64, err error) {
	in := bufio.NewReaderSize(file, maxHeader)
	sum := sha256.New()
	known := p.sha256 != ""
	line, err := in.ReadSlice('\n')
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, 0, err
	}
	if !known {
		if err := p.readHeader(line); err != nil {
			return nil, 0, err
		}
		rows := p.Users
		if p.Action == ActionInvalidate {
			rows = p.Sessions
		}
		p.Rows = make([]Row, 0, max(0, min(rows+p.LeftOut, 1<<20))) // the header may lie
	}
	sum.Write(line)
	whole = int64(len(line))

	var intern interner
	for n := 2; ; n++ {
		line, err := in.ReadBytes('\n')
		ended := errors.Is(err, io.EOF)
		switch isEvent := bytes.HasPrefix(line, eventPrefix); {
		case err != nil && !ended:
			return nil, 0, err
		case ended && s == nil:
			return nil, 0, fmt.Errorf("it ends in line %d, before its seal: it is cut short; make a new plan", n)
		case ended && !isTorn(line):
			return nil, 0, fmt.Errorf("line %d is no event; somebody else has written to the file; make a new plan", n)
		case ended:
			return s, whole, nil
		case s == nil && !isEvent:
			if !known {
				if err := p.readRow(line, &intern); err != nil {
					return nil, 0, fmt.Errorf("line %d is no row: %w", n, err)
				}
			}
			sum.Write(line)
		case s == nil:
			if err := p.readSeal(line, n-2, hex.EncodeToString(sum.Sum(nil))); err != nil {
				return nil, 0, err
			}
			s = newState(p)
		default:
			if err := s.replay(line); err != nil {
				return nil, 0, fmt.Errorf("line %d: %w", n, err)
			}
		}
		whole += int64(len(line))
	}
}

// maxHeader is how long a header can be, in bytes.
const maxHeader = 1 << 20

func (p *Plan) readHeader(line []byte) error {
	if json.Unmarshal(line, &p.Header) != nil || p.Version == 0 {
		return errors.New(`its first line is not the header of a plan; want a file that "slackadmin sessions plan" wrote`)
	}
	if p.Version != planVersion {
		return fmt.Errorf("it is a plan of version %d, and this slackadmin reads version %d; make a new plan", p.Version, planVersion)
	}
	return nil
}

func (p *Plan) readRow(line []byte, intern *interner) error {
	var row Row
	if json.Unmarshal(line, &row) != nil || row.UserID == "" && row.LeftOut == "" {
		return errChanged
	}
	intern.row(&row)
	p.Rows = append(p.Rows, row)
	return nil
}

// readSeal reads the seal behind so many rows, whose SHA-256 with the header is sum.
func (p *Plan) readSeal(line []byte, rows int, sum string) (err error) {
	var seal event
	switch {
	case json.Unmarshal(line, &seal) != nil || seal.Event != eventSealed:
		return fmt.Errorf("line %d is not its seal: %w", rows+2, errChanged)
	case seal.SHA256 != sum || seal.Rows != rows:
		return fmt.Errorf("its %d rows and header have the SHA-256 %s, its seal says %d and %s: %w", rows, sum, seal.Rows, seal.SHA256, errChanged)
	case p.sha256 != "" && p.sha256 != sum:
		return errors.New("it is another plan by now")
	case p.sha256 != "":
		return nil
	}
	p.sha256 = sum
	if p.memory, err = p.sum(); err != nil {
		return err
	}
	return p.check()
}

// check finds what a plan of this package never has.
func (p *Plan) check() error {
	if p.Action != ActionReset && p.Action != ActionInvalidate {
		return fmt.Errorf("its action is %q; want %q or %q", p.Action, ActionReset, ActionInvalidate)
	}
	if p.ID == "" {
		return errors.New("it has no ID; want a plan that Make made")
	}
	leftOut := 0
	for i := range p.Rows {
		row, n := &p.Rows[i], i+2
		if row.LeftOut != "" {
			leftOut++
		} else if !userID.MatchString(row.UserID) {
			return fmt.Errorf("line %d: %w", n, notUserID(row.UserID))
		}
		if p.Action == ActionInvalidate && row.LeftOut == "" && len(row.Sessions) != 1 {
			return fmt.Errorf("line %d has %d sessions; want the one to end", n, len(row.Sessions))
		}
	}
	last := int32(-1) // of the rows by their keys that are not left out
	for _, i := range p.order() {
		if p.Rows[i].LeftOut != "" {
			continue
		}
		if last >= 0 && p.key(i) == p.key(last) {
			return fmt.Errorf("line %d is for %s, as line %d is; want each once", i+2, p.key(i), last+2)
		}
		last = i
	}
	if leftOut != p.LeftOut {
		return fmt.Errorf("%d rows are left out, its header says %d", leftOut, p.LeftOut)
	}
	return nil
}

var userID = regexp.MustCompile(`^[UW][A-Z0-9]+$`)

func notUserID(text string) error {
	return fmt.Errorf("%q is no user ID; want one such as W12345678", cut(text, 100))
}

// cut returns at most so many bytes of text.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// A rowKey tells rows apart: by user, or by user and session.
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

// order returns the rows in the order of their keys. It takes less room than a map.
func (p *Plan) order() []int32 {
	order := make([]int32, len(p.Rows))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(p.key(a).compare(p.key(b)), cmp.Compare(a, b)) })
	return order
}

func (p *Plan) key(i int32) rowKey {
	row := &p.Rows[i]
	if p.Action == ActionInvalidate && len(row.Sessions) == 1 {
		return rowKey{row.UserID, row.Sessions[0].ID}
	}
	return rowKey{user: row.UserID}
}

// An interner keeps one copy of each text that many sessions have in common.
type interner map[string]string

func (t *interner) text(text string) string {
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

func (t *interner) row(row *Row) {
	row.UserID, row.LeftOut = t.text(row.UserID), t.text(row.LeftOut)
	row.Sessions = slices.Clip(row.Sessions)
	for i := range row.Sessions {
		s := &row.Sessions[i]
		s.IP, s.OtherIP, s.OS, s.Client = t.text(s.IP), t.text(s.OtherIP), t.text(s.OS), t.text(s.Client)
		s.Device, s.UserID = Device(t.text(string(s.Device))), t.text(s.UserID)
	}
}

// ReadPlan reads the plan in a file, and checks the events behind it. Its error is
// a [*LocalError]: the file cannot be read, was changed since it was written, or is
// no plan.
func ReadPlan(path string) (*Plan, error) {
	p := &Plan{path: path}
	_, err := p.load()
	return p, err
}

// load reads the file of p, for the events that it has by now.
func (p *Plan) load() (*state, error) {
	if p.path == "" {
		return nil, &LocalError{errNoFile}
	}
	if err := p.checkMemory(); err != nil {
		return nil, &LocalError{err}
	}
	file, err := openRegular(p.path, os.O_RDONLY)
	if err != nil {
		return nil, &LocalError{err}
	}
	defer file.Close()
	s, _, err := p.read(file)
	if err != nil {
		return nil, &LocalError{fmt.Errorf("%s: %w", p.path, err)}
	}
	return s, nil
}

// checkMemory returns an error if p was changed since it was written or read.
func (p *Plan) checkMemory() error {
	if p.sha256 == "" {
		return nil
	}
	sum, err := p.sum()
	if err == nil && sum != p.memory {
		err = errors.New("the plan was changed since it was written or read, and its file was not; make a new plan")
	}
	return err
}

var errNoFile = errors.New("the plan has no file; write it to one first")
