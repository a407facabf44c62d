package archtest_test

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os/exec"
	pathpkg "path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/agentmock/agentmock"

// foundation lists the parts that every package may import. They import at most each other.
var foundation = []string{"openapi/jsonvalue", "internal/identifier", "internal/nearest", "internal/redact",
	"internal/source", "internal/untrusted"}

// core lists the foundation and the parts that read documents.
var core = slices.Concat(foundation, []string{"openapi", "internal/sample"})

// layers maps each part of the module to the parts that it may import. A part is a folder with
// everything below it that has no entry of its own.
var layers = map[string][]string{
	"openapi/jsonvalue":             {},
	"internal/identifier":           {},
	"internal/nearest":              {},
	"internal/redact":               {"openapi/jsonvalue", "internal/identifier", "internal/nearest"},
	"internal/source":               {"openapi/jsonvalue"},
	"internal/untrusted":            {},
	"internal/dotenv":               {},
	"internal/curl":                 {"openapi/jsonvalue", "internal/redact"},
	"internal/sample":               {"openapi/jsonvalue", "internal/identifier", "openapi"},
	"internal/apiclient":            core,
	"internal/secrets":              core,
	"internal/testonly/backend":     {},
	"internal/testonly/careless":    {},
	"internal/testonly/randomdoc":   {"openapi/jsonvalue", "internal/source"},
	"internal/testonly/load":        {},
	"internal/testonly/mutants":     {},
	"internal/testonly/clients":     {},
	"internal/testonly/nodebackend": {},
	"internal/testonly/unsteady":    {},
	"internal/testonly/archtest":    {},
	"openapi":                       foundation,
	"fixtures":                      slices.Concat(core, []string{"internal/apiclient", "internal/secrets"}),
	"mockserver":                    slices.Concat(core, []string{"fixtures", "internal/curl", "internal/secrets"}),
	"internal/ownership":            core,
	"contract/coverage":             core,
	"contract": slices.Concat(core,
		[]string{"fixtures", "contract/coverage", "internal/curl", "internal/apiclient", "internal/ownership"}),
	"contract/report": slices.Concat(core, []string{"fixtures", "contract", "contract/coverage"}),
	"cmd/agentmock": slices.Concat(core,
		[]string{"fixtures", "mockserver", "contract", "contract/coverage", "contract/report", "internal/curl",
			"internal/apiclient",
			"internal/ownership", "internal/dotenv"}),
}

// libraries maps each library to the only part that imports it outside tests.
var libraries = map[string]string{
	"github.com/getkin/kin-openapi":         "openapi",
	"github.com/santhosh-tekuri/jsonschema": "openapi",
	"github.com/brianvoe/gofakeit":          "internal/sample",
	"github.com/gorilla/mux":                "mockserver",
	"github.com/tidwall/btree":              "mockserver",
	"github.com/andybalholm/brotli":         "mockserver", // to judge what a proxy passes
	"github.com/klauspost/compress":         "mockserver", // zstd, likewise
	"github.com/spf13/cobra":                "cmd/agentmock",
	"github.com/spf13/pflag":                "cmd/agentmock",
	"github.com/agnivade/levenshtein":       "internal/nearest",
	"github.com/go-json-experiment/json":    "openapi/jsonvalue",
	"go.yaml.in/yaml":                       "internal/source",
	"golang.org/x/time":                     "internal/apiclient",
	"github.com/owenrumney/go-sarif":        "contract/report",
}

// testLibraries lists the libraries that tests of every part may import.
var testLibraries = []string{"github.com/rogpeppe/go-internal", "github.com/anishathalye/porcupine",
	"github.com/yuin/goldmark"}

// goPackage is a package as go list describes it.
type goPackage struct {
	ImportPath   string
	Name         string
	Export       string // the file with its compiled exports
	Standard     bool
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// listed returns every package of the module and their dependencies, with export data.
var listed = sync.OnceValues(func() ([]goPackage, error) {
	if err := lookAtSources(); err != nil {
		return nil, err
	}
	cmd := exec.Command("go", "list", "-export", "-deps",
		"-json=ImportPath,Name,Export,Standard,Imports,TestImports,XTestImports", module+"/...")
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = errors.New(string(exit.Stderr))
		}
		return nil, err
	}
	var packages []goPackage
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
})

