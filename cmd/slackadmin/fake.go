package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api/slacktest"
	"github.com/seed-38c23bad/slackadmin/internal/methods"
)

func newFake(s *speech) *cobra.Command {
	var address, rateLimits, logFile, peopleFile, kind string
	var users, deactivated, sessionsPerUser, anomalies int
	var seed uint64
	var bulkDelay, auditDelay time.Duration
	cmd := &cobra.Command{
		Use:   "fake",
		Short: "Run a fake Slack until interrupted",
		Long: `fake runs a fake Slack with an organization in memory, for trying out clients in
any language. It prints its base URL and a token as commands of sh, and in comments
as those of PowerShell and cmd, then serves until interrupted.

The token is an Org Owner's with every scope. --token has it print another, with which
whoami and the other commands say what is wrong: a bot's, a member's, who is no admin,
or no-scope, the Org Owner's without any. --people writes the people that --users and
--deactivated add to a CSV file, with their addresses, as leavers are named in one.`,
		Example: `  slackadmin fake
  slackadmin fake --listen 127.0.0.1:8080 --rate-limits sliding
  slackadmin fake --users 300 --deactivated 20 --people people.csv
  slackadmin fake --token bot
  slackadmin fake --users 5000 --sessions-per-user 3 --bulk-delay 30s --log requests.jsonl`,
		Args: flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if rateLimits != "" && !slices.Contains(fakeWindows, rateLimits) {
				return fmt.Errorf("--rate-limits is %q; want fixed, sliding, strict or bucket", rateLimits)
			}
			if !slices.Contains(fakeTokens, kind) {
				return fmt.Errorf("--token is %q; want admin, bot, member or no-scope", kind)
			}
			if users < 0 || users > 1_000_000 || sessionsPerUser < 0 || sessionsPerUser > 1000 {
				return fmt.Errorf("--users is %d and --sessions-per-user %d; want 0 to 1000000 and 0 to 1000", users, sessionsPerUser)
			}
			if deactivated < 0 || deactivated > 1_000_000 {
				return fmt.Errorf("--deactivated is %d; want 0 to 1000000", deactivated)
			}
			if anomalies < 0 || anomalies > 1_000_000 {
				return fmt.Errorf("--anomalies is %d; want 0 to 1000000", anomalies)
			}
			if peopleFile != "" && users+deactivated == 0 {
				return errors.New("--people has nobody to write; want --users or --deactivated too")
			}
			if _, err := net.ResolveTCPAddr("tcp", address); err != nil {
				return fmt.Errorf("--listen: %w; want an address such as 127.0.0.1:8080", err)
			}
			listener, err := new(net.ListenConfig).Listen(cmd.Context(), "tcp", address)
			if err != nil {
				return &failure{err: err, next: "choose another address with --listen"}
			}
			if tcp, ok := listener.Addr().(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
				s.say(cmd.ErrOrStderr(), "others on the network can reach the fake Slack, for --listen is not an address of loopback")
			}
			opts := []slacktest.Option{slacktest.WithListener(listener)}
			if rateLimits != "" {
				opts = append(opts, slacktest.WithRateLimits(slacktest.Window(rateLimits)))
			}
			opts = append(opts, slacktest.WithUsers(users, sessionsPerUser, seed), slacktest.WithDeactivatedUsers(deactivated), slacktest.WithBulkDelay(bulkDelay), slacktest.WithAuditDelay(auditDelay), slacktest.WithAnomalies(anomalies, seed))
			if logFile != "" {
				file, err := os.OpenFile(logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
				if err != nil {
					return &failure{err: err, next: "choose another file with --log"}
				}
				defer func() { _ = file.Close() }() // a log that is cut short is no reason to fail
				opts = append(opts, slacktest.WithLog(logTo(file)))
			}
			fake := slacktest.NewServer(opts...)
			defer fake.Close()
			token := fakeToken(fake, kind)
			if peopleFile != "" {
				all := fake.Users()
				if err := writePeople(peopleFile, all[len(all)-users-deactivated:]); err != nil {
					return &failure{err: err, next: "choose another file with --people"}
				}
			}
			variables := [][2]string{{"SLACK_API_URL", fake.URL}, {"SLACK_TOKEN", token}}
			for _, server := range methods.Servers {
				variables = append(variables, [2]string{serverVariable(server.Name), fake.ServerURL(server.Name)})
			}
			if err := printFake(cmd.OutOrStdout(), variables, s.json); err != nil {
				return outputFailure(err)
			}
			sessions := fake.Sessions()
			s.say(cmd.ErrOrStderr(), fmt.Sprintf("the fake Slack is running, with %d users and %d sessions; interrupt it to stop", len(fake.Users()), len(sessions)))
			if !s.quiet && !s.json {
				printSessions(cmd.ErrOrStderr(), sessions[:min(len(sessions), 10)])
			}
			<-cmd.Context().Done()
			return nil
		},
	}
	cmd.Flags().StringVar(&rateLimits, "rate-limits", "", "refuse calls beyond Slack's rate limits, counted in a window: fixed, sliding, strict (refused calls count) or bucket")
	cmd.Flags().IntVar(&users, "users", 0, "add so many members")
	cmd.Flags().IntVar(&deactivated, "deactivated", 0, "add so many people who have left")
	cmd.Flags().IntVar(&sessionsPerUser, "sessions-per-user", 3, "sessions of each of the members")
	cmd.Flags().Uint64Var(&seed, "seed", 1, "what their sessions are made from")
	cmd.Flags().DurationVar(&bulkDelay, "bulk-delay", 0, "how long the work of resetBulk takes")
	cmd.Flags().DurationVar(&auditDelay, "audit-delay", 0, "how long until the audit log has what was done")
	cmd.Flags().IntVar(&anomalies, "anomalies", 0, "so many anomalies in the audit log, of the last minutes")
	cmd.Flags().StringVar(&logFile, "log", "", "append the requests to a file, one JSON object a line, without the token")
	cmd.Flags().StringVar(&peopleFile, "people", "", "write the names and addresses of those added to a CSV file, in place of what is in it")
	cmd.Flags().StringVar(&kind, "token", "admin", "whose token to print: admin, bot, member or no-scope")
	cmd.Flags().StringVar(&address, "listen", "127.0.0.1:0", "address to listen on")
	for name, values := range map[string][]string{"rate-limits": fakeWindows, "token": fakeTokens} {
		if err := cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
			panic(err) // the flags are defined above
		}
	}
	if err := cmd.MarkFlagFilename("people", "csv"); err != nil {
		panic(err) // the flag is defined above
	}
	return cmd
}

// fakeWindows are the values of --rate-limits.
var fakeWindows = []string{string(slacktest.Fixed), string(slacktest.Sliding), string(slacktest.Strict), string(slacktest.Bucket)}

// logTo returns what writes requests to a log.
func logTo(out io.Writer) func(*slacktest.Request) {
	encoder := json.NewEncoder(out)
	return func(r *slacktest.Request) {
		_ = encoder.Encode(map[string]any{ // a log that cannot be written is no reason to stop
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

// withoutToken returns text without tokens: the fake's own, and others that were
// sent to it by mistake.
func withoutToken(text string) string {
	text = tokenArgument.ReplaceAllString(text, "${1}left-out")
	text = tokenProperty.ReplaceAllString(text, `${1}"left-out"`)
	return tokenItself.ReplaceAllString(text, "left-out")
}
