package openapi

import (
	"maps"
	"slices"
	"sync"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// schemaTable holds every schema of a document by pointer: flattened, and compiled for validation.
type schemaTable struct {
	doc      *Document
	bundle   *bundle
	problems *problems
	is30     bool // 3.0, whose schemas are not yet JSON Schema

	readable map[string]*Schema
	// nodes are all schemas that can be reached, as they are written.
	nodes   map[string]*schemaNode
	sorted  []string        // the pointers of nodes, once all are known
	secrets map[string]bool // names of properties with x-mock: secret
	hidden  map[string]bool // these, and those with the format password: redacted in messages

	discriminators map[string]*discriminator // by pointer to the schema that has it
	children       map[string][]string       // components by what their allOf refers to; nil: not yet read

	patterns sync.Map // *textPattern by expression

	// compile guards compiled, which grows after loading, by the first value of a view
	compile  sync.RWMutex
	compiled [2]*schemaCompiler
	written  [2]sync.Map // *writtenSchema by the library's name: those that violations were about
	parts    sync.Map    // pointer → *Part, made when they are asked for
}

// schemaNode is a schema as it is written, before references are followed.
type schemaNode struct {
	// schemas that validate the same value and have this one as a part: by allOf, oneOf, anyOf,
	// then, else, or $ref with siblings
	around    []string
	condition bool // of an if or a not, where requiring less would reject more
}

func newSchemaTable(doc *Document, found *problems) *schemaTable {
	return &schemaTable{
		doc: doc, bundle: doc.bundle, problems: found, is30: doc.is30(),
		readable: map[string]*Schema{}, nodes: map[string]*schemaNode{}, secrets: map[string]bool{},
		hidden: map[string]bool{}, discriminators: map[string]*discriminator{},
	}
}

// CompileSchema compiles a JSON Schema (2020-12), YAML or JSON, that stands alone. The error is a
// *LoadError.
func CompileSchema(name string, data []byte) (*Schema, error) {
	bundle, found := newBundle(name, data, noFiles(name))
	if err := found.err(); err != nil {
		return nil, err
	}
	b := &documentBuilder{problems: found, doc: &Document{Name: name, bundle: bundle}}
	b.doc.schemas = newSchemaTable(b.doc, found)
	s := b.doc.schemas.at("")
	b.doc.Schemas = []*Schema{s}
	b.doc.schemas.settle()
	if len(found.list) == 0 {
		b.doc.compileSchemas(b.add)
	}
	return s, found.err()
}

// at returns the flattened schema at a pointer. Where the pointer leads nowhere, it reports a
// problem and returns an empty schema.
func (t *schemaTable) at(pointer string) *Schema {
	if s, ok := t.readable[pointer]; ok {
		return s
	}
	s := t.blank(pointer)
	t.readable[pointer] = s
	t.visit(pointer, nowhere)
	f := flattener{table: t, schema: s}
	f.flatten(pointer)
	f.finish()
	s.merged = f.seen
	return s
}

var (
	// keywords that hold one schema, a list of schemas, and schemas by name (JSON Schema 2020-12)
	schemaKeys = []string{"items", "not", "if", "then", "else", "contains", "propertyNames",
		"additionalProperties", "unevaluatedProperties", "unevaluatedItems"}
	schemaLists = []string{"allOf", "oneOf", "anyOf", "prefixItems"}
	schemaMaps  = []string{"properties", "patternProperties", "dependentSchemas", "$defs"}
	jsonTypes   = []string{"array", "boolean", "integer", "null", "number", "object", "string"}
)

// nowhere is not a pointer; it stands for the parent of a schema that is not part of another.
const nowhere = "-"

// visit registers a schema and all schemas in it.
func (t *schemaTable) visit(pointer, around string) {
	n, known := t.nodes[pointer]
	if !known {
		n = &schemaNode{}
		t.nodes[pointer] = n
	}
	if around != nowhere && !slices.Contains(n.around, around) {
		n.around = append(n.around, around)
	} else if known {
		return
	}
	value, _ := t.bundle.lookup(pointer)
	if _, isRef := refOf(value); known && !isRef {
		return
	}
	if _, isBool := value.(bool); isBool {
		return
	}
	o, ok := value.(*jsonvalue.Object)
	if !ok {
		t.problems.add(pointer, "a schema is an object or true or false, not %s", jsonvalue.TypeOf(value))
		return
	}
	if ref, isRef := refOf(o); isRef {
		alone := t.is30 || len(o.Members) == 1 // OpenAPI 3.0 ignores siblings of $ref
		if !alone {
			around = pointer
		}
		if !t.visitTarget(ref, pointer, around) || alone {
			return
		}
	}
	for _, m := range o.Members {
		t.visitMember(pointer, m)
	}
	t.checkExtension(o, pointer)
}

// visitTarget registers the target of a reference, and reports whether there is one.
func (t *schemaTable) visitTarget(ref, pointer, around string) bool {
	target, err := refPointer(ref)
	if err == nil {
		_, _, err = t.bundle.resolve(pointer)
	}
	if err != nil {
		t.problems.add(jsonvalue.Join(pointer, "$ref"), "%v", err)
		return false
	}
	t.visit(target, around)
	return true
}

// visitMember registers the schemas that a keyword holds.
func (t *schemaTable) visitMember(pointer string, m jsonvalue.Member) {
	child := jsonvalue.Join(pointer, m.Name)
	switch {
	case slices.Contains(schemaKeys, m.Name):
		if _, isBool := m.Value.(bool); isBool {
			return
		}
		switch m.Name {
		case "then", "else":
			t.visit(child, pointer)
		default:
			t.visit(child, nowhere)
			t.nodes[child].condition = m.Name == "if" || m.Name == "not"
		}
	case slices.Contains(schemaLists, m.Name):
		for i := range asList(m.Value) {
			around := pointer
			if m.Name == "prefixItems" {
				around = nowhere
			}
			t.visit(index(child, i), around)
		}
	case slices.Contains(schemaMaps, m.Name):
		for _, property := range members(m.Value) {
			t.visit(jsonvalue.Join(child, property.Name), nowhere)
		}
	case m.Name == "discriminator":
		t.visitChoices(pointer)
	}
}

// settle does what depends on all schemas. Afterwards only compiled changes.
func (t *schemaTable) settle() {
	t.sorted = slices.Sorted(maps.Keys(t.nodes))
	for _, pointer := range t.sorted {
		t.at(pointer)
	}
	for _, s := range t.readable {
		for _, p := range s.Properties {
			p.merge()
		}
	}
	t.discriminate()
	for _, s := range t.readable {
		for _, p := range s.Properties {
			if holds(p.Schema, 3, func(s *Schema) bool { return s.Mock.Value == MockSecret }) {
				t.secrets[p.Name], t.hidden[p.Name] = true, true
			}
			if holds(p.Schema, 3, func(s *Schema) bool { return s.Format == "password" }) {
				t.hidden[p.Name] = true
			}
		}
	}
}

// holds reports whether a predicate holds for a schema, its items, other members or alternatives.
func holds(s *Schema, depth int, is func(*Schema) bool) bool {
	if depth == 0 || s == nil {
		return false
	}
	if len(s.OneOf)+len(s.AnyOf)+len(s.PrefixItems) == 0 && s.Items == nil && s.Additional == nil { // most are so
		return is(s)
	}
	for variant := range s.Variants() {
		inside := append([]*Schema{variant.Items, variant.Additional}, variant.PrefixItems...)
		if is(variant) || slices.ContainsFunc(inside, func(s *Schema) bool { return holds(s, depth-1, is) }) {
			return true
		}
	}
	return false
}

// member returns a member of a value that may be an object.
func member(v any, name string) (any, bool) {
	o, _ := v.(*jsonvalue.Object)
	return o.Get(name)
}

// members returns the members of an object; nil for any other value.
func members(v any) []jsonvalue.Member {
	if o, _ := v.(*jsonvalue.Object); o != nil {
		return o.Members
	}
	return nil
}
