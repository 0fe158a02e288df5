package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api/slacktest"
	"github.com/seed-38c23bad/slackadmin/internal/methods"
)

type fakeOptions struct {
	*clientFlags

	address, rateLimits, logFile, peopleFile, tokenType string
	users, deactivated, sessionsPerUser, anomalies      int
	seed                                                uint64
	bulkDelay, auditDelay                               time.Duration
}

func newFake(c *clientFlags) *cobra.Command {
	o := &fakeOptions{clientFlags: c}
	cmd := &cobra.Command{
		Use:   "fake",
		Short: "Run a fake Slack until interrupted",
		Long: `fake runs a fake Slack with an organization in memory, to try out clients in any
language. It prints its base URL and a token as commands of sh, and in comments as
commands of PowerShell and cmd. Then it serves until interrupted.

The token is an Org Owner's with every scope. --token prints another one instead, with
which whoami and the other commands fail: a bot's, a member's without admin rights, or
with no-scope the Org Owner's without scopes. --people writes the addresses of the people
that --users and --deactivated add to a CSV file, like a list of leavers.`,
		Example: `  slackadmin fake
  slackadmin fake --listen 127.0.0.1:8080 --rate-limits sliding
  slackadmin fake --users 300 --deactivated 20 --people people.csv
  slackadmin fake --token bot
  slackadmin fake --users 5000 --sessions-per-user 3 --bulk-delay 30s --log requests.jsonl`,
		Args: noArgs,
		RunE: o.run,
	}
	flags := cmd.Flags()
	flags.StringVar(&o.rateLimits, "rate-limits", "", "refuse calls beyond Slack's rate limits, counted in a window: fixed, sliding, strict (refused calls count) or bucket")
	flags.IntVar(&o.users, "users", 0, "number of members to add")
	flags.IntVar(&o.deactivated, "deactivated", 0, "number of people to add who have left")
	flags.IntVar(&o.sessionsPerUser, "sessions-per-user", 3, "sessions of each of the members")
	flags.Uint64Var(&o.seed, "seed", 1, "seed of their sessions")
	flags.DurationVar(&o.bulkDelay, "bulk-delay", 0, "how long resetBulk works in the background")
	flags.DurationVar(&o.auditDelay, "audit-delay", 0, "how long events take to appear in the audit log")
	flags.IntVar(&o.anomalies, "anomalies", 0, "number of anomalies in the audit log, in the last minutes")
	flags.StringVar(&o.logFile, "log", "", "append the requests to a file, one JSON object a line, without the token")
	flags.StringVar(&o.peopleFile, "people", "", "write the names and addresses of the people added to a CSV file, and replace it")
	flags.StringVar(&o.tokenType, "token", "admin", "whose token to print: admin, bot, member or no-scope")
	flags.StringVar(&o.address, "listen", "127.0.0.1:0", "address to listen on")
	completeValues(cmd, "rate-limits", fakeWindows)
	completeValues(cmd, "token", fakeTokens)
	if err := cmd.MarkFlagFilename("people", "csv"); err != nil {
		panic(err) // the flag is defined above
	}
	return cmd
}

// fakeWindows are the values of --rate-limits, and fakeTokens those of --token.
var (
	fakeWindows = []string{string(slacktest.Fixed), string(slacktest.Sliding), string(slacktest.Strict), string(slacktest.Bucket)}
	fakeTokens  = []string{"admin", "bot", "member", "no-scope"}
)

func (o *fakeOptions) checkFlags() error {
	switch {
	case o.rateLimits != "" && !slices.Contains(fakeWindows, o.rateLimits):
		return fmt.Errorf("--rate-limits is %q; want fixed, sliding, strict or bucket", o.rateLimits)
	case !slices.Contains(fakeTokens, o.tokenType):
		return fmt.Errorf("--token is %q; want admin, bot, member or no-scope", o.tokenType)
	case o.users < 0 || o.users > 1_000_000 || o.sessionsPerUser < 0 || o.sessionsPerUser > 1000:
		return fmt.Errorf("--users is %d and --sessions-per-user %d; want 0 to 1000000 and 0 to 1000", o.users, o.sessionsPerUser)
	case o.deactivated < 0 || o.deactivated > 1_000_000:
		return fmt.Errorf("--deactivated is %d; want 0 to 1000000", o.deactivated)
	case o.anomalies < 0 || o.anomalies > 1_000_000:
		return fmt.Errorf("--anomalies is %d; want 0 to 1000000", o.anomalies)
	case o.peopleFile != "" && o.users+o.deactivated == 0:
		return errors.New("--people has nobody to write; want --users or --deactivated too")
	}
	if _, err := net.ResolveTCPAddr("tcp", o.address); err != nil {
		return fmt.Errorf("--listen: %w; want an address such as 127.0.0.1:8080", err)
	}
	return nil
}

