package people

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const export = "username,email,status,billing-active,has-2fa,has-sso,userid,fullname,displayname,expiration-timestamp\n"

func TestReadDirectory(t *testing.T) {
	t.Parallel()
	const saved = "user_id,other_ids,email,name,workspaces,active,bot,primary_owner\n"
	for _, test := range []struct {
		name, text string
		want       []Person
		err        string
	}{
		{
			name: "Slack's export",
			text: export + "zoe,zoe@example.com,Primary Owner,1,1,0,U1,\"Zoe, Z\",zz,\nann,ann@example.com,Deactivated,0,0,0,U2,,annie,\nrobot,,Bot,0,0,0,U3,,,\n\n",
			want: []Person{
				{UserID: "U1", Email: "zoe@example.com", Name: "Zoe, Z", Active: true, PrimaryOwner: true},
				{UserID: "U2", Email: "ann@example.com", Name: "annie"},
				{UserID: "U3", Name: "robot", Active: true, Bot: true},
			},
		},
		{
			name: "saved, by way of a spreadsheet",
			text: "\ufeff" + strings.ReplaceAll(saved+"W1,u2a,zoe@example.com,'=Zoe,T1 T2,TRUE,FALSE,false\r\n", ",", ";"),
			want: []Person{{UserID: "W1", OtherIDs: []string{"U2A"}, Email: "zoe@example.com", Name: "=Zoe", Workspaces: []string{"T1", "T2"}, Active: true}},
		},
		{name: "another CSV", text: "user_id,email\nW1,zoe@example.com\n", err: `it is not a directory: want Slack's member export (CSV), with the columns userid, email and status, or the output of slackadmin users --csv; its first line has "user_id", "email"`},
		{name: "nothing", text: "", err: "its first line has none"},
		{name: "a comment", text: "# x\n" + saved, err: "line 1 begins with #"},
		{name: "no ID", text: export + "zoe,,Member,1,1,0,7,,,\n", err: `line 2: "7" is not a user ID`},
		{name: "no status", text: export + "zoe,,,1,1,0,U1,,,\n", err: "line 2: it has no status"},
		{name: "another ID that is none", text: saved + "W1,7,,,,true,true,true\n", err: `line 2: "7" in other_ids is not a user ID`},
		{name: "neither true nor false", text: saved + "W1,,,,,true,x,true\n", err: `line 2: bot is "x"; want true or false`},
		{name: "cut off", text: saved + "W1,,\"zoe", err: "line 2: it ends within a cell"},
		{name: "a swallowed row", text: saved + "W1,,,\"Zoe,,true,true,true\nW2,,,\",,true,true,true\n", err: "line 2: a cell"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d, err := ReadDirectory(strings.NewReader(test.text))
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("got the error %v, want %q", err, test.err)
				}
				return
			}
			if err != nil || !reflect.DeepEqual(d.People, test.want) {
				t.Errorf("got %+v, %v; want %+v", d, err, test.want)
			}
		})
	}
}

func TestADirectoryOfAFileKnowsItsNameAndAge(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "members.csv")
	if err := os.WriteFile(path, []byte(export), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	d, err := ReadDirectory(file)
	if err != nil || d.Source != "members.csv" || !d.Time.Equal(info.ModTime()) {
		t.Errorf("got %q, %v, %v", d.Source, d.Time, err)
	}
}

func TestWhoHasWhat(t *testing.T) {
	t.Parallel()
	d := &Directory{People: []Person{
		{UserID: "W1", Email: "zoe@example.com"},
		{UserID: "W2", OtherIDs: []string{"U3"}, Email: "Zoe@Example.com", Active: true},
		{UserID: "W4"},
	}}
	for _, test := range []struct {
		got  *Person
		want int
	}{
		{d.ByID("W1"), 0},
		{d.ByID("w2"), 1},
		{d.ByID("U3"), 1},
		{d.ByEmail(" ZOE@example.com"), 1},
		{d.ByID("W5"), -1},
		{d.ByID(""), -1},
		{d.ByEmail(""), -1},
		{d.ByEmail("ann@example.com"), -1},
	} {
		if test.want < 0 && test.got != nil || test.want >= 0 && test.got != &d.People[test.want] {
			t.Errorf("got %+v, want number %d", test.got, test.want)
		}
	}
	d.People = append(d.People, Person{UserID: "W5"})
	if d.ByID("W5") != &d.People[3] || d.ByID("W1") != &d.People[0] {
		t.Error("who came later is not found")
	}
}

func TestADirectoryIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	d := &Directory{People: []Person{
		{UserID: "W1", OtherIDs: []string{"U2", "U3"}, Email: "zoe@example.com", Name: "Zoe, \"Z\"", Workspaces: []string{"T1", "T2"}, Active: true},
		{UserID: "W4", Email: "+ann@example.com", Name: "=1+1", Bot: true},
		{UserID: "W5", Name: "'@Max", PrimaryOwner: true},
		{UserID: "W6", Name: "''"},
		{UserID: "W7", Name: "#none"},
	}}
	var b bytes.Buffer
	if err := d.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	const want = `user_id,other_ids,email,name,workspaces,active,bot,primary_owner
W1,U2 U3,zoe@example.com,"Zoe, ""Z""",T1 T2,true,false,false
W4,,'+ann@example.com,'=1+1,,false,true,false
W5,,,''@Max,,false,false,true
W6,,,'',,false,false,false
W7,,,#none,,false,false,false
`
	if b.String() != want {
		t.Errorf("got\n%s", b.String())
	}
	again, err := ReadDirectory(&b)
	if err != nil || !reflect.DeepEqual(again.People, d.People) {
		t.Errorf("got %+v, %v", again, err)
	}
}
