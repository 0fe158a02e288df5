package signout

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lock locks a file for this process, until it is closed or the process ends in
// whatever way. It reports whether another has it locked. The byte it locks is
// far behind the end, so that others can read.
func lock(file *os.File) (taken bool, err error) {
	err = windows.LockFileEx(windows.Handle(file.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY,
		0, 1, 0, &windows.Overlapped{OffsetHigh: 1 << 30})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return true, nil
	}
	return false, err
}

// unlock gives the lock back.
func unlock(file *os.File) error {
	return windows.UnlockFileEx(windows.Handle(file.Fd()), 0, 1, 0, &windows.Overlapped{OffsetHigh: 1 << 30})
}

// syncDir does nothing: Windows has no such thing.
func syncDir(string) error { return nil }
