package openapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// schemaURL starts the names of schemas for the library, which end in their pointers; nothing is ever
// fetched from there. Each schema that is asked for or referred to is a resource of its own, since
// the library's work grows with the square of a resource.
const schemaURL = "https://document.invalid/"

// libraryURL returns the library's name for the schema at a pointer.
func libraryURL(pointer string) string { return schemaURL + url.PathEscape(pointer) }

// libraryRef returns the library's spelling of a reference.
func libraryRef(ref string) string {
	pointer, err := refPointer(ref)
	if err != nil {
		return ref
	}
	return libraryURL(pointer)
}

// schemaCompiler compiles the schemas of one view, each when it is first asked for. Its lock is the
// table's.
type schemaCompiler struct {
	table   *schemaTable
	view    View
	library *jsonschema.Compiler
	ready   map[string]*jsonschema.Schema // by pointer
	failed  map[string]*unusable          // by pointer
	loaded  string                        // the pointer of the last schema that the library asked for

	accepting *checkCompiler // makes checks of what is ready
}

// unusable is the error of a schema that cannot be compiled, and the pointer of the one in which the
// fault is.
type unusable struct {
	error
	pointer string
}

func (u *unusable) Unwrap() error { return u.error }

// compiler returns the compiler of a view. The caller holds the lock.
func (t *schemaTable) compiler(view View) *schemaCompiler {
	if t.compiled[view] == nil {
		c := &schemaCompiler{table: t, view: view,
			ready: map[string]*jsonschema.Schema{}, failed: map[string]*unusable{}, accepting: newCheckCompiler()}
		c.library = c.newLibrary()
		t.compiled[view] = c
	}
	return t.compiled[view]
}

func (c *schemaCompiler) newLibrary() *jsonschema.Compiler {
	library := jsonschema.NewCompiler()
	library.Draft = jsonschema.Draft2020
	library.AssertFormat = true
	library.Formats = formats()
	library.RegisterExtension(patternKeyword, nil, c.table)
	library.LoadURL = c.load // the default reads files and may use the network
	return library
}

// load gives the library a schema that it asks for by name.
func (c *schemaCompiler) load(name string) (io.ReadCloser, error) {
	rest, ours := strings.CutPrefix(name, schemaURL)
	escaped, parent := strings.CutSuffix(rest, asParent)
	pointer, err := url.PathUnescape(escaped)
	if !ours || err != nil {
		return nil, fmt.Errorf("%s: nothing is fetched", name)
	}
	value, found := c.table.bundle.lookup(pointer)
	if !found {
		return nil, fmt.Errorf("nothing is at %s", pointer)
	}
	c.loaded = pointer
	w := newViewWriter(c.table, c.view)
	w.ref = libraryRef
	if parent {
		w.parent = pointer
	}
	return io.NopCloser(bytes.NewReader(jsonvalue.Marshal(w.schema(pointer, value)))), nil
}

func (c *schemaCompiler) compile(pointer string) (s *jsonschema.Schema, err error) {
	if s, ok := c.ready[pointer]; ok {
		return s, nil
	}
	if err, ok := c.failed[pointer]; ok {
		return nil, err
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("it cannot be compiled: %v", r)
		}
		if err != nil { // the library takes a bad schema for a good one when it meets it again
			s, c.library = nil, c.newLibrary()
			c.failed[pointer] = &unusable{err, c.loaded}
			err = c.failed[pointer]
		}
	}()
	s, err = c.library.Compile(libraryURL(pointer))
	if err == nil {
		c.ready[pointer] = s
	}
	return s, err
}

// compileSchemas compiles every schema, as is done anyway when it is first needed, and reports those
// that cannot be compiled, which lint did not expect: they accept any value. One view is enough.
func (d *Document) compileSchemas(report func(pointer, format string, args ...any)) {
	t := d.schemas
	t.compile.Lock()
	defer t.compile.Unlock()
	c := t.compiler(ResponseView)
	for _, pointer := range t.sorted {
		if t.within(pointer) {
			continue // compiled with the schema around it
		}
		if _, err := c.compile(pointer); err != nil {
			schemaProblem(c.failed[pointer].pointer, err, report)
		}
	}
}

// within reports whether a schema is a part of another one's text.
func (t *schemaTable) within(pointer string) bool {
	for above := pointer; above != ""; {
		var token string
		if above, token = splitLast(above); token == "$defs" {
			return false
		}
		if t.nodes[above] != nil {
			return true
		}
	}
	return false
}

// schemaProblem reports why a schema cannot be compiled. The pointer is that of the last schema that
// the library asked for, in which it found the fault.
func schemaProblem(pointer string, err error, report func(pointer, format string, args ...any)) {
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		report(pointer, "not a usable JSON Schema: %s", plainError(err))
		return
	}
	for _, leaf := range leaves(invalid, nil) {
		report(pointer+fragment("#"+leaf.InstanceLocation, ""), "not a usable JSON Schema: %s", leaf.Message)
	}
}

var schemaName = regexp.MustCompile(regexp.QuoteMeta(schemaURL) + `[^#"\s]*`)

// plainError returns an error's text without what only the library's users understand.
func plainError(err error) string {
	var broken *jsonschema.SchemaError
	if errors.As(err, &broken) {
		err = broken.Err
	}
	return schemaName.ReplaceAllStringFunc(strings.TrimPrefix(err.Error(), "jsonschema: "), func(name string) string {
		pointer, _ := url.PathUnescape(strings.TrimPrefix(name, schemaURL))
		return pointer
	})
}

// fragment returns the JSON pointer of a location in the document, or otherwise where it has none.
func fragment(location, otherwise string) string {
	_, escaped, ok := strings.Cut(location, "#")
	pointer, err := url.PathUnescape(escaped)
	if !ok || err != nil {
		return otherwise
	}
	return pointer
}

// leaves appends the errors without causes in a tree of errors.
func leaves(e *jsonschema.ValidationError, list []*jsonschema.ValidationError) []*jsonschema.ValidationError {
	if len(e.Causes) == 0 {
		return append(list, e)
	}
	for _, cause := range e.Causes {
		list = leaves(cause, list)
	}
	return list
}
