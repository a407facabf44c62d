package openapi

import (
	"errors"
	"strings"

	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// filesKey is the root member under which the bundle keeps the files that a document refers to, by
// path. References into them are rewritten, so that a JSON pointer is enough to name any place.
const filesKey = "x-files"

// bundle is a document and the files that it refers to, as one value.
type bundle struct {
	name    string
	root    *source.File
	value   any
	files   map[string]*source.File // by slash-separated path in the folder of files
	partial bool                    // part of a file could not be read

	written map[string]string // rewritten references to what the author wrote
	finder  source.Finder     // in value
}

// newBundle reads the document and the files that it refers to, unless the document is unusable.
func newBundle(name string, data []byte, in *files) (*bundle, *problems) {
	b := &bundle{name: name, files: map[string]*source.File{}, written: map[string]string{}}
	found := &problems{bundle: b}
	root, errs := source.ParseAll(name, data)
	for _, err := range errs {
		found.put(sourceProblem(err))
	}
	if b.partial = len(errs) > 0; root == nil {
		return b, found
	}
	b.root, b.value = root, root.Value
	rootObject, ok := root.Value.(*jsonvalue.Object)
	if !ok && b.partial {
		return b, found
	}
	if !ok {
		found.add("", "a document is an object that starts with `openapi: 3.1.0`, not %s", jsonvalue.TypeOf(root.Value))
		return b, found
	}
	c := &refCollector{bundle: b, problems: found, in: in, names: newIdentifiers(), files: &jsonvalue.Object{}}
	c.names.collect(root, in.document, "")
	c.visit(rootObject, "", in.document, false)
	c.specialize()
	if len(c.files.Members) > 0 {
		rootObject.Set(filesKey, c.files)
	}
	return b, found
}

func sourceProblem(err error) Problem {
	var broken *source.Error
	if errors.As(err, &broken) {
		return Problem{Position: Position{broken.Name, broken.Line, broken.Column}, Message: broken.Reason}
	}
	return Problem{Message: err.Error()}
}

// fileOf returns the file that a pointer into the bundle leads to, and the pointer inside it.
func (b *bundle) fileOf(pointer string) (*source.File, string) {
	if rest, ok := strings.CutPrefix(pointer, "/"+filesKey+"/"); ok {
		token, inside, _ := strings.Cut(rest, "/")
		if file := b.files[jsonvalue.Tokens("/" + token)[0]]; file != nil {
			if inside != "" {
				inside = "/" + inside
			}
			return file, inside
		}
	}
	return b.root, pointer
}

// lookup returns the value at a pointer into the bundle, and whether there is one.
func (b *bundle) lookup(pointer string) (any, bool) {
	return b.finder.Lookup(b.value, pointer)
}

func (b *bundle) position(pointer string) Position {
	file, inside := b.fileOf(pointer)
	if file == nil {
		return Position{File: b.name}
	}
	p := file.Position(inside)
	return Position{file.Name, p.Line, p.Column}
}
