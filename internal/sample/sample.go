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
// A generated value depends on the schema, its name and the key alone. All schema objects that bind
// it are read together (demand, rules): most keywords are met by construction, and what can be met
// in several ways (oneOf, anyOf, if, not, dependentSchemas, discriminators) is a choice. The choices
// are tried one after the other, each value is validated, and a budget of steps bounds the search.
// Patterns that must all match are followed together (spell). Only what Extreme returns is left for
// the caller to validate; Documented validates everything that it returns.
package sample

import (
	"fmt"
	"sync"

	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
)

const (
	fullDepth  = 4  // levels down to which optional members are filled in
	lastDepth  = 40 // levels below which a schema counts as endless
	tries      = 12 // candidates for a schema with alternatives
	maxChoices = 50 // that one value may need
	maxLength  = 1 << 20
	maxItems   = 10_000
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
	view openapi.View
	lean bool
	// shows: examples and defaults before anything else, and optional members that have an example.
	shows bool
	// known, heights and weights hold what has been found out about schemas: *openapi.Schema → *rules, int
	known, heights, weights sync.Map
	vain                    sync.Map // what nameOf returns → error: what inVain returns
}

// New returns a generator for a view.
func New(view openapi.View, policy Policy) *Generator {
	return &Generator{view: view, lean: policy == Lean}
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

// Value generates a value for the member or parameter of that name; "" where it has none. The error
// is an *Impossible.
func (g *Generator) Value(s *openapi.Schema, name string, key deal.Key) (any, error) {
	r := g.run(littleEffort)
	v, err := r.value(demandOf(s), name, key, 0)
	if r.effort.short {
		r = g.run(mostEffort)
		r.informed = true
		v, err = r.value(demandOf(s), name, key, 0)
	}
	return v, err
}

// Near returns what Value does and, where there is no such value, one that breaks as few of the
// document's rules as it can, with the error.
func (g *Generator) Near(s *openapi.Schema, name string, key deal.Key) (any, error) {
	v, err := g.Value(s, name, key)
	if err != nil {
		r := g.run(mostEffort)
		r.lax = true
		v, _ = r.value(demandOf(s), name, key, 0)
	}
	return v, err
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
func (r run) fromExamples(w *rules, key deal.Key) (any, bool) {
	if r.shows {
		return r.fromDocument(w)
	}
	if r.lean || len(w.Examples) == 0 || w.Format != "" {
		return nil, false
	}
	v := deal.Pick(key.At("example").Stream(), w.Examples)
	switch v.(type) {
	case string, bool:
		return v, r.fits(w, v)
	}
	return nil, false
}

// fromDocument returns the first of a schema's examples and its default that its rules allow.
func (r run) fromDocument(w *rules) (any, bool) {
	list := w.Examples
	if w.HasDefault {
		list = append(list[:len(list):len(list)], w.Default)
	}
	for _, v := range list {
		if v != nil && r.meets(w, v) {
			return v, true
		}
	}
	return nil, false
}
