// Command slackadmin lists, ends and limits the sessions of the users of a Slack
// Enterprise organization.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/seed-38c23bad/slackadmin/api/signout"
)

// The exit statuses. The help of the root command lists them.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitPartly      = 3
	exitNothing     = 4
	exitInterrupted = 130
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	stop := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		stop = append(stop, syscall.SIGHUP) // the terminal is gone
	}
	signal.Notify(signals, stop...)
	go func() {
		<-signals
		cancel()
		<-signals // the second ends it at once, whatever it is blocked on
		os.Exit(exitInterrupted)
	}()
	os.Exit(run(ctx, redactor{os.Stderr}))
}

func run(ctx context.Context, stderr io.Writer) int {
	root := newRoot()
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitDone
	}
	var failed *failure
	if !errors.As(err, &failed) {
		fmt.Fprintf(stderr, "slackadmin: %v; see %s --help\n", err, cmd.CommandPath())
		return exitUsage
	}
	fmt.Fprintln(stderr, "slackadmin: "+failed.explain())
	switch {
	case errors.Is(err, signout.ErrInterrupted), errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return exitInterrupted
	case failed.status != 0:
		return failed.status
	case failed.partly:
		return exitPartly
	default:
		return exitFailed
	}
}
