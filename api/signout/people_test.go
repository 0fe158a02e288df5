package signout

import (
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// TestEveryInputRowIsInOnePlanRow makes plans of random people. Some are named
// twice, by either ID, are left out, do not exist, or have no session that matches.
func TestEveryInputRowIsInOnePlanRow(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 1))
		s := newSlack()
		s.addSessions(userIDs(12), 2)
		for i := range s.sessions {
			if r.IntN(3) == 0 {
				s.sessions[i].UserID = "U" + s.sessions[i].UserID[1:]
			}
		}
		req := Request{Blank: r.IntN(3), Own: r.IntN(2) == 0, NoScan: r.IntN(4) == 0, Scan: r.IntN(2) == 0}
		single := r.IntN(3) == 0
		lines := r.IntN(30) + 1
		for line := range lines {
			id := userIDs(15)[r.IntN(15)]
			p := Person{UserID: id, OtherIDs: []string{"U" + id[1:]}, Lines: []int{line + 1}, Workspaces: []string{"T1"}}
			switch r.IntN(8) {
			case 0:
				p = Person{LeftOut: "nobody has this address", Given: GivenNotFound, Email: "zoe@example.com", Lines: p.Lines}
			case 1:
				p = Person{LeftOut: "no ID", Given: GivenInvalid, Lines: p.Lines}
			case 2:
				p.LeftOut = "the event is of an app"
			default:
				if single {
					p.Session = 1112275520242 + int64(r.IntN(30))
				}
			}
			req.People = append(req.People, p)
		}
		if !req.hasSessions() && !req.NoScan && r.IntN(3) == 0 {
			req.Filter, req.WholeUsers = &Filter{Clients: []string{"4"}}, r.IntN(2) == 0
		}
		req.Except = []string{userIDs(15)[r.IntN(15)], "U0000003"}
		if r.IntN(3) == 0 {
			s.authTest = func() (*http.Response, error) {
				return identityOf("U0000001", testCaller.organization), nil
			}
		}
		p := written(t, s, req)
		again, err := ReadPlan(p.Path())
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		in := again.Input
		if in.Rows != lines+req.Blank || in.Rows != in.People+in.Duplicates+in.Blank+in.Invalid+in.NotFound+in.LeftOut {
			t.Fatalf("seed %d: %d lines and %d blank ones are %+v", seed, lines, req.Blank, in)
		}
		var found []int
		for _, row := range again.Rows {
			found = append(found, row.Lines...)
		}
		if slices.Sort(found); len(found) != lines || found[0] != 1 || found[len(found)-1] != lines || len(slices.Compact(found)) != lines {
			t.Fatalf("seed %d: the lines are %v, want 1 to %d", seed, found, lines)
		}
		if _, err := apply(t.Context(), s.client(t), again, ApplyOptions{}, noSync); err != nil && again.Size() > 0 {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

// TestAPersonWithTwoIDs sends a person under one ID, and matches sessions under both.
func TestAPersonWithTwoIDs(t *testing.T) {
	t.Parallel()
	s := newSlack()
	s.addSessions([]string{"U1", "W1", "U2"}, 1)
	p := written(t, s, Request{People: []Person{
		{UserID: "W1", OtherIDs: []string{"U1"}, Name: "Zoe", Lines: []int{1}},
		{UserID: "U1", Email: "zoe@example.com", Lines: []int{2}},
	}})
	if p.Size() != 1 || len(p.Rows[0].Sessions) != 2 || p.Input.Duplicates != 1 || p.Rows[0].Name != "Zoe" {
		t.Fatalf("the rows are %+v of %+v, want one with two sessions", p.Rows, p.Input)
	}
	if _, err := Apply(t.Context(), newSlack().client(t), p, ApplyOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		sessions []int
		want     Status
	}{{[]int{0, 1, 2}, StillThere}, {[]int{0}, StillThere}, {[]int{1}, StillThere}, {[]int{2}, Gone}} {
		there := newSlack()
		for _, i := range test.sessions {
			there.sessions = append(there.sessions, s.sessions[i])
		}
		r, err := Verify(t.Context(), there.client(t), p, VerifyOptions{})
		if err != nil || r.Counts[test.want] != 1 {
			t.Errorf("%v: got %v, %v; want %s", test.sessions, r.Counts, err, test.want)
		}
	}
	again := newSlack()
	again.addSessions([]string{"U1"}, 5)
	again.sessions = again.sessions[4:] // with an ID that is not in the plan
	if r, err := Verify(t.Context(), again.client(t), p, VerifyOptions{}); err != nil || r.Counts[SignedInAgain] != 1 {
		t.Errorf("got %v, %v; want signed in again", r.Counts, err)
	}
}

// TestFewPeopleAreQueriedAlone has Make and Verify list only the sessions of five people.
func TestFewPeopleAreQueriedAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSlack()
		s.addSessions(userIDs(300), 3)
		for i := range s.sessions {
			if i%3 == 1 {
				s.sessions[i].TeamID = "E1"
			}
		}
		client := s.client(t, api.WithPacing())
		req := Request{People: make([]Person, 5)}
		for i := range req.People {
			req.People[i] = Person{UserID: userIDs(5)[i], Workspaces: []string{"T1", "T2"}, Lines: []int{i + 1}}
		}
		start := time.Now()
		p, err := Make(t.Context(), client, req)
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); len(s.calls) != 15 || took > time.Minute || p.SeenBy != SeenByPeople || p.Sessions != 15 {
			t.Errorf("%d calls and %v, seen by %s: %d sessions", len(s.calls), took, p.SeenBy, p.Sessions)
		}
		if err := p.Write(t.TempDir() + "/plan.jsonl"); err != nil {
			t.Fatal(err)
		}
		s.calls = nil
		if _, err := Apply(t.Context(), newSlack().client(t), p, ApplyOptions{}); err != nil {
			t.Fatal(err)
		}
		s.reset(userIDs(4))
		r, err := Verify(t.Context(), client, p, VerifyOptions{})
		if err != nil || r.Counts[Gone] != 4 || r.Counts[StillThere] != 1 || len(s.calls) != 15 || r.SeenBy != SeenByPeople {
			t.Errorf("verify: %v, %v by %s after %d calls", r.Counts, err, r.SeenBy, len(s.calls))
		}
	})
}

