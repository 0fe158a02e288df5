package signout

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func linesOf(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.SplitAfter(string(text), "\n")
}

func overwrite(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestDamagedEvents changes the events of a plan of three sessions that was applied: start,
// then three times intent and result, then end. Apply resumes what a crash can leave, and
// refuses everything else.
func TestDamagedEvents(t *testing.T) {
	t.Parallel()
	join := func(lines []string) string { return strings.Join(lines, "") }
	for name, test := range map[string]struct {
		events func(l []string) string
		want   string // the error
		again  []int  // rows that are sent again
	}{
		"complete":               {join, "", nil},
		"not started":            {func([]string) string { return "" }, "", []int{0, 1, 2}},
		"torn start":             {func(l []string) string { return l[0][:5] }, "", []int{0, 1, 2}},
		"torn first intent":      {func(l []string) string { return l[0] + l[1][:20] }, "", []int{0, 1, 2}},
		"torn intent":            {func(l []string) string { return join(l[:5]) + l[5][:70] }, "", []int{2}},
		"torn result":            {func(l []string) string { return join(l[:4]) + l[4][:20] }, "", []int{1, 2}},
		"zeros":                  {func(l []string) string { return join(l[:5]) + l[5][:20] + strings.Repeat("\x00", 99) }, "", []int{2}},
		"only zeros":             {func(l []string) string { return join(l[:5]) + "\x00\x00" }, "", []int{2}},
		"result without newline": {func(l []string) string { return strings.TrimSuffix(join(l[:5]), "\n") }, "", []int{1, 2}},
		"no result":              {func(l []string) string { return join(l[:6]) }, "", []int{2}},
		"no end":                 {func(l []string) string { return join(l[:7]) }, "", nil},
		"torn in the middle":     {func(l []string) string { return l[0] + l[1][:60] + "\n" + join(l[2:]) }, "line 7: not an event", nil},
		"lost line":              {func(l []string) string { return l[0] + join(l[2:]) }, "line 7: it is a result of attempt 1, which is not in flight; the last attempt is 0", nil},
		"result twice":           {func(l []string) string { return join(l[:3]) + l[2] }, "line 9: it is a result of attempt 1", nil},
		"intent twice":           {func(l []string) string { return join(l[:2]) + l[1] }, "line 8: it is attempt 1 after attempt 1", nil},
		"result of another":      {func(l []string) string { return join(l[:2]) + l[4] }, "line 8: it is a result of attempt 2, which is not in flight; the last attempt is 1", nil},
		"intent of nobody":       {func(l []string) string { return l[0] + `{"event":"intent","attempt":1}` + "\n" }, "line 7: it names a row that the plan does not have", nil},
		"other users":            {func(l []string) string { return strings.ReplaceAll(join(l), "W0000000", "W7777777") }, "line 7: it names a row that the plan does not have", nil},
		"unknown outcome":        {func(l []string) string { return strings.Replace(join(l), `"outcome":"ok"`, `"outcome":"well"`, 1) }, `line 8: "well" is not an outcome`, nil},
		"unknown event":          {func(l []string) string { return l[0] + `{"event":"nap"}` + "\n" }, `line 7: "nap" is not an event`, nil},
		"note":                   {func(l []string) string { return join(l) + "checked by Zoe\n" }, "line 14: not an event; the file was edited; make a new plan", nil},
		"note without newline":   {func(l []string) string { return join(l) + "checked by Zoe" }, "line 14: not an event; the file was edited; make a new plan", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, p := plannedSessions(t, 3)
			if _, err := apply(t.Context(), s.client(t), p, ApplyOptions{}, noSync); err != nil {
				t.Fatal(err)
			}
			lines := linesOf(t, p.Path())
			text := join(lines[:5]) + test.events(lines[5:])
			overwrite(t, p.Path(), text)
			foreseen, foreseenErr := DryRun(p, ApplyOptions{})
			sums, err := Apply(t.Context(), s.client(t), p, ApplyOptions{})
			if test.want != "" {
				_, readErr := ReadPlan(p.Path())
				if err == nil || !strings.Contains(err.Error(), test.want) || foreseenErr == nil || readErr == nil {
					t.Errorf("got %v, %v and %v, want %q", err, foreseenErr, readErr, test.want)
				}
				if after := join(linesOf(t, p.Path())); after != text || len(s.calls) != 3 {
					t.Errorf("the file was changed or a call was sent, want nothing done")
				}
				if _, again := Apply(t.Context(), s.client(t), p, ApplyOptions{}); again == nil || again.Error() != err.Error() {
					t.Errorf("again: got %v, want %v, as the lock is released", again, err)
				}
				return
			}
			if err != nil || !sums.Complete() || sums.AlreadyEnded != len(test.again) || len(foreseen) != len(test.again) {
				t.Errorf("got %+v, %v after %d calls were foreseen, want %d", sums, err, len(foreseen), len(test.again))
			}
			for i, row := range p.Rows {
				want := 1
				if slices.Contains(test.again, i) {
					want = 2
				}
				if n := s.sent()[row.UserID]; n != want {
					t.Errorf("row %d was sent %d times, want %d", i, n, want)
				}
			}
			if _, err := Apply(t.Context(), s.client(t), p, ApplyOptions{}); err != nil {
				t.Errorf("the resumed file cannot be read: %v", err)
			}
		})
	}
}

