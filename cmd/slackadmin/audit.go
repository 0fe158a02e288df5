package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/people"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// What Slack takes in a call of its audit log, and what is asked for at once.
const (
	maxActions   = 30
	eventsAtOnce = 1000
)

// auditScope is what a token needs to read the audit log.
const auditScope = "auditlogs:read"

// askLog reads the events of Slack's audit log as a file of them is read: one a line.
func (w *whom) askLog(ctx context.Context, client *api.Client, opts []api.CallOption, meant people.AuditOptions, line *statusLine, say func(string)) (*people.Input, error) {
	req := api.AuditLogsRequest{Limit: eventsAtOnce, Oldest: meant.Since.Unix()}
	if !meant.Until.IsZero() {
		req.Latest = meant.Until.Unix()
	}
	if len(w.actions) <= maxActions {
		req.Action = w.actions
	}
	reader, writer := io.Pipe()
	read := make(chan error, 1)
	var input *people.Input
	go func() {
		var err error
		input, err = people.ReadAuditLog(reader, meant)
		_ = reader.CloseWithError(err) // so that writing ends, too
		read <- err
	}()
	kinds, events := map[string]int{}, 0
	var page json.RawMessage
	opts = append(slices.Clip(opts), api.WithBodyInto(&page))
	var err error
	for _, err = range client.AuditLogsPages(ctx, req, opts...) {
		if err == nil {
			err = writeEvents(writer, page, func(action string) {
				kinds[action]++
				events++
			})
		}
		if err != nil {
			break
		}
		line.show(func() string { return count(events, "event") + " of the audit log read" })
	}
	line.end()
	_ = writer.CloseWithError(err) // nil ends it
	readErr := <-read
	switch {
	case err != nil && !errors.Is(err, io.ErrClosedPipe) && (readErr == nil || errors.Is(readErr, err)):
		return nil, &failure{err: err, next: "no plan is written"}
	case readErr != nil:
		return nil, fmt.Errorf("Slack's audit log: %w", readErr) //nolint:staticcheck // Slack is a name
	}
	var found []string
	for _, action := range mostFrequent(kinds) {
		found = append(found, fmt.Sprintf("%d %s", kinds[action], printable.Line(action)))
	}
	if len(found) > 10 {
		found = append(found[:10], fmt.Sprintf("and %d more kinds", len(found)-10))
	}
	if events > 0 {
		say(fmt.Sprintf("the audit log has %s: %s", count(events, "event"), strings.Join(found, ", ")))
	}
	return input, nil
}

// writeEvents writes the events of a page, one a line.
func writeEvents(out io.Writer, page json.RawMessage, seen func(action string)) error {
	var answer struct {
		Entries []json.RawMessage `json:"entries"`
	}
	if err := json.Unmarshal(page, &answer); err != nil { // package api has decoded it before
		return err
	}
	var lines bytes.Buffer
	for _, entry := range answer.Entries {
		var event struct {
			Action string `json:"action"`
		}
		_ = json.Unmarshal(entry, &event) // the reader says what is wrong with it
		seen(event.Action)
		if err := json.Compact(&lines, entry); err != nil {
			return err
		}
		lines.WriteByte('\n')
	}
	_, err := out.Write(lines.Bytes())
	return err
}
