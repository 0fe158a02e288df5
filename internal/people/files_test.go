package people

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
)

// say returns all of an input, a line each, to compare.
func say(in *Input) string {
	var b strings.Builder
	for _, e := range in.Entries {
		fmt.Fprintf(&b, "%d", e.Line)
		for _, part := range []string{e.UserID, e.Email, e.Name} {
			if part != "" {
				b.WriteString(" " + part)
			}
		}
		if e.Session != 0 {
			fmt.Fprintf(&b, " %d", e.Session)
		}
		if e.SkipReason != "" {
			b.WriteString(" left out: " + e.SkipReason)
		}
		if e.InvalidReason != "" {
			b.WriteString(" invalid: " + e.InvalidReason)
		}
		b.WriteByte('\n')
	}
	if len(in.Blank) > 0 {
		fmt.Fprintf(&b, "blank %v\n", in.Blank)
	}
	for _, note := range in.Notes {
		b.WriteString("note: " + note + "\n")
	}
	return b.String()
}

func utf16(text string, order unicode.Endianness, mark unicode.BOMPolicy) string {
	wide, err := unicode.UTF16(order, mark).NewEncoder().String(text)
	if err != nil {
		panic(err) // the tests' texts are in UTF-8
	}
	return wide
}

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		panic(err) // memory does not fail
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

