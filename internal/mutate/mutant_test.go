//go:build linux || darwin

package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestMutate(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, body string
		want       []string
	}{
		{"a condition", "if ok(x) {}", []string{"ok(x) → !(ok(x))"}},
		{"a comparison in a condition", "if x == y {}", []string{"== → !="}},
		{"the boundary of a comparison", "b := x < y", []string{"< → <="}},
		{"both", "b := x && y || z", []string{"|| → &&", "&& → ||"}},
		{"a sum", "x = y + z", []string{"+ → -"}},
		{"a count", "x++; y -= z", []string{"++ → --", "-= → +="}},
		{"an integer", "x = 0x10", []string{"0x10 → 17", "0x10 → (15)"}},
		{"no string or float", `x, y = "1", 1.5`, nil},
		{"a boolean", "x = true", []string{"true → false"}},
		{"a call", "f(x)", []string{"f(x) → nothing"}},
		{"a field", "x.y = z; x = z", []string{"x.y = z → nothing"}},
		{"an error", "return x, err", []string{"err → nil"}},
		{"a new error", "return errors.New(x)", []string{"errors.New(x) → nil"}},
		{"no other result", "return x", nil},
		{"a case", "switch { case ok: x = y; default: }", []string{"ok → !(ok)", "x = y → nothing"}},
		{"a case of a value", "switch x { case y: f() }", []string{"f() → nothing"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			src := []byte("package p\n\nfunc f() {\n\t" + test.body + "\n}\n")
			mutants, err := mutate("p.go", src)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range mutants {
				got = append(got, m.String()[len("p.go:4: "):])
				if slices.Equal(m.apply(src), src) {
					t.Errorf("%s changes nothing", m)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestApplyReplacesOnePiece(t *testing.T) {
	t.Parallel()
	m := mutant{start: 4, end: 5, now: "<="}
	if got := string(m.apply([]byte("x = <y"))); got != "x = <=y" {
		t.Errorf("got %q", got)
	}
}

// TestMutantsOf leaves out what these tests do not build.
func TestMutantsOf(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"a.go", "a_test.go", "a.gen.go", "a_plan9.go"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("package p\n\nconst n = 5\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	mutants, err := mutantsOf(dir)
	if err != nil || len(mutants) != 2 {
		t.Errorf("got %v, %v; want two, of a.go", mutants, err)
	}
}
