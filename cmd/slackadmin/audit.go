package main

import (
	"bytes"
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

const (
	maxActions    = 30 // that Slack takes in a call of its audit log
	eventsPerPage = 1000
)

// fetchAuditLog reads the input from Slack's audit log. It writes the events one a line, in
// the format of a file, and reads that.
func (t *targets) fetchAuditLog(c *connection, opts people.AuditOptions) error {
	req := api.AuditLogsRequest{Limit: eventsPerPage, Oldest: opts.Since.Unix()}
	if !opts.Until.IsZero() {
		req.Latest = opts.Until.Unix()
	}
	if len(t.actions) <= maxActions {
		req.Action = t.actions
	}
	reader, writer := io.Pipe()
	read := make(chan error, 1)
	go func() {
		var err error
		t.input, err = people.ReadAuditLog(reader, opts)
		_ = reader.CloseWithError(err) // ends writing too
		read <- err
	}()
	counts, events := map[string]int{}, 0
	var page json.RawMessage
	var err error
	for _, err = range c.client.AuditLogsPages(c.cmd.Context(), req, append(slices.Clip(c.opts), api.WithBodyInto(&page))...) {
		if err == nil {
			err = writeEvents(writer, page, func(action string) {
				counts[action]++
				events++
			})
		}
		if err != nil {
			break
		}
		c.line.show(func() string { return plural(events, "event") + " of the audit log read" })
	}
	c.line.end()
	_ = writer.CloseWithError(err) // nil is the end of the file
	readErr := <-read
	switch {
	case err != nil && !errors.Is(err, io.ErrClosedPipe) && (readErr == nil || errors.Is(readErr, err)):
		return &failure{err: err, hint: "no plan is written"}
	case readErr != nil:
		return fmt.Errorf("Slack's audit log: %w", readErr) //nolint:staticcheck // Slack is a name
	}
	var found []string
	for _, action := range mostFrequent(counts) {
		found = append(found, fmt.Sprintf("%d %s", counts[action], printable.Line(action)))
	}
	if events > 0 {
		c.notify(fmt.Sprintf("the audit log has %s: %s", plural(events, "event"), strings.Join(firstOf(found, 10, "and %d more kinds"), ", ")))
	}
	return t.refuseInvalid(t.flag, t.value, t.input)
}

// writeEvents writes the events of a page, one a line, and calls seen for each.
func writeEvents(out io.Writer, page json.RawMessage, seen func(action string)) error {
	var response struct {
		Entries []json.RawMessage `json:"entries"`
	}
	if err := json.Unmarshal(page, &response); err != nil { // package api has decoded it before
		return err
	}
	var lines bytes.Buffer
	for _, entry := range response.Entries {
		var event struct {
			Action string `json:"action"`
		}
		_ = json.Unmarshal(entry, &event) // the reader reports what is wrong with it
		seen(event.Action)
		if err := json.Compact(&lines, entry); err != nil {
			return err
		}
		lines.WriteByte('\n')
	}
	_, err := out.Write(lines.Bytes())
	return err
}
