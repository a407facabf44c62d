package openapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// resourceURL is the name of the document for the library; nothing is ever fetched from it.
const resourceURL = "https://document.invalid/openapi.json"

// schemaCompiler compiles the schemas of one view.
type schemaCompiler struct {
	tree    *viewTree // its input, to look up keywords
	library *jsonschema.Compiler
	ready   map[string]*jsonschema.Schema // by pointer
}

// compiler returns the compiler of a view. The caller holds the lock, except while loading.
func (t *schemaTable) compiler(view View) (*schemaCompiler, error) {
	if c := t.compiled[view]; c != nil {
		return c, nil
	}
	tree, library := t.inView(view), jsonschema.NewCompiler()
	library.Draft = jsonschema.Draft2020
	library.AssertFormat = true
	library.Formats = formats()
	library.LoadURL = func(u string) (io.ReadCloser, error) { // the default reads files and may use the network
		return nil, fmt.Errorf("%s: nothing is fetched", u)
	}
	if err := library.AddResource(resourceURL, bytes.NewReader(jsonvalue.Marshal(tree.value))); err != nil {
		return nil, err
	}
	t.compiled[view] = &schemaCompiler{tree: tree, library: library, ready: map[string]*jsonschema.Schema{}}
	return t.compiled[view], nil
}

// errPanic marks a panic of the library, which rejects a bad schema only once.
var errPanic = errors.New("the schema cannot be compiled")

func (c *schemaCompiler) compile(pointer string) (s *jsonschema.Schema, err error) {
	if s, ok := c.ready[pointer]; ok {
		return s, nil
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", errPanic, r)
		}
	}()
	s, err = c.library.Compile(resourceURL + "#" + uriFragment(c.tree.place(pointer)))
	if err == nil {
		c.ready[pointer] = s
	}
	return s, err
}

// compileSchemas compiles every schema, so that a document with a bad one is not loaded. One view
// is enough for that; the other is compiled when it is first used.
func (b *documentBuilder) compileSchemas() {
	c, err := b.doc.schemas.compiler(ResponseView)
	if err != nil {
		b.add("", "%v", err)
		return
	}
	for _, pointer := range slices.Sorted(maps.Keys(b.doc.schemas.nodes)) {
		if _, err := c.compile(pointer); err != nil && (len(b.list) == 0 || !errors.Is(err, errPanic)) {
			b.schemaProblem(pointer, err)
		}
	}
}

// schemaProblem reports why a schema cannot be compiled.
func (b *documentBuilder) schemaProblem(pointer string, err error) {
	var invalid *jsonschema.ValidationError
	var broken *jsonschema.SchemaError
	if errors.As(err, &broken) {
		err = broken.Err
		pointer = fragment(broken.SchemaURL, pointer)
	}
	if !errors.As(err, &invalid) {
		b.add(pointer, "not a usable JSON Schema: %s", plainError(err))
		return
	}
	for _, leaf := range leaves(invalid, nil) {
		at := fragment("#"+leaf.InstanceLocation, "")
		// the location is relative to the schema, or to the whole document
		if _, absolute := b.bundle.lookup(at); !absolute || at == "" {
			at = pointer + at
		}
		message := leaf.Message
		if strings.HasSuffix(at, "/pattern") {
			pattern, _ := b.bundle.lookup(at)
			text, _ := pattern.(string)
			message = fmt.Sprintf("pattern %q cannot be used", pattern)
			if _, err := regexp.Compile(text); err != nil {
				message += ": " + strings.TrimPrefix(err.Error(), "error parsing regexp: ")
			}
			message += " (patterns are RE2: no lookahead, no back-references, no repeats above 1000)"
		}
		b.add(at, "%s", message)
	}
}

// plainError returns an error's text without what only the library's users understand.
func plainError(err error) string {
	text := strings.TrimPrefix(err.Error(), "jsonschema: ")
	return strings.ReplaceAll(text, resourceURL, "")
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
