package people

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// directoryHeader is the header of WriteCSV.
var directoryHeader = []string{"user_id", "other_ids", "email", "name", "workspaces", "active", "bot", "primary_owner"}

// WriteCSV writes a person a line, for spreadsheets and ReadDirectory.
func (d *Directory) WriteCSV(w io.Writer) error {
	rows := [][]string{directoryHeader}
	for i := range d.People {
		p := &d.People[i]
		cells := []string{
			p.UserID, strings.Join(p.OtherIDs, " "), p.Email, p.Name, strings.Join(p.Workspaces, " "),
			strconv.FormatBool(p.Active), strconv.FormatBool(p.Bot), strconv.FormatBool(p.PrimaryOwner),
		}
		for i := range cells {
			cells[i] = EscapeFormula(printable.Line(cells[i]))
		}
		rows = append(rows, cells)
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// ReadDirectory reads Slack's member export, or the output of WriteCSV.
func ReadDirectory(r io.Reader) (*Directory, error) {
	text, err := readText(r, maxDirectory)
	if err != nil {
		return nil, err
	}
	o, err := open(text, func(name string) bool {
		switch plain(name) {
		case "userid", "email", "status", "otherids", "active":
			return true
		}
		return false
	})
	if err != nil {
		return nil, err
	}
	parse := parseMember
	switch {
	case len(o.before) > 0:
		return nil, fmt.Errorf("line %d begins with #; want the file without changes", o.before[0])
	case columnOf(&o.header, "userid") >= 0 && columnOf(&o.header, "active") >= 0:
		parse = parseSaved
	case columnOf(&o.header, "userid") < 0 || columnOf(&o.header, "status") < 0:
		return nil, fmt.Errorf("it is not a directory: want Slack's member export (CSV), with the columns userid, email and status, or the output of slackadmin users --csv; its first line has %s", list(o.header.texts()))
	}
	if err := o.checkHeader(); err != nil {
		return nil, err
	}
	d := &Directory{}
	if file, ok := r.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			d.Source, d.Time = filepath.Base(file.Name()), info.ModTime()
		}
	}
	ids := []int{columnOf(&o.header, "userid")}
	m := &member{header: &o.header}
	for {
		ok, err := o.table.next(&m.row)
		if !ok {
			return d, err
		}
		if err := checkSwallowed(&m.row, o.table.comma, ids, func(cell string) bool { return parseUserID(cell) != "" }); err != nil {
			return nil, err
		}
		if m.blank() && !m.broken {
			continue
		}
		p, err := parse(m)
		if m.broken {
			err = errors.New("it ends within a cell; the file may be cut off")
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", m.line, err)
		}
		d.People = append(d.People, p)
	}
}

type member struct {
	row

	header *row
}

// get returns the value of a column, without the apostrophe of a formula.
func (m *member) get(names ...string) string {
	return unescapeFormula(m.at(columnOf(m.header, names...)))
}

func (m *member) id() (string, error) {
	text := m.get("userid")
	if id := parseUserID(text); id != "" {
		return id, nil
	}
	return "", fmt.Errorf("%s is not a user ID; want one such as W12345678", quote(text))
}

// parseMember reads a row of Slack's member export.
func parseMember(m *member) (Person, error) {
	id, err := m.id()
	status := plain(m.get("status"))
	p := Person{
		UserID: id, Email: m.get("email"),
		Active:       status != "deactivated" && status != "inactive" && status != "deleted",
		Bot:          strings.Contains(status, "bot"),
		PrimaryOwner: strings.HasSuffix(status, "primaryowner"),
	}
	for _, name := range []string{"fullname", "displayname", "username"} {
		if p.Name == "" {
			p.Name = nameOf(&m.row, columnOf(m.header, name))
		}
	}
	if status == "" && err == nil {
		err = errors.New("it has no status; want one such as Member or Deactivated")
	}
	return p, err
}

// parseSaved reads a row of WriteCSV.
func parseSaved(m *member) (Person, error) {
	id, err := m.id()
	if err != nil {
		return Person{}, err
	}
	p := Person{UserID: id, Email: m.get("email"), Name: unescapeFormula(nameOf(&m.row, columnOf(m.header, "name"))), Workspaces: splitList(m.get("workspaces"))}
	for _, text := range splitList(m.get("otherids")) {
		other := parseUserID(text)
		if other == "" {
			return p, fmt.Errorf("%s in other_ids is not a user ID; want one such as W12345678", quote(text))
		}
		p.OtherIDs = append(p.OtherIDs, other)
	}
	for name, to := range map[string]*bool{"active": &p.Active, "bot": &p.Bot, "primaryowner": &p.PrimaryOwner} {
		if *to, err = strconv.ParseBool(strings.ToLower(m.get(name))); err != nil {
			return p, fmt.Errorf("%s is %s; want true or false", name, quote(m.get(name)))
		}
	}
	return p, nil
}

func splitList(cell string) []string {
	parts := strings.FieldsFunc(cell, func(r rune) bool { return isEmpty(r) || r == ',' || r == ';' })
	if len(parts) == 0 {
		return nil
	}
	return parts
}
