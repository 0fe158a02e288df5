package people

import (
	"strings"
	"sync"
	"time"
)

// A Person is a person or a bot of the organization.
type Person struct {
	UserID       string   // the organization's ID if known, else a workspace's
	OtherIDs     []string // of the same person
	Email, Name  string
	Workspaces   []string // IDs
	Active       bool
	Bot          bool
	PrimaryOwner bool
}

// IDs returns all IDs of a person.
func (p *Person) IDs() []string { return append([]string{p.UserID}, p.OtherIDs...) }

// A Directory is a list of people with look-ups by ID and address. Several goroutines may
// use it while no one changes People.
type Directory struct {
	People []Person
	Source string    // "members.csv" or "Slack"
	Time   time.Time // of the source, if known

	// Complete says that a person who is not in the directory is not in Slack, by a
	// look-up just now.
	Complete bool

	// Size is the number of people of the organization, 0 if it is not known.
	Size int

	mu      sync.Mutex
	indexed []Person // that the maps index
	ids     map[string]int
	emails  map[string]int
}

// Filter returns a directory of the people for whom keep returns true.
func (d *Directory) Filter(keep func(*Person) bool) *Directory {
	some := &Directory{Source: d.Source, Time: d.Time}
	for i := range d.People {
		if keep(&d.People[i]) {
			some.People = append(some.People, d.People[i])
		}
	}
	return some
}

// ByID returns the person with an ID, which may be one of several, or nil.
func (d *Directory) ByID(id string) *Person {
	d.index()
	if i, ok := d.ids[strings.ToUpper(trim(id))]; ok {
		return &d.People[i]
	}
	return nil
}

// ByEmail returns the person with an address, regardless of case, or nil. If several people
// have it, it returns an active one, because people come back.
func (d *Directory) ByEmail(email string) *Person {
	d.index()
	if i, ok := d.emails[strings.ToLower(trim(email))]; ok {
		return &d.People[i]
	}
	return nil
}

// index makes the maps, unless they are up to date.
func (d *Directory) index() {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := len(d.People)
	if d.ids != nil && n == len(d.indexed) && (n == 0 || &d.People[0] == &d.indexed[0]) {
		return
	}
	d.indexed = d.People
	d.ids, d.emails = make(map[string]int, n), make(map[string]int, n)
	add := func(m map[string]int, key string, i int) {
		if other, ok := m[key]; key != "" && (!ok || !d.People[other].Active && d.People[i].Active) {
			m[key] = i
		}
	}
	for i := range d.People {
		for _, id := range d.People[i].IDs() {
			add(d.ids, id, i)
		}
		add(d.emails, strings.ToLower(trim(d.People[i].Email)), i)
	}
}
