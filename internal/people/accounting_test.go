package people

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// known are people whom no file may lose.
var known = []string{"W12345678", "U0ABCDEFG", "zoe@example.com", "ann+x@example.com"}

// names says whether an entry names somebody.
func names(e *Entry, who string) bool {
	return e.UserID == who || e.Email == who || strings.Contains(e.InvalidReason, who)
}

// account checks that in has the rows of a text: by their lines in order, with
// nothing between them but the header, comments, and lines of quoted cells.
func account(t *testing.T, text string, in *Input) {
	t.Helper()
	lines := strings.Split(lineEnds.Replace(strings.TrimPrefix(text, "\ufeff")), "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	entries := map[int]*Entry{}
	last := 0
	for i := range in.Entries {
		e := &in.Entries[i]
		if e.Line <= last || e.Line > len(lines) {
			t.Fatalf("%q: entry %d is of line %d, after line %d of %d", text, i, e.Line, last, len(lines))
		}
		if e.UserID == "" && e.Email == "" && e.Session == 0 && e.InvalidReason == "" {
			t.Fatalf("%q: the entry of line %d says nothing", text, e.Line)
		}
		last = e.Line
		entries[e.Line] = e
	}
	if !slices.IsSorted(in.Blank) || len(slices.Compact(slices.Clone(in.Blank))) != len(in.Blank) {
		t.Fatalf("%q: blank lines %v", text, in.Blank)
	}
	for _, line := range in.Blank {
		if entries[line] != nil || line < 1 || line > len(lines) {
			t.Fatalf("%q: line %d is blank and no row, or twice", text, line)
		}
	}
	header := false
	inCell := false
	for i, line := range lines {
		bare := trim(line)
		_, length := separatorLine(line)
		switch e := entries[i+1]; {
		case e != nil:
			inCell = strings.Contains(line, `"`)
			if slices.Contains(known, bare) && !names(e, bare) && !strings.Contains(text, `"`) && e.InvalidReason == "" {
				t.Fatalf("%q: line %d is %q, and its entry %+v", text, i+1, bare, *e)
			}
		case slices.Contains(in.Blank, i+1):
			if strings.Contains(line, `"`) {
				inCell = true
			} else if strings.Trim(bare, ",;|\t \u200b\ufeff") != "" && strings.TrimFunc(bare, func(r rune) bool { return isEmpty(r) || r == ',' || r == ';' || r == '|' }) != "" {
				t.Fatalf("%q: line %d is %q, not blank", text, i+1, line)
			}
		case i == 0 && length > 0, bare != "" && bare[0] == '#':
		case inCell:
		case !header:
			header = true
			inCell = strings.Contains(line, `"`)
		default:
			t.Fatalf("%q: line %d, %q, is lost", text, i+1, line)
		}
		if entries[i+1] == nil && slices.Contains(known, bare) {
			t.Fatalf("%q: %s of line %d is lost", text, bare, i+1)
		}
	}
}

// TestEveryRowIsAccountedFor makes files out of parts, and knows how many rows they
// have and who is in them.
func TestEveryRowIsAccountedFor(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3000) {
		random := rand.New(rand.NewPCG(seed, 1))
		pick := func(texts ...string) string { return texts[random.IntN(len(texts))] }
		comma, end := pick(",", ";", "\t"), pick("\n", "\r\n", "\r", "\u0085")
		columns := [][]string{{"user_id"}, {"name", "E-Mail"}, {"User ID", "note", "email"}, {"note", "mail", "ID", "name"}}[random.IntN(4)]
		var b strings.Builder
		b.WriteString(pick("", "\ufeff"))
		line := 1
		if pick("y", "n", "n") == "y" {
			b.WriteString("sep=" + comma + end)
			line++
		}
		b.WriteString(strings.Join(columns, comma) + end)
		type want struct {
			line int
			who  string
		}
		var wants []want
		rows := random.IntN(12)
		for range rows {
			line++
			who := pick(append([]string{"", "x", "#"}, known...)...)
			if len(columns) == 1 && strings.HasPrefix(who, "#") {
				who = ""
			}
			into := random.IntN(2)
			cells := make([]string, len(columns))
			breaks := 0
			for i, name := range columns {
				switch kind, ok := kindOf(name); {
				case ok && len(who) > 1 && kind.email == strings.Contains(who, "@"), ok && into == i:
					cells[i] = who
				case !ok:
					cells[i] = pick("", "Zoe", "#", `"a""b"`, "\"x"+comma+"y\"", "\"one"+end+"two\"", "\xeb")
					if strings.Contains(cells[i], end) {
						breaks++
					}
				}
			}
			b.WriteString(strings.Join(cells, comma) + pick(end, end, "\n"))
			in := want{line, ""}
			if len(who) > 1 && slices.Contains(cells, who) {
				in.who = who
			}
			wants = append(wants, in)
			line += breaks
		}
		text := b.String()
		if strings.Contains(text, "\r\n") && end == "\r" {
			continue // an end and the beginning of a line alone are one end
		}
		in, err := ReadUsers(strings.NewReader(text), "")
		if err != nil {
			t.Fatalf("seed %d, %q: %v", seed, text, err)
		}
		if in.Rows() != rows {
			t.Fatalf("seed %d, %q: %d rows, want %d:\n%s", seed, text, in.Rows(), rows, say(in))
		}
		for _, want := range wants {
			at := slices.IndexFunc(in.Entries, func(e Entry) bool { return e.Line == want.line })
			if blank := slices.Contains(in.Blank, want.line); blank == (at >= 0) {
				t.Fatalf("seed %d, %q: line %d is blank %v and entry %d", seed, text, want.line, blank, at)
			}
			if want.who != "" && (at < 0 || !names(&in.Entries[at], want.who)) {
				t.Fatalf("seed %d, %q: %s of line %d is lost:\n%s", seed, text, want.who, want.line, say(in))
			}
		}
	}
}

