package signout

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// TestOnlyOnePlanGetsThePath publishes plans to one path at once, with and without hard links.
func TestOnlyOnePlanGetsThePath(t *testing.T) {
	t.Parallel()
	for name, link := range map[string]func(from, to string) error{
		"links":    os.Link,
		"no links": func(string, string) error { return errors.ErrUnsupported },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, "plan.jsonl")
			var published sync.Map
			var group sync.WaitGroup
			for i := range 8 {
				group.Go(func() {
					text := strings.Repeat(strconv.Itoa(i), 100)
					temp := filepath.Join(dir, text[:1])
					if err := os.WriteFile(temp, []byte(text), 0o600); err != nil {
						t.Error(err)
					}
					err := linkNew(temp, path, link)
					if err == nil {
						published.Store(text, true)
					} else if err.Error() != path+" already exists; choose another path" {
						t.Error(err)
					}
				})
			}
			group.Wait()
			text, err := os.ReadFile(path)
			n := 0
			published.Range(func(any, any) bool { n++; return true })
			if _, ok := published.Load(string(text)); !ok || n != 1 || err != nil {
				t.Errorf("%d were published and %q is there, %v; want the only one", n, text, err)
			}
		})
	}

	// What cannot be renamed leaves no empty file.
	path := filepath.Join(t.TempDir(), "plan.jsonl")
	if err := linkNew(path+".missing", path, os.Link); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v for a file that is missing", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an empty file is left behind: %v", err)
	}
}

// TestWriteReplacesNothing has a file, a directory, or no directory at the path. Write
// changes nothing and leaves no file behind.
func TestWriteReplacesNothing(t *testing.T) {
	t.Parallel()
	p := planned(t, newSlack(), userIDs(2))
	before, err := os.ReadFile(p.Path())
	if err != nil {
		t.Fatal(err)
	}
	other, err := Make(t.Context(), newSlack().client(t), Request{Users: userIDs(2), NoScan: true})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(p.Path())
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		p.Path():                     "plan.jsonl already exists; choose another path",
		filepath.Join(dir, "folder"): "folder already exists; choose another path",
		filepath.Join(dir, "missing", "plan.jsonl"): "missing",
	} {
		if err := other.Write(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if after, err := os.ReadFile(p.Path()); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the file was written over: %v", err)
	}
	if files, _ := filepath.Glob(filepath.Join(dir, ".*")); len(files) > 0 {
		t.Errorf("%q are left behind", files)
	}
}

// TestWriteReportsUnsyncedDirectories has the plan written nevertheless.
func TestWriteReportsUnsyncedDirectories(t *testing.T) {
	t.Parallel()
	s := newSlack()
	p, err := Make(t.Context(), s.client(t), Request{Users: userIDs(2), NoScan: true})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "plan.jsonl")
	err = p.write(path, func(string) error { return errPower })
	if !errors.Is(err, ErrNotSynced) || !errors.Is(err, errPower) || !strings.HasPrefix(err.Error(), path+": its directory could not be synced") {
		t.Errorf("got %v", err)
	}
	if sums, err := Apply(t.Context(), s.client(t), p, ApplyOptions{}); err != nil || sums.Done != 2 {
		t.Errorf("the plan that was written: %+v, %v", sums, err)
	}
}
