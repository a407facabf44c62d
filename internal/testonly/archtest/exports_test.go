package archtest_test

import (
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"strings"
	"testing"
)

// TestExports checks every exported name of every package that other modules can import: it must not
// show a type of a library, nor one of an internal package, which its users could not name.
func TestExports(t *testing.T) {
	t.Parallel()
	exports := map[string]string{}
	for _, p := range list(t) {
		exports[p.ImportPath] = p.Export
	}
	gc := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})
	checked := 0
	for _, p := range list(t) {
		if part(p.ImportPath) == "" || internal(p.ImportPath) || p.Name == "main" {
			continue
		}
		pkg, err := gc.Import(p.ImportPath)
		if err != nil {
			t.Fatal(err)
		}
		checked++
		for _, mention := range foreignMentions(pkg) {
			t.Error(mention)
		}
	}
	if checked == 0 {
		t.Error("no package was checked")
	}
}

// TestExportsCanFail shows that a type of a library is found at each place of an exported name.
func TestExportsCanFail(t *testing.T) {
	t.Parallel()
	library := types.NewPackage("example.com/library", "library")
	foreign := types.NewNamed(types.NewTypeName(token.NoPos, library, "Thing", nil), types.NewStruct(nil, nil), nil)
	ours := types.NewPackage(module+"/openapi", "openapi")
	slice := types.NewSlice(types.NewPointer(foreign))
	for name, typ := range map[string]types.Type{
		"map":   types.NewMap(types.Typ[types.String], slice),
		"field": types.NewStruct([]*types.Var{types.NewField(token.NoPos, ours, "Exported", slice, false)}, nil),
		"function": types.NewSignatureType(nil, nil, nil, nil, types.NewTuple(types.NewVar(token.NoPos, ours,
			"", slice)), false),
		"type name": foreign,
		"field of an unexported type": types.NewNamed(types.NewTypeName(token.NoPos, ours, "unexported", nil),
			types.NewStruct([]*types.Var{types.NewField(token.NoPos, ours, "Exported", slice, false)}, nil), nil),
		"embedded struct": types.NewStruct([]*types.Var{types.NewField(token.NoPos, ours, "hidden",
			types.NewStruct([]*types.Var{types.NewField(token.NoPos, ours, "Exported", slice, false)}, nil),
			true)}, nil),
	} {
		pkg := types.NewPackage(module+"/openapi", "openapi")
		pkg.Scope().Insert(types.NewVar(token.NoPos, pkg, "Exported", typ))
		if len(foreignMentions(pkg)) != 1 {
			t.Errorf("%s: not found", name)
		}
	}
	hidden := types.NewStruct([]*types.Var{types.NewField(token.NoPos, ours, "hidden", slice, false)}, nil)
	ours.Scope().Insert(types.NewVar(token.NoPos, ours, "Exported", hidden))
	if mentions := foreignMentions(ours); len(mentions) != 0 {
		t.Errorf("an unexported field was reported: %q", mentions)
	}
}

// internal reports whether a package of this module is internal to it.
func internal(path string) bool {
	return part(path) != "" && strings.Contains(path+"/", "/internal/")
}

// foreignMentions returns the exported names of a package that show a foreign or internal type.
func foreignMentions(pkg *types.Package) []string {
	var mentions []string
	scope := pkg.Scope()
	for _, name := range scope.Names() {
		object := scope.Lookup(name)
		if !object.Exported() {
			continue
		}
		w := walker{pkg: pkg, seen: map[types.Type]bool{}}
		if _, isType := object.(*types.TypeName); isType {
			w.declaration(object.Type())
		} else {
			w.walk(object.Type())
		}
		for _, typ := range w.found {
			mentions = append(mentions, fmt.Sprintf("%s.%s shows %s", pkg.Path(), name, typ))
		}
	}
	return mentions
}

// walker collects the foreign and internal types that users of a type can see.
type walker struct {
	pkg   *types.Package
	seen  map[types.Type]bool
	found []string
}

// declaration walks the parts of a type declared in the package, and its exported methods.
func (w *walker) declaration(typ types.Type) {
	named, ok := types.Unalias(typ).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != w.pkg.Path() {
		w.walk(typ)
		return
	}
	w.walk(named.Underlying())
	for m := range named.Methods() {
		if m.Exported() {
			w.walk(m.Type())
		}
	}
}

func (w *walker) walk(typ types.Type) {
	if w.seen[typ] {
		return
	}
	w.seen[typ] = true
	switch typ := typ.(type) {
	case *types.Alias:
		w.walk(types.Unalias(typ))
	case *types.Named:
		w.named(typ)
	case *types.Signature:
		w.tuple(typ.Params())
		w.tuple(typ.Results())
	case *types.Struct:
		for field := range typ.Fields() {
			if field.Exported() || field.Embedded() { // which promotes its own fields and methods
				w.walk(field.Type())
			}
		}
	case *types.Interface:
		for m := range typ.ExplicitMethods() {
			w.walk(m.Type())
		}
		for embedded := range typ.EmbeddedTypes() {
			w.walk(embedded)
		}
	case *types.Map:
		w.walk(typ.Key())
		w.walk(typ.Elem())
	case interface{ Elem() types.Type }: // pointers, slices, arrays, channels
		w.walk(typ.Elem())
	}
}

func (w *walker) named(typ *types.Named) {
	if pkg := typ.Obj().Pkg(); pkg != nil {
		if thirdParty(pkg.Path()) || internal(pkg.Path()) {
			w.found = append(w.found, typ.String())
		}
		if pkg != nil && pkg.Path() == w.pkg.Path() && !typ.Obj().Exported() { // users see what it shows all the same
			w.declaration(typ)
		}
	}
	for argument := range typ.TypeArgs().Types() {
		w.walk(argument)
	}
}

func (w *walker) tuple(tuple *types.Tuple) {
	for v := range tuple.Variables() {
		w.walk(v.Type())
	}
}