// addSeeds adds files of each kind, with each person.
func addSeeds(f *testing.F) {
	for _, who := range known {
		for _, format := range []string{
			"%s\n", "# x\n%s # y\n\n", "user_id,email\n%[1]s,%[1]s\n", "name;mail\nZoe;%s\n", "\ufeffid\temail\r7\t%s\r", "sep=;\nuser;x\n%s;\"a\nb\"\n",
			"name,id\n\"Zoe,%[1]s\nAnn\",%[1]s\n", "\"na\nme\",id\n#,%s\n,,\n", "%s,id\n", "#,login\n1,%s\n", "user_id,session_id\n%s,1112275520242\n", "session_id;user_id\n1,1E+12;%s\n", "\xff\xfeW\x001\x00%s",
		} {
			f.Add([]byte(fmt.Sprintf(format, who)))
		}
	}
}

func FuzzReadUsers(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		in, err := ReadUsers(strings.NewReader(string(file)), "")
		if err != nil {
			if len(err.Error()) > 2000 {
				t.Fatalf("the error has %d bytes", len(err.Error()))
			}
			return
		}
		if utf16Of(file) == nil {
			account(t, string(file), in)
		}
	})
}

func FuzzReadSessions(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		in, err := ReadSessions(strings.NewReader(string(file)))
		if err != nil || utf16Of(file) != nil {
			return
		}
		account(t, string(file), in)
	})
}

func FuzzReadAuditLog(f *testing.F) {
	for _, text := range []string{"%s\n%s", "[%s,\n%s]", "{\"a\":1,\"entries\":[%s,%s]}\n", "\ufeff{\"entries\":[]}[]%s"} {
		event := `{"date_create":1760000000,"action":"anomaly","actor":{"type":"user","user":{"id":"W12345678"}},"context":{"location":[],"session_id":"7"}}`
		f.Add([]byte(strings.ReplaceAll(text, "%s", event)), false)
		f.Add([]byte(zipped(strings.ReplaceAll(text, "%s", event))), true)
	}
	f.Fuzz(func(t *testing.T, file []byte, whole bool) {
		in, err := ReadAuditLog(strings.NewReader(string(file)), AuditOptions{WholeUsers: whole})
		if err != nil {
			return
		}
		for i := range in.Entries {
			e := &in.Entries[i]
			if e.Line < 1 || e.InvalidReason == "" && e.SkipReason == "" && (e.UserID == "" || whole == (e.Session != 0)) || e.InvalidReason != "" && e.SkipReason != "" {
				t.Fatalf("%q: entry %d is %+v", file, i, *e)
			}
		}
		if bytes.HasPrefix(file, []byte(`{"date_create"`)) && len(in.Entries) == 0 {
			t.Fatalf("%q: its event is lost", file)
		}
	})
}
