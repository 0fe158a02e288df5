// Command specimport writes methods of Slack's into the spec, from the reference
// that the repository slack-ruby/slack-api-ref keeps as JSON, one file a method:
//
//	go run ./internal/specimport admin.users.remove
//
// What it writes is an entry to review. It says which types it inferred, and
// refuses a method that the spec cannot express.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-38c23bad/slackadmin/internal/goname"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr, newSource(pinned)))
}

const usage = `usage: go run ./internal/specimport [flags] METHOD...

Writes methods of Slack's into the spec, from Slack's published reference.

`

var errUsage = errors.New("usage")

// importer is one run of the command.
type importer struct {
	source   *source
	specPath string
	json     bool // print what --check finds as JSON
	out      io.Writer
}

// run returns the exit status: 1 if something went wrong or --check found
// something, 2 for wrong usage.
func run(ctx context.Context, args []string, out, errOut io.Writer, from *source) int {
	i := &importer{source: from, out: out}
	flags := flag.NewFlagSet("specimport", flag.ContinueOnError)
	flags.SetOutput(errOut)
	flags.Usage = func() {
		fmt.Fprint(errOut, usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&from.dir, "from", from.dir, "read the reference from `DIR`, a clone of "+repository+" or its folder of methods")
	flags.StringVar(&from.ref, "ref", from.ref, "read the reference at `COMMIT` of "+repository)
	flags.StringVar(&i.specPath, "spec", "spec/slack.yaml", "the spec, a `FILE` with the generator's generated.config.yaml beside it")
	list := flags.Bool("list", false, "list the methods that can be added")
	check := flags.Bool("check", false, "compare the spec with the reference, all methods or those named; exit with 1 if they differ")
	flags.BoolVar(&i.json, "json", false, "with --check, print JSON, one object a line")
	reviewed := flags.Bool("reviewed", false, "note in the spec that the methods named were compared with the reference as it is")
	dryRun := flags.Bool("dry-run", false, "print what would be written")
	all := flags.Bool("all", false, "write every method that the spec lacks and can express")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}

	err := goname.Configure(filepath.Join(filepath.Dir(i.specPath), "generated.config.yaml"))
	names := flags.Args()
	switch {
	case err != nil:
	case *reviewed && !*list && !*check && !*all && !*dryRun && len(names) > 0:
		err = i.review(ctx, names)
	case *reviewed || i.json && !*check:
		err = errUsage
	case *list && !*check && !*all && !*dryRun && len(names) == 0:
		err = i.list(ctx)
	case *check && !*list && !*all && !*dryRun:
		err = i.check(ctx, names)
	case *all && !*list && !*check && len(names) == 0:
		err = i.importAll(ctx, *dryRun)
	case len(names) > 0 && !*list && !*check && !*all:
		err = i.importNamed(ctx, names, *dryRun)
	default:
		err = errUsage
	}
	switch {
	case errors.Is(err, errUsage):
		flags.Usage()
		return 2
	case err != nil:
		fmt.Fprintln(errOut, err)
		return 1
	}
	return 0
}

// list prints the methods of the reference that the spec lacks.
func (i *importer) list(ctx context.Context) error {
	missing, _, err := i.missing(ctx)
	for _, name := range missing {
		fmt.Fprintln(i.out, name)
	}
	return err
}

// missing returns the methods of the reference that the spec lacks, and the spec.
func (i *importer) missing(ctx context.Context) (names []string, data []byte, err error) {
	data, spec, err := i.readSpec()
	if err != nil {
		return nil, nil, err
	}
	names, err = i.source.names(ctx)
	return slices.DeleteFunc(names, spec.has), data, err
}

func (i *importer) readSpec() ([]byte, *specFile, error) {
	data, err := os.ReadFile(i.specPath)
	if err != nil {
		return nil, nil, err
	}
	spec, err := readSpec(data)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", i.specPath, err)
	}
	return data, spec, nil
}

