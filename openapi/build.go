package openapi

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// documentBuilder compiles a bundle into a Document. It collects problems instead of stopping at
// the first, so that one run shows all of them.
type documentBuilder struct {
	*problems
	doc  *Document
	root *jsonvalue.Object
}

// compile builds a document. Its faults are warnings where the rest of it can be used without them.
func compile(name string, data []byte, in *files) (*Document, error) {
	return build(name, data, in, (*bundle).lint)
}

// build compiles a document that lint has looked through: the embedded one has been by a test.
func build(name string, data []byte, in *files,
	lint func(b *bundle, found *problems, is30 bool)) (*Document, error) {
	bundle, found := newBundle(name, data, in)
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
	lint(bundle, found, doc.is30())
	if b.root, ok = bundle.value.(*jsonvalue.Object); !ok || bundle.partial {
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
	doc.byID = make(map[string]*Operation, len(doc.Operations))
	for _, op := range doc.Operations {
		doc.byID[op.ID] = op
	}
	doc.Resources = b.resources()
	inferTimes(doc)
	for _, r := range doc.Resources {
		r.elsewhere = r.identityElsewhere()
	}
	b.warnOfIdentities()
	for _, op := range doc.Operations {
		if op.Action == List {
			op.Listing = newListing(op)
		}
		if shown := op.ShownSchema(); op.Resource != nil && shown != nil {
			op.shownIdentity = op.Resource.IdentityProperty(shown)
		}
	}
	if err := found.err(); err != nil {
		return nil, err
	}
	doc.warnings = found.sorted()
	return doc, nil
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
	if err != nil { // reported by lint
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

func asList(v any) []any {
	list, _ := v.([]any)
	return list
}

func index(pointer string, i int) string { return pointer + "/" + strconv.Itoa(i) }
