package archtest_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// maxLines is the length of the longest Go file, tests included.
const maxLines = 500

// TestLayout checks that every Go file of the repository is at most maxLines long, and that every
// package and every exported name has a doc comment.
func TestLayout(t *testing.T) {
	t.Parallel()
	const root = "../../.."
	documented := map[string]bool{} // folder → whether its package has a doc comment
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "bin", "dist"}, entry.Name()):
			return fs.SkipDir
		case filepath.Ext(path) != ".go":
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		path = filepath.ToSlash(strings.TrimPrefix(path, filepath.FromSlash(root+"/")))
		file, faults := layoutFaults(path, source)
		for _, fault := range faults {
			t.Error(fault)
		}
		if file != nil && !strings.HasSuffix(path, "_test.go") {
			folder := filepath.Dir(path)
			documented[folder] = documented[folder] || file.Doc != nil
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for folder, ok := range documented {
		if !ok {
			t.Errorf("%s: the package has no doc comment", folder)
		}
	}
	if len(documented) == 0 {
		t.Error("no package was checked")
	}
}

// layoutFaults parses a Go file and returns its departures from these rules.
func layoutFaults(path string, source []byte) (*ast.File, []string) {
	var faults []string
	lines := strings.Split(strings.TrimSuffix(string(source), "\n"), "\n")
	if len(lines) > maxLines {
		faults = append(faults, fmt.Sprintf("%s: %d lines; want at most %d", path, len(lines), maxLines))
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, parser.ParseComments)
	if err != nil {
		return nil, append(faults, err.Error())
	}
	for _, declaration := range file.Decls {
		line := set.Position(declaration.Pos()).Line
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		for _, name := range undocumented(declaration) {
			faults = append(faults, fmt.Sprintf("%s:%d: %s has no doc comment", path, line, name))
		}
	}
	return file, faults
}

// undocumented returns the exported names that a declaration introduces without a comment. A
// comment above a group of constants or variables documents all of them. Methods count only where a
// program outside can read about them: those of exported types, except Error and the like, whose
// meaning an interface of the standard library gives.
func undocumented(declaration ast.Decl) []string {
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		standard := d.Recv != nil && slices.Contains(standardMethods, d.Name.Name)
		public := d.Name.IsExported() && (d.Recv == nil || exportedReceiver(d.Recv.List[0].Type))
		if public && d.Doc == nil && !standard {
			return []string{d.Name.Name}
		}
	case *ast.GenDecl:
		var names []string
		for _, spec := range d.Specs {
			names = append(names, undocumentedSpec(d, spec)...)
		}
		return names
	}
	return nil
}

// standardMethods are documented by the interfaces that they implement: error, errors.Unwrap,
// http.Handler.
var standardMethods = []string{"Error", "Unwrap", "ServeHTTP"}

// undocumentedSpec returns the exported names that one type, constant or variable specification of
// a declaration introduces without a comment.
func undocumentedSpec(d *ast.GenDecl, spec ast.Spec) []string {
	var names []string
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() && s.Doc == nil && (d.Doc == nil || d.Lparen.IsValid()) {
			names = append(names, s.Name.Name)
		}
	case *ast.ValueSpec:
		for _, name := range s.Names {
			if name.IsExported() && s.Doc == nil && s.Comment == nil && d.Doc == nil {
				names = append(names, name.Name)
			}
		}
	}
	return names
}

// exportedReceiver reports whether a method belongs to an exported type, generic or not.
func exportedReceiver(receiver ast.Expr) bool {
	exported := false
	ast.Inspect(receiver, func(node ast.Node) bool {
		name, ok := node.(*ast.Ident)
		exported = exported || ok && name.IsExported()
		return !ok
	})
	return exported
}

// TestLayoutCanFail shows that each departure is found.
func TestLayoutCanFail(t *testing.T) {
	t.Parallel()
	for want, source := range map[string]string{
		"501 lines":           "package p" + strings.Repeat("\n", 501),
		"Function has no":     "package p\n\nfunc Function() {}\n",
		"Method has no":       "package p\n\nfunc (t *Type[x]) Method() {}\n",
		"Type has no":         "package p\n\ntype Type int\n",
		"Constant has no":     "package p\n\nconst Constant = 1\n",
		"x.go:1:1: expected ": "Package p\n",
	} {
		_, faults := layoutFaults("x.go", []byte(source))
		if len(faults) != 1 || !strings.Contains(faults[0], want) {
			t.Errorf("want one fault with %q; got %q", want, faults)
		}
	}
	const sound = "package p\n\n// All of them.\nconst (\n\tA = 1\n\tB = 2\n)\n\nfunc (t t) String() {}\n"
	if _, faults := layoutFaults("x.go", []byte(sound)); len(faults) != 0 {
		t.Errorf("a sound file has the faults %q", faults)
	}
}