// TestFilesOfUsers has every kind of file that people have.
func TestFilesOfUsers(t *testing.T) {
	t.Parallel()
	const (
		nobody   = ` is not a user ID or an address; want one such as W12345678 or zoe@example.com`
		swallows = `: a cell that begins here with a quote (") goes on over the next rows; take the quote away or close it`
		rows     = "name;e-mail\r\nZoe;zoe@example.com\r\nAnn;ann@example.com\r\n"
		both     = "2 zoe@example.com Zoe\n3 ann@example.com Ann\n"
	)
	for _, test := range []struct{ name, text, column, want, err string }{
		// Lists.
		{name: "a list of both", text: "W1\nzoe@example.com\nU2\n", want: "1 W1\n2 zoe@example.com\n3 U2\n"},
		{name: "no line end at the end", text: "W1\nU2", want: "1 W1\n2 U2\n"},
		{name: "comments and blank lines", text: "# leavers, id\n\n  W1  \nU2 # Zoe, id\n#\n\t\nzoe@example.com#x", want: "3 W1\n4 U2\n7 zoe@example.com\nblank [2 6]\n"},
		{name: "a comment with separators on the first line", text: "W1 # left in May, June\nW2#a;b", want: "1 W1\n2 W2\n"},
		{name: "a number sign in an address", text: "U2\nzoe#1@example.com", want: "1 U2\n2 zoe#1@example.com\n"},
		{name: "lower case and names", text: "w1a\nwalter\nW1a\nWALTER\n", want: "1 W1A\n2 invalid: \"walter\"" + nobody + "\n3 invalid: \"W1a\"" + nobody + "\n4 WALTER\n"},
		{name: "quotes around", text: "\"W1\"\n\"zoe@example.com\"\n\"W2\n", want: "1 W1\n2 zoe@example.com\n3 invalid: \"\\\"W2\"" + nobody + "\n"},
		{name: "columns without a header", text: "W1\nW2,Zoe\n;;\n", want: "1 W1\n2 invalid: \"W2,Zoe\" has 2 columns, and the file has no header; want one ID or address a line, or a first line such as user_id,name\nblank [3]\n"},
		{name: "a long line", text: "W1" + strings.Repeat(" ", 100_000) + "\n" + strings.Repeat("x", 100_000), want: "1 W1\n2 invalid: \"" + strings.Repeat("x", 40) + "…\"" + nobody + "\n"},
		{name: "marks of pasted text", text: "\u202azoe@example.com\u202c\n\u00a0W1\u200b\n\u200b\n", want: "1 zoe@example.com\n2 W1\nblank [3]\n"},
		{name: "what is nearly an address", text: "zoe@\n@example.com\nzoe@a@b\nZoe <zoe@example.com>\n", want: "1 invalid: \"zoe@\"" + nobody + "\n2 invalid: \"@example.com\"" + nobody + "\n3 invalid: \"zoe@a@b\"" + nobody + "\n4 invalid: \"Zoe <zoe@example.com>\"" + nobody + "\n"},
		{name: "nothing", text: "", want: ""},
		{name: "comments alone", text: "\n# none, yet\n", want: "blank [1]\n"},

		// Line ends and encodings.
		{name: "a byte order mark", text: "\ufeffW1\r\nU2\r\n", want: "1 W1\n2 U2\n"},
		{name: "carriage returns alone", text: "user_id,name\rW1,Zoe\rU2,Ann\r", want: "2 W1 Zoe\n3 U2 Ann\n"},
		{name: "a list of carriage returns, and others", text: "W1\rU2\nW3\r\nW4\u0085W5\r\r", want: "1 W1\n2 U2\n3 W3\n4 W4\n5 W5\nblank [6]\n"},
		{name: "UTF-16, little end first", text: utf16(rows, unicode.LittleEndian, unicode.UseBOM), want: both},
		{name: "UTF-16, big end first", text: utf16(rows, unicode.BigEndian, unicode.UseBOM), want: both},
		{name: "UTF-16 without a mark", text: utf16(rows, unicode.LittleEndian, unicode.IgnoreBOM), want: both},
		{name: "UTF-16, big, without a mark", text: utf16(rows, unicode.BigEndian, unicode.IgnoreBOM), want: both},
		{name: "Latin-1 where it does not matter", text: "name,user_id\nZo\xeb,W1\n", want: "2 W1 Zoë\n"},
		{name: "Latin-1 where it matters", text: "email\nzo\xeb@example.com\n", want: "2 invalid: \"zo?@example.com\" is not in UTF-8; save the file as CSV UTF-8\n"},

		// Headers.
		{name: "both in a row", text: "User ID,E-Mail,Full Name\nW1,zoe@example.com,Zoe\n,ann@example.com,Ann\nU2,,\n", want: "2 W1 zoe@example.com Zoe\n3 ann@example.com Ann\n4 U2\n"},
		{name: "HR's numbers", text: "id,name,email\n7,Zoe,zoe@example.com\n8,Ann,ann@example.com\n", want: both + "note: column \"id\" is ignored in favor of \"email\": it has other values than Slack's IDs, such as \"7\" in line 2\n"},
		{name: "numbers alone", text: "id\n7\nW1\n8\n", want: "2 invalid: \"7\"" + nobody + "\n3 W1\n4 invalid: \"8\"" + nobody + "\n"},
		{name: "something else for an ID", text: "user_id,email\nW1,\n#N/A,zoe@example.com\n?,\n", want: "2 W1\n3 zoe@example.com\n4 invalid: \"?\"" + nobody + "\nnote: the address counts in 1 rows whose ID is another value; the first is line 3\n"},
		{name: "addresses in the column of users", text: "name,user\nZoe,zoe@example.com\nAnn,W1\n", want: "2 zoe@example.com Zoe\n3 W1 Ann\n"},
		{name: "logins that are addresses", text: "login,team\nzoe@example.com,1\n", want: "2 zoe@example.com\n"},
		{name: "logins that are none", text: "username,userid\nu2,W1\n", want: "2 W1\n"},
		{name: "logins alone", text: "username,team\nu2,1\n", err: `its header has no known column of IDs or addresses, such as user_id or email; name it with --column: "username", "team"`},
		{name: "a named column", text: "id,Slack  Member\nU1,W1\n", column: "slack member", want: "2 W1\n"},
		{name: "a named column that is not there", text: "id,b\nW1,2\n", column: "c", err: `its header has no column "c"; it has "id", "b"`},
		{name: "no known column", text: "name,phone\nZoe,1\n", err: `name it with --column: "name", "phone"`},
		{name: "no header", text: "W12345678,Zoe\nW2,Ann\n", err: `line 1: "W12345678" is a user in a file of 2 columns without a header`},
		{name: "a person in the header", text: "W12345678,id\nZoe,W1\n", err: `line 1: "W12345678" is not a column name; put a header such as user_id,name on a line before it`},
		{name: "a form in the header", text: "W2,id\nyes,W1\n", want: "2 W1\n"},
		{name: "a header alone", text: "user_id,email\n", want: ""},
		{name: "columns whose first is #", text: "#,email\n1,zoe@example.com\n", want: "2 zoe@example.com\n"},

		// CSVs.
		{name: "number signs", text: "user_id,name\n#W1,Zoe\nW2,# Ann\n# none\n", want: "2 Zoe invalid: \"#W1\"" + nobody + "\n3 W2 # Ann\n4 invalid: \"# none\"" + nobody + "\n"},
		{name: "comments before the header", text: "# export, id\n\nuser_id,name\nW1,Zoe\n", want: "4 W1 Zoe\nblank [2]\nnote: 1 lines before the header begin with # and are not rows; the first is line 1\n"},
		{name: "a row before the header", text: "#W12345678,Zoe\nuser_id,name\nW1,Zoe\n", err: `line 1: "W12345678" is before the header; a CSV has no comments`},
		{name: "semicolons", text: rows, want: both},
		{name: "tabs and lower case", text: "name\tid\nZoe\tw1a\n", want: "2 W1A Zoe\n"},
		{name: "sep", text: "sep=;\r\nname;user_id\r\nZoe, Z;W1\r\n", want: "3 W1 Zoe, Z\n"},
		{name: "separators in the header", text: "\"Zoe; Ann, or who\";user_id\nZoe;W1\n", want: "2 W1\n"},
		{name: "line breaks in the header", text: "name,\"user\nid\"\nZoe,W1\n", want: "3 W1 Zoe\n"},
		{name: "blank rows", text: "name,user_id\n,\n\nZoe,W1\n \t,\"\"\n", want: "4 W1 Zoe\nblank [2 3 5]\n"},
		{name: "a name alone", text: "name,user_id,email\nZoe,,\nAnn\n", want: "2 Zoe invalid: it has neither ID nor address; want one in column \"user_id\", \"email\"\n3 Ann invalid: it has neither ID nor address; want one in column \"user_id\", \"email\"\n"},
		{name: "short rows", text: "n,user_id\n1\n", want: "2 invalid: it has 1 columns; want an ID or an address in column 2, \"user_id\"\n"},
		{name: "stray quotes", text: "user_id,name\nW1,Zoe \"Z\"\nW2,\"Ann\" A\n", want: "2 W1 Zoe \"Z\"\n3 W2 Ann A\n"},
		{name: "quoted line breaks", text: "name,user_id\n\"Zoe, \"\"Z\"\"\nhere\",W1\nAnn,W2\n", want: "2 W1 Zoe, \"Z\"\nhere\n4 W2 Ann\n"},
		{name: "a neutralized address", text: "email\n'+zoe@example.com\n", want: "2 +zoe@example.com\n"},
		{name: "cut off in a cell", text: "name,user_id\nZoe,W1\nAnn,\"W2\n", want: "2 W1 Zoe\n3 W2 Ann invalid: it ends within a cell that begins with a quote (\"); the file may be cut off\n"},

		// Quotes too many.
		{name: "a quote that swallows a row", text: "user_id,name\nW1,\"Zoe\nW2,Ann\nW3,\"Max\n", err: "line 2" + swallows},
		{name: "a quote that swallows to the next quote", text: "user_id,name\nW1,\"Zoe\nW2,Ann\"\nW3,Max\n", err: "line 2" + swallows},
		{name: "before the column", text: "name,user_id\n\"Zoe,W1\nAnn\",W2\n", err: "line 2" + swallows},
		{name: "before the column, in the last of its rows", text: "name,user_id\nZoe,\"W1\nAnn\",W2\n", err: "line 2" + swallows},
		{name: "in the middle", text: "name,email,note\nAnn,ann@example.com,\nZoe,zoe@example.com,\"x\nAnn,ann@example.com,y\nMax,max@example.com,\"z\"\n", err: "line 3" + swallows},
		{name: "in a second cell", text: "user_id,name,note\nW1,\"Zoe\nhere\",\"x\nW2,Ann,y\"\n", err: "line 2" + swallows},
		{name: "in the header", text: "user_id,\"name\nW1,Zoe\"\nW2,Ann\n", err: "line 1" + swallows},
		{name: "to the end of the file", text: "user_id,name\nW1,Zoe\nW2,\"Ann\nW3,Max\n", err: "line 3" + swallows},
		{name: "two IDs in a cell", text: "user_id\n\"W1\nW2\"\n", err: "line 2" + swallows},

		// What is no text.
		{name: "a workbook", text: "PK\x03\x04\x14\x00\x06\x00", err: "it is a workbook (xlsx) or another zip file, not text; open it and save it as CSV UTF-8"},
		{name: "an old workbook", text: "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", err: "it is an old workbook (xls), not text; open it and save it as CSV UTF-8"},
		{name: "a PDF", text: "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", err: "it is a PDF, not text; get the list as CSV UTF-8"},
		{name: "gzip", text: zipped("W1\n"), err: "it is compressed (gzip), not text; gunzip it"},
		{name: "zeros", text: strings.Repeat("\x00", 5000), err: "it is not text: it has bytes that a text does not have; save it as CSV UTF-8"},
		{name: "a zero far inside", text: strings.Repeat("W1\n", 10_000) + "\x00\n", err: "it is not text"},
		{name: "control characters", text: "\x01\x02\x03\x04\x05\x06W1\n", err: "it is not text"},
		{name: "too much", text: strings.Repeat("W1,Zoe and others\n", 4_000_000), err: "it is larger than 64 MiB, too large for a list of people; save it as CSV UTF-8 with only the needed columns"},
		{name: "too many rows", text: strings.Repeat("\n", 1_000_001), err: "it has more than 1000000 rows; want fewer in a file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in, err := ReadUsers(strings.NewReader(test.text), test.column)
			compare(t, in, err, test.want, test.err)
		})
	}
}

func compare(t *testing.T, in *Input, err error, want, failure string) {
	t.Helper()
	switch {
	case failure != "":
		if err == nil || in != nil || !strings.Contains(err.Error(), failure) {
			t.Errorf("got %v and the error %v, want %q", in, err, failure)
		}
	case err != nil:
		t.Errorf("got the error %v, want\n%s", err, want)
	default:
		if got := say(in); got != want {
			t.Errorf("got\n%swant\n%s", got, want)
		}
	}
}

// TestTwoInARow says that the second ID or address counts for nothing.
func TestTwoInARow(t *testing.T) {
	t.Parallel()
	for text, note := range map[string]string{
		"user_id,slack id\nW10000001,W10000002\n":                                         "the first of two different IDs or addresses counts in 1 rows; the first is line 2",
		"email,primary email\na@example.com,A@Example.com\nb@example.com,c@example.com\n": "in 1 rows; the first is line 3",
		"user_id,slack id\nW10000001,w10000001\n":                                         "",
	} {
		in, err := ReadUsers(strings.NewReader(text), "")
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(in.Notes, "; "); !strings.Contains(got, note) || (note == "") != (got == "") {
			t.Errorf("%q: the notes are %q, want %q", text, got, note)
		}
	}
}
