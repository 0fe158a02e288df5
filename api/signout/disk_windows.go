package signout

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lock locks a file for this process until the file is unlocked or the process ends.
// It returns errLocked if another process has locked the file. It locks a byte far
// after the end of the file, so that other processes can read the file.
func lock(file *os.File) error {
	err := windows.LockFileEx(windows.Handle(file.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY,
		0, 1, 0, &windows.Overlapped{OffsetHigh: 1 << 30})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return errLocked
	}
	return os.NewSyscallError("LockFileEx", err)
}

// unlock releases the lock.
func unlock(file *os.File) error {
	return windows.UnlockFileEx(windows.Handle(file.Fd()), 0, 1, 0, &windows.Overlapped{OffsetHigh: 1 << 30})
}

// syncDir does nothing, because Windows cannot sync a directory.
func syncDir(string) error { return nil }