func TestTheQuickerWayToListSessions(t *testing.T) {
	t.Parallel()
	person := func(id string, teams ...string) Person {
		return Person{UserID: id, Workspaces: teams, Lines: []int{1}}
	}
	many := make([]Person, 15)
	for i, id := range userIDs(15) {
		many[i] = person(id, "T1")
	}
	for name, test := range map[string]struct {
		req   Request
		code  string // of the first answer
		want  SeenBy
		calls int
	}{
		"of known workspaces":        {Request{People: []Person{person("W0000001", "T1")}}, "", SeenByPeople, 2},
		"of unknown workspaces":      {Request{People: []Person{person("W0000001", "T1"), person("W0000002")}}, "", SeenByScan, 3},
		"of IDs alone":               {Request{Users: []string{"W0000001"}}, "", SeenByScan, 3},
		"everybody":                  {Request{All: true}, "", SeenByScan, 3},
		"a scan is wanted":           {Request{People: []Person{person("W0000001", "T1")}, Scan: true}, "", SeenByScan, 3},
		"too many":                   {Request{People: many}, "", SeenByScan, 3},
		"of a small organization":    {Request{People: []Person{person("W0000001", "T1")}, Size: 900}, "", SeenByScan, 3},
		"many of very many":          {Request{People: many, Size: 30_000}, "", SeenByPeople, 30},
		"a workspace that is gone":   {Request{People: []Person{person("W0000001", "T1")}}, "team_not_found", SeenByScan, 4},
		"a user who is gone":         {Request{People: []Person{person("W0000001", "T1")}}, "user_not_found", SeenByScan, 4},
		"a session":                  {Request{People: []Person{{UserID: "W0000001", Workspaces: []string{"T1"}, Session: 7, Lines: []int{1}}}}, "", SeenByPeople, 2},
		"no scan":                    {Request{People: []Person{person("W0000001", "T1")}, NoScan: true}, "", "", 0},
		"those who are left out not": {Request{People: []Person{person("W0000001", "T1"), {LeftOut: "nobody", Lines: []int{2}}}}, "", SeenByPeople, 2},
	} {
		s := newSlack()
		s.pageSize = 10
		s.addSessions(userIDs(25), 1)
		s.before = func(call int) (*http.Response, error) {
			if call == 1 && test.code != "" {
				return jsonResponse(refusalJSON(test.code)), nil
			}
			return nil, nil
		}
		p, err := Make(t.Context(), s.client(t), test.req)
		if err != nil || p.SeenBy != test.want || len(s.calls) != test.calls {
			t.Errorf("%s: seen by %q after %d calls, %v; want %q after %d", name, p.SeenBy, len(s.calls), err, test.want, test.calls)
		}
	}
}

