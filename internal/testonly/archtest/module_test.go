package archtest_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestModule runs the tests of a module of its own that uses the public packages: nothing in them may
// need a name from internal. It resolves with the libraries of this module, without any network.
func TestModule(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("go", "test", "./...")
	cmd.Dir = "../../../testdata/module"
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "GOFLAGS=") }),
		"GOWORK=off", "GOPROXY=off", "GOFLAGS=-trimpath")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v in testdata/module:\n%s\nif libraries have changed, there: "+
			"cp ../../go.sum . && GOWORK=off GOFLAGS=-mod=mod go vet ./...", err, out)
	}
}
