package coverage

import (
	"net/http"
	"slices"
	"sync/atomic"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Meter notes what exchanges exercise. It is safe for concurrent use. Its memory is bounded by the document.
type Meter struct {
	plan *plan
	hits []atomic.Bool // by element
}

// NewMeter returns a meter for a document, and laws that hold of its operations.
func NewMeter(doc *openapi.Document, laws []DocumentLaw) *Meter {
	p := newPlan(doc, laws)
	return &Meter{plan: p, hits: make([]atomic.Bool, len(p.elements))}
}

// Exchange is a request that was answered.
type Exchange struct {
	Operation *openapi.Operation
	Request   *openapi.Request
	Body      any // of the request as a JSON value, that of a form included; nil: none
	// Accepted is set where the request was to succeed, or did: only then what it leaves out and what is
	// valid in it was put to the test.
	Accepted bool
	Status   int
	Answer   any // the body of the answer as a JSON value; nil: none
}

// Exchange notes an exchange. Operations of other documents are ignored. What a request that is sent as
// bytes of its own (openapi.Request.RawPath) has in its path counts as nothing.
func (m *Meter) Exchange(x Exchange) {
	o := m.plan.operations[x.Operation]
	if o == nil {
		return
	}
	m.request(o, &x)
	response := x.Operation.Response(x.Status)
	if response == nil {
		return
	}
	a := o.answers[response]
	m.hit(a.status)
	if a.body != nil && x.Answer != nil {
		m.shown(a.body, x.Answer)
	}
}

// Law notes that there was something to hold against a law.
func (m *Meter) Law(op *openapi.Operation, id string) {
	if o := m.plan.operations[op]; o != nil {
		if i, ok := o.laws[id]; ok {
			m.hit(i)
		}
	}
}

// hit notes that an element was exercised.
func (m *Meter) hit(i int) {
	if i != none && !m.hits[i].Load() { // many would write to the same line of memory
		m.hits[i].Store(true)
	}
}

// request notes what a request exercises.
func (m *Meter) request(o *operation, x *Exchange) {
	violations := x.Operation.ValidateRequest(x.Request)
	unclear := func(v *openapi.Violation) bool { return v.Rule == openapi.TooComplex || v.Rule == openapi.AndMore }
	valid := x.Accepted && len(violations) == 0 && len(x.Request.RawPath) == 0
	if valid {
		m.hit(o.index)
	}
	for i := range o.parameters {
		m.parameter(&o.parameters[i], x.Request, valid, violations)
	}
	if o.body == nil {
		return
	}
	for i := range violations {
		if v := &violations[i]; v.In == "body" && !unclear(v) {
			m.refuted(o.body, x, v.Pointer)
		}
	}
	if len(x.Request.Body) == 0 {
		if valid || o.body.required {
			m.hit(o.body.leftOut)
		}
		return
	}
	m.sent(o.body, x.Body, valid)
}

// parameter notes what a request exercises of a parameter.
func (m *Meter) parameter(p *parameter, r *openapi.Request, valid bool, violations []openapi.Violation) {
	if !p.isIn(r) {
		if valid || p.of.Required {
			m.hit(p.leftOut)
		}
		return
	}
	if valid {
		m.hit(p.valid)
		if len(p.enum) == 0 {
			return
		}
		for _, text := range p.of.Texts(r) {
			for i := range p.enum {
				if p.enum[i].text == text {
					m.hit(p.enum[i].index)
				}
			}
		}
		return
	}
	if m.known(p.invalid) {
		return
	}
	for i := range violations {
		if v := &violations[i]; v.In == p.of.In && v.Name == p.name {
			m.hit(p.invalid)
		}
	}
}

// known reports whether there is nothing more to learn about an element.
func (m *Meter) known(i int) bool { return i == none || m.hits[i].Load() }

// isIn reports whether a request has a parameter.
func (p *parameter) isIn(r *openapi.Request) bool {
	switch p.of.In {
	case "path":
		_, ok := r.Path[p.of.Name]
		return ok
	case "header":
		return len(r.Header.Values(p.of.Name)) > 0
	case "cookie":
		_, err := (&http.Request{Header: r.Header}).Cookie(p.of.Name)
		return err == nil
	}
	if _, ok := r.Query[p.of.Name]; ok {
		return true
	}
	for key := range r.Query {
		if p.of.Spells(key) {
			return true
		}
	}
	return false
}

// refuted notes that a body has something invalid at a pointer. What is missing there is left out.
func (m *Meter) refuted(body *place, x *Exchange, pointer string) {
	at := body.at(pointer)
	if at == nil || m.known(at.invalid) {
		return
	}
	if pointer != "" {
		if _, there := jsonvalue.Lookup(x.Body, pointer); !there {
			return
		}
	}
	if len(x.Request.Body) > 0 {
		m.hit(at.invalid)
	}
}

// sent notes what a value in a request exercises.
func (m *Meter) sent(at *place, value any, valid bool) {
	if valid {
		m.hit(at.valid)
		if len(at.enum) > 0 {
			m.hit(at.allowedValue(value))
		}
	}
	switch v := value.(type) {
	case *jsonvalue.Object:
		m.sentMembers(at, v, valid)
	case []any:
		if at.each != nil {
			for _, item := range v {
				m.sent(at.each, item, valid)
			}
		}
	}
}

func (m *Meter) sentMembers(at *place, object *jsonvalue.Object, valid bool) {
	present := 0
	for i := range object.Members {
		member := &object.Members[i]
		if inside := at.inside(member.Name); inside != nil {
			if inside != at.each {
				present++
			}
			m.sent(inside, member.Value, valid)
		}
	}
	if present >= len(at.names) {
		return
	}
	for _, name := range at.names {
		inside := at.members[name]
		if m.known(inside.leftOut) || !valid && !inside.required {
			continue
		}
		if _, there := object.Get(name); !there {
			m.hit(inside.leftOut)
		}
	}
}

// shown notes what a value in an answer exercises.
func (m *Meter) shown(at *place, value any) {
	m.hit(at.seen)
	if len(at.enum) > 0 {
		m.hit(at.allowedValue(value))
	}
	switch v := value.(type) {
	case *jsonvalue.Object:
		for i := range v.Members {
			if inside := at.inside(v.Members[i].Name); inside != nil {
				m.shown(inside, v.Members[i].Value)
			}
		}
	case []any:
		if at.each != nil {
			for _, item := range v {
				m.shown(at.each, item)
			}
		}
	}
}

// Coverage returns what was exercised until now. The caller owns it.
func (m *Meter) Coverage() *Coverage {
	c := &Coverage{Omitted: m.plan.omitted, Elements: slices.Clone(m.plan.elements)}
	for i := range c.Elements {
		c.Elements[i].Hit = m.hits[i].Load()
	}
	c.sum()
	return c
}
