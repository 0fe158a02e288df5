package people

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// ReadSessions reads single sessions from a CSV with the columns user_id and session_id,
// such as the output of "slackadmin sessions list --csv".
func ReadSessions(r io.Reader) (*Input, error) {
	text, err := ReadText(r)
	if err != nil {
		return nil, err
	}
	users, sessions := []string{"userid", "slackid", "user"}, []string{"sessionid", "session"}
	o, err := open(text, func(name string) bool {
		name = plain(name)
		return name == "userid" || name == "slackid" || name == "user" || name == "sessionid" || name == "session"
	})
	if err != nil {
		return nil, err
	}
	in := &Input{Blank: o.blank}
	if o.header.cells == nil && len(o.before) == 0 {
		return in, nil
	}
	user, session := columnOf(&o.header, users...), columnOf(&o.header, sessions...)
	if user < 0 || session < 0 {
		return nil, fmt.Errorf("want a CSV with the columns user_id and session_id, such as the output of sessions list --csv; its first line has %s", list(o.header.texts()))
	}
	if err := o.checkHeader(); err != nil {
		return nil, err
	}
	in.Notes = o.notes()
	isUser := func(cell string) bool { return parseUserID(cell) != "" }
	if err := checkSwallowed(&o.header, o.table.comma, []int{user}, isUser); err != nil {
		return nil, err
	}
	name, mails := nameColumn(&o.header), candidates(&o.header)
	var one row
	for {
		ok, err := o.table.next(&one)
		if !ok {
			return in, err
		}
		if err := errors.Join(in.full(), checkSwallowed(&one, o.table.comma, []int{user}, isUser)); err != nil {
			return nil, err
		}
		if one.blank() && !one.broken {
			in.Blank = append(in.Blank, one.line)
			continue
		}
		e := Entry{Line: one.line, UserID: parseUserID(one.at(user)), Name: nameOf(&one, name), Email: mailOf(&one, mails)}
		switch id, err := sessionID(one.at(session)); {
		case one.broken:
			e.InvalidReason = `it ends within a cell that begins with a quote ("); the file may be cut off`
		case e.UserID == "" && one.at(user) == "":
			e.InvalidReason = "it has no user ID; want one such as W12345678"
		case e.UserID == "":
			e.InvalidReason = quote(one.at(user)) + " is not a user ID; want one such as W12345678"
		case err != nil:
			e.InvalidReason = err.Error()
		default:
			e.Session = id
		}
		in.Entries = append(in.Entries, e)
	}
}

var (
	digits     = regexp.MustCompile(`^[0-9]+$`)
	scientific = regexp.MustCompile(`^[0-9]+([.,][0-9]*)?[eE][+]?[0-9]+$`)
)

// sessionID returns the session ID in a cell. A number that a spreadsheet has rounded is an
// error.
func sessionID(cell string) (int64, error) {
	bare := strings.TrimPrefix(cell, "'") // the mark of a text in a spreadsheet
	id, err := strconv.ParseInt(bare, 10, 64)
	switch {
	case cell == "":
		return 0, errors.New("it has no session ID; want one such as 1112275520242")
	case scientific.MatchString(bare):
		return 0, fmt.Errorf("%s is not a session ID: Excel shows a long number like this, and saves it without the last digits; format the column as text before you open the file, or use the file of sessions list --csv itself", quote(cell))
	case err != nil || id <= 0 || !digits.MatchString(bare):
		return 0, fmt.Errorf("%s is not a session ID; want digits such as 1112275520242", quote(cell))
	}
	return id, nil
}
