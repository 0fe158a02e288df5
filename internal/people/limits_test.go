package people

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// endless repeats a text.
type endless struct {
	text string
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = e.text[e.at]
		e.at = (e.at + 1) % len(e.text)
	}
	return len(p), nil
}

// TestRefusalsAreQuickAndSmall does not run beside other tests, whose memory it
// would count.
func TestRefusalsAreQuickAndSmall(t *testing.T) { //nolint:paralleltest // see above
	path := filepath.Join(t.TempDir(), "large.csv")
	if err := os.WriteFile(path, []byte("W1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 10<<30); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, test := range []struct {
		name string
		in   io.Reader
		most uint64 // MiB
		err  string
	}{
		{"a file of 10 GiB", file, 1, "it is larger than 64 MiB"},
		{"100 MB of zeros", io.LimitReader(&endless{text: "\x00"}, 100<<20), 1, "it is not text"},
		{"a pipe that does not end", &endless{text: "W12345678,Zoe\n"}, 68, "it is larger than 64 MiB"},
		{"an endless workbook", &endless{text: "PK\x03\x04"}, 1, "it is a workbook"},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		begin := time.Now()
		in, err := ReadUsers(test.in, "")
		took := time.Since(begin)
		runtime.ReadMemStats(&after)
		if in != nil || err == nil || !strings.Contains(err.Error(), test.err) {
			t.Errorf("%s: got %v", test.name, err)
		}
		if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > test.most || took > 5*time.Second {
			t.Errorf("%s: %d MiB and %v, want %d MiB and a second", test.name, used, took, test.most)
		}
	}
}

// TestAnAuditLogIsStreamed has one whose events are far larger than what they say.
func TestAnAuditLogIsStreamed(t *testing.T) { //nolint:paralleltest // as above
	event := `{"actor":{"type":"user","user":{"id":"W1"}},"context":{"session_id":"7"},"details":"` + strings.Repeat("x", 1<<20) + "\"}\n"
	const events = 30
	var before, after runtime.MemStats
	most := uint64(0)
	runtime.GC()
	runtime.ReadMemStats(&before)
	reads := 0
	in, err := ReadAuditLog(&watched{io.LimitReader(&endless{text: event}, int64(events*len(event))), func() {
		if reads++; reads%5 > 0 {
			return // it takes time
		}
		runtime.ReadMemStats(&after)
		most = max(most, after.HeapAlloc)
	}}, AuditOptions{})
	if err != nil || len(in.Entries) != events || in.Entries[events-1].Line != events || in.Entries[events-1].Session != 7 {
		t.Fatalf("got %v, %v", in, err)
	}
	if used := (most - before.HeapAlloc) >> 20; used > 20 {
		t.Errorf("%d MiB for a log of %d", used, events)
	}
}

// watched calls a function at times.
type watched struct {
	io.Reader

	do func()
}

func (w *watched) Read(p []byte) (int, error) {
	w.do()
	return w.Reader.Read(p)
}
