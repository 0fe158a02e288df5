package main

import (
	"fmt"
	"net"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

func newFake() *cobra.Command {
	var address string
	var rateLimits bool
	cmd := &cobra.Command{
		Use:   "fake",
		Short: "Run a fake Slack until interrupted",
		Long: `fake runs a fake Slack with an organization in memory, for trying out clients in
any language. It prints its base URL and the token of an Org Admin as shell
commands, then serves until interrupted.`,
		Example: `  slackadmin fake
  slackadmin fake --listen 127.0.0.1:8080 --rate-limits`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
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
			if rateLimits {
				opts = append(opts, slacktest.WithRateLimits())
			}
			fake := slacktest.NewServer(opts...)
			defer fake.Close()
			if _, err := fmt.Fprintf(cmd.OutOrStdout(), "export SLACK_API_URL=%s\nexport SLACK_TOKEN=%s\n", fake.URL, fake.Token); err != nil {
				return outputFailure(err)
			}
			fmt.Fprintln(cmd.ErrOrStderr(), "The fake Slack is running. Interrupt it to stop. Its sessions:")
			printSessions(cmd.ErrOrStderr(), fake.Sessions())
			<-cmd.Context().Done()
			return nil
		},
	}
	cmd.Flags().BoolVar(&rateLimits, "rate-limits", false, "refuse calls beyond Slack's rate limits")
	cmd.Flags().StringVar(&address, "listen", "127.0.0.1:0", "address to listen on")
	return cmd
}
