package people

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// AuditOptions choose the events of an audit log that count.
type AuditOptions struct {
	Actions      []string  // only events with one of these; all if empty
	Since, Until time.Time // inclusive; zero is no limit
	WholeUsers   bool      // read the user instead of the session, even if the session is null
	Organization string    // ID; other organizations' events do not count; "" if not known
}

const (
	maxUnzipped = 4 << 30
	maxEvents   = 10_000_000
)

// The reasons to skip an event.
const (
	otherAction       = "another action"
	tooEarly          = "before the first time"
	tooLate           = "after the last time"
	otherOrganization = "another organization"
	notByUser         = "done by an app or workflow"
	bySlack           = "done by Slack"
	noSession         = "no session; --whole-users takes the user"
)

// ReadAuditLog reads the users and sessions of the events of Slack's audit log, in the
// formats of the API, the dashboard or a SIEM: an object with entries, an array, or an object
// a line, also gzipped. It holds one event at a time in memory.
func ReadAuditLog(r io.Reader, opts AuditOptions) (*Input, error) {
	buffered := bufio.NewReaderSize(r, 1<<16)
	start, err := buffered.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if bytes.HasPrefix(start, []byte("\x1f\x8b")) {
		unzipped, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("as gzip: %w", err)
		}
		buffered = bufio.NewReaderSize(&sizeLimit{in: unzipped, left: maxUnzipped}, 1<<16)
		if start, err = buffered.Peek(512); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
	}
	if err := refuseForeign(start); err != nil {
		return nil, err
	}
	if wide := utf16Of(start[:len(start)&^1]); wide != nil {
		decoder := unicode.UTF16(*wide, unicode.UseBOM).NewDecoder()
		buffered = bufio.NewReaderSize(transform.NewReader(buffered, decoder), 1<<16)
	} else if looksBinary(start) {
		return nil, errBinary
	}
	if start, _ := buffered.Peek(3); string(start) == "\ufeff" {
		if _, err := buffered.Discard(3); err != nil {
			return nil, err
		}
	}
	log := &auditLog{opts: opts, in: &Input{}, texts: map[string]string{}}
	if err := newJSONReader(buffered).events(log.add); err != nil {
		return nil, err
	}
	return log.in, nil
}

// A sizeLimit limits the size of a gunzipped file.
type sizeLimit struct {
	in   io.Reader
	left int64
}

func (l *sizeLimit) Read(p []byte) (int, error) {
	n, err := l.in.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, fmt.Errorf("gunzipped, it is larger than %d GiB; split it", maxUnzipped>>30)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("as gzip: %w; the file may be cut off", err)
	}
	return n, err
}

// An event has the relevant fields of an event of the log. PHP writes an empty object as [].
type event struct {
	Date    json.RawMessage `json:"date_create"`
	Action  string          `json:"action"`
	Actor   json.RawMessage `json:"actor"`
	Context json.RawMessage `json:"context"`
}

type actor struct {
	Type string          `json:"type"`
	User json.RawMessage `json:"user"`
}

type actorUser struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

type eventContext struct {
	Location json.RawMessage `json:"location"`
	Session  json.RawMessage `json:"session_id"`
}

type location struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

// decodeField decodes an object that may be missing.
func decodeField(raw json.RawMessage, field string, to any) error {
	if len(raw) == 0 || string(raw) == "null" || string(raw) == "[]" {
		return nil
	}
	if err := json.Unmarshal(raw, to); err != nil {
		return fmt.Errorf("its %s has another format than in Slack's audit log: %s", field, quote(string(raw)))
	}
	return nil
}

type auditLog struct {
	opts  AuditOptions
	in    *Input
	texts map[string]string // to store each text once
}

func (l *auditLog) add(raw []byte, line int) error {
	if len(l.in.Entries) == maxEvents {
		return fmt.Errorf("it has more than %d events; want a log of less time", maxEvents)
	}
	e := Entry{Line: line}
	if err := l.read(raw, &e); err != nil {
		e.InvalidReason = err.Error()
	}
	for _, text := range []*string{&e.UserID, &e.Email, &e.Name, &e.InvalidReason} {
		if same, ok := l.texts[*text]; ok {
			*text = same
		} else {
			l.texts[*text] = *text
		}
	}
	l.in.Entries = append(l.in.Entries, e)
	return nil
}

func (l *auditLog) read(raw []byte, e *Entry) error {
	var ev event
	var by actor
	var who actorUser
	var where eventContext
	var place location
	if json.Unmarshal(raw, &ev) != nil {
		return fmt.Errorf("%s is not an event of Slack's audit log", quote(string(raw)))
	}
	failed := decodeField(ev.Actor, "actor", &by)
	if failed == nil {
		failed = decodeField(by.User, "actor.user", &who)
	}
	e.UserID, e.Email, e.Name = parseUserID(trim(who.ID)), trim(who.Email), trim(who.Name)
	if reason, err := l.filter(&ev); err != nil || reason != "" {
		e.SkipReason = reason
		return err
	}
	if failed != nil {
		return failed
	}
	if err := decodeField(ev.Context, "context", &where); err != nil {
		return err
	}
	if err := decodeField(where.Location, "context.location", &place); err != nil {
		return err
	}
	switch {
	case place.Type == "enterprise" && l.opts.Organization != "" && place.ID != "" && !strings.EqualFold(place.ID, l.opts.Organization):
		e.SkipReason = otherOrganization
	case by.Type != "" && by.Type != "user":
		e.SkipReason = notByUser
	case e.UserID == "USLACKUSER", e.UserID == "USLACKSECURITY":
		e.SkipReason = bySlack
	case trim(who.ID) == "":
		return errors.New("it has no actor.user.id; want events of Slack's audit log")
	case e.UserID == "":
		return fmt.Errorf("its actor.user.id, %s, is not a user ID; want one such as W12345678", quote(who.ID))
	case l.opts.WholeUsers:
	default:
		return setSession(where.Session, e)
	}
	return nil
}

// filter returns the reason to skip an event by the options, "" if there is none.
func (l *auditLog) filter(ev *event) (reason string, err error) {
	if len(l.opts.Actions) > 0 && !slices.Contains(l.opts.Actions, ev.Action) {
		return otherAction, nil
	}
	if l.opts.Since.IsZero() && l.opts.Until.IsZero() {
		return "", nil
	}
	text := strings.Trim(string(ev.Date), `"`)
	seconds, err := strconv.ParseFloat(text, 64)
	at := time.Unix(int64(seconds), 0)
	if err != nil {
		at, err = time.Parse(time.RFC3339, text)
	}
	switch {
	case err != nil, len(ev.Date) == 0, !(seconds >= 0 && seconds < 1e11): // milliseconds, for example
		return "", fmt.Errorf("its date_create, %s, is not a time; want seconds such as 1760000000", quote(text))
	case !l.opts.Since.IsZero() && at.Before(l.opts.Since.Truncate(time.Second)):
		return tooEarly, nil
	case !l.opts.Until.IsZero() && at.After(l.opts.Until):
		return tooLate, nil
	}
	return "", nil
}

// setSession reads the ID of a session: digits in a string, a number, or null.
func setSession(raw json.RawMessage, e *Entry) error {
	text := string(raw)
	if len(raw) > 0 && raw[0] == '"' {
		if err := json.Unmarshal(raw, &text); err != nil {
			return err
		}
	}
	if text = trim(text); text == "" || text == "null" {
		e.SkipReason = noSession
		return nil
	}
	id, err := sessionID(text)
	if err != nil {
		return fmt.Errorf("its context.session_id: %w", err)
	}
	e.Session = id
	return nil
}
