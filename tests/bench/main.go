// Command bench measures package api beside its alternatives, interleaved in
// one run, against one server in a process of its own.
//
//	go run . [-rounds N] [-only WORDS]
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

func main() {
	rounds := flag.Int("rounds", 60, "how often to measure each")
	only := flag.String("only", "", "measure only what has these words in its name")
	serveOnly := flag.Bool("serve", false, "run the server alone (bench starts itself so)")
	flag.Parse()
	if *serveOnly {
		serve()
		return
	}
	if err := run(*rounds, *only); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A contender is one way to call Slack. What it cannot do is nil.
type contender struct {
	name    string
	reset   func(context.Context) error
	page    func(context.Context) (sessions int, err error)
	iterate func(context.Context) (sessions int, err error)
}

func run(rounds int, only string) error {
	base, stop, err := startServer()
	if err != nil {
		return err
	}
	defer stop()
	contenders, err := newContenders(base)
	if err != nil {
		return err
	}
	zipped, err := newContenders(base + "/gzip") // as Slack answers
	if err != nil {
		return err
	}
	fmt.Printf("%s %s/%s, %d CPUs, %d rounds (4 times as many of one reset) in random order, medians; ratios are to code by hand in the same round\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), rounds)
	ctx := context.Background()
	report := func(what string, rounds, n int, contenders []contender, op func(contender, int) error) {
		if strings.Contains(what, only) {
			measureAll(what, rounds, n, contenders, op)
		}
	}
	all := slices.Clone(contenders)
	pagers := func(contenders []contender) []contender {
		return slices.DeleteFunc(slices.Clone(contenders), func(c contender) bool { return c.page == nil })
	}
	contenders = slices.DeleteFunc(contenders, func(c contender) bool { return c.reset == nil })
	pages := func(c contender, n int) error {
		for range n {
			if got, err := c.page(ctx); err != nil || got != 1000 {
				return fmt.Errorf("%d sessions: %w", got, err)
			}
		}
		return nil
	}

	report("one reset", 4*rounds, 100, contenders, func(c contender, n int) error {
		for range n {
			if err := c.reset(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	report("one reset of 64 callers at once", rounds, 64*20, contenders, func(c contender, n int) error {
		errs := make(chan error, 64)
		var group sync.WaitGroup
		for range 64 {
			group.Go(func() {
				for range n / 64 {
					if err := c.reset(ctx); err != nil {
						errs <- err
						return
					}
				}
			})
		}
		group.Wait()
		close(errs)
		return <-errs
	})
	report("a page of 1,000 sessions", rounds, 10, pagers(all), pages)
	report("a page of 1,000 sessions, gzipped", rounds, 10, pagers(zipped), pages)
	report("iterating 100,000 sessions", max(1, rounds/6), 1, pagers(all), func(c contender, _ int) error {
		if got, err := c.iterate(ctx); err != nil || got != 100_000 {
			return fmt.Errorf("%d sessions: %w", got, err)
		}
		return nil
	})
	if only != "" {
		return nil
	}
	return reportSizes()
}

// measure is what one round of one contender came to, per operation.
type measure struct {
	time   time.Duration
	allocs float64
	bytes  float64
	ratio  float64 // of time, to code by hand in the same round
}

// measureAll measures an operation n times a round, each contender in random
// order, and prints the medians.
func measureAll(what string, rounds, n int, contenders []contender, op func(contender, int) error) {
	all := make([][]measure, len(contenders))
	for round := range rounds + 1 {
		took := make([]measure, len(contenders))
		for _, at := range rand.Perm(len(contenders)) {
			m, err := once(n, func() error { return op(contenders[at], n) })
			if err != nil {
				fmt.Printf("%s, %s: %v\n", what, contenders[at].name, err)
				os.Exit(1)
			}
			took[at] = m
		}
		if round == 0 {
			continue // to warm up
		}
		for i := range took {
			took[i].ratio = float64(took[i].time) / float64(took[0].time)
			all[i] = append(all[i], took[i])
		}
	}
	fmt.Printf("%-34s %12s %9s %9s %12s\n", what, "time", "x hand", "allocs", "bytes")
	for i, c := range contenders {
		fmt.Printf("  %-32s %12v %9.3f %9.0f %12.0f\n", c.name,
			time.Duration(median(all[i], func(m measure) float64 { return float64(m.time) })).Round(100*time.Nanosecond),
			median(all[i], func(m measure) float64 { return m.ratio }),
			median(all[i], func(m measure) float64 { return m.allocs }),
			median(all[i], func(m measure) float64 { return m.bytes }))
	}
	fmt.Println()
}

func once(n int, f func() error) (measure, error) {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	err := f()
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	return measure{
		time:   took / time.Duration(n),
		allocs: float64(after.Mallocs-before.Mallocs) / float64(n),
		bytes:  float64(after.TotalAlloc-before.TotalAlloc) / float64(n),
	}, err
}

func median(ms []measure, of func(measure) float64) float64 {
	values := make([]float64, len(ms))
	for i, m := range ms {
		values[i] = of(m)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