// importNamed writes the methods named, all or none.
func (i *importer) importNamed(ctx context.Context, names []string, dryRun bool) error {
	data, spec, err := i.readSpec()
	if err != nil {
		return err
	}
	slices.Sort(names)
	var methods []*method
	var wrong []error
	for _, name := range slices.Compact(names) {
		if spec.has(name) {
			fmt.Fprintf(i.out, "%s: the spec has it; --check compares it with the reference\n", name)
			continue
		}
		m, err := i.method(ctx, name)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		methods = append(methods, m)
	}
	l, err := i.learn(ctx)
	if err != nil {
		return err
	}
	p, err := checkedPlan(data, methods, l)
	if err == nil && len(wrong) == 0 {
		return i.write(p, dryRun)
	}
	_, refused := expressible(data, methods, l)
	if wrong = append(wrong, refused...); len(wrong) == 0 {
		return fmt.Errorf("each method can be written, but not all together:\n%w", err)
	}
	return errors.Join(wrong...)
}

// importAll writes the methods that the spec lacks, and names those that it
// cannot express.
func (i *importer) importAll(ctx context.Context, dryRun bool) error {
	names, data, err := i.missing(ctx)
	if err != nil {
		return err
	}
	var methods []*method
	var refused []error
	for _, name := range names {
		m, err := i.method(ctx, name)
		if err != nil {
			refused = append(refused, err)
			continue
		}
		methods = append(methods, m)
	}
	l, err := i.learn(ctx)
	if err != nil {
		return err
	}
	p, err := checkedPlan(data, methods, l)
	if err != nil {
		var more []error
		methods, more = expressible(data, methods, l)
		refused = append(refused, more...)
		p, err = checkedPlan(data, methods, l)
	}
	for _, why := range refused {
		fmt.Fprintf(i.out, "refused: %v\n", why)
	}
	if err != nil {
		return fmt.Errorf("each method can be written, but not all together:\n%w", err)
	}
	if err := i.write(p, dryRun); err != nil {
		return err
	}
	if !dryRun {
		fmt.Fprintf(i.out, "written %d of %d\n", len(methods), len(names))
	}
	return nil
}

// method reads a method of the reference.
func (i *importer) method(ctx context.Context, name string) (*method, error) {
	data, err := i.source.read(ctx, name)
	if errors.Is(err, errUnknown) {
		err = fmt.Errorf("%s: %w", name, err)
		if names, listErr := i.source.names(ctx); listErr == nil {
			if near := nearest(name, names); len(near) > 0 {
				err = fmt.Errorf("%w; the nearest are %s", err, strings.Join(near, ", "))
			}
		}
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	return readMethod(name, data)
}

// checkedPlan returns the spec with methods, or why it cannot have them.
func checkedPlan(data []byte, methods []*method, l *learned) (*plan, error) {
	p, err := newPlan(data, methods, l)
	if err == nil {
		err = p.check()
	}
	return p, err
}

// expressible returns the methods that the spec can express, each by itself, and
// why it cannot express the others.
func expressible(data []byte, methods []*method, l *learned) (can []*method, refused []error) {
	for _, m := range methods {
		if _, err := checkedPlan(data, []*method{m}, l); err != nil {
			refused = append(refused, fmt.Errorf("%s: %w", m.name, err))
			continue
		}
		can = append(can, m)
	}
	return can, refused
}

// write writes a plan, and says what was guessed.
func (i *importer) write(p *plan, dryRun bool) error {
	if len(p.entries) == 0 {
		return nil
	}
	if dryRun {
		fmt.Fprint(i.out, p.spec.diff(i.specPath))
		return nil
	}
	if err := os.WriteFile(i.specPath, []byte(p.spec.String()), 0o644); err != nil {
		return err
	}
	for _, e := range p.entries {
		for _, note := range e.notes {
			fmt.Fprintf(i.out, "%s: %s\n", e.method.name, note)
		}
		if len(e.guessedIn) > 0 {
			fmt.Fprintf(i.out, "%s: guessed the types of the arguments %s\n", e.method.name, strings.Join(e.guessedIn, ", "))
		}
		if len(e.guessed) > 0 {
			fmt.Fprintf(i.out, "%s: guessed the types of %s\n", e.method.name, strings.Join(e.guessed, ", "))
		}
	}
	fmt.Fprintln(i.out, "now run: go generate ./...")
	return nil
}