// TestATornLineIsRemoved even if the run that removes it writes fewer bytes.
func TestATornLineIsRemoved(t *testing.T) {
	t.Parallel()
	s := newSlack()
	p := planned(t, s, userIDs(1000))
	overwrite(t, p.Path(), strings.Join(linesOf(t, p.Path()), "")+`{"event":"intent","attempt":1,"users":["`+strings.Repeat(`W0000000","`, 1000))
	broken := &faultyDisk{failAt: 3} // after the start
	if _, err := apply(t.Context(), s.client(t), p, ApplyOptions{}, broken.disk()); !errors.Is(err, errPower) {
		t.Fatal(err)
	}
	if _, err := ReadPlan(p.Path()); err != nil {
		t.Error(err)
	}
	if sums, err := Apply(t.Context(), s.client(t), p, ApplyOptions{}); err != nil || sums.Done != 1000 {
		t.Errorf("got %+v, %v", sums, err)
	}
}

// TestTheLockHoldsForEveryPath applies a plan by other paths while it is applied, and afterwards
// by each path again.
func TestTheLockHoldsForEveryPath(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege there")
	}
	s := newSlack()
	p := planned(t, s, userIDs(10))
	dir := t.TempDir()
	soft, hard := filepath.Join(dir, "soft.jsonl"), filepath.Join(dir, "hard.jsonl")
	if err := errors.Join(os.Symlink(p.Path(), soft), os.Link(p.Path(), hard)); err != nil {
		t.Fatal(err)
	}
	paths := []string{p.Path(), soft, hard}
	s.before = func(int) (*http.Response, error) {
		s.mu.Unlock()
		defer s.mu.Lock()
		for _, path := range paths {
			other, err := ReadPlan(path)
			if err != nil {
				t.Error(err)
				continue
			}
			sums, err := Apply(t.Context(), s.client(t), other, ApplyOptions{})
			if err == nil || !strings.Contains(err.Error(), "another apply of this plan is running") || sums.Complete() || sums.Left != 10 {
				t.Errorf("a second apply by %s got %+v, %v", filepath.Base(path), sums, err)
			}
		}
		return nil, nil
	}
	sums, err := Apply(t.Context(), s.client(t), p, ApplyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	wantSums(t, sums, 10, 0, 0, 0)
	renamed := filepath.Join(dir, "renamed.jsonl")
	if err := os.Rename(p.Path(), renamed); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{renamed, hard} {
		p, err := ReadPlan(path)
		if err != nil {
			t.Fatal(err)
		}
		if sums, err := Apply(t.Context(), s.client(t), p, ApplyOptions{}); err != nil || !sums.Complete() {
			t.Errorf("by %s: %+v, %v; want it done", filepath.Base(path), sums, err)
		}
	}
	wantResets(t, s, p, 1)
}

// TestApplyStopsIfThePathChanges moves or replaces the file while it is applied.
func TestApplyStopsIfThePathChanges(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("an open file cannot be moved there")
	}
	for want, change := range map[string]func(path string) error{
		"was moved or deleted during the apply, so nothing more is sent": func(path string) error {
			return os.Rename(path, path+".old")
		},
		"was replaced by another file during the apply, so nothing more is sent": func(path string) error { // as an editor saves
			text, err := os.ReadFile(path)
			return errors.Join(err, os.Rename(path, path+".old"), os.WriteFile(path, text, 0o600))
		},
	} {
		s := newSlack()
		p := planned(t, s, userIDs(3000))
		s.after = func(call int) (*http.Response, error) {
			if call == 2 {
				return nil, change(p.Path())
			}
			return nil, nil
		}
		sums, err := Apply(t.Context(), s.client(t), p, ApplyOptions{})
		if err == nil || !strings.Contains(err.Error(), want) || len(s.calls) != 2 {
			t.Errorf("got %v after %d calls, want %q after 2", err, len(s.calls), want)
		}
		wantSums(t, sums, 2000, 0, 0, 1000)
		moved, err := ReadPlan(p.Path() + ".old")
		if err != nil {
			t.Fatal(err)
		}
		if h, err := moved.History(); err != nil || h.Sums.Done != 2000 || h.Sums.Left != 1000 {
			t.Errorf("the file that was moved says %+v, %v", h, err)
		}
	}
}

