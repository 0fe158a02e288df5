package slacktest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

// WithBulkDelay delays the work that admin.users.session.resetBulk accepts, as Slack does
// it only after some minutes.
func WithBulkDelay(delay time.Duration) Option {
	return func(s *Server) { s.org.bulkDelay = delay }
}

// WithBulkFailures makes the work that admin.users.session.resetBulk accepts fail for
// some users. Only the audit log shows that.
func WithBulkFailures(userIDs ...string) Option {
	return func(s *Server) {
		for _, id := range userIDs {
			s.org.bulkFailures[id] = true
		}
	}
}

// WithUsers adds members with names, addresses and sessions to the organization. The
// devices, clients and IP addresses of the sessions vary. The same seed makes the same
// organization.
func WithUsers(users, sessionsEach int, seed uint64) Option {
	return func(s *Server) {
		random := rand.New(rand.NewPCG(seed, seed))
		for range users {
			user := s.org.addUser(s.org.newPerson(User{TeamID: []string{Workspace, OtherWorkspace}[random.IntN(2)]}))
			for range sessionsEach {
				platform := []Platform{Web, Web, Mobile}[random.IntN(3)]
				session := Session{UserID: user.ID, Platform: platform, Created: randomDevice(random, platform)}
				if random.IntN(3) == 0 {
					recent := session.Created
					recent.IP, recent.SlackClientVersion = randomIP(random), randomVersion(random)
					session.Recent = &recent
				}
				s.org.addSession(session)
			}
		}
	}
}

// WithDeactivatedUsers adds deactivated users with names and addresses to the
// organization.
func WithDeactivatedUsers(users int) Option {
	return func(s *Server) {
		for range users {
			s.org.addUser(s.org.newPerson(User{Deactivated: true}))
		}
	}
}

var (
	firstNames = []string{"Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gwen", "Hal", "Ida", "Jon"}
	lastNames  = []string{"Archer", "Baker", "Carter", "Dyer", "Fisher", "Gardener", "Hunter", "Mason", "Potter", "Weaver"}
)

// newPerson returns user with a new ID, and a name and an address that depend on the ID.
func (o *org) newPerson(user User) User {
	o.mu.Lock()
	defer o.mu.Unlock()
	user.ID = o.newUserID()
	first, last := firstNames[o.lastUser%10], lastNames[o.lastUser/10%10]
	user.Name = first + " " + last
	user.Email = strings.ToLower(fmt.Sprintf("%s.%s.%d@example.com", first, last, o.lastUser))
	return user
}

func randomDevice(random *rand.Rand, platform Platform) api.SessionDevice {
	systems := [][3]string{{"Intel", "OS X", "10.15.7"}, {"Apple", "macOS", "15.6"}, {"x64", "Windows", "11"}, {"x64", "Linux", "6.8"}}
	if platform == Mobile {
		systems = [][3]string{{"iPhone", "iOS", "18.5"}, {"Pixel 9", "Android", "16"}}
	}
	system := systems[random.IntN(len(systems))]
	return api.SessionDevice{
		DeviceHardware: system[0], OS: system[1], OSVersion: system[2],
		SlackClientVersion: randomVersion(random), IP: randomIP(random),
	}
}

func randomVersion(random *rand.Rand) string {
	return fmt.Sprintf("4.%d.%d", 40+random.IntN(8), random.IntN(200))
}

// randomIP returns an address reserved for documentation (RFC 5737, RFC 3849).
func randomIP(random *rand.Rand) string {
	switch random.IntN(4) {
	case 0:
		return fmt.Sprintf("192.0.2.%d", random.IntN(256))
	case 1:
		return fmt.Sprintf("198.51.100.%d", random.IntN(256))
	case 2:
		return fmt.Sprintf("203.0.113.%d", random.IntN(256))
	default:
		return fmt.Sprintf("2001:db8::%x:%x", random.IntN(16), random.IntN(65536))
	}
}
