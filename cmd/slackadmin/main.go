// Command slackadmin ends the sessions of users of a Slack Enterprise
// organization.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// The exit statuses.
const (
	exitDone   = 0
	exitFailed = 1 // Slack or the network said no
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx)
	stop()
	os.Exit(status)
}

func run(ctx context.Context) int {
	cmd, err := newRoot().ExecuteContextC(ctx)
	if err == nil {
		return exitDone
	}
	if errors.As(err, new(*failure)) {
		fmt.Fprintln(os.Stderr, "slackadmin: "+explain(err))
		return exitFailed
	}
	fmt.Fprintf(os.Stderr, "slackadmin: %v; see %s --help\n", err, cmd.CommandPath())
	return exitUsage
}

// failure marks an error as not one of usage.
type failure struct{ error }

func (f *failure) Unwrap() error { return f.error }
