package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

// defaultMax is how large a plan may be if --max does not say.
const defaultMax = 1000

func newApply(c *caller) *cobra.Command {
	var yes, dryRun bool
	var opts signout.ApplyOptions
	cmd := &cobra.Command{
		Use:   "apply PLAN",
		Short: "Sign out whom a plan says, and go on where it was interrupted",
		Long: `apply does what a plan says, at the pace that Slack allows, and appends what it does
to the plan's file. Each call is in the file before it is sent. Killed at any moment
and run again, apply continues: it does not reset users again that are done, and it
sends those again whose answer it has not written. A plan that has expired cannot be
started, only continued. A plan of more than 1,000 users or sessions needs --max.

A user is done only if Slack said ok to a call with that user. If Slack refuses some
users of a call, apply sends the others again without them; if Slack refuses the
whole call for the sake of some, apply finds out which. If no answer comes, or none
that can be read, apply sends the same users twice more; then they are unknown, and
"slackadmin sessions verify" tells. --retry-failed sends those again that were
refused or are unknown. A rate limit or an outage is waited out.

On a terminal, apply asks for the number of users or sessions; elsewhere it wants
--yes.

Exit status: 0 all done, 3 some refused, unknown or left, 1 failed, 2 the plan will not
do and nothing was sent, 130 interrupted.`,
		Example: `  slackadmin sessions apply plan.jsonl
  slackadmin sessions apply plan.jsonl --dry-run
  slackadmin sessions apply plan.jsonl --yes --max 5000 --json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			plan, err := signout.ReadPlan(args[0])
			if err != nil {
				return &failure{err: err, next: "nothing was sent", status: exitUsage}
			}
			if size := plan.Size(); opts.Max > 0 && size > opts.Max {
				return &failure{
					err:  fmt.Errorf("the plan has %d rows, more than --max %d", size, opts.Max),
					next: fmt.Sprintf("nothing was sent; if that is meant, give --max %d", size), status: exitUsage,
				}
			}
			calls, err := signout.DryRun(plan, opts)
			if err != nil {
				return &failure{err: err, status: exitUsage} // which says that nothing was sent
			}
			if dryRun {
				return outputFailure(printCalls(cmd.OutOrStdout(), calls, c.json))
			}
			return c.apply(cmd, plan, opts, yes)
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "print the calls, and send nothing")
	cmd.Flags().BoolVar(&opts.RetryFailed, "retry-failed", false, "send those again that were refused or are unknown")
	cmd.Flags().IntVar(&opts.Max, "max", defaultMax, "refuse a plan with more users or sessions than this; 0 is no limit")
	cmd.ValidArgsFunction = completePlan
	return cmd
}

// completePlan offers files for the one argument.
func completePlan(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return []string{"jsonl"}, cobra.ShellCompDirectiveFilterFileExt
}

func (c *caller) apply(cmd *cobra.Command, plan *signout.Plan, opts signout.ApplyOptions, yes bool) error {
	c.paced = true
	client, calls, err := c.client(cmd, api.WithPacing())
	if err != nil {
		return err
	}
	if err := confirm(cmd, plan, yes); err != nil {
		return err
	}
	signal.Ignore(syscall.SIGPIPE) // whoever stops reading the output does not stop the work
	line := newStatusLine(cmd.ErrOrStderr(), c.quiet || c.verbose || c.json)
	show := line.apply
	if c.json {
		show = events(cmd.OutOrStdout())
	}
	opts.CallOptions = calls
	toldExpiry := false
	opts.Progress = func(p signout.Progress) {
		if said := expiry(p, time.Now()); said != "" && !toldExpiry {
			toldExpiry = true
			c.say(cmd.ErrOrStderr(), said)
		}
		if !p.Finishing {
			show(p)
		} else {
			line.end()
			c.say(cmd.ErrOrStderr(), "interrupted; waiting for the answer to the call on its way; Ctrl-C again to stop at once")
		}
	}
	sums, err := signout.Apply(cmd.Context(), client, plan, opts)
	line.end()
	return c.finish(cmd, plan, sums, err)
}

// expiry says when the token expires, if Slack says so, and whether that is before the
// calls that are left can be made.
func expiry(p signout.Progress, now time.Time) string {
	if p.Expires.IsZero() {
		return ""
	}
	left, takes := p.Expires.Sub(now), signout.Estimate(p.Calls)
	said := "the token expires " + inTime(left, p.Expires)
	if takes > left {
		said += fmt.Sprintf(", and %s take %s: go on afterwards with a new token", count(p.Calls, "call"), about(p.Calls))
	}
	return said
}

// inTime says when something is.
func inTime(left time.Duration, at time.Time) string {
	return fmt.Sprintf("in %v, at %s", left.Round(time.Second), at.UTC().Format("2006-01-02 15:04 UTC"))
}

// confirm asks for the number of users or sessions, if there is somebody to ask.
func confirm(cmd *cobra.Command, plan *signout.Plan, yes bool) error {
	if yes {
		return nil
	}
	number, what := plan.Users, "signs out "+count(plan.Users, "user")
	if plan.Action == signout.ActionInvalidate {
		number, what = plan.Size(), "ends "+count(plan.Size(), "session")
	}
	terminal := terminalOf(cmd.InOrStdin())
	if terminal == nil {
		return fmt.Errorf("the plan %s and there is no terminal to ask; want --yes", what)
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "The plan %s. Type that number to go on: ", what)
	answer, err := bufio.NewReader(terminal).ReadString('\n')
	if err != nil || strings.TrimSpace(answer) != strconv.Itoa(number) {
		return &failure{err: errors.New("that is not the number"), next: "nothing was sent", status: exitUsage}
	}
	return nil
}

func printCalls(out io.Writer, calls []signout.Call, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(out)
		for _, call := range calls {
			if err := encoder.Encode(call); err != nil {
				return err
			}
		}
		return nil
	}
	for _, call := range calls {
		line := fmt.Sprintf("%s  %s: %s", call.Method, count(len(call.Users), "user"), strings.Join(call.Users[:min(len(call.Users), 5)], " "))
		if more := len(call.Users) - 5; more > 0 {
			line += fmt.Sprintf(" and %d more", more)
		}
		if call.Session != 0 {
			line = fmt.Sprintf("%s  %s session %d", call.Method, strings.Join(call.Users, " "), call.Session)
		}
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(out, "%s, %s; nothing was sent\n", count(len(calls), "call"), about(len(calls)))
	return err
}

// finish prints how far apply came, and says how to go on. That the output cannot
// be written is said only if there is nothing else to say, and not if its reader
// has gone.
func (c *caller) finish(cmd *cobra.Command, plan *signout.Plan, sums signout.Sums, err error) error {
	refused := 0
	for _, n := range sums.Refused {
		refused += n
	}
	sent := sums.Done+sums.AlreadyEnded+refused > 0
	var printErr error
	switch {
	case c.json:
		printErr = json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"end": sums})
	case err == nil || sent || sums.Unknown > 0:
		_, printErr = io.WriteString(cmd.OutOrStdout(), describeSums(plan, sums))
	}
	again := "go on with " + applyCommand(plan)
	switch {
	case errors.Is(err, signout.ErrInterrupted):
		return &failure{err: err, next: again}
	case err != nil && sent:
		return &failure{err: err, more: again}
	case err != nil:
		return &failure{err: err}
	case refused > 0 || sums.Unknown > 0:
		c.nameRefused(cmd.ErrOrStderr(), plan)
		return unfinished(plan, refused, sums.Unknown)
	case isClosedPipe(printErr):
		return nil
	}
	return outputFailure(printErr)
}

// nameRefused names whom Slack refused: ten, and how many more.
func (s *speech) nameRefused(out io.Writer, plan *signout.Plan) {
	history, err := plan.History()
	if err != nil || s.json {
		return
	}
	const most = 10
	n := 0
	for _, row := range history.Rows {
		if row.State != signout.StateRefused {
			continue
		}
		if n++; n <= most {
			fmt.Fprint(out, s.note(out, nameOf(plan, row.Row)+": "+string(row.Code)))
		}
	}
	if n > most {
		fmt.Fprint(out, s.note(out, fmt.Sprintf("and %d more", n-most)))
	}
}

// unfinished says what to do about rows that were refused or are unknown.
func unfinished(plan *signout.Plan, refused, unknown int) error {
	path := shellWord(plan.Path())
	failed := &failure{partly: true, more: "to send them again, add --retry-failed"}
	switch {
	case unknown == 0:
		failed.err = fmt.Errorf("%d refused", refused)
		failed.next = "see whom with slackadmin sessions show " + path
	case refused == 0:
		failed.err = fmt.Errorf("%d unknown", unknown)
		failed.next = "see whether they are gone with slackadmin sessions verify " + path
	default:
		failed.err = fmt.Errorf("%d refused, %d unknown", refused, unknown)
		failed.next = fmt.Sprintf("see whom with slackadmin sessions show %s, and whether they are gone with slackadmin sessions verify %[1]s", path)
	}
	return failed
}

// applyCommand returns the command that applies a plan.
func applyCommand(plan *signout.Plan) string {
	command := "slackadmin sessions apply " + shellWord(plan.Path())
	if plan.Size() > defaultMax {
		command += fmt.Sprintf(" --max %d", plan.Size())
	}
	return command
}

func describeSums(plan *signout.Plan, sums signout.Sums) string {
	var b strings.Builder
	out := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	writeSums(out, sums)
	_ = out.Flush() // into b
	if sums.Left == 0 {
		fmt.Fprintf(&b, "Next, see whether they are gone:\n  slackadmin sessions verify %s --wait 10m\n", shellWord(plan.Path()))
	}
	return b.String()
}

// writeSums writes a line for each sum. Those that are usually 0 are left out then.
func writeSums(out io.Writer, sums signout.Sums) {
	fmt.Fprintf(out, "Done\t%d\n", sums.Done)
	if sums.AlreadyEnded > 0 {
		fmt.Fprintf(out, "Already ended\t%d\n", sums.AlreadyEnded)
	}
	for _, code := range slices.Sorted(maps.Keys(sums.Refused)) {
		fmt.Fprintf(out, "Refused\t%d %s\n", sums.Refused[code], printable.Line(string(code)))
	}
	if sums.Unknown > 0 {
		fmt.Fprintf(out, "Unknown\t%d sent, but not known to be done\n", sums.Unknown)
	}
	fmt.Fprintf(out, "Left\t%d\n", sums.Left)
}
