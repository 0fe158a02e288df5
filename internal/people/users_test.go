package people

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestReadUsers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text, column string
		want               []string
		merged             int
		err                string
	}{
		{name: "one a line", text: "W1\nU2\n", want: []string{"W1", "U2"}},
		{name: "no newline at the end", text: "W1\nU2", want: []string{"W1", "U2"}},
		{name: "a byte order mark and CRLF", text: "\ufeffW1\r\nU2\r\n", want: []string{"W1", "U2"}},
		{name: "comments and blank lines", text: "# leavers\n\n  W1  \nU2 # Zoe\n\t\n", want: []string{"W1", "U2"}},
		{name: "duplicates", text: "W1\nU2\nW1\nW1\n", want: []string{"W1", "U2"}, merged: 2},
		{name: "nothing", text: "\n# none\n", want: nil},
		{name: "a comment alone", text: "# none, yet", want: nil},
		{name: "a long line", text: "W1" + strings.Repeat(" ", 100_000), want: []string{"W1"}},
		{name: "a CSV", text: "name,user_id,team\nZoe,W1,T1\nYan,U2,T1\n", want: []string{"W1", "U2"}},
		{name: "a CSV with a mark and CRLF", text: "\ufeffuser_id,team\r\nW1,T1\r\nU2,T2\r\n", want: []string{"W1", "U2"}},
		{name: "a CSV of one column", text: "ID\nW1\nU2\n", want: []string{"W1", "U2"}},
		{name: "a CSV with comments and blank lines", text: "# export\n\nuser,x\n# none\nW1,1\n\n \t\nU2,2\n", want: []string{"W1", "U2"}},
		{name: "a CSV with quotes", text: "\"user\",\"name\"\n\"W1\",\"Zoe, \"\"Z\"\"\nhere\"\n\"U2\",\"\"\n", want: []string{"W1", "U2"}},
		{name: "the best of several columns", text: "id,user,user_id\n1,Zoe,W1\n", want: []string{"W1"}},
		{name: "semicolons", text: "name;id\nZoe;W1\n", want: []string{"W1"}},
		{name: "a semicolon in the header of a CSV", text: "a;b,id\nZoe,W1\n", want: []string{"W1"}},
		{name: "a quote that is not closed", text: "\"W1\nU2\n", err: "line 1: \"\\\"W1\" is no user ID"},
		{name: "tabs", text: "name\tid\nZoe\tW1\n", want: []string{"W1"}},
		{name: "a named column", text: "id,Slack ID\n1,W1\n", column: "slack id", want: []string{"W1"}},
		{name: "a named column that is not there", text: "id,b\nW1,2\n", column: "c", err: `no column "c"; it has ["id" "b"]`},
		{name: "a CSV without a known column", text: "name,mail\nZoe,z@example.com\n", err: "its first line has 2 columns, none of them user_id, user or id"},
		{name: "bad lines", text: "W1\nzoe@example.com\nw2\n\nU 3\nU4\n", err: "line 2: \"zoe@example.com\" is no user ID; want one such as W12345678\nline 3: \"w2\" is no user ID; want one such as W12345678\nline 5: \"U 3\" is no user ID; want one such as W12345678"},
		{name: "bad lines of a CSV", text: "n,id\n1,W1\n2\n3,x\n4,\n", err: "line 3: it has 1 columns; want a user ID in column 2\nline 4: \"x\" is no user ID; want one such as W12345678\nline 5: \"\" is no user ID; want one such as W12345678"},
		{name: "malformed CSV", text: "n,id\na\"b,W1\nc,x\n", err: "line 2: it is malformed CSV: bare \" in non-quoted-field\nline 3: \"x\""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			users, err := ReadUsers(strings.NewReader(test.text), test.column)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) || len(users.IDs) > 0 {
					t.Errorf("got %q and the error %v, want none and %q", users.IDs, err, test.err)
				}
				return
			}
			if err != nil || !slices.Equal(users.IDs, test.want) || users.Merged != test.merged {
				t.Errorf("got %q, %d merged, %v; want %q, %d", users.IDs, users.Merged, err, test.want, test.merged)
			}
		})
	}
}

func TestEveryBadLineIsNamed(t *testing.T) {
	t.Parallel()
	_, err := ReadUsers(strings.NewReader(strings.Repeat("W1\nnobody\n", 5000)), "")
	var bad LineErrors
	if !errors.As(err, &bad) || len(bad) != 5000 || bad[4999].Line != 10_000 {
		t.Errorf("%d bad lines, want 5,000", len(bad))
	}
}
