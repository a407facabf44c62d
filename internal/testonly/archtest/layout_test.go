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
	"unicode/utf8"
)

// The bounds of every Go file, tests included.
const (
	maxLines      = 500
	maxColumns    = 120 // a tab counts as tabColumns
	tabColumns    = 4
	maxComplexity = 18 // of a function outside tests: 1, and 1 for each if, for, case, && and ||
)

// TestLayout checks every Go file of the repository against the bounds above, and that every package
// and every exported name has a doc comment.
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

// layoutFaults parses a Go file and returns its departures from the bounds.
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
	exempt := map[int]bool{}
	if strings.HasSuffix(path, "_test.go") {
		exempt = rawLines(set, file)
	}
	for i, line := range lines {
		columns := utf8.RuneCountInString(line) + (tabColumns-1)*strings.Count(line, "\t")
		if columns > maxColumns && !exempt[i+1] {
			faults = append(faults, fmt.Sprintf("%s:%d: %d columns; want at most %d", path, i+1, columns, maxColumns))
		}
	}
	for _, declaration := range file.Decls {
		line := set.Position(declaration.Pos()).Line
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		if f, ok := declaration.(*ast.FuncDecl); ok && complexity(f) > maxComplexity {
			faults = append(faults, fmt.Sprintf("%s:%d: complexity %d of %s; want at most %d", path, line,
				complexity(f), f.Name, maxComplexity))
		}
		for _, name := range undocumented(declaration) {
			faults = append(faults, fmt.Sprintf("%s:%d: %s has no doc comment", path, line, name))
		}
	}
	return file, faults
}

// rawLines returns the lines of a file that a raw string literal touches. In tests they may be longer:
// a document, a body or an expected output is not broken in two.
func rawLines(set *token.FileSet, file *ast.File) map[int]bool {
	lines := map[int]bool{}
	ast.Inspect(file, func(node ast.Node) bool {
		if literal, ok := node.(*ast.BasicLit); ok && strings.HasPrefix(literal.Value, "`") {
			for line := set.Position(literal.Pos()).Line; line <= set.Position(literal.End()).Line; line++ {
				lines[line] = true
			}
		}
		return true
	})
	return lines
}

// complexity returns the cyclomatic complexity of a function with the function literals in it.
func complexity(f *ast.FuncDecl) int {
	n := 1
	ast.Inspect(f, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt:
			n++
		case *ast.CaseClause:
			if node.List != nil {
				n++
			}
		case *ast.CommClause:
			if node.Comm != nil {
				n++
			}
		case *ast.BinaryExpr:
			if node.Op == token.LAND || node.Op == token.LOR {
				n++
			}
		}
		return true
	})
	return n
}

// undocumented returns the exported names that a declaration introduces without a comment. A comment
// above a group of constants or variables documents all of them. Methods count only where a program
// outside can read about them: those of exported types, except Error and the like, whose meaning an
// interface of the standard library gives.
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

// undocumentedSpec returns the exported names that one type, constant or variable specification of a
// declaration introduces without a comment.
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
		"121 columns":         "package p\n\n//" + strings.Repeat("é", 119) + "\n",
		"122 columns":         "package p\n\n/*\n\t" + strings.Repeat("x", 118) + "\n*/\n",
		"complexity 19":       "package p\n\nfunc f(a bool) {\n" + strings.Repeat("\tif a && a {\n\t}\n", 9) + "}\n",
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
	long := "package p\n\nvar long = `\n" + strings.Repeat("x", 121) + "`\n"
	for path, source := range map[string]string{"x.go": sound, "x_test.go": long} {
		if _, faults := layoutFaults(path, []byte(source)); len(faults) != 0 {
			t.Errorf("%s is sound, and has the faults %q", path, faults)
		}
	}
	if _, faults := layoutFaults("x.go", []byte(long)); len(faults) != 1 {
		t.Errorf("a long raw string outside tests: %q", faults)
	}
}
