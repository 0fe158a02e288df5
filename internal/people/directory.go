package people

import (
	"strings"
	"sync"
	"time"
)

// A Person is somebody (or a bot) of the organization.
type Person struct {
	UserID       string   // the organization's ID where known, else a workspace's
	OtherIDs     []string // of the same person
	Email, Name  string
	Workspaces   []string // IDs
	Active       bool
	Bot          bool
	PrimaryOwner bool
}

// A Directory is who there is. It may be used by several goroutines while nobody
// changes People.
type Directory struct {
	People []Person
	Source string    // for people: "members.csv", "Slack"
	Time   time.Time // how old it is, if known

	// Complete says that whoever is not in it is not in Slack, as of a look-up just
	// now.
	Complete bool

	// Size is how many people the organization has, 0 if that is not known.
	Size int

	mu      sync.Mutex
	indexed []Person // what the maps are of
	ids     map[string]int
	emails  map[string]int
}

// ByID returns who has an ID, be it one of several, or nil.
func (d *Directory) ByID(id string) *Person {
	d.index()
	if i, ok := d.ids[strings.ToUpper(trim(id))]; ok {
		return &d.People[i]
	}
	return nil
}

// ByEmail returns who has an address, in any case, or nil. Of several, it is one
// who is active, for people come back.
func (d *Directory) ByEmail(email string) *Person {
	d.index()
	if i, ok := d.emails[strings.ToLower(trim(email))]; ok {
		return &d.People[i]
	}
	return nil
}

// index makes the maps, again if there are other people than when it did.
func (d *Directory) index() {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := len(d.People)
	if d.ids != nil && n == len(d.indexed) && (n == 0 || &d.People[0] == &d.indexed[0]) {
		return
	}
	d.indexed = d.People
	d.ids, d.emails = make(map[string]int, n), make(map[string]int, n)
	for i := range d.People {
		p := &d.People[i]
		for _, id := range append([]string{p.UserID}, p.OtherIDs...) {
			if other, ok := d.ids[id]; id != "" && (!ok || !d.People[other].Active && p.Active) {
				d.ids[id] = i
			}
		}
		email := strings.ToLower(trim(p.Email))
		if other, ok := d.emails[email]; email != "" && (!ok || !d.People[other].Active && p.Active) {
			d.emails[email] = i
		}
	}
}
