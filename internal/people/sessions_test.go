package people

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
)

func TestFilesOfSessions(t *testing.T) {
	t.Parallel()
	const excel = " is not a session ID: Excel shows a long number like this, and saves it without the last digits; format the column as text before you open the file, or use the file of sessions list --csv itself\n"
	for _, test := range []struct{ name, text, want, err string }{
		{name: "as list writes it", text: "user_id,team_id,session_id,created_os\nW1,T1,1112275520242,iOS\nW1,T1,7,\n", want: "2 W1 1112275520242\n3 W1 7\n"},
		{name: "as a spreadsheet filters it", text: "\ufeffsep=;\r\nsession_id;user_id;name\r\n'1112275520242;w1a;Zoe\r\n;;\r\n", want: "3 W1A Zoe 1112275520242\nblank [4]\n"},
		{name: "UTF-16", text: utf16("user_id\tsession_id\r\nW1\t7\r\n", unicode.LittleEndian, unicode.UseBOM), want: "2 W1 7\n"},
		{name: "Excel", text: "user_id,session_id\nW1,1.11228E+12\nW1,1E+12\n", want: "2 W1 invalid: \"1.11228E+12\"" + excel + "3 W1 invalid: \"1E+12\"" + excel},
		{name: "Excel elsewhere", text: "user_id;session_id\nW1;1,11228E+12\n", want: "2 W1 invalid: \"1,11228E+12\"" + excel},
		{
			name: "what is no session", text: "user_id,session_id\nW1,\n,7\nzoe,7\nW1,1.0\nW1,0\nW1,-7\nW1,+7\nW1,99999999999999999999\nW1\n",
			want: "2 W1 invalid: it has no session ID; want one such as 1112275520242\n3 invalid: it has no user ID; want one such as W12345678\n4 invalid: \"zoe\" is not a user ID; want one such as W12345678\n" +
				"5 W1 invalid: \"1.0\" is not a session ID; want digits such as 1112275520242\n6 W1 invalid: \"0\" is not a session ID; want digits such as 1112275520242\n7 W1 invalid: \"-7\" is not a session ID; want digits such as 1112275520242\n" +
				"8 W1 invalid: \"+7\" is not a session ID; want digits such as 1112275520242\n9 W1 invalid: \"99999999999999999999\" is not a session ID; want digits such as 1112275520242\n10 W1 invalid: it has no session ID; want one such as 1112275520242\n",
		},
		{name: "cut off", text: "session_id,user_id\n7,\"W1", want: "2 W1 invalid: it ends within a cell that begins with a quote (\"); the file may be cut off\n"},
		{name: "nothing", text: "\n", want: "blank [1]\n"},
		{name: "a list of users", text: "W1\nW2\n", err: `want a CSV with the columns user_id and session_id, such as the output of sessions list --csv; its first line has "W1"`},
		{name: "a swallowed row", text: "user_id,session_id,name\nW1,7,\"Zoe\nW2,8,Ann\"\n", err: "line 2: a cell that begins here with a quote"},
		{name: "a workbook", text: "PK\x03\x04", err: "save it as CSV UTF-8"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in, err := ReadSessions(strings.NewReader(test.text))
			compare(t, in, err, test.want, test.err)
		})
	}
}
