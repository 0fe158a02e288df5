//go:build unix

package signout

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lock locks a file for this process until the file is unlocked or the process ends.
// It returns errLocked if another process has locked the file.
func lock(file *os.File) error {
	err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return errLocked
	}
	return os.NewSyscallError("flock", err)
}

// unlock releases the lock at once. Closing alone may release it later, because a
// process that is being started can hold a copy of the file descriptor.
func unlock(file *os.File) error { return unix.Flock(int(file.Fd()), unix.LOCK_UN) }

// syncDir makes the names in a directory survive a power failure, if the file system
// supports that.
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
