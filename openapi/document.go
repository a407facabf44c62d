// Package openapi compiles an OpenAPI document, 3.0 or 3.1, into operations that validate requests
// and responses.
//
//	doc, err := openapi.Load("agent.yaml") // or openapi.Agent(), the embedded one
//	op := doc.Operation("updateAgent")
//	for _, v := range op.ValidateRequest(&openapi.Request{Header: h, Path: p, Body: b}) {
//		fmt.Println(v) // body /llmModel: "gpt-4" is not one of … (agent.yaml:212)
//	}
//
// Every violation names what is wrong, where, what would be right, and the line of the document
// that states the rule. The package speaks no HTTP, keeps no state and fetches nothing from the
// network.
package openapi

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Document is a compiled OpenAPI document. It is immutable and safe for concurrent use.
type Document struct {
	Name    string // the name it was loaded under: a path, or agent.yaml for the embedded one
	Title   string
	Version string // of the API, as info.version has it
	OpenAPI string // 3.0.3, 3.1.0, …
	SHA256  string // of Source, in hexadecimal

	Operations []*Operation // by path, then method: GET, PUT, POST, DELETE, OPTIONS, HEAD, PATCH, TRACE
	Resources  []*Resource  // by collection path
	Scope      *Scope       // nil: the data is not partitioned
	Schemas    []*Schema    // components/schemas, in document order

	files    []string
	bundle   *bundle
	schemas  *schemaTable
	byID     map[string]*Operation // once all are known
	warnings []Problem
}

//go:embed agent.yaml
var agentYAML []byte

var agent = sync.OnceValue(func() *Document {
	doc, err := build("agent.yaml", agentYAML, noFiles("agent.yaml"), func(*bundle, *problems, bool) {})
	if err != nil { // a test compiles it, so this cannot reach a user
		panic(err)
	}
	return doc
})

// Agent returns the embedded document of the call agent API, compiled once.
func Agent() *Document { return agent() }

// Source returns the bytes that the document was read from. They must not be changed.
func (d *Document) Source() []byte { return d.bundle.root.Data }

// Files returns the paths of the file that the document was read from, and of those that it refers to,
// whether they could be read or not. Nil for a document that was read from no file.
func (d *Document) Files() []string { return d.files }

// Warnings lists the faults that do not keep the document from being used, sorted by position, each
// once: it is read without them, as each message says. Check finds more of them.
func (d *Document) Warnings() []Problem { return d.warnings }

// JSON returns the document as indented JSON, with the files that it refers to bundled in. The
// given URLs replace its servers; without any, the servers stay as they are.
func (d *Document) JSON(servers ...string) []byte {
	return append(jsonvalue.MarshalIndent(d.published(servers)), '\n')
}

// YAML returns what JSON does, as YAML. Comments are lost; Source has them.
func (d *Document) YAML(servers ...string) []byte { return source.MarshalYAML(d.published(servers)) }

func (d *Document) published(servers []string) any {
	root := d.bundle.root.Value.(*jsonvalue.Object)
	if len(servers) == 0 {
		return root
	}
	list := make([]any, len(servers))
	for i, url := range servers {
		list[i] = jsonvalue.ObjectOf("url", url)
	}
	shallow := &jsonvalue.Object{Members: slices.Clone(root.Members)}
	shallow.Set("servers", list)
	return shallow
}

// Operation returns the operation with an id, or nil.
func (d *Document) Operation(id string) *Operation {
	if d.byID != nil {
		return d.byID[id]
	}
	return first(d.Operations, func(op *Operation) bool { return op.ID == id })
}

// Resource returns the resource with a name, or nil.
func (d *Document) Resource(name string) *Resource {
	return first(d.Resources, func(r *Resource) bool { return r.Name == name })
}

// ScopeExample returns the first example that the document has for its scope header; "" where it has none.
func (d *Document) ScopeExample() string {
	for _, op := range d.Operations {
		for _, p := range op.Parameters {
			if d.Scope != nil && p.In == "header" && strings.EqualFold(p.Name, d.Scope.Header) && p.Example != nil {
				return textOfIdentity(p.Example)
			}
		}
	}
	return ""
}

// DefaultResource returns the resource that is meant where none is named: of those whose items have
// a schema, a path and no parents, the first one that can be created and read, else read and
// changed, and so on. It is nil where there is none.
func (d *Document) DefaultResource() *Resource {
	var best *Resource
	most := 0
	for _, r := range d.Resources {
		if r.Schema == nil || len(r.Parents) > 0 || r.Singleton {
			continue
		}
		uses := 1
		for i, op := range []*Operation{r.List, r.Write(), r.Read, r.Creator()} {
			if op != nil {
				uses += 1 << i
			}
		}
		if uses > most {
			best, most = r, uses
		}
	}
	return best
}

// Schema returns the schema of components/schemas with a name, or nil.
func (d *Document) Schema(name string) *Schema {
	return first(d.Schemas, func(s *Schema) bool { return s.Name == name })
}

// first returns the first item of a list for which a predicate holds, or nil.
func first[T any](list []*T, is func(*T) bool) *T {
	if i := slices.IndexFunc(list, is); i >= 0 {
		return list[i]
	}
	return nil
}

// SecretNames returns the names of all properties with `x-mock: secret`, sorted. Their values must
// never be shown in clear.
func (d *Document) SecretNames() []string { return slices.Sorted(maps.Keys(d.schemas.secrets)) }

// HiddenNames returns the names of all properties whose values violations do not show, sorted: those
// of SecretNames, and those with the format password.
func (d *Document) HiddenNames() []string { return slices.Sorted(maps.Keys(d.schemas.hidden)) }

// PropertyNames returns the names of all properties that schemas of the document describe, sorted.
func (d *Document) PropertyNames() []string {
	names := map[string]bool{}
	for _, s := range d.schemas.readable {
		for _, p := range s.Properties {
			names[p.Name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}
