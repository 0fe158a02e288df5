package tests

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestGenerate deletes all that is generated and has it restored byte for
// byte. An edited generated file, or one that was not regenerated, fails it.
func TestGenerate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	copyProject(t, dir)
	var removed int
	for path := range projectFiles(t, dir) {
		if isGenerated(path) {
			removed++
			if err := os.Remove(filepath.Join(dir, path)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if removed < 4 {
		t.Fatalf("only %d generated files found", removed)
	}
	generate(t, dir)

	generate(t, dir) // twice gives the same
	compileReference(t, dir)

	want, got := projectFiles(t, ".."), projectFiles(t, dir)
	for path, data := range want {
		if !bytes.Equal(got[path], data) {
			t.Errorf("%s differs from what go generate makes", path)
		}
	}
	for path := range got {
		if want[path] == nil {
			t.Errorf("go generate makes %s, which the project does not have", path)
		}
	}
}

func isGenerated(path string) bool {
	return strings.HasSuffix(path, ".gen.go") || filepath.Dir(path) == "generated"
}

// generate runs go generate the way the README says.
func generate(t *testing.T, dir string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "generate", "./...")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go generate: %v\n%s", err, out)
	}
}

// copyProject copies the checkout to dir.
func copyProject(t *testing.T, dir string) {
	t.Helper()
	for path, data := range projectFiles(t, "..") {
		to := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// projectFiles returns the files of the project below root, by path.
func projectFiles(t *testing.T, root string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name := entry.Name(); name == ".git" || name == "bin" {
				return fs.SkipDir
			}
			return nil
		}
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		files[relative], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