// lookAtSources walks the folders of the module for the test cache, which knows the files that this
// process has opened and not those that the go command has. Without it, the tests would stay cached
// after a change elsewhere.
func lookAtSources() error {
	return filepath.WalkDir("../../..", func(path string, entry fs.DirEntry, err error) error {
		if name := entry.Name(); err == nil && entry.IsDir() && (name == ".git" || name == "dist" || name == "bin") {
			return fs.SkipDir
		}
		return err
	})
}

func list(t *testing.T) []goPackage {
	t.Helper()
	packages, err := listed()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	return packages
}

// part returns the part of the module that an import path belongs to: the longest matching entry of
// layers, or else the top folder. It returns "" for packages of other modules.
func part(path string) string {
	rest, ok := strings.CutPrefix(path, module+"/")
	if !ok {
		return ""
	}
	for folder := rest; folder != "."; folder = pathpkg.Dir(folder) {
		if _, known := layers[folder]; known {
			return folder
		}
	}
	top, _, _ := strings.Cut(rest, "/")
	return top
}

// thirdParty reports whether an import path belongs to another module.
func thirdParty(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return strings.Contains(first, ".") && path != module && !strings.HasPrefix(path, module+"/")
}

// importFault returns the reason why a package must not import a path, or "".
func importFault(from, path string) string {
	switch to := part(path); {
	case to == part(from):
		return ""
	case strings.HasPrefix(to, "internal/testonly/"):
		return "only tests import internal/testonly"
	case to != "" && !slices.Contains(layers[part(from)], to):
		return "imports run one way, and " + to + " is not below " + part(from)
	case to == "" && thirdParty(path):
		for library, owner := range libraries {
			if path != library && !strings.HasPrefix(path, library+"/") {
				continue
			}
			if owner != part(from) {
				return "only " + owner + " imports " + library
			}
			return ""
		}
		return "no part is entered for this library"
	}
	return ""
}

func TestImports(t *testing.T) {
	t.Parallel()
	for _, p := range list(t) {
		if part(p.ImportPath) == "" {
			continue
		}
		if _, known := layers[part(p.ImportPath)]; !known {
			t.Errorf("%s: %s is a new part of the module: enter it in layers with what it may import", p.ImportPath,
				part(p.ImportPath))
			continue
		}
		for _, path := range p.Imports {
			if fault := importFault(p.ImportPath, path); fault != "" {
				t.Errorf("%s imports %s: %s", p.ImportPath, path, fault)
			}
		}
	}
}

func TestTestImports(t *testing.T) {
	t.Parallel()
	for _, p := range list(t) {
		if part(p.ImportPath) == "" {
			continue
		}
		for _, path := range slices.Concat(p.TestImports, p.XTestImports) {
			if !thirdParty(path) || importFault(p.ImportPath, path) == "" {
				continue
			}
			isTestLibrary := func(library string) bool { return strings.HasPrefix(path, library) }
			if !slices.ContainsFunc(testLibraries, isTestLibrary) {
				t.Errorf("tests of %s import %s: neither a library of that part nor one for tests", p.ImportPath, path)
			}
		}
	}
}

// TestFaults shows that the tests above can fail.
func TestFaults(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		from, path string
		fault      bool
	}{
		{"openapi", module + "/mockserver", true},
		{"mockserver", module + "/contract", true},
		{"contract/report", module + "/mockserver", true},
		{"mockserver/inspector", module + "/mockserver", false},
		{"mockserver", module + "/openapi", false},
		{"mockserver", "github.com/getkin/kin-openapi/openapi3", true},
		{"openapi", "github.com/getkin/kin-openapi/openapi3", false},
		{"openapi", "github.com/stretchr/testify/assert", true},
		{"openapi", "net/http", false},
		{"openapi/jsonvalue", module + "/openapi", true},
		{"contract", module + "/internal/testonly/backend", true},
		{"cmd/agentmock", module + "/internal/testonly/new", true},
		{"internal/testonly/mutants", module + "/openapi", true},
		{"contract", module + "/internal/sample/deal", false},
	} {
		if fault := importFault(module+"/"+row.from, row.path); (fault != "") != row.fault {
			t.Errorf("%s imports %s: %q", row.from, row.path, fault)
		}
	}
}
