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
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, redactor{os.Stderr}))
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitDone
	}
	s := &speech{json: asksForJSON(args)}
	var failed *failure
	if !errors.As(err, &failed) {
		s.complain(stderr, err, fmt.Sprintf("%v; see %s --help", err, cmd.CommandPath()), exitUsage)
		return exitUsage
	}
	status := failed.exitStatus(ctx)
	s.complain(stderr, err, failed.explain(), status)
	return status
}

// exitStatus returns the exit status of a failure.
func (f *failure) exitStatus(ctx context.Context) int {
	switch {
	case errors.Is(f, signout.ErrInterrupted), errors.Is(f, context.Canceled) && ctx.Err() != nil:
		return exitInterrupted
	case f.status != 0:
		return f.status
	case f.partly:
		return exitPartly
	default:
		return exitFailed
	}
}
