//go:build linux || darwin

// Command mutate breaks the code in one place at a time and runs the tests. What
// they do not notice, it prints.
//
//	go run ./internal/mutate [-only REGEXP] [-every N] [PACKAGE_DIR...]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
)

// packages are the directories to mutate, each with the tests of its own, the
// quickest first.
var packages = []struct {
	dir   string
	tests [][]string
}{
	{"internal/form", [][]string{{"./internal/form"}}},
	{"internal/goname", [][]string{{"./internal/goname"}, {"./internal/specgen"}, {"./tests", "-run", generate}}},
	{"internal/printable", [][]string{{"./internal/printable"}}},
	{"internal/words", [][]string{{"./internal/words"}}},
	{"internal/runtime", [][]string{{"./internal/runtime"}, {"./tests", "-run", "^(TestTheWire|TestContract)"}}},
	{"internal/methods", [][]string{{"./cmd/slackadmin"}, {"./tests", "-run", "^(" + command + ")"}}},
	{"api/signout", [][]string{{"./api/signout"}, {"./tests", "-run", "^(" + command + ")"}}},
	{"internal/speccheck", [][]string{{"./internal/speccheck"}, {"./internal/specgen", "./api/slacktest"}, {"./tests", "-run", generate}}},
	{"internal/specgen", [][]string{{"./internal/specgen"}, {"./tests", "-run", generate}}},
	{"internal/specimport", [][]string{{"./internal/specimport"}, {"./tests", "-run", generate}}},
	{"api", [][]string{{"./api"}, {"./tests", "-skip", skipped}}},
	{"api/slacktest", [][]string{{"./api/slacktest"}, {"./tests", "-skip", skipped}}},
	{"cmd/slackadmin", [][]string{{"./cmd/slackadmin"}, {"./tests", "-run", "^(" + command + ")", "-skip", "^TestCommand$/^demo$"}, {"./tests", "-run", demo}, {"./tests", "-run", generate}}},
}

// generate is the test that adds methods to a copy of the project and tries them.
const generate = "^TestGenerate$"

// command are the tests that run the command.
const command = "TestCommand|TestFaultsCommand|TestInterrupt|TestASecondInterrupt|TestTheTimeLimit|TestFakeCommand|TestOutput"

// demo is the slowest of them, with one that is captured, as all runs need.
const demo = "^TestCommand$/^(demo|reset)$"

// skipped are tests that take long and see nothing of a package that others do not.
const skipped = "^(TestGenerate|TestAMillionSessions|" + command + ")"

// The limits of the tests of one mutant. A mutant that runs into one is killed.
const (
	timeLimit   = 2 * time.Minute
	memoryLimit = 4 << 30 // bytes of address space of a process
)

func main() {
	only := flag.String("only", "", "mutants whose line, as it would be printed, matches this `regexp`")
	every := flag.Int("every", 1, "only every `n`th mutant")
	workers := flag.Int("workers", 2, "how many mutants to test at once")
	flag.Parse()
	if err := run(*only, max(1, *every), max(1, *workers), flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// run mutates the packages in dirs, or all.
func run(only string, every, workers int, dirs []string) error {
	pattern, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	// What the go command starts has the same limit.
	if err := syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: memoryLimit, Max: memoryLimit}); err != nil {
		return err
	}
	known := map[string]bool{}
	for _, p := range packages {
		known[p.dir] = true
	}
	wanted := map[string]bool{}
	for _, dir := range dirs {
		dir = filepath.Clean(dir)
		if !known[dir] {
			return fmt.Errorf("there are no tests for %q; want one of %v", dir, packages)
		}
		wanted[dir] = true
	}
	trees, remove, err := copies(workers)
	defer remove()
	if err != nil {
		return err
	}
	for _, p := range packages {
		if len(wanted) > 0 && !wanted[p.dir] {
			continue
		}
		mutants, err := mutantsOf(p.dir)
		if err != nil {
			return err
		}
		var sample []mutant
		for i, m := range mutants {
			if i%every == 0 && pattern.MatchString(m.String()) {
				sample = append(sample, m)
			}
		}
		if err := score(trees, p.dir, sample, p.tests); err != nil {
			return err
		}
	}
	return nil
}

// score tests the mutants of a package, one in each of the trees at a time, and
// prints those that survive.
func score(trees []string, dir string, mutants []mutant, tests [][]string) error {
	if len(mutants) == 0 {
		return nil
	}
	same := mutant{file: mutants[0].file}
	if result, err := try(trees[0], dir, same, tests, os.Stderr); err != nil || result != survives {
		return errors.Join(err, fmt.Errorf("%s: the tests fail without a mutant", dir))
	}
	var mu sync.Mutex
	var viable, killed int
	var failed error
	queue := make(chan mutant)
	var group sync.WaitGroup
	for _, tree := range trees {
		group.Go(func() {
			for m := range queue {
				result, err := try(tree, dir, m, tests, io.Discard)
				mu.Lock()
				failed = errors.Join(failed, err)
				switch result {
				case notViable:
				case isKilled:
					viable++
					killed++
				case survives:
					viable++
					fmt.Println(m)
				}
				mu.Unlock()
			}
		})
	}
	for _, m := range mutants {
		queue <- m
	}
	close(queue)
	group.Wait()
	fmt.Printf("%s: %d of %d viable mutants killed, %.1f %%\n", dir, killed, viable, 100*float64(killed)/float64(max(1, viable)))
	return failed
}

type result int

const (
	notViable result = iota // it does not compile
	isKilled
	survives
)

// try runs the tests of a mutant in a copy of the project until one fails. What
// they say goes to out.
func try(tree, dir string, m mutant, tests [][]string, out io.Writer) (_ result, err error) {
	src, err := os.ReadFile(m.file)
	if err != nil {
		return notViable, err
	}
	path := filepath.Join(tree, m.file)
	if err := os.WriteFile(path, m.apply(src), 0o644); err != nil {
		return notViable, err
	}
	defer func() { err = errors.Join(err, os.WriteFile(path, src, 0o644)) }()
	// A list compiles, but does not link.
	if !succeeds(tree, io.Discard, "list", "-export", "./"+dir) {
		return notViable, nil
	}
	for _, test := range tests {
		// Not from the cache: it knows no files that a test has compiled itself.
		if !succeeds(tree, out, append([]string{"test", "-count=1", "-vet=off", "-failfast"}, test...)...) {
			return isKilled, nil
		}
	}
	return survives, nil
}

// copies returns n copies of the project, and a function that removes them.
func copies(n int) (trees []string, remove func(), err error) {
	remove = func() {
		for _, tree := range trees {
			_ = os.RemoveAll(tree)
		}
	}
	list, err := exec.CommandContext(context.Background(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		return nil, remove, fmt.Errorf("git ls-files: %w", err)
	}
	files := strings.Split(strings.TrimSuffix(string(list), "\x00"), "\x00")
	for range n {
		tree, err := os.MkdirTemp("", "mutate")
		if err != nil {
			return trees, remove, err
		}
		trees = append(trees, tree)
		for _, file := range files {
			if err := copyFile(filepath.Join(tree, file), file); err != nil {
				return trees, remove, err
			}
		}
	}
	return trees, remove, nil
}

func copyFile(to, from string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, data, info.Mode())
}

// succeeds runs the go command in dir, and reports whether its status is 0 in time.
func succeeds(dir string, out io.Writer, args ...string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), timeLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	// What it started ends with it and lets go of its output.
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	return cmd.Run() == nil
}
