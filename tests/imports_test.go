package tests

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/seed-38c23bad/slackadmin/"

// goList returns the packages that go list prints.
func goList(t *testing.T, args ...string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}

// isStandard tells whether a package is of Go's standard library.
func isStandard(path string) bool { return !strings.Contains(strings.SplitN(path, "/", 2)[0], ".") }

// TestAPILinksLittle has an importer of api link its models and what sends them, of
// this project alone, and not the stock client.
func TestAPILinksLittle(t *testing.T) {
	t.Parallel()
	want := []string{
		module + "api", module + "generated", module + "internal/form", module + "internal/printable", module + "internal/slack",
		module + "internal/runtime", // if the spec has a union
	}
	for _, path := range goList(t, "-deps", "../api") {
		if !isStandard(path) && !slices.Contains(want, path) {
			t.Errorf("it links %s", path)
		}
	}
}

// TestSignoutLinksLittle has an importer of api/signout link what one of api links,
// and at most golang.org/x/sys beside it.
func TestSignoutLinksLittle(t *testing.T) {
	t.Parallel()
	of := goList(t, "-deps", "../api")
	for _, path := range goList(t, "-deps", "../api/signout") {
		if !isStandard(path) && !slices.Contains(of, path) && path != module+"api/signout" && path != module+"internal/refusals" && !strings.HasPrefix(path, "golang.org/x/sys/") {
			t.Errorf("it links %s", path)
		}
	}
}

// TestTheFakeAloneReadsTheSpec has the command know the methods without it: but
// for the fake, nothing that it imports links an OpenAPI library.
func TestTheFakeAloneReadsTheSpec(t *testing.T) {
	t.Parallel()
	const fake = module + "api/slacktest"
	imports := goList(t, "-f", `{{ join .Imports "\n" }}`, "../cmd/slackadmin")
	if !slices.Contains(imports, fake) {
		t.Fatal("the command has no fake")
	}
	imports = slices.DeleteFunc(imports, func(path string) bool { return path == fake })
	for _, path := range goList(t, append([]string{"-deps"}, imports...)...) {
		if strings.Contains(path, "openapi") || path == module+"spec" {
			t.Errorf("it links %s", path)
		}
	}
}
