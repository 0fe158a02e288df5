//go:build extend

package tests

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestGenerate regenerates and extends copies of the project. It takes as long as all
// other tests here, so make extend runs it, and not make test.
func TestGenerate(t *testing.T) {
	t.Parallel()
	for name, use := range map[string]func(t *testing.T, dir string){"restore": restore, "extend": extend} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			copyProject(t, dir)
			use(t, dir)
		})
	}
}

// restore deletes all that is generated and has it restored byte for byte. An
// edited generated file, or one that was not regenerated, fails it.
func restore(t *testing.T, dir string) {
	t.Helper()
	var removed int
	for path := range projectFiles(t, dir) {
		if isGenerated(path) {
			removed++
			if err := os.Remove(filepath.Join(dir, path)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if removed < 7 {
		t.Fatalf("only %d generated files found", removed)
	}
	goTool(t, dir, "generate", "./...")

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

// extend does what spec/README.md says under "Add a path": it adds to the spec and
// generates. It edits no Go file.
func extend(t *testing.T, dir string) {
	t.Helper()
	path := filepath.Join(dir, "spec", "slack.yaml")
	spec := read(t, path)
	spec = insert(t, spec, "\npaths:\n", read(t, "testdata/extend/paths.yaml"))
	spec = insert(t, spec, "\n  schemas:\n", read(t, "testdata/extend/schemas.yaml"))
	spec = insert(t, spec, "\n  special:\n", "    invalid_thing: There is no such thing.\n")
	write(t, path, spec)
	importReference(t, dir, path)
	goTool(t, dir, "generate", "./...")

	for name, use := range map[string]func(t *testing.T, dir string){
		"program": runExtended, "docs": documentsExtended, "readme": compileReadme, "tests": testExtended,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			use(t, dir)
		})
	}
}

// runExtended runs a program that uses the new methods.
func runExtended(t *testing.T, dir string) {
	t.Helper()
	program := filepath.Join(dir, "tests", "extended")
	if err := os.Mkdir(program, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(program, "main.go"), read(t, "testdata/extend/main.go.txt"))
	write(t, filepath.Join(program, "reference.go"), referenceExamples(t, dir))
	goTool(t, dir, "run", "./tests/extended")
}

// testExtended runs the tests that read the spec.
func testExtended(t *testing.T, dir string) {
	t.Helper()
	goTool(t, dir, "test", "-vet=off", "./api/slacktest")
	goTool(t, dir, "test", "-vet=off", "./tests", "-run", "TestContract|TestTheFakeTakes|TestPageTwo|TestExamplesAreTyped|TestPagesOfExamplesEnd|TestMethodsThatAreSentAgain|TestEveryMethodByCommand|TestReference|TestTheFakeSaysYes|TestTheWire|TestWrongTypes|TestArgumentExamples", "-args", "-reference", filepath.Join(dir, "internal", "specimport", "testdata", "reference"))
}

// documentsExtended reads what is written about the new methods.
func documentsExtended(t *testing.T, dir string) {
	t.Helper()
	for of, wanted := range map[string][]string{
		"./api Client.TestThingsListAll": {"items of all pages"},
		"./api Client.TestThingsList":    {"lists things, page by page", "test:read", "tier 3, about 50 calls a minute", "ErrInvalidThing", "https://example.com/test.things.list"},
		"./api TestThingsListRequest":    {"Order TestThingsListParamsOrder, required: Their order.", "Archived *bool: Whether to list archived things"},
		"-all ./api": {
			"Scope: rooms:read or halls:read; test:read", "Types inferred from documentation: response rooms.size",
			"Allowed callers: anyone; no token is sent", "Allowed callers: member, bot", "Allowed callers: admin, bot, seamless_user", "- test.things.create: Nobody makes things.", "Rate limit: special, about 1200 calls a minute",
			"(io.ReadCloser, error)", "The response is a stream of application/gzip", "iter.Seq2[Entry[TestMapsListResponse_Emoji], error]",
			"Image File, required: The image.", "Left *Tree:", "Status *string: The status",
		},
	} {
		docs := goTool(t, dir, append([]string{"doc"}, strings.Fields(of)...)...)
		for _, want := range wanted {
			if !strings.Contains(docs, want) {
				t.Errorf("go doc %s lacks %q", of, want)
			}
		}
	}
	reference := read(t, filepath.Join(dir, "generated", "REFERENCE.md"))
	for _, want := range []string{
		"| Scope | `rooms:read` or `halls:read`; `test:read` |", "| Types inferred from documentation | response `rooms.size` |",
		"| Callers | anyone; no token is sent |", "bot token: `test:write` or `test:make`; seamless_user token: none; user token: `test:write` |", "| `user_not_found` | `api.ErrUserNotFound` | Nobody makes things. |", "| Rate limit | special, about 1200 calls a minute |",
		"| Returns | `io.ReadCloser` of `application/gzip` |", "| `image` | file | yes |", "| `emoji` | map of object |",
		"-F 'image=@FILE'", "curl -H @- -o FILE", "| `anything` | any |", "[Tree](#tree)",
	} {
		if !strings.Contains(reference, want) {
			t.Errorf("the reference lacks %q", want)
		}
	}
}

// importReference adds what the importer's own reference has, twice. The second
// time nothing changes.
func importReference(t *testing.T, dir, spec string) {
	t.Helper()
	before := read(t, spec)
	said := goTool(t, dir, "run", "./internal/specimport", "--from", "internal/specimport/testdata/reference", "--all")
	once := read(t, spec)
	if once == before || !strings.Contains(said, "now run: go generate ./...") {
		t.Errorf("the import changed nothing; it said\n%s", said)
	}
	goTool(t, dir, "run", "./internal/specimport", "--from", "internal/specimport/testdata/reference", "--all")
	if read(t, spec) != once {
		t.Error("a second import changed the spec")
	}
}

func isGenerated(path string) bool {
	return strings.HasSuffix(path, ".gen.go") || strings.HasPrefix(filepath.ToSlash(path), "generated/")
}

func insert(t *testing.T, text, after, what string) string {
	t.Helper()
	if strings.Count(text, after) != 1 {
		t.Fatalf("%d places like %q, want one", strings.Count(text, after), after)
	}
	return strings.Replace(text, after, after+what, 1)
}

// goTool runs the go command in dir and returns what it prints.
func goTool(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	// Without its path in what is compiled, the next run finds it in the cache.
	cmd.Env = append(os.Environ(), "GOFLAGS=-trimpath")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// copyProject copies the checkout to dir.
func copyProject(t *testing.T, dir string) {
	t.Helper()
	for path, data := range projectFiles(t, "..") {
		to := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, to, string(data))
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
			if name := entry.Name(); name == ".git" || name == "bin" || name == "dist" {
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

// referenceExamples returns a Go file with the examples of the reference page in
// dir, so that they are compiled.
func referenceExamples(t *testing.T, dir string) string {
	t.Helper()
	var source strings.Builder
	source.WriteString("package main\n\nimport (\n\t\"context\"\n\t\"fmt\"\n\t\"io\"\n\n\t\"github.com/seed-38c23bad/slackadmin/api\"\n)\n")
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(read(t, filepath.Join(dir, "generated", "REFERENCE.md")), -1)
	if len(blocks) < 7 {
		t.Fatalf("only %d examples found", len(blocks))
	}
	for i, block := range blocks {
		use := "\treturn nil\n"
		if strings.Contains(block[1], "resp, err :=") {
			use = "\tfmt.Println(resp)\n\treturn err\n"
		}
		fmt.Fprintf(&source, "\nfunc _%d(ctx context.Context, client *api.Client, content io.Reader) error {\n%s%s}\n", i, block[1], use)
	}
	return source.String()
}
