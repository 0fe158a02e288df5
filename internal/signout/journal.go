package signout

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

const journalVersion = 1

// The events of a journal.
const (
	begin  = "begin"  // the first line: which plan this is of
	intent = "intent" // a request will be sent
	result = "result" // what came of it
	retry  = "retry"  // refused rows count as left again
	end    = "end"    // of a run, with its sums
)

// An outcome is what came of an attempt.
type outcome string

const (
	done    outcome = "done"
	partly  outcome = "partly"   // done, but for the users in Refused
	refused outcome = "refused"  // the one row cannot be done
	halved  outcome = "halved"   // refused as a whole, so try halves
	notDone outcome = "not done" // nothing was done, for a reason that has nothing to do with the rows
	unknown outcome = "unknown"  // it may have been done
)

// A record is a line of a journal.
type record struct {
	Event     string                   `json:"event"`
	Version   int                      `json:"version,omitempty"`
	Plan      string                   `json:"plan,omitempty"` // its SHA256
	Attempt   int                      `json:"attempt,omitempty"`
	Users     []string                 `json:"users,omitempty"`
	Session   int64                    `json:"session,omitempty"`
	Outcome   outcome                  `json:"outcome,omitempty"`
	Code      api.ErrorCode            `json:"code,omitempty"`
	Refused   map[string]api.ErrorCode `json:"refused,omitempty"`
	Error     string                   `json:"error,omitempty"`
	RequestID string                   `json:"request_id,omitempty"`
	Sums      *Sums                    `json:"sums,omitempty"`
	Time      time.Time                `json:"time"`
}

// A disk is how a journal gets to the disk. Tests have one that fails.
type disk struct {
	write func(*os.File, []byte) (int, error)
	sync  func(*os.File) error
}

var realDisk = disk{(*os.File).Write, (*os.File).Sync}

// A journal is the file that remembers what was sent and what came of it. Lines
// are only added.
type journal struct {
	file   *os.File
	disk   disk
	broken bool // a write failed, so that its end is not known
}

// openJournal opens the journal of a plan for this process alone, creates it if
// there is none, and calls fold with each record in it.
func openJournal(p *Plan, d disk, fold func(*record) error) (j *journal, err error) {
	path := p.JournalPath()
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			file.Close()
		}
	}()
	taken, err := lock(file)
	if err != nil {
		return nil, fmt.Errorf("locking %s: %w", path, err)
	}
	if taken {
		return nil, fmt.Errorf("%s: another apply of this plan is running; wait until it has ended", path)
	}
	whole, err := replay(file, p, fold)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	j = &journal{file: file, disk: d}
	if err := file.Truncate(whole); err != nil { // heals a line that a crash has torn
		return nil, err
	}
	if whole == 0 {
		if err := j.add(&record{Event: begin, Version: journalVersion, Plan: p.SHA256}); err != nil {
			return nil, err
		}
		if err := syncDir(filepath.Dir(path)); err != nil {
			return nil, err
		}
	}
	return j, nil
}

// add writes a record and returns when it is on the disk.
func (j *journal) add(r *record) error {
	if j.broken {
		return errors.New("the journal could not be written before")
	}
	r.Time = time.Now().UTC()
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	j.broken = true
	if _, err := j.disk.write(j.file, append(line, '\n')); err != nil {
		return fmt.Errorf("the journal cannot be written, so nothing more is sent: %w", err)
	}
	if err := j.disk.sync(j.file); err != nil {
		return fmt.Errorf("the journal does not get to the disk, so nothing more is sent: %w", err)
	}
	j.broken = false
	return nil
}

// close lets another process have the journal.
func (j *journal) close() error { return errors.Join(unlock(j.file), j.file.Close()) }

// readJournal returns what is known of a plan by its journal, if there is one.
func readJournal(p *Plan) (*state, error) {
	s := newState(p)
	file, err := os.Open(p.JournalPath())
	if errors.Is(err, os.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, &LocalError{err}
	}
	defer file.Close()
	if _, err := replay(file, p, s.fold); err != nil {
		return nil, &LocalError{fmt.Errorf("%s: %w", p.JournalPath(), err)}
	}
	return s, nil
}

// replay calls fold with the records of a journal. It returns where the whole
// lines end, for the last may be torn.
func replay(file io.Reader, p *Plan, fold func(*record) error) (whole int64, err error) {
	in := bufio.NewReaderSize(file, 1<<16)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if !bytes.HasSuffix(line, []byte("\n")) && (n > 1 || isTorn(line)) {
			return whole, nil
		}
		var r record
		if json.Unmarshal(line, &r) != nil {
			return 0, fmt.Errorf("line %d is damaged, not by a crash while it was written; the journal cannot be trusted, so make a new plan", n)
		}
		switch {
		case n == 1 && (r.Event != begin || r.Version == 0):
			return 0, errors.New("it is no journal of slackadmin")
		case n == 1 && r.Version != journalVersion:
			return 0, fmt.Errorf("it is a journal of version %d; this slackadmin reads version %d", r.Version, journalVersion)
		case n == 1 && r.Plan != p.SHA256:
			return 0, errors.New("it is the journal of another plan; move it away if that plan is not needed any more")
		case n > 1:
			if err := fold(&r); err != nil {
				return 0, fmt.Errorf("line %d: %w", n, err)
			}
		}
		whole += int64(len(line))
	}
}

// isTorn reports whether a first line is part of one that this program writes.
func isTorn(line []byte) bool {
	first := []byte(`{"event":"begin"`)
	return bytes.HasPrefix(line, first) || bytes.HasPrefix(first, line)
}
