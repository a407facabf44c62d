package openapi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// maxCompiled is the number of schemas up to which Check compiles them all: a few seconds' work.
const maxCompiled = 20_000

// Check lists the document's Warnings, and what takes longer to find: examples, defaults and initial
// values that do not meet their schemas, at every level of the document, and defaults that clients would
// fill into updates. They are sorted by position.
// Load accepts such documents; a careful author wants to know.
func (d *Document) Check() []Problem {
	c := &valueChecker{doc: d, problems: &problems{bundle: d.bundle, list: slices.Clone(d.warnings)}}
	if len(d.schemas.sorted) <= maxCompiled {
		d.compileSchemas(c.problems.warn)
	}
	d.secondOpinion(c.problems)
	for _, op := range d.Operations {
		c.parameters(op.Parameters, RequestView)
		if op.Body != nil {
			c.content(op.Body.Content, RequestView)
		}
		c.filledDefaults(op)
		for _, r := range op.Responses {
			c.content(r.Content, ResponseView)
			c.parameters(r.Headers, ResponseView)
		}
	}
	for pointer := range d.schemas.nodes {
		c.schema(pointer)
	}
	if len(d.Operations) == 0 {
		c.problems.warn("", "no operations; the document gives nothing to serve or to check")
	}
	return c.problems.sorted()
}

type valueChecker struct {
	doc      *Document
	problems *problems
}

func (c *valueChecker) content(content []*MediaType, view View) {
	for _, m := range content {
		for _, example := range m.Examples {
			if m.IsJSON() || jsonvalue.TypeOf(example.Value) != "string" { // a string may be the serialized form
				c.example(m.Schema, example, view)
			}
		}
	}
}

// parameters checks the examples beside the schemas of parameters or headers.
func (c *valueChecker) parameters(parameters []*Parameter, view View) {
	for _, p := range parameters {
		for _, example := range p.examples {
			c.example(p.Schema, example, view)
		}
	}
}

func (c *valueChecker) example(s *Schema, example Example, view View) {
	what := strings.TrimSpace("example " + example.Name)
	for _, violation := range s.Validate(example.Value, view) {
		c.problems.put(Problem{Position: example.Position, Warning: true,
			Message: fmt.Sprintf("%s: %s", what, violation)})
	}
}

// schema checks the values that a schema carries. A schema does not say for which view they are
// meant, so one view that accepts them is enough.
func (c *valueChecker) schema(pointer string) {
	value, _ := c.doc.bundle.lookup(pointer)
	o, ok := value.(*jsonvalue.Object)
	if !ok {
		return
	}
	s := c.doc.schemas.blank(pointer)
	for _, m := range o.Members {
		at := jsonvalue.Join(pointer, m.Name)
		switch m.Name {
		case defaultKey, "example":
			c.carried(s, m.Value, at, m.Name)
		case "examples":
			for i, example := range asList(m.Value) {
				c.carried(s, example, index(at, i), "example")
			}
		case extension:
			for _, word := range []string{"initial", "then", defaultKey} {
				if value, ok := member(m.Value, word); ok {
					c.carried(s, value, at+"/"+word, extension+"."+word)
				}
			}
		}
	}
}

// carried checks one such value.
func (c *valueChecker) carried(s *Schema, v any, at, what string) {
	found := s.Validate(v, ResponseView)
	if len(found) > 0 {
		if other := s.Validate(v, RequestView); len(other) < len(found) {
			found = other
		}
	}
	for _, violation := range found {
		c.problems.warn(at, "%s: %s", what, violation)
	}
}
