package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/seed-38c23bad/slackadmin/internal/signout"
)

// A statusLine is the last line of a terminal, which is written over. Elsewhere
// there is a line now and then.
type statusLine struct {
	mu       sync.Mutex
	out      io.Writer
	terminal bool
	off      bool
	shown    bool
	last     time.Time
}

// clearLine takes the last line off a terminal.
const clearLine = "\r\x1b[K"

// between is how long it takes to the next line where there is no terminal.
const between = 30 * time.Second

func newStatusLine(out io.Writer, off bool) *statusLine {
	file, isFile := out.(*os.File)
	return &statusLine{out: out, off: off, terminal: isFile && term.IsTerminal(int(file.Fd())), last: time.Now()}
}

func (s *statusLine) show(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.off:
	case s.terminal:
		s.shown = true
		fmt.Fprint(s.out, clearLine+text)
	case time.Since(s.last) >= between:
		s.last = time.Now()
		fmt.Fprintln(s.out, text)
	}
}

// end leaves the last line clear.
func (s *statusLine) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shown {
		fmt.Fprint(s.out, clearLine)
	}
}

func (s *statusLine) sessions(seen int) {
	s.show(fmt.Sprintf("%d sessions seen", seen))
}

// apply shows how far an apply is.
func (s *statusLine) apply(p signout.Progress) {
	finished := p.Total - p.Left
	const width = 24
	full := 0
	if p.Total > 0 {
		full = width * finished / p.Total
	}
	line := fmt.Sprintf("[%s%s] %d/%d", strings.Repeat("#", full), strings.Repeat(".", width-full), finished, p.Total)
	if p.Rate > 0 {
		left := time.Duration(float64(p.Left) / p.Rate * float64(time.Minute))
		line += fmt.Sprintf("  %.0f/min  %v left", p.Rate, left.Round(time.Second))
	}
	if p.Wait >= time.Second {
		line += fmt.Sprintf("  waiting %v: %s", p.Wait.Round(time.Second), p.Why)
	}
	s.show(line)
}

// events prints how far an apply is for programs, one JSON object a line.
func events(out io.Writer) func(signout.Progress) {
	encoder := json.NewEncoder(out)
	return func(p signout.Progress) {
		event := map[string]any{
			"time": time.Now().UTC(), "total": p.Total, "done": p.Done, "refused": p.Refused, "unknown": p.Unknown, "left": p.Left,
		}
		if p.Wait > 0 {
			event["wait_seconds"], event["why"] = p.Wait.Seconds(), p.Why
		}
		_ = encoder.Encode(event) // the journal has it all
	}
}
