package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

func newFake() *cobra.Command {
	var address, rateLimits, logFile string
	var users, sessionsPerUser int
	var seed uint64
	var bulkDelay time.Duration
	cmd := &cobra.Command{
		Use:   "fake",
		Short: "Run a fake Slack until interrupted",
		Long: `fake runs a fake Slack with an organization in memory, for trying out clients in
any language. It prints its base URL and the token of an Org Admin as shell
commands, then serves until interrupted.`,
		Example: `  slackadmin fake
  slackadmin fake --listen 127.0.0.1:8080 --rate-limits sliding
  slackadmin fake --users 5000 --sessions-per-user 3 --bulk-delay 30s --log requests.jsonl`,
		Args: flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			windows := []string{"", string(slacktest.Fixed), string(slacktest.Sliding), string(slacktest.Strict), string(slacktest.Bucket)}
			if !slices.Contains(windows, rateLimits) {
				return fmt.Errorf("--rate-limits is %q; want fixed, sliding, strict or bucket", rateLimits)
			}
			if users < 0 || users > 1_000_000 || sessionsPerUser < 0 || sessionsPerUser > 1000 {
				return fmt.Errorf("--users is %d and --sessions-per-user %d; want 0 to 1000000 and 0 to 1000", users, sessionsPerUser)
			}
			if _, err := net.ResolveTCPAddr("tcp", address); err != nil {
				return fmt.Errorf("--listen: %w; want an address such as 127.0.0.1:8080", err)
			}
			listener, err := new(net.ListenConfig).Listen(cmd.Context(), "tcp", address)
			if err != nil {
				return &failure{err: err, next: "choose another address with --listen"}
			}
			if tcp, ok := listener.Addr().(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
				fmt.Fprintln(cmd.ErrOrStderr(), "Others on the network can reach the fake Slack, for --listen is not an address of loopback.")
			}
			opts := []slacktest.Option{slacktest.WithListener(listener)}
			if rateLimits != "" {
				opts = append(opts, slacktest.WithRateLimits(slacktest.Window(rateLimits)))
			}
			opts = append(opts, slacktest.WithUsers(users, sessionsPerUser, seed), slacktest.WithBulkDelay(bulkDelay))
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
			if _, err := fmt.Fprintf(cmd.OutOrStdout(), "export SLACK_API_URL=%s\nexport SLACK_TOKEN=%s\n", fake.URL, fake.Token); err != nil {
				return outputFailure(err)
			}
			sessions := fake.Sessions()
			fmt.Fprintf(cmd.ErrOrStderr(), "The fake Slack is running, with %d users and %d sessions. Interrupt it to stop.\n", len(fake.Users()), len(sessions))
			printSessions(cmd.ErrOrStderr(), sessions[:min(len(sessions), 10)])
			<-cmd.Context().Done()
			return nil
		},
	}
	cmd.Flags().StringVar(&rateLimits, "rate-limits", "", "refuse calls beyond Slack's rate limits, counted in a window: fixed, sliding, strict (refused calls count) or bucket")
	cmd.Flags().IntVar(&users, "users", 0, "add so many members")
	cmd.Flags().IntVar(&sessionsPerUser, "sessions-per-user", 3, "sessions of each of them")
	cmd.Flags().Uint64Var(&seed, "seed", 1, "what their sessions are made from")
	cmd.Flags().DurationVar(&bulkDelay, "bulk-delay", 0, "how long the work of resetBulk takes")
	cmd.Flags().StringVar(&logFile, "log", "", "append the requests to a file, one JSON object a line, without the token")
	cmd.Flags().StringVar(&address, "listen", "127.0.0.1:0", "address to listen on")
	return cmd
}

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