// TestSingleSessions requests a session that exists, one that does not, and the first again.
func TestSingleSessions(t *testing.T) {
	t.Parallel()
	s := newSlack()
	s.addSessions(userIDs(2), 2)
	named := func(line int, id string, session int64) Person {
		return Person{UserID: id, Session: session, Lines: []int{line}}
	}
	p := written(t, s, Request{People: []Person{named(1, "W0000000", 1112275520242), named(2, "W0000001", 7), named(3, "W0000000", 1112275520242)}})
	if p.Action != ActionInvalidate || p.Size() != 2 || p.Rows[0].Sessions[0].IP == "" || !p.Rows[1].Sessions[0].Unseen || p.Input.Duplicates != 1 {
		t.Fatalf("the plan is %+v of %+v", p.Rows, p.Input)
	}
	sums, err := Apply(t.Context(), s.client(t), p, ApplyOptions{})
	if err != nil || sums.Done != 1 || sums.AlreadyEnded != 1 {
		t.Errorf("got %+v, %v; want one done and one that had ended", sums, err)
	}
	r, err := Verify(t.Context(), s.client(t), p, VerifyOptions{})
	if want := (map[Status]int{Gone: 1, NotSeen: 1}); err != nil || !maps.Equal(r.Counts, want) || r.Unsettled() != 0 {
		t.Errorf("got %v, %v; want %v", r.Counts, err, want)
	}
}

func TestPeopleAndAFilterMustBothMatch(t *testing.T) {
	t.Parallel()
	for whole, want := range map[bool][]string{
		false: {"W0000000 1", "W0000001 none of the user's sessions matches", "W9 none of the user's sessions matches"},
		true:  {"W0000000 2", "W0000001 none of the user's sessions matches", "W9 none of the user's sessions matches"},
	} {
		s := newSlack()
		s.addSessions(userIDs(3), 2)
		s.sessions[0].Recent.OS, s.sessions[5].Recent.OS = "iOS", "iOS"
		p := written(t, s, Request{Users: []string{"W0000000", "W0000001", "W9"}, Filter: &Filter{OS: []string{"iOS"}}, WholeUsers: whole})
		var rows []string
		for _, row := range p.Rows {
			text := row.LeftOut
			if text == "" {
				text = strconv.Itoa(len(row.Sessions))
			}
			rows = append(rows, row.UserID+" "+text)
		}
		if !slices.Equal(rows, want) || p.Input.LeftOut != 2 || p.Input.People != 1 {
			t.Errorf("whole users %v: the rows are %q of %+v, want %q", whole, rows, p.Input, want)
		}
	}
}

func TestInvalidPeople(t *testing.T) {
	t.Parallel()
	for want, req := range map[string]Request{
		`"" is not a user ID`:                          {People: []Person{{}}},
		"set a session for all people or for none":     {People: []Person{{UserID: "W1", Session: 1}, {UserID: "W2"}}},
		"single sessions and a filter exclude":         {People: []Person{{UserID: "W1", Session: 1}}, Filter: &Filter{}},
		"apply to whole users, not to single sessions": {People: []Person{{UserID: "W1", Session: 1}}, WebOnly: true},
		"set exactly one of Users, People":             {People: []Person{{UserID: "W1"}}, Users: []string{"W1"}},
		"without a scan, set Users or People":          {People: []Person{{UserID: "W1"}}, Filter: &Filter{}, NoScan: true},
	} {
		s := newSlack()
		if _, err := Make(t.Context(), s.client(t), req); err == nil || !strings.Contains(err.Error(), want) || len(s.calls) > 0 {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestTheCallerIsLeftOutByAnyID(t *testing.T) {
	t.Parallel()
	for _, filter := range []*Filter{nil, {OS: []string{"OS X"}}} {
		s := newSlack()
		s.addSessions([]string{"U1", "W2"}, 1)
		p := written(t, s, Request{Filter: filter, People: []Person{
			{UserID: testCaller.userID, OtherIDs: []string{"U1"}, Lines: []int{1}}, {UserID: "W2", Lines: []int{2}},
		}})
		if p.Size() != 1 || p.Rows[0].LeftOut != "it is the user who plans this" || p.Input.LeftOut != 1 {
			t.Errorf("with the filter %+v the rows are %+v", filter, p.Rows)
		}
	}
}
