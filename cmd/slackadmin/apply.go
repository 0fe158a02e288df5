package main

import (
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

const defaultMax = 1000

type applyOptions struct {
	*clientFlags

	yes, dryRun bool
	opts        signout.ApplyOptions
}

func newApply(c *clientFlags) *cobra.Command {
	o := &applyOptions{clientFlags: c}
	cmd := &cobra.Command{
		Use:   "apply PLAN",
		Short: "Sign out the users of a plan, or continue after an interruption",
		Long: `apply signs out the users of a plan, at the pace that Slack allows, and appends to the
plan's file what it does. It writes each call to the file before it sends the call. If
it is killed at any moment and run again, it continues: it does not reset users again
who are done, and it repeats the calls whose response is not in the file. A plan that
has expired cannot be started, only continued. A plan of more than 1,000 users or
sessions requires --max.

A user is done only if Slack said ok to a call with that user. If Slack refuses some
users of a call, apply sends the others again without them; if Slack refuses the whole
call because of some users, apply finds out which. If no response comes, or none that
is readable, apply sends the same users twice more; then they are unknown, and
"slackadmin sessions verify" checks them. --retry-failed repeats the calls for users
who were refused or are unknown. apply waits as long as a rate limit or an outage lasts.

On a terminal, apply asks for the number of users or sessions; elsewhere it requires
--yes.

Exit status: 0 all done, 3 some refused, unknown or left, 1 failed, 2 the plan is invalid
and nothing was sent, 130 interrupted.`,
		Example: `  slackadmin sessions apply plan.jsonl
  slackadmin sessions apply plan.jsonl --dry-run
  slackadmin sessions apply plan.jsonl --yes --max 5000 --json`,
		Args:              cobra.ExactArgs(1),
		RunE:              o.run,
		ValidArgsFunction: completePlan,
	}
	cmd.Flags().BoolVar(&o.yes, "yes", false, "do not ask")
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "print the calls, and send nothing")
	cmd.Flags().BoolVar(&o.opts.RetryFailed, "retry-failed", false, "repeat the calls for users who were refused or are unknown")
	cmd.Flags().IntVar(&o.opts.Max, "max", defaultMax, "refuse a plan with more users or sessions than this; 0 is no limit")
	return cmd
}

func (o *applyOptions) run(cmd *cobra.Command, args []string) error {
	plan, err := signout.ReadPlan(args[0])
	if err != nil {
		return &failure{err: err, hint: "nothing was sent", status: exitUsage}
	}
	if size := plan.Size(); o.opts.Max > 0 && size > o.opts.Max {
		return &failure{
			err:  fmt.Errorf("the plan has %d rows, more than --max %d", size, o.opts.Max),
			hint: fmt.Sprintf("nothing was sent; to apply it, set --max %d", size), status: exitUsage,
		}
	}
	calls, err := signout.DryRun(plan, o.opts)
	if err != nil {
		return &failure{err: err, status: exitUsage} // err says that nothing was sent
	}
	if o.dryRun {
		return writeError(printCalls(cmd.OutOrStdout(), calls, o.json))
	}
	c, err := o.connect(cmd, true, api.WithPacing())
	if err != nil {
		return err
	}
	if err := o.confirm(cmd, plan); err != nil {
		return err
	}
	signal.Ignore(syscall.SIGPIPE) // a reader of the output that stops must not stop the work
	show := c.line.apply
	if o.json {
		c.line.off = true
		show = eventPrinter(cmd.OutOrStdout())
	}
	o.opts.CallOptions = c.opts
	notifiedExpiry := false
	o.opts.Progress = func(p signout.Progress) {
		if expiry := tokenExpiry(p, time.Now()); expiry != "" && !notifiedExpiry {
			notifiedExpiry = true
			c.notify(expiry)
		}
		if !p.Finishing {
			show(p)
			return
		}
		c.line.end()
		c.notify("interrupted; waiting for the response to the last call; press Ctrl-C again to stop at once")
	}
	sums, err := signout.Apply(cmd.Context(), c.client, plan, o.opts)
	c.line.end()
	return o.reportResult(cmd, plan, sums, err)
}

// tokenExpiry returns when the token expires, and whether that is before the end of the
// calls that are left; "" if Slack does not say.
func tokenExpiry(p signout.Progress, now time.Time) string {
	if p.Expires.IsZero() {
		return ""
	}
	left, takes := p.Expires.Sub(now), signout.Estimate(p.Calls)
	text := "the token expires " + formatExpiry(left, p.Expires)
	if takes > left {
		text += fmt.Sprintf(", and %s take %s: continue afterwards with a new token", plural(p.Calls, "call"), formatEstimate(p.Calls))
	}
	return text
}

