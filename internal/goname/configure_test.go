package goname

import (
	"os"
	"path/filepath"
	"testing"
)

func TestConfigureErrors(t *testing.T) {
	t.Parallel()
	bad := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(bad, []byte("package: [not a name"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"nowhere.yaml", bad} {
		if err := configure(path); err == nil {
			t.Errorf("%s: no error", path)
		}
	}
}