func (o *fakeOptions) run(cmd *cobra.Command, _ []string) error {
	if err := o.checkFlags(); err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(cmd.Context(), "tcp", o.address)
	if err != nil {
		return &failure{err: err, hint: "choose another address with --listen"}
	}
	if tcp, ok := listener.Addr().(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
		o.notify(cmd, "others on the network can reach the fake Slack, because --listen is not a loopback address")
	}
	opts := []slacktest.Option{
		slacktest.WithListener(listener), slacktest.WithUsers(o.users, o.sessionsPerUser, o.seed), slacktest.WithDeactivatedUsers(o.deactivated),
		slacktest.WithBulkDelay(o.bulkDelay), slacktest.WithAuditDelay(o.auditDelay), slacktest.WithAnomalies(o.anomalies, o.seed),
	}
	if o.rateLimits != "" {
		opts = append(opts, slacktest.WithRateLimits(slacktest.Window(o.rateLimits)))
	}
	if o.logFile != "" {
		file, err := os.OpenFile(o.logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return &failure{err: err, hint: "choose another file with --log"}
		}
		defer func() { _ = file.Close() }() // an incomplete log is not a failure
		opts = append(opts, slacktest.WithLog(requestLogger(file)))
	}
	fake := slacktest.NewServer(opts...)
	defer fake.Close()
	token := fakeToken(fake, o.tokenType)
	if o.peopleFile != "" {
		all := fake.Users()
		if err := writePeople(o.peopleFile, all[len(all)-o.users-o.deactivated:]); err != nil {
			return &failure{err: err, hint: "choose another file with --people"}
		}
	}
	variables := [][2]string{{"SLACK_API_URL", fake.URL}, {"SLACK_TOKEN", token}}
	for _, server := range methods.Servers {
		variables = append(variables, [2]string{serverVariable(server.Name), fake.ServerURL(server.Name)})
	}
	if err := printVariables(cmd.OutOrStdout(), variables, o.json); err != nil {
		return writeError(err)
	}
	sessions := fake.Sessions()
	o.notify(cmd, fmt.Sprintf("the fake Slack is running, with %d users and %d sessions; interrupt it to stop", len(fake.Users()), len(sessions)))
	if !o.quiet && !o.json {
		printSessions(cmd.ErrOrStderr(), sessions[:min(len(sessions), 10)])
	}
	<-cmd.Context().Done()
	return nil
}

func requestLogger(out io.Writer) func(*slacktest.Request) {
	encoder := json.NewEncoder(out)
	return func(r *slacktest.Request) {
		_ = encoder.Encode(map[string]any{ // a log that cannot be written does not stop the fake
			"time": time.Now().UTC(), "verb": r.Verb, "url": withoutToken(r.URL),
			"content_type": withoutToken(r.Header.Get("Content-Type")), "body": withoutToken(string(r.Body)),
		})
	}
}

var (
	tokenArgument = regexp.MustCompile(`((?:^|[?&])token=)[^&]*`)                    // of a form or a query
	tokenProperty = regexp.MustCompile(`("token"\s*:\s*)"(?:[^"\\]|\\.)*"`)          // of JSON
	tokenItself   = regexp.MustCompile(`(?:xox[a-z]|xapp)(?:[-.]|%2[DdEe])[\w.%-]+`) // anywhere
)

// withoutToken returns text without tokens: the fake's, and others that were sent to it by
// mistake.
func withoutToken(text string) string {
	text = tokenArgument.ReplaceAllString(text, "${1}left-out")
	text = tokenProperty.ReplaceAllString(text, `${1}"left-out"`)
	return tokenItself.ReplaceAllString(text, "left-out")
}

func fakeToken(fake *slacktest.Server, tokenType string) string {
	switch tokenType {
	case "bot":
		return fake.AddToken(slacktest.Bot, "users:read", "users:read.email")
	case "member":
		var scopes []string // every scope that a method requires
		for _, m := range methods.All {
			scopes = append(scopes, slices.Concat(m.Scopes...)...)
		}
		slices.Sort(scopes)
		return fake.AddToken(slacktest.Member, slices.Compact(scopes)...)
	case "no-scope":
		return fake.AddToken(slacktest.Admin)
	}
	return fake.Token
}

func writePeople(path string, users []slacktest.User) error {
	rows := [][]string{{"email", "name"}}
	for _, user := range users {
		rows = append(rows, []string{user.Email, user.Name})
	}
	var text bytes.Buffer
	if err := csv.NewWriter(&text).WriteAll(rows); err != nil {
		return err
	}
	return os.WriteFile(path, text.Bytes(), 0o600)
}

// printVariables prints environment variables: as commands of sh, and of other shells in
// comments of sh.
func printVariables(out io.Writer, variables [][2]string, asJSON bool) error {
	if asJSON {
		object := map[string]string{}
		for _, v := range variables { // SLACK_API_URL is api_url
			object[strings.ToLower(strings.TrimPrefix(v[0], "SLACK_"))] = v[1]
		}
		return json.NewEncoder(out).Encode(object)
	}
	var sh strings.Builder
	var power, cmd []string
	for _, v := range variables {
		fmt.Fprintf(&sh, "export %s=%s\n", v[0], v[1])
		power = append(power, fmt.Sprintf("$env:%s = '%s'", v[0], v[1]))
		cmd = append(cmd, fmt.Sprintf(`set "%s=%s"`, v[0], v[1]))
	}
	_, err := fmt.Fprintf(out, "%s# PowerShell: %s\n# cmd: %s\n", &sh, strings.Join(power, "; "), strings.Join(cmd, " & "))
	return err
}
