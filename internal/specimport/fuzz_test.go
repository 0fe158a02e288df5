package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-38c23bad/slackadmin/internal/goname"
	"github.com/seed-38c23bad/slackadmin/spec"
)

// FuzzImport imports any file twice. That may fail but not panic, and the results must
// be equal byte for byte.
func FuzzImport(f *testing.F) {
	files, err := filepath.Glob("testdata/reference/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal("no files to start from", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	if err := goname.Configure("../../spec/generated.config.yaml"); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := readMethod("fuzz.things.list", data)
		if err != nil {
			return
		}
		i := &importer{source: &source{files: map[string][]byte{"fuzz.things.list": data}}}
		l, err := i.learn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		first, firstErr := newPlan(spec.YAML, []*method{m}, l)
		if first == nil {
			return
		}
		if m, err = readMethod("fuzz.things.list", data); err != nil {
			t.Fatal(err)
		}
		second, err := newPlan(spec.YAML, []*method{m}, l)
		if second == nil || first.spec.String() != second.spec.String() || fmt.Sprint(err) != fmt.Sprint(firstErr) {
			t.Errorf("a second import differs: %v and %v", firstErr, err)
		}
	})
}
