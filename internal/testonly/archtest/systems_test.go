package archtest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSystems checks the types of this module, its tests and all that they import as they are on
// systems that make check does not build for: to compile a standard library for each would take it a
// minute. make dist builds for them.
func TestSystems(t *testing.T) {
	t.Parallel()
	if err := lookAtSources(); err != nil {
		t.Fatal(err)
	}
	for _, platform := range []string{"darwin/arm64", "windows/amd64"} {
		t.Run(platform, func(t *testing.T) {
			t.Parallel()
			system, processor, _ := strings.Cut(platform, "/")
			program := program{fset: token.NewFileSet(), sizes: types.SizesFor("gc", processor),
				packages: map[string]*types.Package{"unsafe": types.Unsafe}}
			for p := range sourcesFor(t, system, processor) {
				if err := program.add(p); err != nil {
					t.Errorf("%s: %v", p.ImportPath, err)
				}
			}
			if len(program.packages) < 100 {
				t.Errorf("%d packages; want the module and its libraries", len(program.packages))
			}
		})
	}
}

// packageSources are the sources of a package for one system, as go list describes them: also of one
// with its tests, and of its external tests.
type packageSources struct {
	ImportPath, Dir string
	Standard        bool
	GoFiles         []string
	ImportMap       map[string]string
	Module          *struct{ GoVersion string }
}

// sourcesFor returns the sources of the module and all that it imports, each package after its imports.
func sourcesFor(t *testing.T, system, processor string) func(yield func(packageSources) bool) {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-test", "-json=ImportPath,Dir,Standard,GoFiles,ImportMap,Module",
		module+"/...")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+processor)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list for %s/%s: %v", system, processor, err)
	}
	return func(yield func(packageSources) bool) {
		for d := json.NewDecoder(strings.NewReader(string(out))); ; {
			var p packageSources
			if err := d.Decode(&p); err == io.EOF {
				return
			} else if err != nil {
				t.Fatalf("go list for %s/%s: %v", system, processor, err)
			}
			if !yield(p) {
				return
			}
		}
	}
}

// program are the packages that have been checked, by import path.
type program struct {
	fset     *token.FileSet
	sizes    types.Sizes
	packages map[string]*types.Package
}

// add checks a package, in the standard library but for the bodies of its functions.
func (p *program) add(sources packageSources) error {
	if sources.ImportPath == "unsafe" || strings.HasSuffix(sources.ImportPath, ".test") { // a main that is generated
		return nil
	}
	var faults []error
	var files []*ast.File
	for _, name := range sources.GoFiles {
		file, err := parser.ParseFile(p.fset, filepath.Join(sources.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, file)
	}
	config := types.Config{
		IgnoreFuncBodies: sources.Standard,
		Sizes:            p.sizes,
		Importer: found(func(path string) (*types.Package, error) {
			if mapped := sources.ImportMap[path]; mapped != "" {
				path = mapped
			}
			if known := p.packages[path]; known != nil {
				return known, nil
			}
			return nil, fmt.Errorf("no package %s", path)
		}),
		Error: func(err error) { faults = append(faults, err) },
	}
	if sources.Module != nil && sources.Module.GoVersion != "" {
		config.GoVersion = "go" + sources.Module.GoVersion
	}
	checked, _ := config.Check(sources.ImportPath, p.fset, files, nil) // its error is the first of the faults
	p.packages[sources.ImportPath] = checked
	return errors.Join(faults...)
}

// found finds a package by the path that a file imports.
type found func(path string) (*types.Package, error)

func (f found) Import(path string) (*types.Package, error) { return f(path) }
