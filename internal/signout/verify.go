package signout

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"slices"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// A Status is what has become of a row.
type Status string

// The statuses.
const (
	Gone          Status = "gone"
	SignedInAgain Status = "signed in again" // the user was reset, and has only sessions that were not planned
	StillThere    Status = "still there"
	NotKnown      Status = "unknown"  // the user was reset and has sessions, and the plan was made without a scan
	NotDone       Status = "not done" // the user was not reset, and no session has been seen: the ID may be wrong
)

// pollInterval is the least time between two scans; large organizations take
// longer by the rate limit alone.
const pollInterval = 5 * time.Second

// A Checked is what verifying has found of a row.
type Checked struct {
	Row    *Row
	Status Status
	Left   []int64       // the sessions that are still there, or with NotKnown all that are there
	Code   api.ErrorCode // why Slack refused the row, if it did
}

// A Report is what verifying a plan has found.
type Report struct {
	Rows          []Checked // but for those left out
	Counts        map[Status]int
	Scans         int
	Time          time.Time // of the last scan's end
	PlanSHA256    string    // of the file
	JournalSHA256 string    // of the file; empty if there is none
}

// Open returns how many rows are still there or may be.
func (r *Report) Open() int { return r.Counts[StillThere] + r.Counts[NotKnown] }

// Verify scans all sessions and says what has become of each row of a plan. The
// journal, if there is one, says which rows are done. It scans again until no row is
// open, or wait is over: a bulk reset goes on in the background. progress, which may
// be nil, is told after each scan. opts are those of each call.
func Verify(ctx context.Context, client *api.Client, p *Plan, wait time.Duration, progress func(*Report), opts ...api.CallOption) (*Report, error) {
	start := time.Now()
	report := &Report{PlanSHA256: p.FileSHA256}
	for {
		if err := report.scan(ctx, client, p, opts); err != nil {
			return nil, err
		}
		if progress != nil {
			progress(report)
		}
		if report.Open() == 0 || time.Since(start)+pollInterval > wait {
			break
		}
		select {
		case <-ctx.Done():
			return nil, ErrInterrupted
		case <-time.After(pollInterval):
		}
	}
	var err error
	report.JournalSHA256, err = hashFile(p.JournalPath())
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, &LocalError{err}
	}
	return report, nil
}

func hashFile(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func (r *Report) scan(ctx context.Context, client *api.Client, p *Plan, opts []api.CallOption) error {
	// Before the scan: whoever is reset later may have been seen with old sessions.
	state, err := readJournal(p)
	if err != nil {
		return err
	}
	planned := make(map[int64]bool, p.Sessions) // whether it is still there
	others := make(map[string][]int64, p.Users) // the sessions that were not planned
	for i := range p.Rows {
		if row := &p.Rows[i]; row.LeftOut == "" {
			others[row.UserID] = nil
			for j := range row.Sessions {
				planned[row.Sessions[j].ID] = false
			}
		}
	}
	err = scan(ctx, client, nil, func(s *api.ActiveSession) {
		if _, ok := planned[s.SessionID]; ok {
			planned[s.SessionID] = true
		} else if id := s.UserID; concerns(s, p.MobileOnly, p.WebOnly) {
			if ids, ok := others[id]; ok && !slices.Contains(ids, s.SessionID) {
				others[id] = append(ids, s.SessionID)
			}
		}
	}, opts)
	if err != nil {
		return err
	}

	r.Rows, r.Counts = make([]Checked, 0, p.Size()), map[Status]int{}
	for i := range p.Rows {
		row := &p.Rows[i]
		if row.LeftOut != "" {
			continue
		}
		c := Checked{Row: row, Status: Gone, Code: state.rows[i].code}
		for j := range row.Sessions {
			if id := row.Sessions[j].ID; planned[id] {
				c.Left = append(c.Left, id)
			}
		}
		if p.Action == Reset && !state.done(i) {
			c.Left = append(c.Left, others[row.UserID]...)
		}
		switch {
		case len(c.Left) > 0:
			c.Status = StillThere
		case p.Action == Reset && !state.done(i) && len(row.Sessions) == 0:
			c.Status = NotDone
		case p.Action == Invalidate || len(others[row.UserID]) == 0:
		case p.Scanned:
			c.Status = SignedInAgain
		default:
			c.Status, c.Left = NotKnown, others[row.UserID]
		}
		r.Counts[c.Status]++
		r.Rows = append(r.Rows, c)
	}
	r.Scans++
	r.Time = time.Now().UTC()
	return nil
}
