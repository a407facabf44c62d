package openapi

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// documentBuilder compiles a bundle into a Document. It collects problems instead of stopping at
// the first, so that one run shows all of them.
type documentBuilder struct {
	*problems
	doc  *Document
	root *jsonvalue.Object
}

// compile builds a document and lints it.
func compile(name string, data []byte, read func(string) ([]byte, error)) (*Document, error) {
	b, err := build(name, data, read)
	if err != nil {
		return nil, err
	}
	b.lint()
	return b.doc, b.err()
}

// build compiles a document without linting it; the embedded one has been linted by a test.
func build(name string, data []byte, read func(string) ([]byte, error)) (*documentBuilder, error) {
	bundle, found := newBundle(name, data, read)
	root, ok := bundle.value.(*jsonvalue.Object)
	if !ok {
		return nil, found.err()
	}
	sum := sha256.Sum256(data)
	doc := &Document{Name: name, SHA256: hex.EncodeToString(sum[:]), bundle: bundle}
	b := &documentBuilder{problems: found, doc: doc, root: root}
	if !b.version() {
		return nil, found.err()
	}
	doc.schemas = newSchemaTable(doc, found)
	doc.Title, doc.Version = b.text("/info/title"), b.text("/info/version")
	doc.Scope = b.scope()
	b.components()
	b.paths()
	if err := found.err(); err != nil {
		return nil, err
	}
	doc.schemas.settle()
	doc.Resources = b.resources()
	for _, op := range doc.Operations {
		if op.Action == List {
			op.Listing = newListing(op)
		}
	}
	b.compileSchemas()
	return b, found.err()
}

func (b *documentBuilder) version() bool {
	v, _ := b.root.Get("openapi")
	b.doc.OpenAPI, _ = v.(string)
	if strings.HasPrefix(b.doc.OpenAPI, "3.0.") || strings.HasPrefix(b.doc.OpenAPI, "3.1.") {
		return true
	}
	swagger, isSwagger := b.root.Get("swagger")
	switch n, isNumber := v.(json.Number); {
	case isNumber:
		b.add("/openapi", "openapi is the number %s; quote it and write all three parts, as in \"3.1.0\"", n)
	case isSwagger:
		b.add("/swagger", "a Swagger %v document; convert it to OpenAPI 3.0 or 3.1 first", swagger)
	default:
		b.add("/openapi", "openapi %q; documents of the versions 3.0.x and 3.1.x are understood", b.doc.OpenAPI)
	}
	return false
}

// text returns the string at a pointer; "" where there is none.
func (b *documentBuilder) text(pointer string) string {
	v, _ := b.bundle.lookup(pointer)
	text, _ := v.(string)
	return text
}

// flag reports whether the value at a pointer is true.
func (b *documentBuilder) flag(pointer string) bool {
	v, _ := b.bundle.lookup(pointer)
	return v == true
}

// object returns the object at a pointer, after following references, and the pointer to where it
// stands. Anything but an object is a problem.
func (b *documentBuilder) object(pointer, what string) (*jsonvalue.Object, string) {
	v, at, err := b.bundle.resolve(pointer)
	if err != nil {
		b.unresolved(pointer, err)
		return nil, at
	}
	o, ok := v.(*jsonvalue.Object)
	if !ok {
		b.add(at, "%s is an object, not %s", what, jsonvalue.TypeOf(v))
	}
	return o, at
}

// optional is object for a member that may be absent.
func (b *documentBuilder) optional(parent *jsonvalue.Object, pointer, name, what string) (*jsonvalue.Object, string) {
	at := jsonvalue.Join(pointer, name)
	if v, ok := parent.Get(name); !ok || v == nil {
		return nil, at
	}
	return b.object(at, what)
}

func (b *documentBuilder) components() {
	schemas, at := b.optional(b.root, "", "components", "components")
	if schemas == nil {
		return
	}
	schemas, at = b.optional(schemas, at, "schemas", "components.schemas")
	for _, m := range members(schemas) {
		b.doc.Schemas = append(b.doc.Schemas, b.doc.schemas.at(jsonvalue.Join(at, m.Name)))
	}
}

var methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

func (b *documentBuilder) paths() {
	paths, at := b.optional(b.root, "", "paths", "paths")
	if paths == nil {
		_, webhooks := b.root.Get("webhooks")
		_, components := b.root.Get("components")
		if is31 := strings.HasPrefix(b.doc.OpenAPI, "3.1"); !is31 || !webhooks && !components {
			b.add("", "paths: missing; a document without paths gives nothing to serve or to check")
		}
		return
	}
	ids := map[string]string{}
	for _, path := range slices.Sorted(slices.Values(memberNames(b.root, "paths"))) {
		if !strings.HasPrefix(path, "x-") {
			b.pathItem(path, jsonvalue.Join(at, path), ids)
		}
	}
}

func (b *documentBuilder) pathItem(path, pointer string, ids map[string]string) {
	if !strings.HasPrefix(path, "/") {
		b.add(pointer, "path %q must start with a slash", path)
		return
	}
	item, at := b.object(pointer, "a path")
	if item == nil {
		return
	}
	shared := b.parameters(item, at)
	for _, method := range methods {
		if _, ok := item.Get(method); !ok {
			continue
		}
		op := b.operation(path, method, jsonvalue.Join(at, method), shared)
		if op == nil {
			continue
		}
		if first, taken := ids[op.ID]; taken {
			b.add(jsonvalue.Join(at, method)+"/operationId",
				"operationId %q is taken by %s; each operation has its own", op.ID, first)
		}
		ids[op.ID] = op.Method + " " + path
		b.doc.Operations = append(b.doc.Operations, op)
	}
}

func asList(v any) []any {
	list, _ := v.([]any)
	return list
}

func index(pointer string, i int) string { return pointer + "/" + strconv.Itoa(i) }
