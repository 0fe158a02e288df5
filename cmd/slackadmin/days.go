package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// days is a flag's duration that may be given in days, as in 30d or 1d12h.
type days time.Duration

func (d *days) String() string {
	if *d == 0 {
		return ""
	}
	return inDays(time.Duration(*d))
}

// inDays writes a duration as Set takes it: 30d, 1d12h0m0s or 8h0m0s.
func inDays(length time.Duration) string {
	const day = 24 * time.Hour
	switch whole, rest := length/day, length%day; {
	case whole == 0:
		return length.String()
	case rest == 0:
		return fmt.Sprintf("%dd", whole)
	default:
		return fmt.Sprintf("%dd%v", whole, rest)
	}
}

func (d *days) Type() string { return "duration" }

func (d *days) Set(text string) error {
	var total time.Duration
	rest := text
	if before, after, ok := strings.Cut(text, "d"); ok {
		n, err := strconv.Atoi(before)
		if err != nil || n < 0 || n > 100_000 {
			return fmt.Errorf("%q is no duration; want one such as 30d, 1d12h or 8h", text)
		}
		total, rest = time.Duration(n)*24*time.Hour, after
	}
	if rest != "" {
		more, err := time.ParseDuration(rest)
		if err != nil {
			return fmt.Errorf("%q is no duration; want one such as 30d, 1d12h or 8h", text)
		}
		total += more
	}
	*d = days(total)
	return nil
}
