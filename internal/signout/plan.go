// Package signout signs many users out in three steps: a plan of whom, which is
// a file to review; applying it, which can be interrupted at any moment and goes
// on from a journal; and verifying that they are gone.
package signout

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// planVersion changes with the format of a plan.
const planVersion = 1

// An Action is what is done for each row of a plan.
type Action string

// The actions.
const (
	Reset      Action = "reset"      // all sessions of the user end
	Invalidate Action = "invalidate" // the one session ends
)

// Identity is who calls Slack, and where.
type Identity struct {
	UserID       string // of the token's owner
	Organization string // ID
	APIURL       string
}

// A Header is the first line of a plan.
type Header struct {
	Version      int       `json:"slackadmin_plan"`
	Organization string    `json:"organization"`
	PlannedBy    string    `json:"planned_by"`
	APIURL       string    `json:"api_url"`
	Created      time.Time `json:"created"`
	Expires      time.Time `json:"expires"`
	Action       Action    `json:"action"`
	MobileOnly   bool      `json:"mobile_only,omitempty"`
	WebOnly      bool      `json:"web_only,omitempty"`
	Own          bool      `json:"own,omitempty"` // the user who planned is not left out
	Reason       string    `json:"reason,omitempty"`
	Scanned      bool      `json:"scanned"`  // the rows have the sessions that were seen
	Users        int       `json:"users"`    // in the rows that are not left out
	Sessions     int       `json:"sessions"` // seen in these
	LeftOut      int       `json:"left_out"` // rows
	Merged       int       `json:"merged,omitempty"`
	RowsSHA256   string    `json:"rows_sha256"`      // of the lines after this
	SHA256       string    `json:"sha256,omitempty"` // of this line without this field
}

// A Row is a user, or with [Invalidate] a session.
type Row struct {
	UserID   string    `json:"user_id"`
	Sessions []Session `json:"sessions,omitempty"` // as seen; those that should end
	LeftOut  string    `json:"left_out,omitempty"` // why nothing is done for it
}

// A Session is what was seen of a session.
type Session struct {
	ID        int64  `json:"id"`
	IP        string `json:"ip,omitempty"`         // as used last
	CreatedIP string `json:"created_ip,omitempty"` // if it is another
	OS        string `json:"os,omitempty"`
	Client    string `json:"client,omitempty"` // version
}

// A Plan says whom to sign out.
type Plan struct {
	Header
	Rows []Row

	Path       string // of the file, if it was read
	FileSHA256 string // of the whole file, if it was read
}

// Size returns how many rows are to be done.
func (p *Plan) Size() int { return len(p.Rows) - p.LeftOut }

// JournalPath returns the path of the journal that applying p writes.
func (p *Plan) JournalPath() string {
	return strings.TrimSuffix(p.Path, ".jsonl") + ".journal.jsonl"
}

// seal counts the rows and fills in the hashes.
func (p *Plan) seal() error {
	p.Version = planVersion
	users := make(map[string]bool, len(p.Rows))
	for i := range p.Rows {
		row := &p.Rows[i]
		if row.LeftOut != "" {
			p.LeftOut++
			continue
		}
		users[row.UserID] = true
		p.Sessions += len(row.Sessions)
	}
	p.Users = len(users)
	sum := sha256.New()
	if err := p.writeRows(sum); err != nil {
		return err
	}
	p.RowsSHA256 = hex.EncodeToString(sum.Sum(nil))
	own, err := p.ownSHA256()
	p.SHA256 = own
	return err
}

// ownSHA256 returns what SHA256 should be.
func (h Header) ownSHA256() (string, error) {
	h.SHA256 = ""
	line, err := json.Marshal(h)
	sum := sha256.Sum256(line)
	return hex.EncodeToString(sum[:]), err
}

func (p *Plan) writeRows(w io.Writer) error {
	encoder := json.NewEncoder(w)
	for i := range p.Rows {
		if err := encoder.Encode(&p.Rows[i]); err != nil {
			return err
		}
	}
	return nil
}

// Write writes p to a new file that only its owner can read, whole or not at all.
func (p *Plan) Write(path string) error {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	err = p.writeTo(temp)
	if closed := temp.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	if err := publish(temp.Name(), path, os.Link); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// publish gives a file a name that no other file has. Where there are no links, it
// takes the name with an empty file first.
func publish(temp, path string, link func(from, to string) error) error {
	err := link(temp, path)
	if err != nil && !errors.Is(err, os.ErrExist) {
		var taken *os.File
		if taken, err = os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err == nil {
			_ = taken.Close() // it is empty
			if err = os.Rename(temp, path); err != nil {
				_ = os.Remove(path)
			}
		}
	}
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already", path)
	}
	return err
}

func (p *Plan) writeTo(file *os.File) error {
	out := bufio.NewWriter(file)
	if err := json.NewEncoder(out).Encode(p.Header); err != nil {
		return err
	}
	if err := p.writeRows(out); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return file.Sync()
}

// ReadPlan reads the plan in a file. It refuses one that was changed since it
// was written.
func ReadPlan(path string) (*Plan, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, &LocalError{err}
	}
	defer file.Close()
	p := &Plan{Path: path}
	if err := p.read(file); err != nil {
		return nil, &LocalError{fmt.Errorf("%s: %w", path, err)}
	}
	return p, nil
}

var errChanged = errors.New("it was changed after it was written; make a new plan")