// confirm asks for the number of users or sessions, unless --yes is set.
func (o *applyOptions) confirm(cmd *cobra.Command, plan *signout.Plan) error {
	if o.yes {
		return nil
	}
	number, effect := plan.Users, "signs out "+plural(plan.Users, "user")
	if plan.Action == signout.ActionInvalidate {
		number, effect = plan.Size(), "ends "+plural(plan.Size(), "session")
	}
	terminal := terminalOf(cmd.InOrStdin())
	if terminal == nil {
		return fmt.Errorf("the plan %s and there is no terminal to ask; want --yes", effect)
	}
	return ask(cmd, terminal, "The plan "+effect, "number", strconv.Itoa(number), "nothing was sent")
}

func printCalls(out io.Writer, calls []signout.Call, asJSON bool) error {
	if asJSON {
		return printObjects(out, calls, func(call signout.Call) any { return call })
	}
	for _, call := range calls {
		line := fmt.Sprintf("%s  %s: %s", call.Method, plural(len(call.Users), "user"), strings.Join(firstOf(call.Users, 5, "and %d more"), " "))
		if call.Session != 0 {
			line = fmt.Sprintf("%s  %s session %d", call.Method, strings.Join(call.Users, " "), call.Session)
		}
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(out, "%s, %s; nothing was sent\n", plural(len(calls), "call"), formatEstimate(len(calls)))
	return err
}

// reportResult prints the sums, and returns an error that says how to continue. It returns
// an error of writing the output only if there is no other, and not if the reader of the
// output has gone.
func (o *applyOptions) reportResult(cmd *cobra.Command, plan *signout.Plan, sums signout.Sums, err error) error {
	refused := 0
	for _, n := range sums.Refused {
		refused += n
	}
	sent := sums.Done+sums.AlreadyEnded+refused > 0
	var printErr error
	switch {
	case o.json:
		printErr = json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"end": sums})
	case err == nil || sent || sums.Unknown > 0:
		_, printErr = io.WriteString(cmd.OutOrStdout(), formatSums(plan, sums))
	}
	again := "continue with " + applyCommand(plan)
	switch {
	case errors.Is(err, signout.ErrInterrupted):
		return &failure{err: err, hint: again}
	case err != nil && sent:
		return &failure{err: err, also: again}
	case err != nil:
		return &failure{err: err}
	case refused > 0 || sums.Unknown > 0:
		o.nameRefused(cmd, plan)
		return incompleteError(plan, refused, sums.Unknown)
	case isClosedPipe(printErr):
		return nil
	}
	return writeError(printErr)
}

// nameRefused names on stderr the first users whom Slack refused.
func (o *applyOptions) nameRefused(cmd *cobra.Command, plan *signout.Plan) {
	history, err := plan.History()
	if err != nil || o.json {
		return
	}
	var refused []string
	for _, row := range history.Rows {
		if row.State == signout.StateRefused {
			refused = append(refused, nameOf(plan, row.Row)+": "+string(row.Code))
		}
	}
	for _, line := range firstOf(refused, 10, "and %d more") {
		o.warn(cmd, line)
	}
}

// incompleteError returns what to do about rows that were refused or are unknown.
func incompleteError(plan *signout.Plan, refused, unknown int) error {
	path := shellWord(plan.Path())
	failed := &failure{partial: true, also: "to send them again, add --retry-failed"}
	switch {
	case unknown == 0:
		failed.err = fmt.Errorf("%d refused", refused)
		failed.hint = "list them with slackadmin sessions show " + path
	case refused == 0:
		failed.err = fmt.Errorf("%d unknown", unknown)
		failed.hint = "check them with slackadmin sessions verify " + path
	default:
		failed.err = fmt.Errorf("%d refused, %d unknown", refused, unknown)
		failed.hint = fmt.Sprintf("list them with slackadmin sessions show %s, and check them with slackadmin sessions verify %[1]s", path)
	}
	return failed
}

func applyCommand(plan *signout.Plan) string {
	command := "slackadmin sessions apply " + shellWord(plan.Path())
	if plan.Size() > defaultMax {
		command += fmt.Sprintf(" --max %d", plan.Size())
	}
	return command
}

func formatSums(plan *signout.Plan, sums signout.Sums) string {
	var b strings.Builder
	out := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	writeSums(out, sums)
	_ = out.Flush() // into b
	if sums.Left == 0 {
		fmt.Fprintf(&b, "Next, check that their sessions are gone:\n  slackadmin sessions verify %s --wait 10m\n", shellWord(plan.Path()))
	}
	return b.String()
}

// writeSums writes a line for each sum. It leaves out those that are usually 0.
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
