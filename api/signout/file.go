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

// ErrNotSynced says that a file was written, but that its name may be lost if the
// power fails now.
var ErrNotSynced = errors.New("its directory could not be synced")

// CheckPath returns a [*LocalError] if [Plan.Write] could not write a plan to path:
// a file is there already, or the directory takes none, which it tries. A program
// that calls it first learns that before [Make] has listed all sessions.
func CheckPath(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return &LocalError{fmt.Errorf("%s is there already; want a new file", path)}
	}
	temp, err := createBeside(path)
	if err == nil {
		err = errors.Join(temp.Close(), os.Remove(temp.Name()))
	}
	if err != nil {
		return &LocalError{err}
	}
	return nil
}

func createBeside(path string) (*os.File, error) {
	return os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
}

// Write writes p to a new file that only its owner can read, and ties p to that
// file. Write never replaces a file, and writes a plan to one file only. Its error
// is a [*LocalError]; if it wraps [ErrNotSynced], the plan is in the file all the
// same.
func (p *Plan) Write(path string) error { return p.write(path, syncDir) }

func (p *Plan) write(path string, syncDir func(string) error) error {
	if p.path != "" {
		return &LocalError{fmt.Errorf("the plan is in %s already; a second file would not know what the first has done", p.path)}
	}
	p.tally()
	if err := p.check(); err != nil {
		return &LocalError{err}
	}
	temp, err := createBeside(path)
	if err != nil {
		return &LocalError{err}
	}
	defer os.Remove(temp.Name())
	seal, err := p.writeTo(temp)
	if err := errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return &LocalError{err}
	}
	if err := publish(temp.Name(), path, os.Link); err != nil {
		return &LocalError{err}
	}
	p.path, p.sha256, p.memory = path, seal, seal
	if err := syncDir(filepath.Dir(path)); err != nil {
		return &LocalError{fmt.Errorf("%s: %w: %w", path, ErrNotSynced, err)}
	}
	return nil
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
		return fmt.Errorf("%s is there already; want a new file", path)
	}
	return err
}

// openRegular opens a file, but nothing that could block, such as a pipe.
func openRegular(path string, flag int) (*os.File, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file; want the file of a plan", path)
	}
	if err != nil {
		return nil, err
	}
	return os.OpenFile(path, flag, 0)
}

// A disk is how events get to the disk. Tests have one that fails.
type disk struct {
	write func(*os.File, []byte) (int, error)
	sync  func(*os.File) error
}

var realDisk = disk{(*os.File).Write, (*os.File).Sync}

// A planFile is the file of a plan, locked for this process. Lines are only added.
type planFile struct {
	file   *os.File
	path   string
	disk   disk
	broken bool // a write failed, so that the end of the file is not known
}

// lockFile opens the file of p for this process alone, and reads its events.
func (p *Plan) lockFile(d disk) (f *planFile, s *state, err error) {
	if p.path == "" {
		return nil, nil, errNoFile
	}
	if err := p.checkMemory(); err != nil {
		return nil, nil, err
	}
	// Not O_APPEND: Windows does not let such a file be truncated.
	file, err := openRegular(p.path, os.O_RDWR)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: %w", p.path, err)
			_ = file.Close()
		}
	}()
	taken, err := lock(file)
	if err != nil {
		return nil, nil, fmt.Errorf("locking it: %w", err)
	}
	if taken {
		return nil, nil, errors.New("another apply of this plan is running; wait until it has ended")
	}
	s, whole, err := p.read(file)
	if err != nil {
		return nil, nil, err
	}
	if _, err := file.Seek(whole, io.SeekStart); err != nil {
		return nil, nil, err
	}
	if err := file.Truncate(whole); err != nil { // heals a line that a crash has torn
		return nil, nil, err
	}
	return &planFile{file: file, path: p.path, disk: d}, s, nil
}

// add writes an event and returns when it is on the disk.
func (f *planFile) add(e *event) error {
	if f.broken {
		return errors.New("the plan's file could not be written before")
	}
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
		return fmt.Errorf("%s does not get to the disk, so nothing more is sent: %w", f.path, err)
	}
	f.broken = false
	return nil
}

// checkPath returns an error if the path leads elsewhere by now: whoever reads the
// plan there would not see what is written here.
func (f *planFile) checkPath() error {
	there, err := os.Stat(f.path)
	here, hereErr := f.file.Stat()
	switch {
	case hereErr != nil:
		return hereErr
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("%s was moved away or deleted while it was applied, so nothing more is sent", f.path)
	case err != nil:
		return fmt.Errorf("nothing more is sent: %w", err)
	case !os.SameFile(here, there):
		return fmt.Errorf("%s was replaced by another file while it was applied, so nothing more is sent", f.path)
	}
	return nil
}

// close lets another process apply the plan.
func (f *planFile) close() error { return errors.Join(unlock(f.file), f.file.Close()) }
