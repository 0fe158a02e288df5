//go:build extend

package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// compileReadme compiles the Go code of the README in dir, each piece as it
// stands.
func compileReadme(t *testing.T, dir string) {
	t.Helper()
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(read(t, "../README.md"), -1)
	if len(blocks) < 4 {
		t.Fatalf("only %d pieces of code found", len(blocks))
	}
	for i, block := range blocks {
		name := "readme.go"
		if strings.Contains(block[1], `"testing"`) {
			name = "readme_test.go"
		}
		to := filepath.Join(dir, "tests", fmt.Sprintf("readme%d", i))
		if err := os.Mkdir(to, 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(to, name), block[1])
	}
	goTool(t, dir, "test", "-vet=off", "./tests/readme...")
}
