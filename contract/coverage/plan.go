package coverage

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// DocumentLaw is a law that holds of an operation.
type DocumentLaw struct {
	Operation *openapi.Operation
	ID        string
}

// plan is what there is to exercise in a document. It is not changed once it is made.
type plan struct {
	elements   []Element
	operations map[*openapi.Operation]*operation
	omitted    int
}

// operation says where the elements of an operation are.
type operation struct {
	of         *openapi.Operation
	index      int
	parameters []parameter
	body       *place // of the request; nil: none that is described
	answers    map[*openapi.Response]answer
	laws       map[string]int
}

type parameter struct {
	of                      *openapi.Parameter
	name                    string // as violations name it
	valid, invalid, leftOut int
	enum                    []allowed
}

type answer struct {
	status int
	body   *place // nil: none that is described as JSON
}

func newPlan(doc *openapi.Document, laws []DocumentLaw) *plan {
	p := &plan{operations: map[*openapi.Operation]*operation{}}
	for _, op := range doc.Operations {
		p.operations[op] = &operation{of: op, answers: map[*openapi.Response]answer{}, laws: map[string]int{}}
		if media := op.Body.Preferred(); media != nil && media.Schema != nil {
			body, omitted := bodyOf(media.Schema, openapi.RequestView)
			p.operations[op].body, p.omitted = body, p.omitted+omitted
		}
	}
	for _, op := range doc.Operations {
		p.operation(p.operations[op])
		for _, law := range laws {
			if law.Operation == op {
				e := Element{Kind: Law, Aspect: Compared, Operation: op.ID, Name: law.ID, Position: op.Position}
				p.operations[op].laws[law.ID] = p.add(e)
			}
		}
	}
	return p
}

// add adds an element and returns its index.
func (p *plan) add(e Element) int {
	p.elements = append(p.elements, e)
	return len(p.elements) - 1
}

// operation adds the elements of an operation.
func (p *plan) operation(o *operation) {
	op := o.of
	o.index = p.add(Element{Kind: Operation, Aspect: SentValid, Operation: op.ID, Position: op.Position})
	for _, of := range op.Parameters {
		o.parameters = append(o.parameters, p.parameter(op, of))
	}
	if o.body != nil {
		o.body.required = op.Body.Required
		o.body.walk(func(at *place) { p.sent(op, at) })
	}
	for _, response := range op.Responses {
		o.answers[response] = p.answer(op, response)
	}
}

func (p *plan) parameter(op *openapi.Operation, of *openapi.Parameter) parameter {
	e := Element{Kind: Parameter, Operation: op.ID, In: of.In, Name: of.Name, Position: of.Position}
	out := parameter{of: of, name: of.Name, valid: p.add(e.with(SentValid)), invalid: none, leftOut: none}
	if textRefutable(of) {
		out.invalid = p.add(e.with(SentInvalid))
	}
	if of.In != "path" {
		out.leftOut = p.add(e.with(LeftOut))
	}
	e.Kind = Enum
	schemas := variants(nil, of.Schema)
	if of.Schema.Items != nil {
		schemas = variants(schemas, of.Schema.Items)
	}
	for _, a := range enumOf(schemas, openapi.RequestView) {
		if !a.plain {
			a.text = string(jsonvalue.Marshal(a.value))
		}
		if len(of.ValidateText(a.text, openapi.RequestView)) > 0 {
			continue // the enum has what the parameter's type forbids
		}
		e.Value = a.value
		a.index = p.add(e.with(SentValid))
		out.enum = append(out.enum, a)
	}
	return out
}

// with returns the element in an aspect.
func (e Element) with(aspect Aspect) Element {
	e.Aspect = aspect
	return e
}

// textRefutable reports whether there is a text that the document forbids for a parameter.
func textRefutable(p *openapi.Parameter) bool {
	probes := []string{"agentmock-no-such-value", "1.5.0", "-1", "0"}
	if p.In != "path" {
		probes = append(probes, "")
	}
	if most := p.Schema.MaxLength; most != nil && *most < 1<<12 {
		probes = append(probes, strings.Repeat("x", *most+1))
	}
	return p.Schema.Pattern != "" || slices.ContainsFunc(probes, func(text string) bool {
		return len(p.ValidateText(text, openapi.RequestView)) > 0
	})
}