// TestTheFileHoldsNoToken also checks some of what the file must hold.
func TestTheFileHoldsNoToken(t *testing.T) {
	t.Parallel()
	s := newSlack()
	p := planned(t, s, userIDs(3))
	s.before = func(call int) (*http.Response, error) {
		if call == 1 {
			return response(http.StatusNotFound, testToken), nil
		}
		return nil, nil
	}
	_, _ = Apply(t.Context(), s.client(t), p, ApplyOptions{})
	if _, err := Apply(t.Context(), s.client(t), p, ApplyOptions{}); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(p.Path()), "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("the files are %q, %v; want the plan alone", files, err)
	}
	text, err := os.ReadFile(p.Path())
	if err != nil || strings.Contains(string(text), testToken) {
		t.Errorf("%v, or the file has the token", err)
	}
	if info, err := os.Stat(p.Path()); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
	for _, want := range []string{
		`{"event":"start","by":"W0ADMIN",`, `"users":["W0000000","W0000001","W0000002"]`, `"outcome":"unanswered"`,
		`"error":"admin.users.session.resetBulk: `, `"request_id":"req-2"`, `"sums":{"done":3,`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the file is\n%s\nwant %s in it", text, want)
		}
	}
	for _, e := range eventsOf(t, p) {
		if age := time.Since(e.Time); age < 0 || age > time.Hour {
			t.Errorf("%s is of %v", e.Event, e.Time)
		}
	}
}

// TestHugeResponsesDoNotFillTheDisk has codes, messages and headers of 256 KiB.
func TestHugeResponsesDoNotFillTheDisk(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1<<18)
	for name, body := range map[string]string{
		"a code":   `{"ok":false,"error":"` + long + `"}`,
		"messages": `{"ok":false,"error":"failed_for_some_users","response_metadata":{"messages":["[ERROR] W0000000: user_` + long + `","` + long + `"]}}`,
		"no JSON":  long,
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newSlack()
			p := planned(t, s, userIDs(2))
			s.before = func(int) (*http.Response, error) {
				return response(http.StatusOK, body, "X-Slack-Req-Id", long), nil
			}
			_, _ = Apply(t.Context(), s.client(t), p, ApplyOptions{})
			if info, err := os.Stat(p.Path()); err != nil || info.Size() > 1<<16 {
				t.Errorf("%s: the file has %d bytes, %v; want 64 KiB at most", name, info.Size(), err)
			}
		})
	}
}

func TestReadOnlyFilesAreNotApplied(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("this user can write everything")
	}
	s := newSlack()
	p := planned(t, s, userIDs(2))
	if err := os.Chmod(p.Path(), 0o400); err != nil {
		t.Fatal(err)
	}
	if _, err := Apply(t.Context(), s.client(t), p, ApplyOptions{}); !errors.Is(err, os.ErrPermission) || len(s.calls) > 0 {
		t.Errorf("got %v after %d calls", err, len(s.calls))
	}
}

func TestCheckPath(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	taken := filepath.Join(dir, "taken.jsonl")
	overwrite(t, taken, "")
	says := func(path string) string { // in the system's words
		_, err := os.Stat(path)
		return errors.Unwrap(err).Error()
	}
	for path, want := range map[string]string{
		filepath.Join(dir, "plan.jsonl"):           "",
		taken:                                      "taken.jsonl already exists; choose another path",
		filepath.Join(dir, "nowhere", "p.jsonl"):   says(filepath.Join(dir, "nowhere", "p.jsonl")),
		filepath.Join(dir, "plan\x00.jsonl"):       "invalid argument",
		filepath.Join(taken, "in-a-file", "p.txt"): says(filepath.Join(taken, "in-a-file", "p.txt")),
	} {
		if err := CheckPath(path); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", path, err, want)
		}
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "*")); len(files) != 1 {
		t.Errorf("%q are there, want the one that was", files)
	}
}
