package signout

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// headerPrefix begins the header.
var headerPrefix = []byte(`{"slackadmin_plan":`)

// writeTo writes the header, the rows and the seal, and returns the SHA-256 of the seal.
func (p *Plan) writeTo(file io.Writer) (hash string, err error) {
	sum := sha256.New()
	out := bufio.NewWriter(file)
	encoder := json.NewEncoder(io.MultiWriter(sum, out))
	if err := encoder.Encode(p.Header); err != nil {
		return "", err
	}
	for i := range p.Rows {
		if err := encoder.Encode(&p.Rows[i]); err != nil {
			return "", err
		}
	}
	hash = hex.EncodeToString(sum.Sum(nil))
	err = json.NewEncoder(out).Encode(&event{Event: eventSealed, Rows: len(p.Rows), SHA256: hash, Time: time.Now().UTC()})
	return hash, errors.Join(err, out.Flush())
}

// hash returns the SHA-256 of the header and the rows in memory.
func (p *Plan) hash() (string, error) { return p.writeTo(io.Discard) }

// ReadPlan reads a plan file and checks its events. Its error is a [*LocalError]: the
// file cannot be read, was changed after it was written, or does not hold a plan.
func ReadPlan(path string) (*Plan, error) {
	p := &Plan{path: path}
	_, err := p.load()
	return p, err
}

// load reads the current state from the file of p. Its error is a [*LocalError].
func (p *Plan) load() (*state, error) {
	file, err := p.open(os.O_RDONLY)
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

// open opens the file of p. It returns an error if p was changed in memory.
func (p *Plan) open(flag int) (*os.File, error) {
	if p.path == "" {
		return nil, errNoFile
	}
	if p.sha256 != "" {
		if hash, err := p.hash(); err != nil || hash != p.loadedSHA256 {
			return nil, errors.Join(errPlanChanged, err)
		}
	}
	info, err := os.Stat(p.path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // opening a pipe could block
		return nil, fmt.Errorf("%s is not a regular file; want a plan file", p.path)
	}
	return os.OpenFile(p.path, flag, 0)
}

// read reads a plan file: the sealed part into p, unless p was loaded already, and the
// events into the state. completeSize is the size of the file without a last line that
// a crash has torn.
func (p *Plan) read(file io.Reader) (s *state, completeSize int64, err error) {
	r := &lineReader{in: bufio.NewReaderSize(file, 1<<16)}
	if err := p.readSealed(r); err != nil {
		return nil, 0, err
	}
	s = newState(p)
	for {
		line, err := r.read()
		switch {
		case errors.Is(err, io.EOF) && isTorn(line):
			s.markInFlightUnknown()
			return s, r.size, nil
		case errors.Is(err, io.EOF):
			err = errNotEvent
		case err == nil:
			err = s.replay(line)
		}
		if err != nil {
			return nil, 0, fmt.Errorf("line %d: %w", r.number, err)
		}
	}
}

// A lineReader reads lines and counts them.
type lineReader struct {
	in     *bufio.Reader
	number int   // of the last line
	size   int64 // of the complete lines, in bytes
}

// read returns the next line with its newline. A line without one comes with io.EOF.
func (r *lineReader) read() ([]byte, error) {
	line, err := r.in.ReadBytes('\n')
	r.number++
	if err == nil {
		r.size += int64(len(line))
	}
	return line, err
}

func (p *Plan) readSealed(r *lineReader) error {
	alreadyLoaded := p.sha256 != ""
	prefix, err := r.in.Peek(len(headerPrefix)) // another file may have no newline for gigabytes
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !bytes.Equal(prefix, headerPrefix) {
		return errNotPlan
	}
	header, err := r.read()
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !alreadyLoaded {
		if err := p.readHeader(header); err != nil {
			return err
		}
	}
	sum := sha256.New()
	sum.Write(header)
	var texts interner
	for {
		line, err := r.read()
		switch {
		case errors.Is(err, io.EOF):
			return fmt.Errorf("file is truncated at line %d; make a new plan", r.number)
		case err != nil:
			return err
		case bytes.HasPrefix(line, eventPrefix):
			return p.readSeal(line, r.number-2, hex.EncodeToString(sum.Sum(nil)))
		case !alreadyLoaded:
			if err := p.readRow(line, &texts); err != nil {
				return fmt.Errorf("line %d is not a row: %w", r.number, err)
			}
		}
		sum.Write(line)
	}
}

func (p *Plan) readHeader(line []byte) error {
	if json.Unmarshal(line, &p.Header) != nil || p.Version == 0 {
		return errNotPlan
	}
	if p.Version != planVersion {
		return fmt.Errorf("it is a plan of version %d; this slackadmin reads version %d; make a new plan", p.Version, planVersion)
	}
	rows := p.Users
	if p.Action == ActionInvalidate {
		rows = p.Sessions
	}
	p.Rows = make([]Row, 0, max(0, min(rows+p.LeftOut, 1<<20))) // the header may be wrong
	return nil
}

func (p *Plan) readRow(line []byte, texts *interner) error {
	var row Row
	if json.Unmarshal(line, &row) != nil || row.UserID == "" && row.LeftOut == "" {
		return errChanged
	}
	texts.internRow(&row)
	p.Rows = append(p.Rows, row)
	return nil
}

// readSeal compares the seal with the number of rows and the hash that were read.
func (p *Plan) readSeal(line []byte, rows int, hash string) (err error) {
	var seal event
	switch {
	case json.Unmarshal(line, &seal) != nil || seal.Event != eventSealed:
		return fmt.Errorf("line %d is not the seal: %w", rows+2, errChanged)
	case seal.SHA256 != hash || seal.Rows != rows:
		return fmt.Errorf("the header and %d rows have the SHA-256 %s; the seal says %d rows and %s: %w", rows, hash, seal.Rows, seal.SHA256, errChanged)
	case p.sha256 != "" && p.sha256 != hash:
		return errOtherPlan
	case p.sha256 != "":
		return nil
	}
	p.sha256 = hash
	if p.loadedSHA256, err = p.hash(); err != nil {
		return err
	}
	return p.check()
}
