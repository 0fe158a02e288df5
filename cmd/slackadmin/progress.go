package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/seed-38c23bad/slackadmin/api/signout"
)

// A statusLine overwrites the last line of a terminal, and updates the time that is left
// each second. Without a terminal, it prints a line every 30 seconds.
type statusLine struct {
	mu       sync.Mutex
	out      io.Writer
	terminal bool
	width    func() int // columns of the terminal
	off      bool
	text     func() string // to show now
	stop     chan struct{} // closed to end the updates; nil if there are none
	last     time.Time
}

const clearLine = "\r\x1b[K"

// lineInterval is the time between two lines without a terminal.
const lineInterval = 30 * time.Second

func newStatusLine(out io.Writer, off bool) *statusLine {
	s := &statusLine{out: out, off: off, last: time.Now(), width: func() int { return 80 }}
	if terminalOf(out) != nil {
		s.terminal = true
		s.width = func() int { return cmp.Or(widthOf(out), 80) }
	}
	return s
}

// draw overwrites the line. It truncates the text, because a wrapped line would stay.
func (s *statusLine) draw() {
	text := []rune(s.text())
	fmt.Fprint(s.out, clearLine+string(text[:min(len(text), s.width()-1)]))
}

func (s *statusLine) show(text func() string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.off:
	case s.terminal:
		s.text = text
		s.draw()
		if s.stop == nil {
			s.stop = make(chan struct{})
			go s.tick(s.stop)
		}
	case time.Since(s.last) >= lineInterval:
		s.last = time.Now()
		fmt.Fprintln(s.out, text())
	}
}

// tick updates the line until stop is closed.
func (s *statusLine) tick(stop chan struct{}) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return
		case <-ticker.C:
		}
		s.mu.Lock()
		if s.stop == stop {
			s.draw()
		}
		s.mu.Unlock()
	}
}

func (s *statusLine) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop != nil {
		close(s.stop)
		s.stop = nil
		fmt.Fprint(s.out, clearLine)
	}
}

func (s *statusLine) scan(p signout.ScanProgress) {
	until := time.Now().Add(p.Wait)
	s.show(func() string {
		return fmt.Sprintf("%d sessions seen", p.Sessions) + formatWait(until, p.Why)
	})
}

func (s *statusLine) apply(p signout.Progress) {
	const width = 24
	finished, full := p.Total-p.Left-p.Unknown, 0
	if p.Total > 0 {
		full = width * finished / p.Total
	}
	bar := fmt.Sprintf("[%s%s] %d/%d", strings.Repeat("#", full), strings.Repeat(".", width-full), finished, p.Total)
	until := time.Now().Add(p.Wait)
	end := until.Add(signout.Estimate(p.Calls))
	s.show(func() string {
		line := bar
		if left := time.Until(end).Round(time.Second); p.Calls > 0 && left > 0 {
			line += fmt.Sprintf("  about %v left", left)
		}
		return line + formatWait(until, p.Why)
	})
}

// formatWait returns the reason of a wait, and the time that is left.
func formatWait(until time.Time, why string) string {
	if wait := time.Until(until).Round(time.Second); why != "" && wait > 0 {
		return fmt.Sprintf("  waiting %v: %s", wait, why)
	}
	return ""
}

// eventPrinter returns a function that prints the progress of an apply, one JSON object a
// line.
func eventPrinter(out io.Writer) func(signout.Progress) {
	encoder := json.NewEncoder(out)
	return func(p signout.Progress) {
		event := map[string]any{
			"time": time.Now().UTC(), "total": p.Total, "done": p.Done, "already_ended": p.AlreadyEnded,
			"refused": p.Refused, "unknown": p.Unknown, "left": p.Left,
		}
		if p.Wait > 0 {
			event["wait_seconds"], event["why"] = p.Wait.Seconds(), p.Why
		}
		_ = encoder.Encode(event) // the plan's file has everything
	}
}
