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
)

// The exit statuses. The help of the root command lists them.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitPartial     = 3
	exitNothing     = 4
	exitInterrupted = 130
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	stop := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup ignores it
		stop = append(stop, syscall.SIGHUP) // the terminal was closed
	}
	signal.Notify(signals, stop...)
	go func() {
		<-signals
		cancel()
		<-signals // a second signal exits at once
		os.Exit(exitInterrupted)
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, redactor{os.Stderr}))
}

// run runs the command line args, prints its error, and returns the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &clientFlags{}
	root := newRoot(c)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitDone
	}
	c.json = c.json || asksForJSON(args)
	text, status := fmt.Sprintf("%v; see %s --help", err, cmd.CommandPath()), exitUsage
	var failed *failure
	if errors.As(err, &failed) {
		text, status = failed.message(), failed.exitStatus(ctx)
	}
	c.printError(stderr, err, text, status)
	return status
}
