package source_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/internal/source"
)

func TestReadFile(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "f.json")
	if err := os.WriteFile(name, []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	if data, err := source.ReadFile(name, 5); string(data) != "12345" || err != nil {
		t.Errorf("as long as may be: %q, %v", data, err)
	}
	_, large := source.ReadFile(name, 4)
	_, stream := source.ReadAll("-", strings.NewReader("12345"), 4)
	for _, err := range []error{large, stream} {
		var path *fs.PathError
		if !errors.As(err, &path) || !strings.HasSuffix(err.Error(), "larger than 4 bytes, which is the limit") {
			t.Errorf("one byte more: %v", err)
		}
	}
	zeros := strings.NewReader(strings.Repeat("0", 1<<20+1))
	if _, err := source.ReadAll("-", zeros, 1<<20); err == nil || !strings.Contains(err.Error(), "larger than 1 MiB") {
		t.Errorf("one byte more than a MiB: %v", err)
	}
	if _, err := source.ReadFile(name+"x", 5); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
