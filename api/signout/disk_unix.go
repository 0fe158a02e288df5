//go:build unix

package signout

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lock locks a file for this process, until it is closed or the process ends in
// whatever way. It reports whether another has it locked.
func lock(file *os.File) (taken bool, err error) {
	err = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return true, nil
	}
	return false, err
}

// unlock gives the lock back at once. Closing alone does so only when no process
// that is being started holds a copy of the file.
func unlock(file *os.File) error { return unix.Flock(int(file.Fd()), unix.LOCK_UN) }

// syncDir makes a new name in a directory last, where the file system can.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	if err := dir.Sync(); !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOTSUP) {
		return err
	}
	return nil
}