func (p *Plan) read(file io.Reader) error {
	whole := sha256.New()
	in := bufio.NewReaderSize(io.TeeReader(file, whole), 1<<16)
	line, err := in.ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if json.Unmarshal(line, &p.Header) != nil || p.Version == 0 {
		return errors.New("its first line is not the header of a plan; want a file that \"slackadmin sessions plan\" wrote")
	}
	if p.Version != planVersion {
		return fmt.Errorf("it is a plan of version %d; this slackadmin reads version %d", p.Version, planVersion)
	}
	own, err := p.ownSHA256()
	if err != nil {
		return err
	}
	if own != p.SHA256 {
		return errChanged
	}

	rows := sha256.New()
	p.Rows = make([]Row, 0, min(p.Users+p.Sessions+p.LeftOut, 1<<20))
	var text texts
	for n := 2; ; n++ {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			break
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		_, _ = rows.Write(line) // it never fails
		var row Row
		if err := json.Unmarshal(line, &row); err != nil || row.UserID == "" {
			return fmt.Errorf("line %d is no row: %w", n, errChanged)
		}
		row.Sessions = slices.Clip(row.Sessions)
		text.share(&row)
		p.Rows = append(p.Rows, row)
	}
	if sum := hex.EncodeToString(rows.Sum(nil)); sum != p.RowsSHA256 {
		return fmt.Errorf("its rows have the SHA-256 %s, its header says %s: %w", sum, p.RowsSHA256, errChanged)
	}
	p.FileSHA256 = hex.EncodeToString(whole.Sum(nil))
	return p.checkRows()
}

// checkRows finds what a plan cannot have if this program wrote it.
func (p *Plan) checkRows() error {
	if p.Action != Reset && p.Action != Invalidate {
		return fmt.Errorf("its action is %q; want %q or %q", p.Action, Reset, Invalidate)
	}
	leftOut := 0
	for i := range p.Rows {
		if p.Action == Invalidate && len(p.Rows[i].Sessions) != 1 {
			return fmt.Errorf("line %d has %d sessions; want the one to end", i+2, len(p.Rows[i].Sessions))
		}
		if p.Rows[i].LeftOut != "" {
			leftOut++
		}
	}
	if leftOut != p.LeftOut {
		return fmt.Errorf("%d rows are left out, its header says %d", leftOut, p.LeftOut)
	}
	return nil
}

// CheckOrganization returns an error if p is for another organization than the
// caller's.
func (p *Plan) CheckOrganization(caller Identity) error {
	switch {
	case p.Organization != caller.Organization:
		return &LocalError{fmt.Errorf("the plan is for the organization %s; the token is of %s", p.Organization, caller.Organization)}
	case strings.TrimSuffix(p.APIURL, "/") != strings.TrimSuffix(caller.APIURL, "/"):
		return &LocalError{fmt.Errorf("the plan is for %s; the calls would go to %s", p.APIURL, caller.APIURL)}
	}
	return nil
}

// CheckStart returns an error if p cannot be applied now, as far as can be known
// without a call: it has more rows than most, unless that is 0, or has expired
// before it was started. One whose journal has calls can be continued at any time.
func (p *Plan) CheckStart(most int, now time.Time) error {
	if most > 0 && p.Size() > most {
		return &LocalError{fmt.Errorf("the plan has %d rows, more than --max %d; nothing was sent", p.Size(), most)}
	}
	if !now.After(p.Expires) {
		return nil
	}
	s, err := readJournal(p)
	if err != nil {
		return &LocalError{fmt.Errorf("%w; nothing was sent", err)}
	}
	if s.attempts == 0 {
		return &LocalError{fmt.Errorf("the plan expired at %s, before it was started; make a new one; nothing was sent", p.Expires.Format(time.RFC3339))}
	}
	return nil
}

// CheckCaller returns an error if p is not for the caller to apply.
func (p *Plan) CheckCaller(caller Identity) error {
	if err := p.CheckOrganization(caller); err != nil {
		return err
	}
	if !p.Own && slices.ContainsFunc(p.Rows, func(row Row) bool { return row.UserID == caller.UserID && row.LeftOut == "" }) {
		return fmt.Errorf("the plan would sign out %s, whose token this is; make a new one, or let who planned it apply it", caller.UserID)
	}
	return nil
}

// texts shares the texts that many sessions have in common.
type texts map[string]string

func (t *texts) one(text string) string {
	if *t == nil {
		*t = texts{}
	}
	if same, ok := (*t)[text]; ok {
		return same
	}
	text = strings.Clone(text)
	(*t)[text] = text
	return text
}

func (t *texts) share(row *Row) {
	row.UserID, row.LeftOut = t.one(row.UserID), t.one(row.LeftOut)
	for i := range row.Sessions {
		s := &row.Sessions[i]
		s.IP, s.CreatedIP, s.OS, s.Client = t.one(s.IP), t.one(s.CreatedIP), t.one(s.OS), t.one(s.Client)
	}
}

// A Count is how often a text came up.
type Count struct {
	Text  string
	Count int
}

// Top returns the n texts that the sessions to end have most often, such as
// their IPs.
func (p *Plan) Top(n int, of func(*Session) string) []Count {
	counts := map[string]int{}
	for i := range p.Rows {
		if p.Rows[i].LeftOut != "" {
			continue
		}
		for j := range p.Rows[i].Sessions {
			counts[of(&p.Rows[i].Sessions[j])]++
		}
	}
	all := make([]Count, 0, len(counts))
	for text, count := range counts {
		all = append(all, Count{text, count})
	}
	slices.SortFunc(all, func(a, b Count) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Text, b.Text)
	})
	return all[:min(n, len(all))]
}
