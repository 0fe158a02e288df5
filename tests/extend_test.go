package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestExtend does in a copy of the project what the README says under "Add a
// path": it adds to the spec and generates. It edits no Go file. Then it runs
// a program that uses the new methods.
func TestExtend(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	copyProject(t, dir)
	path := filepath.Join(dir, "spec", "slack.yaml")
	spec := read(t, path)
	spec = insert(t, spec, "\npaths:\n", read(t, "testdata/extend/paths.yaml"))
	spec = insert(t, spec, "\n  schemas:\n", read(t, "testdata/extend/schemas.yaml"))
	spec = insert(t, spec, "\n  special:\n", "    invalid_thing: There is no such thing.\n")
	write(t, path, spec)
	generate(t, dir)

	compileReference(t, dir)

	program := filepath.Join(dir, "tests", "extended")
	if err := os.Mkdir(program, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(program, "main.go"), read(t, "testdata/extend/main.go.txt"))
	if out, err := goTool(t, dir, "run", "./tests/extended"); err != nil {
		t.Errorf("the program failed: %v\n%s", err, out)
	}

	docs, err := goTool(t, dir, "doc", "./api", "Client.TestThingsListAll")
	if err != nil || !strings.Contains(docs, "item by item") {
		t.Errorf("go doc: %v\n%s", err, docs)
	}
	docs, err = goTool(t, dir, "doc", "./api", "Client.TestThingsList")
	for _, want := range []string{"lists things, page by page", "test:read", "tier 3", "ErrInvalidThing", "https://example.com/test.things.list"} {
		if err != nil || !strings.Contains(docs, want) {
			t.Errorf("the docs lack %q: %v\n%s", want, err, docs)
		}
	}

	// What the project tests of itself still holds, but for what only takes long.
	if out, err := goTool(t, dir, "test", "-skip", "TestExtend|TestGenerate|TestAMillionSessions", "./..."); err != nil {
		t.Errorf("the extended project's own tests: %v\n%s", err, out)
	}
}

func insert(t *testing.T, text, after, what string) string {
	t.Helper()
	if strings.Count(text, after) != 1 {
		t.Fatalf("%d places like %q, want one", strings.Count(text, after), after)
	}
	return strings.Replace(text, after, after+what, 1)
}

func goTool(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
