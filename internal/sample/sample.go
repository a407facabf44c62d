// Package sample generates values that a schema allows, from the schema alone.
//
//	g := sample.New(openapi.ResponseView, sample.Believable)
//	v, err := g.Value(schema, "email", deal.NewKey(7)) // "h.marsh@example.com"
//
// There are four policies. A Generator is Believable (every member, values as a real API has them)
// or Lean (only what is required); its Extreme method generates the strangest values that the
// schema allows. Documented prefers what the document itself shows: examples, defaults and enums
// first, and generates only what these leave open.
//
// A generated value depends on the schema, its name and the key alone. The keywords that a Schema
// exposes are met by construction; where a schema has alternatives, candidates are validated and
// the first valid one is taken. Other keywords (not, if, dependentSchemas, …) are left to the
// caller of a Generator; Documented validates everything that it returns.
package sample

import (
	"fmt"
	"sync"

	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
)

const (
	fullDepth = 4      // levels down to which optional members are filled in
	lastDepth = 40     // levels below which a schema counts as endless
	tries     = 12     // candidates for a schema with alternatives
	maxSteps  = 20_000 // nested values of one value, those of rejected candidates included
	maxLength = 1 << 20
	maxItems  = 10_000
)

// Policy decides how much of a schema a Generator fills in.
type Policy int

// The policies.
const (
	// Believable fills in optional members too, with values as a real API has them.
	Believable Policy = iota
	// Lean fills in only what is required.
	Lean
)

// Generator generates values for one view by one policy. It is safe for concurrent use.
type Generator struct {
	view     openapi.View
	lean     bool
	patterns *sync.Map // pattern → *pattern
}

// New returns a generator for a view.
func New(view openapi.View, policy Policy) *Generator {
	return &Generator{view: view, lean: policy == Lean, patterns: &sync.Map{}}
}

// Impossible is the error for a schema that no value was found for.
type Impossible struct {
	Position openapi.Position // of the schema in its document
	Pointer  string           // JSON pointer to the value, below the value that was asked for
	Reason   string
}

func (e *Impossible) Error() string {
	if at := e.Position.String(); at != "" {
		return at + ": " + e.Reason
	}
	return e.Reason
}

func impossible(s *openapi.Schema, format string, args ...any) error {
	return &Impossible{Position: s.Position, Reason: fmt.Sprintf(format, args...)}
}

// run is the generation of one value.
type run struct {
	*Generator
	steps *int // values left to generate: alternatives within alternatives multiply
}

func (g *Generator) run() run {
	steps := maxSteps
	return run{g, &steps}
}

// Value generates a value for the member or parameter of that name; "" where it has none. The error
// is an *Impossible.
func (g *Generator) Value(s *openapi.Schema, name string, key deal.Key) (any, error) {
	return g.run().value(s, name, key, 0)
}

func (r run) value(s *openapi.Schema, name string, key deal.Key, depth int) (any, error) {
	*r.steps--
	switch {
	case s == nil:
		return text(name, key), nil
	case depth > lastDepth || *r.steps < 0:
		return nil, impossible(s, "the schema demands itself without end")
	case len(s.OneOf) > 0 || len(s.AnyOf) > 0:
		return r.alternative(s, name, key, depth)
	}
	return r.plain(s, name, key, depth)
}

// plain generates a value by the keywords of the schema itself.
func (r run) plain(s *openapi.Schema, name string, key deal.Key, depth int) (any, error) {
	if s.Enum != nil {
		if len(s.Enum) == 0 {
			return nil, impossible(s, "no value is allowed at all")
		}
		return pickNonNull(s.Enum, key), nil
	}
	if v, ok := r.fromExamples(s, key); ok {
		return v, nil
	}
	switch typ := Type(s); typ {
	case "object":
		return r.object(s, name, key, depth)
	case "array":
		return r.array(s, name, key, depth)
	case "string":
		return r.text(s, name, key)
	case "number", "integer":
		return numberFor(s, typ, name, key)
	case "boolean":
		return key.At("boolean").Stream().Chance(50), nil
	}
	return nil, nil
}

// pickNonNull picks a value that is not null, if there is one.
func pickNonNull(values []any, key deal.Key) any {
	s := key.At("enum").Stream()
	for range 8 {
		if v := deal.Pick(s, values); v != nil {
			return v
		}
	}
	return values[0]
}

// fromExamples picks a scalar from the schema's examples, where it has some: nothing generated is
// closer to what the document means.
func (g *Generator) fromExamples(s *openapi.Schema, key deal.Key) (any, bool) {
	if g.lean || len(s.Examples) == 0 || s.Format != "" {
		return nil, false
	}
	v := deal.Pick(key.At("example").Stream(), s.Examples)
	switch v.(type) {
	case string, bool:
		return v, g.Fits(s, v)
	}
	return nil, false
}
