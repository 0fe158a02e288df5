package signout

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// ErrNotSynced reports that a file was written, but that its name may be lost if the
// power fails now.
var ErrNotSynced = errors.New("its directory could not be synced")

// CheckPath returns a [*LocalError] if [Plan.Write] could not write a plan to path: the
// file exists, or no file can be created in the directory, which it tries. A program
// can call it before [Make] lists all sessions.
func CheckPath(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return &LocalError{errExists(path)}
	}
	temp, err := createTempIn(path)
	if err == nil {
		err = errors.Join(temp.Close(), os.Remove(temp.Name()))
	}
	return local(err)
}

func errExists(path string) error { return fmt.Errorf("%s already exists; choose another path", path) }

// createTempIn creates a temporary file in the directory of path.
func createTempIn(path string) (*os.File, error) {
	return os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
}

// Write writes p to a new file that only its owner can read, and ties p to that file.
// It never replaces a file, and writes a plan to one file only. Its error is a
// [*LocalError]. If the error wraps [ErrNotSynced], the file was written.
func (p *Plan) Write(path string) error { return local(p.write(path, syncDir)) }

func (p *Plan) write(path string, syncDir func(string) error) error {
	if p.path != "" {
		return fmt.Errorf("the plan is in %s already; two files would not know each other's events", p.path)
	}
	p.setCounts()
	if err := p.check(); err != nil {
		return err
	}
	temp, err := createTempIn(path)
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	hash, err := p.writeTo(temp)
	if err := errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return err
	}
	if err := linkNew(temp.Name(), path, os.Link); err != nil {
		return err
	}
	p.path, p.sha256, p.loadedSHA256 = path, hash, hash
	if err := syncDir(filepath.Dir(path)); err != nil {
		return fmt.Errorf("%s: %w: %w", path, ErrNotSynced, err)
	}
	return nil
}

// linkNew gives a temporary file the name path, unless a file with that name exists.
// Without hard links, it reserves the name with an empty file first.
func linkNew(temp, path string, link func(from, to string) error) error {
	err := link(temp, path)
	if err != nil && !errors.Is(err, os.ErrExist) {
		var reserved *os.File
		if reserved, err = os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err == nil {
			_ = reserved.Close() // it is empty
			if err = os.Rename(temp, path); err != nil {
				_ = os.Remove(path)
			}
		}
	}
	if errors.Is(err, os.ErrExist) {
		return errExists(path)
	}
	return err
}

// A disk writes events. Tests replace it with one that fails.
type disk struct {
	write func(*os.File, []byte) (int, error)
	sync  func(*os.File) error
}

var realDisk = disk{(*os.File).Write, (*os.File).Sync}

// A planFile is a plan file that this process has locked. It only grows.
type planFile struct {
	file   *os.File
	path   string
	disk   disk
	broken bool // a write failed, so the end of the file is not known
}

// lockFile opens and locks the file of p, and reads its events.
func (p *Plan) lockFile(d disk) (f *planFile, s *state, err error) {
	// Without O_APPEND, because Windows cannot truncate a file that was opened with it.
	file, err := p.open(os.O_RDWR)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: %w", p.path, err)
			_ = file.Close()
		}
	}()
	if err := lock(file); err != nil {
		return nil, nil, err
	}
	s, completeSize, err := p.read(file)
	if err != nil {
		return nil, nil, err
	}
	if _, err := file.Seek(completeSize, io.SeekStart); err != nil {
		return nil, nil, err
	}
	if err := file.Truncate(completeSize); err != nil { // removes a line that a crash has torn
		return nil, nil, err
	}
	return &planFile{file: file, path: p.path, disk: d}, s, nil
}

// add writes an event and syncs the file.
func (f *planFile) add(e *event) error {
	if e.Event == eventIntent {
		if err := f.checkPath(); err != nil {
			return err
		}
	}
	e.Time = time.Now().UTC()
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	f.broken = true
	if _, err := f.disk.write(f.file, append(line, '\n')); err != nil {
		return fmt.Errorf("%s cannot be written, so nothing more is sent: %w", f.path, err)
	}
	if err := f.disk.sync(f.file); err != nil {
		return fmt.Errorf("%s cannot be synced, so nothing more is sent: %w", f.path, err)
	}
	f.broken = false
	return nil
}

// checkPath returns an error if the path no longer leads to this file. Whoever reads
// the plan by its path would miss the new events.
func (f *planFile) checkPath() error {
	current, err := os.Stat(f.path)
	opened, openedErr := f.file.Stat()
	switch {
	case openedErr != nil:
		return openedErr
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("%s was moved or deleted during the apply, so nothing more is sent", f.path)
	case err != nil:
		return fmt.Errorf("nothing more is sent: %w", err)
	case !os.SameFile(opened, current):
		return fmt.Errorf("%s was replaced by another file during the apply, so nothing more is sent", f.path)
	}
	return nil
}

func (f *planFile) close() error { return errors.Join(unlock(f.file), f.file.Close()) }
