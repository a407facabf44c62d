package coverage

import (
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Meter notes what exchanges exercise. It is safe for concurrent use. Its memory is bounded by the document.
type Meter struct {
	plan *plan
	hits []atomic.Bool // by element
	had  []atomic.Bool // a fixture has hit it, and not only the run itself

	mu sync.Mutex
	by map[int]string // the fixtures that have hit elements first
}

// NewMeter returns a meter for a document, and laws that hold of its operations.
func NewMeter(doc *openapi.Document, laws []DocumentLaw) *Meter {
	p := newPlan(doc, laws)
	return &Meter{plan: p, hits: make([]atomic.Bool, len(p.elements)),
		had: make([]atomic.Bool, len(p.elements)), by: map[int]string{}}
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
	Answer   any    // the body of the answer as a JSON value; nil: none
	By       string // the id of the fixture that sends it; empty: none does
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
	m.hit(a.status, x.By)
	if a.body != nil && x.Answer != nil {
		m.shown(a.body, x.Answer, x.By)
	}
}

// Law notes that there was something to hold against a law, in a fixture.
func (m *Meter) Law(op *openapi.Operation, id, by string) {
	if o := m.plan.operations[op]; o != nil {
		if i, ok := o.laws[id]; ok {
			m.hit(i, by)
		}
	}
}

// hit notes that an element was exercised.
func (m *Meter) hit(i int, by string) {
	if m.known(i, by) {
		return // many would write to the same line of memory
	}
	m.hits[i].Store(true)
	if by != "" && m.had[i].CompareAndSwap(false, true) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.by[i] = by
	}
}

// request notes what a request exercises.
func (m *Meter) request(o *operation, x *Exchange) {
	violations := x.Operation.ValidateRequest(x.Request)
	unclear := func(v *openapi.Violation) bool { return v.Rule == openapi.TooComplex || v.Rule == openapi.AndMore }
	valid := x.Accepted && len(violations) == 0 && len(x.Request.RawPath) == 0
	if valid {
		m.hit(o.index, x.By)
	}
	for i := range o.parameters {
		m.parameter(&o.parameters[i], x, valid, violations)
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
			m.hit(o.body.leftOut, x.By)
		}
		return
	}
	m.sent(o.body, x.Body, valid, x.By)
}

// parameter notes what a request exercises of a parameter.
func (m *Meter) parameter(p *parameter, x *Exchange, valid bool, violations []openapi.Violation) {
	r := x.Request
	if !p.isIn(r) {
		if valid || p.of.Required {
			m.hit(p.leftOut, x.By)
		}
		return
	}
	if valid {
		m.hit(p.valid, x.By)
		if len(p.enum) == 0 {
			return
		}
		for _, text := range p.of.Texts(r) {
			for i := range p.enum {
				if p.enum[i].text == text {
					m.hit(p.enum[i].index, x.By)
				}
			}
		}
		return
	}
	if m.known(p.invalid, x.By) {
		return
	}
	for i := range violations {
		if v := &violations[i]; v.In == p.of.In && v.Name == p.name {
			m.hit(p.invalid, x.By)
		}
	}
}

// known reports whether there is nothing more to learn about an element, from a fixture or the run itself.
func (m *Meter) known(i int, by string) bool {
	return i == none || m.hits[i].Load() && (by == "" || m.had[i].Load())
}

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
	if at == nil || m.known(at.invalid, x.By) {
		return
	}
	if pointer != "" {
		if _, there := jsonvalue.Lookup(x.Body, pointer); !there {
			return
		}
	}
	if len(x.Request.Body) > 0 {
		m.hit(at.invalid, x.By)
	}
}

// sent notes what a value in a request exercises.
func (m *Meter) sent(at *place, value any, valid bool, by string) {
	if valid {
		m.hit(at.valid, by)
		if len(at.enum) > 0 {
			m.hit(at.allowedValue(value), by)
		}
	}
	switch v := value.(type) {
	case *jsonvalue.Object:
		m.sentMembers(at, v, valid, by)
	case []any:
		if at.each != nil {
			for _, item := range v {
				m.sent(at.each, item, valid, by)
			}
		}
	}
}

func (m *Meter) sentMembers(at *place, object *jsonvalue.Object, valid bool, by string) {
	present := 0
	for i := range object.Members {
		member := &object.Members[i]
		if inside := at.inside(member.Name); inside != nil {
			if inside != at.each {
				present++
			}
			m.sent(inside, member.Value, valid, by)
		}
	}
	if present >= len(at.names) {
		return
	}
	for _, name := range at.names {
		inside := at.members[name]
		if m.known(inside.leftOut, by) || !valid && !inside.required {
			continue
		}
		if _, there := object.Get(name); !there {
			m.hit(inside.leftOut, by)
		}
	}
}

// shown notes what a value in an answer exercises.
func (m *Meter) shown(at *place, value any, by string) {
	m.hit(at.seen, by)
	if len(at.enum) > 0 {
		m.hit(at.allowedValue(value), by)
	}
	switch v := value.(type) {
	case *jsonvalue.Object:
		for i := range v.Members {
			if inside := at.inside(v.Members[i].Name); inside != nil {
				m.shown(inside, v.Members[i].Value, by)
			}
		}
	case []any:
		if at.each != nil {
			for _, item := range v {
				m.shown(at.each, item, by)
			}
		}
	}
}

// Coverage returns what was exercised until now. The caller owns it.
func (m *Meter) Coverage() *Coverage {
	c := &Coverage{Omitted: m.plan.omitted, Elements: slices.Clone(m.plan.elements)}
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range c.Elements {
		c.Elements[i].Hit, c.Elements[i].By = m.hits[i].Load(), m.by[i]
	}
	c.sum()
	return c
}
