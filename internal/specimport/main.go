// Command specimport writes Slack's methods into the spec, from the reference that
// the repository slack-ruby/slack-api-ref keeps as JSON, one file per method:
//
//	go run ./internal/specimport admin.users.remove
//
// A person reviews what it writes. It lists the types that it inferred, and refuses
// a method that the spec cannot express.
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

Writes Slack's methods into the spec, from Slack's published reference.

`

var errUsage = errors.New("usage")

// importer is one run of the command.
type importer struct {
	source   *source
	specPath string
	json     bool // --check prints JSON
	out      io.Writer
}

// run returns the exit status: 1 after an error or if --check found differences, 2
// for wrong usage.
func run(ctx context.Context, args []string, out, errOut io.Writer, from *source) int {
	imp := &importer{source: from, out: out}
	flags := flag.NewFlagSet("specimport", flag.ContinueOnError)
	flags.SetOutput(errOut)
	flags.Usage = func() {
		fmt.Fprint(errOut, usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&from.dir, "from", from.dir, "read the reference from `DIR`, a clone of "+repository+" or its folder of methods")
	flags.StringVar(&from.ref, "ref", from.ref, "read the reference at `COMMIT` of "+repository)
	flags.StringVar(&imp.specPath, "spec", "spec/slack.yaml", "the spec, a `FILE` with generated.config.yaml beside it")
	list := flags.Bool("list", false, "list the methods that can be added")
	check := flags.Bool("check", false, "compare the spec with the reference, all methods or those named; exit with 1 if they differ")
	flags.BoolVar(&imp.json, "json", false, "with --check, print JSON, one object per line")
	reviewed := flags.Bool("reviewed", false, "record in the spec that a person compared the named methods with the reference")
	all := flags.Bool("all", false, "write every method that the spec lacks and can express")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	modes := 0
	for _, mode := range []bool{*list, *check, *reviewed, *all} {
		if mode {
			modes++
		}
	}

	err := goname.Configure(filepath.Join(filepath.Dir(imp.specPath), "generated.config.yaml"))
	names := flags.Args()
	switch {
	case err != nil:
	case modes > 1 || imp.json && !*check || (*list || *all) == (len(names) > 0) && !*check:
		err = errUsage
	case *reviewed:
		err = imp.review(ctx, names)
	case *list:
		err = imp.list(ctx)
	case *check:
		err = imp.compare(ctx, names)
	default:
		err = imp.add(ctx, names)
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
func (imp *importer) list(ctx context.Context) error {
	_, spec, err := imp.readSpec()
	if err != nil {
		return err
	}
	names, err := imp.source.names(ctx)
	for _, name := range slices.DeleteFunc(names, spec.has) {
		fmt.Fprintln(imp.out, name)
	}
	return err
}

func (imp *importer) readSpec() ([]byte, *specFile, error) {
	data, err := os.ReadFile(imp.specPath)
	if err != nil {
		return nil, nil, err
	}
	spec, err := readSpec(data)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", imp.specPath, err)
	}
	return data, spec, nil
}

// add writes the named methods, all or none. Without names, it writes all that the
// spec lacks, and reports those that the spec cannot express.
func (imp *importer) add(ctx context.Context, names []string) error {
	data, spec, err := imp.readSpec()
	if err != nil {
		return err
	}
	all := len(names) == 0
	if all {
		if names, err = imp.source.names(ctx); err != nil {
			return err
		}
		names = slices.DeleteFunc(names, spec.has)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	var methods []*method
	var refused []error
	for _, name := range names {
		if spec.has(name) {
			fmt.Fprintf(imp.out, "%s: the spec has it; --check compares it with the reference\n", name)
			continue
		}
		m, err := imp.method(ctx, name)
		if err != nil {
			refused = append(refused, err)
			continue
		}
		methods = append(methods, m)
	}
	l, err := imp.learn(ctx)
	if err != nil {
		return err
	}
	p, err := newPlan(data, methods, l)
	if err != nil {
		var expressible []*method
		for _, m := range methods {
			if _, err := newPlan(data, []*method{m}, l); err != nil {
				refused = append(refused, fmt.Errorf("%s: %w", m.name, err))
				continue
			}
			expressible = append(expressible, m)
		}
		if all {
			methods = expressible
			p, err = newPlan(data, methods, l)
		}
	}
	switch {
	case all:
		for _, reason := range refused {
			fmt.Fprintf(imp.out, "refused: %v\n", reason)
		}
	case len(refused) > 0:
		return errors.Join(refused...)
	}
	if err != nil {
		return fmt.Errorf("the spec can express each method, but not all together:\n%w", err)
	}
	if err := imp.write(p); err != nil {
		return err
	}
	if all {
		fmt.Fprintf(imp.out, "written %d of %d\n", len(methods), len(names))
	}
	return nil
}

// method reads a method of the reference.
func (imp *importer) method(ctx context.Context, name string) (*method, error) {
	data, err := imp.source.read(ctx, name)
	if errors.Is(err, errUnknown) {
		err = fmt.Errorf("%s: %w", name, err)
		if names, listErr := imp.source.names(ctx); listErr == nil {
			if near := nearest(name, names); len(near) > 0 {
				err = fmt.Errorf("%w; did you mean %s?", err, strings.Join(near, ", "))
			}
		}
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	return readMethod(name, data)
}

// write writes the spec and prints the notes and the inferred types.
func (imp *importer) write(p *plan) error {
	if len(p.entries) == 0 {
		return nil
	}
	if err := os.WriteFile(imp.specPath, []byte(p.spec.String()), 0o644); err != nil {
		return err
	}
	for _, e := range p.entries {
		for _, note := range e.notes {
			fmt.Fprintf(imp.out, "%s: %s\n", e.method.name, note)
		}
		if len(e.guessedArguments) > 0 {
			fmt.Fprintf(imp.out, "%s: guessed the types of the arguments %s\n", e.method.name, strings.Join(e.guessedArguments, ", "))
		}
		if len(e.guessedResponse) > 0 {
			fmt.Fprintf(imp.out, "%s: guessed the types of %s\n", e.method.name, strings.Join(e.guessedResponse, ", "))
		}
	}
	fmt.Fprintln(imp.out, "now run: go generate ./...")
	return nil
}