// sent adds the elements of a place in a request.
func (p *plan) sent(op *openapi.Operation, at *place) {
	e := Element{Kind: Property, Operation: op.ID, In: "body", Pointer: at.pointer, Position: at.position()}
	e.Position = cmp.Or(e.Position, op.Body.Position)
	at.valid = p.add(e.with(SentValid))
	if at.refutable(openapi.RequestView) {
		at.invalid = p.add(e.with(SentInvalid))
	}
	if at.above == nil || at != at.above.each {
		at.leftOut = p.add(e.with(LeftOut))
	}
	e.Kind = Enum
	for i := range at.enum {
		e.Value = at.enum[i].value
		at.enum[i].index = p.add(e.with(SentValid))
	}
}

// answer adds the elements of a documented response.
func (p *plan) answer(op *openapi.Operation, response *openapi.Response) answer {
	e := Element{Kind: Status, Aspect: Seen, Operation: op.ID, In: "answer", Name: response.Status,
		Position: response.Position, Beyond: beyondClients(response)}
	out := answer{status: p.add(e)}
	media := response.JSON()
	if media == nil || media.Schema == nil || e.Beyond != "" {
		return out
	}
	body, omitted := bodyOf(media.Schema, openapi.ResponseView)
	out.body, p.omitted = body, p.omitted+omitted
	theirs := map[*place]bool{} // that only the target decides about
	body.walk(func(at *place) {
		if at.above != nil && theirs[at.above] && response.StatusCode()/100 != 2 {
			theirs[at] = true // what a refusal may say beside what it must is one element
			return
		}
		sent, mayBeSent := p.counterpart(op, response, at.pointer)
		theirs[at] = !mayBeSent && at.above != nil && (theirs[at.above] || !at.required && !p.holdsItems(op, at))
		p.seen(e, at, theirs[at], sent)
	})
	return out
}

// seen adds the elements of a place in an answer. What requests say of it is in sent; nil: nothing.
func (p *plan) seen(e Element, at *place, theirs bool, sent *place) {
	e.Kind, e.Pointer, e.Position = Property, at.pointer, cmp.Or(at.position(), e.Position)
	if theirs {
		e.Beyond = "only the target decides whether it is shown"
	}
	at.seen = p.add(e)
	e.Kind = Enum
	for i := range at.enum {
		a := &at.enum[i]
		e.Value = a.value
		if e.Beyond == "" && len(at.enum) > 1 && (sent == nil || len(sent.enum) > 0 && !sent.allows(a.value)) {
			e.Beyond = "only the target decides which value it shows"
		}
		a.index = p.add(e)
		if !theirs {
			e.Beyond = ""
		}
	}
}

func (p *place) allows(value any) bool {
	return slices.ContainsFunc(p.enum, func(a allowed) bool { return jsonvalue.Equal(a.value, value) })
}

// holdsItems reports whether a place in an answer is that of each item of a list operation, which clients
// can create.
func (p *plan) holdsItems(op *openapi.Operation, at *place) bool {
	return op.ShowsList() && at.pointer == op.Wrapper+"/"+wildcard
}

// counterpart returns the place of a request that decides about one of an answer to an operation: what is
// sent comes back. It reports false where there is none; the place is nil where more than one may.
func (p *plan) counterpart(op *openapi.Operation, response *openapi.Response, pointer string) (*place, bool) {
	if response.StatusCode()/100 != 2 {
		return nil, false
	}
	rest, ok := strings.CutPrefix(pointer, op.Wrapper)
	if op.ShowsList() && ok {
		rest, ok = strings.CutPrefix(rest, "/"+wildcard)
	}
	if !ok || rest == "" {
		return nil, false
	}
	writers := []*openapi.Operation{op}
	if op.Resource != nil {
		writers = op.Resource.Operations
	}
	for _, writer := range writers {
		body := p.operations[writer]
		if body == nil || body.body == nil || writer.JSONPatch() {
			continue
		}
		if at := body.body.at(writer.SentPlace() + rest); at != nil && !at.closed {
			return at, true
		}
	}
	return nil, false
}

// beyondClients returns why no client can bring a documented response about; "" where one can.
func beyondClients(r *openapi.Response) string {
	switch r.Status {
	case "408", "429":
		return "it depends on time and load, not on a request"
	case "413", "414", "431":
		return "the document states no size that is too large"
	}
	if strings.HasPrefix(r.Status, "5") {
		return "no request may make a sound target answer so"
	}
	return ""
}
