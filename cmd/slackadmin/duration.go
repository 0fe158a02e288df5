package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// days is a duration flag that also takes weeks and days, as in 1w, 30d or 1d12h.
type days time.Duration

const (
	day  = 24 * time.Hour
	week = 7 * day
)

func (d *days) String() string {
	if *d == 0 {
		return ""
	}
	return formatDuration(time.Duration(*d))
}

// formatDuration returns a duration in the format of Set: 1w, 30d, 1d12h or 8h.
func formatDuration(length time.Duration) string {
	if length >= week && length%week == 0 {
		return fmt.Sprintf("%dw", length/week)
	}
	text := ""
	if whole := length / day; whole > 0 {
		text = fmt.Sprintf("%dd", whole)
	}
	if rest := length % day; rest != 0 || text == "" {
		clock := rest.String() // such as 8h0m0s
		if rest%time.Minute == 0 && rest != 0 {
			clock = strings.TrimSuffix(clock, "0s")
		}
		if rest%time.Hour == 0 && rest != 0 {
			clock = strings.TrimSuffix(clock, "0m")
		}
		text += clock
	}
	return text
}

func (d *days) Type() string { return "duration" }

var weeksAndDays = regexp.MustCompile(`^(?:(\d{1,6})w)?(?:(\d{1,6})d)?(.*)$`)

// maxDays keeps the sum from overflowing.
const maxDays = 100_000

func (d *days) Set(text string) error {
	parts := weeksAndDays.FindStringSubmatch(text)
	wrong := fmt.Errorf("%q is not a duration; want one such as 8h, 1d, 1d12h or 1w", text)
	if parts == nil {
		return wrong
	}
	weeks, _ := strconv.Atoi(parts[1]) // digits or none
	whole, _ := strconv.Atoi(parts[2])
	if whole += 7 * weeks; whole > maxDays {
		return wrong
	}
	total := time.Duration(whole) * day
	if rest := parts[3]; rest != "" || text == "" {
		clock, err := time.ParseDuration(rest)
		if err != nil || clock < 0 && rest != text {
			return wrong
		}
		total += clock
	}
	*d = days(total)
	return nil
}
