package tests

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestSignoutLinksLittle has an importer of api/signout link what one of api links,
// and at most golang.org/x/sys beside it.
func TestSignoutLinksLittle(t *testing.T) {
	t.Parallel()
	linked := func(path string) []string {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", path).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.Fields(string(out))
	}
	const module = "github.com/seed-38c23bad/slackadmin/"
	of := linked("../api")
	for _, path := range linked("../api/signout") {
		isStandard := !strings.Contains(strings.SplitN(path, "/", 2)[0], ".")
		if !isStandard && !slices.Contains(of, path) && path != module+"api/signout" && !strings.HasPrefix(path, "golang.org/x/sys/") {
			t.Errorf("it links %s", path)
		}
	}
}
