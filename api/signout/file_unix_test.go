//go:build unix

package signout

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestIrregularFilesAreNotOpened has files that would block whoever opens or truncates them.
func TestIrregularFilesAreNotOpened(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, os.DevNull} {
		if _, err := ReadPlan(path); err == nil || !strings.Contains(err.Error(), "is not a regular file") {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

// TestTheFileIsNotOpenedForAppending: Windows could not truncate the file otherwise.
func TestTheFileIsNotOpenedForAppending(t *testing.T) {
	t.Parallel()
	p := planned(t, newSlack(), userIDs(2))
	file, _, err := p.lockFile(realDisk)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.close() }()
	flags, err := unix.FcntlInt(file.file.Fd(), unix.F_GETFL, 0)
	if err != nil || flags&unix.O_APPEND != 0 {
		t.Errorf("the flags are %#x, %v", flags, err)
	}
}
