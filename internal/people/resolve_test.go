package people

import (
	"reflect"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api/signout"
)

// TestResolve has a saved directory and one that is complete, and none.
func TestResolve(t *testing.T) {
	t.Parallel()
	everybody := []Person{
		{UserID: "W1", OtherIDs: []string{"U1"}, Email: "zoe@example.com", Name: "Zoe", Workspaces: []string{"T1"}, Active: true},
		{UserID: "W2", Email: "ann@example.com", Active: true, Bot: true},
		{UserID: "W3", Email: "old@example.com"},
		{UserID: "W4", Email: "owner@example.com", Active: true, PrimaryOwner: true},
	}
	saved := &Directory{People: everybody}
	complete := &Directory{People: everybody, Complete: true}
	for name, test := range map[string]struct {
		entry     Entry
		directory *Directory
		want      signout.Person
		warning   string
	}{
		"an address":                  {Entry{Line: 7, Email: "Zoe@Example.com"}, saved, signout.Person{UserID: "W1", OtherIDs: []string{"U1"}, Email: "Zoe@Example.com", Name: "Zoe", Workspaces: []string{"T1"}, Lines: []int{7}}, ""},
		"another ID":                  {Entry{Line: 1, UserID: "U1"}, saved, signout.Person{UserID: "W1", OtherIDs: []string{"U1"}, Email: "zoe@example.com", Name: "Zoe", Workspaces: []string{"T1"}, Lines: []int{1}}, ""},
		"a name as it came":           {Entry{Line: 1, UserID: "W1", Name: "Z."}, saved, signout.Person{UserID: "W1", OtherIDs: []string{"U1"}, Email: "zoe@example.com", Name: "Z.", Workspaces: []string{"T1"}, Lines: []int{1}}, ""},
		"an ID alone":                 {Entry{Line: 1, UserID: "W9", Email: "x@example.com"}, nil, signout.Person{UserID: "W9", Email: "x@example.com", Lines: []int{1}}, ""},
		"an ID that is unknown":       {Entry{Line: 1, UserID: "W9"}, saved, signout.Person{UserID: "W9", Lines: []int{1}}, "not in the directory, which may be old or partial: W9"},
		"an ID that nobody has":       {Entry{Line: 1, UserID: "W9"}, complete, signout.Person{UserID: "W9", LeftOut: noID, Given: signout.GivenNotFound, Lines: []int{1}}, ""},
		"an address of nobody":        {Entry{Line: 1, Email: "x@example.com"}, saved, signout.Person{Email: "x@example.com", LeftOut: "nobody has this address in the directory", Given: signout.GivenNotFound, Lines: []int{1}}, ""},
		"an address of nobody at all": {Entry{Line: 1, Email: "x@example.com"}, complete, signout.Person{Email: "x@example.com", LeftOut: noAddress, Given: signout.GivenNotFound, Lines: []int{1}}, ""},
		"two people in a row":         {Entry{Line: 3, UserID: "W1", Email: "ann@example.com"}, saved, signout.Person{UserID: "W1", Email: "ann@example.com", LeftOut: "the ID is that of W1, and the address that of W2", Given: signout.GivenInvalid, Lines: []int{3}}, ""},
		"a bot":                       {Entry{Line: 1, UserID: "W2"}, saved, signout.Person{UserID: "W2", Email: "ann@example.com", Lines: []int{1}}, "bots in the directory, which Slack refuses: W2 ann@example.com"},
		"who is deactivated":          {Entry{Line: 1, Email: "old@example.com"}, saved, signout.Person{UserID: "W3", Email: "old@example.com", Lines: []int{1}}, "deactivated in the directory"},
		"the primary owner":           {Entry{Line: 1, UserID: "W4"}, saved, signout.Person{UserID: "W4", Email: "owner@example.com", Lines: []int{1}}, "the primary owner in the directory"},
		"a row that is no use":        {Entry{Line: 2, InvalidReason: "no ID"}, saved, signout.Person{LeftOut: "no ID", Given: signout.GivenInvalid, Lines: []int{2}}, ""},
		"an event of an app":          {Entry{Line: 2, UserID: "W1", SkipReason: "an app"}, saved, signout.Person{UserID: "W1", LeftOut: "an app", Lines: []int{2}}, ""},
		"a session of somebody":       {Entry{Line: 2, UserID: "U1", Session: 7}, saved, signout.Person{UserID: "W1", OtherIDs: []string{"U1"}, Email: "zoe@example.com", Name: "Zoe", Workspaces: []string{"T1"}, Session: 7, Lines: []int{2}}, ""},
		"an address and nothing":      {Entry{Line: 2, UserID: "W9", Email: "zoe@example.com"}, saved, signout.Person{UserID: "W9", Email: "zoe@example.com", Lines: []int{2}}, "not in the directory"},
	} {
		people, warnings := Resolve(&Input{Entries: []Entry{test.entry}}, test.directory)
		if len(people) != 1 || !reflect.DeepEqual(people[0], test.want) {
			t.Errorf("%s: got %+v, want %+v", name, people, test.want)
		}
		if got := strings.Join(warnings, "\n"); !strings.HasPrefix(got, test.warning) || (got == "") != (test.warning == "") {
			t.Errorf("%s: the warnings are %q, want %q", name, got, test.warning)
		}
	}
}
